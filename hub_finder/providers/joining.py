"""The way in for who runs a group: what will happen, whether they are here already, and an account by mail."""

from flask import Response as Answer
from flask import make_response, redirect, render_template, request, url_for
from flask_limiter import RequestLimit
from werkzeug import Response

from hub_finder import access, mail
from hub_finder.access import public
from hub_finder.area import current_area
from hub_finder.directory.organisation_search import LONGEST, find_organisations
from hub_finder.directory.sign_in_links import LINK_MINUTES, TooManyAsked
from hub_finder.extensions import db, limiter
from hub_finder.mailed_links import ASKED_OFTEN, ASKS, WAIT, mail_link, own_path
from hub_finder.parameters import tidy
from hub_finder.providers import blueprint
from hub_finder.providers.forms import JoinForm
from hub_finder.providers.writing import shown_again_at

# From one address: every name that is stored is looked through.
LOOKS = "30 per minute"


@blueprint.get("")
@public
def show_start() -> str:
    return render_template("providers/show_start.html", days=current_area().read_within_days)


@blueprint.get("/find")
@limiter.limit(LOOKS)
@public
def find_organisation() -> str:
    """Who is here already: nobody should list twice what is listed."""
    words = tidy(request.args.get("q"))[:LONGEST]
    found = find_organisations(words) if words else []
    return render_template(
        "providers/find_organisation.html", q=words, asked="q" in request.args, found=found, way_to=_way_to
    )


def _way_to(**chosen: str) -> str:
    """The address at which something is begun; who is not signed in gives an email address first."""
    begin: str = url_for("providers.show_begin", **chosen)  # type: ignore[arg-type]
    return begin if access.get_signed_in_or_none() else url_for("providers.show_join", next=begin)


@blueprint.get("/join")
@public
def show_join() -> str | Response:
    """Boxes for an address and a name: the account is made when the link in the mail is used."""
    then = own_path(request.args.get("next"))
    if access.get_signed_in_or_none():
        return redirect(then or url_for("providers.list_listings"))
    if "sent" in request.args:
        return render_template("providers/show_sent_link.html", link_minutes=LINK_MINUTES)
    return _page(JoinForm(), then)


def _ask_to_wait(_limit: RequestLimit) -> Answer:
    response = make_response(_join_again(WAIT), 429)
    response.headers["Retry-After"] = "60"
    return response


@blueprint.post("/join")
@limiter.limit(ASKS, on_breach=_ask_to_wait)
@public
def send_join_link() -> Response | tuple[str, int]:
    """Mail a link. Nothing of the answer depends on whether the address has an account."""
    form, then = JoinForm(request.form), own_path(request.form.get("next"))
    if not mail.can_send():
        return redirect(url_for("providers.show_join", next=then or None), 303)
    if not form.validate():
        return _page(form, then), 400
    try:
        mail_link(form.email.data, then=then or url_for("providers.list_listings"), joining=form.name.data)
    except TooManyAsked:
        db.session.rollback()
        return _join_again(ASKED_OFTEN), 429
    db.session.commit()
    return redirect(url_for("providers.show_join", sent=1), 303)


@shown_again_at("providers.send_join_link")
def _join_again(why: str) -> str:
    form = JoinForm(request.form)
    form.email.errors = [why]
    return _page(form, own_path(request.form.get("next")))


def _page(form: JoinForm, then: str) -> str:
    return render_template("providers/show_join.html", form=form, then=then, can_send=mail.can_send())
