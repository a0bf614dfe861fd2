"""What we asked people about their listings, and what they answered."""

from datetime import date, datetime

from sqlalchemy import Date, DateTime, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hub_finder.models.accounts import Account
from hub_finder.models.base import Base
from hub_finder.models.services import Labelled, Service


class ReminderKind(Labelled):
    STILL_RIGHT = "still_right", "Is it still right?"
    HOLIDAY = "holiday", "Before the school holidays"
    TOLD = "told", "Managers told"


class Answer(Labelled):
    RIGHT = "right", "It is all still right"
    ENDED = "ended", "It has ended"


class Reminder(Base):
    """One listing in one mail to one person.

    `about` is the day of the check that got old, or the first day of the holidays; `number` counts the times that
    people were asked about the same, from 0. `claim` is a hash of all that and of the address, so that nobody is
    written to twice about the same. The link works until the end of `expires_on`; only a hash of its secret is kept.
    Managers are told without a link. `address` is the listing's own, where there is no account.
    """

    __tablename__ = "reminder"

    id: Mapped[int] = mapped_column(primary_key=True)
    claim: Mapped[str] = mapped_column(String(64), unique=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    about: Mapped[date] = mapped_column(Date)
    number: Mapped[int]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"), index=True)
    address: Mapped[str | None] = mapped_column(String(254))
    sent_on: Mapped[date] = mapped_column(Date, index=True)
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    expires_on: Mapped[date | None] = mapped_column(Date)
    answer: Mapped[str | None] = mapped_column(String(10))
    answered_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    service: Mapped[Service] = relationship()
    account: Mapped[Account | None] = relationship()
