"""All that waits for the team in one list, by risk and by how long it has waited. Nothing here commits."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, select
from sqlalchemy.orm import joinedload

from hub_finder.area import Area
from hub_finder.database import aware
from hub_finder.directory.accounts import now
from hub_finder.directory.hints import Risk, find_hints, risk_of
from hub_finder.directory.references import spoken
from hub_finder.directory.reports import OPEN
from hub_finder.directory.reviewing import find_cases
from hub_finder.directory.submissions import WAITING
from hub_finder.extensions import db
from hub_finder.models.feeds import Proposal, ProposalStatus
from hub_finder.models.reports import Reason, Report
from hub_finder.models.services import Labelled, Service
from hub_finder.models.submissions import Membership, MembershipStatus, Submission, SubmissionStatus

# A day of waiting counts as much as so much risk: nothing waits for ever.
A_DAY = 1
# Somebody may be harmed: before all else.
UNSAFE = 100
WEIGHTS: Mapping[Reason, int] = dict.fromkeys(Reason, 10) | {Reason.UNSAFE: UNSAFE}
ASKED_WEIGHT, FEED_WEIGHT = 10, 5


class Kind(Labelled):
    """What waits; the labels are the words of the list."""

    SUBMISSION = "submission", "Listing to read"
    REPORT = "report", "Report of a problem"
    SPEAKER = "speaker", "Request to speak for an organisation"
    PROPOSAL = "proposal", "News from a feed"
    LOOK = "look", "Change that was published at once"


@dataclass(frozen=True, kw_only=True)
class Item:
    """One thing that waits. `key` names its page: a reference, a proposal's number, an organisation's id.

    `holder` is who has taken it up, "" for nobody; `weight` says how much speaks for looking soon, and `why` says what.
    """

    kind: Kind
    key: str
    title: str
    organisation: str = ""
    locality: str = ""
    since: datetime
    holder: str = ""
    weight: int
    why: Sequence[str] = ()

    @property
    def risk(self) -> Risk:
        return risk_of(self.weight)


_IS_WAITING = Submission.status.in_(WAITING)
_IS_DUE_A_LOOK = and_(Submission.due_look, Submission.status == SubmissionStatus.APPROVED)
_IS_OPEN = Report.state.in_(OPEN)
_IS_UNDECIDED = Proposal.status == ProposalStatus.OPEN
_IS_ASKED = Membership.status == MembershipStatus.ASKED


def find_waiting(area: Area) -> list[Item]:
    """All that waits: the riskiest and the longest waiting first. The number of queries does not grow with it."""
    items = [*_submissions(area), *_reports(), *_speakers(), *_proposals()]
    at = now()

    def order(item: Item) -> tuple[int, datetime, str]:
        return -item.weight - A_DAY * (at - item.since).days, item.since, item.key

    return sorted(items, key=order)


def count_waiting() -> dict[Kind, int]:
    """How many of each kind wait, in one query."""
    counted = {
        Kind.SUBMISSION: (Submission, _IS_WAITING),
        Kind.REPORT: (Report, _IS_OPEN),
        Kind.SPEAKER: (Membership, _IS_ASKED),
        Kind.PROPOSAL: (Proposal, _IS_UNDECIDED),
        Kind.LOOK: (Submission, _IS_DUE_A_LOOK),
    }
    columns = [
        select(func.count()).select_from(table).where(condition).scalar_subquery().label(str(kind))
        for kind, (table, condition) in counted.items()
    ]
    return dict(zip(counted, db.session.execute(select(*columns)).one(), strict=True))


def find_oldest() -> datetime | None:
    """Since when the oldest of all that waits has waited, in one query; None when nothing waits."""
    since = (
        (func.coalesce(Submission.submitted_at, Submission.changed_at), _IS_WAITING),
        (func.coalesce(Submission.decided_at, Submission.changed_at), _IS_DUE_A_LOOK),
        (Report.received_at, _IS_OPEN),
        (Membership.asked_at, _IS_ASKED),
        (Proposal.at, _IS_UNDECIDED),
    )
    columns = [select(func.min(moment)).where(condition).scalar_subquery() for moment, condition in since]
    return min((aware(at) for at in db.session.execute(select(*columns)).one() if at), default=None)


def _submissions(area: Area) -> Iterator[Item]:
    asked = select(Submission).where(_IS_WAITING | _IS_DUE_A_LOOK)
    loaded = (joinedload(Submission.holder), joinedload(Submission.service).load_only(Service.organisation_id))
    found = db.session.scalars(asked.options(*loaded)).all()
    for one, case in zip(found, find_cases(found), strict=True):
        is_look = one.status == SubmissionStatus.APPROVED
        hints = find_hints(case, area)
        yield Item(
            kind=Kind.LOOK if is_look else Kind.SUBMISSION,
            key=spoken(one.reference),
            title=one.rows[0]["name"],
            organisation=one.rows[0]["organisation"],
            locality=one.rows[0]["locality"],
            since=aware((one.decided_at if is_look else one.submitted_at) or one.changed_at),
            holder=one.holder.name if one.holder else "",
            weight=sum(hint.weight for hint in hints),
            why=[hint.words for hint in hints],
        )


def _reports() -> Iterator[Item]:
    asked = select(Report).where(_IS_OPEN).options(joinedload(Report.service).joinedload(Service.organisation))
    for one in db.session.scalars(asked):
        reason = Reason(one.reason)
        yield Item(
            kind=Kind.REPORT,
            key=spoken(one.reference),
            title=one.service.name,
            organisation=one.service.organisation.name,
            locality=one.service.locality or "",
            since=aware(one.received_at),
            holder=one.taken_by or "",
            weight=WEIGHTS[reason],
            why=[f"{reason.label}."],
        )


def _speakers() -> Iterator[Item]:
    for one in db.session.scalars(select(Membership).where(_IS_ASKED)):
        yield Item(
            kind=Kind.SPEAKER,
            key=str(one.organisation_id),
            title=one.organisation.name,
            organisation=one.organisation.name,
            since=aware(one.asked_at),
            weight=ASKED_WEIGHT,
            why=[f"{one.account.name} asks to speak for it."],
        )


def _proposals() -> Iterator[Item]:
    of_service = joinedload(Proposal.service).joinedload(Service.organisation)
    for one in db.session.scalars(select(Proposal).where(_IS_UNDECIDED).options(of_service, joinedload(Proposal.feed))):
        yield Item(
            kind=Kind.PROPOSAL,
            key=str(one.id),
            title=one.service.name,
            organisation=one.service.organisation.name,
            locality=one.service.locality or "",
            since=aware(one.at),
            weight=FEED_WEIGHT,
            why=[f"{one.feed.name} says something else than we do."],
        )
