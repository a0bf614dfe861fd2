"""Asking for a link by mail. Nobody learns from it whether an address has an account."""

from flask import Response as Answer
from flask import make_response, redirect, render_template, request, url_for
from flask_limiter import RequestLimit
from flask_wtf.csrf import CSRFError
from werkzeug import Response

from hub_finder import access, late_forms, mail
from hub_finder.access import public
from hub_finder.accounts import blueprint
from hub_finder.accounts.forms import AskForm
from hub_finder.accounts.ways import home
from hub_finder.directory.sign_in_links import LINK_MINUTES, TooManyAsked
from hub_finder.extensions import db, limiter
from hub_finder.mailed_links import ASKED_OFTEN, ASKS, WAIT, mail_link, own_path

NOT_OURS = "We could not check that this came from our page. Press the button again"


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
    try:
        mail_link(form.email.data, then=then)
    except TooManyAsked:
        db.session.rollback()
        return _page_again(ASKED_OFTEN), 429
    db.session.commit()
    return redirect(url_for("accounts.show_sign_in", sent=1), 303)


@blueprint.errorhandler(CSRFError)
def _show_form_again(error: CSRFError) -> Response:
    """The form with what was typed, when its token is missing or not ours; else what was sent."""
    if request.endpoint != "accounts.send_link":
        return make_response(late_forms.show_unchecked(error))
    return make_response(_page_again(NOT_OURS), 400)


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
        left=request.args.get("left"),
        link_minutes=LINK_MINUTES,
    )
