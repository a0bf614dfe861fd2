"""Reports of something wrong with a listing: how each goes from received to its end. Nothing here commits."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import and_, delete, func, select, update
from sqlalchemy.orm import joinedload

from hub_finder.database import begin_writing, change
from hub_finder.directory.events import record_event
from hub_finder.directory.history import Step, find_history
from hub_finder.directory.references import new_reference, spoken
from hub_finder.extensions import db
from hub_finder.models.history import Event, EventKind
from hub_finder.models.reports import MissingHelp, Reason, Report, ReportState
from hub_finder.models.services import Service

OPEN = (ReportState.RECEIVED, ReportState.CHECKING)
LONGEST_DETAILS = 1_000
LONGEST_ANSWER = 500
# An address goes at the latest so long after it was left, and what was written so long after the end of a report.
ADDRESS_DAYS = 90
DETAILS_DAYS = 90
# The report goes, and its reference with it, so long after its end.
REPORT_DAYS = 365
# What can put right what was reported; a check alone changes nothing.
MENDING = frozenset(
    {
        *(EventKind.CHANGED, EventKind.RESTORED, EventKind.MERGED, EventKind.UNMERGED),
        *(EventKind.PAUSED, EventKind.RETIRED, EventKind.RETURNED),
    }
)


class ReportNotFound(LookupError):
    """No report has this reference; it may have been forgotten."""


class CannotClose(ValueError):
    """A report cannot end like this; the message says why, for the person who tried."""


def now() -> datetime:
    """The present moment, UTC; tests put theirs."""
    return datetime.now(UTC)


def add_report(service: Service, *, reason: Reason, details: str, email: str | None) -> Report:
    """Keep what a visitor says is wrong with a stored listing."""
    report = Report(
        reference=new_reference(),
        service_id=service.id,
        reason=reason,
        details=details,
        email=email,
        received_at=now(),
        state=ReportState.RECEIVED,
        event_ids=[],
    )
    db.session.add(report)
    db.session.flush()
    return report


def get_report(reference: str) -> Report:
    """The report with this reference, and its listing. Raises ReportNotFound."""
    statement = select(Report).where(Report.reference == reference).options(joinedload(Report.service))
    report = db.session.scalar(statement)
    if report is None:
        raise ReportNotFound(reference)
    return report


def get_report_to_change(reference: str) -> Report:
    """The same, and nobody else changes it until the transaction ends. Raises ReportNotFound."""
    begin_writing(db.session.connection())
    db.session.execute(select(Report.id).where(Report.reference == reference).with_for_update())
    return get_report(reference)


def find_open_reports() -> Sequence[Report]:
    """What waits for an answer: what may be unsafe first, then the oldest."""
    statement = select(Report).where(Report.state.in_(OPEN)).options(joinedload(Report.service))
    return db.session.scalars(statement.order_by(Report.reason != Reason.UNSAFE, Report.received_at, Report.id)).all()


def count_open_reports() -> tuple[int, int]:
    """How many reports wait for an answer, and how many of them tell of something unsafe."""
    counted = select(func.count(), func.count().filter(Report.reason == Reason.UNSAFE)).where(Report.state.in_(OPEN))
    every, unsafe = db.session.execute(counted).one()
    return every, unsafe


def take_up(report: Report, *, actor: str) -> None:
    """Say that someone is checking it. Raises CannotClose when it is no longer new."""
    if report.state != ReportState.RECEIVED:
        raise CannotClose("Someone has taken it up already.")
    report.state, report.taken_by = ReportState.CHECKING, actor
    _note(report, EventKind.REPORT_TAKEN, actor)


def find_mending(report: Report) -> list[Step]:
    """What was done to the listing since it was reported that can have put it right, the latest first."""
    since = Event.service_id == report.service_id, Event.at >= report.received_at, Event.kind.in_(MENDING)
    ids = set(db.session.scalars(select(Event.id).where(*since)))
    return [step for step in find_history(report.service) if step.event.id in ids]


def find_steps(report: Report) -> list[Step]:
    """What mended the listing, as the report was closed with it, the latest first."""
    named = set(report.event_ids)
    return [step for step in find_history(report.service) if step.event.id in named] if named else []


def close_as_fixed(report: Report, event_ids: Collection[int], *, answer: str | None, actor: str) -> str | None:
    """End a report with the events of the listing's history that put it right, and a word to the public if need be.

    Returns the address of who wants to be told, which is kept no longer. Raises CannotClose.
    """
    possible = [step.event.id for step in find_mending(report)]
    if not possible:
        raise CannotClose("Nothing was changed since it was reported. Correct the listing first.")
    if not event_ids or not set(event_ids) <= set(possible):
        raise CannotClose("Choose what was changed because of this report")
    report.event_ids = sorted(event_ids)
    return _close(report, ReportState.FIXED, answer, actor)


def close_as_it_is(report: Report, *, answer: str, actor: str) -> str | None:
    """End a report with nothing changed, and the reason, which everyone with the reference may read.

    Returns the address of who wants to be told, which is kept no longer. Raises CannotClose.
    """
    if not answer:
        raise CannotClose("Say why nothing was changed")
    return _close(report, ReportState.NOT_CHANGED, answer, actor)


def reopen(report: Report, *, actor: str) -> None:
    """Check a report again that was closed. Raises CannotClose when it is open.

    The address of who wanted to be told is gone: they see it with their reference.
    """
    if report.state in OPEN:
        raise CannotClose("It is open already.")
    report.state, report.taken_by, report.closed_at = ReportState.CHECKING, actor, None
    report.event_ids, report.answer = [], None
    _note(report, EventKind.REPORT_REOPENED, actor)


def forget_old() -> dict[str, int]:
    """Let go of what was kept long enough; returns how much of each.

    Addresses go by when they came, the rest by when a report was closed. Open reports stay.
    """
    old_address = and_(Report.email.is_not(None), Report.received_at < _days_ago(ADDRESS_DAYS))
    old_details = and_(Report.details != "", Report.closed_at < _days_ago(DETAILS_DAYS))
    old_missing = MissingHelp.received_on < _days_ago(REPORT_DAYS).date()
    return {
        "addresses": change(update(Report).where(old_address).values(email=None)),
        "texts": change(update(Report).where(old_details).values(details="")),
        "reports": change(delete(Report).where(Report.closed_at < _days_ago(REPORT_DAYS))),
        "words about missing help": change(delete(MissingHelp).where(old_missing)),
    }


def _close(report: Report, state: ReportState, answer: str | None, actor: str) -> str | None:
    if report.state not in OPEN:
        raise CannotClose("Someone has closed it already.")
    if answer and len(answer) > LONGEST_ANSWER:
        raise CannotClose(f"Use at most {LONGEST_ANSWER} characters; these are {len(answer)}")
    report.state, report.answer, report.closed_at = state, answer or None, now()
    address, report.email = report.email, None
    _note(report, EventKind.REPORT_FIXED if state == ReportState.FIXED else EventKind.REPORT_NOT_CHANGED, actor)
    return address


def _note(report: Report, kind: EventKind, actor: str) -> None:
    """Say it in the listing's history too, by the reference alone: what was written stays with the report."""
    note = f"{spoken(report.reference)}: {Reason(report.reason).label.lower()}"
    record_event(report.service, kind, actor=actor, note=note)


def _days_ago(days: int) -> datetime:
    return now() - timedelta(days=days)
