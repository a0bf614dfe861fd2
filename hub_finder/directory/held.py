"""Where something of a person is kept, table by table, and all that is kept of one of them. Nothing here commits.

A column that refers to an account is found by itself. One that holds a name or an address as text has to be named here:
`tests/rules/test_personal_data.py` fails for one that is not.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, cast

from sqlalchemy import Column, ColumnElement, Table, and_, func, or_, select

from hub_finder.directory.accounts import fold
from hub_finder.directory.bounces import hashes_of
from hub_finder.extensions import db
from hub_finder.models.accounts import Account, AccountSession, RecoveryCode, SecondStep, SignInToken
from hub_finder.models.base import Base
from hub_finder.models.bounces import Bounce
from hub_finder.models.feeds import Proposal
from hub_finder.models.history import Event
from hub_finder.models.journal import Deed, JournalEntry
from hub_finder.models.merges import Merge, NotDuplicate
from hub_finder.models.reminders import Reminder
from hub_finder.models.reports import MissingHelp, OutgoingMail, Report
from hub_finder.models.services import Contact, Service
from hub_finder.models.signposting import FamilyList
from hub_finder.models.submissions import Membership, Submission, SubmissionEvent
from hub_finder.models.texts import MessageText
from hub_finder.models.thesaurus import PhraseChange

AnyColumn = Column[Any]
Rows = Sequence[Mapping[str, Any]]
# By table.
Held = Mapping[str, Rows]


def _of(model: type[Base], *names: str) -> list[AnyColumn]:
    return [column for column in _columns_of(model) if column.name in names]


def _columns_of(model: type[Base]) -> Sequence[AnyColumn]:
    return cast("Sequence[AnyColumn]", model.__table__.columns)


# The name of whoever did something. Where the account stands beside it, a name counts only without one.
NAMES: Mapping[AnyColumn, AnyColumn | None] = {
    _of(Event, "actor")[0]: _of(Event, "account_id")[0],
    _of(SubmissionEvent, "actor")[0]: _of(SubmissionEvent, "account_id")[0],
    _of(JournalEntry, "actor")[0]: _of(JournalEntry, "actor_id")[0],
    _of(Merge, "actor")[0]: None,
    _of(NotDuplicate, "actor")[0]: None,
    _of(PhraseChange, "actor")[0]: None,
    _of(MessageText, "actor")[0]: None,
    _of(Proposal, "decided_by")[0]: None,
    _of(Membership, "decided_by")[0]: None,
    _of(Report, "taken_by")[0]: None,
    _of(MissingHelp, "done_by")[0]: None,
    _of(Service, "checked_by")[0]: None,
}
# Addresses that people gave for themselves, and those that listings show to everybody.
OWN_ADDRESSES = (*_of(OutgoingMail, "address"), *_of(Report, "email"), *_of(Reminder, "address"))
LISTED_ADDRESSES = (*_of(Service, "email"), *_of(Contact, "email"))
# What says nothing of a person: keys, and what listings were like.
_LEFT_OUT = frozenset(
    {
        *_of(SignInToken, "hash", "browser_hash", "address_hash"),
        *_of(AccountSession, "key"),
        *_of(SecondStep, "salt", "last_step"),
        *_of(RecoveryCode, "hash"),
        *_of(Bounce, "hash"),
        *_of(Reminder, "claim", "token_hash"),
        *_of(FamilyList, "salt", "token_hash"),
        *_of(Event, "record"),
        *_of(SubmissionEvent, "rows"),
        *_of(Merge, "choices", "lost", "before", "after"),
        *_of(Proposal, "rows", "fingerprint"),
    }
)
_BOUNCES = Base.metadata.tables[Bounce.__tablename__]
# Of a table of listings, only what bears on a person.
_SHOWN = {Service.__tablename__: _of(Service, "slug", "name", "email", "checked_by", "checked_on")}


def columns_to_account() -> list[AnyColumn]:
    """Every column that refers to an account."""
    [account_id] = _of(Account, "id")
    tables = Base.metadata.sorted_tables
    return [column for table in tables for column in table.columns if column.references(account_id)]


def names_of(account: Account) -> set[str]:
    """What someone is called, and was."""
    former = select(JournalEntry.note).where(JournalEntry.account_id == account.id, JournalEntry.deed == Deed.NAME)
    return {account.name, *db.session.scalars(former)}


def is_by(column: AnyColumn, account: Account, names: Collection[str]) -> ColumnElement[bool]:
    """Whether a column of NAMES holds the name of this person."""
    named, beside = column.in_(names), NAMES[column]
    return named if beside is None else or_(beside == account.id, and_(beside.is_(None), named))


def has_address(column: AnyColumn, email: str) -> ColumnElement[bool]:
    """Whether a column holds this address, however it was typed."""
    return func.lower(column) == fold(email)


def find_held_of_address(email: str) -> Held:
    """All that is kept of an address, by table, also of somebody without an account: such as in a report."""
    theirs = _with_address(email)
    return {str(table.name): rows for table, found in theirs.items() if (rows := _read(table, or_(*found)))}


def find_held(account: Account) -> Held:
    """All that is kept of a person, by table: each row by its columns, without keys that let someone in.

    Where only a name was noted, another person of the same name is among it.
    """
    return {str(table.name): rows for table, where in _conditions(account) if (rows := _read(table, where))}


def _conditions(account: Account) -> Iterator[tuple[Table, ColumnElement[bool]]]:
    names = names_of(account)
    theirs: dict[Table, list[ColumnElement[bool]]] = {
        Account.metadata.tables[Account.__tablename__]: [Account.id == account.id]
    }
    for column in columns_to_account():
        theirs.setdefault(column.table, []).append(column == account.id)
    for column in NAMES:
        theirs.setdefault(column.table, []).append(is_by(column, account, names))
    for table, found in _with_address(account.email).items():
        theirs.setdefault(table, []).extend(found)
    # What others did to their proposals is about them too.
    own = select(Submission.id).where(Submission.account_id == account.id)
    theirs[SubmissionEvent.metadata.tables[SubmissionEvent.__tablename__]].append(
        SubmissionEvent.submission_id.in_(own)
    )
    for table, found in theirs.items():
        yield table, or_(*found)


def _with_address(email: str) -> dict[Table, list[ColumnElement[bool]]]:
    """Where an address stands, and that mail did not reach it."""
    theirs: dict[Table, list[ColumnElement[bool]]] = {_BOUNCES: [_BOUNCES.c.hash.in_(hashes_of(email))]}
    for column in (*OWN_ADDRESSES, *LISTED_ADDRESSES):
        theirs.setdefault(column.table, []).append(has_address(column, email))
    return theirs


def _read(table: Table, where: ColumnElement[bool]) -> Rows:
    shown = _SHOWN.get(table.name) or [column for column in table.columns if column not in _LEFT_OUT]
    asked = select(*shown).where(where).order_by(*table.primary_key.columns)
    return [{str(name): value for name, value in row.items()} for row in db.session.execute(asked).mappings()]
