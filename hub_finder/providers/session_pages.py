"""One pattern of days and hours on each page, read back in words before it is kept."""

from flask import redirect, render_template, request, url_for
from werkzeug import Response

from hub_finder import access
from hub_finder.access import signed_in
from hub_finder.directory.days import day_labels
from hub_finder.directory.submissions import write
from hub_finder.extensions import db
from hub_finder.models.submissions import Submission
from hub_finder.providers import blueprint
from hub_finder.providers.drafts import draft_of, is_place
from hub_finder.providers.part_pages import OVERTAKEN
from hub_finder.providers.parts import BY_SLUG
from hub_finder.providers.sessions import (
    OFTEN,
    SEASONS,
    WEEKS,
    SessionForm,
    choices_of,
    empty_form,
    entries,
    form_of,
    line_of,
    only_place,
    put,
    read_form,
    take_away,
    told,
)
from hub_finder.providers.writing import get_or_404, is_editable, not_now, open_to_write, shown_again_at, stamp_of

WHEN = BY_SLUG["when"]


@blueprint.get("/submissions/<reference>/when/<int:number>")
@signed_in
def show_session(reference: str, number: int) -> str | Response:
    """A pattern of the listing; a number after the last is one more."""
    submission = get_or_404(reference)
    if not is_editable(submission):
        return not_now(submission)
    return _page(submission, number, _stored(submission, number))


@blueprint.post("/submissions/<reference>/when/<int:number>")
@signed_in
def write_session(reference: str, number: int) -> str | Response | tuple[str, int]:
    submission, is_overtaken = open_to_write(reference, WHEN)
    if not is_editable(submission):
        return not_now(submission)
    draft, todo = draft_of(submission.rows), request.form.get("do", "")
    form = read_form(request.form)
    if is_overtaken:
        return _page(submission, number, form, why=OVERTAKEN), 409
    if todo == "remove":
        take_away(draft, number)
    elif form.schedule is None:
        db.session.rollback()
        return _page(submission, number, form), 400
    elif todo == "read":
        db.session.rollback()
        return _page(submission, number, form)
    else:
        place = form.values["place"]
        chosen = int(place) if place in choices_of(draft) and place else None
        put(draft, number, line_of(form.schedule), only_place(draft) if chosen is None else chosen)
    write(submission, actor=access.actor(), rows=draft.rows(), part=WHEN.slug)
    db.session.commit()
    if todo == "more":
        following = len(entries(draft_of(submission.rows)))
        return redirect(url_for("providers.show_session", reference=reference, number=following), 303)
    return redirect(url_for("providers.show_part", reference=reference, slug=WHEN.slug), 303)


@shown_again_at("providers.write_session")
def _session_again(why: str) -> str:
    given = request.view_args or {}
    return _page(get_or_404(given["reference"]), given["number"], read_form(request.form), why=why)


def _stored(submission: Submission, number: int) -> SessionForm | None:
    draft = draft_of(submission.rows)
    known = entries(draft)
    if number >= len(known):
        return empty_form()
    at, text = known[number]
    try:
        return form_of(text, at if is_place(draft.places[at]) else None)
    except ValueError:
        return None


def _page(submission: Submission, number: int, form: SessionForm | None, *, why: str = "") -> str:
    """The boxes; for a pattern that they cannot say, its words and a way to take it away."""
    draft = draft_of(submission.rows)
    known = entries(draft)
    return render_template(
        "providers/show_session.html",
        submission=submission,
        number=number,
        form=form or empty_form(),
        fits=form is not None,
        now=told(known[number][1]) if number < len(known) else "",
        often=OFTEN,
        days=day_labels(),
        weeks=WEEKS,
        seasons=SEASONS,
        places=choices_of(draft),
        why=why,
        shown=stamp_of(submission, WHEN),
    )
