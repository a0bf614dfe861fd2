"""Points on the globe as unit vectors.

The straight line between two of them tells the distance over the ground: nothing but multiplication for each pair of
points, and an arc sine at last.
"""

from collections.abc import Iterable
from math import atan2, cos, degrees, radians, sin

import numpy as np
from geopy.distance import EARTH_RADIUS, great_circle
from numpy.typing import NDArray

EARTH_RADIUS_M = EARTH_RADIUS * 1000
METRES_PER_MILE = 1609.344
WINDS = ("north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west")


def unit_vector(latitude: float, longitude: float) -> tuple[float, float, float]:
    """The point (degrees) as x, y, z on the unit sphere."""
    phi, lam = radians(latitude), radians(longitude)
    return cos(phi) * cos(lam), cos(phi) * sin(lam), sin(phi)


def unit_vectors(latitudes: NDArray[np.float64], longitudes: NDArray[np.float64]) -> NDArray[np.float64]:
    """The points (degrees) on the unit sphere, a row each of x, y, z."""
    phi, lam = np.radians(latitudes), np.radians(longitudes)
    across = np.cos(phi)
    return np.stack((across * np.cos(lam), across * np.sin(lam), np.sin(phi)))


def metres_to(latitude: float, longitude: float, axes: Iterable[NDArray[np.float64]]) -> NDArray[np.float64]:
    """How far a point (degrees) is from others along straight lines, told by the chords.

    `axes` are the x, y and z of `unit_vectors`, and are used up.
    """
    chords2: float | NDArray[np.float64] = 0.0
    for axis, at in zip(axes, unit_vector(latitude, longitude), strict=True):
        axis -= at
        axis *= axis
        chords2 += axis
    half = np.sqrt(chords2)
    half /= 2
    metres: NDArray[np.float64] = 2 * EARTH_RADIUS_M * np.arcsin(np.minimum(1.0, half, out=half), out=half)
    return metres


def bounding_box(latitude: float, longitude: float, radius_m: float) -> tuple[float, float, float, float]:
    """(south, west, north, east) in degrees of a box that holds every point within `radius_m` of the point."""
    reach = degrees(radius_m / EARTH_RADIUS_M)
    across = reach / max(0.01, cos(radians(min(89.0, abs(latitude) + reach))))
    return latitude - reach, longitude - across, latitude + reach, longitude + across


def distance_m(start: tuple[float, float], end: tuple[float, float]) -> float:
    """Metres over the ground between two (latitude, longitude) points in degrees, by geopy's great circle."""
    metres: float = great_circle(start, end).meters
    return metres


def compass(start: tuple[float, float], end: tuple[float, float]) -> str:
    """Which way one sets out for the `end`, of eight: "south-east". Both are (latitude, longitude) in degrees."""
    (phi, lam), (to_phi, to_lam) = ((radians(one), radians(other)) for one, other in (start, end))
    east = sin(to_lam - lam) * cos(to_phi)
    north = cos(phi) * sin(to_phi) - sin(phi) * cos(to_phi) * cos(to_lam - lam)
    return WINDS[round(degrees(atan2(east, north)) / 45) % len(WINDS)]
