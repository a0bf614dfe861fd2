"""Where people are signed in: a row for each session, so that one can be ended alone. Nothing here commits."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select

from hub_finder.config import SESSION_LASTS
from hub_finder.database import change
from hub_finder.directory import accounts
from hub_finder.directory.journal import Doer, note_deed
from hub_finder.extensions import db
from hub_finder.models.accounts import AccountSession
from hub_finder.models.journal import Deed

# What stands in the name that a browser gives itself, the first that fits; most name others as well.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("CriOS/", "Chrome"),
    ("Safari/", "Safari"),
)
_MACHINES = (
    ("iPhone", "an iPhone"),
    ("iPad", "an iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "a Chromebook"),
    ("Mac OS X", "a Mac"),
    ("Linux", "Linux"),
)


class SessionNotFound(LookupError):
    """No session of that account has this key: it is over, or never was."""


def browser_of(user_agent: str) -> str:
    """As much of a browser's name for itself as somebody tells it by: "Firefox on Windows". No version, no model."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "A browser")
    machine = next((name for mark, name in _MACHINES if mark in user_agent), "")
    return f"{browser} on {machine}" if machine else browser


def begin_session(account_id: int, *, browser: str) -> str:
    """Note that someone is signed in; returns the key that their cookie is to hold."""
    forget_sessions()
    key = secrets.token_hex(16)
    db.session.add(AccountSession(key=key, account_id=account_id, began_at=accounts.now(), browser=browser))
    db.session.flush()
    return key


def find_sessions(account_id: int) -> Sequence[AccountSession]:
    """Where someone is signed in, the latest first."""
    theirs = select(AccountSession).where(
        AccountSession.account_id == account_id, AccountSession.began_at > _began_last()
    )
    return db.session.scalars(theirs.order_by(AccountSession.began_at.desc(), AccountSession.key)).all()


def end_session(key: str, *, by: Doer) -> None:
    """End one session of who acts. Raises SessionNotFound."""
    theirs = AccountSession.account_id == by.account_id, AccountSession.key == key
    if "\0" in key or not change(delete(AccountSession).where(*theirs)):
        raise SessionNotFound(key)
    note_deed(by, Deed.SESSION_ENDED, account_id=by.account_id)


def forget_sessions() -> int:
    """Delete the rows of sessions that are over. Returns how many."""
    return change(delete(AccountSession).where(AccountSession.began_at <= _began_last()))


def _began_last() -> datetime:
    return accounts.now() - SESSION_LASTS
