"""Listings, places and search results as JSON-ready values, with the names that docs/api.md promises."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Any

import orjson

from hub_finder import words
from hub_finder.area import current_area
from hub_finder.directory import freshness, times
from hub_finder.directory.cards import AnyAlert, AnyBooking, AnyService
from hub_finder.directory.columns import language_name
from hub_finder.directory.feed_sources import Source
from hub_finder.directory.freshness import State
from hub_finder.directory.opening import Opening
from hub_finder.directory.places import Origin
from hub_finder.directory.schedules import format_schedules
from hub_finder.directory.search import Result, SearchPage
from hub_finder.directory.times import Calendar
from hub_finder.feed_marks import feeds_of
from hub_finder.models.services import Location, Service


def results_json(
    results: Iterable[Result], calendar: Calendar, *, url_of: Callable[[str], str] | None = None
) -> Iterator[orjson.Fragment]:
    """Results of a search, as text. Distances in metres, points in degrees; null is "not stated" or "no place".

    `url_of` tells the address of a listing's page by its slug, for who wants it in the result.
    """
    now, today, limits = times.now(), freshness.today(), current_area().freshness
    for result in results:
        service, location = result.service, result.location
        state = freshness.state_of(service, limits=limits, today=today)
        told = {
            **_of_today(service, state),
            **opening_json(words.opening(service, calendar, location, now=now, state=state)),
            "number": result.number,
            "distance_m": None if result.distance_m is None else round(result.distance_m),
            "round_water": result.round_water,
            "latitude": location.latitude if location else None,
            "longitude": location.longitude if location else None,
            "approximate": bool(location and location.precision != "exact"),
            "places": len(service.places),
            "outside_area": result.outside_area,
            "why": result.why,
            "fits": result.fits,
            "feeds": [source_json(source) for source in feeds_of(service)],
        }
        if url_of:
            told["url"] = url_of(service.slug)
        if service.lasting is None:
            # Without its last brace, and so a copy: what orjson gives keeps room for several times as much.
            service.lasting = orjson.dumps(_lasting(service))[:-1]
        yield orjson.Fragment(b"%b,%b" % (service.lasting, orjson.dumps(told)[1:]))


def page_json(page: SearchPage, calendar: Calendar) -> dict[str, Any]:
    """A search's answer, as /api/search gives it."""
    query = page.query
    return {
        "query": {
            "q": query.words,
            "postcode": query.origin.label if query.origin else None,
            "need": list(query.needs),
            "age": list(query.ages),
            "kind": list(query.kinds),
            "locality": list(query.localities),
            "within": query.within_miles,
            "cost": query.cost,
            "send": query.send,
            "referral": query.referral,
            "access": list(query.access),
            "language": list(query.languages),
            "border": query.border,
            "day": list(query.days),
            "on": _day(query.on),
            "time": query.time,
            "when": query.when,
            "sort": query.sort,
        },
        "origin": origin_json(query.origin) if query.origin else None,
        "total": page.total,
        "page": query.page,
        "per_page": query.per_page,
        "pages": page.pages,
        "within_miles": page.within_miles,
        "widened_to_miles": page.widened_to_miles,
        "results": list(results_json(page.results, calendar)),
        "without_a_place": list(results_json(page.without_a_place, calendar)),
        "total_without_a_place": page.total_without_a_place,
        "facets": {
            name: [{"value": facet.value, "label": facet.label, "count": facet.count} for facet in facets]
            for name, facets in page.facets.items()
        },
    }


def origin_json(origin: Origin) -> dict[str, Any]:
    """A place that was searched from. `corrected_from` and `terminated_on` stand only where they apply."""
    answer: dict[str, Any] = {
        "kind": origin.kind,
        "label": origin.label,
        "latitude": origin.latitude,
        "longitude": origin.longitude,
        "approximate": origin.approximate,
        "council": origin.council_name or origin.council,
        "in_area": origin.in_area,
        "locality": origin.locality,
        "notes": list(origin.notes),
    }
    if origin.terminated:
        answer["terminated"] = True
        answer["terminated_on"] = origin.terminated_on
    if origin.corrected_from:
        answer["corrected_from"] = origin.corrected_from
    return answer


def source_json(source: Source) -> dict[str, Any]:
    """A feed that a listing stands in, and how it is: null until it was read."""
    return {
        "name": source.name,
        "health": source.health,
        "read_on": _day(source.read_on),
        "failing": source.failing,
    }


