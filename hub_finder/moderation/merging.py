"""Making one listing of two after a look at what comes of each field, and two of one again."""

from collections.abc import Mapping

from flask import flash, render_template, request
from werkzeug import Response

from hub_finder import access
from hub_finder.access import staff
from hub_finder.area import current_area
from hub_finder.directory.fields import LISTS
from hub_finder.directory.listings import rows_of, stamp_of
from hub_finder.directory.merging import (
    CannotMerge,
    Compared,
    compare_listings,
    merge,
    preview_merge,
    undo_merge,
)
from hub_finder.directory.records import listing_of
from hub_finder.directory.stock import hold
from hub_finder.directory.vocabulary import load_vocabulary
from hub_finder.extensions import db
from hub_finder.models.services import Service
from hub_finder.moderation import blueprint
from hub_finder.moderation.fields import LABELS, SECTIONS, in_words
from hub_finder.moderation.listings import back_to, get_or_404

NAMED = LABELS | {section.group: section.title for section in SECTIONS if section.group}
_CHOICE = "choice-"
_OTHER = {"keep": "lose", "lose": "keep"}


@blueprint.get("/duplicates/compare")
@staff
def show_merge() -> str:
    keep, lose = (get_or_404(request.args.get(name, "")) for name in ("keep", "lose"))
    return _page(keep, lose, {})


@blueprint.post("/duplicates/compare")
@staff
def merge_listings() -> str | Response | tuple[str, int]:
    """Merge, or show what would come of what is chosen now ("look"), or of the other staying ("swap")."""
    slugs = [request.form.get(name, "") for name in ("keep", "lose")]
    hold(*slugs)
    keep, lose = map(get_or_404, slugs)
    choices = {name.removeprefix(_CHOICE): text for name, text in request.form.items() if name.startswith(_CHOICE)}
    shown = request.form.get("shown", "")
    if "swap" in request.form:
        return _page(lose, keep, {name: _OTHER.get(choice, choice) for name, choice in choices.items()}, shown=shown)
    if "look" in request.form:
        return _page(keep, lose, choices, shown=shown)
    if shown != _stamp(keep, lose):
        why = "Someone changed one of them since you opened this page. Look again: your choices are kept."
        return _page(keep, lose, choices, why=why), 409
    needs, vocabulary = load_vocabulary(current_area())
    try:
        done = merge(keep, lose, choices, needs=needs, vocabulary=vocabulary, actor=access.actor().name)
    except CannotMerge as error:
        db.session.rollback()
        return _page(keep, lose, choices, why=str(error)), 409
    db.session.commit()
    flash(f"{lose.name} is part of this listing now.")
    for name, text in done.left_out:
        flash(f"This found no room: {NAMED[name]}: {text}")
    return back_to(keep.slug)


@blueprint.post("/listings/<slug>/undo-merge")
@staff
def undo_merging(slug: str) -> Response:
    service = get_or_404(slug)
    needs, vocabulary = load_vocabulary(current_area())
    try:
        undone = undo_merge(service, needs=needs, vocabulary=vocabulary, actor=access.actor().name)
    except CannotMerge as error:
        db.session.rollback()
        flash(f"{error} Nothing was changed.")
        return back_to(slug)
    db.session.commit()
    flash(f"It is no longer part of {undone.winner}.")
    for stayed, name in undone.stayed:
        flash(f"{NAMED[name]} of {stayed} was edited since the merge, so it stays as it is.")
    return back_to(slug)


def _stamp(one: Service, other: Service) -> str:
    """What stands for both as the page showed them, whichever of them stays."""
    first, second = sorted((one, other), key=lambda service: service.slug)
    return stamp_of([*rows_of(listing_of(first)), *rows_of(listing_of(second))])


def _page(
    keep: Service, lose: Service, choices: Mapping[str, str], *, why: str | None = None, shown: str | None = None
) -> str:
    """Field by field; without any fields where no choice would help, or there is no such choice."""
    comparison = None
    try:
        comparison = compare_listings(keep, lose, choices)
        preview_merge(keep, lose, choices, vocabulary=load_vocabulary(current_area())[1])
    except CannotMerge as error:
        why = why or str(error)
    fields = comparison.fields if comparison else ()
    return render_template(
        "moderation/show_merge.html",
        keep=keep,
        lose=lose,
        why=why,
        is_possible=comparison is not None,
        parts=[
            ("They say different things", [one for one in fields if _disagrees(one)]),
            ("Put together, or filled in", [one for one in fields if not _disagrees(one)]),
        ],
        left_out=comparison.left_out if comparison else (),
        chosen={one.name: choices.get(one.name, "both" if one.name in LISTS else one.choice) for one in fields},
        shown=_stamp(keep, lose) if shown is None else shown,
        named=NAMED,
        told=_told,
        prefix=_CHOICE,
    )


def _disagrees(field: Compared) -> bool:
    return field.is_conflict and "both" not in field.options


def _told(column: str, text: str) -> str:
    return in_words(column, text, current_area()) if column in LABELS else text
