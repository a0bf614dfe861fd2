"""Mail that waits to be sent. It is written in the transaction of what it tells of. Nothing here commits."""

from datetime import UTC, datetime

from sqlalchemy import func, select

from hub_finder.extensions import db
from hub_finder.models.reports import OutgoingMail


def post(address: str, *, subject: str, body: str) -> OutgoingMail:
    """Put a message into the outbox; `flask hub send-mail` sends it."""
    mail = OutgoingMail(address=address, subject=subject, body=body, written_at=datetime.now(UTC))
    db.session.add(mail)
    db.session.flush()
    return mail


def get_next_or_none(after: int) -> OutgoingMail | None:
    """The oldest message with an id above `after`. Nobody else sends it until the transaction ends."""
    waiting = select(OutgoingMail).where(OutgoingMail.id > after).order_by(OutgoingMail.id).limit(1)
    return db.session.scalar(waiting.with_for_update(skip_locked=True))


def count_waiting() -> int:
    """How many messages wait."""
    return db.session.scalar(select(func.count()).select_from(OutgoingMail)) or 0


def forget(mail: OutgoingMail) -> None:
    """Take out a message that was sent, and with it its address."""
    db.session.delete(mail)
    db.session.flush()
