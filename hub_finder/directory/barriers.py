"""Water that a straight line may not cross, and the shortest way round it.

A barrier is a line drawn in the water, a little off the shore. One passes it only where the data says so: at a bridge,
a causeway, or the head of the water. The shortest way from one point to another is then the straight line, or a chain
of straight lines that bends at corners of barriers and at crossings. It is longer than the straight line and still not
a distance by road. Imports numpy, which is slow to import: see `barriers_of`.
"""

from functools import lru_cache
from math import cos, radians
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hub_finder.area import Area
from hub_finder.directory.barrier_files import BarrierLines, read_barriers
from hub_finder.directory.geometry import EARTH_RADIUS_M, unit_vectors

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

METRES_PER_DEGREE = radians(1) * EARTH_RADIUS_M
# Half the width of the opening that a crossing makes in its barrier.
HALF_OPENING_M = 40
# How far from a corner of a barrier, on its outer side, a way round it bends.
CORNER_M = 10
# A way over a bridge that is hardly longer than the straight line is not worth a word.
WORTH_SAYING = 1.1
# How far, as a sine squared, a way may be from touching both arms of a corner: corners are not exact.
SLACK = 0.02
# Ways are looked for in blocks of so many points, which bounds the memory that a search takes.
BLOCK = 16_384
PAIRS = 256


class Ways(NamedTuple):
    """How far each point is. `round_water`: the way round it is notably longer than the straight line.

    `over_water`: no way by land is known, as to an island, and the metres are straight: the best that can be said.
    """

    metres: Floats
    round_water: Flags
    over_water: Flags


