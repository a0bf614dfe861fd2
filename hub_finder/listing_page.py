"""What the page of a listing shows besides the listing itself: for families, and for who looks at it before they do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from hub_finder.area import current_area
from hub_finder.directory.catalogue import find_of_organisation, find_related
from hub_finder.directory.feed_sources import Source, find_sources_of
from hub_finder.directory.pictures import get_picture_or_none
from hub_finder.directory.premises import HouseWeek, find_house_week
from hub_finder.directory.search import Result, find_nearby
from hub_finder.directory.similar import find_similar
from hub_finder.for_programs import CalendarLinks, calendar_links, linked_data
from hub_finder.languages import _
from hub_finder.mapping import map_of_places
from hub_finder.models.pictures import Picture
from hub_finder.models.services import Location, Service
from hub_finder.web import calendar, public_url

if TYPE_CHECKING:
    from hub_finder.maps import MapParts

# The kinds of house that make up the hub network. Each tells what runs in it.
NETWORK = {"family_hub", "outreach"}
# How many other listings of an organisation are named before a search for them all.
OTHERS = 5
# How many others near by are named, besides those that are similar.
NEARBY = 4
Ways = Sequence[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class ListingPage:
    """`directions` are ways to plan the journey, by the id of the place. A page that is only looked at has no address,
    and nothing that leads away from it to others."""

    directions: Mapping[int, Ways]
    related: Sequence[tuple[str, str]]
    others: Sequence[tuple[str, str]]
    more_others: bool
    map: "MapParts | None"
    similar: Sequence[Result] = ()
    nearby: Sequence[Result] = ()
    house_week: HouseWeek | None = None
    calendars: CalendarLinks | None = None
    linked_data: dict[str, Any] | None = None
    address: str = ""
    picture: str = ""
    photo: Picture | None = None
    feeds: Sequence[Source] = ()

    @property
    def is_public(self) -> bool:
        return bool(self.address)


def page_of(service: Service) -> ListingPage:
    """The page of a stored listing, for families."""
    area = current_area()
    similar = find_similar(service, area=area)
    alike = {result.service.id for result in similar}
    nearby = find_nearby(service, area=area, most=NEARBY + len(similar))
    others = find_of_organisation(service, most=OTHERS + 1)
    return ListingPage(
        directions=_directions(service),
        related=find_related(service),
        others=others[:OTHERS],
        more_others=len(others) > OTHERS,
        map=map_of_places(service),
        similar=similar,
        nearby=[result for result in nearby if result.service.id not in alike][:NEARBY],
        house_week=find_house_week(service, calendar=calendar()) if service.kind in NETWORK else None,
        calendars=calendar_links(service),
        linked_data=linked_data(service),
        address=public_url("finder.show_service", slug=service.slug),
        picture=public_url("static", filename="icons/apple-touch-icon.png"),
        photo=_photo(service),
        feeds=find_sources_of(service),
    )


def look_at(service: Service) -> ListingPage:
    """The page of a listing as it would be: what it says itself, told by the same means."""
    others = [] if service.organisation_id is None else find_of_organisation(service, most=OTHERS + 1)
    return ListingPage(
        directions=_directions(service),
        related=find_related(service),
        others=others[:OTHERS],
        more_others=len(others) > OTHERS,
        map=map_of_places(service),
        photo=_photo(service),
    )


def _photo(service: Service) -> Picture | None:
    return get_picture_or_none(service.picture) if service.picture else None


def _directions(service: Service) -> dict[int, Ways]:
    return {place.id: _ways_to(place) for place in service.places}


def _ways_to(location: Location) -> Ways:
    """Ways to plan the journey, on sites that show walking and public transport; none without a point."""
    if location.latitude is None:
        return []
    to = f"{location.latitude},{location.longitude}"
    google = "https://www.google.com/maps/dir/?api=1&"
    return [
        (_("Walking"), google + urlencode({"travelmode": "walking", "destination": to})),
        (_("Bus and train"), google + urlencode({"travelmode": "transit", "destination": to})),
        (_("Driving"), google + urlencode({"travelmode": "driving", "destination": to})),
    ]
