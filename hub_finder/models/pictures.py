"""Pictures of listings, as they were made anew from what was sent."""

from datetime import datetime

from sqlalchemy import DateTime, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from hub_finder.models.base import Base


class Picture(Base):
    """A picture under the hash of its bytes, which never change, and the same in small. Sizes are in pixels."""

    __tablename__ = "picture"

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    width: Mapped[int]
    height: Mapped[int]
    small: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    small_width: Mapped[int]
    small_height: Mapped[int]
    made_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)
