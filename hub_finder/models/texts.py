"""Staff's own words for the mails that we send."""

from datetime import datetime

from sqlalchemy import DateTime, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hub_finder.models.base import Base

LONGEST_SUBJECT = 150


class MessageText(Base):
    """One change of a mail's words; the last one of a `key` counts. Without words: back to the standard ones.

    `version` counts the changes of a key from 1, so that of two who change it at once, one is refused.
    """

    __tablename__ = "message_text"
    __table_args__ = (UniqueConstraint("key", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(40))
    version: Mapped[int]
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    actor: Mapped[str] = mapped_column(String(120))
    subject: Mapped[str | None] = mapped_column(String(LONGEST_SUBJECT))
    body: Mapped[str | None] = mapped_column(Text)
