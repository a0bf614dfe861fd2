"""Search and one listing."""

from collections.abc import Sequence
from dataclasses import replace

from flask import abort, redirect, render_template, request, url_for
from werkzeug import Response as WerkzeugResponse

from hub_finder.access import public
from hub_finder.area import current_area
from hub_finder.counting import count_opening, count_search
from hub_finder.directory import times
from hub_finder.directory.catalogue import ServiceNotFound, get_known_service, get_winner_slug_or_none
from hub_finder.directory.contradictions import find_contradictions
from hub_finder.directory.days import either
from hub_finder.directory.freshness import state_now
from hub_finder.directory.needs import Understood, understand
from hub_finder.directory.query import SearchQuery
from hub_finder.directory.search import SearchPage, find, find_nearby, nearest_beyond
from hub_finder.directory.terms import Term
from hub_finder.directory.urgent import Urgent, recognise
from hub_finder.directory.vocabulary import find_terms
from hub_finder.directory.weeks import Timetable, find_timetable
from hub_finder.finder import blueprint
from hub_finder.finder.boxes import boxes_of, counts_of
from hub_finder.finder.narrowing import nothing_words, standing, tags, ways_out
from hub_finder.finder.nothing import find_closest, missing_url
from hub_finder.finder.weeks import first_monday, week_choices
from hub_finder.forms import SearchForm, asks_nothing, read_search
from hub_finder.languages import _
from hub_finder.listing_page import page_of
from hub_finder.mapping import map_of_results
from hub_finder.models.services import Service, Status
from hub_finder.said import said_bare
from hub_finder.taking_away import asked_again
from hub_finder.web import be_discreet, calendar

# How sure we must be of what the words mean before we say it.
SURE = 0.4


@blueprint.get("/search")
@public
def search() -> tuple[str, int]:
    area = current_area()
    if asks_nothing(request.args) and "postcode" not in request.args:
        return _results(SearchForm(request.args, area), None), 200
    read = read_search(request.args, area)
    urgent = recognise(read.form["q"].data, area=area)
    if read.query is None:
        return _results(read.form, urgent, suggestions=read.suggestions), 200
    by_day = read.form["view"].value == "timetable"
    # A timetable has no pages of its own, and shows no card.
    page = find(replace(read.query, page=1, per_page=1) if by_day else read.query, area=area)
    count_search(page, shown=not by_day, danger=urgent is not None)
    if by_day and page.total + page.total_without_a_place:
        timetable = find_timetable(page, area=area, monday=first_monday(read.form, page.query))
        return _results(read.form, urgent, page=page, timetable=timetable, heading=_heading(page, urgent)), 200
    if page.query.page > page.pages:
        return _results(read.form, urgent, page=page, heading=_("There is no page %(page)s", page=page.query.page)), 404
    beyond = None
    found = page.total + page.total_without_a_place
    if found and not page.total and page.query.within_miles is not None:
        beyond = nearest_beyond(page, area=area)
    return _results(read.form, urgent, page=page, beyond=beyond, heading=_heading(page, urgent)), 200


def _results(
    form: SearchForm,
    urgent: Urgent | None,
    *,
    page: SearchPage | None = None,
    beyond: SearchPage | None = None,
    timetable: Timetable | None = None,
    heading: str = "",
    suggestions: tuple[str, ...] = (),
) -> str:
    facets = page.facets if page else {}
    understood = _understood(form, page)
    if urgent or any(need.sensitive for need in [*_chosen_needs(form), *(one.need for one in understood)]):
        be_discreet()
    nothing_found = page is not None and not page.total and not page.total_without_a_place
    return render_template(
        "finder/search.html",
        form=form,
        boxes=boxes_of(form, facets),
        counts=counts_of(facets),
        page=page,
        beyond=beyond,
        heading=heading or _("Find help near you"),
        suggestions=suggestions,
        chosen=tags(form) if page else [],
        standing=standing(form),
        closest=find_closest(page, area=current_area()) if page and nothing_found else None,
        missing_url=missing_url("" if urgent else form["q"].data),
        contradictions=_contradictions(page) if page else [],
        nothing=nothing_words(page, form) if page else "",
        ways_out=ways_out(form, page.without) if page else [],
        urgent=urgent,
        understood=[] if urgent else understood,
        unmet=_unmet(understood, page) if page and not nothing_found and not urgent else "",
        timetable=timetable,
        weeks=week_choices(form) if timetable or form["week"].errors else None,
        map=map_of_results(page) if page and page.results and not timetable else None,
        taken=asked_again(),
    )


