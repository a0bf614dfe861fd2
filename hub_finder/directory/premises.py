"""What else runs in the building of a listing: so that the page of a Family Hub tells the week of the whole house."""

from collections.abc import Sequence, Set
from dataclasses import dataclass

from sqlalchemy import func, select, tuple_

from hub_finder.directory import times
from hub_finder.directory.catalogue import for_cards, published
from hub_finder.directory.recurrences import sessions_of
from hub_finder.directory.times import DAY, Calendar, Session
from hub_finder.extensions import db
from hub_finder.models.services import Location, Service, ServiceAtLocation

DAYS = 7
# What two places in one building have in common: the name, or else the first line, and the postcode, or else the town.
House = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class HouseWeek:
    """The sessions of a building in the next seven days, in order, and who is there without saying when."""

    sessions: Sequence[tuple[Service, Session]]
    others: Sequence[Service]


def find_house_week(service: Service, *, calendar: Calendar) -> HouseWeek:
    """What runs where a listing is, its own sessions among it. A fixed number of queries."""
    houses, now = _houses(service.places), times.now()
    others = _find_neighbours(service, houses)
    told = [
        (one, session)
        for one in (service, *others)
        for session in sessions_of(one, calendar=calendar, start=now, end=now + DAYS * DAY)
        if one is service or session.schedule.place is None or _house(one.places[session.schedule.place]) in houses
    ]
    told.sort(key=lambda pair: (pair[1].start.timestamp(), pair[0].name))
    on = {one.id for one, _ in told}
    return HouseWeek(sessions=told, others=[one for one in others if one.id not in on])


def _house(place: Location) -> House | None:
    name, where = place.name or place.address_1, place.postal_code or place.city
    return (name, where) if name and where else None


def _houses(places: Sequence[Location]) -> set[House]:
    return {house for place in places if (house := _house(place))}


def _find_neighbours(service: Service, houses: Set[House]) -> list[Service]:
    """The published listings with a place in one of these buildings, by name."""
    if not houses:
        return []
    house = tuple_(func.coalesce(Location.name, Location.address_1), func.coalesce(Location.postal_code, Location.city))
    there = select(ServiceAtLocation.service_id).join(Location).where(house.in_(sorted(houses)))
    others = select(Service).where(Service.id.in_(there), Service.id != service.id, published())
    return list(db.session.scalars(for_cards(others).order_by(Service.name, Service.slug)))