def service_json(
    service: Service,
    calendar: Calendar,
    *,
    related: Sequence[tuple[str, str]] = (),
    feeds: Sequence[Source] = (),
) -> dict[str, Any]:
    """A whole listing, as its .json twin gives it; `related` are slugs and names of others that may be shown."""
    organisation = service.organisation
    return {
        **_summary(service),
        **opening_json(words.opening(service, calendar)),
        "status": service.status,
        "alternate_names": service.alternate_names,
        "organisation_details": {
            "uuid": organisation.uid,
            "name": organisation.name,
            "description": organisation.description,
            "website": organisation.website,
        },
        "delivery": service.delivery,
        "sensitive": service.sensitive,
        "places": [_place(service, place, calendar) for place in service.places],
        "service_areas": [{"scope": area.scope, "value": area.value or None} for area in service.areas],
        "ages_note": service.ages_note,
        "email": service.email,
        "contacts": [
            {"name": one.name, "role": one.role, "phone": one.phone, "email": one.email} for one in service.contacts
        ],
        "cost": _cost(service)
        | {
            "options": [
                {"option": one.option, "amount": None if one.amount_pence is None else one.amount_pence / 100}
                for one in service.cost_options
            ]
        },
        "referral": {
            "state": service.referral,
            "note": service.referral_note,
            "url": service.referral_url,
            "phone": service.referral_phone,
            "consent": service.referral_consent,
            "wait_time": service.wait_time,
            "wait_time_date": service.wait_time_date,
        },
        "confidential": service.confidential,
        "accessibility": service.accessibility,
        "times": {
            "stated": words.times(service),
            "schedule": format_schedules(service.schedules) or None,
            "note": service.schedule_note,
        },
        "bookings": [_booking(booking) for booking in words.bookings(service)],
        "caution": service.caution,
        "picture": _picture(service),
        "related": [{"slug": slug, "name": name} for slug, name in related],
        "attributes": [dict(zip(("name", "value"), one.split("=", 1), strict=True)) for one in service.attributes],
        "changed_on": _day(service.changed_on),
        "confidence": service.confidence,
        "sources": [{"title": one.title, "url": one.url, "date": one.published} for one in service.sources],
        "feeds": [{**source_json(source), "followed": source.followed} for source in feeds],
    }


def features_json(
    results: Sequence[Result], calendar: Calendar, *, url_of: Callable[[str], str]
) -> Iterator[dict[str, Any]]:
    """Results as RFC 7946 features, longitude first; `url_of` tells the address of a listing's page by its slug."""
    for result, properties in zip(results, results_json(results, calendar, url_of=url_of), strict=True):
        location = result.location
        yield {
            "type": "Feature",
            "id": result.service.slug,
            "geometry": location and {"type": "Point", "coordinates": [location.longitude, location.latitude]},
            "properties": properties,
        }


def place_features_json(service: Service, url: str, calendar: Calendar) -> Iterator[dict[str, Any]]:
    """A listing as RFC 7946 features, one for each of its places; without any, one that has no point."""
    about = {**_summary(service), **opening_json(words.opening(service, calendar)), "url": url}
    places: Sequence[Location | None] = service.places or [None]
    for place in places:
        point = None
        if place and place.latitude is not None:
            point = {"type": "Point", "coordinates": [place.longitude, place.latitude]}
        yield {
            "type": "Feature",
            "id": place.uid if place else service.uid,
            "geometry": point,
            "properties": {**about, "place": _place(service, place, calendar) if place else None},
        }


def _summary(service: Service) -> dict[str, Any]:
    return {**_lasting(service), **_of_today(service, freshness.state_now(service))}


def _lasting(service: AnyService) -> dict[str, Any]:
    """What stays the same until the listing changes."""
    return {
        "slug": service.slug,
        "uuid": service.uid,
        "name": service.name,
        "former_names": service.former_names,
        "kind": service.kind,
        "organisation": service.organisation.name,
        "summary": service.summary or None,
        "needs": [need.slug for need in service.needs],
        "locality": service.locality,
        "ages": {
            "min": service.min_age,
            "max": service.max_age,
            "stated": service.min_age is not None or service.max_age is not None,
        },
        "eligibility": service.eligibility,
        "languages": [{"code": code, "name": language_name(code)} for code in service.languages],
        "cost": _cost(service),
        "phone": service.phone,
        "website": service.website,
        "checked_on": _day(service.checked_on),
    }


def _of_today(service: AnyService, state: State) -> dict[str, Any]:
    return {"freshness": state, "alerts": [_alert(alert) for alert in words.alerts(service)]}


def opening_json(opening: Opening) -> dict[str, Any]:
    """When to go: in words, as the start of the next session with its offset, and until when it is open now."""
    closes_at = opening.closes_at and opening.closes_at.isoformat()
    return {
        "when": opening.words or None,
        "open_now": {"closes_at": closes_at} if opening.running else None,
        "next_session": opening.next_start,
    }


def _cost(service: AnyService) -> dict[str, Any]:
    return {"state": service.cost, "note": service.cost_note}


def _alert(alert: AnyAlert) -> dict[str, Any]:
    return {"text": alert.text, "closed": alert.closed, "from": _day(alert.starts_on), "to": _day(alert.ends_on)}


def _picture(service: Service) -> dict[str, Any] | None:
    if service.picture is None:
        return None
    path = f"/pictures/{service.picture}"
    return {"path": f"{path}.jpg", "small": f"{path}-small.jpg", "description": service.picture_description}


def _booking(booking: AnyBooking) -> dict[str, Any]:
    return {
        "for": booking.name,
        "from": _day(booking.starts_on),
        "to": _day(booking.ends_on),
        "url": booking.url,
        "free_for": booking.free_for,
        "food": booking.food,
        "places": booking.places,
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _place(service: Service, place: Location, calendar: Calendar) -> dict[str, Any]:
    return {
        "uuid": place.uid,
        "name": place.name,
        "address_1": place.address_1,
        "address_2": place.address_2,
        "city": place.city,
        "state_province": place.state_province,
        "postal_code": place.postal_code,
        "country": place.country,
        "latitude": place.latitude,
        "longitude": place.longitude,
        "precision": place.precision,
        "accessibility": place.accessibility,
        "schedule": format_schedules(words.own_schedules(service, place)) or None,
        "next_session": words.own_opening(service, calendar, place).next_start,
    }
