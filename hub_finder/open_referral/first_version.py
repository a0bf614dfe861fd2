"""A stored listing as a service of Open Referral UK 1.0, for older clients: the same facts and ids by older names.

The names are those of the application profile of 2020: https://developers.openreferraluk.org/Guidance/
"""

from collections.abc import Collection, Iterator, Mapping, Sequence

from hub_finder import words
from hub_finder.models.services import Delivery, Referral, Service
from hub_finder.open_referral.services import Teller, part_uid
from hub_finder.open_referral.terms import Json

ATTENDING: Mapping[str, str] = {
    Delivery.IN_PERSON: "venue",
    Delivery.PHONE: "phone",
    Delivery.ONLINE: "online",
    Delivery.HOME_VISIT: "home visit",
}
HANGING = (
    *("contacts", "cost_options", "eligibilitys", "fundings", "holiday_schedules", "languages", "regular_schedules"),
    *("service_areas", "service_at_locations", "service_taxonomys"),
)
_PLAIN = ("id", "name", "description", "url", "email", "status", "fees", "accreditations", "assured_date")
# What a service may say by itself, here or elsewhere.
FIELDS = (*_PLAIN, "organization", "attending_type", "attending_access", "deliverable_type", "reviews")
_HOURS = ("opens_at", "closes_at", "byday", "dtstart", "freq", "interval", "valid_from", "valid_to", "description")
_ADDRESS = ("id", "address_1", "city", "region", "state_province", "postal_code", "country")


class OlderTeller:
    """Tells services in the words of 1.0, from what is told in those of 3.0."""

    def __init__(self, teller: Teller) -> None:
        self._teller = teller

    def basic(self, service: Service, include: Collection[str] = ()) -> Json:
        """A service as a list has it, with those of the `HANGING` that are named."""
        if include:
            whole = self.full(service)
            return {name: told for name, told in whole.items() if name not in HANGING or name in include}
        return _fields(service, self._teller.basic(service))

    def full(self, service: Service) -> Json:
        """A service with all that hangs on it."""
        told = self._teller.full(service)
        hanging: dict[str, Sequence[Json]] = {
            "contacts": list(_contacts(service)),
            "eligibilitys": _eligibilities(service, told),
            "holiday_schedules": list(_closures(service)),
            "languages": [_language(service, code) for code in service.languages],
            "regular_schedules": _schedules(told, None),
            "service_areas": [_area(one) for one in told.get("service_areas", ())],
            "service_at_locations": [_at_location(one, told) for one in told.get("service_at_locations", ())],
            "service_taxonomys": [_term(one) for one in told.get("attributes", ()) if one["link_type"] == "service"],
            "cost_options": told.get("cost_options", ()),
            "fundings": told.get("funding", ()),
        }
        return {**_fields(service, told), **{name: hanging[name] for name in HANGING if hanging[name]}}


def _fields(service: Service, told: Json) -> Json:
    organisation = told["organization"]
    its = {"url" if name == "website" else name: value for name, value in organisation.items()}
    ways = [ATTENDING[Delivery(way)] for way in service.delivery]
    said = {
        "attending_type": ways[0] if ways else None,
        "attending_access": "referral" if service.referral == Referral.PROFESSIONAL else None,
    }
    return {
        **_some(told, _PLAIN),
        **{name: text for name, text in said.items() if text},
        "organization": its,
    }


def _contacts(service: Service) -> Iterator[Json]:
    """The service's own number first, then the people with theirs."""
    if service.phone:
        yield {"id": part_uid(service, "contact", "own"), "phones": [_phone(service, service.phone)]}
    for number, one in enumerate(service.contacts):
        said = {"name": one.name, "title": one.role}
        known = {name: text for name, text in said.items() if text}
        if known or one.phone:
            id_ = part_uid(service, "contact", f"{number}:{one.name}:{one.role}")
            phones = {"phones": [_phone(service, one.phone)]} if one.phone else {}
            yield {"id": id_, **known, **phones}


def _phone(service: Service, number: str) -> Json:
    return {"id": part_uid(service, "phone", number), "number": number}


def _eligibilities(service: Service, told: Json) -> list[Json]:
    ages = _some(told, ("minimum_age", "maximum_age"))
    return [{"id": part_uid(service, "eligibility", f"{service.min_age}:{service.max_age}"), **ages}] if ages else []


def _closures(service: Service) -> Iterator[Json]:
    """Closures with a first and a last day: 1.0 knows no others."""
    for one in words.alerts(service):
        if one.closed and one.starts_on and one.ends_on:
            days = {"start_date": one.starts_on.isoformat(), "end_date": one.ends_on.isoformat()}
            yield {"id": part_uid(service, "closure", f"{one.starts_on}:{one.ends_on}"), "closed": True, **days}


def _language(service: Service, code: str) -> Json:
    return {"id": part_uid(service, "language", code), "language": code}


def _schedules(told: Json, place: str | None) -> list[Json]:
    """The times at one of its places, or those that belong to none."""
    its = (one for one in told.get("schedules", ()) if one.get("service_at_location_id") == place)
    return [_some(one, ("id", *_HOURS)) for one in its]


def _area(told: Json) -> Json:
    return {"id": told["id"], "service_area": told["name"], **_some(told, ("extent", "uri"))}


def _at_location(link: Json, told: Json) -> Json:
    place = link["location"]
    location = _some(place, ("id", "name", "latitude", "longitude"))
    if addresses := place.get("addresses"):
        location["physical_addresses"] = [_some(one, _ADDRESS) for one in addresses]
    if access := place.get("accessibility"):
        location["accessibility_for_disabilities"] = [
            {"id": one["id"], "accessibility": one["description"]} for one in access
        ]
    times = _schedules(told, link["id"])
    return {"id": link["id"], "location": location, **({"regular_schedule": times} if times else {})}


def _term(link: Json) -> Json:
    term = link["taxonomy_term"]
    return {"id": link["id"], "taxonomy": {**_some(term, ("id", "name")), "vocabulary": term["taxonomy"]}}


def _some(told: Json, names: Sequence[str]) -> Json:
    return {name: told[name] for name in names if name in told}
