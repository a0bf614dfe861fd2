"""Stored listings as the checked listing that they came from."""

from collections.abc import Iterable
from typing import Any

from hub_finder.directory.columns import GROUPS, SPEC, Group
from hub_finder.directory.listings import Facts, Listing
from hub_finder.models.base import Base
from hub_finder.models.services import Coverage, Location, Service, derived_uid


def listing_of(service: Service) -> Listing:
    """The listing that a stored service is. An id that was only derived from a name is left out."""
    facts = _facts("service", service) | {
        "areas": tuple((Coverage(area.scope), area.value) for area in service.areas),
        "needs": tuple(need.slug for need in service.needs),
        "uid": _given_uid(service.uid, "service", service.slug),
    }
    del facts["slug"]
    organisation = service.organisation
    return Listing(
        slug=service.slug,
        facts=facts,
        organisation=_facts("organisation", organisation)
        | {"uid": _given_uid(organisation.uid, "organisation", organisation.name)},
        places=tuple(_place(place) for place in service.places),
        schedules=tuple((schedule.place, schedule) for schedule in service.schedules),
        parts={
            "contact": _parts("contact", service.contacts),
            "cost_option": _parts("cost_option", service.cost_options),
            "booking": _parts("booking", service.bookings),
            "alert": _parts("alert", service.alerts),
            "source": _parts("source", service.sources),
        },
    )


def _facts(group: Group, stored: Base) -> dict[str, Any]:
    attributes = (SPEC[name].attribute for name in GROUPS[group])
    return {name: getattr(stored, name) for name in attributes if name not in ("areas", "needs", "schedules")}


def _place(place: Location) -> Facts:
    return _facts("place", place) | {"uid": _given_uid(place.uid, "location", place.key)}


def _parts(group: Group, several: Iterable[Base]) -> tuple[Facts, ...]:
    return tuple(_facts(group, one) for one in several)


def _given_uid(uid: str, table: str, key: str) -> str | None:
    return None if uid == derived_uid(table, key) else uid
