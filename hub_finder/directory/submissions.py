"""Listings as they are proposed, and how each goes from a draft to its end. Nothing here commits.

A proposal is rows of text, like a listing of a file. What may be done to it, and by whom, is in MOVES; everything that
is done goes through `act`, which counts the version up and notes an event.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import or_, select

from hub_finder.database import begin_writing
from hub_finder.directory.accounts import now
from hub_finder.directory.catalogue import load_whole
from hub_finder.directory.columns import COLUMNS
from hub_finder.directory.listings import Listing, Problem, Row, Vocabulary, parse_listing, rows_of
from hub_finder.directory.records import listing_of
from hub_finder.directory.references import new_reference
from hub_finder.directory.slugs import free_slug
from hub_finder.directory.speaking import Actor, find_memberships, get_organisation_or_none, is_staff, speaks_for
from hub_finder.extensions import db
from hub_finder.models.services import Confidence, Organisation, Precision, Service
from hub_finder.models.submissions import (
    Action,
    MembershipStatus,
    Submission,
    SubmissionEvent,
    SubmissionStatus,
)

LONGEST_NOTE = 2_000


class Who(StrEnum):
    """Who may do something to a submission."""

    MAKER = "maker"  # who began it, or speaks for its organisation
    STAFF = "staff"
    HOLDER = "holder"  # the one of the staff who has taken it up


class Move(NamedTuple):
    to: SubmissionStatus
    who: Who


_S, _A = SubmissionStatus, Action
MOVES: Mapping[tuple[SubmissionStatus, Action], Move] = {
    (_S.DRAFT, _A.SUBMIT): Move(_S.SUBMITTED, Who.MAKER),
    (_S.DRAFT, _A.PUBLISH): Move(_S.APPROVED, Who.MAKER),
    (_S.DRAFT, _A.WITHDRAW): Move(_S.WITHDRAWN, Who.MAKER),
    (_S.SUBMITTED, _A.RECALL): Move(_S.DRAFT, Who.MAKER),
    (_S.SUBMITTED, _A.WITHDRAW): Move(_S.WITHDRAWN, Who.MAKER),
    (_S.SUBMITTED, _A.CLAIM): Move(_S.IN_REVIEW, Who.STAFF),
    (_S.IN_REVIEW, _A.CLAIM): Move(_S.IN_REVIEW, Who.STAFF),
    (_S.IN_REVIEW, _A.RELEASE): Move(_S.SUBMITTED, Who.HOLDER),
    (_S.IN_REVIEW, _A.EDIT): Move(_S.IN_REVIEW, Who.HOLDER),
    (_S.IN_REVIEW, _A.ASK): Move(_S.CHANGES_REQUESTED, Who.HOLDER),
    (_S.IN_REVIEW, _A.APPROVE): Move(_S.APPROVED, Who.HOLDER),
    (_S.IN_REVIEW, _A.REJECT): Move(_S.REJECTED, Who.HOLDER),
    (_S.IN_REVIEW, _A.WITHDRAW): Move(_S.WITHDRAWN, Who.MAKER),
    (_S.CHANGES_REQUESTED, _A.SUBMIT): Move(_S.SUBMITTED, Who.MAKER),
    (_S.CHANGES_REQUESTED, _A.WITHDRAW): Move(_S.WITHDRAWN, Who.MAKER),
    (_S.CHANGES_REQUESTED, _A.UNDO): Move(_S.IN_REVIEW, Who.STAFF),
    (_S.APPROVED, _A.LOOK): Move(_S.APPROVED, Who.STAFF),
    (_S.APPROVED, _A.UNDO): Move(_S.IN_REVIEW, Who.STAFF),
    (_S.REJECTED, _A.UNDO): Move(_S.IN_REVIEW, Who.STAFF),
    (_S.WITHDRAWN, _A.REOPEN): Move(_S.DRAFT, Who.MAKER),
    **{(status, _A.NOTE): Move(status, Who.STAFF) for status in _S},
}
# The maker may write in it.
EDITABLE = frozenset({_S.DRAFT, _S.CHANGES_REQUESTED})
# The team has something to do.
WAITING = frozenset({_S.SUBMITTED, _S.IN_REVIEW})
# Who asks for changes, or says no, says why.
WITH_REASON = frozenset({_A.ASK, _A.REJECT, _A.NOTE})
_DECISIONS = frozenset({_A.ASK, _A.APPROVE, _A.REJECT, _A.PUBLISH})


class SubmissionNotFound(LookupError):
    """No submission has this reference."""


class Overtaken(RuntimeError):
    """Something was done to the submission since the page was opened."""


class CannotAct(ValueError):
    """This cannot be done to the submission, or not by this person; the message says why."""


class NotReady(ValueError):
    """What is proposed cannot be a listing yet; `problems` says why, cell by cell."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(f"{one.column} {one.reason}" for one in problems))
        self.problems = problems


