"""A list for someone else, or for later: by link and QR code, on paper, in a message, by mail, without a signal."""

from dataclasses import replace
from urllib.parse import quote

import orjson
from flask import Response, current_app, make_response, redirect, render_template, request, url_for
from werkzeug import Response as WerkzeugResponse

from hub_finder import mail
from hub_finder.access import public
from hub_finder.config import ROOT
from hub_finder.directory import times
from hub_finder.directory.shortlist import MOST, BadCode, pack, unpack
from hub_finder.directory.whereabouts import Whereabouts, find_uids, find_whereabouts
from hub_finder.extensions import limiter
from hub_finder.finder import blueprint
from hub_finder.finder.kept import LASTS_DAYS, shortlist
from hub_finder.finder.messages import letter, short_text
from hub_finder.forgery import sent_from_here
from hub_finder.languages import ENGLISH, _, language
from hub_finder.qr import draw_qr
from hub_finder.transports import NotSent
from hub_finder.unsaved import keeps_nothing
from hub_finder.web import SITE_NAME, calendar, page_url, public_url

# From one address: as signing in, and not so many that a mailbox can be filled.
TRIES = "10 per minute;60 per day"


@blueprint.get("/shortlist/share")
@public
def show_sharing() -> str | WerkzeugResponse:
    return sharing_page(sent="sent" in request.args)


def sharing_page(*, sent: bool = False, address: str = "", problem: str = "") -> str | WerkzeugResponse:
    listed = find_whereabouts(shortlist())
    if not listed.running:
        return redirect(page_url("finder.show_shortlist"))
    link = _link_to(listed)
    text = short_text(listed.running, link)
    return render_template(
        "finder/show_sharing.html",
        services=listed.running,
        list_link=link,
        qr=draw_qr(link),
        text=text,
        # The two forms that phones know: the body of a text message, and that of a mail.
        sms=f"sms:?&body={quote(text)}",
        mailto=f"mailto:?subject={quote(_('Places that may help'))}&body={quote(text)}",
        can_send=mail.can_send(),
        sent=sent,
        address=address,
        problem=problem,
    )


def _link_to(listed: Whereabouts) -> str:
    return public_url("finder.show_shared", list=pack([service.uid for service in listed.running]))


@blueprint.post("/shortlist/email")
@limiter.limit(TRIES)
@public
@keeps_nothing
@sent_from_here
def send_shortlist() -> WerkzeugResponse:
    """Send the list to an address, which is then forgotten."""
    address = request.form.get("email", "").strip()
    listed = find_whereabouts(shortlist())
    if not mail.can_send() or not listed.running:
        return redirect(page_url("finder.show_shortlist"), 303)
    if not mail.is_address(address):
        problem = _("Enter an email address, like name@example.org")
        return make_response(sharing_page(address=address, problem=problem), 400)
    pages = [public_url("finder.show_service", slug=service.slug) for service in listed.running]
    text = letter(listed.running, _link_to(listed), pages, calendar(), SITE_NAME)
    try:
        mail.send(to=address, subject=_("Your list of places"), text=text)
    except NotSent as error:
        current_app.logger.error("A list was not sent: %s", error)
        problem = _("We could not send it just now. Try again in a few minutes, or use the link")
        return make_response(sharing_page(address=address, problem=problem), 503)
    return redirect(url_for("finder.show_sharing", sent=1, _anchor="email-title"), 303)


@blueprint.get("/shortlist/shared")
@public
def show_shared() -> str | tuple[str, int]:
    """A list that was sent: by its code, or by the slugs of listings, which anyone can write."""
    try:
        listed = _asked_for()
    except BadCode:
        return render_template("finder/show_bad_link.html"), 404
    return render_template(
        "finder/show_shared.html",
        listed=listed,
        code=pack(listed.uids),
        own=len(shortlist()),
        same=listed.uids == shortlist(),
        days=LASTS_DAYS,
    )


def _asked_for() -> Whereabouts:
    if "list" in request.args:
        return find_whereabouts(unpack(request.args["list"]))
    slugs = {slug: None for slug in request.args.get("services", "").split(",") if slug}
    uids = find_uids(list(slugs)) if len(slugs) <= MOST else ()
    if not uids:
        raise BadCode(request.args.get("services", ""))
    listed = find_whereabouts(uids)
    return replace(listed, lost=listed.lost + len(slugs) - len(uids))


@blueprint.get("/shortlist/print")
@public
def print_shortlist() -> str | WerkzeugResponse:
    """A sheet of paper: about ten listings fit on one side of A4."""
    services = find_whereabouts(shortlist()).running
    if not services:
        return redirect(page_url("finder.show_shortlist"))
    codes = [draw_qr(public_url("finder.show_service", slug=service.slug)) for service in services]
    return render_template(
        "finder/print_shortlist.html",
        entries=list(zip(services, codes, strict=True)),
        large=request.args.get("size") == "large",
        today=times.now().date(),
    )


@blueprint.get("/service-worker.js")
@public
def show_service_worker() -> Response:
    """The program that opens the list without a signal. From here, since it may only look after what lies below it."""
    program = (ROOT / "static/js/service-worker.js").read_text(encoding="utf-8")
    if language() != ENGLISH:
        # Note: stands behind "This is a copy of the page"; when is a day and an hour
        said = {"language": language(), "since": _(", from %(when)s")}
        program = f"self.hubFinder = {orjson.dumps(said).decode()};\n{program}"
    response = Response(program, mimetype="text/javascript")
    response.headers["Cache-Control"] = "no-cache"
    return response
