"""Addresses that mail could not be brought to. The addresses themselves are not kept."""

from datetime import datetime

from sqlalchemy import DateTime, String
from sqlalchemy.orm import Mapped, mapped_column

from hub_finder.models.base import Base
from hub_finder.models.services import Labelled


class Kind(Labelled):
    HARD = "hard", "It takes no mail. We do not write to it."
    SOFT = "soft", "It did not take a message. We go on writing to it."
    CLEARED = "cleared", "It is thought to work."


class Bounce(Base):
    """What is known of an address that a message could not be brought to.

    `hash` is made of the address with the site's key; `hint` is what staff see of it: its first letter and what is
    behind the @. `reason` holds the codes that were told, without an address. Only messages written after `told_of`
    are news.
    """

    __tablename__ = "bounce"

    id: Mapped[int] = mapped_column(primary_key=True)
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    hint: Mapped[str] = mapped_column(String(260))
    kind: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    told_of: Mapped[datetime] = mapped_column(DateTime(timezone=True))
