"""When what runs by itself last ran, and how that ended."""

from datetime import datetime

from sqlalchemy import DateTime, String
from sqlalchemy.orm import Mapped, mapped_column

from hub_finder.models.base import Base


class Job(Base):
    """A command by its name. `succeeded_at` is of the last run that went well; `problem` is empty after such a run."""

    __tablename__ = "job"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    ended_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    succeeded_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    problem: Mapped[str] = mapped_column(String(300), server_default="")
