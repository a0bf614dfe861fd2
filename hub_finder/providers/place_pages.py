"""One place on each page: its address, and the pin, which is moved by buttons, by numbers or on the map."""

from flask import redirect, render_template, request, url_for
from werkzeug import Response

from hub_finder import access
from hub_finder.access import signed_in
from hub_finder.area import current_area
from hub_finder.directory.submissions import write
from hub_finder.extensions import db
from hub_finder.mapping import map_of_point
from hub_finder.models.submissions import Submission
from hub_finder.providers import blueprint
from hub_finder.providers.drafts import blank, draft_of, is_place
from hub_finder.providers.part_pages import OVERTAKEN
from hub_finder.providers.parts import BY_SLUG
from hub_finder.providers.places import STEPS, WAYS, PlaceForm, read_place, settle_locality, slot_of
from hub_finder.providers.sessions import place_name
from hub_finder.providers.writing import get_or_404, is_editable, not_now, open_to_write, shown_again_at, stamp_of

WHERE = BY_SLUG["where"]


@blueprint.get("/submissions/<reference>/where/<int:number>")
@signed_in
def show_place(reference: str, number: int) -> str | Response:
    """A place of the listing; a number after the last is one more."""
    submission = get_or_404(reference)
    if not is_editable(submission):
        return not_now(submission)
    return _page(submission, number, _stored(submission, number))


@blueprint.post("/submissions/<reference>/where/<int:number>")
@signed_in
def write_place(reference: str, number: int) -> str | Response | tuple[str, int]:
    submission, is_overtaken = open_to_write(reference, WHERE)
    if not is_editable(submission):
        return not_now(submission)
    draft, area, todo = draft_of(submission.rows), current_area(), request.form.get("do", "")
    if is_overtaken:
        form = read_place(request.form, blank("place"), area)
        return _page(submission, number, form, why=OVERTAKEN), 409
    if draft.single["sensitive"]:
        return _to_places(submission)
    at = slot_of(draft, number)
    if todo == "remove":
        # What is on there goes on, at no one place.
        draft.places[at] |= {name: "" for name in draft.places[at] if name != "schedule"}
        form = PlaceForm(entry=draft.places[at])
    else:
        form = read_place(request.form, draft.places[at], area)
        draft.places[at] = form.entry
    settle_locality(draft, area)
    write(submission, actor=access.actor(), rows=draft.rows(), part=WHERE.slug)
    db.session.commit()
    if form.errors:
        return _page(submission, at, form), 400
    if todo == "find" or todo in WAYS:
        return redirect(url_for("providers.show_place", reference=reference, number=at, _anchor="pin"), 303)
    return _to_places(submission)


@shown_again_at("providers.write_place")
def _place_again(why: str) -> str:
    given = request.view_args or {}
    submission = get_or_404(given["reference"])
    known = _stored(submission, given["number"])
    return _page(submission, given["number"], read_place(request.form, known.entry, current_area()), why=why)


def _to_places(submission: Submission) -> Response:
    return redirect(url_for("providers.show_part", reference=submission.reference, slug=WHERE.slug), 303)


def _stored(submission: Submission, number: int) -> PlaceForm:
    places = draft_of(submission.rows).places
    return PlaceForm(entry=places[number] if number < len(places) else blank("place"))


def _page(submission: Submission, number: int, form: PlaceForm, *, why: str = "") -> str:
    here = is_place(form.entry)
    return render_template(
        "providers/show_place.html",
        submission=submission,
        number=number,
        form=form,
        entry=form.entry,
        is_new=not here,
        steps=STEPS,
        ways=list(WAYS),
        why=why,
        shown=stamp_of(submission, WHERE),
        map=map_of_point(place_name(form.entry), form.point) if form.point else None,
    )