# ---- finding


def get_submission(reference: str) -> Submission:
    """Raises SubmissionNotFound."""
    found = None
    if "\0" not in reference:
        found = db.session.scalar(select(Submission).where(Submission.reference == reference))
    if found is None:
        raise SubmissionNotFound(reference)
    return found


def get_submission_to_change(reference: str, *, version: int) -> Submission:
    """The same, and nobody else changes it until the transaction ends. `version` is the one that the page showed.

    Raises SubmissionNotFound, Overtaken.
    """
    begin_writing(db.session.connection())
    submission = get_submission(reference)
    db.session.refresh(submission, with_for_update=True)
    if submission.version != version:
        raise Overtaken(reference)
    return submission


def find_of(actor: Actor) -> list[Submission]:
    """All that someone has begun, or that is for an organisation they speak for, the latest first."""
    spoken_for = [
        id_ for id_, one in find_memberships(actor.account_id).items() if one.status == MembershipStatus.APPROVED
    ]
    mine = or_(Submission.account_id == actor.account_id, Submission.organisation_id.in_(spoken_for))
    return list(db.session.scalars(select(Submission).where(mine).order_by(Submission.changed_at.desc())))


def find_events(submission: Submission, *, for_staff: bool) -> list[SubmissionEvent]:
    """What was done to it, the latest first; the maker does not read the notes between staff."""
    events = select(SubmissionEvent).where(SubmissionEvent.submission_id == submission.id)
    if not for_staff:
        events = events.where(SubmissionEvent.for_staff.is_(False))
    return list(db.session.scalars(events.order_by(SubmissionEvent.id.desc())))


# ---- doing


def may(submission: Submission, action: Action, actor: Actor) -> bool:
    """Whether someone may do this to a submission as it stands."""
    move = MOVES.get((SubmissionStatus(submission.status), action))
    return move is not None and is_(move.who, submission, actor)


def ensure(submission: Submission, action: Action, actor: Actor) -> None:
    """Raises CannotAct where `may` says no."""
    if not may(submission, action, actor):
        now_it_is = SubmissionStatus(submission.status).label
        raise CannotAct(f"It is “{now_it_is}” now. You cannot do this to it: “{action.label}”.")


def is_(who: Who, submission: Submission, actor: Actor) -> bool:
    """Whether someone is, to a submission, one of these."""
    if who is Who.MAKER:
        return actor.account_id == submission.account_id or speaks_for(actor.account_id, submission.organisation_id)
    return is_staff(actor) and (who is Who.STAFF or actor.account_id == submission.holder_id)


def act(
    submission: Submission, action: Action, *, actor: Actor, note: str = "", rows: Sequence[Row] | None = None
) -> None:
    """Do something to a submission that asks for no more than a word. Raises CannotAct.

    `rows` are the proposal as it stood before, where this changes what someone else wrote.
    """
    old = SubmissionStatus(submission.status)
    note = note.strip()
    ensure(submission, action, actor)
    if action in WITH_REASON and not note:
        raise CannotAct("Say why, in words for the person who reads it.")
    if len(note) > LONGEST_NOTE:
        raise CannotAct(f"Use {LONGEST_NOTE:,} characters or fewer.")
    submission.status = str(MOVES[old, action].to)
    if action in (Action.CLAIM, Action.UNDO):
        submission.holder_id, submission.held_since = actor.account_id, now()
    elif submission.status != SubmissionStatus.IN_REVIEW:
        submission.holder_id = submission.held_since = None
    if action is Action.SUBMIT:
        submission.submitted_at = now()
    if action is Action.LOOK:
        submission.due_look = False
    if action in _DECISIONS:
        submission.decided_at = now()
    elif action is Action.UNDO:
        submission.decided_at = None
    _note_event(submission, action, old, actor, note, rows)


def begin(
    actor: Actor,
    *,
    organisation: Organisation | None = None,
    organisation_name: str = "",
    service: Service | None = None,
) -> Submission:
    """A draft: of a new listing, or of a change to a stored one. The organisation is one that is stored, or a name."""
    base = live_rows(service.id) if service else None
    if service:
        organisation = service.organisation
    blank = dict.fromkeys(COLUMNS, "") | {
        "organisation": organisation.name if organisation else organisation_name,
        "confidence": str(Confidence.HIGH),
        "location_precision": str(Precision.NONE),
    }
    submission = Submission(
        reference=new_reference(),
        account_id=actor.account_id,
        organisation_id=organisation.id if organisation else None,
        service_id=service.id if service else None,
        status=str(SubmissionStatus.DRAFT),
        version=0,
        rows=base or [blank],
        base=base,
        parts=[],
        safeguarding={},
        due_look=False,
        begun_at=now(),
    )
    db.session.add(submission)
    _note_event(submission, Action.BEGIN, SubmissionStatus.DRAFT, actor, "", None)
    return submission


