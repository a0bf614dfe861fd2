"""What families looked for, as counts by month. Nothing here is of a person: see decision 54."""

from datetime import date
from enum import StrEnum

from sqlalchemy import Date, ForeignKey, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from hub_finder.models.base import Base


class Counted(StrEnum):
    """What a row of `SearchCount` counts: searches, searches for one need, or searches for one band of ages."""

    SEARCH = "search"
    NEED = "need"
    AGE = "age"


class SearchCount(Base):
    """How many searches there were in a month, which is kept by its first day.

    `value` is the need or the band of ages. `place` is an outward code, a locality, `elsewhere` or blank; `found` is a
    band of how many listings there were. A band of ages stands alone: without place, and without what was found.
    """

    __tablename__ = "search_count"

    month: Mapped[date] = mapped_column(Date, primary_key=True)
    what: Mapped[str] = mapped_column(String(10), primary_key=True)
    value: Mapped[str] = mapped_column(String(80), primary_key=True)
    place: Mapped[str] = mapped_column(String(80), primary_key=True)
    found: Mapped[str] = mapped_column(String(10), primary_key=True)
    refined: Mapped[bool] = mapped_column(primary_key=True)
    count: Mapped[int]


class ListingCount(Base):
    """How often a listing stood among the answers of a search in a month, and how often its page was opened."""

    __tablename__ = "listing_count"

    service_id: Mapped[int] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"), primary_key=True)
    month: Mapped[date] = mapped_column(Date, primary_key=True)
    found: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    opened: Mapped[int] = mapped_column(default=0, server_default=text("0"))


class SearchPhrase(Base):
    """On how many days a phrase that no need understands was looked for, by a hash of it with the site's key.

    `words` are empty until they were looked for on five different days.
    """

    __tablename__ = "search_phrase"

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    first_on: Mapped[date] = mapped_column(Date)
    last_on: Mapped[date] = mapped_column(Date, index=True)
    days: Mapped[int]
    words: Mapped[str | None] = mapped_column(Text)
