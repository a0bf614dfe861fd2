"""Who may sign in, and the links that let them in once. Nothing here commits."""

import hashlib
import secrets
from datetime import UTC, datetime, timedelta
from typing import Literal

from sqlalchemy import ColumnElement, and_, delete, select, update

from hub_finder.directory.columns import COLUMNS, SPEC, Refused
from hub_finder.extensions import db
from hub_finder.models.accounts import Account, Role, SignInToken

LINK_MINUTES = 15
LONGEST_NAME = 80

Outcome = Literal["added", "changed", "unchanged"]


class BadAccount(ValueError):
    """An account cannot be kept like this; the message says why."""


class NoAccount(LookupError):
    """No account that may sign in has this address."""


class LinkEnded(LookupError):
    """A sign-in link that does not work: never made, used, too old, or of an account that is switched off."""


def now() -> datetime:
    """The present moment, UTC. Everything that asks how old a link or session is asks this; tests put theirs."""
    return datetime.now(UTC)


def keep_account(email: str, *, role: Role, name: str | None = None) -> tuple[Account, Outcome]:
    """Add an account, or bring the one with this address up to the role and name. Raises BadAccount.

    Without a name a new account is called by its address, and another keeps the name it has. One that was switched off
    is on again.
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
        return account, "added"
    changes = {key: value for key, value in wanted.items() if getattr(account, key) != value}
    for key, value in changes.items():
        setattr(account, key, value)
    db.session.flush()
    return account, "changed" if changes else "unchanged"


def disable_account(email: str) -> None:
    """Shut someone out: their sessions end, and no link lets them in. Raises NoAccount."""
    account = db.session.scalar(select(Account).where(Account.email == fold(email)))
    if account is None:
        raise NoAccount(email)
    account.disabled = True
    db.session.flush()
    end_sessions(account.id)


def make_link(email: str) -> str:
    """A secret that signs the account in once, within LINK_MINUTES. Those made for it before are void.

    Raises NoAccount.
    """
    known = and_(Account.email == fold(email), Account.disabled.is_(False))
    account_id = db.session.scalar(select(Account.id).where(known))
    if account_id is None:
        raise NoAccount(email)
    secret = secrets.token_urlsafe(32)
    db.session.execute(delete(SignInToken).where(SignInToken.account_id == account_id))
    expires_at = now() + timedelta(minutes=LINK_MINUTES)
    db.session.add(SignInToken(hash=_hash(secret), account_id=account_id, expires_at=expires_at))
    db.session.flush()
    return secret


def get_account_of_link(secret: str) -> Account:
    """Whom a link would sign in. It stays unused. Raises LinkEnded."""
    statement = select(Account).join(SignInToken).where(SignInToken.hash == _hash(secret), _works())
    account = db.session.scalar(statement.where(Account.disabled.is_(False)))
    if account is None:
        raise LinkEnded
    return account


def use_link(secret: str) -> Account:
    """Whom a link signs in; it works no second time. Raises LinkEnded."""
    account = get_account_of_link(secret)
    # The database decides: of two who press the button at once, one gets in.
    use = update(SignInToken).where(SignInToken.hash == _hash(secret), _works())
    used = db.session.execute(use.values(used_at=now()).returning(SignInToken.hash)).scalar_one_or_none()
    if used is None:
        raise LinkEnded
    return account


def get_signed_in_or_none(account_id: int, *, epoch: int) -> Account | None:
    """The account of a session, None when it may not go on."""
    known = and_(Account.id == account_id, Account.session_epoch == epoch, Account.disabled.is_(False))
    return db.session.scalar(select(Account).where(known))


def end_sessions(account_id: int) -> None:
    """Sign an account out wherever it is signed in."""
    later = {"session_epoch": Account.session_epoch + 1}
    db.session.execute(update(Account).where(Account.id == account_id).values(later))


def fold(email: str) -> str:
    """An address as it is kept: one address is one account, however it is typed."""
    return email.strip().casefold()


def _works() -> ColumnElement[bool]:
    return and_(SignInToken.used_at.is_(None), SignInToken.expires_at > now())


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
