"""Who may open a route, and who is signed in. Every view states its rule; a route without one is refused."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from flask import Flask, Request, Response, abort, current_app, g, redirect, request, session, url_for
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from werkzeug import Response as WerkzeugResponse

from hub_finder.config import SESSION_LASTS
from hub_finder.directory import accounts, second_step, sessions
from hub_finder.directory.accounts import MANAGERS, PLANNERS, SIGNPOSTERS, STAFF
from hub_finder.directory.journal import act_as
from hub_finder.logs import request_id
from hub_finder.models.accounts import Account, Role

View = TypeVar("View", bound=Callable[..., Any])
Rule = str | frozenset[Role]
PUBLIC = "public"
# Who has an account at all.
ANYONE = frozenset(Role)
FRAMEWORK = {"static": PUBLIC}
# Who has to have a second step, by what HUB_REQUIRE_SECOND_STEP says; and what they may open while they have none.
REQUIRED_OF: Mapping[str, frozenset[Role]] = {
    "none": frozenset(),
    "administrators": frozenset({Role.ADMINISTRATOR}),
    "staff": STAFF,
    "everyone": ANYONE,
}
SETTING_UP = frozenset({"accounts.show_set_up", "accounts.set_up", "accounts.sign_out"})
# How long after a good link a code may be given.
CODE_WAITS = timedelta(minutes=10)


@dataclass(frozen=True, kw_only=True)
class SignedIn:
    """Whoever makes this request."""

    account_id: int
    name: str
    email: str
    role: Role
    until: datetime
    # Has to set up a second step before anything else.
    owes_second_step: bool = False

    @property
    def is_staff(self) -> bool:
        return self.role in STAFF

    @property
    def is_signposter(self) -> bool:
        return self.role in SIGNPOSTERS

    @property
    def is_planner(self) -> bool:
        return self.role in PLANNERS

    @property
    def is_manager(self) -> bool:
        return self.role in MANAGERS

    @property
    def is_provider(self) -> bool:
        return self.role == Role.PROVIDER


def public(view: View) -> View:
    """Mark a view as open to everybody."""
    view.access = PUBLIC  # type: ignore[attr-defined]
    return view


def staff(view: View) -> View:
    """Mark a view as open to those who keep the listings."""
    view.access = STAFF  # type: ignore[attr-defined]
    return view


def managers(view: View) -> View:
    """Mark a view as open to those who decide how the team works, and look after its people."""
    view.access = MANAGERS  # type: ignore[attr-defined]
    return view


def signposters(view: View) -> View:
    """Mark a view as open to those who make lists of help for a family."""
    view.access = SIGNPOSTERS  # type: ignore[attr-defined]
    return view


def planners(view: View) -> View:
    """Mark a view as open to those who read what is there and what is missing."""
    view.access = PLANNERS  # type: ignore[attr-defined]
    return view


def signed_in(view: View) -> View:
    """Mark a view as open to everybody who is signed in."""
    view.access = ANYONE  # type: ignore[attr-defined]
    return view


def rule_of(app: Flask, endpoint: str) -> Rule | None:
    """The stated access rule of an endpoint, or None when there is none."""
    return FRAMEWORK.get(endpoint) or getattr(app.view_functions.get(endpoint), "access", None)


class _Sessions(SecureCookieSessionInterface):
    """Sessions in signed cookies. For who brings no cookie, which is nearly everybody, no signature is made ready."""

    # In place of Flask's SHA-1.
    digest_method = staticmethod(hashlib.sha256)

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        return super().open_session(app, request) if request.cookies else self.session_class()


def init_app(app: Flask) -> None:
    app.session_interface = _Sessions()
    app.before_request(_deny_by_default)
    app.after_request(_tell_refused)
    app.jinja_env.globals["signed_in"] = get_signed_in_or_none


def _deny_by_default() -> WerkzeugResponse | None:
    rule = rule_of(current_app, request.endpoint) if request.endpoint else PUBLIC
    if rule == PUBLIC:
        return None
    who = get_signed_in_or_none()
    if rule is not None and who is None and request.method in ("GET", "HEAD"):
        way_on = "accounts.show_set_up" if owes_second_step() else "accounts.show_sign_in"
        return redirect(url_for(way_on, next=request.full_path.removesuffix("?")))
    if rule is None or who is None or who.role not in rule:
        abort(403)
    return None


def _tell_refused(response: Response) -> Response:
    if response.status_code == 403:
        note_refusal()
    return response


def note_refusal() -> None:
    """Log that whoever is signed in asked for what is not theirs. The line has the number of their account alone."""
    who: SignedIn | None = g.get("signed_in")
    if who is not None:
        what = who.account_id, request.method, request.endpoint, request_id()
        current_app.logger.warning("Account %d was refused %s %s, request %s", *what, extra={"account": who.account_id})


# ---- the session


def start_session(account: Account, *, stepped_elsewhere: bool = False) -> None:
    """Sign someone in, in a session that takes nothing over from the one before, and note it in the journal.

    `stepped_elsewhere`: their provider asked them for a second step, and that counts here.
    """
    accounts.note_sign_in(account)
    renew_session(account)
    if stepped_elsewhere:
        session["stepped"] = True


def renew_session(account: Account) -> None:
    """Go on with someone who is signed in, in a new session: the old ones have ended."""
    session.clear()
    session.permanent = True
    key = sessions.begin_session(account.id, browser=sessions.browser_of(request.user_agent.string))
    session.update(account=account.id, epoch=account.session_epoch, key=key, since=accounts.now().timestamp())
    g.pop("signed_in", None)


def hold_session(account: Account, *, then: str) -> None:
    """Keep in mind who came with a good link and owes a code, and the page they asked for. They are not signed in."""
    session.clear()
    session["held"] = {
        "account": account.id,
        "epoch": account.session_epoch,
        "since": accounts.now().timestamp(),
        "then": then,
    }


def get_held_or_none() -> tuple[Account, str] | None:
    """Whoever owes a code, and the page they asked for; None when nobody does, or the link was too long ago."""
    held = session.get("held")
    if not held or accounts.now() - datetime.fromtimestamp(held["since"], tz=UTC) > CODE_WAITS:
        return None
    account = accounts.get_signed_in_or_none(held["account"], epoch=held["epoch"])
    return (account, held["then"]) if account else None


def session_key() -> str:
    """The key of this session, of whoever is signed in."""
    key: str = session["key"]
    return key


def end_session() -> None:
    session.clear()
    g.pop("signed_in", None)


def get_signed_in_or_none() -> SignedIn | None:
    """Whoever is signed in; nobody, while they owe a second step. The public, without a cookie, costs no query."""
    who = _who()
    return None if who and who.owes_second_step and request.endpoint not in SETTING_UP else who


def owes_second_step() -> bool:
    """Whether somebody has come in who has to set up a second step before anything else."""
    who = _who()
    return who is not None and who.owes_second_step


def is_second_step_required(role: Role) -> bool:
    return role in REQUIRED_OF[current_app.config["HUB_REQUIRE_SECOND_STEP"]]


def is_for_one_reader() -> bool:
    """Whether whoever is signed in was asked for while this answer was made: it is for their eyes."""
    return g.get("signed_in") is not None


def actor() -> SignedIn:
    """Whoever is signed in, in a view that only they can reach."""
    who = get_signed_in_or_none()
    if who is None:
        abort(403)
    return who


def _who() -> SignedIn | None:
    if "signed_in" not in g:
        g.signed_in = None  # the page that tells of a failing database asks again
        g.signed_in = _read_session()
    who: SignedIn | None = g.signed_in
    return who


def _read_session() -> SignedIn | None:
    if "account" not in session or "key" not in session:
        return None
    since = datetime.fromtimestamp(session["since"], tz=UTC)
    account = accounts.get_signed_in_or_none(session["account"], epoch=session["epoch"], key=session["key"])
    # The cookie is dated anew whenever it changes, so the hours are counted here.
    if account is None or accounts.now() - since > SESSION_LASTS:
        return None
    act_as(account.id)
    role = Role(account.role)
    has_none = is_second_step_required(role) and "stepped" not in session and not second_step.is_on(account.id)
    return SignedIn(
        account_id=account.id,
        name=account.name,
        email=account.email,
        role=role,
        until=since + SESSION_LASTS,
        owes_second_step=has_none,
    )
