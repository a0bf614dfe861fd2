"""Mail that waits to be sent. It is written in the transaction of what it tells of. Nothing here commits.

A message is claimed just before a server is given its text, and by one process alone: what was claimed is never sent
again by itself. So nothing leaves twice, whatever stops a process, and what may have left is shown to staff.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from sqlalchemy import ColumnElement, DateTime, and_, bindparam, delete, or_, select, text, update

from hub_finder.database import CLOCKS_DIFFER, aware, change
from hub_finder.extensions import db
from hub_finder.models.reports import MailKey, OutgoingMail

# How long a message waits after it could not be sent for the first time, the second ... Then it is given up.
PAUSES = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=8),
)
# A mail server has ten minutes for its last word: who claimed a message so long ago is no longer there.
CLAIM_HOLDS = timedelta(minutes=30)
STOPPED = "The program was stopped while it handed this over. It may have arrived."
UNSURE = "GOV.UK Notify did not say whether it has this. It may have arrived."
# Given up, and nobody knows whether they have left.
DOUBTFUL = (STOPPED, UNSURE)
# What was posted for a key is not posted again for so long.
KEY_DAYS = 90
_KEEP_KEY = text(
    "INSERT INTO mail_key (hash, posted_at) VALUES (:hash, :at) ON CONFLICT (hash) DO NOTHING RETURNING hash"
).bindparams(bindparam("at", type_=DateTime(timezone=True)))


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A message that is due, as it was read: no row of the session, so that no transaction stays open while it leaves.

    `attempts` is how often it was tried before.
    """

    id: int
    uid: str
    address: str
    subject: str
    body: str
    written_at: datetime
    attempts: int
    private: bool


def now() -> datetime:
    """The present moment, UTC; tests put theirs."""
    return datetime.now(UTC)


def post(
    address: str,
    *,
    subject: str,
    body: str,
    key: str | None = None,
    good_until: datetime | None = None,
    private: bool = False,
) -> OutgoingMail | None:
    """Put a message into the outbox; `flask hub send-mail` sends it.

    `key` says what it is for, such as "report-closed/17": for a key that a message was posted for before, also one that
    has left since, nothing is done, and None returned. After `good_until`, an aware moment, the message is of no use:
    it is not sent, and dropped. A `private` message that is given up is dropped as well, and nobody learns the
    address: for people whom we do not know. Raises ValueError for a moment that is not aware.
    """
    if good_until is not None and good_until.tzinfo is None:
        raise ValueError("good_until says no zone of time")
    at = now()
    if key is not None and not _is_new(key, at):
        return None
    mail = OutgoingMail(
        uid=uuid4().hex,
        address=address,
        subject=subject,
        body=body,
        written_at=at,
        due_at=at,
        # SQLite keeps no zone.
        good_until=good_until and good_until.astimezone(UTC),
        private=private,
    )
    db.session.add(mail)
    db.session.flush()
    return mail


def get_next_or_none(after: int) -> Letter | None:
    """The oldest message with an id above `after` that is due and that nobody hands over."""
    waiting = select(OutgoingMail).where(_is_free(), _is_due(), ~is_too_late(), OutgoingMail.id > after)
    mail = db.session.scalar(waiting.order_by(OutgoingMail.id).limit(1))
    if mail is None:
        return None
    return Letter(
        id=mail.id,
        uid=mail.uid,
        address=mail.address,
        subject=mail.subject,
        body=mail.body,
        written_at=aware(mail.written_at),
        attempts=mail.attempts,
        private=mail.private,
    )


def claim(letter: Letter) -> datetime | None:
    """Claim a message, for who commits this first; returns the moment that is the claim, None for everybody else.

    Once it is committed, only `forget` and `fail` with this claim end it, or staff.
    """
    at = now()
    mine = update(OutgoingMail).where(_is_as_read(letter), ~is_too_late())
    return at if change(mine.values(claimed_at=at)) else None


