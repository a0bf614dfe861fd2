"""Many listings at once, as columns: what a search reads instead of the database.

Rows stand in three blocks: listings with one place, by the cell of the grid that it lies in; listings with several
places; listings without a point. So a ring on the map is a few ranges of rows, and a list of rows that hold a word or
have a need is cut down to a ring without looking at the rest of it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from hub_finder.directory.entries import FACTS, POINT, STATUSES
from hub_finder.directory.geometry import unit_vectors
from hub_finder.directory.postings import Lexicon, Postings, Ranges, Rows, number, post, spans, starts_of
from hub_finder.directory.text import stem
from hub_finder.directory.timetables import RECORD, Timetables
from hub_finder.models.services import Status

# Cells of a twentieth of a degree: 5.6 km from north to south.
CELLS_A_DEGREE = 20
CELLS_ROUND = 360 * CELLS_A_DEGREE
# Tags of more rows than one in so many have a bit for each row, by which they are counted.
COUNTED = 1024
PUBLISHED = STATUSES.index(Status.PUBLISHED)
# The columns of the index that a segment is made of, in this order.
COLUMNS = ("service_id", "slug", "names", "rest", "tags", "facts", "points", "times")


@dataclass(frozen=True)
class Lexicons:
    """The terms met so far: words as written, the stems that they have, and tags."""

    words: Lexicon
    stems: Lexicon
    tags: Lexicon
    # What is worked out of the terms, by whoever needs it.
    cache: dict[Any, Any]

    @classmethod
    def empty(cls) -> Self:
        return cls(Lexicon(), Lexicon(), Lexicon(), {})

    def stems_of_words(self) -> NDArray[np.int32]:
        """The number of the stem of each word, by the word's number."""
        return np.fromiter((self.stems[stem(word)] for word in self.words), np.int32, len(self.words))


@dataclass(frozen=True)
class Segment:
    """Listings as columns; `ids` to `tag_starts` have a value for each row, `latitudes` to `vectors` for each point.

    Rows before `several` have one place, and their point has the number of the row. Those from there to `placeless`
    have several: the points of row `several + r` are those from `point_starts[r]` to `point_starts[r + 1]`. The rest
    have none. The tags of row `r` are `tags[tag_starts[r]:tag_starts[r + 1]]`. The rows in `cells[c]` start at
    `cell_starts[c]`. Nothing is worked out later that could be now: what is here before a process forks is shared.
    """

    ids: NDArray[np.integer]
    slugs: NDArray[np.bytes_]
    columns: Mapping[str, NDArray[Any]]
    times: Timetables
    rank: NDArray[np.int32]
    tags: NDArray[np.integer]
    tag_starts: NDArray[np.int32]
    cells: NDArray[np.int32]
    cell_starts: NDArray[np.int32]
    latitudes: NDArray[np.float64]
    longitudes: NDArray[np.float64]
    councils: NDArray[np.bytes_]
    positions: NDArray[np.int16]
    vectors: NDArray[np.float64]
    point_starts: NDArray[np.int32]
    with_tag: Postings
    named: Postings
    worded: Postings
    written: NDArray[np.int64]
    several: int
    placeless: int

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def _by_id(self) -> NDArray[np.intp]:
        return np.argsort(self.ids)

    def rows_of(self, ids: Iterable[int]) -> NDArray[np.intp]:
        """The rows of those listings that are here."""
        sought = np.array([*ids], np.int64)
        if not len(self) or not len(sought):
            return np.zeros(0, np.intp)
        at = np.minimum(np.searchsorted(self.ids, sought, sorter=self._by_id), len(self) - 1)
        rows = self._by_id[at]
        here: NDArray[np.intp] = rows[self.ids[rows] == sought]
        return here

    @cached_property
    def cache(self) -> dict[Any, Any]:
        """What is worked out of the columns for a day or a vocabulary, by whoever needs it."""
        return {}

    def inside(self, box: tuple[float, float, float, float] | None) -> Ranges:
        """Ranges of rows that hold every listing with a place in a box (south, west, north, east); None is anywhere.

        All listings with several places are among them, wherever they are.
        """
        if box is None:
            return np.zeros(1, np.int32), np.array([self.placeless], np.int32)
        south, west, north, east = box
        lines = np.arange(_line(south), _line(north) + 1, dtype=np.int32) * CELLS_ROUND
        firsts = self.cell_starts[np.searchsorted(self.cells, lines + np.int32(_across(west)))]
        lasts = self.cell_starts[np.searchsorted(self.cells, lines + np.int32(_across(east)), side="right")]
        some = np.flatnonzero(lasts > firsts)
        starts, ends = np.empty(len(some) + 1, np.int32), np.empty(len(some) + 1, np.int32)
        starts[:-1], ends[:-1] = firsts[some], lasts[some]
        starts[-1], ends[-1] = self.several, self.placeless
        return starts, ends

    def points_of(self, rows: Rows) -> tuple[Rows, Rows]:
        """All points of some ascending rows with a place: the row of each, and its number."""
        single = int(np.searchsorted(rows, np.int32(self.several)))
        if single == len(rows):
            return rows, rows
        firsts, ends = (self.point_starts[rows[single:] - self.several + end] for end in (0, 1))
        of_rows = np.concatenate((rows[:single], np.repeat(rows[single:], ends - firsts)))
        return of_rows, np.concatenate((rows[:single], spans(firsts, ends)))

    def first_points(self, rows: Rows) -> Rows:
        """The first point of each of some ascending rows with a place."""
        single = int(np.searchsorted(rows, np.int32(self.several)))
        if single == len(rows):
            return rows
        return np.concatenate((rows[:single], self.point_starts[rows[single:] - self.several]))


