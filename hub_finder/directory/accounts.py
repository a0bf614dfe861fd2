"""Who may sign in, and until when they are. Nothing here commits."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from sqlalchemy import and_, delete, exists, select, update

from hub_finder.directory.columns import COLUMNS, SPEC, Refused
from hub_finder.directory.journal import Doer, note_deed
from hub_finder.extensions import db
from hub_finder.models.accounts import Account, AccountSession, Role
from hub_finder.models.journal import Deed

LONGEST_NAME = 80
# Who keeps the listings.
STAFF = frozenset({Role.MODERATOR, Role.MANAGER, Role.ADMINISTRATOR})
# Who also decides how the team works, and looks after its people.
MANAGERS = frozenset({Role.MANAGER, Role.ADMINISTRATOR})
# Who makes lists of help for a family.
SIGNPOSTERS = STAFF | {Role.PRACTITIONER}
# Who reads what is there and what is missing, in figures alone.
PLANNERS = STAFF | {Role.PLANNER}

Outcome = Literal["added", "changed", "unchanged"]


@dataclass(frozen=True)
class Own:
    """Whose account it is, as the one who acts."""

    account: Account

    @property
    def account_id(self) -> int:
        return self.account.id

    @property
    def name(self) -> str:
        return self.account.name


class BadAccount(ValueError):
    """An account cannot be kept like this; the message says why."""


class NoAccount(LookupError):
    """No account, or none that may sign in, has this address."""


def now() -> datetime:
    """The present moment, UTC. Everything that asks how old a link or session is asks this; tests put theirs."""
    return datetime.now(UTC)


def keep_account(
    email: str, *, role: Role, name: str | None = None, by: Doer | str | None = None
) -> tuple[Account, Outcome]:
    """Add an account, or bring the one with this address up to the role and name. Raises BadAccount.

    Without a name a new account is called by its address, and another keeps the name it has. One that was switched off
    is on again. The journal says that `by` did it, or the person themselves.
    """
    address, called = fold(email), " ".join((name or "").split())
    try:
        SPEC["email"].read(address)
    except Refused as refused:
        raise BadAccount(f"“{email}” {refused.reason}.") from refused
    account = db.session.scalar(select(Account).where(Account.email == address))
    called = called or (account.name if account else address)
    if len(address) > COLUMNS["email"]:
        raise BadAccount(f"The address must have at most {COLUMNS['email']} characters.")
    if len(called) > LONGEST_NAME:
        raise BadAccount(f"Give a name of at most {LONGEST_NAME} characters.")
    wanted = {"role": str(role), "name": called, "disabled": False}
    if account is None:
        account = Account(email=address, created_at=now(), **wanted)
        db.session.add(account)
        db.session.flush()
        note_deed(by or Own(account), Deed.MADE, account_id=account.id, note=role.label)
        return account, "added"
    old = {key: getattr(account, key) for key, value in wanted.items() if getattr(account, key) != value}
    for key in old:
        setattr(account, key, wanted[key])
    db.session.flush()
    for key, before in old.items():
        _note_change(account, key, before, by or Own(account))
    return account, "changed" if old else "unchanged"


def get_account(email: str) -> Account:
    """The account with this address, also one that is switched off. Raises NoAccount."""
    account = db.session.scalar(select(Account).where(Account.email == fold(email)))
    if account is None:
        raise NoAccount(email)
    return account


def disable_account(email: str, *, by: Doer | str) -> None:
    """Shut someone out: their sessions end, and no link lets them in. Raises NoAccount."""
    account = get_account(email)
    if not account.disabled:
        account.disabled = True
        note_deed(by, Deed.SWITCHED_OFF, account_id=account.id)
    end_sessions(account.id)


def note_sign_in(account: Account) -> None:
    """Note that someone begins a session."""
    account.signed_in_at, account.warned_at = now(), None
    note_deed(Own(account), Deed.SIGNED_IN, account_id=account.id)


def get_signed_in_or_none(account_id: int, *, epoch: int, key: str | None = None) -> Account | None:
    """The account of a session, None when it may not go on. Without a `key` nobody is signed in yet."""
    known = and_(Account.id == account_id, Account.session_epoch == epoch, Account.disabled.is_(False))
    if key is not None:
        known = and_(known, exists().where(AccountSession.key == key, AccountSession.account_id == Account.id))
    return db.session.scalar(select(Account).where(known))


def sign_out_everywhere(account_id: int, *, by: Doer | str) -> None:
    """End all sessions of an account, because somebody asks for it."""
    end_sessions(account_id)
    note_deed(by, Deed.SIGNED_OUT, account_id=account_id)


def end_sessions(account_id: int) -> None:
    """Sign an account out wherever it is signed in."""
    later = {"session_epoch": Account.session_epoch + 1}
    db.session.execute(update(Account).where(Account.id == account_id).values(later))
    db.session.execute(delete(AccountSession).where(AccountSession.account_id == account_id))


def fold(email: str) -> str:
    """An address as it is kept: one address is one account, however it is typed."""
    return email.strip().casefold()


def _note_change(account: Account, key: str, before: object, by: Doer | str) -> None:
    if key == "role":
        note_deed(by, Deed.ROLE, account_id=account.id, note=changed_role(Role(str(before)), Role(account.role)))
    elif key == "name":
        # The name from before, and nothing else: who asks to be forgotten is forgotten by that name too.
        note_deed(by, Deed.NAME, account_id=account.id, note=str(before))
    else:
        note_deed(by, Deed.SWITCHED_ON, account_id=account.id)


def changed_role(old: Role, new: Role) -> str:
    """What the journal says of another role."""
    return f"{old.label} → {new.label}"
