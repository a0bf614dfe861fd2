"""One phrase: what it does, changing it, moving it to another need, and removing it."""

from collections.abc import Sequence

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug import Response

from hub_finder import access
from hub_finder.access import staff
from hub_finder.directory.phrases import CannotKeep, PhraseNotFound, Step, get_phrase, keep, wording_of
from hub_finder.extensions import db
from hub_finder.models.thesaurus import Phrase
from hub_finder.moderation import blueprint
from hub_finder.moderation.adding_phrases import add_instead, may_save, stamp_of_steps, try_steps
from hub_finder.moderation.trying import try_words
from hub_finder.moderation.word_forms import KINDS, ChangeForm, change_form, check_same

NOTHING = "Nothing was different, so nothing was changed."


@blueprint.get("/words/<int:number>")
@staff
def show_phrase(number: int) -> str:
    phrase = _get_or_404(number)
    return _page(phrase, change_form(None, need=phrase.need.slug, phrase=phrase.text, kind=phrase.kind))


@blueprint.post("/words/<int:number>")
@staff
def change_phrase(number: int) -> str | Response | tuple[str, int]:
    """Show what would come of it; once that was shown, and is the same, do it."""
    form = change_form(request.form)
    try:
        phrase = get_phrase(number)
    except PhraseNotFound:
        return add_instead(form)
    if not form.validate():
        return _page(phrase, form)
    steps = [Step(wording_of(phrase), form.wordings()[0])]
    if steps[0].before == steps[0].after:
        flash(NOTHING)
        return redirect(url_for("moderation.show_phrase", number=number), 303)
    others = check_same(form, "phrase", steps, own=phrase)
    if not may_save(form, steps, others):
        return _page(phrase, form, steps=steps, others=others)
    try:
        keep(steps, actor=access.actor().name)
    except CannotKeep as error:
        db.session.rollback()
        return _page(phrase, form, steps=steps, others=others, why=str(error)), 409
    db.session.commit()
    flash(f"“{form.phrase.data}” is changed. It counts from now on.")
    return redirect(url_for("moderation.list_phrases", need=form.need.data), 303)


@blueprint.post("/words/<int:number>/remove")
@staff
def remove_phrase(number: int) -> Response:
    phrase = _get_or_404(number)
    step = Step(wording_of(phrase), None)
    try:
        if request.form.get("shown") != stamp_of_steps([step]):
            raise CannotKeep("Someone changed it since you opened this page.")
        keep([step], actor=access.actor().name)
    except CannotKeep as error:
        db.session.rollback()
        flash(f"{error} Nothing was changed.")
        return redirect(url_for("moderation.show_phrase", number=number), 303)
    db.session.commit()
    flash(f"“{phrase.text}” is removed. You can undo it in the history.")
    return redirect(url_for("moderation.list_phrases", need=phrase.need.slug), 303)


def _get_or_404(number: int) -> Phrase:
    try:
        return get_phrase(number)
    except PhraseNotFound:
        abort(404)


def _page(
    phrase: Phrase,
    form: ChangeForm,
    *,
    steps: Sequence[Step] = (),
    others: Sequence[Phrase] = (),
    why: str | None = None,
) -> str:
    """The form; before anything is changed in it, what the phrase does as it stands."""
    removal = [Step(wording_of(phrase), None)]
    return render_template(
        "moderation/show_phrase.html",
        phrase=phrase,
        form=form,
        kinds=KINDS,
        others=others,
        tried=try_steps(form, steps) if steps else [],
        without=try_words([phrase.text], removal) if not steps else [],
        shown=stamp_of_steps(steps) if steps else "",
        removal=stamp_of_steps(removal),
        why=why,
    )
