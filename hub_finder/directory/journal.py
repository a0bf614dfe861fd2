"""The journal of people and organisations: its one way in, and how it is read. Nothing here commits."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Protocol

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from hub_finder.extensions import db
from hub_finder.models.journal import Deed, JournalEntry

_ACTING = "acting account"
# Who acts at a terminal.
TERMINAL = "flask hub"


class Doer(Protocol):
    """Whoever does something, signed in."""

    @property
    def account_id(self) -> int: ...
    @property
    def name(self) -> str: ...


def now() -> datetime:
    """The present moment, UTC; tests put theirs."""
    return datetime.now(UTC)


def act_as(account_id: int) -> None:
    """Let the events of this session of the database be those of an account, whatever name they give."""
    db.session().info[_ACTING] = account_id


def acting_account_id() -> int | None:
    """The account that acts in this session; None at a terminal."""
    found: int | None = db.session().info.get(_ACTING)
    return found


def note_deed(
    actor: Doer | str,
    deed: Deed,
    *,
    organisation_id: int | None = None,
    account_id: int | None = None,
    note: str = "",
) -> JournalEntry:
    """Note what was done to an account, an organisation or both. `actor` is who is signed in, or a name.

    `note` says why, or what stood there before; it names nobody.
    """
    entry = JournalEntry(
        at=now(),
        actor_id=acting_account_id() if isinstance(actor, str) else actor.account_id,
        actor=actor if isinstance(actor, str) else actor.name,
        deed=str(deed),
        account_id=account_id,
        organisation_id=organisation_id,
        note=note,
    )
    db.session.add(entry)
    db.session.flush()
    return entry


def find_entries_about(account_id: int) -> Sequence[JournalEntry]:
    """All that was done to an account, the latest first, each with its organisation."""
    about = select(JournalEntry).where(JournalEntry.account_id == account_id)
    return db.session.scalars(_latest_first(about)).all()


def find_entries_of_organisation(organisation_id: int) -> Sequence[JournalEntry]:
    """All that was done to an organisation and to who speaks for it, the latest first, each with its account."""
    about = select(JournalEntry).where(JournalEntry.organisation_id == organisation_id)
    return db.session.scalars(_latest_first(about)).all()


def count_removed() -> tuple[int, datetime | None]:
    """How many accounts were removed, as far as the journal goes back, and when the last one was."""
    counted = select(func.count(), func.max(JournalEntry.at)).where(JournalEntry.deed == Deed.REMOVED)
    count, last_at = db.session.execute(counted).one()
    return count, last_at


def _latest_first(statement: Select[JournalEntry]) -> Select[JournalEntry]:
    loaded = joinedload(JournalEntry.account), joinedload(JournalEntry.organisation)
    return statement.options(*loaded).order_by(JournalEntry.id.desc())
