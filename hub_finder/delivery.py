"""Delivery of the outbox: what is due leaves, is put off, or is given up. Any number of processes may do it at once."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from itertools import chain
from time import sleep

from sqlalchemy.exc import OperationalError

from hub_finder import mail
from hub_finder.directory import bounces, outbox
from hub_finder.directory.letter_ids import letter_id
from hub_finder.directory.outbox import Letter
from hub_finder.extensions import db
from hub_finder.transports import LONG_PATIENCE, NotSent, Send, transport

# An import may hold a SQLite file for minutes; each try waits for ten seconds there.
MOST_TRIES = 30
REFUSED_BEFORE = "This address refused mail before, so it was not written to again."


@dataclass
class Delivered:
    """What became of the messages that were due. `problems` names no address."""

    sent: int = 0
    given_up: int = 0
    too_late: int = 0
    problems: list[str] = field(default_factory=list)


def deliver() -> Delivered:
    """Send all that is due, each message once, and drop what has come to be too late."""
    done = Delivered(given_up=outbox.give_up_stopped(), too_late=outbox.drop_too_late())
    db.session.commit()
    letters = _due(done)
    # A connection is good until the server ends it; then the next message has one of its own.
    for first in letters:
        try:
            with transport(patience=LONG_PATIENCE) as send:
                for letter in chain([first], letters):
                    if not _deliver(letter, send, done):
                        break
        except NotSent as problem:
            for letter in chain([first], letters):
                _fail(letter, problem, None, done)
    return done


def _due(done: Delivered) -> Iterator[Letter]:
    """Each message that is due, once, but for those to addresses that are known to take none: these are given up."""
    last = 0
    while letter := outbox.get_next_or_none(last):
        is_in_vain = bounces.cannot_be_reached(letter.address)
        # Nothing stays open in the database while a server takes its time.
        db.session.rollback()
        last = letter.id
        if is_in_vain:
            _fail(letter, NotSent(REFUSED_BEFORE, for_good=True), None, done)
        else:
            yield letter


def _deliver(letter: Letter, send: Send, done: Delivered) -> bool:
    """Send a message, or note why not; returns whether its connection is good for another."""
    claimed_at: datetime | None = None

    def claim() -> bool:
        nonlocal claimed_at
        claimed_at = outbox.claim(letter)
        db.session.commit()
        return claimed_at is not None

    try:
        left = send(_message_of(letter), claim)
    except NotSent as problem:
        _fail(letter, problem, claimed_at, done)
        return not problem.lost
    if left:
        _surely(lambda: outbox.forget(letter))
        done.sent += 1
    return True


def _message_of(letter: Letter) -> EmailMessage:
    # By its uid alone nobody can prove that we wrote to an address, so no report of a private message is believed.
    known_by = letter.uid
    if not letter.private:
        known_by = letter_id(letter.uid, address=letter.address, written_at=letter.written_at)
    return mail.message(
        to=letter.address, subject=letter.subject, text=letter.body, written_at=letter.written_at, uid=known_by
    )


def _fail(letter: Letter, problem: NotSent, claimed_at: datetime | None, done: Delivered) -> None:
    def note() -> bool:
        if problem.refused and not letter.private:
            bounces.mark_bounced(letter.address, kind=problem.refused, reason=str(problem), written_at=outbox.now())
        return outbox.fail(letter, str(problem), for_good=problem.for_good, claimed_at=claimed_at)

    done.given_up += _surely(note) or 0
    done.problems.append(f"Message {letter.id} did not leave. {problem}")


def _surely(step: Callable[[], bool | None]) -> bool | None:
    """Do something and commit it, also when another program holds the database for a while.

    What has left must not stay as if it might not have: that would have to be asked of a person.
    """
    for _ in range(MOST_TRIES):
        try:
            return _committed(step)
        except OperationalError:
            db.session.rollback()
            sleep(1)
    return _committed(step)


def _committed(step: Callable[[], bool | None]) -> bool | None:
    result = step()
    db.session.commit()
    return result
