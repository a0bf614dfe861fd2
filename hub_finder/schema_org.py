"""A listing as linked data of schema.org, for search engines and maps. Only what is stated stands in it."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from hub_finder.area import Area
from hub_finder.directory.days import DAY_NAMES
from hub_finder.directory.recurrences import Series, series_of
from hub_finder.directory.schedules import MONTHLY, ONCE, TIME_ZONE
from hub_finder.directory.times import Calendar
from hub_finder.models.services import Cost, Coverage, Location, Precision, Service

WHERE = "https://schema.org/"
FREE = "0"
# Of an address that does not say it: every place of this directory lies there.
COUNTRY = "GB"
# Points that lead to a door, or near enough to look round.
PRECISE = (Precision.EXACT, Precision.POSTCODE)

Thing = dict[str, Any]


def listing_data(
    service: Service, *, area: Area, calendar: Calendar, today: date, url: str, image: str | None = None
) -> Thing:
    """The service, and an event for each pattern that has an address and a session today or later.

    `url` is the whole address of its page, `image` that of its picture. A council's own help is a GovernmentService,
    any other a Service. Google shows no event without an address:
    https://developers.google.com/search/docs/appearance/structured-data/event
    """
    series = series_of(service, calendar=calendar, start=today)
    told = _service(service, area, url)
    events = [{**event, "organizer": told["provider"]} for event in _events(service, series, url)]
    pictured = {"image": image} if image else {}
    return {"@context": "https://schema.org", "@graph": [{**thing, **pictured} for thing in (told, *events)]}


def _service(service: Service, area: Area, url: str) -> Thing:
    by_council = service.organisation.name in area.councils.values()
    return _stated(
        {
            "@type": "GovernmentService" if by_council else "Service",
            "@id": f"{url}#service",
            "name": service.name,
            "alternateName": [*service.alternate_names, *service.former_names],
            "description": service.summary,
            "url": url,
            "serviceType": area.kinds[service.kind].label,
            "provider": _stated(
                {
                    "@type": "GovernmentOrganization" if by_council else "Organization",
                    "name": service.organisation.name,
                    "url": service.organisation.website,
                }
            ),
            "audience": _audience(service),
            "areaServed": _area_served(service, area),
            "availableChannel": _channels(service),
            "offers": _offers(service),
        }
    )


def _audience(service: Service) -> Thing | None:
    ages = _stated({"suggestedMinAge": service.min_age, "suggestedMaxAge": service.max_age})
    return {"@type": "PeopleAudience", **ages} if ages else None


def _area_served(service: Service, area: Area) -> list[Thing]:
    """The councils and parts of the area that it is for; what it says of the whole country names none."""
    councils = [area.council_name(one.value) for one in service.areas if one.scope == Coverage.COUNCIL]
    known = [area.localities.get(one.value or "") for one in service.areas if one.scope == Coverage.LOCALITY]
    names = [*councils, *(locality.name for locality in known if locality)]
    return [{"@type": "AdministrativeArea", "name": name} for name in names if name]


def _channels(service: Service) -> list[Thing]:
    """How to reach it: the ways that hold for all of it, with each of its places."""
    ways = _stated(
        {
            "servicePhone": {"@type": "ContactPoint", "telephone": service.phone} if service.phone else None,
            "serviceUrl": service.website,
            "availableLanguage": list(service.languages),
        }
    )
    places = [_place(place) for place in _open_places(service)]
    if places:
        return [{"@type": "ServiceChannel", "serviceLocation": place, **ways} for place in places]
    return [{"@type": "ServiceChannel", **ways}] if ways else []


def _offers(service: Service) -> list[Thing]:
    if service.cost == Cost.FREE:
        return [{"@type": "Offer", "price": FREE, "priceCurrency": "GBP"}]
    return [
        _stated(
            {
                "@type": "Offer",
                "name": option.option,
                "price": f"{option.amount_pence / 100:.2f}" if option.amount_pence else FREE,
                "priceCurrency": "GBP",
            }
        )
        for option in service.cost_options
        if option.amount_pence is not None
    ]


def _events(service: Service, series: Iterable[Series], url: str) -> list[Thing]:
    places = _open_places(service)
    events = []
    for one in series:
        at = one.schedule.place
        place = service.places[at] if at is not None else service.places[0] if len(service.places) == 1 else None
        if place is not None and place in places and "address" in _place(place):
            events.append(_event(service, one, place, url))
    return events


def _event(service: Service, series: Series, place: Location, url: str) -> Thing:
    first = series.first
    return _stated(
        {
            "@type": "Event",
            "@id": f"{url}#times-{series.number + 1}",
            "name": service.name,
            "description": service.summary,
            "url": url,
            "startDate": first.start.isoformat(),
            "endDate": first.end and first.end.isoformat(),
            "eventStatus": f"{WHERE}EventScheduled",
            "eventAttendanceMode": f"{WHERE}OfflineEventAttendanceMode",
            "location": _place(place),
            "offers": [{**offer, "url": url} for offer in _offers(service)],
            "isAccessibleForFree": True if service.cost == Cost.FREE else None,
            "eventSchedule": None if series.schedule.freq == ONCE else _schedule(series),
        }
    )


def _schedule(series: Series) -> Thing:
    schedule, first = series.schedule, series.first
    monthly = schedule.freq == MONTHLY
    return _stated(
        {
            "@type": "Schedule",
            "repeatFrequency": f"P{schedule.interval}{'M' if monthly else 'W'}",
            "byDay": list(schedule.byday) if monthly else [f"{WHERE}{DAY_NAMES[day]}" for day in schedule.byday],
            "startDate": str(first.start.date()),
            "endDate": series.last and str(series.last),
            "startTime": f"{first.start:%H:%M}",
            "endTime": first.end and f"{first.end:%H:%M}",
            "scheduleTimezone": TIME_ZONE,
            "exceptDate": [str(day) for day in series.left_out],
        }
    )


def _open_places(service: Service) -> Sequence[Location]:
    """The places that may be told: none of a listing that keeps them secret."""
    return [] if service.sensitive else service.places


def _place(place: Location) -> Thing:
    address = _stated(
        {
            "streetAddress": ", ".join(part for part in (place.address_1, place.address_2) if part),
            "addressLocality": place.city,
            "addressRegion": place.state_province,
            "postalCode": place.postal_code,
        }
    )
    point = None
    if place.latitude is not None and place.precision in PRECISE:
        point = {"@type": "GeoCoordinates", "latitude": place.latitude, "longitude": place.longitude}
    return _stated(
        {
            "@type": "Place",
            "name": place.name,
            "address": {"@type": "PostalAddress", **address, "addressCountry": place.country or COUNTRY}
            if address
            else None,
            "geo": point,
        }
    )


def _stated(facts: Thing) -> Thing:
    """The facts without those that are not known."""
    return {name: value for name, value in facts.items() if value not in (None, "", [])}
