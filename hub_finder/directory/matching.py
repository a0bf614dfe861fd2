"""Which rows of a segment may answer a search: those found by word, need and place."""

import numpy as np

from hub_finder.directory.asking import Asked
from hub_finder.directory.barriers import barriers_of
from hub_finder.directory.candidates import STEPS, Candidates
from hub_finder.directory.geometry import METRES_PER_MILE, bounding_box, metres_to
from hub_finder.directory.origins import Origin
from hub_finder.directory.postings import NONE, Flags, Ranges, Rows, spans
from hub_finder.directory.segments import Segment

# So many rows are looked at before all are, to know whether anything is found at all.
FIRST = 4096


def ranges_of(asked: Asked, segment: Segment, radius_miles: float | None) -> Ranges:
    """Ranges of rows with a place that hold all of those in a ring; with None, or without an origin, all of them."""
    origin = asked.query.origin
    if origin is None or radius_miles is None:
        return segment.inside(None)
    return segment.inside(bounding_box(origin.latitude, origin.longitude, radius_miles * METRES_PER_MILE))


def placed_candidates(
    asked: Asked, segment: Segment, live: Flags, radius_miles: float | None, *, straight: bool = False
) -> Candidates:
    """The rows with a place, in the ring if there is one, that the words and needs find.

    Distances go round water, which takes time, unless `straight`.
    """
    ranges = ranges_of(asked, segment, radius_miles)
    rows = asked.words_in(segment).found(ranges) if asked.meaning.terms else spans(*ranges)
    if asked.query.origin is None:
        unknown, no_detour = np.full(len(rows), np.nan), np.zeros(len(rows), bool)
        return Candidates(asked, segment, live, rows, unknown, segment.first_points(rows), no_detour)
    return _nearest(asked, asked.query.origin, segment, live, rows, radius_miles, straight=straight)


def _nearest(
    asked: Asked,
    origin: Origin,
    segment: Segment,
    live: Flags,
    rows: Rows,
    radius_miles: float | None,
    *,
    straight: bool,
) -> Candidates:
    """Those of some rows that lie in the ring, each with the way to its nearest place."""
    radius_m = np.inf if radius_miles is None else radius_miles * METRES_PER_MILE
    rows, points = segment.points_of(rows)
    once_each = points is rows
    metres = metres_to(origin.latitude, origin.longitude, (axis.take(points) for axis in segment.vectors))
    if radius_miles is not None:
        near = np.flatnonzero(metres <= radius_m)
        rows, points, metres = rows[near], points[near], metres[near]
    round_water = np.zeros(len(rows), bool)
    if not straight and meets_water(asked, radius_miles):
        latitudes, longitudes = segment.latitudes[points], segment.longitudes[points]
        ways = barriers_of(asked.area).ways(origin.latitude, origin.longitude, latitudes, longitudes, metres)
        near = np.flatnonzero(ways.metres <= radius_m)
        rows, points, metres, round_water = rows[near], points[near], ways.metres[near], ways.round_water[near]
    if not once_each and (rows[1:] == rows[:-1]).any():
        order = np.lexsort((metres, rows))
        order = order[np.flatnonzero(np.diff(rows[order], prepend=-1))]
        rows, points, metres, round_water = rows[order], points[order], metres[order], round_water[order]
    return Candidates(asked, segment, live, rows, metres, points, round_water)


def meets_water(asked: Asked, radius_miles: float | None) -> bool:
    """Whether a barrier may lie between the origin and any place in the ring."""
    origin, barriers = asked.query.origin, barriers_of(asked.area)
    if origin is None or radius_miles is None:
        return True
    return barriers.touch(bounding_box(origin.latitude, origin.longitude, radius_miles * METRES_PER_MILE))


def placeless_candidates(asked: Asked, segment: Segment, live: Flags) -> Candidates:
    """The rows without a point that the words and needs find, and that cover the place searched from."""
    ranges = np.array([segment.placeless], np.int32), np.array([len(segment)], np.int32)
    rows = asked.words_in(segment).found(ranges) if asked.meaning.terms else spans(*ranges)
    nowhere = _without_point(asked, segment, live, rows)
    origin = asked.query.origin
    if origin is None or not len(rows):
        return nowhere
    covers = np.zeros(len(rows), bool)
    for scope in STEPS:
        for tag in asked.covering_tags(scope):
            covers |= nowhere.has_tag(tag)
    if origin.in_area:
        covers |= nowhere.number("areas") == 0
    return _without_point(asked, segment, live, rows[covers])


def _without_point(asked: Asked, segment: Segment, live: Flags, rows: Rows) -> Candidates:
    unknown, straight = np.full(len(rows), np.nan), np.zeros(len(rows), bool)
    return Candidates(asked, segment, live, rows, unknown, NONE, straight)


def any_found(asked: Asked) -> bool:
    """Whether a listing that the public may find holds all the words, or is for a need that they mean."""
    for segment, live in asked.snapshot.parts:
        words, last = asked.words_in(segment), len(segment)
        # Most often some of the first will do.
        for end in (min(last, FIRST), last):
            rows = words.found((np.zeros(1, np.int32), np.array([end], np.int32)))
            if _without_point(asked, segment, live, rows).mask("shown").any():
                return True
            if end == last:
                break
    return False
