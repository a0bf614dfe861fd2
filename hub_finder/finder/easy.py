"""Easy Read: short sentences, one idea in each, a picture beside it. The same search and the same listings."""

from dataclasses import replace
from urllib.parse import urlencode

from flask import redirect, render_template, request, url_for
from werkzeug import Response as WerkzeugResponse
from werkzeug.datastructures import MultiDict

from hub_finder.access import public
from hub_finder.area import Area, current_area
from hub_finder.counting import count_opening, count_search
from hub_finder.directory.catalogue import count_by_need
from hub_finder.directory.freshness import state_now
from hub_finder.directory.origins import PlaceProblem
from hub_finder.directory.points import read_point
from hub_finder.directory.search import SearchPage, find
from hub_finder.directory.terms import Term
from hub_finder.directory.urgent import Urgent, recognise, urgent_of
from hub_finder.directory.vocabulary import find_terms
from hub_finder.finder import blueprint
from hub_finder.finder.boxes import Box, age_boxes
from hub_finder.finder.easy_needs import choices, chosen_words
from hub_finder.finder.find import SURE, get_service_or_404
from hub_finder.finder.narrowing import tags
from hub_finder.finder.nothing import find_closest
from hub_finder.forms import RULES, SearchForm, asks_nothing, read_search
from hub_finder.geocoder import find_place
from hub_finder.languages import _
from hub_finder.models.services import Status
from hub_finder.web import be_discreet, public_url, query_url

# Few enough to be read one after the other.
FEW = 5
# What the questions ask, in their order.
ASKED = ("q", "need", "postcode", "age")
# A page -> the same in Easy Read.
EASY = {
    "finder.show_start": "finder.show_easy_start",
    "finder.search": "finder.search_easily",
    "finder.show_service": "finder.show_easy_service",
    "finder.show_family_list": "finder.show_easy_family_list",
}
FULL = {
    **{easy: full for full, easy in EASY.items()},
    "finder.ask_place": "finder.show_start",
    "finder.ask_ages": "finder.show_start",
}
# A listing's page takes the search along, for the way back; the page that it stands for has no use for it.
WITHOUT_A_SEARCH = {"finder.show_service"}
# The oldest of each row of ages, with its picture.
AGE_ROWS = (("baby", 0), ("toddler", 4), ("child", 11), ("teenager", 18), ("family", 25))


@blueprint.get("/easy")
@public
def show_easy_start() -> str:
    return _ask_need(_questions(request.args, current_area()))


@blueprint.get("/easy/place")
@public
def ask_place() -> str:
    form = _questions(request.args, current_area())
    if form["q"].errors or not (form["q"].data or form["need"].data):
        return _ask_need(form, problem=next(iter(form["q"].errors), _("Write what you need, or tap a picture")))
    return _ask_place(form)


@blueprint.get("/easy/ages")
@public
def ask_ages() -> str:
    area = current_area()
    form = _questions(request.args, area)
    if typed := form["postcode"].data:
        try:
            find_place(typed, area=area)
        except PlaceProblem as problem:
            return _ask_place(form, problem=problem.message, suggestions=problem.suggestions)
    _stay_discreet(form, _danger(form, area))
    return render_template(
        "finder/easy/ask_ages.html",
        rows=_age_rows(form),
        given=_given(form, "q", "need", "postcode"),
        urgent=_danger(form, area),
    )


@blueprint.get("/easy/search")
@public
def search_easily() -> str | tuple[str, int] | WerkzeugResponse:
    area = current_area()
    if asks_nothing(request.args) and "postcode" not in request.args:
        return redirect(url_for("finder.show_easy_start"))
    read = read_search(request.args, area)
    urgent = _danger(read.form, area)
    if read.query is None:
        if "postcode" in read.form.errors:
            problem = read.form["postcode"].errors[0]
            return _ask_place(_questions(request.args, area), problem=problem, suggestions=read.suggestions)
        return _results(read.form, urgent), 200
    page = find(replace(read.query, per_page=FEW), area=area, facets=False)
    count_search(page, danger=urgent is not None)
    _stay_discreet(read.form, urgent, page)
    elsewhere = bool(request.args.get("elsewhere")) or not page.total
    total = page.total_without_a_place if elsewhere else page.total
    more = total - FEW * page.query.page
    status = 404 if page.query.page > 1 and more <= -FEW else 200
    return _results(read.form, urgent, page=page, elsewhere=elsewhere, more=more), status


@blueprint.get("/easy/services/<slug>")
@public
def show_easy_service(slug: str) -> str | tuple[str, int]:
    service = get_service_or_404(slug)
    if service.sensitive or any(need.sensitive for need in service.needs):
        be_discreet()
    ended = service.status == Status.RETIRED
    count_opening(service)
    page = render_template(
        "finder/easy/show_easy_service.html",
        service=service,
        ended=ended,
        lapsed=state_now(service) == "lapsed",
        paused=service.status == Status.PAUSED,
        searched=_search_kept(),
        point=next((place for place in service.places if place.latitude is not None), None),
        address=public_url("finder.show_service", slug=service.slug),
    )
    return (page, 410) if ended else page


@blueprint.get("/easy/how-to-get-help")
@public
def show_how_to_get_help() -> str:
    area = current_area()
    hours = next((one.hours for one in area.urgent_help if one.phone == area.front_door.phone), "")
    return render_template("finder/easy/show_how_to_get_help.html", hours=hours)


