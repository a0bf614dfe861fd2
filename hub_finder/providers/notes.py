"""What the team said about proposals, for those who made them."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from hub_finder.directory.submissions import find_events
from hub_finder.extensions import db
from hub_finder.models.submissions import Action, Submission, SubmissionEvent, SubmissionStatus

# What its maker reads of what the team did.
TELLING = (Action.ASK, Action.APPROVE, Action.REJECT, Action.EDIT, Action.UNDO)


def notes_for(submission: Submission) -> list[str]:
    """What the team asks to be changed, the latest first; none once it was sent again."""
    if submission.status != SubmissionStatus.CHANGES_REQUESTED:
        return []
    latest = next((one for one in find_events(submission, for_staff=False) if one.action == Action.ASK), None)
    return [latest.note] if latest else []


def find_latest_notes(submissions: Sequence[Submission]) -> Mapping[int, SubmissionEvent]:
    """The latest word of the team on each, in one query."""
    ids = [one.id for one in submissions]
    events = select(SubmissionEvent).where(
        SubmissionEvent.submission_id.in_(ids),
        SubmissionEvent.action.in_(TELLING),
        SubmissionEvent.note != "",
        SubmissionEvent.for_staff.is_(False),
    )
    return {one.submission_id: one for one in db.session.scalars(events.order_by(SubmissionEvent.id))} if ids else {}
