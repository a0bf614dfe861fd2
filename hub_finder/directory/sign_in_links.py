"""The links that let someone in once: handed over by an administrator, or mailed. Nothing here commits."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, Select, and_, delete, func, select, update

from hub_finder.directory import accounts
from hub_finder.directory.accounts import NoAccount, fold
from hub_finder.directory.bounces import mark_reached
from hub_finder.extensions import db
from hub_finder.models.accounts import Account, SignInToken

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
    """A link that works: whom it signs in, and which browser asked for it (none: an administrator made it)."""

    account: Account
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


def ask_for_link(email: str, *, browser: str, key: str) -> tuple[str, bool]:
    """A secret to mail, as of `make_link`, and whether anybody may get it. `browser` is a secret of whoever asks.

    For an address that may not sign in the same is done, so that it takes as long: its link lets nobody in. What is
    kept of the address is a hash with the site's `key`. Raises TooManyAsked.
    """
    address = fold(email)
    address_hash = hmac.new(key.encode(), address.encode(), hashlib.sha256).hexdigest()
    # Begun with a write, SQLite lets in no other writer until the end; on PostgreSQL the account's row does the same
    # for those who ask for it. So two at once are counted, and the older of their links is void.
    old = delete(SignInToken).where(SignInToken.made_at <= accounts.now() - ASKED_WITHIN)
    db.session.execute(old, execution_options={"synchronize_session": False})
    account_id = db.session.scalar(_known(address).with_for_update())
    asked = select(func.count()).select_from(SignInToken).where(SignInToken.address_hash == address_hash)
    if (db.session.scalar(asked) or 0) >= MOST_ASKED:
        raise TooManyAsked
    _end_links(address)
    secret = _add_link(account_id, browser_hash=_hash(browser), address_hash=address_hash)
    return secret, account_id is not None


def get_link(secret: str) -> Link:
    """The link with this secret. It stays unused. Raises LinkEnded."""
    statement = select(Account, SignInToken.browser_hash).join(SignInToken)
    found = db.session.execute(
        statement.where(SignInToken.hash == _hash(secret), _works(), Account.disabled.is_(False))
    ).one_or_none()
    if found is None:
        raise LinkEnded
    return Link(account=found[0], browser_hash=found[1])


def use_link(secret: str) -> Account:
    """Whom a link signs in; it works no second time. Raises LinkEnded."""
    link = get_link(secret)
    # The database decides: of two who press the button at once, one gets in.
    use = update(SignInToken).where(SignInToken.hash == _hash(secret), _works())
    used = db.session.execute(use.values(used_at=accounts.now()).returning(SignInToken.hash)).scalar_one_or_none()
    if used is None:
        raise LinkEnded
    if link.was_mailed:
        mark_reached(link.account.email)
    return link.account


def _known(address: str) -> Select[int]:
    return select(Account.id).where(Account.email == address, Account.disabled.is_(False))


def _end_links(address: str) -> None:
    """Void every link of the account with this address. They stay for a while, since those asked for are counted."""
    theirs = SignInToken.account_id.in_(select(Account.id).where(Account.email == address))
    end = update(SignInToken).where(theirs, _works()).values(expires_at=accounts.now())
    db.session.execute(end, execution_options={"synchronize_session": False})


def _add_link(account_id: int | None, *, browser_hash: str | None = None, address_hash: str | None = None) -> str:
    secret, moment = secrets.token_urlsafe(32), accounts.now()
    db.session.add(
        SignInToken(
            hash=_hash(secret),
            account_id=account_id,
            made_at=moment,
            expires_at=moment + timedelta(minutes=LINK_MINUTES),
            browser_hash=browser_hash,
            address_hash=address_hash,
        )
    )
    db.session.flush()
    return secret


def _works() -> ColumnElement[bool]:
    return and_(SignInToken.used_at.is_(None), SignInToken.expires_at > accounts.now())


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
