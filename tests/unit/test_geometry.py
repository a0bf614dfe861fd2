from math import isclose, sin

import pytest
from geopy.distance import geodesic, great_circle
from hypothesis import given
from hypothesis import strategies as st

from hub_finder.directory.geometry import (
    EARTH_RADIUS_M,
    METRES_PER_MILE,
    bounding_box,
    compass,
    distance_m,
    unit_vector,
)

# Great Britain and the seas round it.
latitudes = st.floats(49, 61)
longitudes = st.floats(-9, 3)
points = st.tuples(latitudes, longitudes)


@given(points)
def test_a_point_lies_on_the_unit_sphere(point: tuple[float, float]) -> None:
    x, y, z = unit_vector(*point)

    assert isclose(x * x + y * y + z * z, 1, rel_tol=1e-12)


@given(points, points)
def test_the_chord_between_two_points_is_the_chord_of_their_distance(
    start: tuple[float, float], end: tuple[float, float]
) -> None:
    between = sum((a - b) ** 2 for a, b in zip(unit_vector(*start), unit_vector(*end), strict=True))

    chord = 2 * sin(great_circle(start, end).meters / (2 * EARTH_RADIUS_M))
    assert isclose(between, chord**2, rel_tol=1e-6, abs_tol=1e-13)


@given(points, points)
def test_a_distance_is_within_half_a_per_cent_of_the_geodesic(
    start: tuple[float, float], end: tuple[float, float]
) -> None:
    assert isclose(distance_m(start, end), geodesic(start, end).meters, rel_tol=0.005, abs_tol=0.01)


def test_a_distance_is_in_metres() -> None:
    one_minute_of_latitude = distance_m((52.0, -1.0), (52.0 + 1 / 60, -1.0))

    assert one_minute_of_latitude == pytest.approx(1853, abs=1)


@given(points, points, st.floats(0.1, 200))
def test_the_box_round_a_point_holds_all_that_is_within_reach(
    start: tuple[float, float], end: tuple[float, float], radius_miles: float
) -> None:
    radius_m = radius_miles * METRES_PER_MILE

    south, west, north, east = bounding_box(*start, radius_m)

    inside = south <= end[0] <= north and west <= end[1] <= east
    assert inside or distance_m(start, end) > radius_m * 0.9999


def test_the_box_round_a_point_is_not_much_larger_than_it_needs_to_be() -> None:
    south, west, north, east = bounding_box(50.7, -2.4, 10_000)

    assert 19_900 < distance_m((south, -2.4), (north, -2.4)) < 20_100
    assert 19_900 < distance_m((50.7, west), (50.7, east)) < 20_200


@pytest.mark.parametrize(
    ("north", "east", "said"),
    [
        (1, 0, "north"),
        (1, 1, "north-east"),
        (0, 1, "east"),
        (-1, 1, "south-east"),
        (-1, 0, "south"),
        (-1, -1, "south-west"),
        (0, -1, "west"),
        (1, -1, "north-west"),
        # Nearer to north than to north-east, and nearer to north from the other side.
        (1, 0.4, "north"),
        (1, -0.4, "north"),
        (1, 0.43, "north-east"),
    ],
)
def test_a_direction_is_the_nearest_of_eight_over_the_ground(north: float, east: float, said: str) -> None:
    # At 60 degrees north a degree of longitude is half as long as one of latitude.
    start, end = (60.0, 2.0), (60.0 + north / 100, 2.0 + 2 * east / 100)

    assert compass(start, end) == said
