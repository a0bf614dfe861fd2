"""What was listed of each published total on a day."""

from datetime import date

from sqlalchemy import Date, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from hub_finder.models.base import Base


class TargetSnapshot(Base):
    """One published total and what stood against it on one day, with the words that the area's data had for it then.

    `listed` and `checked` are None where nothing could be counted.
    """

    __tablename__ = "target_snapshot"

    counted_on: Mapped[date] = mapped_column(Date, primary_key=True)
    target: Mapped[str] = mapped_column(String(80), primary_key=True)
    label: Mapped[str] = mapped_column(Text)
    published: Mapped[int]
    listed: Mapped[int | None]
    checked: Mapped[int | None]
    unsure: Mapped[int]
    source_title: Mapped[str] = mapped_column(Text)
    source_date: Mapped[str] = mapped_column(String(40))

    @property
    def missing(self) -> int | None:
        """How many of the published total were not listed; 0 when more were."""
        return None if self.listed is None else max(0, self.published - self.listed)