class Barriers:
    """The barriers of an area, with the shortest ways between all their corners and crossings worked out."""

    def __init__(self, lines: BarrierLines) -> None:
        corners = [point for line in lines.barriers for point in line]
        middle = sum(latitude for latitude, _ in corners) / len(corners) if corners else 0.0
        self._scale = np.array([METRES_PER_DEGREE * cos(radians(middle)), METRES_PER_DEGREE])
        crossings = self._plane(np.array(lines.crossings).reshape(-1, 2))
        drawn = [self._plane(np.array(line)) for line in lines.barriers]
        self._starts, self._ends = _opened(drawn, crossings)
        corners_of = [_outer_corners(line) for line in drawn]
        self._nodes = np.concatenate([crossings, *(points for points, _, _ in corners_of)])
        anywhere = np.zeros_like(crossings)
        self._back = np.concatenate([anywhere, *(back for _, back, _ in corners_of)])
        self._on = np.concatenate([anywhere, *(on for _, _, on in corners_of)])
        self._node_vectors = unit_vectors(*(self._nodes / self._scale).T[::-1]).T
        self._between = self._shortest_between_nodes()

    @classmethod
    def load(cls, path: Path) -> "Barriers":
        """The barriers of a file; none when there is no file. Raises ValueError that names the line and the reason."""
        return cls(read_barriers(path))

    def distances_m(
        self, latitude: float, longitude: float, latitudes: Floats, longitudes: Floats, straight_m: Floats
    ) -> Floats:
        """Metres from a point to each of many, going round the water: never less than `straight_m`, always finite."""
        return self.ways(latitude, longitude, latitudes, longitudes, straight_m).metres

    def ways(
        self, latitude: float, longitude: float, latitudes: Floats, longitudes: Floats, straight_m: Floats
    ) -> Ways:
        """The distances of `distances_m`, and which of them go round water or, for want of a way, over it."""
        metres = np.array(straight_m, dtype=np.float64)
        origin = self._plane(np.array([[latitude, longitude]]))[0]
        points = self._plane(np.column_stack([latitudes, longitudes]))
        hidden = np.flatnonzero(self._is_hidden(origin, points))
        over = np.zeros(len(metres), dtype=np.bool_)
        if not len(hidden):
            return Ways(metres, over.copy(), over)
        to_nodes = self._to_nodes(origin, latitude, longitude)
        vectors = unit_vectors(latitudes[hidden], longitudes[hidden]).T
        for first in range(0, len(hidden), BLOCK):
            block = hidden[first : first + BLOCK]
            found = self._shortest_by_nodes(to_nodes, points[block], vectors[first : first + BLOCK])
            over[block] = ~np.isfinite(found)
            metres[block] = np.where(over[block], metres[block], np.maximum(metres[block], found))
        return Ways(metres, metres > WORTH_SAYING * straight_m, over)

    def touch(self, box: tuple[float, float, float, float]) -> bool:
        """Whether a barrier touches a box (south, west, north, east; degrees): else no line in it crosses one."""
        south, west, north, east = box
        corners = self._plane(np.array([[south, west], [north, east]]))
        return bool(len(self._pieces_between(corners[0], corners[1:])))

    def _plane(self, degrees: Floats) -> Floats:
        """Latitudes and longitudes as x and y in metres, true near the barriers: lines on it say what crosses what."""
        plane: Floats = degrees[:, ::-1] * self._scale
        return plane

    def _to_nodes(self, origin: Floats, latitude: float, longitude: float) -> Floats:
        """The shortest way from a point to each node; infinite where none is known."""
        first = _arcs_m(unit_vectors(np.array([latitude]), np.array([longitude])).T, self._node_vectors)[0]
        first[self._is_hidden(origin, self._nodes)] = np.inf
        shortest: Floats = np.min(first[:, None] + self._between, axis=0, initial=np.inf)
        return shortest

    def _shortest_between_nodes(self) -> Floats:
        """Metres between any two nodes, by Floyd and Warshall."""
        metres = _arcs_m(self._node_vectors, self._node_vectors)
        for number, node in enumerate(self._nodes):
            metres[number, self._is_hidden(node, self._nodes)] = np.inf
        metres = np.maximum(metres, metres.T)
        np.fill_diagonal(metres, 0)
        for number in range(len(metres)):
            np.minimum(metres, metres[:, number, None] + metres[None, number], out=metres)
        return metres

    def _shortest_by_nodes(self, to_nodes: Floats, points: Floats, vectors: Floats) -> Floats:
        """The shortest way to each point whose last bend is at a node that it can be seen from.

        Each round tries the best node left to each point, so that the first that can be seen is the shortest.
        """
        nodes = np.flatnonzero(np.isfinite(to_nodes))
        by_node = to_nodes[nodes] + _arcs_m(vectors, self._node_vectors[nodes])
        by_node[~self._is_taut(nodes, points)] = np.inf
        found = np.full(len(points), np.inf)
        left = np.arange(len(points))
        while len(left) and len(nodes):
            best = np.argmin(by_node[left], axis=1)
            metres = by_node[left, best]
            reached = np.isfinite(metres)
            left, best, metres = left[reached], best[reached], metres[reached]
            seen = ~self._are_parted(self._nodes[nodes[best]], points[left])
            found[left[seen]] = metres[seen]
            by_node[left, best] = np.inf
            left = left[~seen]
        return found

    def _is_taut(self, nodes: NDArray[np.intp], points: Floats) -> Flags:
        """Whether a way may bend last at each node to each point: a string pulled tight leaves a corner only along it,
        with both its arms on one side. The rest need not be tried.
        """
        east, north = (points[:, axis, None] - self._nodes[nodes, axis] for axis in (0, 1))
        back = east * self._back[nodes, 1] - north * self._back[nodes, 0]
        on = east * self._on[nodes, 1] - north * self._on[nodes, 0]
        taut: Flags = back * on >= -SLACK * (east**2 + north**2)
        return taut

    def _is_hidden(self, origin: Floats, points: Floats) -> Flags:
        """Which points a barrier hides from the origin.

        Sorted by their direction from the origin, the points that a piece of a barrier can hide stand in a row, so
        only these are tried against it.
        """
        hidden = np.zeros(len(points), dtype=np.bool_)
        near = self._pieces_between(origin, points)
        if not len(near):
            return hidden
        starts, ends = self._starts[near] - origin, self._ends[near] - origin
        seen = points - origin
        angles = np.arctan2(seen[:, 1], seen[:, 0])
        order = np.argsort(angles)
        pieces, rows = _pairs(angles[order], _directions(starts), _directions(ends))
        targets = order[rows]
        target, start, end = seen[targets], starts[pieces], ends[pieces]
        apart = _cross(target, start) * _cross(target, end) <= 0
        beyond = _cross(end - start, -start) * _cross(end - start, target - start) < 0
        hidden[targets[apart & beyond]] = True
        return hidden

    def _are_parted(self, starts: Floats, ends: Floats) -> Flags:
        """Which points a barrier hides from their own start, each of one from its own. For few points."""
        parted = np.zeros(len(starts), dtype=np.bool_)
        first, last = self._starts - self._starts[0], self._ends - self._starts[0]
        for block in range(0, len(starts), PAIRS):
            rows = slice(block, block + PAIRS)
            start, end = starts[rows] - self._starts[0], ends[rows] - self._starts[0]
            apart = _sides(start, end, first) * _sides(start, end, last) <= 0
            beyond = _sides(first, last, start).T * _sides(first, last, end).T < 0
            parted[rows] = (apart & beyond).any(axis=1)
        return parted

    def _pieces_between(self, origin: Floats, points: Floats) -> NDArray[np.intp]:
        """The pieces of barriers that the box round the origin and the points touches."""
        if not len(points) or not len(self._starts):
            return np.array([], dtype=np.intp)
        low = np.fmin(origin, np.fmin.reduce(points, axis=0))
        high = np.fmax(origin, np.fmax.reduce(points, axis=0))
        touched = (np.maximum(self._starts, self._ends) >= low) & (np.minimum(self._starts, self._ends) <= high)
        return np.flatnonzero(touched.all(axis=1))


