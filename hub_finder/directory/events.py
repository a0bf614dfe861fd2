"""The history's one way in. Nothing here commits."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from hub_finder.extensions import db
from hub_finder.models.history import Event, EventKind
from hub_finder.models.services import Service


def record_event(
    service: Service, kind: EventKind, *, actor: str, note: str = "", record: Sequence[Mapping[str, str]] | None = None
) -> Event:
    """Note that something was done to a stored listing; `record` are its rows before, where its facts changed."""
    kept = None if record is None else [dict(row) for row in record]
    event = Event(service_id=service.id, at=datetime.now(UTC), actor=actor, kind=kind, note=note, record=kept)
    db.session.add(event)
    db.session.flush()
    return event
