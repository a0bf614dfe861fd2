"""Which rows hold a term: for each term its rows, in order, one list behind the other."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int32]
Flags = NDArray[np.bool_]
NONE: Rows = np.zeros(0, np.int32)


class Lexicon(dict[str, int]):
    """Numbers for terms, dealt out as they are first met."""

    def __missing__(self, term: str) -> int:
        number = self[term] = len(self)
        return number


@dataclass(frozen=True)
class Postings:
    """The rows of term `n` are `rows[starts[n]:starts[n + 1]]`, ascending and each once."""

    starts: NDArray[np.int64]
    rows: Rows

    def of(self, term: int | None) -> Rows:
        """The rows of a term; none for a term that is not known here."""
        if term is None or term + 1 >= len(self.starts):
            return NONE
        return self.rows[self.starts[term] : self.starts[term + 1]]

    def counts(self) -> NDArray[np.int64]:
        """How many rows each term has."""
        return np.diff(self.starts)


def post(rows: NDArray[np.integer], terms: NDArray[np.integer], *, terms_known: int) -> Postings:
    """The postings that (row, term) pairs make; a pair that comes twice counts once."""
    pairs = terms.astype(np.int64) << 32 | rows.astype(np.int64)
    pairs.sort()
    if len(pairs):
        pairs = pairs[np.concatenate(([True], pairs[1:] != pairs[:-1]))]
    starts = np.searchsorted(pairs, np.arange(terms_known + 1, dtype=np.int64) << 32)
    return Postings(starts, (pairs & 0xFFFFFFFF).astype(np.int32))


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
    return np.unique(np.concatenate(given))


def holds(posting: Rows, rows: Rows) -> Flags:
    """For each row whether an ascending list holds it."""
    if not len(posting):
        return np.zeros(len(rows), bool)
    at = np.searchsorted(posting, rows)
    at[at == len(posting)] = 0
    found: Flags = posting[at] == rows
    return found


def cut(posting: Rows, starts: NDArray[np.integer], ends: NDArray[np.integer]) -> Rows:
    """The part of an ascending list that lies in ascending, separate ranges of rows (ends not among them)."""
    lows, highs = np.searchsorted(posting, starts), np.searchsorted(posting, ends)
    kept = np.flatnonzero(highs > lows)
    return np.concatenate([posting[lows[at] : highs[at]] for at in kept]) if len(kept) else NONE


def spans(starts: NDArray[np.integer], ends: NDArray[np.integer]) -> Rows:
    """All rows of some ascending ranges."""
    lengths = ends - starts
    total = int(lengths.sum())
    if not total:
        return NONE
    shift = np.repeat(starts - np.concatenate(([0], np.cumsum(lengths)[:-1])), lengths)
    return (np.arange(total) + shift).astype(np.int32)
