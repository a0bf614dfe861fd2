"""Mail that was given up: seen by staff, tried again when they say so, or deleted. Nothing here commits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, func, select, update

from hub_finder.database import change
from hub_finder.directory import bounces, outbox
from hub_finder.extensions import db
from hub_finder.models.base import LARGEST_NUMBER
from hub_finder.models.reports import OutgoingMail

IS_DEAD = OutgoingMail.dead_at.is_not(None)


class NotDead(LookupError):
    """No message of this number was given up; it may have left meanwhile, or someone deleted it."""


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """How many messages wait to be sent, and when the oldest of them was written."""

    count: int
    oldest_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Dead:
    """A message that was given up, and whether it would come too late to be of use."""

    mail: OutgoingMail
    is_too_late: bool


def count_dead() -> int:
    """How many messages were given up."""
    return db.session.scalar(select(func.count()).where(IS_DEAD)) or 0


def find_dead() -> Sequence[Dead]:
    """The messages that were given up, the latest first."""
    dead = select(OutgoingMail, outbox.is_too_late()).where(IS_DEAD).order_by(OutgoingMail.dead_at.desc())
    return [Dead(mail=mail, is_too_late=bool(late)) for mail, late in db.session.execute(dead)]


def get_waiting() -> Waiting:
    """What still waits to be sent."""
    waiting = select(func.count(), func.min(OutgoingMail.written_at)).where(~IS_DEAD)
    count, oldest_at = db.session.execute(waiting).one()
    return Waiting(count=count, oldest_at=oldest_at)


def try_again(number: int) -> None:
    """Let a message be sent again, from the first try on, as soon as `send-mail` runs. Raises NotDead.

    So it does for one that is of no use any more. That its address refused mail is forgotten: somebody looked at it.
    """
    if not _revive(_is_dead(number)):
        raise NotDead(number)
    address = db.session.scalar(select(OutgoingMail.address).where(OutgoingMail.id == number))
    if address:
        bounces.mark_reached(address)


def try_all_again() -> int:
    """The same for all that were given up and are of use; returns how many.

    It leaves out what may have arrived, and what is for an address that takes no mail.
    """
    addresses = db.session.scalars(select(OutgoingMail.address).where(IS_DEAD).distinct()).all()
    in_vain = bounces.find_unreachable(addresses)
    return _revive(and_(IS_DEAD, OutgoingMail.problem.not_in(outbox.DOUBTFUL), OutgoingMail.address.not_in(in_vain)))


def delete_dead(number: int) -> None:
    """Delete a message, and with it its address. Raises NotDead."""
    if not change(delete(OutgoingMail).where(_is_dead(number))):
        raise NotDead(number)


def _revive(which: ColumnElement[bool]) -> int:
    anew = {"dead_at": None, "attempts": 0, "due_at": outbox.now()}
    return change(update(OutgoingMail).where(which, ~outbox.is_too_late()).values(anew))


def _is_dead(number: int) -> ColumnElement[bool]:
    if number > LARGEST_NUMBER:
        raise NotDead(number)
    return and_(OutgoingMail.id == number, IS_DEAD)
