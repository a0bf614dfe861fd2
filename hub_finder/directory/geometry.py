"""Points on the globe as unit vectors.

The straight line between two of them tells the distance over the ground: nothing but multiplication for each pair of
points, and an arc sine at last.
"""

from math import cos, degrees, radians, sin

from geopy.distance import EARTH_RADIUS, great_circle

EARTH_RADIUS_M = EARTH_RADIUS * 1000
METRES_PER_MILE = 1609.344


def unit_vector(latitude: float, longitude: float) -> tuple[float, float, float]:
    """The point (degrees) as x, y, z on the unit sphere."""
    phi, lam = radians(latitude), radians(longitude)
    return cos(phi) * cos(lam), cos(phi) * sin(lam), sin(phi)


def bounding_box(latitude: float, longitude: float, radius_m: float) -> tuple[float, float, float, float]:
    """(south, west, north, east) in degrees of a box that holds every point within `radius_m` of the point."""
    reach = degrees(radius_m / EARTH_RADIUS_M)
    across = reach / max(0.01, cos(radians(min(89.0, abs(latitude) + reach))))
    return latitude - reach, longitude - across, latitude + reach, longitude + across


def distance_m(start: tuple[float, float], end: tuple[float, float]) -> float:
    """Metres over the ground between two (latitude, longitude) points in degrees, by geopy's great circle."""
    metres: float = great_circle(start, end).meters
    return metres
