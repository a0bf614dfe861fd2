"""Addresses that mail could not be brought to: marked, asked about, cleared. Nothing here commits.

An address is kept as a hash with the site's key: whoever has the address can ask about it, and nobody can read it here.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import ColumnElement, DateTime, and_, bindparam, delete, func, select, text, update

from hub_finder.database import aware, change
from hub_finder.directory import outbox
from hub_finder.directory.accounts import fold
from hub_finder.directory.letter_ids import keyed_by_all
from hub_finder.extensions import db
from hub_finder.models.base import LARGEST_NUMBER
from hub_finder.models.bounces import Bounce, Kind

_KEEP = text(
    "INSERT INTO bounce (hash, hint, kind, reason, at, told_of) VALUES (:hash, :hint, :kind, :reason, :at, :told_of) "
    "ON CONFLICT (hash) DO UPDATE SET hint = excluded.hint, kind = excluded.kind, reason = excluded.reason, "
    "at = excluded.at, told_of = excluded.told_of"
).bindparams(
    bindparam("at", type_=DateTime(timezone=True)),
    bindparam("told_of", type_=DateTime(timezone=True)),
)


# What a mail server means when an address is wrong, or no longer in use (RFC 3463). All else may be about a full
# mailbox, this message or us: a bare 550 is also said by a server that relays for nobody, of every address there is.
NO_SUCH_ADDRESS = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1", "5.4.4"})


class NoMark(LookupError):
    """No address is marked by this number; someone cleared it, or it was forgotten."""


def cannot_be_reached(email: str) -> bool:
    """Whether this address is known to take no mail. It is not written to until the mark is old or cleared."""
    return bool(find_unreachable([email]))


def find_unreachable(emails: Iterable[str]) -> set[str]:
    """Those of some addresses that are known to take no mail, as they were given."""
    by_hash: dict[str, list[str]] = {}
    for email in emails:
        for one in hashes_of(email):
            by_hash.setdefault(one, []).append(email)
    hard = select(Bounce.hash).where(Bounce.hash.in_(by_hash), Bounce.kind == Kind.HARD, _holds())
    return {email for found in db.session.scalars(hard) for email in by_hash[found]} if by_hash else set()


def kind_of(meaning: str) -> Kind:
    """What a refusal says of an address, by its meaning, such as 5.1.1, or "" where none is told."""
    return Kind.HARD if meaning in NO_SUCH_ADDRESS else Kind.SOFT


def mark_bounced(email: str, *, kind: Kind, reason: str, written_at: datetime) -> bool:
    """Note that a message that was written then could not be brought to an address; returns whether that was news.

    It is not when the message is older than one whose end is known, or than a mark is kept, or than the moment at which
    the mark was cleared. `reason` holds no address.
    """
    now, *before = hashes_of(email)
    told_of = db.session.scalars(select(Bounce.told_of).where(Bounce.hash.in_([now, *before]))).all()
    if written_at <= _oldest() or any(written_at <= aware(known) for known in told_of):
        return False
    change(delete(Bounce).where(Bounce.hash.in_(before)))
    mark = {"hash": now, "hint": hint_of(email), "kind": kind, "reason": reason}
    db.session.execute(_KEEP, {**mark, "at": outbox.now(), "told_of": written_at})
    return True


def mark_reached(email: str) -> None:
    """Note that this address takes mail, such as when someone came by a link that was mailed to it."""
    _clear(Bounce.hash.in_(hashes_of(email)))


def clear_mark(number: int) -> None:
    """Forget that an address took no mail, for staff who know better. Raises NoMark."""
    if number > LARGEST_NUMBER or not _clear(Bounce.id == number):
        raise NoMark(number)


def count_marks() -> int:
    """How many addresses are marked."""
    return db.session.scalar(select(func.count()).where(_is_marked())) or 0


def find_marks(*, most: int) -> Sequence[Bounce]:
    """The addresses that were marked last."""
    newest = select(Bounce).where(_is_marked()).order_by(Bounce.at.desc(), Bounce.id.desc())
    return db.session.scalars(newest.limit(most)).all()


def forget_old_marks() -> int:
    """Delete marks that do not hold any more; returns how many."""
    return change(delete(Bounce).where(~_holds()))


def hint_of(email: str) -> str:
    """What staff see of an address: enough to know again one that they have, and no more."""
    name, _, domain = fold(email).rpartition("@")
    return f"{name[:1]}…@{domain}"[:260]


def _clear(which: ColumnElement[bool]) -> int:
    """What was written until now and comes back later is no news. The address cannot be seen any more."""
    at = outbox.now()
    cleared = {"kind": Kind.CLEARED, "hint": "", "reason": "", "at": at, "told_of": at}
    return change(update(Bounce).where(which, Bounce.kind != Kind.CLEARED).values(cleared))


def _is_marked() -> ColumnElement[bool]:
    return and_(Bounce.kind != Kind.CLEARED, _holds())


def _holds() -> ColumnElement[bool]:
    return Bounce.at > _oldest()


def _oldest() -> datetime:
    return outbox.now() - timedelta(days=current_app.config["HUB_BOUNCE_DAYS"])


def forget_mark(email: str) -> int:
    """Delete what is known of an address, for whoever asks to be forgotten; returns how many marks there were."""
    return change(delete(Bounce).where(Bounce.hash.in_(hashes_of(email))))


def hashes_of(email: str) -> list[str]:
    """What an address is known by here; then what it was known by with the keys before, while they are believed."""
    return keyed_by_all("bounce", fold(email))
