"""What people answer by the link of a reminder. Nothing here commits."""

from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import exists, select, update
from sqlalchemy.orm import aliased

from hub_finder.database import change
from hub_finder.directory import freshness
from hub_finder.directory.catalogue import HAS_PAGE
from hub_finder.directory.listings import rows_of, stamp_of
from hub_finder.directory.records import listing_of
from hub_finder.directory.reminding import hash_of
from hub_finder.directory.reports import add_report
from hub_finder.directory.stock import get_stored, get_stored_to_change
from hub_finder.extensions import db
from hub_finder.models.reminders import Answer, Reminder, ReminderKind
from hub_finder.models.reports import Reason, Report
from hub_finder.models.services import Service

# What the team reads. It names the organisation, which whoever has the link writes for.
ENDED = "{organisation} says so, by the link in a mail that asked whether it is still right."


class Over(StrEnum):
    """Why a link works no more."""

    ANSWERED = "answered"
    EXPIRED = "expired"
    HIDDEN = "hidden"  # the listing is paused, merged or taken out


class NoSuchLink(LookupError):
    """We never made this link, or have forgotten it."""


class LinkOver(LookupError):
    """A link that works no more; `why` says so."""

    def __init__(self, why: Over) -> None:
        super().__init__(str(why))
        self.why = why


class SeenOtherwise(RuntimeError):
    """The listing was changed since the page was opened: what was confirmed is not what stands there."""


def get_question(secret: str) -> Reminder:
    """The question that a link asks, while it may be answered. It stays unanswered. Raises NoSuchLink, LinkOver."""
    question = db.session.scalar(select(Reminder).where(Reminder.token_hash == hash_of(secret)))
    if question is None:
        raise NoSuchLink
    db.session.refresh(question)
    if question.answer or _was_answered(question):
        raise LinkOver(Over.ANSWERED)
    if question.expires_on is None or freshness.today() > question.expires_on:
        raise LinkOver(Over.EXPIRED)
    if not db.session.scalar(select(exists().where(Service.id == question.service_id, HAS_PAGE))):
        raise LinkOver(Over.HIDDEN)
    return question


def get_asked_about(question: Reminder) -> tuple[Service, str]:
    """The listing that a question is about, whole, and its stamp: what stands for all that it says."""
    slug = db.session.scalars(select(Service.slug).where(Service.id == question.service_id)).one()
    service = get_stored(slug)
    return service, stamp_of(rows_of(listing_of(service)))


def confirm(secret: str, *, shown: str) -> Service:
    """Say that a listing is right as it was `shown` (its stamp): that is a check, by the organisation.

    Raises NoSuchLink, LinkOver, SeenOtherwise.
    """
    question = _hold(secret)
    service, stamp = get_asked_about(question)
    if stamp != shown:
        raise SeenOtherwise(service.slug)
    _answer(question, Answer.RIGHT)
    by = service.organisation.name[: freshness.LONGEST_NAME]
    freshness.mark_checked(service, by=by, on=freshness.today())
    db.session.flush()
    return service


def say_ended(secret: str) -> Report:
    """Tell the team that what a listing is about has ended: they look, and take it out. Raises NoSuchLink, LinkOver."""
    question = _hold(secret)
    service, _stamp = get_asked_about(question)
    _answer(question, Answer.ENDED)
    details = ENDED.format(organisation=service.organisation.name)
    return add_report(service, reason=Reason.CLOSED, details=details, email=None)


def _hold(secret: str) -> Reminder:
    """The question, its listing held until the transaction ends: of two who answer at once, one is first."""
    question = get_question(secret)
    get_stored_to_change(get_asked_about(question)[0].slug)
    return get_question(secret)


def _answer(question: Reminder, answer: Answer) -> None:
    open_ = update(Reminder).where(Reminder.id == question.id, Reminder.answer.is_(None))
    if not change(open_.values(answer=str(answer), answered_at=datetime.now(UTC))):
        raise LinkOver(Over.ANSWERED)


def _was_answered(question: Reminder) -> bool:
    """Whether somebody has answered the same by another link, or checked the listing in another way since."""
    other = aliased(Reminder)
    same = other.service_id == question.service_id, other.kind == question.kind, other.about == question.about
    if db.session.scalar(select(exists().where(*same, other.answer.is_not(None)))):
        return True
    checked_on = db.session.scalar(select(Service.checked_on).where(Service.id == question.service_id))
    asked_of = question.about if question.kind == ReminderKind.STILL_RIGHT else question.sent_on
    return checked_on is not None and checked_on > asked_of
