"""Pairs of listings that may be the same, to be merged or kept apart."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug import Response

from hub_finder import access
from hub_finder.access import staff
from hub_finder.directory.duplicates import mark_different
from hub_finder.directory.stock import find_named, hold
from hub_finder.extensions import db
from hub_finder.moderation import blueprint
from hub_finder.moderation.candidates import MOST_AT_ONCE, find_candidates, likely
from hub_finder.moderation.forms import PagedForm
from hub_finder.moderation.listings import get_or_404


@blueprint.get("/duplicates")
@staff
def list_duplicates() -> str:
    form = PagedForm(request.args)
    form.validate()
    found = find_candidates()
    cut = form.cut(found or [])
    return render_template(
        "moderation/list_duplicates.html",
        form=form,
        candidates=cut.shown,
        named=find_named({slug for one in cut.shown for slug in (one.first, one.second)}),
        likely=likely,
        most=MOST_AT_ONCE if found is None else None,
        total=len(found or ()),
        page=cut.page,
        pages=cut.pages,
    )


@blueprint.post("/duplicates/different")
@staff
def keep_apart() -> Response:
    """Note that two only look alike, and go back to the page of the list that was open."""
    slugs = [request.form.get(name, "") for name in ("first", "second")]
    hold(*slugs)
    one, other = map(get_or_404, slugs)
    try:
        mark_different(one, other, actor=access.actor().name)
    except ValueError as error:
        flash(f"{error} Nothing was changed.")
    else:
        db.session.commit()
        flash(f"{one.name} and {other.name} are kept apart. They are not shown as a pair again.")
    form = PagedForm(request.form)
    form.validate()
    return redirect(url_for("moderation.list_duplicates", page=form.number if form.number > 1 else None), 303)
