"""A stored listing as a service of Open Referral UK 3.0. What is not stated is left out: the profile knows no null.

What the profile has no field for goes along as attributes of the taxonomy "Hub Finder columns": each names its column,
says in which row of the listing it stands, and gives the cell as our own files do. So nothing is lost on the way.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta

from hub_finder import words
from hub_finder.area import Area
from hub_finder.database import aware
from hub_finder.directory.freshness import state_of
from hub_finder.directory.giving_out import turned_on
from hub_finder.directory.listings import rows_of
from hub_finder.directory.records import listing_of
from hub_finder.directory.schedules import ONCE, format_schedules, in_words
from hub_finder.directory.times import ZONE
from hub_finder.importers.own_columns import FIELDS, ORGANISATION
from hub_finder.languages import ENGLISH, reading
from hub_finder.models.services import (
    Cost,
    Coverage,
    Location,
    Organisation,
    Precision,
    Schedule,
    Service,
    ServiceArea,
    Status,
    at_location_uid,
    derived_uid,
)
from hub_finder.open_referral.terms import Json, TaxonomyTerm, Terms, exact_types

# Columns that fields of the profile carry word for word, as `importers/own_columns.py` reads them back.
_IN_FIELDS = frozenset({"id", "uuid", "organisation_uuid", *FIELDS.values(), *ORGANISATION.values()})
_STATES = {Status.PAUSED: "inactive", Status.RETIRED: "defunct", Status.MERGED: "defunct"}
_COUNTRY = "GB"
_STATISTICS = "http://statistics.data.gov.uk/id/statistical-geography/"


class Teller:
    """Tells services in JSON-ready values, with what is the same for all of them at hand."""

    def __init__(self, terms: Terms, area: Area, *, today: date) -> None:
        self._terms, self._area, self._today = terms, area, today
        self._types = {one.name: one.slug for one in area.service_types}

    # ---- services

    def basic(self, service: Service) -> Json:
        """A service as a list has it, with its organisation."""
        return {**self._fields(service), "organization": organisation_json(service.organisation)}

    def full(self, service: Service, *, with_places: bool = True) -> Json:
        """A service with all that hangs on it."""
        hanging: dict[str, Sequence[Json]] = {
            "schedules": [_schedule(service, one, number) for number, one in enumerate(service.schedules)],
            "service_areas": [self._service_area(service, one) for one in service.areas],
            "service_at_locations": _places(service) if with_places else [],
            "languages": [{"id": part_uid(service, "language", code)} for code in service.languages],
            "funding": [_funding(service, text) for text in _own(service, "funding")],
            "cost_options": list(_cost_options(service)),
            "contacts": list(_contacts(service)),
            "attributes": [*self._term_links(service), *self._columns(service)],
        }
        return {**self.basic(service), **{name: told for name, told in hanging.items() if told}}

    def minimal(self, service: Service) -> Json:
        return {"id": service.uid, "modified_date": moment(self.modified_at(service))}

    def modified_at(self, service: Service) -> datetime:
        """When it last changed: by a person, or by itself at the first second of a day here."""
        changed = aware(service.modified_at) if service.modified_at else datetime(2000, 1, 1, tzinfo=UTC)
        day = turned_on(service, self._today)
        return max(changed, datetime.combine(day, time(), ZONE)) if day else changed

    def moved_at(self, service: Service) -> datetime:
        """When anything last changed in what is told of it: also because an alert began, or was over, on that day."""
        days = [one.starts_on for one in service.alerts]
        days += [one.ends_on and one.ends_on + timedelta(days=1) for one in service.alerts]
        begun = [datetime.combine(day, time(), ZONE) for day in days if day and day <= self._today]
        return max([self.modified_at(service), *begun])

    # ---- places

    def at_location(self, service: Service, place: Location, *, full: bool) -> Json:
        """One of the places where a service is given, with the service."""
        whole = self.full(service, with_places=False) if full else self.basic(service)
        return {"id": _at(service, place), "location": _location(place, full=full), "service": whole}

    # ---- organisations

    def organisation(self, organisation: Organisation, services: Sequence[Service], *, full: bool) -> Json:
        told = [self.full(service) if full else {**self._fields(service)} for service in services]
        return {**organisation_json(organisation), **({"services": told} if told else {})}

    # ---- parts

    def _fields(self, service: Service) -> Json:
        state = "" if service.cost == Cost.NOT_STATED else Cost(service.cost).english
        fields = {
            "id": service.uid,
            "name": service.name,
            "description": service.summary,
            "url": service.website,
            "email": service.email,
            "status": self._status(service),
            "fees": service.cost_note or state,
            "accreditations": "; ".join(_own(service, "accreditations")),
            "minimum_age": service.min_age,
            "maximum_age": service.max_age,
            "assured_date": service.checked_on and service.checked_on.isoformat(),
            "alert": " ".join(alert.text for alert in words.alerts(service)),
            "last_modified": moment(self.modified_at(service)),
        }
        return {name: value for name, value in fields.items() if value not in (None, "")}

    def _status(self, service: Service) -> str:
        if state := _STATES.get(Status(service.status)):
            return state
        if state_of(service, limits=self._area.freshness, today=self._today) == "lapsed":
            return "inactive"
        begun = (one for one in words.alerts(service) if one.starts_on is None or one.starts_on <= self._today)
        return "temporarily closed" if any(one.closed for one in begun) else "active"

    def _service_area(self, service: Service, area: ServiceArea) -> Json:
        told = {"id": part_uid(service, "service_area", f"{area.scope}:{area.value}"), "name": self._area_name(area)}
        if area.scope == Coverage.COUNCIL:
            told |= {"extent": area.value, "extent_type": "text", "uri": f"{_STATISTICS}{area.value}"}
        return told

    def _area_name(self, area: ServiceArea) -> str:
        if area.scope == Coverage.NATIONAL:
            return "National"
        if area.scope == Coverage.COUNCIL:
            return self._area.council_name(area.value) or area.value
        locality = self._area.localities.get(area.value) if area.scope == Coverage.LOCALITY else None
        return locality.name if locality else area.value

    def _term_links(self, service: Service) -> Iterator[Json]:
        types = dict.fromkeys(self._types.get(need.start_for_life_service) for need in service.needs)
        named = [("needs", need.slug) for need in service.needs]
        named += [("kinds", service.kind), *(("start-for-life", slug) for slug in types if slug)]
        exact = exact_types()
        named += [("lga-service-types", exact[need.slug]) for need in service.needs if need.slug in exact]
        for taxonomy, value in named:
            term = self._terms.find(taxonomy, value)
            if term is not None:
                yield _link(service, "service", term, term.json())

    def _columns(self, service: Service) -> Iterator[Json]:
        for number, row in enumerate(rows_of(listing_of(service))):
            for column, cell in row.items():
                if cell and column not in _IN_FIELDS and (column, cell) != ("location_precision", Precision.NONE):
                    term = self._terms.find("columns", column)
                    if term is not None:
                        yield _link(service, f"row {number + 1}", term, {**term.json(), "description": cell})


def _link(service: Service, link_type: str, term: TaxonomyTerm, told: Json) -> Json:
    key = f"{link_type}:{term.taxonomy}:{term.value}"
    return {"id": part_uid(service, "attribute", key), "link_type": link_type, "taxonomy_term": told}


def organisation_json(organisation: Organisation) -> Json:
    """An organisation by itself. The profile wants a description: it is blank where none is stated."""
    told = {"id": organisation.uid, "name": organisation.name, "description": organisation.description or ""}
    return {**told, "website": organisation.website} if organisation.website else told


def moment(at: datetime) -> str:
    """A moment as RFC 3339 tells it, in UTC, to the microsecond."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def part_uid(service: Service, table: str, key: str) -> str:
    """The id of what hangs on a service: the same as long as it says the same."""
    return derived_uid(table, f"{service.uid}:{key}")


