"""Water is gone round, never across, and no distance is shorter than the straight line."""

import csv
import itertools
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub_finder.area import load_area
from hub_finder.config import ROOT
from hub_finder.directory.barriers import Barriers, Ways
from hub_finder.directory.geometry import METRES_PER_MILE, distance_m

Point = tuple[float, float]
AREAS = sorted((ROOT / "data/areas").iterdir())

# Where people are, by what anybody in the county knows of its roads: rounded to about 100 m.
TOWNS: dict[str, Point] = {
    "Swanage": (50.608, -1.9605),
    "Studland": (50.642, -1.954),
    "Sandbanks": (50.684, -1.9475),
    "Poole": (50.7145, -1.9845),
    "Poole Quay": (50.7122, -1.987),
    "Hamworthy": (50.7155, -2.006),
    "Upton": (50.7385, -2.029),
    "Arne": (50.6927, -2.0404),
    "Wareham": (50.6865, -2.1095),
    "Corfe Castle": (50.6385, -2.0575),
    "Dorchester": (50.7154, -2.437),
    "Weymouth": (50.607, -2.4555),
    "Wyke Regis": (50.593, -2.478),
    "Easton": (50.545, -2.435),
    "Fortuneswell": (50.5603, -2.4431),
    "Chesil Beach": (50.605, -2.5195),
    "Fleet": (50.6198, -2.516),
    "Lulworth": (50.62, -2.25),
    "Mudeford": (50.7275, -1.74),
    "Hengistbury": (50.7165, -1.756),
    "Christchurch": (50.7358, -1.7813),
    "Brownsea Island": (50.689, -1.972),
}


@pytest.fixture(scope="module")
def county() -> Barriers:
    return Barriers.load(ROOT / "data/areas/dorset/barriers.geojson")


def ways(barriers: Barriers, start: Point, *ends: Point) -> Ways:
    straight = np.array([distance_m(start, end) for end in ends])
    latitudes, longitudes = np.array(ends).T
    return barriers.ways(*start, latitudes, longitudes, straight)


@pytest.mark.parametrize(
    ("start", "end", "least", "most"),
    [
        # The road from Swanage to Sandbanks without the ferry is about 26 miles.
        ("Swanage", "Sandbanks", 17, 27),
        ("Studland", "Sandbanks", 16, 26),
        ("Swanage", "Poole", 14, 22),
        ("Arne", "Poole", 9, 14),
        ("Arne", "Hamworthy", 8, 13),
        ("Wareham", "Poole", 6, 10),
        ("Easton", "Weymouth", 4.9, 6.5),
        ("Fortuneswell", "Weymouth", 3.8, 5),
        ("Easton", "Lulworth", 14, 24),
        ("Wyke Regis", "Chesil Beach", 2.8, 4),
        ("Fleet", "Chesil Beach", 5, 8),
        ("Mudeford", "Hengistbury", 3.5, 6),
    ],
)
def test_the_way_round_the_water_is_about_what_people_know(
    county: Barriers, start: str, end: str, least: float, most: float
) -> None:
    found = ways(county, TOWNS[start], TOWNS[end])

    assert least <= found.metres[0] / METRES_PER_MILE <= most
    assert found.round_water.tolist() == [True]
    assert found.over_water.tolist() == [False]


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("Swanage", "Corfe Castle"),
        ("Dorchester", "Weymouth"),
        ("Hamworthy", "Upton"),
        ("Mudeford", "Christchurch"),
        ("Wareham", "Dorchester"),
    ],
)
def test_over_land_the_straight_distance_stays(county: Barriers, start: str, end: str) -> None:
    found = ways(county, TOWNS[start], TOWNS[end])

    assert found.metres[0] == distance_m(TOWNS[start], TOWNS[end])
    assert found.round_water.tolist() == [False]


def test_a_bridge_keeps_a_short_way_short(county: Barriers) -> None:
    found = ways(county, TOWNS["Hamworthy"], TOWNS["Poole Quay"])

    assert found.metres[0] / METRES_PER_MILE < 1.1


def test_an_island_without_a_bridge_is_as_far_as_the_straight_line_and_marked(county: Barriers) -> None:
    found = ways(county, TOWNS["Poole"], TOWNS["Brownsea Island"])

    assert found.metres[0] == distance_m(TOWNS["Poole"], TOWNS["Brownsea Island"])
    assert found.over_water.tolist() == [True]
    assert found.round_water.tolist() == [False]


@pytest.mark.parametrize("folder", AREAS, ids=lambda folder: folder.name)
def test_no_town_and_no_listing_of_an_area_lies_in_the_water(folder: Path) -> None:
    area = load_area(folder)
    rows = [*read_rows(area.places_file), *read_rows(area.services_file)]
    points = [(float(row["latitude"]), float(row["longitude"])) for row in rows if row["latitude"]]

    found = ways(Barriers.load(area.barriers_file), points[0], *points)

    assert len(points) > 100
    assert [point for point, over in zip(points, found.over_water, strict=True) if over] == []