def barriers_of(area: Area) -> Barriers:
    """The barriers of an area, read once by each process."""
    return _load(area.barriers_file)


@lru_cache(maxsize=8)
def _load(path: Path) -> Barriers:
    return Barriers.load(path)


def _arcs_m(starts: Floats, ends: Floats) -> Floats:
    """Metres over the ground from each of some unit vectors to each of others."""
    half_chords = np.sqrt(np.clip((1 - starts @ ends.T) / 2, 0, 1))
    arcs: Floats = 2 * EARTH_RADIUS_M * np.arcsin(half_chords)
    return arcs


def _cross(first: Floats, second: Floats) -> Floats:
    crossed: Floats = first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0]
    return crossed


def _sides(starts: Floats, ends: Floats, points: Floats) -> Floats:
    """On which side of each line each point lies: positive, negative, or 0 where it lies on it."""
    along = ends - starts
    across = np.column_stack([-along[:, 1], along[:, 0]])
    sides: Floats = across @ points.T - (across * starts).sum(axis=1)[:, None]
    return sides


def _directions(points: Floats) -> Floats:
    directions: Floats = np.arctan2(points[:, 1], points[:, 0])
    return directions


def _pairs(angles: Floats, starts: Floats, ends: Floats) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Each piece of a barrier with each row of the sorted angles between its ends, as seen from the origin."""
    margin = 1e-6
    low, high = np.minimum(starts, ends) - margin, np.maximum(starts, ends) + margin
    # A piece that is seen across the west, where angles jump from pi to -pi, is two: one below and one above.
    wraps = high - low > np.pi
    low, high = np.where(wraps, high - 2 * margin, low), np.where(wraps, np.inf, high)
    first, last = np.searchsorted(angles, low), np.searchsorted(angles, high, side="right")
    below = np.searchsorted(angles, np.minimum(starts, ends)[wraps] + margin, side="right")
    first = np.concatenate([first, np.zeros_like(below)])
    counts = np.concatenate([last, below]) - first
    pieces = np.concatenate([np.arange(len(starts)), np.flatnonzero(wraps)])
    offsets = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.repeat(pieces, counts), np.repeat(first, counts) + offsets


def _opened(lines: list[Floats], crossings: Floats) -> tuple[Floats, Floats]:
    """The starts and ends of the straight pieces of the lines, with an opening at each crossing."""
    starts = np.concatenate([np.empty((0, 2)), *(line[:-1] for line in lines)])
    ends = np.concatenate([np.empty((0, 2)), *(line[1:] for line in lines)])
    for crossing in crossings:
        starts, ends = _open(starts, ends, crossing)
    return starts, ends


def _open(starts: Floats, ends: Floats, crossing: Floats) -> tuple[Floats, Floats]:
    """The pieces without what lies within the opening round a crossing: a circle cuts each piece at most twice."""
    along = ends - starts
    length2 = np.maximum((along**2).sum(axis=1), 1e-9)
    middle = ((crossing - starts) * along).sum(axis=1) / length2
    off2 = ((starts + middle[:, None] * along - crossing) ** 2).sum(axis=1)
    half = np.sqrt(np.maximum(HALF_OPENING_M**2 - off2, 0) / length2)
    before, after = np.clip(middle - half, 0, 1), np.clip(middle + half, 0, 1)
    cut = after > before
    kept_before, kept_after = cut & (before > 0), cut & (after < 1)
    return (
        np.concatenate([starts[~cut], starts[kept_before], (starts + after[:, None] * along)[kept_after]]),
        np.concatenate([ends[~cut], (starts + before[:, None] * along)[kept_before], ends[kept_after]]),
    )


def _outer_corners(line: Floats) -> tuple[Floats, Floats, Floats]:
    """A point just outside each corner of a line, where a way round it bends, and the directions of its two arms."""
    along = np.diff(line, axis=0)
    along /= np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-9)
    outward = along[:-1] - along[1:]
    size = np.linalg.norm(outward, axis=1, keepdims=True)
    bends = size[:, 0] > 1e-9
    corners: Floats = line[1:-1][bends] + CORNER_M * outward[bends] / size[bends]
    return corners, -along[:-1][bends], along[1:][bends]
