"""Feeds of other directories: how each is, what was read of it, which listings are its, and its news to decide on."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, ForeignKey, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hub_finder.models.base import Base
from hub_finder.models.services import Labelled, Service


class Health(Labelled):
    HEALTHY = "healthy", "Read whole"
    CHANGED = "changed", "Not what it was: look at it"
    STALE = "stale", "Nothing new for a long time"
    UNREACHABLE = "unreachable", "Could not be read"
    INVALID = "invalid", "Not a feed as it should be"


class ProposalStatus(Labelled):
    OPEN = "open", "To decide"
    TAKEN = "taken", "Taken"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "No longer news"


class Feed(Base):
    """One address, or folder, that listings are read from. `items`, `version` and `fingerprint` are of the last read
    that was believed; `changed_at` is when its content last differed."""

    __tablename__ = "feed"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    address: Mapped[str] = mapped_column(String(2000), unique=True)
    version: Mapped[str | None] = mapped_column(String(40))
    # What it says of a day's check of a listing counts as a check here.
    trusted: Mapped[bool] = mapped_column(default=False, server_default=false())
    health: Mapped[str | None] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(Text, default="", server_default="")
    attempted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    succeeded_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    changed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    fingerprint: Mapped[str | None] = mapped_column(String(64))
    items: Mapped[int | None]


class FeedAnswer(Base):
    """One answer of a feed, kept until a read of it is applied: what a read that was cut off goes on from."""

    __tablename__ = "feed_answer"

    feed_id: Mapped[int] = mapped_column(ForeignKey("feed.id", ondelete="CASCADE"), primary_key=True)
    key: Mapped[str] = mapped_column(String(300), primary_key=True)
    content: Mapped[Any] = mapped_column(JSON)
    read_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class FeedListing(Base):
    """A listing that came with a feed. `fingerprint` stands for what the feed last gave: where the listing's own is
    another, a person here has edited it."""

    __tablename__ = "feed_listing"
    __table_args__ = (UniqueConstraint("feed_id", "uid"),)

    service_id: Mapped[int] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"), primary_key=True)
    feed_id: Mapped[int] = mapped_column(ForeignKey("feed.id", ondelete="CASCADE"))
    # The feed's own id of it, which may be no UUID.
    uid: Mapped[str] = mapped_column(String(200))
    fingerprint: Mapped[str] = mapped_column(String(64))
    # In how many whole reads, one after the other, it was not there; and whether that took it out.
    missing_times: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    taken_out: Mapped[bool] = mapped_column(default=False, server_default=false())
    modified_on: Mapped[date | None]

    service: Mapped[Service] = relationship(lazy="joined", innerjoin=True)


class FeedMention(Base):
    """A listing that another feed has too, by that feed's own id: it follows the first, or is kept here. `rows` are all
    that this feed says of it, in our columns."""

    __tablename__ = "feed_mention"

    feed_id: Mapped[int] = mapped_column(ForeignKey("feed.id", ondelete="CASCADE"), primary_key=True)
    uid: Mapped[str] = mapped_column(String(200), primary_key=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"), index=True)
    rows: Mapped[list[dict[str, str]]] = mapped_column(JSON)

    service: Mapped[Service] = relationship(lazy="joined", innerjoin=True)


class FeedOrganisation(Base):
    """What a feed last said of an organisation: what differs from it here, a person here has edited."""

    __tablename__ = "feed_organisation"

    feed_id: Mapped[int] = mapped_column(ForeignKey("feed.id", ondelete="CASCADE"), primary_key=True)
    uid: Mapped[str] = mapped_column(String(36), primary_key=True)
    facts: Mapped[dict[str, str]] = mapped_column(JSON)


class Proposal(Base):
    """What a feed now says of a listing that a person here has edited: to be taken or declined."""

    __tablename__ = "proposal"

    id: Mapped[int] = mapped_column(primary_key=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"), index=True)
    feed_id: Mapped[int] = mapped_column(ForeignKey("feed.id", ondelete="CASCADE"), index=True)
    rows: Mapped[list[dict[str, str]]] = mapped_column(JSON)
    fingerprint: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    status: Mapped[str] = mapped_column(String(10), index=True)
    decided_by: Mapped[str | None] = mapped_column(String(120))
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    service: Mapped[Service] = relationship(lazy="joined", innerjoin=True)
    feed: Mapped[Feed] = relationship(lazy="joined", innerjoin=True)
