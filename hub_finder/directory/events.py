"""The history's one way in. Nothing here commits."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime

from sqlalchemy import func, select

from hub_finder.directory.journal import acting_account_id
from hub_finder.extensions import db
from hub_finder.models.history import Event, EventKind
from hub_finder.models.services import Service


def record_event(
    service: Service, kind: EventKind, *, actor: str, note: str = "", record: Sequence[Mapping[str, str]] | None = None
) -> Event:
    """Note that something was done to a stored listing; `record` are its rows before, where its facts changed."""
    kept = None if record is None else [dict(row) for row in record]
    event = Event(
        service_id=service.id,
        at=datetime.now(UTC),
        actor=actor,
        account_id=acting_account_id(),
        kind=kind,
        note=note,
        record=kept,
    )
    db.session.add(event)
    db.session.flush()
    return event


def count_events(ids: Collection[int]) -> dict[int, int]:
    """How many things were done to each of some listings, by their ids."""
    counted = select(Event.service_id, func.count()).where(Event.service_id.in_(ids)).group_by(Event.service_id)
    return {id_: count for id_, count in db.session.execute(counted)}  # noqa: C416  rows, not pairs, to the checker
