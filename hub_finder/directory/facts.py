"""Stored listings as plain facts, ready for JSON, read straight from the tables: for what reads very many at once."""

import json
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import JSON, ColumnElement, Date, FromClause, Select, Text, Time, cast, func, select
from sqlalchemy.orm import Session, scoped_session

from hub_finder.models.base import Base
from hub_finder.models.services import (
    Alert,
    Booking,
    Location,
    Need,
    Organisation,
    Schedule,
    Service,
    ServiceArea,
    ServiceAtLocation,
    ServiceNeed,
)

StoredFacts = dict[str, Any]
AnySession = Session | scoped_session[Any]
# More would live long enough to be looked through by the garbage collector, which costs more than the statements.
BATCH = 1000
_LISTS = ("alternate_names", "former_names", "languages", "delivery")
_PARTS = ("needs", "places", "areas", "schedules", "alerts", "bookings")


def read_facts(session: AnySession, ids: Iterable[int] | None = None) -> Iterator[StoredFacts]:
    """Each stored service, whatever its status, as a dict of JSON-ready values, by id; `ids` None means all of them.

    Times are "HH:MM", dates ISO text, points degrees; a blank is None or an empty list, as in the tables. Read in the
    session's transaction, in batches, with a fixed number of statements each.
    """
    session.flush()
    batches = _all_ids(session) if ids is None else _batches(sorted(set(ids)))
    for batch in batches:
        yield from _read(session, batch).values()


def _batches(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))


def _all_ids(session: AnySession) -> Iterator[Sequence[int]]:
    last = 0
    while batch := session.scalars(select(_ID).where(last < _ID).order_by(_ID).limit(BATCH)).all():
        last = batch[-1]
        yield batch


def _read(session: AnySession, ids: Sequence[int]) -> dict[int, StoredFacts]:
    """The services of one batch with their parts, by id."""
    found = {row[0]: _service(row) for row in _rows(session, _SERVICES, ids)}
    for service_id, *values in _rows(session, _NEEDS, ids):
        found[service_id]["needs"] += values
    for service_id, *values in _rows(session, _AREAS, ids):
        found[service_id]["areas"].append(values)
    for service_id, *values in _rows(session, _PLACES, ids):
        found[service_id]["places"].append(dict(zip(_PLACE, values, strict=True)))
    for service_id, *values in _rows(session, _ALERTS, ids):
        found[service_id]["alerts"].append(dict(zip(_ALERT, values, strict=True)))
    for service_id, *values in _rows(session, _BOOKINGS, ids):
        found[service_id]["bookings"].append(dict(zip(_BOOKING, values, strict=True)))
    for service_id, *values in _rows(session, _SCHEDULES, ids):
        schedule = dict(zip(_SCHEDULE, values, strict=True))
        schedule["byday"], schedule["except_dates"] = _list(schedule["byday"]), _list(schedule["except_dates"])
        found[service_id]["schedules"].append(schedule)
    return found


def _service(row: Sequence[Any]) -> StoredFacts:
    facts = dict(zip(_SERVICE, row, strict=True))
    for name in _LISTS:
        # Most are empty.
        facts[name] = [] if facts[name] == "[]" else _list(facts[name])
    for name in _PARTS:
        facts[name] = []
    return facts


def _list(text: str) -> list[str]:
    return [*_decoded(text)]


@lru_cache(maxsize=4096)
def _decoded(text: str) -> tuple[str, ...]:
    """Kept, since few lists are all that a million listings have between them."""
    return tuple(json.loads(text))


def _rows(session: AnySession, statement: Select[Any], ids: Sequence[int]) -> Sequence[Sequence[Any]]:
    return session.execute(statement.where(_among(statement.selected_columns[0], ids))).all()


def _among(column: ColumnElement[Any], ids: Sequence[int]) -> ColumnElement[bool]:
    """A condition that finds the rows of a batch: a range of ids where no id lies between, which costs far less."""
    if ids[-1] - ids[0] == len(ids) - 1:
        return column.between(ids[0], ids[-1])
    return column.in_(ids)


def _columns(table: FromClause, names: Iterable[str]) -> list[ColumnElement[Any]]:
    """The columns as JSON has them: lists, dates and times as the text that both databases give."""
    return [_as_text(table.c[name]) for name in names]


def _as_text(column: ColumnElement[Any]) -> ColumnElement[Any]:
    if isinstance(column.type, Time):
        return func.substr(cast(column, Text), 1, len("00:00"))
    return cast(column, Text) if isinstance(column.type, JSON | Date) else column


def _part(model: type[Base], names: Iterable[str]) -> Select[Any]:
    """The rows of a part, with the service's id first, in the order in which they were stored."""
    table = model.__table__
    return select(table.c.service_id, *_columns(table, names)).order_by(table.c.service_id, table.c.id)


def _linked(model: type[Base], to: type[Base], names: Iterable[str]) -> Select[Any]:
    """The rows that several services may share, with the service's id first, the main one before the others."""
    link, table = model.__table__, to.__table__
    columns = select(link.c.service_id, *_columns(table, names)).join_from(link, table)
    return columns.order_by(link.c.service_id, link.c.position)


_SERVICE_COLUMNS = (
    *("id", "slug", "uid", "status", "name", "alternate_names", "former_names", "kind", "summary", "locality"),
    *("min_age", "max_age", "ages_note", "eligibility", "languages", "cost", "cost_note", "referral", "delivery"),
    *("accessibility", "phone", "email", "website", "sensitive", "confidence", "checked_on", "unreachable_times"),
    "schedule_note",
)
_SERVICE = (*_SERVICE_COLUMNS, "organisation")
_PLACE = (
    *("id", "uid", "name", "address_1", "address_2", "city", "postal_code", "latitude", "longitude", "precision"),
    *("council", "accessibility"),
)
_SCHEDULE = (
    *("freq", "interval", "byday", "opens_at", "closes_at", "when", "valid_from", "valid_to", "except_dates"),
    "place",
)
_ALERT = ("text", "closed", "starts_on", "ends_on")
_BOOKING = ("name", "starts_on", "ends_on", "url", "free_for", "food", "places")

_services, _organisations = Service.__table__, Organisation.__table__
_ID = _services.c.id
_SERVICES = (
    select(*_columns(_services, _SERVICE_COLUMNS), _organisations.c.name)
    .join_from(_services, _organisations)
    .order_by(_ID)
)
_NEEDS = _linked(ServiceNeed, Need, ["slug"])
_PLACES = _linked(ServiceAtLocation, Location, _PLACE)
_AREAS = _part(ServiceArea, ("scope", "value"))
_SCHEDULES = _part(Schedule, _SCHEDULE)
_ALERTS = _part(Alert, _ALERT)
_BOOKINGS = _part(Booking, _BOOKING)
