"""How far round the origin a search looks: the smallest ring that holds enough."""

from collections.abc import Sequence

import numpy as np

from hub_finder.directory.asking import Asked
from hub_finder.directory.candidates import Candidates
from hub_finder.directory.geometry import METRES_PER_MILE
from hub_finder.directory.matching import meets_water, placed_candidates, ranges_of
from hub_finder.directory.segments import Segment

RINGS_MILES = (3, 5, 10, 20, 40, 80)
ENOUGH = 10
# So few listings are measured once along straight lines, to know which rings may hold enough.
FEW = 5000


def find_in_ring(asked: Asked, ring: float | None = None) -> tuple[float | None, list[Candidates]]:
    """The radius to search, in miles (None: no limit), and what lies in it. `ring` is the one where none is asked."""
    query = asked.query
    if query.origin is None:
        return None, _within(asked, None)
    radius = ring if query.within_miles is None else query.within_miles
    if radius is not None:
        return radius, _within(asked, radius)
    if sum(_most_found(asked, segment) for segment in asked.snapshot.segments) <= FEW:
        return _of_few(asked)
    radius = RINGS_MILES[-1]
    for radius in RINGS_MILES:
        if radius != RINGS_MILES[-1] and _most_in_ring(asked, radius) < ENOUGH:
            continue
        found = _within(asked, radius)
        if _count(found) >= ENOUGH:
            break
    return radius, found


def _of_few(asked: Asked) -> tuple[float, list[Candidates]]:
    """No way is shorter than the straight one, so a ring that has not enough along straight lines need not be tried."""
    straight = _within(asked, RINGS_MILES[-1], straight=True)
    metres = np.concatenate([half.metres[half.kept()] for half in straight])
    may_do = [miles for miles in RINGS_MILES if np.count_nonzero(metres <= miles * METRES_PER_MILE) >= ENOUGH]
    for radius in may_do or RINGS_MILES[-1:]:
        if not meets_water(asked, radius):
            return radius, [half.only(np.flatnonzero(half.metres <= radius * METRES_PER_MILE)) for half in straight]
        found = _within(asked, radius)
        if _count(found) >= ENOUGH:
            break
    return radius, found


def _within(asked: Asked, radius: float | None, *, straight: bool = False) -> list[Candidates]:
    parts = asked.snapshot.parts
    return [placed_candidates(asked, segment, live, radius, straight=straight) for segment, live in parts]


def _count(found: Sequence[Candidates]) -> int:
    return sum(half.count() for half in found)


def _most_found(asked: Asked, segment: Segment) -> int:
    """As many rows may be found at most, wherever they are: told without looking at any."""
    return asked.words_in(segment).most() if asked.meaning.terms else len(segment)


def _most_in_ring(asked: Asked, radius: float) -> int:
    """As many may lie in a ring at most, by the cells of the grid that it touches and the needs that were chosen."""
    most = 0
    for segment in asked.snapshot.segments:
        starts, ends = ranges_of(asked, segment, radius)
        in_cells = int((ends - starts).sum())
        if in_cells >= ENOUGH and asked.query.needs:
            tags = (asked.tag_number(f"need:{slug}") for slug in asked.query.needs)
            lists = (segment.with_tag.of(tag).within((starts, ends)) for tag in tags)
            in_cells = min(in_cells, sum(map(len, lists)))
        most += in_cells
    return most
