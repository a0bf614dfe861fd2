"""Listings that were merged, and pairs of listings that only look alike."""

from datetime import datetime

from sqlalchemy import JSON, DateTime, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hub_finder.models.base import Base
from hub_finder.models.services import Service


class Merge(Base):
    """One listing's being part of another, for as long as it is. The pictures are rows of text (`rows_of`).

    `lost` is what the merged listing gave, `before` and `after` are the listing that took it in. They are kept up to
    date when an earlier merge into the same listing is undone, so that merges can be undone in any order.
    """

    __tablename__ = "listing_merge"

    id: Mapped[int] = mapped_column(primary_key=True)
    loser_id: Mapped[int] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"), unique=True)
    winner_id: Mapped[int] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    actor: Mapped[str] = mapped_column(String(120))
    # What the merged listing was until then, and is again when the merge is undone.
    status: Mapped[str] = mapped_column(String(20))
    choices: Mapped[dict[str, str]] = mapped_column(JSON)
    lost: Mapped[list[dict[str, str]]] = mapped_column(JSON)
    before: Mapped[list[dict[str, str]]] = mapped_column(JSON)
    after: Mapped[list[dict[str, str]]] = mapped_column(JSON)

    winner: Mapped[Service] = relationship(foreign_keys=winner_id)


class NotDuplicate(Base):
    """Two listings that someone looked at and found to be different; the smaller id comes first."""

    __tablename__ = "not_duplicate"

    first_id: Mapped[int] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"), primary_key=True)
    second_id: Mapped[int] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"), primary_key=True, index=True)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    actor: Mapped[str] = mapped_column(String(120))
