"""A proposal becomes what the public sees: in one transaction, which is the caller's. Nothing here commits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from hub_finder.database import take_turns
from hub_finder.directory import freshness, standing
from hub_finder.directory.accounts import now
from hub_finder.directory.fields import fields_of, rows_from
from hub_finder.directory.listings import (
    Row,
    Vocabulary,
    compare_rows,
    fingerprint_of,
    parse_listing,
    rows_of,
    stamp_of,
)
from hub_finder.directory.reviewing import concerned
from hub_finder.directory.saving import save_listing
from hub_finder.directory.schedules import TIME_ZONE
from hub_finder.directory.speaking import Actor, let_speak, speaks_for
from hub_finder.directory.stock import get_stored, get_stored_to_change, hold
from hub_finder.directory.submissions import (
    CannotAct,
    NotReady,
    Overtaken,
    act,
    as_proposed,
    ensure,
    live_rows,
    read_listing,
    settle_organisation,
)
from hub_finder.extensions import db
from hub_finder.models.history import EventKind
from hub_finder.models.services import Need, Service, Status
from hub_finder.models.submissions import Action, Submission, SubmissionStatus

# What may change at once where an organisation is trusted: how to reach it, when it is, what it says beside the facts.
SMALL = frozenset(
    {
        *(
            "phone",
            "referral_phone",
            "wait_time",
            "wait_time_date",
            "contact_name",
            "contact_role",
            "contact_phone",
            "contact_email",
        ),
        *("schedule", "schedule_note", "ages_note", "cost_note", "accessibility", "languages"),
        *("booking_for", "booking_from", "booking_to", "booking_url", "booking_free_for", "booking_food"),
        *("booking_places", "alert", "alert_closed", "alert_from", "alert_to"),
    }
)
# Whose turn it is to add one: see `database.take_turns`.
NEW_LISTING = 46
# One in so many of those is looked at afterwards.
LOOK_AT_ONE_IN = 4
# What a proposal cannot change, or what is compared by another name.
_NOT_FIELDS = ("organisation_description", "organisation_website")


@dataclass(frozen=True, kw_only=True)
class UpToDate:
    """A proposal over what stands now. `clashes`: fields that changed here since it was begun, and otherwise than it
    says; where the proposal's word is taken, the other is lost."""

    live: Sequence[Row]
    rows: Sequence[Row]
    clashes: Sequence[str]


def bring_up_to_date(submission: Submission) -> UpToDate:
    """The proposal's own changes, made to the listing as it is now: what changed here meanwhile is not lost."""
    live = live_rows(submission.service_id) if submission.service_id is not None else []
    if not live or submission.base is None:
        return UpToDate(live=live, rows=submission.rows, clashes=())
    base, proposed, here = (fields_of(rows) for rows in (submission.base, submission.rows, live))
    ours = {name for name in proposed if proposed[name] != base[name]}
    clashes = [name for name in ours if here[name] not in (base[name], proposed[name])]
    rows = rows_from(live[0]["id"], {**here, **{name: proposed[name] for name in ours}})
    said = {name: submission.rows[0][name] for name in _NOT_FIELDS}
    changed = {name: text for name, text in said.items() if text != submission.base[0][name]}
    rows[0] |= {name: live[0][name] for name in ("uuid", *_NOT_FIELDS)} | changed
    if rows[0]["organisation"] == live[0]["organisation"]:
        rows[0]["organisation_uuid"] = live[0]["organisation_uuid"]
    return UpToDate(live=live, rows=rows, clashes=sorted(clashes))


def changed_columns(submission: Submission) -> list[str]:
    """The columns that a proposal would change of the listing as it is now."""
    current = bring_up_to_date(submission)
    blank = [dict.fromkeys(current.rows[0], "")]
    return [name for name, _old, _new in compare_rows(current.live or blank, current.rows)]


def edit(submission: Submission, rows: Sequence[Row], *, actor: Actor, vocabulary: Vocabulary, note: str = "") -> None:
    """Change what is proposed, for its maker to see. Raises NotReady, CannotAct."""
    before = submission.rows
    submission.rows = as_proposed(rows_of(read_listing(rows, vocabulary)), submission)
    settle_organisation(submission)
    act(submission, Action.EDIT, actor=actor, note=note, rows=before)


def approve(
    submission: Submission,
    *,
    actor: Actor,
    shown: str,
    needs: Mapping[str, Need],
    vocabulary: Vocabulary,
    note: str = "",
) -> Service:
    """Publish what is proposed. `shown` is the stamp of the live listing that the page compared it with, "" for none.

    Its maker's word counts as a check, on the day they sent it. Who lists a new organisation speaks for it from now on.
    Raises Overtaken, NotReady, CannotAct.
    """
    return _publish(submission, Action.APPROVE, actor, note, shown=shown, needs=needs, vocabulary=vocabulary)


def publish_small_change(
    submission: Submission, *, actor: Actor, needs: Mapping[str, Need], vocabulary: Vocabulary
) -> Service:
    """Publish a small change of a trusted organisation at once. Raises NotReady, CannotAct."""
    if not is_small(submission):
        raise CannotAct("Only small changes of a trusted organisation are published at once.")
    stamp = stamp_of(live_rows(submission.service_id)) if submission.service_id is not None else ""
    service = _publish(submission, Action.PUBLISH, actor, "", shown=stamp, needs=needs, vocabulary=vocabulary)
    submission.due_look = submission.id % LOOK_AT_ONE_IN == 0
    db.session.flush()
    return service


