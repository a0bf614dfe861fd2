"""The reader's own list of listings: put together, put in order, compared. No account, and nothing of it kept here."""

from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from flask import abort, current_app, jsonify, make_response, redirect, render_template, request, url_for
from werkzeug import Response
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from hub_finder.access import public
from hub_finder.directory.shortlist import MOST, BadCode, ListFull, Uids, joined, moved, pack, unpack, without
from hub_finder.directory.whereabouts import Whereabouts, find_uids, find_whereabouts
from hub_finder.finder import blueprint
from hub_finder.finder.kept import LASTS_DAYS, keep, shortlist
from hub_finder.forgery import sent_from_here
from hub_finder.languages import _, n_
from hub_finder.unsaved import keeps_nothing
from hub_finder.web import page_url

# How many can be compared: each is a column of a table.
FEWEST_SIDE_BY_SIDE, MOST_SIDE_BY_SIDE = 2, 4


@blueprint.get("/shortlist")
@public
def show_shortlist() -> str:
    return list_page(find_whereabouts(shortlist()))


def list_page(
    listed: Whereabouts, *, problem: str = "", field: str = "main", ticked: Sequence[str] = (), cleared: str = ""
) -> str:
    """The page of the reader's list; `problem` is told at its top and leads to a field, `cleared` is a way back."""
    return render_template(
        "finder/show_shortlist.html",
        listed=listed,
        problem=problem,
        field=field,
        ticked=ticked,
        cleared=cleared,
        most=MOST,
        days=LASTS_DAYS,
    )


@blueprint.post("/shortlist/add")
@public
@keeps_nothing
@sent_from_here
def add_to_shortlist() -> Response:
    slug = request.form.get("service", "")
    uids = find_uids([slug])
    if not uids:
        abort(404)
    return _change(slug, lambda kept: joined(kept, find_whereabouts(uids).uids), _("In your list now."))


@blueprint.post("/shortlist/remove")
@public
@keeps_nothing
@sent_from_here
def remove_from_shortlist() -> Response:
    slug = request.form.get("service", "")
    return _change(slug, lambda kept: without(kept, _uid_of(slug)), _("Taken out of your list."))


@blueprint.post("/shortlist/move")
@public
@keeps_nothing
@sent_from_here
def move_in_shortlist() -> Response:
    slug, up = request.form.get("service", ""), request.form.get("to") == "up"
    said = _("Moved up.") if up else _("Moved down.")
    return _change(slug, lambda kept: moved(kept, _uid_of(slug), by=-1 if up else 1), said)


def _uid_of(slug: str) -> str:
    return next(iter(find_uids([slug])), "")


def _change(slug: str, change: Callable[[Uids], Uids], said: str) -> Response:
    """Keep the changed list, and go back to where the button was; a script is told in JSON what became of it.

    With a change, listings that were merged give way to those that they are part of now.
    """
    listed = find_whereabouts(shortlist())
    try:
        uids = change(listed.uids)
    except ListFull:
        return _refuse(listed)
    count = n_("Your list has %(num)s.", "Your list has %(num)s.", len(uids)) if uids else _("Your list is empty.")
    if _wants_json():
        return keep(jsonify(count=len(uids), said=f"{said} {count}"), uids)
    return keep(redirect(_way_back(slug), 303), uids)


def _refuse(listed: Whereabouts) -> Response:
    full = n_(
        "Your list is full: it can hold %(num)s. Take one out to make room.",
        "Your list is full: it can hold %(num)s. Take one out to make room.",
        MOST,
    )
    if _wants_json():
        return make_response(jsonify(count=len(listed.uids), said=full), 409)
    return make_response(list_page(listed, problem=full), 409)


def _wants_json() -> bool:
    return request.accept_mimetypes.best == "application/json"


def _way_back(slug: str) -> str:
    """The page of ours that the form was sent from, at the button that was pressed; else the list."""
    came_from = urlsplit(request.referrer or "")
    address = page_url("finder.show_shortlist")
    if came_from.netloc == request.host and _can_be_opened(came_from.path):
        # In full, so that a path that begins with two strokes is no other host.
        query = f"?{came_from.query}" if came_from.query else ""
        address = f"{request.host_url.rstrip('/')}{came_from.path}{query}"
    return f"{address}#keep-{slug}"


def _can_be_opened(path: str) -> bool:
    try:
        current_app.create_url_adapter(request).match(path.removeprefix(request.script_root), method="GET")  # type: ignore[union-attr]
    except (HTTPException, RequestRedirect):
        return False
    return True


@blueprint.post("/shortlist/clear")
@public
@keeps_nothing
@sent_from_here
def clear_shortlist() -> Response:
    """Empty the list, here and in what the browser keeps for when there is no signal. This one page has a way back."""
    before = shortlist()
    response = keep(make_response(), ())
    response.set_data(list_page(find_whereabouts(()), cleared=pack(before) if before else ""))
    response.headers["Cache-Control"] = "no-store"
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@blueprint.post("/shortlist/keep")
@public
@keeps_nothing
@sent_from_here
def keep_shared() -> Response:
    """Make a list that was sent one's own: in place of the reader's list, or at its end."""
    try:
        sent = find_whereabouts(unpack(request.form.get("list", ""))).uids
    except BadCode:
        abort(400)
    listed = find_whereabouts(shortlist())
    try:
        uids = sent if request.form.get("how") == "replace" else joined(listed.uids, sent)
    except ListFull:
        problem = _(
            "Your list has %(own)s. With the %(sent)s of the other one there would be over %(most)s. "
            "Nothing was added.",
            own=len(listed.uids),
            sent=len(sent),
            most=MOST,
        )
        return make_response(list_page(listed, problem=problem), 409)
    return keep(redirect(url_for("finder.show_shortlist"), 303), uids)


@blueprint.get("/shortlist/compare")
@public
def compare() -> str:
    slugs = list(dict.fromkeys(request.args.getlist("service")))
    services = find_whereabouts(find_uids(slugs[: MOST + 1])).running
    if not FEWEST_SIDE_BY_SIDE <= len(services) <= MOST_SIDE_BY_SIDE:
        problem = _("Tick %(fewest)s to %(most)s places to compare", fewest=FEWEST_SIDE_BY_SIDE, most=MOST_SIDE_BY_SIDE)
        return list_page(find_whereabouts(shortlist()), problem=problem, field="compare", ticked=slugs)
    return render_template("finder/compare.html", services=services)
