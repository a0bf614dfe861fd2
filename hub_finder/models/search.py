"""What the search index keeps: one row for each listing, and the clock by which processes see that some changed."""

from datetime import datetime

from sqlalchemy import JSON, BigInteger, DateTime, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from hub_finder.models.base import Base
from hub_finder.models.services import SLUG


class SearchEntry(Base):
    """A listing as the index holds it, whatever its status; `directory/entries.py` says what stands in it."""

    __tablename__ = "search_entry"

    # No foreign key: with one, the database looks every row up, and SQLite empties the table one row at a time.
    service_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    # The transaction that wrote it.
    batch: Mapped[int] = mapped_column(BigInteger, index=True)
    slug: Mapped[str] = mapped_column(SLUG)
    names: Mapped[str] = mapped_column(Text)
    rest: Mapped[str] = mapped_column(Text)
    tags: Mapped[str] = mapped_column(Text)
    facts: Mapped[bytes] = mapped_column(LargeBinary)
    points: Mapped[bytes] = mapped_column(LargeBinary)
    times: Mapped[bytes] = mapped_column(LargeBinary)
    card: Mapped[str] = mapped_column(Text)


class SearchClock(Base):
    """One row. `number` counts the transactions that changed the index; `epoch` is new when it was made anew.

    `at` is the moment that the last of them gave to the listings it changed: each has a later one.
    """

    __tablename__ = "search_clock"

    id: Mapped[int] = mapped_column(primary_key=True)
    epoch: Mapped[str] = mapped_column(String(32))
    number: Mapped[int]
    at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class SearchChange(Base):
    """A transaction that changed the index, in the order of their commits; `gone` are services that it deleted."""

    __tablename__ = "search_change"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    batch: Mapped[int] = mapped_column(BigInteger)
    gone: Mapped[list[int] | None] = mapped_column(JSON(none_as_null=True))
