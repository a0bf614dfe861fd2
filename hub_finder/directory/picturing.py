"""A listing as it would stand here, made in memory: to be shown, and never kept."""

from collections.abc import Mapping, Sequence
from typing import Any

from hub_finder.directory import freshness
from hub_finder.directory.listings import Listing, Row, Vocabulary, parse_listing
from hub_finder.directory.saving import PARTS
from hub_finder.models.services import (
    Confidence,
    Location,
    Need,
    Organisation,
    Schedule,
    Service,
    ServiceArea,
    ServiceAtLocation,
    ServiceNeed,
    Status,
)

# What stands where a listing must say something, and does not yet.
UNSAID = {"name": "No name yet", "organisation": "No organisation yet", "confidence": str(Confidence.HIGH)}
_HANGING = {"contact": "contacts", "cost_option": "cost_options", "booking": "bookings", "alert": "alerts"}
_HANGING_SOURCES = {"source": "sources"}
# More rounds than there are kinds of mistakes that hide others.
_MOST_ROUNDS = 5


def picture(
    rows: Sequence[Row],
    *,
    needs: Mapping[str, Need],
    vocabulary: Vocabulary,
    service_id: int | None = None,
    organisation_id: int | None = None,
) -> Service:
    """The service that a proposal's rows would be, as far as they can be read; what cannot is left out.

    The ids are of the stored listing that it would change, and of its organisation. It belongs to no session: nothing
    of it reaches the database.
    """
    listing = _read(rows, vocabulary)
    facts = {key: value for key, value in listing.facts.items() if key not in ("uid", "needs", "areas")}
    service = Service(
        **{key: _plain(value) for key, value in facts.items()},
        id=service_id,
        slug=listing.slug,
        status=str(Status.PUBLISHED),
        organisation_id=organisation_id,
        organisation=Organisation(
            id=organisation_id, **{key: listing.organisation[key] for key in ("name", "description", "website")}
        ),
        # A maker's word is a check, on the day it is sent.
        checked_on=freshness.today(),
        checked_by=listing.organisation["name"],
        unreachable_times=0,
    )
    service.need_links = [ServiceNeed(need=needs[slug], position=at) for at, slug in enumerate(listing.facts["needs"])]
    service.areas = [ServiceArea(scope=str(scope), value=value) for scope, value in listing.facts["areas"]]
    _hang(service, listing)
    return service


def _hang(service: Service, listing: Listing) -> None:
    service.place_links = [
        # Pages tell places apart by their ids.
        ServiceAtLocation(
            position=at, location=Location(id=-at - 1, **{key: _plain(value) for key, value in place.items()})
        )
        for at, place in enumerate(listing.places)
    ]
    keys = [column.key for column in Schedule.__table__.columns if column.key not in ("id", "service_id", "place")]
    service.schedules = [
        Schedule(place=place, **{key: getattr(schedule, key) for key in keys}) for place, schedule in listing.schedules
    ]
    for group, attribute in (_HANGING | _HANGING_SOURCES).items():
        table = PARTS[group]  # type: ignore[index]
        of_group = [table(**{key: _plain(value) for key, value in part.items()}) for part in listing.parts[group]]  # type: ignore[index]
        setattr(service, attribute, of_group)


def _read(rows: Sequence[Row], vocabulary: Vocabulary) -> Listing:
    """The rows as a listing: cells that cannot be read are taken for blank, one round after the other."""
    told = [dict(row) for row in rows]
    kind = "other" if "other" in vocabulary.kinds else next(iter(vocabulary.kinds))
    told[0] |= {name: text for name, text in {**UNSAID, "kind": kind}.items() if not told[0][name].strip()}
    slug = told[0]["id"] or "preview"
    for _round in range(_MOST_ROUNDS):
        listing, problems = parse_listing([{**row, "id": slug} for row in told], vocabulary)
        if listing is not None:
            return listing
        for problem in problems:
            told[problem.row][problem.column] = UNSAID.get(problem.column, kind if problem.column == "kind" else "")
            if problem.column in ("latitude", "longitude", "location_precision"):
                told[problem.row] |= {"latitude": "", "longitude": "", "location_precision": ""}
        told = [row for at, row in enumerate(told) if at == 0 or any(row[name] for name in row if name != "id")]
    listing, _problems = parse_listing([{**_bare(told[0]), "id": slug, "kind": kind}], vocabulary)
    if listing is None:
        raise ValueError("not even a name can be read")
    return listing


def _bare(first: Row) -> dict[str, str]:
    return {**dict.fromkeys(first, ""), **UNSAID}


def _plain(value: Any) -> Any:
    """A value as a row of the database has it."""
    if isinstance(value, tuple):
        return [str(one) for one in value]
    return str(value) if isinstance(value, str) else value
