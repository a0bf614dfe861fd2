"""Pausing, taking out and publishing again what is stored. Nothing here commits."""

from collections.abc import Mapping

from sqlalchemy import update

from hub_finder.directory.events import record_event
from hub_finder.extensions import db
from hub_finder.models.feeds import FeedListing
from hub_finder.models.history import EventKind
from hub_finder.models.services import Service, Status

# (from, to) -> what the history calls it. A merged listing stands as it does until its merge is undone.
MOVES: Mapping[tuple[Status, Status], EventKind] = {
    (Status.PUBLISHED, Status.PAUSED): EventKind.PAUSED,
    (Status.PUBLISHED, Status.RETIRED): EventKind.RETIRED,
    (Status.PAUSED, Status.PUBLISHED): EventKind.RETURNED,
    (Status.PAUSED, Status.RETIRED): EventKind.RETIRED,
    (Status.RETIRED, Status.PUBLISHED): EventKind.RETURNED,
}


class CannotMove(ValueError):
    """A listing that stands like this cannot be made to stand like that; the message says why, for people."""


def find_moves(service: Service) -> list[Status]:
    """How a listing may stand next."""
    return [new for old, new in MOVES if old == service.status]


def move(service: Service, to: Status, *, actor: str) -> None:
    """Let a stored listing stand differently, with an event; its facts stay. Raises CannotMove."""
    old = Status(service.status)
    kind = MOVES.get((old, to))
    if kind is None:
        raise CannotMove(f"It is {old.label.lower()} now, and cannot become {to.label.lower()} from there.")
    service.status = to
    if to == Status.PUBLISHED:
        # It stands here by a person's word now, no longer by the feed's: its absences there are counted anew.
        there = update(FeedListing).where(FeedListing.service_id == service.id)
        db.session.execute(there.values(taken_out=False, missing_times=0))
    record_event(service, kind, actor=actor)
