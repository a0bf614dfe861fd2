"""What validators of schema.org and of search engines ask of the data on a listing's page, as rules of our own.

From schema.org's definitions of the types used (which property each has, and of which type its value is), and from what
Google's documentation of events, breadcrumbs and local places calls required and recommended.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

Thing = Mapping[str, Any]
SITE = "https://schema.org/"
DAYS = {f"{SITE}{day}" for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")}


def is_text(value: object) -> bool:
    return isinstance(value, str) and value == value.strip() != ""


def is_address(value: object) -> bool:
    """A whole web address."""
    parts = urlsplit(value) if isinstance(value, str) else None
    return bool(parts and parts.scheme in ("http", "https") and parts.hostname and " " not in parts.geturl())


def is_moment(value: object) -> bool:
    """A date and time with its offset, as Google asks for."""
    try:
        return isinstance(value, str) and "T" in value and datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def is_day(value: object) -> bool:
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def is_time(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value) is not None


def is_price(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch(r"\d+(\.\d\d)?", value) is not None


def is_age(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 120


def is_latitude(value: object) -> bool:
    return isinstance(value, float) and 49 <= value <= 61


def is_longitude(value: object) -> bool:
    return isinstance(value, float) and -9 <= value <= 2


def is_day_of_week(value: object) -> bool:
    """A day of schema.org, or one of iCalendar such as 1SA."""
    return value in DAYS or (
        isinstance(value, str) and re.fullmatch(r"-?[1-5](MO|TU|WE|TH|FR|SA|SU)", value) is not None
    )


def matches(pattern: str) -> Callable[[object], bool]:
    return lambda value: isinstance(value, str) and re.fullmatch(pattern, value) is not None


def one_of(*values: object) -> Callable[[object], bool]:
    return lambda value: value in values


Rule = Callable[[object], bool] | tuple[str, ...]
_SERVICE: Mapping[str, Rule] = {
    "name": is_text,
    "alternateName": is_text,
    "description": is_text,
    "url": is_address,
    "image": is_address,
    "serviceType": is_text,
    "provider": ("Organization", "GovernmentOrganization"),
    "audience": ("PeopleAudience",),
    "availableChannel": ("ServiceChannel",),
    "areaServed": ("AdministrativeArea",),
    "offers": ("Offer",),
}
# Type -> its properties here, each with what its value must be: a check, or the types of a thing.
TYPES: Mapping[str, Mapping[str, Rule]] = {
    "Service": _SERVICE,
    "GovernmentService": _SERVICE,
    "Organization": {"name": is_text, "url": is_address},
    "GovernmentOrganization": {"name": is_text, "url": is_address},
    "PeopleAudience": {"suggestedMinAge": is_age, "suggestedMaxAge": is_age},
    "ServiceChannel": {
        "servicePhone": ("ContactPoint",),
        "serviceUrl": is_address,
        "serviceLocation": ("Place",),
        "availableLanguage": matches(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*"),
    },
    "ContactPoint": {"telephone": matches(r"\+?[\d ()-]{3,25}|[\d ]+ .*")},
    "Offer": {
        "name": is_text,
        "price": is_price,
        "priceCurrency": one_of("GBP"),
        "url": is_address,
    },
    "Place": {"name": is_text, "address": ("PostalAddress",), "geo": ("GeoCoordinates",)},
    "PostalAddress": dict.fromkeys(("streetAddress", "addressLocality", "addressRegion", "postalCode"), is_text)
    | {"addressCountry": matches("[A-Z]{2}")},
    "GeoCoordinates": {"latitude": is_latitude, "longitude": is_longitude},
    "AdministrativeArea": {"name": is_text},
    "Event": {
        "name": is_text,
        "description": is_text,
        "url": is_address,
        "image": is_address,
        "startDate": is_moment,
        "endDate": is_moment,
        "eventStatus": one_of(f"{SITE}EventScheduled"),
        "eventAttendanceMode": one_of(f"{SITE}OfflineEventAttendanceMode"),
        "location": ("Place",),
        "organizer": ("Organization", "GovernmentOrganization"),
        "offers": ("Offer",),
        "isAccessibleForFree": one_of(True),
        "eventSchedule": ("Schedule",),
    },
    "Schedule": {
        "repeatFrequency": matches(r"P\d+[WM]"),
        "byDay": is_day_of_week,
        "startDate": is_day,
        "endDate": is_day,
        "startTime": is_time,
        "endTime": is_time,
        "scheduleTimezone": one_of("Europe/London"),
        "exceptDate": is_day,
    },
}
# Google: without these no event is shown. The others: what schema.org's validator or good sense asks for.
REQUIRED: Mapping[str, tuple[str, ...]] = {
    "Event": ("name", "startDate", "location"),
    "AdministrativeArea": ("name",),
    "Service": ("name", "url", "provider"),
    "GovernmentService": ("name", "url", "provider"),
    "Organization": ("name",),
    "GovernmentOrganization": ("name",),
    "Offer": ("price", "priceCurrency"),
    "PostalAddress": ("addressCountry",),
    "GeoCoordinates": ("latitude", "longitude"),
    "ContactPoint": ("telephone",),
    "Schedule": ("repeatFrequency", "byDay", "startDate", "startTime", "scheduleTimezone"),
}
# Google: with these more is shown. Only those that hold whatever a listing says of itself.
RECOMMENDED: Mapping[str, tuple[str, ...]] = {
    "Event": ("eventStatus", "eventAttendanceMode", "organizer", "url"),
    "Service": ("serviceType",),
    "GovernmentService": ("serviceType",),
}


def faults(data: Thing) -> list[str]:
    """What is wrong with the data of a page: where, and why."""
    found = [] if data.get("@context") == "https://schema.org" else ["@context"]
    things = data.get("@graph", ())
    for number, thing in enumerate(things):
        found += _faults(thing, f"{number}", tuple(TYPES))
    ids = [thing.get("@id") for thing in things]
    if len(set(ids)) != len(ids) or not all(map(is_address, ids)):
        found.append("@id: missing, or twice")
    return found


def _faults(thing: Any, where: str, types: tuple[str, ...]) -> Iterator[str]:
    if not isinstance(thing, dict) or thing.get("@type") not in types:
        yield f"{where}: is none of {', '.join(types)}"
        return
    kind = thing["@type"]
    where = f"{where}.{kind}"
    for name in (*REQUIRED.get(kind, ()), *RECOMMENDED.get(kind, ())):
        if name not in thing:
            yield f"{where}: has no {name}"
    for name, value in thing.items():
        if name not in ("@type", "@id"):
            yield from _faults_of_property(TYPES[kind].get(name), value, f"{where}.{name}")
    yield from _contradictions(thing, kind, where)


def _faults_of_property(rule: Rule | None, value: object, where: str) -> Iterator[str]:
    if rule is None:
        yield f"{where}: is no property of it"
        return
    if value == []:
        yield f"{where}: is empty"
    for one in value if isinstance(value, list) else [value]:
        if isinstance(rule, tuple):
            yield from _faults(one, where, rule)
        elif not rule(one):
            yield f"{where}: {one!r}"


def _contradictions(thing: Thing, kind: str, where: str) -> Iterator[str]:
    if kind == "Event":
        if "address" not in thing.get("location", {}):
            yield f"{where}.location: has no address, which Google asks for"
        starts, ends = str(thing.get("startDate")), str(thing.get("endDate"))
        if is_moment(starts) and is_moment(ends) and datetime.fromisoformat(ends) <= datetime.fromisoformat(starts):
            yield f"{where}: ends before it starts"
    if kind == "PeopleAudience" and thing.get("suggestedMinAge", 0) > thing.get("suggestedMaxAge", 120):
        yield f"{where}: ends before it begins"
    if kind == "Place" and not {"name", "address", "geo"} & thing.keys():
        yield f"{where}: says nothing"
