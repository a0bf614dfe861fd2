"""Search as families do, with what practitioners have to know besides: how to refer, and who may come."""

from dataclasses import replace

from flask import abort, render_template, request

from hub_finder.access import actor, signposters
from hub_finder.area import current_area
from hub_finder.directory.catalogue import ServiceNotFound, get_known_service
from hub_finder.directory.family_lists import find_helped, find_own_lists
from hub_finder.directory.search import SearchPage, find
from hub_finder.directory.service_notes import find_notes
from hub_finder.directory.small_counts import rounded
from hub_finder.directory.whereabouts import find_whereabouts
from hub_finder.forms import SearchForm, asks_nothing, read_search
from hub_finder.models.services import Service
from hub_finder.signposting import blueprint
from hub_finder.signposting.checking import Checked
from hub_finder.signposting.lists import get_own_or_404
from hub_finder.web import CannotRead

PER_PAGE = 10
OLDEST = 18
LONGEST_NUMBER = 10


@blueprint.get("/find")
@signposters
def show_found() -> str | tuple[str, int]:
    area = current_area()
    number = _list_to_fill()
    if asks_nothing(request.args) and "postcode" not in request.args:
        return _found(SearchForm(request.args, area), number)
    read = read_search(request.args, area)
    if read.query is None:
        return _found(read.form, number, suggestions=read.suggestions)
    page = find(replace(read.query, per_page=PER_PAGE), area=area, facets=False)
    return _found(read.form, number, page=page), 404 if page.query.page > page.pages else 200


def _list_to_fill() -> int | None:
    """The list that what is found goes into, where one is asked for."""
    asked = request.args.get("list", "")
    if not asked:
        return None
    if not (asked.isascii() and asked.isdigit() and len(asked) < LONGEST_NUMBER):
        raise CannotRead("“list” in the address must be the number of one of your lists.")
    return get_own_or_404(int(asked)).id


def _found(
    form: SearchForm, number: int | None, *, page: SearchPage | None = None, suggestions: tuple[str, ...] = ()
) -> str:
    results = [*page.results, *page.without_a_place][: 2 * PER_PAGE] if page else []
    found = find_whereabouts([one.service.uid for one in results]).found
    ages = [(f"age-{age}", str(age), str(age), str(age) in form["age"].data) for age in range(OLDEST + 1)]
    return render_template(
        "signposting/show_found.html",
        form=form,
        number=number,
        page=page,
        results=results,
        services={one.service.uid: one.service for one in found},
        notes=find_notes([one.service.id for one in found]),
        suggestions=suggestions,
        ages=ages,
    )


@blueprint.get("/listings/<slug>")
@signposters
def show_listing(slug: str) -> str:
    """What a practitioner has to know of a listing, and the lists that it can be put into."""
    try:
        service = get_known_service(slug.replace("\0", ""))
    except ServiceNotFound:
        abort(404)
    return listing_page(service)


def listing_page(service: Service, checked: Checked | None = None) -> str:
    """Its page for practitioners; with a note that is not kept yet, if one was typed."""
    who = actor()
    return render_template(
        "signposting/show_listing.html",
        service=service,
        notes=find_notes([service.id]).get(service.id, ()),
        may_delete=lambda note: who.is_manager or note.account_id == who.account_id,
        texts=checked.texts if checked else {"note": ""},
        problems=checked.problems if checked else {},
        about_nobody=checked.about_nobody if checked else (),
        lists=find_own_lists(who.account_id),
        helped={answer: rounded(count) for answer, count in find_helped(service.id).items()},
    )
