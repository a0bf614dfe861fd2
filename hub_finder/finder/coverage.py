"""What is listed so far: published totals, and the types of Start for Life service in each part of the area."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask import abort, render_template, request
from werkzeug import Response as WerkzeugResponse
from werkzeug.datastructures import MultiDict

from hub_finder.access import public
from hub_finder.area import current_area
from hub_finder.directory.catalogue import find_needs
from hub_finder.directory.search import Result, SearchPage, find
from hub_finder.directory.start_for_life import count_types, cover_types, find_listings
from hub_finder.directory.targets import measure
from hub_finder.finder import blueprint
from hub_finder.forms import SearchForm, read_search
from hub_finder.importers.coverage import export_coverage
from hub_finder.models.services import Need
from hub_finder.web import as_csv, etagged

MINUTE = 60
NEAR_MILES = 10
MOST_NEAR = 100
SHOWN_NEAR, SHOWN_FROM_AFAR = 2, 1


@dataclass(frozen=True, kw_only=True)
class Near:
    """What there is of one type near a place: the nearest, and who helps from elsewhere.

    `is_listed` can be true without a result: only so many of all types together are looked at.
    """

    placed: Sequence[Result]
    from_afar: Sequence[Result]
    is_listed: bool


@blueprint.get("/about/coverage")
@public
def show_coverage() -> str:
    area = current_area()
    return render_template("finder/show_coverage.html", tallies=measure(area), rows=cover_types(area))


@blueprint.get("/about/coverage.csv")
@public
def download_coverage() -> WerkzeugResponse:
    area = current_area()
    text = export_coverage(measure(area), cover_types(area))
    response = as_csv(text, name="coverage")
    return etagged(response, seconds=5 * MINUTE)


@blueprint.get("/start-for-life")
@public
def show_start_for_life() -> str:
    area = current_area()
    needs = _needs_by_type()
    search, page = None, None
    if "postcode" in request.args:
        search = read_search(MultiDict({"postcode": request.args["postcode"]}), area)
        if search.query:
            wanted = tuple(need.slug for several in needs.values() for need in several)
            page = find(replace(search.query, needs=wanted, within_miles=NEAR_MILES, per_page=MOST_NEAR), area=area)
    return render_template(
        "finder/show_start_for_life.html",
        form=search.form if search else SearchForm(MultiDict(), area),
        suggestions=search.suggestions if search else (),
        needs=needs,
        counts=count_types(area),
        origin=page.query.origin if page else None,
        near={name: _near(several, page) for name, several in needs.items()} if page else {},
        miles=NEAR_MILES,
    )


@blueprint.get("/start-for-life/<slug>")
@public
def show_service_type(slug: str) -> str:
    area = current_area()
    one = next((known for known in area.service_types if known.slug == slug), None)
    if one is None:
        abort(404)
    return render_template(
        "finder/show_service_type.html",
        type=one,
        needs=_needs_by_type().get(one.name, []),
        listings=find_listings(one, area),
    )


def _needs_by_type() -> dict[str, list[Need]]:
    """The needs of each type of service, by its name: the plain words for it, and what to search by."""
    found: dict[str, list[Need]] = defaultdict(list)
    for need in find_needs():
        if need.start_for_life_service:
            found[need.start_for_life_service].append(need)
    return found


def _near(needs: Sequence[Need], page: SearchPage) -> Near:
    slugs = {need.slug for need in needs}
    return Near(
        placed=_helping(page.results, slugs)[:SHOWN_NEAR],
        from_afar=_helping(page.without_a_place, slugs)[:SHOWN_FROM_AFAR],
        is_listed=any(facet.value in slugs and facet.count for facet in page.facets["need"]),
    )


def _helping(results: Sequence[Result], needs: set[str]) -> list[Result]:
    return [result for result in results if any(need.slug in needs for need in result.service.needs)]