def _line(latitude: float) -> int:
    return int((min(90.0, max(-90.0, latitude)) + 90) * CELLS_A_DEGREE)


def _across(longitude: float) -> int:
    return int((min(179.99, max(-180.0, longitude)) + 180) * CELLS_A_DEGREE)


Entries = Sequence[tuple[Any, ...]]
Numbers = NDArray[np.int32]


@dataclass(frozen=True)
class _Part:
    """Some entries as arrays; their texts are let go as soon as they are read. Each of terms has a length a row."""

    ids: NDArray[np.int64]
    slugs: NDArray[np.bytes_]
    facts: NDArray[np.void]
    points: tuple[NDArray[np.void], Numbers]
    times: tuple[NDArray[np.void], Numbers]
    names: tuple[Numbers, Numbers]
    rest: tuple[Numbers, Numbers]
    tags: tuple[Numbers, Numbers]

    @classmethod
    def of(cls, entries: Entries, lexicons: Lexicons) -> Self:
        ids, slugs, names, rest, tags, facts, points, times = zip(*entries, strict=True)
        return cls(
            ids=np.array(ids, np.int64),
            slugs=np.array([slug.encode() for slug in slugs]),
            facts=np.frombuffer(b"".join(facts), FACTS),
            points=_records(points, POINT),
            times=_records(times, RECORD),
            names=number(names, lexicons.words),
            rest=number(rest, lexicons.words),
            tags=number(tags, lexicons.tags),
        )


def _records(blobs: Sequence[bytes], kind: np.dtype[np.void]) -> tuple[NDArray[np.void], Numbers]:
    """The records that some texts of bytes hold, and how many each has."""
    sizes = np.fromiter(map(len, blobs), np.int32, len(blobs)) // kind.itemsize
    return np.frombuffer(b"".join(blobs), kind), sizes


