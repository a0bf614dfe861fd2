"""Undoing a change to a phrase, after a look at what that changes. It is a change itself, so it can be undone."""

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug import Response

from hub_finder import access
from hub_finder.access import staff
from hub_finder.directory.phrases import CannotKeep, PhraseNotFound, get_change, keep, step_back, step_of
from hub_finder.extensions import db
from hub_finder.models.thesaurus import PhraseChange
from hub_finder.moderation import blueprint
from hub_finder.moderation.adding_phrases import stamp_of_steps
from hub_finder.moderation.trying import LABELS, need_labels, told, try_words


@blueprint.get("/words/history/<int:number>")
@staff
def show_undo_phrase_change(number: int) -> str:
    return _page(_get_or_404(number))


@blueprint.post("/words/history/<int:number>")
@staff
def undo_phrase_change(number: int) -> Response | tuple[str, int]:
    change = _get_or_404(number)
    step = step_back(change)
    try:
        if step is None or request.form.get("shown") != stamp_of_steps([step]):
            raise CannotKeep("Someone changed it since you opened this page. Look again at what would change.")
        keep([step], actor=access.actor().name, undoes=change)
    except CannotKeep as error:
        db.session.rollback()
        return _page(_get_or_404(number), why=str(error)), 409
    db.session.commit()
    flash("It is undone. It counts from now on.")
    return redirect(url_for("moderation.list_phrase_changes"), 303)


def _get_or_404(number: int) -> PhraseChange:
    try:
        return get_change(number)
    except PhraseNotFound:
        abort(404)


def _page(change: PhraseChange, *, why: str | None = None) -> str:
    back = step_back(change)
    needs = need_labels()
    texts = [one.text for one in step_of(change) if one]
    return render_template(
        "moderation/show_undo_phrase_change.html",
        change=change,
        done=told(step_of(change), needs),
        differences_now=told(back, needs) if back else [],
        tried=try_words(texts, [back]) if back else [],
        shown=stamp_of_steps([back]) if back else "",
        labels=LABELS,
        why=why,
    )
