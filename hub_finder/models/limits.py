"""How often something was tried from one place, for limits that hold over several processes."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from hub_finder.models.base import Base


class Tries(Base):
    """How often, until `ends_at` (seconds since 1970). The hash is of what is limited and of the visitor's address."""

    __tablename__ = "tries"

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    count: Mapped[int]
    ends_at: Mapped[float] = mapped_column(index=True)
