"""Open Referral UK 3.0, and 1.0, as we read its tables of fields: what each object may hold, and in which form.

Written by hand from the profile's field tables, so that a clone without the published schemas holds us to them.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID

# A field's form; "!" after it: it must be there. A name in capitals is an object, in brackets a list of them.
TABLES: dict[str, dict[str, str]] = {
    "service in a list": {
        "id": "uuid!", "name": "text!", "description": "text", "url": "uri", "email": "email", "status": "status!",
        "fees": "text", "accreditations": "text", "minimum_age": "number", "maximum_age": "number",
        "assured_date": "date", "assurer_email": "email", "alert": "text", "last_modified": "moment",
        "organization": "ORGANIZATION IN A LIST",
    },
    "organization in a list": {
        "id": "uuid!", "name": "text!", "description": "any!", "email": "email", "website": "uri", "logo": "text",
        "uri": "uri", "parent_organization_id": "uuid",
    },
    "service_at_location in a list": {
        "id": "uuid!", "location": "PLACE IN A LIST", "service": "SERVICE IN A LIST",
    },
    "place in a list": {
        "id": "uuid!", "location_type": "place!", "name": "text", "description": "text", "latitude": "number",
        "longitude": "number",
    },
    "taxonomy in a list": {
        "id": "uuid!", "name": "text!", "description": "text!", "uri": "uri", "version": "text",
    },
    "taxonomy_term in a list": {
        "id": "uuid!", "name": "text!", "description": "text!", "parent_id": "uuid", "taxonomy": "text",
        "taxonomy_id": "uuid", "term_uri": "uri", "term": "text",
    },
    "schedule": {
        "id": "uuid!", "service_at_location_id": "uuid", "valid_from": "date", "valid_to": "date", "dtstart": "date",
        "freq": "freq", "interval": "number", "byday": "text", "bymonthday": "text", "description": "text",
        "opens_at": "time", "closes_at": "time", "schedule_link": "uri", "attending_type": "text", "notes": "text",
    },
    "area": {
        "id": "uuid!", "name": "text", "extent": "text", "extent_type": "text", "uri": "uri", "service_area": "text",
    },
    "language": {"id": "uuid!"},
    "money": {"id": "uuid!", "source": "text"},
    "cost": {
        "id": "uuid!", "valid_from": "date", "valid_to": "date", "option": "text", "amount": "number",
        "amount_description": "text",
    },
    "contact": {"id": "uuid!", "name": "text", "title": "text"},
    "attribute": {"id": "uuid!", "link_type": "text", "taxonomy_term": "TAXONOMY_TERM"},
    "address": {
        "id": "uuid!", "attention": "text", "address_1": "any!", "city": "any!", "region": "text",
        "state_province": "any!", "postal_code": "any!", "country": "text!", "address_type": "place!",
    },
    "access": {"id": "uuid!", "description": "text", "details": "text", "url": "uri", "accessibility": "text"},
}  # fmt: skip
TABLES["taxonomy_term"] = TABLES["taxonomy_term in a list"]
TABLES["taxonomy"] = {**TABLES["taxonomy in a list"], "taxonomy_terms": "[TAXONOMY_TERM]"}
TABLES["organization"] = {**TABLES["organization in a list"], "services": "[SERVICE WITHOUT ITS ORGANIZATION]"}
_HANGING = {
    "schedules": "[SCHEDULE]", "service_areas": "[AREA]", "languages": "[LANGUAGE]", "funding": "[MONEY]",
    "cost_options": "[COST]", "contacts": "[CONTACT]", "attributes": "[ATTRIBUTE]",
}  # fmt: skip
TABLES["place"] = {**TABLES["place in a list"], "addresses": "[ADDRESS]", "accessibility": "[ACCESS]"}
TABLES["place of a service"] = {"id": "uuid!", "location": "PLACE"}
TABLES["service without its places"] = {**TABLES["service in a list"], **_HANGING}
TABLES["service without its organization"] = TABLES["service in a list"]
TABLES["service"] = {**TABLES["service without its places"], "service_at_locations": "[PLACE OF A SERVICE]"}
TABLES["service_at_location"] = {"id": "uuid!", "location": "PLACE", "service": "SERVICE WITHOUT ITS PLACES"}

# Open Referral UK 1.0, by its table of 2020.
TABLES |= {
    "first service": {
        "id": "uuid!", "name": "text!", "description": "text", "url": "uri", "email": "email", "status": "status",
        "fees": "text", "accreditations": "text", "deliverable_type": "text", "assured_date": "date",
        "attending_type": "attending", "attending_access": "starting", "organization": "FIRST ORGANIZATION!",
        "contacts": "[FIRST CONTACT]", "cost_options": "[COST]", "eligibilitys": "[FIRST ELIGIBILITY]",
        "fundings": "[MONEY]", "holiday_schedules": "[FIRST HOLIDAY]", "languages": "[FIRST LANGUAGE]",
        "regular_schedules": "[FIRST TIMES]", "reviews": "[LANGUAGE]", "service_areas": "[FIRST AREA]",
        "service_at_locations": "[FIRST LINK]", "service_taxonomys": "[FIRST TERM]",
    },
    "first organization": {
        "id": "uuid!", "name": "text!", "description": "any!", "email": "email", "url": "uri", "logo": "text",
        "uri": "uri",
    },
    "first contact": {"id": "uuid!", "name": "text", "title": "text", "phones": "[FIRST PHONE]"},
    "first phone": {"id": "uuid!", "number": "text!", "language": "text"},
    "first eligibility": {"id": "uuid!", "eligibility": "text", "minimum_age": "number", "maximum_age": "number"},
    "first holiday": {
        "id": "uuid!", "closed": "flag!", "start_date": "date!", "end_date": "date!", "opens_at": "time",
        "closes_at": "time",
    },
    "first language": {"id": "uuid!", "language": "text"},
    "first times": {
        name: TABLES["schedule"][name]
        for name in (
            "id", "opens_at", "closes_at", "byday", "bymonthday", "dtstart", "freq", "interval", "valid_from",
            "valid_to", "description",
        )
    },
    "first area": {"id": "uuid!", "service_area": "text", "extent": "text", "uri": "uri"},
    "first link": {"id": "uuid!", "location": "FIRST PLACE", "regular_schedule": "[FIRST TIMES]"},
    "first place": {
        "id": "uuid!", "name": "text", "description": "text", "latitude": "number", "longitude": "number",
        "physical_addresses": "[FIRST ADDRESS]", "accessibility_for_disabilities": "[FIRST ACCESS]",
    },
    "first address": {
        "id": "uuid!", "attention": "text", "address_1": "any!", "city": "any", "region": "text",
        "state_province": "any!", "postal_code": "any!", "country": "text!",
    },
    "first access": {"id": "uuid!", "accessibility": "text"},
    "first term": {"id": "uuid!", "taxonomy": "FIRST TAXONOMY"},
    "first taxonomy": {"id": "uuid!", "name": "text!", "vocabulary": "text"},
}  # fmt: skip

STATUSES = ("active", "inactive", "defunct", "temporarily closed")


def faults_of(item: Any, kind: str) -> list[str]:
    """What is wrong with an object of one of the tables; an empty list is as it should be."""
    return list(_faults(item, kind, kind))


def _faults(item: Any, kind: str, where: str) -> Iterator[str]:
    table = TABLES[kind]
    if not isinstance(item, dict):
        yield f"{where} is no object"
        return
    yield from (f"{where}.{name} is not in the table" for name in item.keys() - table.keys())
    for name, form in table.items():
        if name not in item:
            if form.endswith("!"):
                yield f"{where}.{name} is not there"
        elif form[0] == "[":
            if not item[name]:
                yield f"{where}.{name} is an empty list"
            for one in item[name]:
                yield from _faults(one, form[1:-1].lower(), f"{where}.{name}")
        elif form.isupper():
            yield from _faults(item[name], form.rstrip("!").lower(), f"{where}.{name}")
        elif not _is(item[name], form.rstrip("!")):
            yield f"{where}.{name} is no {form.rstrip('!')}: {item[name]!r}"


def _is(value: Any, form: str) -> bool:
    if form == "number":
        return isinstance(value, int | float) and not isinstance(value, bool)
    if form == "flag":
        return isinstance(value, bool)
    if not isinstance(value, str):
        return False
    try:
        match form:
            case "uuid":
                return str(UUID(value)) == value
            case "date":
                return date.fromisoformat(value).isoformat() == value
            case "moment":
                return datetime.fromisoformat(value).tzinfo is not None and value.endswith("Z")
    except ValueError:
        return False
    patterns = {
        "any": r".*",
        "text": r"(?s).*\S.*",
        "uri": r"https?://\S+",
        "email": r"[^@\s]+@[^@\s]+\.[^@\s]+",
        "status": "|".join(STATUSES),
        "place": "physical|postal|virtual",
        "freq": "WEEKLY|MONTHLY",
        "attending": "phone|online|venue|home visit",
        "starting": "referral|appointment|membership|drop-in",
        "time": r"\d\d:\d\d(:\d\d)?",
    }
    return re.fullmatch(patterns[form], value) is not None