def _contradictions(page: SearchPage) -> list[str]:
    return find_contradictions(page.query, calendar=calendar(), today=times.now().date())


def _understood(form: SearchForm, page: SearchPage | None) -> list[Understood]:
    """What the words mean, where we are sure enough to say so: at most three needs."""
    if page:
        found: Sequence[Understood] = page.meaning.understood
    else:
        found = understand(form["q"].data, most=3) if form["q"].data else ()
    return [one for one in found if one.score >= SURE]


def _unmet(understood: Sequence[Understood], page: SearchPage) -> str:
    """The needs that the words speak of, when none of the answers says that it is for one of them."""
    met = {facet.value for facet in page.facets["need"] if facet.count}
    if any(one.need.slug in met for one in understood):
        return ""
    return either(said_bare(one.need.label) for one in understood)


def _chosen_needs(form: SearchForm) -> list[Term]:
    return [need for need in find_terms() if need.slug in form["need"].data]


def _heading(page: SearchPage, urgent: Urgent | None) -> str:
    labels = [said_bare(facet.label) for facet in page.facets["need"] if facet.chosen]
    return heading_of(page.query, labels, urgent=urgent)


def heading_of(query: SearchQuery, labels: Sequence[str], *, urgent: Urgent | None = None) -> str:
    """What results are called; `labels` are the names of the needs asked for. Words of danger are not said back."""
    near = query.origin.near if query.origin else ""
    if len(labels) == 1:
        # Note: a need and a place, such as "Sleep near AB1 2CD".
        return _("%(need)s %(near)s", need=labels[0], near=near) if near else labels[0]
    if query.words and not urgent:
        words = query.words
        # Note: what someone typed and a place, such as "Help with “sleep” near AB1 2CD".
        return (
            _("Help with “%(words)s” %(near)s", words=words, near=near)
            if near
            else _("Help with “%(words)s”", words=words)
        )
    return _("Help %(near)s", near=near) if near else _("Help in %(area)s", area=current_area().name)


@blueprint.get("/services/<slug>")
@public
def show_service(slug: str) -> str | tuple[str, int]:
    service, area = get_service_or_404(slug), current_area()
    if service.sensitive or any(need.sensitive for need in service.needs):
        be_discreet()
    ended = service.status == Status.RETIRED
    if ended or state_now(service) == "lapsed":
        nearby = find_nearby(service, area=area)
        page = render_template("finder/show_lapsed_service.html", service=service, nearby=nearby, ended=ended)
        return (page, 410) if ended else page
    count_opening(service)
    return render_template("finder/show_service.html", service=service, shown=page_of(service))


def get_service_or_404(slug: str) -> Service:
    """The listing to show at an address, also when it is paused or has ended; a merged one's address leads on."""
    if "\0" in slug:  # PostgreSQL refuses to look for one
        abort(404)
    try:
        return get_known_service(slug)
    except ServiceNotFound:
        winner = get_winner_slug_or_none(slug)
        abort(_moved_to(winner) if winner else 404)


def _moved_to(slug: str) -> WerkzeugResponse:
    """The way on from a merged listing to the same page of the one that it is part of."""
    address = url_for(request.endpoint or "finder.show_service", slug=slug)
    query = request.query_string.decode("ascii", "ignore")
    # What was sent in a form goes along to the other listing.
    code = 308 if request.method == "POST" else 301
    return redirect(f"{address}?{query}" if query else address, code)
