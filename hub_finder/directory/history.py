"""What happened to a listing, field by field, and the way back. Nothing here commits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from hub_finder.directory.listings import Problem, Row, Vocabulary, compare_rows, parse_listing, rows_of
from hub_finder.directory.records import listing_of
from hub_finder.directory.saving import Outcome, save_listing
from hub_finder.extensions import db
from hub_finder.models.history import Event, EventKind
from hub_finder.models.services import Need, Service


class CannotRestore(ValueError):
    """The listing cannot be put back as it was before that event; the message says why."""


@dataclass(frozen=True)
class Step:
    """One event of a listing with what it changed: (column, old, new). `number` counts a listing's events from 1."""

    number: int
    event: Event
    changes: Sequence[tuple[str, str, str]]


def find_history(service: Service) -> list[Step]:
    """All that happened to a listing, the latest first."""
    events = db.session.scalars(select(Event).where(Event.service_id == service.id).order_by(Event.id)).all()
    after: Sequence[Row] = rows_of(listing_of(service))
    steps = []
    for number, event in reversed(list(enumerate(events, start=1))):
        changes = compare_rows(event.record, after) if event.record else []
        steps.append(Step(number, event, changes))
        after = event.record or after
    return steps


def restore(service: Service, number: int, *, needs: Mapping[str, Need], vocabulary: Vocabulary, actor: str) -> Outcome:
    """Put a listing's facts back as they were before its event of this number. Raises CannotRestore.

    It is one more event: what stood there until now can be put back in the same way.
    """
    step = next((step for step in find_history(service) if step.number == number), None)
    if step is None:
        raise CannotRestore(f"{service.slug} has no event number {number}.")
    if step.event.record is None:
        raise CannotRestore(f"Event {number} of {service.slug} changed no facts: there is nothing to put back.")
    listing, problems = parse_listing(step.event.record, vocabulary)
    if listing is None:
        raise CannotRestore(f"{service.slug} as it was cannot be kept today: {_first(problems)}")
    return save_listing(listing, needs, actor=actor, note=f"As before event {number}", kind=EventKind.RESTORED)


def _first(problems: Sequence[Problem]) -> str:
    problem = problems[0]
    return f"{problem.column} “{problem.value}” {problem.reason}."
