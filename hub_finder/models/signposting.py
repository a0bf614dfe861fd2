"""Lists that practitioners make for families, and whether what was on them helped. Nothing here is of a family."""

from datetime import date, datetime

from sqlalchemy import Date, DateTime, ForeignKey, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hub_finder.languages import lazy_
from hub_finder.models.accounts import Account
from hub_finder.models.base import Base
from hub_finder.models.services import Labelled


class Helped(Labelled):
    YES = "yes", lazy_("Yes")
    NO = "no", lazy_("No")
    NO_WAY_IN = "no_way_in", lazy_("We could not get in")


class FamilyList(Base):
    """A list of listings for a family, or a template that the team keeps.

    Its link is made of `salt` and the site's key, and opens it until the end of `ends_on`; only a hash of it is kept,
    to find the list by. Before it is handed over it has none of the three. `opened` counts how often. `version` is
    counted up with each change of what is typed or of the order.
    """

    __tablename__ = "family_list"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(120))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"), index=True)
    is_template: Mapped[bool] = mapped_column(default=False, server_default=false())
    made_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    salt: Mapped[str | None] = mapped_column(String(32))
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    ends_on: Mapped[date | None] = mapped_column(Date, index=True)
    opened: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    version: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    changed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"), index=True)

    account: Mapped[Account | None] = relationship(foreign_keys=account_id)
    changed_by: Mapped[Account | None] = relationship(foreign_keys=changed_by_id)
    entries: Mapped[list["FamilyListEntry"]] = relationship(
        order_by="FamilyListEntry.position", cascade="all, delete-orphan", passive_deletes=True
    )


class FamilyListEntry(Base):
    """A listing of a list, by its id in feeds, which never changes; and why it is there, in plain words."""

    __tablename__ = "family_list_entry"
    __table_args__ = (UniqueConstraint("list_id", "service_uid", name="uq_family_list_entry_list_id_service_uid"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    list_id: Mapped[int] = mapped_column(ForeignKey("family_list.id", ondelete="CASCADE"))
    position: Mapped[int]
    service_uid: Mapped[str] = mapped_column(String(36))
    words: Mapped[str] = mapped_column(Text, default="", server_default="")


class ServiceNote(Base):
    """What practitioners and staff tell each other of a listing. Nobody else reads it."""

    __tablename__ = "service_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"), index=True)
    text: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    account: Mapped[Account | None] = relationship()


class HelpedCount(Base):
    """How many families gave an answer about a listing in a month, which is kept by its first day."""

    __tablename__ = "helped_count"

    service_id: Mapped[int] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"), primary_key=True)
    month: Mapped[date] = mapped_column(Date, primary_key=True)
    answer: Mapped[str] = mapped_column(String(10), primary_key=True)
    count: Mapped[int]
