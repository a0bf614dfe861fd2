"""Where a phone says it is: two numbers instead of a postcode, never kept finer than about a mile."""

import re
from math import cos, radians

from sqlalchemy import select

from hub_finder.area import Area
from hub_finder.directory.geometry import bounding_box, distance_m
from hub_finder.directory.origins import Origin, PlaceProblem, make_origin
from hub_finder.extensions import db
from hub_finder.languages import _
from hub_finder.models.places import Sector

# Both with a decimal point, so that nothing else that people type looks like it.
_POINT = re.compile(r"(-?\d{1,2}\.\d{1,15})[ ,]+(-?\d{1,3}\.\d{1,15})", re.ASCII)
# Two decimals are about a kilometre. The page rounds before it sends; whatever else is sent is rounded here.
DECIMALS = 2
# Further than this from every postcode we know, it is nowhere that help is listed for.
FARTHEST_M = 30_000


def read_point(text: str) -> tuple[float, float] | None:
    """The latitude and longitude (degrees) that a text such as "50.71,-2.44" is, rounded; None for any other text."""
    found = _POINT.fullmatch(text.strip())
    if not found:
        return None
    latitude, longitude = (round(float(part), DECIMALS) for part in found.groups())
    return (latitude, longitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else None


def locate_point(point: tuple[float, float], *, area: Area) -> Origin:
    """The origin at a point, with the council of the postcode sector nearest to it. One query.

    Raises PlaceProblem `no_location` when no postcode is anywhere near.
    """
    latitude, longitude = point
    south, west, north, east = bounding_box(latitude, longitude, FARTHEST_M)
    narrower = cos(radians(latitude)) ** 2
    up, across = Sector.latitude - latitude, Sector.longitude - longitude
    near = db.session.scalar(
        select(Sector)
        .where(Sector.latitude.between(south, north), Sector.longitude.between(west, east))
        .order_by(up * up + across * across * narrower, Sector.code)
        .limit(1)
    )
    if near is None or distance_m(point, (near.latitude, near.longitude)) > FARTHEST_M:
        raise PlaceProblem(
            "no_location",
            _(
                "We know of no place near where you are. Enter a postcode or town, like %(postcode)s or %(town)s",
                postcode=area.postcode_example,
                town=area.place_example,
            ),
        )
    return make_origin(
        "point",
        f"{latitude:.{DECIMALS}f},{longitude:.{DECIMALS}f}",
        point,
        area=area,
        council=near.council,
        outcode=near.code.split(" ")[0],
        notes=[_("We used where your phone or computer says you are, to within about a mile.")],
        approximate=True,
    )
