"""Correcting a listing. It is no check: who mends a typo has not asked whether the rest is right."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import flash, render_template, request
from werkzeug import Response

from hub_finder import access
from hub_finder.access import staff
from hub_finder.area import Area, current_area
from hub_finder.directory.columns import GROUPS, REPEATED
from hub_finder.directory.history import find_history
from hub_finder.directory.listings import Row, compare_rows, parse_listing, rows_of, stamp_of
from hub_finder.directory.records import listing_of
from hub_finder.directory.saving import save_listing
from hub_finder.directory.vocabulary import load_vocabulary
from hub_finder.extensions import db
from hub_finder.models.history import Event
from hub_finder.models.services import Service
from hub_finder.moderation import blueprint
from hub_finder.moderation.drafts import (
    Draft,
    box,
    draft_of,
    messages,
    read_draft,
    rows_of_draft,
    without_blanks,
)
from hub_finder.moderation.fields import HINTS, LABELS, SECTIONS, choices_of, is_long
from hub_finder.moderation.listings import back_to, get_or_404
from hub_finder.uploads import read_sent_picture, takes_files


@blueprint.get("/listings/<slug>/edit")
@staff
def show_edit(slug: str) -> str:
    service = get_or_404(slug)
    stored = rows_of(listing_of(service))
    return _page(service, draft_of(stored), stored)


@blueprint.post("/listings/<slug>/edit")
@staff
@takes_files
def edit(slug: str) -> str | Response | tuple[str, int]:
    get_or_404(slug)
    picture = read_sent_picture()
    db.session.commit()
    service = get_or_404(slug, to_change=True)
    stored = rows_of(listing_of(service))
    draft = read_draft(request.form, stored)
    picture.put_into(draft.single)
    if added := added_entry(draft):
        return _page(service, draft, stored, shown=_shown(), focus=added)
    draft = without_blanks(draft)
    rows = rows_of_draft(draft, stored)
    needs, vocabulary = load_vocabulary(current_area())
    listing, problems = parse_listing(rows, vocabulary)
    wrong = {box("picture"): picture.error} if picture.error else {}
    if listing is None or wrong:
        return _page(service, draft, stored, shown=_shown(), errors={**messages(problems, rows), **wrong})
    if _shown() != stamp_of(stored):
        return _page(service, draft, stored, moved=compare_rows(stored, rows)), 409
    outcome = save_listing(listing, needs, actor=access.actor().name, note="Corrected")
    db.session.commit()
    flash("Nothing was different, so nothing was changed." if outcome == "unchanged" else "Your changes are saved.")
    return back_to(slug)


def added_entry(draft: Draft) -> str | None:
    """Add an empty entry where a button asked for one; returns the name of its first box."""
    for group in REPEATED:
        if request.form.get("add") == group:
            draft.entries[group].append(dict.fromkeys(GROUPS[group], ""))
            return box(GROUPS[group][0], len(draft.entries[group]) - 1)
    return None


def boxes_for(area: Area) -> dict[str, Any]:
    """What the template of the boxes asks for, whatever is edited in them."""
    return {
        "sections": SECTIONS,
        "labels": LABELS,
        "hints": HINTS,
        "choices": {name: choices_of(name, area) for name in LABELS},
        "long": {name for name in LABELS if is_long(name)},
        "box": box,
        "needs": load_vocabulary(area)[0].values(),
    }


def _shown() -> str:
    """What stands for the listing as the page showed it."""
    return request.form.get("shown", "")


def _page(
    service: Service,
    draft: Draft,
    stored: Sequence[Row],
    *,
    shown: str | None = None,
    errors: Mapping[str, str] | None = None,
    moved: Sequence[tuple[str, str, str]] | None = None,
    focus: str | None = None,
) -> str:
    """The form. `moved` are the differences between what is stored now and what was typed, when someone was faster."""
    return render_template(
        "moderation/show_edit.html",
        service=service,
        draft=draft,
        shown=stamp_of(stored) if shown is None else shown,
        errors=errors or {},
        moved=moved,
        last=_last_event(service) if moved is not None else None,
        focus=focus,
        filling=boxes_for(current_area()),
    )


def _last_event(service: Service) -> Event | None:
    return next((step.event for step in find_history(service) if step.changes), None)
