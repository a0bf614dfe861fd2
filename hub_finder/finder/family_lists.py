"""A list that a practitioner made for a family: open to whoever has its link, and told whether it helped."""

from flask import Response as Answer
from flask import abort, make_response, redirect, render_template, request, url_for
from flask_limiter import RequestLimit
from flask_limiter.util import get_remote_address
from werkzeug import Response

from hub_finder.access import get_signed_in_or_none, public
from hub_finder.directory import times
from hub_finder.directory.family_lists import (
    ListNotFound,
    count_helped,
    count_opening,
    explained,
    get_handed_over,
    present,
)
from hub_finder.directory.whereabouts import Whereabouts
from hub_finder.extensions import db, limiter
from hub_finder.finder import blueprint
from hub_finder.forgery import sent_from_here
from hub_finder.languages import _
from hub_finder.models.signposting import FamilyList, Helped
from hub_finder.qr import draw_qr
from hub_finder.web import CannotRead, be_discreet, public_url

# From one address. A guess at a link has one chance in 2 to the power of 160.
TRIES = "30 per minute"
TAPS = "5 per minute;60 per hour"


@blueprint.get("/lists/<token>")
@limiter.limit(TRIES)
@public
def show_family_list(token: str) -> Answer:
    listed, now = _open(token, counts="thanks" not in request.args)
    return _secret(
        render_template(
            "finder/show_family_list.html",
            title=listed.title,
            words=explained(listed, now),
            ends_on=listed.ends_on,
            listed=now,
            token=token,
            answers=list(Helped),
            thanks=request.args.get("thanks", ""),
        )
    )


@blueprint.get("/lists/<token>/easy")
@limiter.limit(TRIES)
@public
def show_easy_family_list(token: str) -> Answer:
    listed, now = _open(token, counts="thanks" not in request.args)
    return _secret(
        render_template(
            "finder/easy/show_easy_family_list.html",
            title=listed.title,
            words=explained(listed, now),
            ends_on=listed.ends_on,
            listed=now,
            token=token,
            answers=list(Helped),
            thanks=request.args.get("thanks", ""),
        )
    )


@blueprint.get("/lists/<token>/print")
@limiter.limit(TRIES)
@public
def print_family_list(token: str) -> Answer:
    """A sheet of paper. What has ended stands on it as well, and says so."""
    listed, now = _open(token, counts=False)
    return _secret(
        render_template(
            "finder/print_family_list.html",
            title=listed.title,
            words=explained(listed, now),
            listed=now,
            token=token,
            large=request.args.get("size") == "large",
            today=times.now().date(),
            draw_page=lambda slug: draw_qr(public_url("finder.show_service", slug=slug)),
        )
    )


def _open(token: str, *, counts: bool) -> tuple[FamilyList, Whereabouts]:
    """A list as it is now; else the page that says that its link has ended. Who opens it is counted if a family."""
    listed = _get_or_none(token)
    if listed is None:
        abort(_secret((render_template("finder/show_ended_list.html"), 404)))
    if counts and request.method == "GET" and get_signed_in_or_none() is None:
        count_opening(listed)
        db.session.commit()
        listed = get_handed_over(token)
    now = present(listed)
    if any(one.service.sensitive or any(need.sensitive for need in one.service.needs) for one in now.found):
        be_discreet()
    return listed, now


@blueprint.post("/lists/<token>/helped")
@limiter.limit(TAPS)
@limiter.limit(
    "1 per day",
    key_func=lambda: _tap(),
    deduct_when=lambda response: response.status_code == 303,
    on_breach=lambda limit: _thank(limit),
)
@public
@sent_from_here
def say_whether_it_helped(token: str) -> Response:
    """One tap for a listing of the list. Nothing is kept of who tapped."""
    listed = _get_or_none(token)
    answer = request.form.get("answer", "")
    found = [one for one in present(listed).found if one.service.slug == request.form.get("service")] if listed else []
    if not found:
        abort(404)
    if answer not in list(Helped):
        raise CannotRead(_("“answer” must be one of: %(choices)s.", choices=", ".join(Helped)))
    count_helped(found[0].service.id, Helped(answer))
    db.session.commit()
    return _thank(None)


def _tap() -> str:
    """What may be tapped once a day: a listing of a list, from one address. Kept as a hash."""
    return f"{get_remote_address()} {request.path} {request.form.get('service', '')}"


def _thank(_limit: RequestLimit | None) -> Answer:
    """Back to the list in the form it was in, with thanks; also for who taps again, which is not counted."""
    slug, token = request.form.get("service", ""), (request.view_args or {})["token"]
    easy = request.form.get("form") == "easy"
    page = "finder.show_easy_family_list" if easy else "finder.show_family_list"
    address = url_for(page, token=token, thanks=slug, _anchor="thanks")
    return _secret(redirect(address, 303))


def _get_or_none(token: str) -> FamilyList | None:
    try:
        return get_handed_over(token)
    except ListNotFound:
        return None


def _secret(page: str | tuple[str, int] | Response) -> Answer:
    """The address is the key: it goes to no other page, into no cache and into no search engine."""
    response = make_response(page)
    # Of this page's address only the site: the check of forms wants to see that.
    response.headers["Referrer-Policy"] = "strict-origin"
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
