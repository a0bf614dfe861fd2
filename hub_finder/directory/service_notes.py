"""What practitioners and staff tell each other of a listing: how it goes there, whom to ask. Nothing here commits.

No page for families, no export, no feed and nothing of the API reads this table.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import joinedload

from hub_finder.database import change
from hub_finder.extensions import db
from hub_finder.models.services import Service
from hub_finder.models.signposting import ServiceNote

LONGEST_NOTE = 500
# What was true of a place two years ago is no help.
KEPT_DAYS = 730


class NoteNotFound(LookupError):
    """There is no such note, or it is not theirs to delete."""


def write_note(service_id: int, text: str, *, by: int) -> ServiceNote:
    """A note of somebody on a listing."""
    note = ServiceNote(service_id=service_id, account_id=by, text=text, written_at=datetime.now(UTC))
    db.session.add(note)
    db.session.flush()
    return note


def find_notes(service_ids: Collection[int]) -> Mapping[int, Sequence[ServiceNote]]:
    """The notes on each of these listings, and on what was merged into them, the newest first."""
    if not service_ids:
        return {}
    now_id = func.coalesce(Service.merged_into_id, Service.id)
    asked = (
        select(now_id, ServiceNote)
        .join(Service, Service.id == ServiceNote.service_id)
        .where(or_(Service.id.in_(service_ids), Service.merged_into_id.in_(service_ids)))
        .options(joinedload(ServiceNote.account))
        .order_by(ServiceNote.written_at.desc(), ServiceNote.id.desc())
    )
    notes: dict[int, list[ServiceNote]] = {}
    for service_id, note in db.session.execute(asked):
        notes.setdefault(service_id, []).append(note)
    return notes


def delete_note(note_id: int, *, by: int, manages: bool) -> None:
    """Delete a note of one's own; who manages, any. Raises NoteNotFound."""
    note = db.session.get(ServiceNote, note_id)
    if note is None or not (manages or note.account_id == by):
        raise NoteNotFound
    db.session.delete(note)
    db.session.flush()


def forget_old() -> int:
    """Delete notes that are two years old; returns how many."""
    return change(delete(ServiceNote).where(ServiceNote.written_at < datetime.now(UTC) - timedelta(days=KEPT_DAYS)))
