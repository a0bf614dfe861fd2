"""One link, one listing: what families read of it, and a button that says that it is right. Opening it does nothing."""

from dateutil.relativedelta import relativedelta
from flask import Response as Answer
from flask import make_response, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from werkzeug import Response

from hub_finder.access import public
from hub_finder.area import current_area
from hub_finder.directory import freshness
from hub_finder.directory.answering import (
    LinkOver,
    NoSuchLink,
    SeenOtherwise,
    confirm,
    get_asked_about,
    get_question,
    say_ended,
)
from hub_finder.directory.references import spoken
from hub_finder.extensions import db, limiter
from hub_finder.models.reminders import Reminder
from hub_finder.models.services import Service
from hub_finder.still_right import blueprint

# From one address. A guess at a link has one chance in 2 to the power of 256.
TRIES = "30 per minute"
NOT_OURS = "We could not check that this came from our page. Press the button again"
CHOOSE = "Press one of the buttons"
OTHERWISE = "Somebody has changed this since you opened the page. Look again: this is what families read now"

Page = str | Answer | tuple[str, int]


@blueprint.get("/<token>")
@limiter.limit(TRIES)
@public
def show_question(token: str) -> Page:
    """What is asked about, and the buttons: programs that follow the links of mails answer nothing."""
    try:
        question = get_question(token)
    except (NoSuchLink, LinkOver) as error:
        return _over(error)
    return _page(question, token)


@blueprint.post("/<token>")
@limiter.limit(TRIES)
@public
def answer(token: str) -> Page:
    said = request.form.get("answer")
    try:
        if said == "right":
            return _confirm(token)
        if said == "surely_ended":
            report = say_ended(token)
            db.session.commit()
            return render_template("still_right/show_ended.html", reference=spoken(report.reference))
        question = get_question(token)
    except (NoSuchLink, LinkOver) as error:
        db.session.rollback()
        return _over(error)
    if said == "ended":
        service, _stamp = get_asked_about(question)
        return render_template("still_right/ask_ended.html", service=service, token=token)
    return _page(question, token, why=CHOOSE), 400


def _confirm(token: str) -> Page:
    try:
        service = confirm(token, shown=request.form.get("shown", ""))
    except SeenOtherwise:
        db.session.rollback()
        return _page(get_question(token), token, why=OTHERWISE), 409
    db.session.commit()
    again_on = freshness.today() + relativedelta(months=current_area().freshness.due)
    return render_template("still_right/show_thanks.html", service=service, again_on=again_on)


@blueprint.errorhandler(CSRFError)
def _ask_again(_error: CSRFError) -> Response:
    """The page once more, when its token is missing or not ours: with a browser that was closed meanwhile, say."""
    token = (request.view_args or {})["token"]
    try:
        return make_response(_page(get_question(token), token, why=NOT_OURS), 400)
    except (NoSuchLink, LinkOver) as error:
        body, _code = _over(error)
        return make_response(body, 400)


@blueprint.after_request
def _keep_the_link_secret(response: Answer) -> Answer:
    """The address is the key: it goes to no other page, into no cache and into no search engine."""
    # Of this page's address only the site: the check of forms wants to see that.
    response.headers["Referrer-Policy"] = "strict-origin"
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _page(question: Reminder, token: str, *, why: str = "") -> str:
    service, stamp = get_asked_about(question)
    return render_template(
        "still_right/show_question.html",
        service=service,
        question=question,
        token=token,
        shown=stamp,
        way_to_change=_way_to_change(question, service),
        why=why,
    )


def _way_to_change(question: Reminder, service: Service) -> str:
    """Where somebody says what has changed: in a change of their own, or in a report where they have no account."""
    if question.account_id is not None:
        return url_for("providers.show_begin", service=service.slug)
    return url_for("finder.show_report_form", slug=service.slug)


def _over(error: NoSuchLink | LinkOver) -> tuple[str, int]:
    why = str(error.why) if isinstance(error, LinkOver) else ""
    return render_template("still_right/show_over.html", why=why), 410 if why else 404
