"""Putting a listing back as it was before something that was done to it, after a look at what that changes."""

from flask import abort, flash, render_template, request
from werkzeug import Response

from hub_finder import access
from hub_finder.access import staff
from hub_finder.area import current_area
from hub_finder.directory.history import CannotRestore, find_history, restore
from hub_finder.directory.listings import compare_rows, rows_of, stamp_of
from hub_finder.directory.records import listing_of
from hub_finder.directory.vocabulary import load_vocabulary
from hub_finder.extensions import db
from hub_finder.models.history import EventKind
from hub_finder.models.services import Service
from hub_finder.moderation import blueprint
from hub_finder.moderation.fields import LABELS
from hub_finder.moderation.listings import back_to, get_or_404


@blueprint.get("/listings/<slug>/restore/<int:number>")
@staff
def show_restore(slug: str, number: int) -> str:
    return _page(get_or_404(slug), number)


@blueprint.post("/listings/<slug>/restore/<int:number>")
@staff
def put_back(slug: str, number: int) -> Response | tuple[str, int]:
    service = get_or_404(slug, to_change=True)
    if request.form.get("shown") != stamp_of(rows_of(listing_of(service))):
        why = "Someone changed the listing since you opened this page. Look again at what would change."
        return _page(service, number, why=why), 409
    needs, vocabulary = load_vocabulary(current_area())
    try:
        outcome = restore(service, number, needs=needs, vocabulary=vocabulary, actor=access.actor().name)
    except CannotRestore as error:
        return _page(service, number, why=str(error)), 409
    db.session.commit()
    flash("Nothing changed: it is like that now." if outcome == "unchanged" else "The listing is as it was before.")
    return back_to(slug)


def _page(service: Service, number: int, *, why: str | None = None) -> str:
    step = next((step for step in find_history(service) if step.number == number), None)
    if step is None or step.event.record is None:
        abort(404)
    stored = rows_of(listing_of(service))
    return render_template(
        "moderation/show_restore.html",
        service=service,
        step=step,
        kind=EventKind(step.event.kind),
        changes=compare_rows(stored, step.event.record),
        shown=stamp_of(stored),
        why=why,
        labels=LABELS,
    )
