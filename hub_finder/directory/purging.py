"""What goes when it was kept long enough. Nothing here commits.

All that is asked is how old something is and how it stands, so it can run at any time, and again.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Text, and_, cast, delete, exists, func, select, update

from hub_finder.database import change
from hub_finder.directory import (
    accounts,
    bounces,
    family_lists,
    looked_for,
    outbox,
    pictures,
    reports,
    service_notes,
    sessions,
    sign_in_links,
)
from hub_finder.directory.accounts import STAFF
from hub_finder.directory.forgetting import forget_person
from hub_finder.directory.journal import TERMINAL
from hub_finder.extensions import db
from hub_finder.models.accounts import Account, SignInToken
from hub_finder.models.history import Event
from hub_finder.models.journal import Deed, JournalEntry
from hub_finder.models.limits import Tries
from hub_finder.models.submissions import (
    Action,
    Membership,
    MembershipStatus,
    Submission,
    SubmissionEvent,
    SubmissionStatus,
)

# What stands in a history in place of a name that was kept long enough.
LONG_AGO = "someone, long ago"
# Whoever does not use an account is told so long before it goes.
WARNED_DAYS = 30

_UNSENT = (SubmissionStatus.DRAFT, SubmissionStatus.CHANGES_REQUESTED)
_CLOSED = (SubmissionStatus.WITHDRAWN, SubmissionStatus.REJECTED)
_DECIDED = (*_CLOSED, SubmissionStatus.APPROVED)
# Subject and text of a message to someone.
Words = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Periods:
    """For how many days each thing is kept: see the settings of `config.PERIODS`."""

    drafts: int
    closed: int
    safeguarding: int
    notes: int
    names: int
    journal: int
    sign_ins: int
    refused: int
    accounts: int
    mail: int


def purge(periods: Periods, *, warn: Callable[[Account], Words] | None, counts: bool) -> Mapping[str, int]:
    """Let go of all that was kept long enough; returns how much of each kind.

    `warn` writes what somebody is told before their account goes; without it no account goes. Counts of
    searches go wholly where searches are no longer counted.
    """
    return {
        "drafts": _delete_submissions(_UNSENT, periods.drafts),
        "proposals taken back or not published": _delete_submissions(_CLOSED, periods.closed),
        "answers about safeguarding": _forget_safeguarding(periods.safeguarding),
        "notes between staff": _forget_notes(periods.notes),
        "names in histories": _forget_names(periods.names),
        "sign-ins": _forget_sign_ins(periods.sign_ins),
        "journal entries": _forget_journal(periods.journal),
        "refused or ended memberships": _forget_memberships(periods.refused),
        "warnings before an account goes": _warn_unused(periods.accounts, warn) if warn else 0,
        "accounts": _forget_unused(periods.accounts) if warn else 0,
        "sign-in links": _forget_links(),
        "sessions that are over": sessions.forget_sessions(),
        "lists for families that ended": family_lists.forget_over(),
        "counts of what families looked for": looked_for.forget_old(all_of_it=not counts),
        "notes on listings": service_notes.forget_old(),
        "pictures that nothing names": pictures.forget_unused_pictures(),
        "counts of tries": change(delete(Tries).where(Tries.ends_at <= accounts.now().timestamp())),
        **forget_reports(days=periods.mail),
    }


def forget_reports(*, days: int) -> dict[str, int]:
    """What visitors told us, mail that was written so many days ago and did not leave, and marks of addresses."""
    unsent = {"unsent messages": outbox.forget_old(days=days)}
    return reports.forget_old() | unsent | {"marks of addresses": bounces.forget_old_marks()}


# ---- proposals


def _delete_submissions(statuses: tuple[SubmissionStatus, ...], days: int) -> int:
    """Nobody has touched them since; what was done to them goes with them."""
    old = Submission.status.in_(statuses), Submission.changed_at < _ago(days)
    return change(delete(Submission).where(*old))


def _forget_safeguarding(days: int) -> int:
    decided_at = func.coalesce(Submission.decided_at, Submission.changed_at)
    # What was published at once is read by the team afterwards.
    over = Submission.status.in_(_DECIDED), Submission.due_look.is_(False), decided_at < _ago(days)
    is_there = cast(Submission.safeguarding, Text) != "{}"
    return change(update(Submission).where(*over, is_there).values(safeguarding={}))


def _forget_notes(days: int) -> int:
    decided = select(Submission.id).where(Submission.status.in_(_DECIDED), Submission.due_look.is_(False))
    note = SubmissionEvent.action == Action.NOTE, SubmissionEvent.submission_id.in_(decided)
    return change(delete(SubmissionEvent).where(*note, SubmissionEvent.at < _ago(days)))


# ---- histories


def _forget_names(days: int) -> int:
    """Whoever was signed in is no longer named; what they did stays."""
    gone = 0
    for model, account_id in (
        (Event, Event.account_id),
        (SubmissionEvent, SubmissionEvent.account_id),
        (JournalEntry, JournalEntry.actor_id),
    ):
        old = update(model).where(account_id.is_not(None), model.at < _ago(days))
        gone += change(old.values({"actor": LONG_AGO, account_id.key: None}))
    return gone


def _forget_sign_ins(days: int) -> int:
    old = JournalEntry.deed.in_((Deed.SIGNED_IN, Deed.SIGNED_OUT, Deed.SESSION_ENDED)), JournalEntry.at < _ago(days)
    return change(delete(JournalEntry).where(*old))


def _forget_journal(days: int) -> int:
    # By what someone was called before they are found in histories, for as long as they are here.
    in_use = and_(JournalEntry.deed == Deed.NAME, JournalEntry.account_id.is_not(None))
    return change(delete(JournalEntry).where(JournalEntry.at < _ago(days), ~in_use))


# ---- people


def _forget_memberships(days: int) -> int:
    over = Membership.status.in_((MembershipStatus.REFUSED, MembershipStatus.ENDED))
    return change(delete(Membership).where(over, Membership.decided_at < _ago(days)))


def _forget_links() -> int:
    """Links that work no more, once they do not count either: see `sign_in_links.ask_for_link`."""
    moment = accounts.now()
    over = SignInToken.expires_at <= moment, SignInToken.made_at <= moment - sign_in_links.ASKED_WITHIN
    return change(delete(SignInToken).where(*over))


def _warn_unused(days: int, warn: Callable[[Account], Words]) -> int:
    unused = db.session.scalars(select(Account).where(_is_unused(days), Account.warned_at.is_(None))).all()
    for account in unused:
        subject, body = warn(account)
        outbox.post(account.email, subject=subject, body=body, key=f"unused/{account.id}/{_last_use(account)}")
        account.warned_at = accounts.now()
    db.session.flush()
    return len(unused)


def _forget_unused(days: int) -> int:
    warned = Account.warned_at < _ago(WARNED_DAYS)
    unused = db.session.scalars(select(Account).where(_is_unused(days), warned)).all()
    for account in unused:
        forget_person(account, by=TERMINAL)
    return len(unused)


def _is_unused(days: int) -> ColumnElement[bool]:
    """Whoever is not of the team, was not here for so long, speaks for nobody and waits for nothing."""
    last_use = func.coalesce(Account.signed_in_at, Account.created_at)
    hopes = Membership.status.in_((MembershipStatus.ASKED, MembershipStatus.APPROVED))
    speaks = exists().where(Membership.account_id == Account.id, hopes)
    waits = exists().where(Submission.account_id == Account.id, Submission.status.not_in(_DECIDED))
    return and_(Account.role.not_in(STAFF), last_use < _ago(days), ~speaks, ~waits)


def _last_use(account: Account) -> datetime:
    return account.signed_in_at or account.created_at


def _ago(days: int) -> datetime:
    return accounts.now() - timedelta(days=days)