def is_small(submission: Submission) -> bool:
    """Whether a change may be published at once: it is of a trusted organisation, and nobody changed the same."""
    organisation = submission.organisation
    if organisation is None or not organisation.trusted or submission.service is None:
        return False
    if submission.service.status != Status.PUBLISHED or not speaks_for(submission.account_id, organisation.id):
        return False
    return not bring_up_to_date(submission).clashes and SMALL.issuperset(changed_columns(submission))


def undo(
    submission: Submission, *, actor: Actor, needs: Mapping[str, Need], vocabulary: Vocabulary, note: str = ""
) -> None:
    """Take a decision back: what it published too. Raises CannotAct, NotReady."""
    if submission.status == SubmissionStatus.APPROVED:
        undo_approval(submission, actor=actor, needs=needs, vocabulary=vocabulary, note=note)
    else:
        act(submission, Action.UNDO, actor=actor, note=note)


def undo_approval(
    submission: Submission, *, actor: Actor, needs: Mapping[str, Need], vocabulary: Vocabulary, note: str = ""
) -> Service:
    """Take back what an approval published: the listing is as it was before, a new one is paused. Raises CannotAct."""
    ensure(submission, Action.UNDO, actor)
    if submission.service is None:
        raise CannotAct("The listing is no longer here.")
    service = get_stored_to_change(submission.service.slug)
    if service.fingerprint != submission.print:
        raise CannotAct("The listing was changed since. Put it right on its own page.")
    # Where nobody has checked it since: its maker's word was about what is undone.
    is_theirs = (service.checked_on, service.checked_by) == _check_of(service, submission)
    if submission.base is None:
        try:
            standing.move(service, Status.PAUSED, actor=actor.name)
        except standing.CannotMove as error:
            raise CannotAct(str(error)) from error
        if is_theirs:
            freshness.take_back_check(service, actor=actor.name)
        act(submission, Action.UNDO, actor=actor, note=note)
        return service
    listing, problems = parse_listing(submission.base, vocabulary)
    if listing is None:
        raise NotReady(problems)
    said = f"Approval undone: {submission.reference}"
    save_listing(listing, needs, actor=actor.name, note=said, kind=EventKind.RESTORED)
    if is_theirs:
        freshness.take_back_check(service, actor=actor.name)
    act(submission, Action.UNDO, actor=actor, note=note)
    return service


def _publish(
    submission: Submission,
    action: Action,
    actor: Actor,
    note: str,
    *,
    shown: str,
    needs: Mapping[str, Need],
    vocabulary: Vocabulary,
) -> Service:
    ensure(submission, action, actor)
    if submission.service is not None:
        hold(submission.service.slug)
        db.session.refresh(submission.service)
        if submission.service.status in (Status.MERGED, Status.RETIRED):
            raise CannotAct(f"The listing is “{Status(submission.service.status).label}” now.")
    else:
        # Of two new listings of one name, the second sees the first, and its organisation.
        take_turns(db.session.connection(), NEW_LISTING)
    settle_organisation(submission)
    known = submission.organisation_id
    for organisation_id in concerned(submission):
        if not speaks_for(submission.account_id, organisation_id):
            raise CannotAct("Decide first whether they may speak for this organisation.")
    current = bring_up_to_date(submission)
    if stamp_of(current.live) != shown:
        raise Overtaken(submission.reference)
    listing = read_listing(with_source(current.rows, _day_sent(submission)), vocabulary)
    outcome = save_listing(listing, needs, actor=actor.name, note=f"{action.label}: {submission.reference}")
    if submission.service_id is None and outcome != "added":
        raise Overtaken(submission.reference)
    service = get_stored(listing.slug)
    if service.status == Status.PAUSED:
        standing.move(service, Status.PUBLISHED, actor=actor.name)
    if submission.base is not None:
        submission.base = [dict(row) for row in current.live]
    submission.rows = [dict(row) for row in rows_of(listing)]
    submission.service_id, submission.organisation_id = service.id, service.organisation_id
    submission.print = fingerprint_of(submission.rows)
    if known is None and submission.account_id is not None:
        let_speak(submission.account_id, service.organisation_id, by=actor)
    _check(service, submission)
    act(submission, action, actor=actor, note=note)
    return service


def with_source(rows: Sequence[Row], day: date) -> list[dict[str, str]]:
    """The rows with the organisation's own word as a source of the day, where no other is named."""
    told = [dict(row) for row in rows]
    if not any(row["source_title"] or row["source_url"] for row in told):
        told[0] |= {"source_title": told[0]["organisation"], "source_date": str(day)}
    return told


def _check(service: Service, submission: Submission) -> None:
    day, name = _check_of(service, submission)
    if service.checked_on is None or service.checked_on <= day:
        freshness.mark_checked(service, by=name, on=day)


def _check_of(service: Service, submission: Submission) -> tuple[date, str]:
    """The day of its maker's word, and the name under which it is kept."""
    return min(_day_sent(submission), freshness.today()), service.organisation.name[: freshness.LONGEST_NAME]


def _day_sent(submission: Submission) -> date:
    """The day here on which its maker sent it, and so said that it is right."""
    return (submission.submitted_at or now()).astimezone(ZoneInfo(TIME_ZONE)).date()
