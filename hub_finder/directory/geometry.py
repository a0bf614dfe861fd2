"""Points on the globe as unit vectors.

The square of the straight line between two unit vectors grows with the distance over the ground, so it sorts and
compares as the distance does, with nothing but multiplication: any database can compute it, to the same last bit.
"""

from math import cos, degrees, radians, sin

from geopy.distance import EARTH_RADIUS, great_circle

EARTH_RADIUS_M = EARTH_RADIUS * 1000
METRES_PER_MILE = 1609.344


def unit_vector(latitude: float, longitude: float) -> tuple[float, float, float]:
    """The point (degrees) as x, y, z on the unit sphere."""
    phi, lam = radians(latitude), radians(longitude)
    return cos(phi) * cos(lam), cos(phi) * sin(lam), sin(phi)


def chord2(distance_m: float) -> float:
    """The squared straight line, on the unit sphere, that goes with a distance over the ground in metres."""
    return (2 * sin(distance_m / (2 * EARTH_RADIUS_M))) ** 2


def bounding_box(latitude: float, longitude: float, radius_m: float) -> tuple[float, float, float, float]:
    """(south, west, north, east) in degrees of a box that holds every point within `radius_m` of the point."""
    reach = degrees(radius_m / EARTH_RADIUS_M)
    across = reach / max(0.01, cos(radians(min(89.0, abs(latitude) + reach))))
    return latitude - reach, longitude - across, latitude + reach, longitude + across


def distance_m(start: tuple[float, float], end: tuple[float, float]) -> float:
    """Metres over the ground between two (latitude, longitude) points in degrees, by geopy's great circle."""
    metres: float = great_circle(start, end).meters
    return metres