@blueprint.app_template_global()
def easy_url() -> str:
    """The address of this page in Easy Read, with what was searched for; of its start where it has none."""
    return _same_page(EASY, "finder.show_easy_start")


@blueprint.app_template_global()
def full_url() -> str:
    """The address of the page that this Easy Read one stands for."""
    return _same_page(FULL, "finder.show_start")


def _same_page(pages: dict[str, str], otherwise: str) -> str:
    known = request.endpoint in pages
    endpoint = pages[request.endpoint or ""] if known else otherwise
    address = url_for(endpoint, **(request.view_args or {}) if known else {})
    kept = _search_kept(leave_out=("page", "elsewhere")) if known and endpoint not in WITHOUT_A_SEARCH else ""
    return f"{address}?{kept}" if kept else address


def _search_kept(*, leave_out: tuple[str, ...] = ()) -> str:
    """What was searched for, as it stands in an address; "" when nothing was."""
    names = {rule.name for rule in RULES} | {"elsewhere"}
    given = request.args.lists()
    kept = {name: [one for one in some if one] for name, some in given if name in names and name not in leave_out}
    return urlencode(kept, doseq=True)


def _questions(args: MultiDict[str, str], area: Area) -> SearchForm:
    """What was answered so far. A need or an age that is none of ours is left out; words that are too long stay."""
    given = MultiDict((name, value) for name in ASKED for value in args.getlist(name))
    wrong = SearchForm(given, area).errors.keys() - {"q"}
    return SearchForm(MultiDict((name, value) for name, value in given.items(multi=True) if name not in wrong), area)


def _ask_need(form: SearchForm, *, problem: str = "") -> str:
    return render_template(
        "finder/easy/show_easy_start.html",
        groups=choices(find_terms(), count_by_need()),
        said=form["q"].data,
        given=_given(form, "postcode", "age"),
        more=urlencode(_given(form, "postcode", "age")),
        problem=problem,
    )


def _ask_place(form: SearchForm, *, problem: str = "", suggestions: tuple[str, ...] = ()) -> str:
    area = current_area()
    urgent = _danger(form, area)
    _stay_discreet(form, urgent)
    return render_template(
        "finder/easy/ask_place.html",
        said=form["q"].data,
        chosen=chosen_words(_chosen(form)),
        typed=form["postcode"].data or "",
        given=_given(form, "q", "need", "age"),
        more=urlencode(_given(form, "q", "need", "age")),
        problem=problem,
        suggestions=suggestions,
        urgent=urgent,
    )


def _results(
    form: SearchForm,
    urgent: Urgent | None,
    *,
    page: SearchPage | None = None,
    elsewhere: bool = False,
    more: int = 0,
) -> str:
    nothing_found = page is not None and not page.total and not page.total_without_a_place
    return render_template(
        "finder/easy/search_easily.html",
        form=form,
        urgent=urgent,
        page=page,
        elsewhere=elsewhere,
        results=(page.without_a_place if elsewhere else page.results) if page else (),
        more=more,
        few=FEW,
        chosen=_asked(form) if page else [],
        closest=find_closest(page, area=current_area()).results if page and nothing_found else (),
        searched=_search_kept(),
        again=urlencode(_given(form, *ASKED)),
    )


def _asked(form: SearchForm) -> list[tuple[str, str]]:
    """All that was asked for, in words, each with the address of the same search without it."""
    words, place = form["q"].data, form["postcode"].data
    asked = [(f"“{words}”", query_url(q=None, exact=None))] if words else []
    if place:
        asked.append((_("Near you") if read_point(place) else place, query_url(postcode=None)))
    return [*asked, *tags(form)]


def _given(form: SearchForm, *names: str) -> list[tuple[str, str]]:
    """What these fields hold, to be sent along."""
    values = ((name, form[name].data) for name in names)
    return [(name, one) for name, some in values for one in ([some] if isinstance(some, str) else some or ()) if one]


def _chosen(form: SearchForm) -> list[Term]:
    return [need for need in find_terms() if need.slug in form["need"].data]


def _danger(form: SearchForm, area: Area) -> Urgent | None:
    """Danger in the words, or that a need which was tapped may mean."""
    kind = next((need.danger for need in _chosen(form) if need.danger), "")
    return recognise(form["q"].data, area=area) or (urgent_of(kind, area=area) if kind else None)


def _stay_discreet(form: SearchForm, urgent: Urgent | None, page: SearchPage | None = None) -> None:
    understood = [one.need for one in page.meaning.understood if one.score >= SURE] if page else []
    if urgent or any(need.sensitive for need in (*_chosen(form), *understood)):
        be_discreet()


def _age_rows(form: SearchForm) -> list[tuple[str, list[Box]]]:
    """The boxes for ages in rows: expecting, then babies, small children, children, teenagers, grown ones."""
    boxes = [box for row in age_boxes(form).values() for box in row]
    rows = [("pregnant", [box for box in boxes if not box.value.isdecimal()])]
    youngest = 0
    for picture, oldest in AGE_ROWS:
        row = [box for box in boxes if box.value.isdecimal() and youngest <= int(box.value) <= oldest]
        rows.append((picture, row))
        youngest = oldest + 1
    return rows
