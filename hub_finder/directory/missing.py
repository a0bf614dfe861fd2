"""Help that somebody looked for and did not find here: what it was and about where, never who. Nothing here commits."""

import re
from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from hub_finder.directory import freshness
from hub_finder.extensions import db
from hub_finder.models.reports import MissingHelp
from hub_finder.models.services import Need

LONGEST_WORDS = 200
LONGEST_PLACE = 100
# What would say who somebody is, and what is kept in its place.
_EMAIL = re.compile(r"(?<!\S)\S+@\S+")
_PHONE = re.compile(r"\+?\d(?:[\s()./-]*\d){6,}", re.ASCII)
# The first half of a postcode is a district of thousands of homes; with the second half it is a street.
_POSTCODE = re.compile(r"\b([A-Z]{1,2}\d[A-Z\d]?)[\s-]*\d[A-Z]{2}\b", re.ASCII | re.IGNORECASE)
LEFT_OUT = "[left out]"


class MissingNotFound(LookupError):
    """Nobody told us of missing help with this number; it may have been forgotten."""


def without_contacts(text: str) -> str:
    """The text without email addresses and phone numbers, and with the first half alone of each postcode."""
    plain = _PHONE.sub(LEFT_OUT, _EMAIL.sub(LEFT_OUT, text))
    return _POSTCODE.sub(lambda found: found[1].upper(), plain)


def add_missing(*, need_slug: str | None, words: str, place: str) -> MissingHelp:
    """Keep what somebody did not find; what would say who they are is left out before."""
    need_id = db.session.scalar(select(Need.id).where(Need.slug == need_slug)) if need_slug else None
    missing = MissingHelp(
        received_on=freshness.today(), need_id=need_id, words=without_contacts(words), place=without_contacts(place)
    )
    db.session.add(missing)
    db.session.flush()
    return missing


def find_missing() -> Sequence[MissingHelp]:
    """What nobody has dealt with, the oldest first."""
    statement = select(MissingHelp).where(MissingHelp.done_by.is_(None)).options(joinedload(MissingHelp.need))
    return db.session.scalars(statement.order_by(MissingHelp.id)).all()


def count_missing() -> int:
    """How much nobody has dealt with."""
    return db.session.scalar(select(func.count()).select_from(MissingHelp).where(MissingHelp.done_by.is_(None))) or 0


def mark_done(number: int, *, actor: str) -> None:
    """Say that someone has dealt with it; who did so first stands. Raises MissingNotFound."""
    missing = db.session.get(MissingHelp, number)
    if missing is None:
        raise MissingNotFound(number)
    missing.done_by = missing.done_by or actor
    db.session.flush()
