"""Writing to people about their listings: each is asked once, whoever else does the same. Nothing here commits.

What is sent is claimed by a row with a name of its own, in the transaction of the mail: the database lets one of two
in, and the other finds nothing left to say.
"""

import hashlib
import secrets
from collections.abc import Callable, Sequence
from datetime import date, timedelta

from sqlalchemy import and_, delete, insert, select
from sqlalchemy.exc import IntegrityError

from hub_finder.area import Area
from hub_finder.database import begin_writing, change
from hub_finder.directory import outbox
from hub_finder.directory.days import day_words
from hub_finder.directory.reminders import Ask, Person, Plan, Standing
from hub_finder.directory.texts import compose
from hub_finder.extensions import db
from hub_finder.models.reminders import Reminder, ReminderKind
from hub_finder.models.services import Service

# Listings in one mail. The others follow the next day.
MOST = 40
# What is of an earlier check goes so long after it was sent.
KEPT_DAYS = 365
TEXTS = {ReminderKind.STILL_RIGHT: "still_right", ReminderKind.HOLIDAY: "holiday_times"}
REASONS = {
    "nobody": "We have no address that works.",
    "unanswered": "Nobody answered.",
}


def ask(person: Person, asks: Sequence[Ask], plan: Plan, area: Area, *, link: Callable[[str], str]) -> int:
    """Write one mail to a person about their listings; `link` makes an address of a secret.

    Returns how many listings it asks about: 0 where somebody has written it meanwhile, or they had a mail today.
    Where they are to be asked for two reasons, the second waits for another day.
    """
    kind = asks[0].kind
    expires_on = plan.day + timedelta(days=area.reminders.link_days)
    wanted = sorted((one for one in asks if one.kind == kind), key=lambda one: one.listing.id)[:MOST]
    begin_writing(db.session.connection())
    with db.session.begin_nested() as written:
        made = [(one, secrets.token_urlsafe(32)) for one in wanted]
        claimed = [
            (one, secret)
            for one, secret in made
            if _claim(one, person, plan.day, token_hash=hash_of(secret), expires_on=expires_on)
        ]
        values = {
            "name": person.name,
            "until": day_words(expires_on),
            "listings": "\n\n".join(
                _about(one, link(secret)) for one, secret in sorted(claimed, key=lambda pair: pair[0].listing.name)
            ),
        }
        if kind == ReminderKind.HOLIDAY and plan.holiday:
            values |= {"holidays": plan.holiday.name, "first_day": day_words(plan.holiday.first)}
        if not claimed or not _post(person, plan.day, compose(TEXTS[kind], **values)):
            written.rollback()
            return 0
    return len(claimed)


def tell(manager: Person, standings: Sequence[Standing], day: date, *, link: str) -> int:
    """Write one mail to a manager about listings that nobody answers for, each once; `link` is the page of them all.

    Returns how many it tells of, as `ask` does.
    """
    begin_writing(db.session.connection())
    with db.session.begin_nested() as written:
        claimed = [
            one
            for one in sorted(standings, key=lambda one: one.listing.id)
            if _claim(Ask(one.listing, ReminderKind.TOLD, one.listing.checked_on, 0), manager, day)
        ]
        shown = sorted(claimed, key=lambda one: one.listing.name)
        lines = [f"{one.listing.name}, {one.listing.organisation}\n{REASONS[one.state]}" for one in shown[:MOST]]
        if len(shown) > MOST:
            lines.append(f"And {len(shown) - MOST} more.")
        values = {"name": manager.name, "listings": "\n\n".join(lines), "link": link}
        if not claimed or not _post(manager, day, compose("reminders_unanswered", **values)):
            written.rollback()
            return 0
    return len(claimed)


def hash_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def forget_old(day: date) -> int:
    """Delete what was sent long ago and is about a check that is not the last one; returns how many."""
    # What is about the last check stays: it tells that people were asked.
    current = select(Service.checked_on).where(Service.id == Reminder.service_id).scalar_subquery()
    is_of_check = Reminder.kind != ReminderKind.HOLIDAY
    old = and_(Reminder.sent_on < day - timedelta(days=KEPT_DAYS), ~and_(is_of_check, Reminder.about == current))
    return change(delete(Reminder).where(old))


def _about(one: Ask, address: str) -> str:
    again = " We asked you before." if one.number else ""
    return f"{one.listing.name}\nLast checked on {day_words(one.listing.checked_on)}.{again}\n{address}"


def _claim(
    one: Ask, person: Person, day: date, *, token_hash: str | None = None, expires_on: date | None = None
) -> bool:
    """Note that a person is asked this; whether nobody had noted it before. Waits for who does it at the same time."""
    name = f"{one.kind}/{one.listing.id}/{one.about}/{one.number}/{person.address}"
    row = {
        "claim": hash_of(name),
        "service_id": one.listing.id,
        "kind": str(one.kind),
        "about": one.about,
        "number": one.number,
        "account_id": person.account_id,
        "address": None if person.account_id else person.address,
        "sent_on": day,
        "token_hash": token_hash,
        "expires_on": expires_on,
    }
    try:
        with db.session.begin_nested():
            db.session.execute(insert(Reminder).values(row))
    except IntegrityError:
        return False
    return True


def _post(person: Person, day: date, mail: tuple[str, str]) -> bool:
    """Put a mail into the outbox, unless this person has had one of ours today."""
    subject, body = mail
    key = f"reminder/{day}/{person.address}"
    return outbox.post(person.address, subject=subject, body=body, key=key) is not None