def fail(letter: Letter, problem: str, *, for_good: bool, claimed_at: datetime | None) -> bool:
    """Note that a message did not leave, and why: it is tried again after a pause, or given up.

    `problem` holds no address. Returns whether it was given up. Where somebody else has dealt with the message since it
    was read or claimed, nothing is done.
    """
    pauses = {} if for_good else dict(enumerate(PAUSES))
    pause = pauses.get(letter.attempts)
    outcome = {
        "attempts": letter.attempts + 1,
        "claimed_at": None,
        "problem": problem,
        **({"due_at": now() + pause} if pause else {"dead_at": now()}),
    }
    held = and_(OutgoingMail.id == letter.id, OutgoingMail.claimed_at == claimed_at, OutgoingMail.dead_at.is_(None))
    mine = held if claimed_at else _is_as_read(letter)
    if letter.private and not pause:
        return bool(change(delete(OutgoingMail).where(mine)))
    return bool(change(update(OutgoingMail).where(mine).values(outcome))) and not pause


def forget(letter: Letter) -> None:
    """Take out a message that was sent, and with it its address."""
    change(delete(OutgoingMail).where(OutgoingMail.id == letter.id))


def give_up_stopped() -> int:
    """Give up what was claimed by a process that is no longer there; returns how many.

    Nobody knows whether these have left, so they are not sent again by themselves.
    """
    claimed, at = OutgoingMail.claimed_at, now()
    # Nobody claims in the time to come: a clock was ahead.
    gone = or_(claimed < at - CLAIM_HOLDS, claimed > at + CLAIM_HOLDS)
    stopped = gone, OutgoingMail.dead_at.is_(None)
    dropped = change(delete(OutgoingMail).where(*stopped, OutgoingMail.private))
    outcome = {"claimed_at": None, "dead_at": now(), "attempts": OutgoingMail.attempts + 1, "problem": STOPPED}
    return dropped + change(update(OutgoingMail).where(*stopped).values(outcome))


def drop_too_late() -> int:
    """Delete what waits and is of no use any more; returns how many. What was given up stays, with its reason."""
    return change(delete(OutgoingMail).where(_is_free(), is_too_late()))


def forget_old(*, days: int) -> int:
    """Delete what was written so many days ago and has not left, and old keys; returns how many messages."""
    change(delete(MailKey).where(MailKey.posted_at < now() - timedelta(days=KEY_DAYS)))
    return change(delete(OutgoingMail).where(OutgoingMail.written_at < now() - timedelta(days=days)))


def _is_new(key: str, at: datetime) -> bool:
    """Whether this is the first post for a key. Who posts for the same key at once waits here for the other's end."""
    name = hashlib.sha256(key.encode()).hexdigest()
    return db.session.execute(_KEEP_KEY, {"hash": name, "at": at}).scalar_one_or_none() is not None


def is_too_late() -> ColumnElement[bool]:
    """Whether a message is past the moment until which it is of use."""
    return and_(OutgoingMail.good_until.is_not(None), OutgoingMail.good_until <= now())


def _is_due() -> ColumnElement[bool]:
    """What a clock that was ahead put off, for longer than any pause or from a time to come, is due at once."""
    at = now()
    from_ahead = and_(OutgoingMail.attempts == 0, OutgoingMail.written_at > at + CLOCKS_DIFFER)
    return or_(OutgoingMail.due_at <= at, OutgoingMail.due_at > at + PAUSES[-1], from_ahead)


def _is_free() -> ColumnElement[bool]:
    return and_(OutgoingMail.claimed_at.is_(None), OutgoingMail.dead_at.is_(None))


def _is_as_read(letter: Letter) -> ColumnElement[bool]:
    """The database decides at each change whether a message is still free, and was not tried meanwhile."""
    return and_(_is_free(), OutgoingMail.id == letter.id, OutgoingMail.attempts == letter.attempts)
