"""How near help for a need is, on a map: the area's postcodes in square cells, and points on it that can be chosen.

There are no boundaries of localities to draw: a locality is a list of postcode districts. So a cell is drawn where
postcodes in use are, and nowhere else. A map is WIDTH units wide, and as high as the area is.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from hub_finder.area import Area
from hub_finder.directory.gaps import Homes, Point, load_homes, nearest_reaches

WIDTH, CELL, EDGE = 272, 6, 3
# The reaches from a walk to beyond ten miles, as they are told apart on the map: a walk is within a mile.
CLASSES = ("Within 1 mile", "Within 3 miles", "Within 5 miles", "Within 10 miles", "Over 10 miles away")


@dataclass(frozen=True, kw_only=True)
class GapMap:
    """`cells` are the corners of the cells of each of CLASSES, `places` where something is listed.

    Both are in units from the top left: across, then down.

    A cell is of the class that the middle one of its postcodes is in.
    """

    height: int
    cells: Sequence[Sequence[tuple[int, int]]]
    places: Sequence[tuple[float, float]]


@dataclass(frozen=True)
class _Frame:
    south: float
    west: float
    north: float
    per_degree: float
    narrower: float

    @classmethod
    def of(cls, homes: Homes) -> "_Frame":
        south, north = float(homes.latitudes.min()), float(homes.latitudes.max())
        west, east = float(homes.longitudes.min()), float(homes.longitudes.max())
        narrower = float(np.cos(np.radians((south + north) / 2)))
        # One postcode alone is a map of a hundredth of a degree.
        return cls(south, west, north, (WIDTH - 2 * EDGE) / max((east - west) * narrower, 0.01), narrower)

    @property
    def height(self) -> int:
        return int((self.north - self.south) * self.per_degree) + 2 * EDGE + 1

    def units(self, point: Point) -> tuple[float, float]:
        latitude, longitude = point
        across = EDGE + (longitude - self.west) * self.narrower * self.per_degree
        return across, EDGE + (self.north - latitude) * self.per_degree

    def point(self, across: float, down: float) -> Point:
        longitude = self.west + (across - EDGE) / self.per_degree / self.narrower
        return self.north - (down - EDGE) / self.per_degree, longitude


def draw_gaps(points: Collection[Point], area: Area) -> GapMap | None:
    """The map of how near the nearest of some points is; None where no postcodes are known."""
    homes = load_homes(area)
    if not len(homes):
        return None
    frame = _Frame.of(homes)
    classes = np.maximum(nearest_reaches(points, homes, area).astype(np.intp) - 1, 0)
    cells: list[list[tuple[int, int]]] = [[] for _ in CLASSES]
    for (column, row), inside in _cells(frame, homes).items():
        middle = np.sort(classes[inside])[len(inside) // 2]
        cells[middle].append((column * CELL, row * CELL))
    places = [frame.units(point) for point in sorted(points)]
    inside_map = [(x, y) for x, y in places if 0 <= x <= WIDTH and 0 <= y <= frame.height]
    return GapMap(height=frame.height, cells=cells, places=inside_map)


def point_at(across: int, down: int, area: Area) -> Point | None:
    """The latitude and longitude of a point of the map; None where no postcodes are in its cell or one beside it."""
    homes = load_homes(area)
    if not len(homes):
        return None
    frame = _Frame.of(homes)
    known = _cells(frame, homes)
    column, row = across // CELL, down // CELL
    if not any((column + x, row + y) in known for x in (-1, 0, 1) for y in (-1, 0, 1)):
        return None
    latitude, longitude = frame.point(across, down)
    return round(latitude, 5), round(longitude, 5)


def _cells(frame: _Frame, homes: Homes) -> dict[tuple[int, int], list[int]]:
    """The numbers of the postcodes in each cell, by its column and row."""
    found: dict[tuple[int, int], list[int]] = {}
    for number, point in enumerate(zip(homes.latitudes.tolist(), homes.longitudes.tolist(), strict=True)):
        across, down = frame.units(point)
        found.setdefault((int(across // CELL), int(down // CELL)), []).append(number)
    return found
