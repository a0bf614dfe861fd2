"""Forgetting a person who asks for it, or who does not come back. Nothing here commits."""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, and_, delete, exists, func, select, update
from sqlalchemy.orm import aliased

from hub_finder.database import begin_writing, change
from hub_finder.directory.accounts import fold
from hub_finder.directory.administrators import ensure_another
from hub_finder.directory.bounces import forget_mark
from hub_finder.directory.held import LISTED_ADDRESSES, NAMES, OWN_ADDRESSES, AnyColumn, has_address, is_by, names_of
from hub_finder.directory.journal import Doer, note_deed
from hub_finder.extensions import db
from hub_finder.models.accounts import Account
from hub_finder.models.journal import Deed, JournalEntry
from hub_finder.models.submissions import Membership, MembershipStatus, Submission, SubmissionStatus


class HasAccount(ValueError):
    """Somebody signs in with this address: they are forgotten as a person."""


# What stands in a history in place of a name.
GONE = "someone who has left"


def forget_person(account: Account, *, by: Doer | str) -> Mapping[str, int]:
    """Remove an account and what is kept of the person; returns how much of each. Raises LastAdministrator.

    What they did stays in histories, without their name. Listings stay, and proposals that others speak for. A name
    stands for one person: where only names were noted, one who is called the same loses theirs too.
    """
    begin_writing(db.session.connection())
    ensure_another(account)
    listed = _count_listed(account.email)
    gone = {
        "proposals that were not published": _forget_submissions(account),
        "names in histories": _forget_names(account),
        "addresses and messages": _forget_addresses(account.email),
        "journal entries": change(delete(JournalEntry).where(_is_about(account))),
    }
    account_id = account.id
    db.session.expunge(account)
    # What else refers to it goes with it, or lets go of it: the database sees to that.
    gone["accounts"] = change(delete(Account).where(Account.id == account_id))
    db.session.expire_all()
    note_deed(by, Deed.REMOVED)
    return gone | {"listings that still show their address": listed}


def forget_address(email: str) -> Mapping[str, int]:
    """Remove an address that nobody has an account with, such as from a report; returns how much of each.

    Raises HasAccount for one that somebody signs in with.
    """
    begin_writing(db.session.connection())
    if db.session.scalar(select(exists().where(Account.email == fold(email)))):
        raise HasAccount(email)
    gone = {"addresses and messages": _forget_addresses(email)}
    db.session.expire_all()
    return gone | {"listings that still show their address": _count_listed(email)}


def _forget_submissions(account: Account) -> int:
    """Delete what they proposed and was not published, unless someone else speaks for its organisation."""
    other = aliased(Membership)
    spoken_for = exists().where(
        other.organisation_id == Submission.organisation_id,
        other.account_id != account.id,
        other.status == MembershipStatus.APPROVED,
    )
    mine = Submission.account_id == account.id
    change(update(Submission).where(mine).values(safeguarding={}))
    return change(delete(Submission).where(mine, Submission.status != SubmissionStatus.APPROVED, ~spoken_for))


def _forget_names(account: Account) -> int:
    names = names_of(account)
    return sum(
        change(update(column.table).where(is_by(column, account, names)).values({column.name: GONE}))
        for column in NAMES
    )


def _forget_addresses(email: str) -> int:
    """Also that mail did not reach it."""
    return sum(_forget_address(column, email) for column in OWN_ADDRESSES) + forget_mark(email)


def _forget_address(column: AnyColumn, email: str) -> int:
    """Delete a message to them; a report loses their address and stays."""
    theirs = has_address(column, email)
    if column.nullable:
        return change(update(column.table).where(theirs).values({column.name: None}))
    return change(delete(column.table).where(theirs))


def _is_about(account: Account) -> ColumnElement[bool]:
    """What was done to the account alone. Who was let speak for an organisation stays in that one's history."""
    return and_(JournalEntry.account_id == account.id, JournalEntry.organisation_id.is_(None))


def _count_listed(email: str) -> int:
    """How many listings and contacts show an address to everybody."""
    counts = (
        select(func.count()).select_from(column.table).where(has_address(column, email)) for column in LISTED_ADDRESSES
    )
    return sum(db.session.scalar(count) or 0 for count in counts)
