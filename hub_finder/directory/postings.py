"""Which rows hold a term: for each term its rows, in order, as a list or as a bit for each row of the segment."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int32]
Flags = NDArray[np.bool_]
# Ascending, separate ranges of rows: where each starts, and where it ends (which is not in it).
Ranges = tuple[NDArray[np.int32], NDArray[np.int32]]
NONE: Rows = np.zeros(0, np.int32)
# A list of more rows than one in so many takes more room than a bit for each row, and is slower to look a row up in.
SPARSE = 32
# Bits of a word; so many words at once stay near the processor.
_WORD, _BLOCK = 64, 1024


class Lexicon(dict[str, int]):
    """Numbers for terms, dealt out as they are first met."""

    def __missing__(self, term: str) -> int:
        number = self[term] = len(self)
        return number


@dataclass(frozen=True, slots=True)
class Listed:
    """The rows of a term that few rows hold."""

    all: Rows

    def __len__(self) -> int:
        return len(self.all)

    def holds(self, rows: Rows) -> Flags:
        """For each row of an ascending list whether the term has it."""
        return holds(self.all, rows)

    def within(self, ranges: Ranges) -> Rows:
        """The rows that lie in some ranges."""
        return cut(self.all, *ranges)


@dataclass(frozen=True, slots=True)
class Marked:
    """The rows of a term that many rows hold: a bit for each row, the lowest of a byte first."""

    bits: NDArray[np.uint8]
    count: int

    def __len__(self) -> int:
        return self.count

    @property
    def all(self) -> Rows:
        return np.flatnonzero(np.unpackbits(self.bits, bitorder="little")).astype(np.int32)

    def holds(self, rows: Rows) -> Flags:
        if len(rows) > 2 * len(self.bits):
            # So many of them that it is less work to spread all bits out.
            spread: Flags = np.unpackbits(self.bits, bitorder="little").view(bool)
            return spread.take(rows)
        found: Flags = (self.bits.take(rows >> 3) >> (rows & 7).astype(np.uint8) & 1).view(bool)
        return found

    def within(self, ranges: Ranges) -> Rows:
        rows = spans(*ranges)
        return rows[self.holds(rows)]


Posting = Listed | Marked
_NOTHING = Listed(NONE)


@dataclass(frozen=True)
class Postings:
    """The rows of term `n` are `rows[starts[n]:starts[n + 1]]`, ascending and each once; or the bits `marks[lines[n]]`.

    A term may have both, to be counted by its bits. `counts` tells how many rows each term has.
    """

    starts: NDArray[np.int64]
    rows: Rows
    counts: NDArray[np.int64]
    lines: Mapping[int, int]
    marks: NDArray[np.uint8]

    def of(self, term: int | None) -> Posting:
        """The rows of a term; none for a term that is not known here."""
        if term is None or term >= len(self.counts):
            return _NOTHING
        start, end = self.starts[term], self.starts[term + 1]
        if start == end and term in self.lines:
            return Marked(self.marks[self.lines[term]], int(self.counts[term]))
        return Listed(self.rows[start:end])

    def count_among(self, rows: Rows, terms: NDArray[np.integer]) -> NDArray[np.integer]:
        """How many of some ascending rows each of some terms has, told by the bits of all of them at once."""
        found = np.zeros(len(terms), np.int64)
        if not len(rows):
            return found
        first, last = int(rows[0]) // _WORD, int(rows[-1]) // _WORD + 1
        flags = np.zeros((last - first) * _WORD, bool)
        flags[rows - first * _WORD] = True
        wanted = pack(flags).view(np.uint64)
        lines = np.array([self.lines.get(term, -1) for term in terms.tolist()], np.int64)
        marked, listed = np.flatnonzero(lines >= 0), np.flatnonzero(lines < 0)
        words, lines = self.marks.view(np.uint64), lines[marked]
        for start in range(first, last, _BLOCK):
            end = min(start + _BLOCK, last)
            both = words[lines, start:end] & wanted[start - first : end - first]
            found[marked] += np.bitwise_count(both).sum(axis=1, dtype=np.int64)
        for at in listed:
            found[at] = np.count_nonzero(holds(self.of(int(terms[at])).all, rows))
        return found


def post(
    rows: NDArray[np.integer],
    terms: NDArray[np.integer],
    *,
    terms_known: int,
    rows_known: int,
    counted: int = SPARSE,
) -> Postings:
    """The postings that (row, term) pairs make; a pair that comes twice counts once.

    Terms that more than one in `counted` of the rows hold are made ready for `count_among`.
    """
    pairs = terms.astype(np.int64)
    pairs <<= 32
    pairs |= rows
    pairs.sort()
    if len(pairs):
        pairs = pairs[np.concatenate(([True], pairs[1:] != pairs[:-1]))]
    starts = np.searchsorted(pairs, np.arange(terms_known + 1, dtype=np.int64) << 32)
    low_halves = pairs.astype(np.int32)
    del pairs
    counts = np.diff(starts)
    dense, with_bits = counts * SPARSE > rows_known, np.flatnonzero(counts * counted > rows_known)
    flags = np.zeros(rows_known, bool)
    marks = np.zeros((len(with_bits), len(pack(flags))), np.uint8)
    listed = np.ones(len(low_halves), bool)
    for line, term in enumerate(with_bits):
        here = slice(starts[term], starts[term + 1])
        flags[:] = False
        flags[low_halves[here]] = True
        marks[line] = pack(flags)
        listed[here] = not dense[term]
    lines = {int(term): line for line, term in enumerate(with_bits)}
    in_lists = np.where(dense, 0, counts)
    return Postings(starts_of(in_lists), low_halves[listed], counts, lines, marks)


def pack(flags: Flags) -> NDArray[np.uint8]:
    """Flags as bits, the lowest of a byte first, up to a whole word."""
    bits = np.packbits(flags, bitorder="little")
    packed = np.zeros(-(-len(flags) // _WORD) * _WORD // 8, np.uint8)
    packed[: len(bits)] = bits
    return packed


def starts_of(counts: NDArray[np.integer]) -> NDArray[np.int64]:
    """Where parts of these lengths start, one behind the other; at last, where they end."""
    return np.concatenate((np.zeros(1, np.int64), np.cumsum(counts, dtype=np.int64)))


def number(texts: Sequence[str], lexicon: Lexicon) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """The terms of texts, parted by single spaces: the number of each, and how many each text has."""
    said = [text.split() for text in texts]
    lengths = np.fromiter(map(len, said), np.int32, len(said))
    terms = np.fromiter(map(lexicon.__getitem__, chain.from_iterable(said)), np.int32, int(lengths.sum()))
    return terms, lengths


def intersect(lists: Iterable[Rows]) -> Rows:
    """The rows that stand in every one of some ascending lists."""
    shortest, *others = sorted(lists, key=len)
    for other in others:
        shortest = shortest[holds(other, shortest)]
    return shortest


def unite(lists: Iterable[Rows]) -> Rows:
    """The rows that stand in one of some ascending lists or in several, each once."""
    given = [rows for rows in lists if len(rows)]
    if len(given) < 2:
        return given[0] if given else NONE
    # numpy's own unique takes several times as long.
    rows = np.concatenate(given)
    rows.sort()
    return rows[np.concatenate(([True], rows[1:] != rows[:-1]))]


def holds(posting: Rows, rows: Rows) -> Flags:
    """For each row of an ascending list whether another holds it. The longer is searched for what the shorter has."""
    found = np.zeros(len(rows), bool)
    if not len(posting) or not len(rows):
        return found
    if len(rows) <= len(posting):
        at = np.searchsorted(posting, rows)
        at[at == len(posting)] = 0
        same: Flags = posting[at] == rows
        return same
    first, last = np.searchsorted(posting, rows[[0, -1]])
    sought = posting[first : last + 1]
    at = np.searchsorted(rows, sought)
    at[at == len(rows)] = 0
    found[at[rows[at] == sought]] = True
    return found


def cut(posting: Rows, starts: NDArray[np.integer], ends: NDArray[np.integer]) -> Rows:
    """The part of an ascending list that lies in ascending, separate ranges of rows (ends not among them)."""
    lows, highs = np.searchsorted(posting, starts), np.searchsorted(posting, ends)
    kept = np.flatnonzero(highs > lows)
    return np.concatenate([posting[lows[at] : highs[at]] for at in kept]) if len(kept) else NONE


def spans(starts: NDArray[np.integer], ends: NDArray[np.integer]) -> Rows:
    """All rows of some ascending ranges."""
    if len(starts) == 1:
        return np.arange(starts[0], ends[0], dtype=np.int32)
    lengths = ends - starts
    ends_at = np.cumsum(lengths, dtype=np.int32)
    if not len(ends_at) or not ends_at[-1]:
        return NONE
    rows = np.repeat((starts - ends_at + lengths).astype(np.int32, copy=False), lengths)
    rows += np.arange(len(rows), dtype=np.int32)
    return rows
