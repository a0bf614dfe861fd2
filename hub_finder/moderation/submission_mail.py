"""What the maker of a proposal is told by mail when the team has decided."""

from hub_finder import web
from hub_finder.database import aware
from hub_finder.directory import outbox
from hub_finder.directory.listings import compare_rows
from hub_finder.directory.submissions import find_events
from hub_finder.directory.texts import compose
from hub_finder.models.submissions import Action, Membership, MembershipStatus, Submission
from hub_finder.moderation.fields import LABELS

# The mail for each thing that the team does; the others tell the maker nothing.
KEYS = {
    Action.APPROVE: "submission_approved",
    Action.ASK: "submission_changes_asked",
    Action.REJECT: "submission_rejected",
    Action.UNDO: "submission_undone",
}


def tell_maker(submission: Submission, action: Action, note: str) -> bool:
    """Post what was done to who made it, once; returns whether they are told."""
    account = submission.account
    if action not in KEYS or account is None or account.disabled:
        return False
    subject, body = compose(
        KEYS[action],
        name=account.name,
        listing=submission.rows[0]["name"],
        note=note,
        link=_link(submission, action),
    )
    key = f"submission-{action}/{submission.id}/{submission.version}"
    return outbox.post(account.email, subject=subject, body=body, key=key) is not None


def tell_speaker(membership: Membership, note: str = "") -> bool:
    """Tell someone once that they may speak for an organisation, or why not; returns whether they are told."""
    account, status = membership.account, MembershipStatus(membership.status)
    if account.disabled or status not in (MembershipStatus.APPROVED, MembershipStatus.REFUSED):
        return False
    about = {"name": account.name, "organisation": membership.organisation.name}
    if status is MembershipStatus.APPROVED:
        subject, body = compose("speaking_approved", **about, link=web.public_url("providers.list_listings"))
    else:
        subject, body = compose("speaking_refused", **about, note=note)
    at = membership.decided_at or membership.asked_at
    # SQLite leaves out the zone.
    key = f"speaking-{status}/{membership.id}/{aware(at).timestamp()}"
    return outbox.post(account.email, subject=subject, body=body, key=key) is not None


def edited(submission: Submission) -> str:
    """What the team changed of a proposal since its maker sent it, in a line; "" for nothing."""
    sent_by_maker = None
    for event in find_events(submission, for_staff=False):
        if event.action == Action.SUBMIT:
            break
        if event.action == Action.EDIT:
            sent_by_maker = event.rows
    if sent_by_maker is None:
        return ""
    changed = [LABELS[name] for name, _old, _new in compare_rows(sent_by_maker, submission.rows)]
    return f"We changed: {', '.join(changed)}." if changed else ""


def _link(submission: Submission, action: Action) -> str:
    if action is Action.APPROVE and submission.service:
        return web.public_url("finder.show_service", slug=submission.service.slug)
    return web.public_url("providers.show_submission", reference=submission.reference)
