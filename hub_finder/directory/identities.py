"""Who people are where they sign in for other things too, and whose accounts these are. Nothing here commits."""

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from hub_finder.database import begin_writing, change
from hub_finder.directory.accounts import NoAccount, Own, end_sessions, fold
from hub_finder.directory.journal import Doer, note_deed
from hub_finder.extensions import db
from hub_finder.models.accounts import Account, AccountIdentity
from hub_finder.models.journal import Deed


def get_account_of(subject: str, *, issuer: str, email: str) -> Account:
    """The account of whom an issuer calls `subject`. Raises NoAccount, also for one that is switched off.

    The first time it is the account with this address, and from then on theirs, whatever address they have: whoever
    else comes with it is refused. `email` is "" where the issuer does not say that the address is theirs.
    """
    known = select(Account).join(AccountIdentity)
    account = db.session.scalar(known.where(AccountIdentity.issuer == issuer, AccountIdentity.subject == subject))
    if account is None:
        account = _bind(subject, issuer=issuer, email=email)
    if account.disabled:
        raise NoAccount
    return account


def unbind(account_id: int, *, by: Doer | str) -> None:
    """Let whoever next comes with the account's address have it; whoever had it is signed out."""
    if change(delete(AccountIdentity).where(AccountIdentity.account_id == account_id)):
        note_deed(by, Deed.UNBOUND, account_id=account_id)
    end_sessions(account_id)


def _bind(subject: str, *, issuer: str, email: str) -> Account:
    account = db.session.scalar(select(Account).where(Account.email == fold(email), Account.disabled.is_(False)))
    if account is None:
        raise NoAccount
    # Without this a savepoint of SQLite would be a transaction of its own.
    begin_writing(db.session.connection())
    try:
        with db.session.begin_nested():
            db.session.add(AccountIdentity(issuer=issuer, subject=subject, account_id=account.id))
    except IntegrityError as taken:  # it is somebody else's, also of two who come at once
        raise NoAccount from taken
    note_deed(Own(account), Deed.BOUND, account_id=account.id, note=issuer)
    return account
