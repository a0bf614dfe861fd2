"""Which rows of a segment may answer a search: those found by word, need and place."""

import numpy as np

from hub_finder.directory.asking import Asked, Words, any_holds
from hub_finder.directory.barriers import Barriers, barriers_of
from hub_finder.directory.candidates import STEPS, Candidates
from hub_finder.directory.geometry import EARTH_RADIUS_M, METRES_PER_MILE, bounding_box, unit_vector
from hub_finder.directory.origins import Origin
from hub_finder.directory.postings import Flags, Rows, cut, spans
from hub_finder.directory.segments import Segment


def placed_candidates(
    asked: Asked, segment: Segment, live: Flags, radius_miles: float | None, *, straight: bool = False
) -> Candidates:
    """The rows with a place, in the ring if there is one, that the words and needs find.

    Distances go round water, which takes time, unless `straight`.
    """
    origin = asked.query.origin
    radius_m = None if origin is None or radius_miles is None else radius_miles * METRES_PER_MILE
    box = bounding_box(origin.latitude, origin.longitude, radius_m) if origin and radius_m is not None else None
    starts, ends = segment.inside(box)
    rows = spans(starts, ends)
    if asked.meaning.terms:
        rows = Words(asked, segment).found(lambda posting: cut(posting, starts, ends))
    if origin:
        barriers = None if straight else barriers_of(asked.area)
        return _nearest(asked, origin, segment, live, rows, np.inf if radius_m is None else radius_m, barriers)
    unknown, no_detour = np.full(len(rows), np.nan), np.zeros(len(rows), bool)
    return Candidates(asked, segment, live, rows, unknown, segment.point_starts[rows], no_detour)


def _nearest(
    asked: Asked,
    origin: Origin,
    segment: Segment,
    live: Flags,
    rows: Rows,
    radius_m: float,
    barriers: Barriers | None,
) -> Candidates:
    """Those of some rows that lie in the ring, each with the way to its nearest place."""
    firsts, ends = segment.point_starts[rows], segment.point_starts[rows + 1]
    points = spans(firsts, ends).astype(np.int64)
    rows = np.repeat(rows, ends - firsts)
    x, y, z = unit_vector(origin.latitude, origin.longitude)
    vectors = segment.vectors[:, points]
    chord2 = (vectors[0] - x) ** 2 + (vectors[1] - y) ** 2 + (vectors[2] - z) ** 2
    metres = 2 * EARTH_RADIUS_M * np.arcsin(np.minimum(1.0, np.sqrt(chord2) / 2))
    near = metres <= radius_m
    rows, points, metres = rows[near], points[near], metres[near]
    where = segment.points[points]
    round_water = np.zeros(len(rows), bool)
    if barriers:
        ways = barriers.ways(origin.latitude, origin.longitude, where["latitude"], where["longitude"], metres)
        metres, round_water = ways.metres, ways.round_water
    order = np.flatnonzero(metres <= radius_m)
    if (rows[1:] == rows[:-1]).any():
        order = order[np.lexsort((metres[order], rows[order]))]
        order = order[np.flatnonzero(np.diff(rows[order], prepend=-1))]
    return Candidates(asked, segment, live, rows[order], metres[order], points[order], round_water[order])


def placeless_candidates(asked: Asked, segment: Segment, live: Flags) -> Candidates:
    """The rows without a point that the words and needs find, and that cover the place searched from."""
    starts, ends = np.array([segment.placeless]), np.array([len(segment)])
    rows = spans(starts, ends)
    if asked.meaning.terms:
        rows = Words(asked, segment).found(lambda posting: cut(posting, starts, ends))
    nowhere = _without_point(asked, segment, live, rows)
    origin = asked.query.origin
    if origin is None or not len(rows):
        return nowhere
    tags = [tag for scope in STEPS for tag in asked.covering_tags(scope)]
    covers = np.zeros(len(rows), bool)
    for tag in tags:
        covers |= nowhere.has_tag(tag)
    if origin.in_area:
        stated = asked.snapshot.tags_of("area:").values()
        covers |= ~any_holds(map(segment.with_tag.of, stated), rows)
    return _without_point(asked, segment, live, rows[covers])


def _without_point(asked: Asked, segment: Segment, live: Flags, rows: Rows) -> Candidates:
    unknown, straight = np.full(len(rows), np.nan), np.zeros(len(rows), bool)
    return Candidates(asked, segment, live, rows, unknown, np.zeros(0, np.int64), straight)


def any_found(asked: Asked) -> bool:
    """Whether a listing that the public may find holds all the words, or is for a need that they mean."""
    for segment, live in asked.snapshot.parts:
        rows = Words(asked, segment).found(lambda posting: posting)
        if _without_point(asked, segment, live, rows).mask("shown").any():
            return True
    return False
