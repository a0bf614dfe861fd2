"""British National Grid to WGS84. Imports numpy, so only the importers use it."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Degrees = NDArray[np.float64]

# Airy 1830 and the National Grid's projection.
AIRY_A, AIRY_B, SCALE = 6377563.396, 6356256.909, 0.9996012717
ORIGIN_LATITUDE, ORIGIN_LONGITUDE = np.radians(49.0), np.radians(-2.0)
FALSE_EASTING, FALSE_NORTHING = 400000.0, -100000.0
AIRY_E2 = 1 - AIRY_B**2 / AIRY_A**2
N = (AIRY_A - AIRY_B) / (AIRY_A + AIRY_B)

# Helmert shift from OSGB36 to WGS84: metres, parts per million, seconds of arc.
SHIFT = (446.448, -125.157, 542.060)
SHIFT_SCALE = 1 - 20.4894e-6
ROTATION = tuple(np.radians(seconds / 3600) for seconds in (0.1502, 0.2470, 0.8421))

WGS84_A, WGS84_B = 6378137.0, 6356752.314245
WGS84_E2 = 1 - WGS84_B**2 / WGS84_A**2


def grid_to_wgs84(easting: ArrayLike, northing: ArrayLike) -> tuple[Degrees, Degrees]:
    """Latitude and longitude in degrees, for one point or for arrays of them in metres.

    Formulae and constants: Ordnance Survey, "A guide to coordinate systems in Great Britain",
    annexes A to C. The seven-parameter shift stays within 1.5 m of OSTN15 in the south of
    England, and within 5 m elsewhere. NaN gives NaN.
    """
    latitude, longitude = _unproject(np.asarray(easting, dtype=np.float64), np.asarray(northing, dtype=np.float64))
    return _shift_to_wgs84(latitude, longitude)


def _unproject(easting: Degrees, northing: Degrees) -> tuple[Degrees, Degrees]:
    """Grid metres to radians on the Airy ellipsoid."""
    phi = (northing - FALSE_NORTHING) / (AIRY_A * SCALE) + ORIGIN_LATITUDE
    for _ in range(6):  # each step gains about three digits; six are well below a millimetre
        phi = phi + (northing - FALSE_NORTHING - _meridian_arc(phi)) / (AIRY_A * SCALE)
    flat = 1 - AIRY_E2 * np.sin(phi) ** 2
    nu = AIRY_A * SCALE / np.sqrt(flat)
    rho = AIRY_A * SCALE * (1 - AIRY_E2) / flat**1.5
    eta2 = nu / rho - 1
    tan, sec = np.tan(phi), 1 / np.cos(phi)
    tan2 = tan**2
    d = easting - FALSE_EASTING
    latitude = (
        phi
        - tan / (2 * rho * nu) * d**2
        + tan / (24 * rho * nu**3) * (5 + 3 * tan2 + eta2 - 9 * tan2 * eta2) * d**4
        - tan / (720 * rho * nu**5) * (61 + 90 * tan2 + 45 * tan2**2) * d**6
    )
    longitude = (
        ORIGIN_LONGITUDE
        + sec / nu * d
        - sec / (6 * nu**3) * (nu / rho + 2 * tan2) * d**3
        + sec / (120 * nu**5) * (5 + 28 * tan2 + 24 * tan2**2) * d**5
        - sec / (5040 * nu**7) * (61 + 662 * tan2 + 1320 * tan2**2 + 720 * tan2**3) * d**7
    )
    return latitude, longitude


def _meridian_arc(phi: Degrees) -> Degrees:
    minus, plus = phi - ORIGIN_LATITUDE, phi + ORIGIN_LATITUDE
    arc: Degrees = (
        AIRY_B
        * SCALE
        * (
            (1 + N + 5 / 4 * N**2 + 5 / 4 * N**3) * minus
            - (3 * N + 3 * N**2 + 21 / 8 * N**3) * np.sin(minus) * np.cos(plus)
            + (15 / 8 * N**2 + 15 / 8 * N**3) * np.sin(2 * minus) * np.cos(2 * plus)
            - 35 / 24 * N**3 * np.sin(3 * minus) * np.cos(3 * plus)
        )
    )
    return arc


def _shift_to_wgs84(latitude: Degrees, longitude: Degrees) -> tuple[Degrees, Degrees]:
    nu = AIRY_A / np.sqrt(1 - AIRY_E2 * np.sin(latitude) ** 2)
    x = nu * np.cos(latitude) * np.cos(longitude)
    y = nu * np.cos(latitude) * np.sin(longitude)
    z = (1 - AIRY_E2) * nu * np.sin(latitude)
    rx, ry, rz = ROTATION
    x, y, z = (
        SHIFT[0] + SHIFT_SCALE * x - rz * y + ry * z,
        SHIFT[1] + rz * x + SHIFT_SCALE * y - rx * z,
        SHIFT[2] - ry * x + rx * y + SHIFT_SCALE * z,
    )
    across = np.hypot(x, y)
    phi = np.arctan2(z, across * (1 - WGS84_E2))
    for _ in range(4):
        nu = WGS84_A / np.sqrt(1 - WGS84_E2 * np.sin(phi) ** 2)
        phi = np.arctan2(z + WGS84_E2 * nu * np.sin(phi), across)
    return np.degrees(phi), np.degrees(np.arctan2(y, x))
