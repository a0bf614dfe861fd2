"""How families say what they need: the phrases, what was done to them, and a place to try words."""

from flask import render_template, request

from hub_finder.access import staff
from hub_finder.area import current_area
from hub_finder.directory.phrases import find_changes, find_phrases, step_of
from hub_finder.directory.query import SearchQuery
from hub_finder.directory.search import find
from hub_finder.models.thesaurus import PhraseKind
from hub_finder.moderation import blueprint
from hub_finder.moderation.forms import PagedForm
from hub_finder.moderation.trying import LABELS, need_labels, told, try_words
from hub_finder.moderation.word_forms import TryForm, words_form

MOST_LISTINGS = 5


@blueprint.get("/words")
@staff
def list_phrases() -> str:
    form = words_form(request.args)
    found = None
    if form.validate():
        found = find_phrases(form.q.data or "", need=form.need.data or None, page=form.number)
    return render_template("moderation/list_phrases.html", form=form, found=found, kinds=PhraseKind)


@blueprint.get("/words/try")
@staff
def try_phrase() -> str:
    """What a family that types these words would be understood as, and find."""
    form = TryForm(request.args)
    tried, listings = None, []
    if form.validate() and form.said.data:
        tried = try_words([form.said.data])[0]
        query = SearchQuery(words=form.said.data, per_page=MOST_LISTINGS)
        page = find(query, area=current_area(), facets=False)
        listings = [*page.results, *page.without_a_place][:MOST_LISTINGS]
    return render_template("moderation/try_phrase.html", form=form, tried=tried, listings=listings)


@blueprint.get("/words/history")
@staff
def list_phrase_changes() -> str:
    form = PagedForm(request.args)
    form.validate()
    found = find_changes(page=form.number)
    needs = need_labels()
    steps = [(change, step_of(change)) for change in found.rows]
    return render_template(
        "moderation/list_phrase_changes.html",
        form=form,
        found=found,
        changes=[(change, step, told(step, needs)) for change, step in steps],
        labels=LABELS,
    )
