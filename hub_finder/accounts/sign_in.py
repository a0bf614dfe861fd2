"""Signing in with a link that works once, and out again."""

from flask import redirect, render_template, request, session, url_for
from werkzeug import Response

from hub_finder import access
from hub_finder.access import public, signed_in
from hub_finder.accounts import blueprint
from hub_finder.accounts.ways import let_in, own_path
from hub_finder.directory import accounts
from hub_finder.directory.sign_in_links import LINK_MINUTES, LinkEnded, get_link, use_link
from hub_finder.extensions import db, limiter

# From one address. A person needs one; a guess at a link has one chance in 2 to the power of 256.
TRIES = "10 per minute"


@blueprint.get("/sign-in/<token>")
@limiter.limit(TRIES)
@public
def show_link(token: str) -> str | tuple[str, int]:
    """Who will be signed in, and a button: a program that follows links in mail does not use this one up."""
    try:
        link = get_link(token)
    except LinkEnded:
        return _ended()
    is_here = link.was_asked_in(session.get("browser", ""))
    then = own_path(request.args.get("next") or (session.get("then") if is_here else None))
    return render_template("accounts/show_link.html", link=link, is_here=is_here, token=token, then=then)


@blueprint.post("/sign-in/<token>")
@limiter.limit(TRIES)
@public
def sign_in(token: str) -> Response | tuple[str, int]:
    try:
        account = use_link(token)
    except LinkEnded:
        db.session.rollback()
        return _ended()
    return let_in(account, then=own_path(request.form.get("next")))


@blueprint.post("/sign-out")
@signed_in
def sign_out() -> Response:
    """End the session here and everywhere: a copy of the cookie is worth nothing afterwards."""
    who = access.actor()
    accounts.sign_out_everywhere(who.account_id, by=who)
    db.session.commit()
    access.end_session()
    return redirect(url_for("accounts.show_sign_in", left=1), 303)


def _ended() -> tuple[str, int]:
    return render_template("accounts/show_ended_link.html", link_minutes=LINK_MINUTES), 410
