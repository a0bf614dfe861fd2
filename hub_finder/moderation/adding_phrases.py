"""Adding phrases to a need, after a look at what families' words would lead to with them."""

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from werkzeug import Response

from hub_finder import access
from hub_finder.access import staff
from hub_finder.directory.listings import stamp_of
from hub_finder.directory.phrases import CannotKeep, Step, keep
from hub_finder.extensions import db
from hub_finder.models.thesaurus import Phrase, PhraseKind
from hub_finder.moderation import blueprint
from hub_finder.moderation.trying import Tried, try_words
from hub_finder.moderation.word_forms import KINDS, AddForm, ChangeForm, WordingForm, add_form, check_same

BOTH = "Say that they truly mean both, or take them out"


@blueprint.get("/words/add")
@staff
def show_add_phrases() -> str:
    given = {name: request.args.get(name, "") for name in ("need", "phrases")}
    form = add_form(None, kind=PhraseKind.FAMILY, **given)
    if form.need.data not in form.need.choices:
        form.need.data = ""
    return _page(form)


@blueprint.post("/words/add")
@staff
def add_phrases() -> str | Response | tuple[str, int]:
    """Show what would come of it; once that was shown, and is the same, do it."""
    form = add_form(request.form)
    if not form.validate():
        return _page(form)
    steps = [Step(None, wording) for wording in form.wordings()]
    others = check_same(form, "phrases", steps)
    if not may_save(form, steps, others):
        return _page(form, steps=steps, others=others)
    try:
        count = keep(steps, actor=access.actor().name)
    except CannotKeep as error:
        db.session.rollback()
        return _page(form, steps=steps, others=others, why=str(error)), 409
    db.session.commit()
    flash(f"{count} {'phrase is' if count == 1 else 'phrases are'} added. They count from now on.")
    return redirect(url_for("moderation.list_phrases", need=form.need.data), 303)


def add_instead(form: ChangeForm) -> tuple[str, int]:
    """What was typed for a phrase that someone removed or moved meanwhile: it can still be added."""
    given = {name: form[name].data or "" for name in ("need", "kind", "said")}
    why = "Someone removed or moved this phrase since you opened the page. What you typed can still be added."
    return _page(add_form(None, phrases=form.phrase.data or "", **given), why=why), 409


def may_save(form: WordingForm, steps: Sequence[Step], others: Sequence[Phrase]) -> bool:
    """Whether this very change was looked at and is wanted, and nothing speaks against it."""
    wanted = "save" in request.form and not form.errors and form.shown.data == stamp_of_steps(steps)
    if wanted and others and not form.also.data:
        form.refuse("also", BOTH)
        return False
    return wanted


def stamp_of_steps(steps: Sequence[Step]) -> str:
    """What stands for a change that was shown."""
    return stamp_of([one._asdict() if one else {} for step in steps for one in step])


def try_steps(form: WordingForm, steps: Sequence[Step]) -> list[Tried]:
    """The words that staff wish to try and those of the phrases themselves, before and after."""
    if set(form.errors) - {"also"}:
        return []
    return try_words([form.said.data or "", *(one.text for step in steps for one in reversed(step) if one)], steps)


def _page(form: AddForm, *, steps: Sequence[Step] = (), others: Sequence[Phrase] = (), why: str | None = None) -> str:
    return render_template(
        "moderation/add_phrases.html",
        form=form,
        kinds=KINDS,
        others=others,
        tried=try_steps(form, steps),
        shown=stamp_of_steps(steps) if steps else "",
        why=why,
    )