def read_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


points = st.tuples(st.floats(50.45, 51.1), st.floats(-3.2, -1.4))


@settings(deadline=None)
@given(start=points, end=points)
def test_a_way_is_never_shorter_than_the_straight_line_and_as_long_back(
    county: Barriers, start: Point, end: Point
) -> None:
    there, back = ways(county, start, end), ways(county, end, start)

    assert np.isfinite(there.metres).all()
    assert there.metres[0] >= distance_m(start, end)
    assert there.metres[0] == pytest.approx(back.metres[0], rel=1e-3, abs=50)


def feature(kind: str, *where: tuple[float, float], name: str = "The river", shape: str = "") -> dict[str, object]:
    line = kind == "barrier"
    coordinates = [list(point) for point in where] if line else list(where[0])
    geometry = {"type": shape or ("LineString" if line else "Point"), "coordinates": coordinates}
    return {"type": "Feature", "properties": {"kind": kind, "name": name}, "geometry": geometry}


RIVER = feature("barrier", (-1.0, 51.9), (-1.0, 52.1))
WEST, EAST = (52.0, -1.02), (52.0, -0.98)


def write(folder: Path, *features: dict[str, object]) -> Path:
    file = folder / "barriers.geojson"
    rows = ",\n".join(map(json.dumps, features))
    file.write_text('{"type": "FeatureCollection", "features": [\n' + rows + "\n]}", encoding="utf-8")
    return file


def test_an_area_without_a_file_has_straight_lines_only(tmp_path: Path) -> None:
    barriers = Barriers.load(tmp_path / "barriers.geojson")

    assert ways(barriers, WEST, EAST).metres[0] == distance_m(WEST, EAST)


@pytest.mark.parametrize(
    ("kind", "goes_round"), [("bridge", True), ("causeway", True), ("head", True), ("ferry", False)]
)
def test_one_passes_where_a_crossing_is_but_not_by_a_ferry(tmp_path: Path, kind: str, *, goes_round: bool) -> None:
    barriers = Barriers.load(write(tmp_path, RIVER, feature(kind, (-1.0, 52.05))))

    found = ways(barriers, WEST, EAST)

    by_crossing = distance_m(WEST, (52.05, -1.0)) + distance_m((52.05, -1.0), EAST)
    expected = by_crossing if goes_round else distance_m(WEST, EAST)
    assert found.metres[0] == pytest.approx(expected, rel=1e-6)
    assert found.round_water.tolist() == [goes_round]
    assert found.over_water.tolist() == [not goes_round]


def test_two_rivers_are_passed_by_one_bridge_after_the_other(tmp_path: Path) -> None:
    second = feature("barrier", (-0.99, 51.9), (-0.99, 52.1))
    bridges = feature("bridge", (-1.0, 52.05)), feature("bridge", (-0.99, 51.95))
    barriers = Barriers.load(write(tmp_path, RIVER, second, *bridges))

    found = ways(barriers, WEST, EAST)

    stops = [WEST, (52.05, -1.0), (51.95, -0.99), EAST]
    legs = sum(distance_m(start, end) for start, end in itertools.pairwise(stops))
    assert found.metres[0] == pytest.approx(legs, rel=1e-6)


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (feature("bridge", (-1.2, 52.0)), "line 3: the crossing does not lie on a barrier"),
        (feature("bog", (-1.0, 52.0)), "line 3: kind is “bog”"),
        (feature("bridge", (-1.0, 52.0), name=""), "line 3: it has no name"),
        (feature("bridge", (-1.0, 52.0), shape="Polygon"), "line 3: a bridge is drawn as a Point"),
        (feature("barrier", (-1.0, 52.0)), "line 3: a barrier needs two points"),
        (feature("bridge", (52.0, -181.0)), "line 3: 52.0, -181.0 is no longitude and latitude"),
        ({"type": "Feature"}, "line 3: properties or geometry are missing"),
    ],
)
def test_a_bad_file_is_reported_with_its_line_and_the_reason(
    tmp_path: Path, bad: dict[str, object], reason: str
) -> None:
    file = write(tmp_path, RIVER, bad)

    with pytest.raises(ValueError, match=reason):
        Barriers.load(file)


def test_a_file_that_is_no_geojson_is_reported(tmp_path: Path) -> None:
    file = tmp_path / "barriers.geojson"

    file.write_text('{\n"type": oops}', encoding="utf-8")
    with pytest.raises(ValueError, match="line 2: not JSON"):
        Barriers.load(file)
    file.write_text("[]", encoding="utf-8")
    with pytest.raises(ValueError, match="not a GeoJSON FeatureCollection"):
        Barriers.load(file)
