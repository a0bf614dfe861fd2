"""The rows of a spreadsheet that somebody sent to list many things at once, until they are sent to the team."""

from datetime import datetime

from sqlalchemy import JSON, DateTime, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hub_finder.models.base import Base
from hub_finder.models.submissions import Submission


class SheetListing(Base):
    """The rows of one listing as they were typed, with their lines in the file; and the draft that came of them.

    `key` is the same for the same thing in a later file. Without a draft, something has to be mended first. `faults`
    are what was wrong with the file itself: (row, column, reason) of each, until the rows are typed anew.
    """

    __tablename__ = "sheet_listing"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    form: Mapped[str] = mapped_column(String(10))
    key: Mapped[str] = mapped_column(String(80))
    lines: Mapped[list[int]] = mapped_column(JSON)
    cells: Mapped[list[dict[str, str]]] = mapped_column(JSON)
    faults: Mapped[list[tuple[int, str, str]]] = mapped_column(JSON)
    submission_id: Mapped[int | None] = mapped_column(ForeignKey("submission.id", ondelete="CASCADE"), index=True)
    sent_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    submission: Mapped[Submission | None] = relationship()
