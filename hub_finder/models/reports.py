"""What visitors tell the team: something wrong with a listing, and help that they did not find. Nobody signs it."""

from datetime import date, datetime

from sqlalchemy import JSON, Date, DateTime, ForeignKey, String, Text, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hub_finder.languages import marked_
from hub_finder.models.base import Base
from hub_finder.models.services import Labelled, Need, Service


class Reason(Labelled):
    CLOSED = "closed", marked_("It has closed or moved")
    TIME = "time", marked_("The time is wrong")
    PRICE = "price", marked_("The price is wrong")
    CONTACT = "contact", marked_("The phone number or address is wrong")
    AGES = "ages", marked_("It is not for the ages it says")
    UNSAFE = "unsafe", marked_("Something unsafe or worrying")
    OTHER = "other", marked_("Something else")


class ReportState(Labelled):
    RECEIVED = "received", marked_("We have your report")
    CHECKING = "checking", marked_("We are checking it")
    FIXED = "fixed", marked_("We put it right")
    NOT_CHANGED = "not_changed", marked_("We did not change it")


class Report(Base):
    """Something that a visitor says is wrong with a listing.

    `email` is there only until they are told what became of it. `event_ids` are the events of the listing's history
    that mended it; `answer` is what is told to everyone who has the reference.
    """

    __tablename__ = "report"

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(9), unique=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"), index=True)
    reason: Mapped[str] = mapped_column(String(20))
    details: Mapped[str] = mapped_column(Text)
    email: Mapped[str | None] = mapped_column(String(254))
    received_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    state: Mapped[str] = mapped_column(String(20), index=True)
    taken_by: Mapped[str | None] = mapped_column(String(120))
    closed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    event_ids: Mapped[list[int]] = mapped_column(JSON)
    answer: Mapped[str | None] = mapped_column(Text)

    service: Mapped[Service] = relationship()


class MissingHelp(Base):
    """Help that somebody looked for and did not find here. It holds a day and no hour, and nothing of who it was."""

    __tablename__ = "missing_help"

    id: Mapped[int] = mapped_column(primary_key=True)
    received_on: Mapped[date] = mapped_column(Date)
    need_id: Mapped[int | None] = mapped_column(ForeignKey("need.id", ondelete="CASCADE"))
    words: Mapped[str] = mapped_column(Text)
    place: Mapped[str] = mapped_column(String(100))
    done_by: Mapped[str | None] = mapped_column(String(120))

    need: Mapped[Need | None] = relationship()


class OutgoingMail(Base):
    """A message that waits to be sent. It is gone, with its address, as soon as it is.

    `uid` is in its Message-ID, the same each time it is tried. It is not tried before `due_at`, nor sent after
    `good_until`. `claimed_at`: since then somebody hands it over, and nobody else may. `dead_at`: since then it is not
    tried any more. `problem` says why it did not leave the last time, without an address. A `private` one goes,
    with its address, when it is given up as well, and nothing is noted of the address.
    """

    __tablename__ = "outgoing_mail"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(32))
    address: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    attempts: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    due_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    good_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    claimed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    dead_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    problem: Mapped[str | None] = mapped_column(String(200))
    private: Mapped[bool] = mapped_column(default=False, server_default=false())


class MailKey(Base):
    """What a message was posted for, as a hash: it is not posted a second time, also when the first has left."""

    __tablename__ = "mail_key"

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    posted_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
