"""What was done to people's accounts and to organisations: who did what, when and why."""

from datetime import datetime

from sqlalchemy import DateTime, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hub_finder.models.accounts import Account
from hub_finder.models.base import Base
from hub_finder.models.services import Labelled, Organisation


class Deed(Labelled):
    """What is done to an account, then what is done to an organisation or to who speaks for it."""

    MADE = "made", "Account made"
    ROLE = "role", "Role changed"
    NAME = "name", "Name changed"
    SWITCHED_OFF = "switched_off", "Switched off"
    SWITCHED_ON = "switched_on", "Switched on again"
    SIGNED_IN = "signed_in", "Signed in"
    SIGNED_OUT = "signed_out", "Signed out everywhere"
    SESSION_ENDED = "session_ended", "Ended one session"
    STEP_ON = "step_on", "Second step turned on"
    STEP_OFF = "step_off", "Second step turned off"
    RECOVERY_CODE = "recovery_code", "Recovery code used"
    BOUND = "bound", "First single sign-on"
    UNBOUND = "unbound", "Single sign-on open to the next with the address"
    REMOVED = "removed", "Account removed"

    ASKED = "asked", "Asked to speak for it"
    APPROVED = "approved", "May speak for it"
    REFUSED = "refused", "May not speak for it"
    ENDED = "ended", "No longer speaks for it"
    TRUSTED = "trusted", "Trusted with small changes"
    NOT_TRUSTED = "not_trusted", "No longer trusted with small changes"
    RENAMED = "renamed", "Renamed"


class JournalEntry(Base):
    """One thing that was done to an account, to an organisation, or to both: someone was let speak for it.

    `actor_id` is None where nobody signed in did it, such as a command, or whoever did is gone.
    """

    __tablename__ = "journal_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"), index=True)
    actor: Mapped[str] = mapped_column(String(120))
    deed: Mapped[str] = mapped_column(String(20))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id", ondelete="SET NULL"), index=True)
    note: Mapped[str] = mapped_column(Text, default="", server_default="")

    account: Mapped[Account | None] = relationship(foreign_keys=account_id)
    organisation: Mapped[Organisation | None] = relationship()
