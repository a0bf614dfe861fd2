"""Asking for a link by mail. Nobody learns from it whether an address has an account."""

import secrets
from datetime import timedelta

from flask import Response as Answer
from flask import current_app, make_response, redirect, render_template, request, session, url_for
from flask_limiter import RequestLimit
from flask_wtf.csrf import CSRFError
from werkzeug import Response

from hub_finder import access, mail, web
from hub_finder.access import public
from hub_finder.accounts import blueprint
from hub_finder.accounts.forms import AskForm
from hub_finder.accounts.ways import home, own_path
from hub_finder.directory import outbox
from hub_finder.directory.sign_in_links import LINK_MINUTES, TooManyAsked, ask_for_link
from hub_finder.extensions import db, limiter

# From one address: an office has several people behind one.
ASKS = "10 per minute;60 per hour"
NOT_OURS = "We could not check that this came from our page. Press the button again"
WAIT = "Many links were asked for from here in a short while. Wait a minute, then press the button again"
ASKED_OFTEN = "Many links were asked for with this address. Use the newest, or ask again in an hour"
SUBJECT = "Your link to sign in to {site}"
# It holds nothing that was typed: whoever typed the address may be a stranger.
BODY = """Someone, we think you, asked to sign in to {site} with this address.

Open this link to sign in:
{link}

It works once, in the next {minutes} minutes. It ends the links that you asked for before.

Was it not you? Then do nothing. Nobody gets in without this link, so do not pass it on.

Nobody reads replies to this message.
"""


@blueprint.get("/sign-in")
@public
def show_sign_in() -> str | Response:
    """A box for an address, or how to get a link where no mail is sent."""
    then = own_path(request.args.get("next"))
    if access.get_signed_in_or_none():
        return redirect(then or home())
    if "sent" in request.args:
        return render_template("accounts/show_sent.html", link_minutes=LINK_MINUTES)
    return _page(AskForm(), then)


def _ask_to_wait(_limit: RequestLimit) -> Answer:
    response = make_response(_page_again(WAIT), 429)
    response.headers["Retry-After"] = "60"
    return response


@blueprint.post("/sign-in")
@limiter.limit(ASKS, on_breach=_ask_to_wait)
@public
def send_link() -> Response | tuple[str, int]:
    """Put a link into the outbox if the address has an account; whether it has, nothing of the answer depends on."""
    form, then = AskForm(request.form), own_path(request.form.get("next"))
    if not mail.can_send():
        return redirect(url_for("accounts.show_sign_in", next=then or None), 303)
    if not form.validate():
        return _page(form, then), 400
    browser = session.setdefault("browser", secrets.token_urlsafe(16))
    try:
        secret, is_known = ask_for_link(form.email.data, browser=browser, key=current_app.config["SECRET_KEY"])
    except TooManyAsked:
        db.session.rollback()
        return _page_again(ASKED_OFTEN), 429
    _write(form.email.data, secret, is_known=is_known)
    db.session.commit()
    session["then"] = then
    return redirect(url_for("accounts.show_sign_in", sent=1), 303)


@blueprint.errorhandler(CSRFError)
def _show_form_again(error: CSRFError) -> Response:
    """The form with what was typed, when its token is missing or not ours; else the usual page."""
    if request.endpoint != "accounts.send_link":
        return make_response(web.show_error(error))
    return make_response(_page_again(NOT_OURS), 400)


def _write(email: str, secret: str, *, is_known: bool) -> None:
    link = web.public_url("accounts.show_link", token=secret)
    body = BODY.format(site=web.SITE_NAME, link=link, minutes=LINK_MINUTES)
    ends_at = outbox.now() + timedelta(minutes=LINK_MINUTES)
    with db.session.begin_nested() as written:
        outbox.post(email, subject=SUBJECT.format(site=web.SITE_NAME), body=body, good_until=ends_at)
        # Written for nobody as well, and taken back, so that it takes as long.
        if not is_known:
            written.rollback()


def _page_again(why: str) -> str:
    form = AskForm(request.form)
    form.email.errors = [why]
    return _page(form, own_path(request.form.get("next")))


def _page(form: AskForm, then: str) -> str:
    return render_template(
        "accounts/show_sign_in.html",
        form=form,
        then=then,
        can_send=mail.can_send(),
        left="left" in request.args,
        link_minutes=LINK_MINUTES,
    )
