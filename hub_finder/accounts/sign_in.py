"""Signing in with a link that works once, and out again."""

import re

from flask import redirect, render_template, request, url_for
from werkzeug import Response

from hub_finder import access
from hub_finder.access import public, signed_in
from hub_finder.accounts import blueprint
from hub_finder.directory import accounts
from hub_finder.directory.accounts import LINK_MINUTES, LinkEnded
from hub_finder.extensions import db, limiter

# From one address. A person needs one; a guess at a link has one chance in 2 to the power of 256.
TRIES = "10 per minute"
OWN_PATH = re.compile(r"/(?![/\\])[!-\[\]-~]*", re.ASCII)


@blueprint.get("/sign-in")
@public
def show_sign_in() -> str | Response:
    """How to get a link. It never says whether an address has an account."""
    then = own_path(request.args.get("next"))
    if access.get_signed_in_or_none():
        return redirect(then or home())
    return render_template(
        "accounts/show_sign_in.html", then=then, left="left" in request.args, link_minutes=LINK_MINUTES
    )


@blueprint.get("/sign-in/<token>")
@limiter.limit(TRIES)
@public
def show_link(token: str) -> str | tuple[str, int]:
    """Who will be signed in, and a button: a program that follows links in mail does not use this one up."""
    try:
        account = accounts.get_account_of_link(token)
    except LinkEnded:
        return _ended()
    then = own_path(request.args.get("next"))
    return render_template("accounts/show_link.html", account=account, token=token, then=then)


@blueprint.post("/sign-in/<token>")
@limiter.limit(TRIES)
@public
def sign_in(token: str) -> Response | tuple[str, int]:
    try:
        account = accounts.use_link(token)
    except LinkEnded:
        db.session.rollback()
        return _ended()
    access.start_session(account)
    db.session.commit()
    return redirect(own_path(request.form.get("next")) or home(), 303)


@blueprint.post("/sign-out")
@signed_in
def sign_out() -> Response:
    """End the session here and everywhere: a copy of the cookie is worth nothing afterwards."""
    accounts.end_sessions(access.actor().account_id)
    db.session.commit()
    access.end_session()
    return redirect(url_for("accounts.show_sign_in", left=1), 303)


def own_path(text: str | None) -> str:
    """A path of this site that someone may be sent to after signing in; "" for everything else."""
    return text if text and OWN_PATH.fullmatch(text) else ""


def home() -> str:
    """Where someone's work begins."""
    who = access.get_signed_in_or_none()
    return url_for("moderation.show_start" if who and who.is_staff else "finder.show_start")


def _ended() -> tuple[str, int]:
    return render_template("accounts/show_ended_link.html", link_minutes=LINK_MINUTES), 410
