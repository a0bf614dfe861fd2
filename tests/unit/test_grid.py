from math import cos, hypot, radians

import numpy as np
import pytest

from hub_finder.directory.grid import grid_to_wgs84

# Ordnance Survey's own test points for OSTN15: latitude, longitude, easting, northing.
SOUTHERN_POINTS = [
    pytest.param(50.57563665, -1.29782277, 449816.371, 75335.861, id="St Catherine's Point"),
    pytest.param(50.93127938, -1.45051434, 438710.920, 114792.250, id="Southampton"),
    pytest.param(51.40078220, -3.55128349, 292184.870, 168003.465, id="Nash Point"),
    pytest.param(51.42754743, -2.54407618, 362269.991, 169978.690, id="Brislington"),
]
OTHER_POINTS = [
    pytest.param(49.92226394, -6.29977752, 91492.146, 11318.804, id="St Mary's, Scilly"),
    pytest.param(51.37447026, 1.44454730, 639821.835, 169565.858, id="North Foreland"),
    pytest.param(51.48936565, -0.11992557, 530624.974, 178388.464, id="Lambeth"),
    pytest.param(53.34480280, -2.64049321, 357455.843, 383290.436, id="Daresbury"),
]


@pytest.mark.parametrize(("latitude", "longitude", "easting", "northing"), SOUTHERN_POINTS)
def test_points_in_the_south_are_within_a_metre_and_a_half(
    latitude: float, longitude: float, easting: float, northing: float
) -> None:
    found = grid_to_wgs84(easting, northing)

    assert metres_apart((latitude, longitude), (float(found[0]), float(found[1]))) < 1.5


@pytest.mark.parametrize(("latitude", "longitude", "easting", "northing"), OTHER_POINTS)
def test_points_elsewhere_are_within_five_metres(
    latitude: float, longitude: float, easting: float, northing: float
) -> None:
    found = grid_to_wgs84(easting, northing)

    assert metres_apart((latitude, longitude), (float(found[0]), float(found[1]))) < 5


def test_arrays_give_the_same_points_as_single_values_and_keep_the_unknown() -> None:
    eastings, northings = np.array([362269.991, np.nan]), np.array([169978.690, np.nan])

    latitudes, longitudes = grid_to_wgs84(eastings, northings)

    assert (latitudes[0], longitudes[0]) == grid_to_wgs84(362269.991, 169978.690)
    assert np.isnan([latitudes[1], longitudes[1]]).all()


def metres_apart(one: tuple[float, float], other: tuple[float, float]) -> float:
    north = (one[0] - other[0]) * 111_195
    east = (one[1] - other[1]) * 111_195 * cos(radians(one[0]))
    return hypot(north, east)