def build(batches: Iterable[Entries], lexicons: Lexicons) -> Segment:
    """The segment of some rows of the index, each with the values of `COLUMNS`."""
    joined = _joined([_Part.of(batch, lexicons) for batch in batches if batch] or [_nothing(lexicons)])
    points, counts = joined.points
    order, cells = _order(points, counts)
    points = points[_gather(counts, order)]
    rows_known = len(order)
    place = np.empty(rows_known, np.int32)
    place[order] = np.arange(rows_known, dtype=np.int32)
    slugs = joined.slugs[order]
    rank = np.empty(rows_known, np.int32)
    rank[np.argsort(slugs, kind="stable")] = np.arange(rows_known, dtype=np.int32)
    facts = joined.facts[order]
    records, of_times = joined.times
    (tags, of_tags), (names, of_names), (rest, of_rest) = joined.tags, joined.names, joined.rest
    stems = lexicons.stems_of_words()
    stems_known, tags_known = len(lexicons.stems), len(lexicons.tags)
    named_rows, written = np.repeat(place, of_names), np.bincount(names, minlength=len(lexicons.words))
    names = stems[names]
    named = post(named_rows, names, terms_known=stems_known, rows_known=rows_known)
    written += np.bincount(rest, minlength=len(lexicons.words))
    rows, rest = np.concatenate((named_rows, np.repeat(place, of_rest))), np.concatenate((names, stems[rest]))
    single = len(cells)
    occupied, cell_starts = np.unique(cells, return_index=True)
    return Segment(
        ids=_close(joined.ids[order]),
        slugs=slugs,
        columns={name: np.ascontiguousarray(facts[name]) for name in FACTS.names or ()}
        | {f"{kind}s": _count(tags, of_tags, lexicons.tags, kind)[order] for kind in ("need", "area")},
        times=Timetables(records[_gather(of_times, order)], of_times[order]),
        rank=rank,
        tags=_close(tags[_gather(of_tags, order)]),
        tag_starts=starts_of(of_tags[order]).astype(np.int32),
        cells=occupied,
        cell_starts=np.append(cell_starts, single).astype(np.int32),
        latitudes=np.ascontiguousarray(points["latitude"]),
        longitudes=np.ascontiguousarray(points["longitude"]),
        councils=np.ascontiguousarray(points["council"]),
        positions=np.ascontiguousarray(points["position"]),
        vectors=unit_vectors(points["latitude"], points["longitude"]),
        point_starts=starts_of(counts[order])[single:].astype(np.int32),
        with_tag=post(np.repeat(place, of_tags), tags, terms_known=tags_known, rows_known=rows_known, counted=COUNTED),
        named=named,
        worded=post(rows, rest, terms_known=stems_known, rows_known=rows_known),
        written=written,
        several=single,
        placeless=int((counts > 0).sum()),
    )


def _joined(parts: Sequence[_Part]) -> _Part:
    """The same entries as one part."""
    whole: dict[str, Any] = {}
    for name in _Part.__annotations__:
        each = [getattr(part, name) for part in parts]
        both = isinstance(each[0], tuple)
        whole[name] = tuple(map(np.concatenate, zip(*each, strict=True))) if both else np.concatenate(each)
    return _Part(**whole)


def _count(tags: Numbers, of_tags: Numbers, lexicon: Lexicon, kind: str) -> NDArray[np.integer]:
    """How many tags of a kind each of some entries has."""
    of_kind = np.zeros(len(lexicon) + 1, bool)
    of_kind[[number for tag, number in lexicon.items() if tag.startswith(f"{kind}:")]] = True
    counts = np.concatenate(([0], np.cumsum(of_kind[tags])))
    return _close(np.diff(counts[starts_of(of_tags)]))


def _close(numbers: NDArray[np.integer]) -> NDArray[np.integer]:
    """The numbers, none below 0, in the smallest type that holds them."""
    return numbers.astype(np.min_scalar_type(int(numbers.max(initial=0))))


def _nothing(lexicons: Lexicons) -> _Part:
    none = number([], lexicons.words)
    no_ids, no_slugs = np.zeros(0, np.int64), np.zeros(0, "S1")
    return _Part(no_ids, no_slugs, np.zeros(0, FACTS), _records([], POINT), _records([], RECORD), none, none, none)


def _order(points: NDArray[np.void], counts: Numbers) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """The order of the rows, and the cell of each row of the first block."""
    firsts = starts_of(counts)[:-1]
    cells = np.zeros(len(counts), np.int32)
    single = counts == 1
    alone = points[firsts[single]]
    lines = ((np.clip(alone["latitude"], -90, 90) + 90) * CELLS_A_DEGREE).astype(np.int32)
    across = ((np.clip(alone["longitude"], -180, 179.99) + 180) * CELLS_A_DEGREE).astype(np.int32)
    cells[single] = lines * CELLS_ROUND + across
    block = np.select([single, counts > 1], [0, 1], 2)
    order = np.lexsort((cells, block))
    return order, cells[order][: int(single.sum())]


def _gather(counts: Numbers, order: NDArray[np.int64]) -> Rows:
    """Where the parts of each row stand, when the rows are put in an order."""
    starts = starts_of(counts)[:-1][order]
    return spans(starts, starts + counts[order])
