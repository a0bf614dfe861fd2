"""Listings, places and search results as JSON-ready values, with the names that docs/api.md promises."""

from typing import Any

from hub_finder import words
from hub_finder.directory.freshness import state_now
from hub_finder.directory.places import Origin
from hub_finder.directory.schedules import format_schedules
from hub_finder.directory.search import Result, SearchPage
from hub_finder.directory.times import Calendar, next_session
from hub_finder.models.services import Cost, Location, Service


def result_json(result: Result, calendar: Calendar) -> dict[str, Any]:
    """One result of a search. Distances in metres, points in degrees; null is "not stated" or "no place"."""
    service, location = result.service, result.location
    return {
        **_summary(service, calendar),
        "number": result.number,
        "distance_m": None if result.distance_m is None else round(result.distance_m),
        "latitude": location.latitude if location else None,
        "longitude": location.longitude if location else None,
        "approximate": bool(location and location.precision != "exact"),
        "outside_area": result.outside_area,
        "why": list(result.why),
        "fits": dict(result.fits),
    }


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
            "sort": query.sort,
        },
        "origin": origin_json(query.origin) if query.origin else None,
        "total": page.total,
        "page": query.page,
        "per_page": query.per_page,
        "pages": page.pages,
        "within_miles": page.within_miles,
        "widened_to_miles": page.widened_to_miles,
        "results": [result_json(result, calendar) for result in page.results],
        "without_a_place": [result_json(result, calendar) for result in page.without_a_place],
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


def service_json(service: Service, calendar: Calendar) -> dict[str, Any]:
    """A whole listing, as its .json twin gives it."""
    return {
        **_summary(service, calendar),
        "alternate_names": service.alternate_names,
        "delivery": service.delivery,
        "places": [_place(place) for place in service.places],
        "service_areas": [{"scope": area.scope, "value": area.value or None} for area in service.areas],
        "ages_note": service.ages_note,
        "email": service.email,
        "referral": {"state": service.referral, "note": service.referral_note},
        "accessibility": service.accessibility,
        "times": {
            "stated": words.times(service),
            "schedule": format_schedules(service.schedules) or None,
            "note": service.schedule_note,
        },
        "caution": service.caution,
        "changed_on": service.changed_on.isoformat() if service.changed_on else None,
        "confidence": service.confidence,
        "sources": [{"title": one.title, "url": one.url, "date": one.published} for one in service.sources],
    }


def feature_json(result: Result, url: str, calendar: Calendar) -> dict[str, Any]:
    """A result as an RFC 7946 feature: longitude first."""
    location = result.location
    point = location and {"type": "Point", "coordinates": [location.longitude, location.latitude]}
    return {
        "type": "Feature",
        "id": result.service.slug,
        "geometry": point,
        "properties": {**result_json(result, calendar), "url": url},
    }


def _summary(service: Service, calendar: Calendar) -> dict[str, Any]:
    return {
        "slug": service.slug,
        "name": service.name,
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
        "cost": {"state": Cost(service.cost).value, "note": service.cost_note},
        "next_session": next_session_json(service, calendar),
        "phone": service.phone,
        "website": service.website,
        "checked_on": service.checked_on.isoformat() if service.checked_on else None,
        "freshness": state_now(service),
    }


def next_session_json(service: Service, calendar: Calendar) -> str | None:
    """The start of the next session that the stated times promise, as ISO 8601 with its offset; none once lapsed."""
    if state_now(service) == "lapsed":
        return None
    session = next_session(service.schedules, calendar=calendar, now=words.now())
    return session.start.isoformat() if session else None


def _place(place: Location) -> dict[str, Any]:
    return {
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
    }
