"""The links that let someone in once: handed over by an administrator, or mailed. Nothing here commits."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, Select, and_, delete, func, or_, select, update

from hub_finder.database import CLOCKS_DIFFER
from hub_finder.directory import accounts
from hub_finder.directory.accounts import LONGEST_NAME, NoAccount, fold, keep_account
from hub_finder.directory.bounces import mark_reached
from hub_finder.extensions import db
from hub_finder.models.accounts import Account, Role, SignInToken

LINK_MINUTES = 15
# How many can be asked for with one address: enough for slips, too few to fill a mailbox.
MOST_ASKED = 5
ASKED_WITHIN = timedelta(hours=1)


class LinkEnded(LookupError):
    """A sign-in link that does not work: never made, used, too old, or of an account that is switched off."""


class TooManyAsked(RuntimeError):
    """MOST_ASKED links were asked for with this address within ASKED_WITHIN, whether or not it has an account."""


@dataclass(frozen=True, kw_only=True)
class Link:
    """A link that works: whom it signs in, and which browser asked for it (none: an administrator made it).

    `account` is None for somebody who has none until they use it.
    """

    account: Account | None
    email: str
    name: str
    browser_hash: str | None

    @property
    def was_mailed(self) -> bool:
        return self.browser_hash is not None

    def was_asked_in(self, browser: str) -> bool:
        """Whether the browser that holds this secret is the one that asked."""
        return bool(browser) and self.browser_hash == _hash(browser)


def make_link(email: str) -> str:
    """A secret that signs the account in once, within LINK_MINUTES. Those made for it before are void.

    Raises NoAccount.
    """
    account_id = db.session.scalar(_known(fold(email)))
    if account_id is None:
        raise NoAccount(email)
    _end_links(fold(email))
    return _add_link(account_id)


def ask_for_link(email: str, *, browser: str, key: str, joining: str | None = None) -> tuple[str, bool]:
    """A secret to mail, as of `make_link`, and whether anybody may get it. `browser` is a secret of whoever asks.

    For an address that may not sign in the same is done, so that it takes as long: its link lets nobody in. What is
    kept of the address is a hash with the site's `key`. Who is `joining` under a name gets a link also where there is
    no account: it makes one, of a provider, when it is used. Raises TooManyAsked.
    """
    address = fold(email)
    address_hash = hmac.new(key.encode(), address.encode(), hashlib.sha256).hexdigest()
    # Begun with a write, SQLite lets in no other writer until the end; on PostgreSQL the account's row does the same
    # for those who ask for it. So two at once are counted, and the older of their links is void.
    moment = accounts.now()
    # Those of a clock that was ahead let nobody in, and would count until it is right.
    old = or_(SignInToken.made_at <= moment - ASKED_WITHIN, SignInToken.made_at > moment + CLOCKS_DIFFER)
    db.session.execute(delete(SignInToken).where(old), execution_options={"synchronize_session": False})
    account_id = db.session.scalar(_known(address).with_for_update())
    asked = select(func.count()).select_from(SignInToken).where(SignInToken.address_hash == address_hash)
    if (db.session.scalar(asked) or 0) >= MOST_ASKED:
        raise TooManyAsked
    _end_links(address)
    may_join = joining is not None and not _is_taken(address)
    secret = _add_link(
        account_id,
        browser_hash=_hash(browser),
        address_hash=address_hash,
        joins=(address, " ".join((joining or "").split())[:LONGEST_NAME]) if may_join else None,
    )
    return secret, account_id is not None or may_join


def get_link(secret: str) -> Link:
    """The link with this secret. It stays unused. Raises LinkEnded."""
    # Who joins may have come by an account since, by another link.
    theirs = or_(Account.id == SignInToken.account_id, Account.email == SignInToken.joins_email)
    statement = select(Account, SignInToken).select_from(SignInToken).outerjoin(Account, theirs)
    found = db.session.execute(statement.where(SignInToken.hash == _hash(secret), _works())).one_or_none()
    account, token = found or (None, None)
    if token is None or (account.disabled if account else not token.joins_email):
        raise LinkEnded
    if account:
        return Link(account=account, email=account.email, name=account.name, browser_hash=token.browser_hash)
    return Link(
        account=None, email=token.joins_email or "", name=token.joins_name or "", browser_hash=token.browser_hash
    )


def use_link(secret: str) -> Account:
    """Whom a link signs in, with an account from now on; it works no second time. Raises LinkEnded."""
    link = get_link(secret)
    # The database decides: of two who press the button at once, one gets in.
    use = update(SignInToken).where(SignInToken.hash == _hash(secret), _works())
    spent = {"used_at": accounts.now(), "joins_email": None, "joins_name": None}
    used = db.session.execute(use.values(spent).returning(SignInToken.hash)).scalar_one_or_none()
    if used is None:
        raise LinkEnded
    if link.was_mailed:
        mark_reached(link.email)
    return link.account or keep_account(link.email, role=Role.PROVIDER, name=link.name)[0]


def _known(address: str) -> Select[int]:
    return select(Account.id).where(Account.email == address, Account.disabled.is_(False))


def _is_taken(address: str) -> bool:
    """Whether there is an account of this address, also one that is switched off."""
    return db.session.scalar(select(Account.id).where(Account.email == address)) is not None


def _end_links(address: str) -> None:
    """Void every link of the account with this address. They stay for a while, since those asked for are counted."""
    account = select(Account.id).where(Account.email == address)
    theirs = or_(SignInToken.account_id.in_(account), SignInToken.joins_email == address)
    end = update(SignInToken).where(theirs, _works()).values(expires_at=accounts.now())
    db.session.execute(end, execution_options={"synchronize_session": False})


def _add_link(
    account_id: int | None,
    *,
    browser_hash: str | None = None,
    address_hash: str | None = None,
    joins: tuple[str, str] | None = None,
) -> str:
    secret, moment = secrets.token_urlsafe(32), accounts.now()
    db.session.add(
        SignInToken(
            hash=_hash(secret),
            account_id=account_id,
            made_at=moment,
            expires_at=moment + timedelta(minutes=LINK_MINUTES),
            browser_hash=browser_hash,
            address_hash=address_hash,
            joins_email=joins[0] if joins else None,
            joins_name=joins[1] if joins else None,
        )
    )
    db.session.flush()
    return secret


def _works() -> ColumnElement[bool]:
    at = accounts.now()
    # What a clock made that was ahead would work until it is right again.
    made = SignInToken.made_at <= at + CLOCKS_DIFFER
    return and_(SignInToken.used_at.is_(None), SignInToken.expires_at > at, made)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