def _own(service: Service, name: str) -> list[str]:
    """The values of a service's attributes of this name."""
    pairs = (one.split("=", 1) for one in service.attributes)
    return [value for key, value in pairs if key == name]


def _funding(service: Service, source: str) -> Json:
    return {"id": part_uid(service, "funding", source), "source": source}


def _schedule(service: Service, schedule: Schedule, number: int) -> Json:
    once = schedule.freq == ONCE
    there = None if schedule.place is None else service.places[schedule.place]
    with reading(ENGLISH):
        description = in_words(schedule)
    told: Mapping[str, object] = {
        "id": part_uid(service, "schedule", f"{number}:{format_schedules([schedule])}"),
        "service_at_location_id": there and _at(service, there),
        "valid_from": schedule.valid_from and schedule.valid_from.isoformat(),
        "valid_to": schedule.valid_to and schedule.valid_to.isoformat(),
        "dtstart": schedule.valid_from.isoformat() if once and schedule.valid_from else None,
        "freq": None if once else schedule.freq,
        "interval": None if once else schedule.interval,
        "byday": ",".join(schedule.byday),
        "description": description,
        "opens_at": schedule.opens_at and f"{schedule.opens_at:%H:%M}",
        "closes_at": schedule.closes_at and f"{schedule.closes_at:%H:%M}",
    }
    return {name: value for name, value in told.items() if value not in (None, "")}


def _places(service: Service) -> list[Json]:
    return [{"id": _at(service, place), "location": _location(place, full=True)} for place in service.places]


def _at(service: Service, place: Location) -> str:
    return at_location_uid(service.uid, place.uid)


def _location(place: Location, *, full: bool) -> Json:
    """A place; in a list without its address, as the profile has it."""
    told: Json = {"id": place.uid, "location_type": "physical"}
    told |= {name: value for name, value in (("name", place.name),) if value}
    if place.latitude is not None and place.longitude is not None:
        told |= {"latitude": place.latitude, "longitude": place.longitude}
    if not full:
        return told
    if any((place.address_1, place.address_2, place.city, place.state_province, place.postal_code)):
        address = {
            "id": derived_uid("address", place.uid),
            "address_1": place.address_1 or "",
            "city": place.city or "",
            "region": place.address_2,
            "state_province": place.state_province or "",
            "postal_code": place.postal_code or "",
            "country": place.country or _COUNTRY,
            "address_type": "physical",
        }
        told["addresses"] = [{name: value for name, value in address.items() if value is not None}]
    if place.accessibility:
        told["accessibility"] = [{"id": derived_uid("accessibility", place.uid), "description": place.accessibility}]
    return told


def _cost_options(service: Service) -> Iterator[Json]:
    for number, one in enumerate(service.cost_options):
        told: Json = {"id": part_uid(service, "cost_option", f"{number}:{one.option}:{one.amount_pence}")}
        told |= {"option": one.option} if one.option else {}
        yield told if one.amount_pence is None else {**told, "amount": one.amount_pence / 100}


def _contacts(service: Service) -> Iterator[Json]:
    for number, one in enumerate(service.contacts):
        said = {"name": one.name, "title": one.role}
        told = {name: text for name, text in said.items() if text}
        if told:
            yield {"id": part_uid(service, "contact", f"{number}:{one.name}:{one.role}"), **told}