def write(
    submission: Submission,
    *,
    actor: Actor,
    rows: Sequence[Row] | None = None,
    part: str | None = None,
    safeguarding: Mapping[str, str] | None = None,
) -> None:
    """Keep what its maker has written so far, right or not; `part` of the form is gone through. Raises CannotAct."""
    if submission.status not in EDITABLE or not is_(Who.MAKER, submission, actor):
        raise CannotAct(f"It is “{SubmissionStatus(submission.status).label}” now, and cannot be written in.")
    if rows is not None:
        submission.rows = [dict(row) for row in rows]
    if part is not None and part not in submission.parts:
        submission.parts = [*submission.parts, part]
    if safeguarding is not None:
        submission.safeguarding = dict(safeguarding)
    submission.version += 1
    submission.changed_at = now()
    db.session.flush()


def submit(submission: Submission, *, actor: Actor, vocabulary: Vocabulary, note: str = "") -> None:
    """Send it to the team. It is for the stored organisation of its name. Raises NotReady, CannotAct."""
    listing = read_listing(submission.rows, vocabulary)
    submission.rows = as_proposed(rows_of(listing), submission)
    settle_organisation(submission)
    act(submission, Action.SUBMIT, actor=actor, note=note)


def read_listing(rows: Sequence[Row], vocabulary: Vocabulary) -> Listing:
    """The listing that a proposal would be; a new one gets a free slug. Raises NotReady."""
    slug = rows[0]["id"] or free_slug(rows[0]["name"])
    listing, problems = parse_listing([{**row, "id": slug} for row in rows], vocabulary)
    first = rows[0]
    if not first["summary"].strip():
        problems = [*problems, Problem("summary", "", "must be filled in")]
    if not any(first[name].strip() for name in ("phone", "email", "website")):
        problems = [*problems, Problem("phone", "", "or an email or web address must be filled in")]
    if listing is None or problems:
        raise NotReady(problems)
    return listing


def settle_organisation(submission: Submission) -> None:
    """Let a submission be for the stored organisation of the name it gives, which somebody may have added since.

    What it says of an organisation's id is not believed: with another name, it would rename that one.
    """
    organisation = get_organisation_or_none(submission.rows[0]["organisation"])
    submission.organisation_id = organisation.id if organisation else None
    if organisation is not None:
        first, *further = submission.rows
        submission.rows = [first | {"organisation": organisation.name}, *further]


def live_rows(service_id: int) -> list[dict[str, str]]:
    """What stands here now of a listing, in rows of text."""
    [service] = load_whole([service_id])
    return [dict(row) for row in rows_of(listing_of(service))]


def as_proposed(rows: Sequence[Row], submission: Submission) -> list[dict[str, str]]:
    """Rows in their one form, but for what a proposal may not say: the slug of a new listing, other ids in feeds.

    One that was published, and taken back since, is still of the listing that it has become.
    """
    known = submission.base or (live_rows(submission.service_id) if submission.service_id is not None else [])
    base = known[0] if known else dict.fromkeys(COLUMNS, "")
    same = rows[0]["organisation"] == base["organisation"]
    first = {"uuid": base["uuid"], "organisation_uuid": base["organisation_uuid"] if same else ""}
    places = {row["location_uuid"] for row in known}
    return [
        {
            **row,
            "id": base["id"],
            "location_uuid": row["location_uuid"] if row["location_uuid"] in places else "",
            **(first if number == 0 else {}),
        }
        for number, row in enumerate(rows)
    ]


def _note_event(
    submission: Submission, action: Action, old: SubmissionStatus, actor: Actor, note: str, rows: Sequence[Row] | None
) -> None:
    submission.version += 1
    submission.changed_at = now()
    db.session.flush()
    db.session.add(
        SubmissionEvent(
            submission_id=submission.id,
            at=now(),
            account_id=actor.account_id,
            actor=actor.name,
            action=str(action),
            before=str(old),
            after=submission.status,
            note=note,
            for_staff=action in (Action.NOTE, Action.LOOK),
            rows=None if rows is None else [dict(row) for row in rows],
        )
    )
    db.session.flush()
