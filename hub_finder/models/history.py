"""What happened to a listing: who did what, when, and what stood there before."""

from datetime import datetime

from sqlalchemy import JSON, DateTime, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from hub_finder.models.base import Base
from hub_finder.models.services import Labelled


class EventKind(Labelled):
    ADDED = "added", "Added"
    CHANGED = "changed", "Changed"
    RESTORED = "restored", "Put back as it was"
    CHECKED = "checked", "Checked"
    CHECK_UNDONE = "check_undone", "A check was taken back"
    UNREACHABLE = "unreachable", "Nobody could be reached"
    MERGED = "merged", "Merged with another listing"
    UNMERGED = "unmerged", "Merge undone"
    PAUSED = "paused", "Paused"
    RETIRED = "retired", "Taken out"
    RETURNED = "returned", "Back again"
    REPORT_TAKEN = "report_taken", "A report is being checked"
    REPORT_FIXED = "report_fixed", "A report was closed: put right"
    REPORT_REOPENED = "report_reopened", "A closed report was opened again"
    REPORT_NOT_CHANGED = "report_not_changed", "A report was closed: not changed"


class Event(Base):
    """One thing that was done to a listing.

    `record` holds the listing's rows of text as they were before, where the event changed them. The state after it is
    the record of the next such event, or the listing itself: each state is kept once, the present one not at all.
    """

    __tablename__ = "event"

    id: Mapped[int] = mapped_column(primary_key=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    actor: Mapped[str] = mapped_column(String(120))
    # Whoever was signed in when it happened, if anybody was.
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(Text)
    record: Mapped[list[dict[str, str]] | None] = mapped_column(JSON(none_as_null=True))
