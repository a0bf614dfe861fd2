"""From typed text to a place: our own places first, then an online geocoder if HUB_GEOCODER_URL is set."""

from urllib.parse import urlsplit

from flask import current_app
from geopy.exc import GeopyError
from geopy.geocoders import Nominatim
from sqlalchemy import select

from hub_finder.area import Area
from hub_finder.directory.geometry import distance_m
from hub_finder.directory.origins import Origin, PlaceProblem, make_origin
from hub_finder.directory.places import locate
from hub_finder.extensions import db
from hub_finder.languages import _
from hub_finder.models.places import Outcode

TIMEOUT_S = 3
# Further than this from every known postcode, an answer is not a place that anyone here meant.
FARTHEST_M = 30_000


def find_place(text: str, *, area: Area) -> Origin:
    """The place for a text, from our own places or, when a setting allows it, the geocoder. Raises PlaceProblem."""
    try:
        return locate(text, area=area)
    except PlaceProblem as problem:
        found = geocode(text, area=area) if problem.code == "unknown_place" else None
        if found is None:
            raise
        return found


def geocode(text: str, *, area: Area) -> Origin | None:
    """The place that the geocoder finds for a text in or near the area, approximate; None when it finds none.

    Sends what was typed to the server that the setting names, and nothing else. A server that fails counts as "none".
    """
    address = urlsplit(current_app.config["HUB_GEOCODER_URL"])
    if not address.netloc:
        return None
    south, west, north, east = area.bounds
    server = Nominatim(
        domain=address.netloc + address.path.rstrip("/"),
        scheme=address.scheme,
        user_agent="hub-finder",
        timeout=TIMEOUT_S,
    )
    try:
        found = server.geocode(text, country_codes="gb", viewbox=((south, west), (north, east)), bounded=True)
    except GeopyError:
        current_app.logger.warning("The geocoder does not answer")
        return None
    if found is None:
        return None
    point = (found.latitude, found.longitude)
    near = min(
        db.session.scalars(select(Outcode)),
        key=lambda one: distance_m(point, (one.latitude, one.longitude)),
        default=None,
    )
    if near is None or distance_m(point, (near.latitude, near.longitude)) > FARTHEST_M:
        return None
    return make_origin(
        "place",
        text,
        point,
        area=area,
        council=near.council,
        outcode=near.code,
        notes=[_("We found “%(place)s” on an online map. Type a postcode for better distances.", place=text)],
        approximate=True,
    )
