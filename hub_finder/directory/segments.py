"""Many listings at once, as columns: what a search reads instead of the database.

Rows stand in three blocks: listings with one place, by the cell of the grid that it lies in; listings with several
places; listings without a point. So a ring on the map is a few ranges of rows, and a list of rows that hold a word or
have a need is cut down to a ring without looking at the rest of it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from hub_finder.directory.entries import FACTS, POINT, STATUSES
from hub_finder.directory.postings import Lexicon, Postings, Rows, number, post, spans
from hub_finder.directory.text import stem
from hub_finder.directory.timetables import Timetables
from hub_finder.models.services import Status

# Cells of a twentieth of a degree: 5.6 km from north to south.
CELLS_A_DEGREE = 20
CELLS_ROUND = 360 * CELLS_A_DEGREE
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
    """Listings as columns; all but `point_*` have a value for each row.

    The points of row `r` are `points[point_starts[r]:point_starts[r + 1]]`, its tags the same way. Rows before
    `several` have one place, those from `placeless` on have no point.
    """

    ids: NDArray[np.int64]
    slugs: NDArray[np.bytes_]
    facts: NDArray[np.void]
    times: Timetables
    rank: NDArray[np.int32]
    cells: NDArray[np.int32]
    points: NDArray[np.void]
    point_starts: NDArray[np.int64]
    tags: NDArray[np.int32]
    tag_starts: NDArray[np.int64]
    with_tag: Postings
    named: Postings
    worded: Postings
    written: NDArray[np.int64]
    several: int
    placeless: int

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def vectors(self) -> NDArray[np.float64]:
        """The points on the unit sphere, a row each of x, y, z."""
        phi, lam = np.radians(self.points["latitude"]), np.radians(self.points["longitude"])
        across = np.cos(phi)
        return np.stack((across * np.cos(lam), across * np.sin(lam), np.sin(phi)))

    @cached_property
    def at_address(self) -> dict[int, int]:
        """The row of each listing, by its id."""
        return {int(id_): row for row, id_ in enumerate(self.ids)}

    @cached_property
    def cache(self) -> dict[str, Any]:
        """What is worked out of the columns once, by whoever needs it."""
        return {}

    def column(self, name: str) -> NDArray[Any]:
        """One of the numbers of `entries.FACTS`, packed close."""
        if name not in self.cache:
            self.cache[name] = np.ascontiguousarray(self.facts[name])
        values: NDArray[Any] = self.cache[name]
        return values

    def inside(self, box: tuple[float, float, float, float] | None) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Ranges of rows that hold every listing with a place in a box (south, west, north, east); None is anywhere.

        All listings with several places are among them, wherever they are.
        """
        if box is None:
            return np.array([0]), np.array([self.placeless])
        south, west, north, east = box
        lines = np.arange(_line(south), _line(north) + 1) * CELLS_ROUND
        starts = np.searchsorted(self.cells, lines + _across(west))
        ends = np.searchsorted(self.cells, lines + _across(east), side="right")
        return np.append(starts, self.several), np.append(ends, self.placeless)


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
    points: NDArray[np.void]
    places: NDArray[np.int64]
    times: Sequence[bytes]
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
            points=np.frombuffer(b"".join(points), POINT),
            places=np.fromiter(map(len, points), np.int64, len(points)) // POINT.itemsize,
            times=times,
            names=number(names, lexicons.words),
            rest=number(rest, lexicons.words),
            tags=number(tags, lexicons.tags),
        )


def build(batches: Iterable[Entries], lexicons: Lexicons) -> Segment:
    """The segment of some rows of the index, each with the values of `COLUMNS`."""
    parts = [_Part.of(batch, lexicons) for batch in batches if batch] or [_nothing(lexicons)]

    def joined(name: str) -> NDArray[Any]:
        return np.concatenate([getattr(part, name) for part in parts])

    def terms(name: str) -> tuple[Numbers, Numbers]:
        terms, lengths = zip(*(getattr(part, name) for part in parts), strict=True)
        return np.concatenate(terms), np.concatenate(lengths)

    points, counts = joined("points"), joined("places")
    order, cells = _order(points, counts)
    place = np.empty(len(order), np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    stems = lexicons.stems_of_words()
    (names, of_names), (rest, of_rest), (tags, of_tags) = (terms(name) for name in ("names", "rest", "tags"))
    named_rows, words = np.repeat(place, of_names), np.concatenate((names, rest))
    rows = np.concatenate((named_rows, np.repeat(place, of_rest)))
    slugs = joined("slugs")[order]
    rank = np.empty(len(order), np.int32)
    rank[np.argsort(slugs, kind="stable")] = np.arange(len(order), dtype=np.int32)
    times = [blob for part in parts for blob in part.times]
    return Segment(
        ids=joined("ids")[order],
        slugs=slugs,
        facts=joined("facts")[order],
        times=Timetables.of([times[at] for at in order]),
        rank=rank,
        cells=cells,
        points=points[_gather(counts, order)],
        point_starts=_starts(counts[order]),
        tags=tags[_gather(of_tags, order)],
        tag_starts=_starts(of_tags[order]),
        with_tag=post(np.repeat(place, of_tags), tags, terms_known=len(lexicons.tags)),
        named=post(named_rows, stems[names], terms_known=len(lexicons.stems)),
        worded=post(rows, stems[words], terms_known=len(lexicons.stems)),
        written=np.bincount(words, minlength=len(lexicons.words)),
        several=int((counts == 1).sum()),
        placeless=int((counts > 0).sum()),
    )


def _nothing(lexicons: Lexicons) -> _Part:
    none = number([], lexicons.words)
    no_ids, no_slugs = np.zeros(0, np.int64), np.zeros(0, "S1")
    return _Part(no_ids, no_slugs, np.zeros(0, FACTS), np.zeros(0, POINT), no_ids, (), none, none, none)


def _order(points: NDArray[np.void], counts: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """The order of the rows, and the cell of each row of the first block."""
    firsts = _starts(counts)[:-1]
    cells = np.zeros(len(counts), np.int32)
    single = counts == 1
    alone = points[firsts[single]]
    lines = ((np.clip(alone["latitude"], -90, 90) + 90) * CELLS_A_DEGREE).astype(np.int32)
    across = ((np.clip(alone["longitude"], -180, 179.99) + 180) * CELLS_A_DEGREE).astype(np.int32)
    cells[single] = lines * CELLS_ROUND + across
    block = np.select([single, counts > 1], [0, 1], 2)
    order = np.lexsort((cells, block))
    return order, cells[order][: int(single.sum())]


def _starts(counts: NDArray[np.integer]) -> NDArray[np.int64]:
    return np.concatenate((np.zeros(1, np.int64), np.cumsum(counts, dtype=np.int64)))


def _gather(counts: NDArray[np.integer], order: NDArray[np.int64]) -> Rows:
    """Where the parts of each row stand, when the rows are put in an order."""
    starts = _starts(counts)[:-1][order]
    return spans(starts, starts + counts[order])
