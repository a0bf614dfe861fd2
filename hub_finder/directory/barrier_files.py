"""The file of barriers: lines in the water, and the points where one may pass them, as GeoJSON."""

import itertools
import json
import re
from dataclasses import dataclass
from math import hypot, isfinite
from pathlib import Path
from typing import Any

Point = tuple[float, float]

BARRIER = "barrier"
# Where one passes at any hour without paying.
FREE_CROSSINGS = ("bridge", "causeway", "head")
# A ferry is drawn so that nobody thinks it forgotten. It costs money and stops at night, so no way goes over it.
FERRY = "ferry"
# A crossing further than this from every barrier opens none: it was put in the wrong place.
FARTHEST_DEGREES = 0.0004


@dataclass(frozen=True, kw_only=True)
class BarrierLines:
    """What a file says: barriers as lists of (latitude, longitude), and the crossings that ways may use."""

    barriers: tuple[tuple[Point, ...], ...]
    crossings: tuple[Point, ...]


def read_barriers(path: Path) -> BarrierLines:
    """The lines and crossings of a file; none when there is no file. Raises ValueError with the line and the reason."""
    if not path.exists():
        return BarrierLines(barriers=(), crossings=())
    text = path.read_text(encoding="utf-8")
    try:
        features = json.loads(text)["features"]
    except json.JSONDecodeError as error:
        raise ValueError(f"{path.name}, line {error.lineno}: not JSON ({error.msg})") from error
    except (KeyError, TypeError) as error:
        raise ValueError(f"{path.name}, line 1: not a GeoJSON FeatureCollection") from error
    lines = [text.count("\n", 0, found.start()) + 1 for found in re.finditer(r'"type"\s*:\s*"Feature"', text)]
    barriers: list[tuple[Point, ...]] = []
    crossings: list[tuple[int, str, Point]] = []
    for line, feature in zip(lines, features, strict=False):
        try:
            kind, points = _read_feature(feature)
        except (KeyError, TypeError, IndexError) as error:
            raise ValueError(f"{path.name}, line {line}: properties or geometry are missing or misshapen") from error
        except ValueError as error:
            raise ValueError(f"{path.name}, line {line}: {error}") from error
        if kind == BARRIER:
            barriers.append(points)
        else:
            crossings.append((line, kind, points[0]))
    for line, _, point in crossings:
        if all(_distance(point, start, end) > FARTHEST_DEGREES for row in barriers for start, end in _pieces(row)):
            raise ValueError(f"{path.name}, line {line}: the crossing does not lie on a barrier")
    return BarrierLines(
        barriers=tuple(barriers), crossings=tuple(point for _, kind, point in crossings if kind != FERRY)
    )


def _read_feature(feature: dict[str, Any]) -> tuple[str, tuple[Point, ...]]:
    kind, geometry = feature["properties"]["kind"], feature["geometry"]
    if not feature["properties"].get("name"):
        raise ValueError("it has no name")
    if kind not in (BARRIER, FERRY, *FREE_CROSSINGS):
        raise ValueError(f"kind is “{kind}”: it must be {BARRIER}, {', '.join(FREE_CROSSINGS)} or {FERRY}")
    shape = "LineString" if kind == BARRIER else "Point"
    if geometry["type"] != shape:
        raise ValueError(f"a {kind} is drawn as a {shape}, not as a {geometry['type']}")
    pairs = geometry["coordinates"] if kind == BARRIER else [geometry["coordinates"]]
    points = tuple((float(pair[1]), float(pair[0])) for pair in pairs)
    if kind == BARRIER and len(points) < 2:
        raise ValueError("a barrier needs two points or more")
    for latitude, longitude in points:
        if not (isfinite(latitude) and isfinite(longitude) and abs(latitude) <= 90 and abs(longitude) <= 180):
            raise ValueError(f"{longitude}, {latitude} is no longitude and latitude")
    return kind, points


def _pieces(line: tuple[Point, ...]) -> list[tuple[Point, Point]]:
    return list(itertools.pairwise(line))


def _distance(point: Point, start: Point, end: Point) -> float:
    """How far a point is from a piece of a line, in degrees: enough to say whether it lies on it."""
    along = (end[0] - start[0], end[1] - start[1])
    length2 = along[0] ** 2 + along[1] ** 2 or 1.0
    share = ((point[0] - start[0]) * along[0] + (point[1] - start[1]) * along[1]) / length2
    share = min(1.0, max(0.0, share))
    return hypot(start[0] + share * along[0] - point[0], start[1] + share * along[1] - point[1])
