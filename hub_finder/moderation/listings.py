"""All stored listings, and each one as those who keep it see it."""

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug import Response

from hub_finder import access
from hub_finder.access import staff
from hub_finder.area import current_area
from hub_finder.directory import freshness
from hub_finder.directory.catalogue import ServiceNotFound
from hub_finder.directory.duplicates import find_duplicates_of
from hub_finder.directory.history import find_history
from hub_finder.directory.listings import rows_of
from hub_finder.directory.records import listing_of
from hub_finder.directory.standing import find_moves
from hub_finder.directory.stock import find_named, find_stored, get_stored, get_stored_to_change
from hub_finder.extensions import db
from hub_finder.models.history import EventKind
from hub_finder.models.services import Service, Status
from hub_finder.moderation import blueprint
from hub_finder.moderation.candidates import likely
from hub_finder.moderation.fields import LABELS, tell
from hub_finder.moderation.forms import SHOWN, StockForm

LATEST = 20


@blueprint.get("/listings")
@staff
def list_listings() -> str:
    form = StockForm(request.args)
    found = None
    if form.validate():
        found = find_stored(form.q.data, show=form.show.data or "all", page=form.number)
    return render_template("moderation/list_listings.html", form=form, shown=SHOWN, found=found, status=Status)


@blueprint.get("/listings/<slug>")
@staff
def show_listing(slug: str) -> str:
    service = get_or_404(slug)
    history = find_history(service)
    latest = history if "history" in request.args else history[:LATEST]
    others = {one.first if one.second == slug else one.second: one for one in find_duplicates_of(service)}
    return render_template(
        "moderation/show_listing.html",
        service=service,
        others=others,
        named=find_named(others),
        likely=likely,
        status=Status(service.status),
        state=freshness.state_now(service),
        limits=current_area().freshness,
        sections=tell(rows_of(listing_of(service)), current_area()),
        history=latest,
        older=len(history) - len(latest),
        kinds=EventKind,
        labels=LABELS,
        moves=find_moves(service),
    )


@blueprint.post("/listings/<slug>/check")
@staff
def mark_checked(slug: str) -> Response:
    service = get_or_404(slug, to_change=True)
    freshness.mark_checked(service, by=access.actor().name, on=freshness.today())
    db.session.commit()
    flash("You marked it as checked today.")
    return back_to(slug)


@blueprint.post("/listings/<slug>/unreachable")
@staff
def mark_unreachable(slug: str) -> Response:
    """Note that nobody could be reached. What was shown is sent back, so that a double click counts once."""
    service = get_or_404(slug, to_change=True)
    if request.form.get("times") != str(service.unreachable_times):
        flash("Someone has noted this since you opened the page. Nothing was changed.")
        return back_to(slug)
    freshness.mark_unreachable(service, by=access.actor().name)
    db.session.commit()
    flash("You noted that nobody could be reached.")
    return back_to(slug)


def get_or_404(slug: str, *, to_change: bool = False) -> Service:
    """The stored listing; with `to_change` nobody else changes it meanwhile."""
    try:
        return get_stored_to_change(slug) if to_change else get_stored(slug)
    except ServiceNotFound:
        abort(404)


def back_to(slug: str) -> Response:
    return redirect(url_for("moderation.show_listing", slug=slug), 303)
