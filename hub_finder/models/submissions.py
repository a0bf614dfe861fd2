"""Listings as providers propose them, what became of each, and who may speak for an organisation."""

from datetime import datetime

from sqlalchemy import JSON, DateTime, ForeignKey, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hub_finder.models.accounts import Account
from hub_finder.models.base import Base
from hub_finder.models.services import Labelled, Organisation, Service

Rows = list[dict[str, str]]


class SubmissionStatus(Labelled):
    DRAFT = "draft", "Not sent yet"
    SUBMITTED = "submitted", "Sent to the team"
    IN_REVIEW = "in_review", "Being read by the team"
    CHANGES_REQUESTED = "changes_requested", "Changes asked for"
    APPROVED = "approved", "Published"
    REJECTED = "rejected", "Not published"
    WITHDRAWN = "withdrawn", "Taken back"


class Action(Labelled):
    """What is done to a submission; the labels are what its history says."""

    BEGIN = "begin", "Begun"
    SUBMIT = "submit", "Sent to the team"
    RECALL = "recall", "Taken back to be changed"
    WITHDRAW = "withdraw", "Taken back"
    REOPEN = "reopen", "Begun again"
    CLAIM = "claim", "Taken up by the team"
    RELEASE = "release", "Put back in the queue"
    EDIT = "edit", "Edited by the team"
    ASK = "ask", "Changes asked for"
    APPROVE = "approve", "Published"
    REJECT = "reject", "Not published"
    UNDO = "undo", "Decision undone"
    PUBLISH = "publish", "Published at once"
    NOTE = "note", "Note between staff"
    LOOK = "look", "Looked at afterwards"


class MembershipStatus(Labelled):
    ASKED = "asked", "Asked for"
    APPROVED = "approved", "May speak for it"
    REFUSED = "refused", "Not approved"
    ENDED = "ended", "Ended"


class Submission(Base):
    """A listing as someone proposes it: the public sees nothing of it until it is approved.

    `rows` is the proposal in rows of text, `base` what stood here when it was begun (None for a new listing). The slug
    of a new listing is blank until it is approved. `version` counts all that is done to it: who acts says which version
    they saw. `parts` are the parts of the form that were gone through; only staff read `safeguarding`. `print` is the
    fingerprint of the listing as the approval left it. `due_look`: it was published at once, and is to be looked at
    afterwards.
    """

    __tablename__ = "submission"

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(9), unique=True)
    # None when the account is gone.
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"), index=True)
    # The organisation that it is for, where that is known here already.
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id", ondelete="SET NULL"), index=True)
    # The listing that it would change, or, once approved, has become.
    service_id: Mapped[int | None] = mapped_column(ForeignKey("service.id", ondelete="SET NULL"), index=True)
    status: Mapped[str] = mapped_column(String(20), index=True)
    version: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    rows: Mapped[Rows] = mapped_column(JSON)
    base: Mapped[Rows | None] = mapped_column(JSON(none_as_null=True))
    parts: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")
    safeguarding: Mapped[dict[str, str]] = mapped_column(JSON, default=dict, server_default="{}")
    print: Mapped[str | None] = mapped_column(String(64))
    due_look: Mapped[bool] = mapped_column(default=False, server_default=false())
    begun_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    changed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)
    submitted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    # Who reads it now.
    holder_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    held_since: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    account: Mapped[Account | None] = relationship(foreign_keys=account_id)
    holder: Mapped[Account | None] = relationship(foreign_keys=holder_id)
    organisation: Mapped[Organisation | None] = relationship()
    service: Mapped[Service | None] = relationship()


class SubmissionEvent(Base):
    """One thing that was done to a submission. `note` is for its maker, unless the event is for staff alone.

    `rows` are the proposal as it stood before, where the event changed what someone else had written.
    """

    __tablename__ = "submission_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"), index=True)
    actor: Mapped[str] = mapped_column(String(120))
    action: Mapped[str] = mapped_column(String(20))
    before: Mapped[str] = mapped_column(String(20))
    after: Mapped[str] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(Text, default="", server_default="")
    for_staff: Mapped[bool] = mapped_column(default=False, server_default=false())
    rows: Mapped[Rows | None] = mapped_column(JSON(none_as_null=True))


class Membership(Base):
    """That someone asks to speak for an organisation, or may. `why` are their own words to the team."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("account_id", "organisation_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), index=True)
    status: Mapped[str] = mapped_column(String(10), index=True)
    why: Mapped[str] = mapped_column(Text, default="", server_default="")
    asked_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    decided_by: Mapped[str | None] = mapped_column(String(120))
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    account: Mapped[Account] = relationship(lazy="joined", innerjoin=True)
    organisation: Mapped[Organisation] = relationship(lazy="joined", innerjoin=True)
