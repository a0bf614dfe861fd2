"""The start page: a search, needs in groups, and what is on soon."""

from datetime import timedelta
from itertools import groupby
from typing import NamedTuple

from flask import render_template, request
from werkzeug.datastructures import MultiDict

from hub_finder import words
from hub_finder.access import public
from hub_finder.area import Area, current_area
from hub_finder.directory import times
from hub_finder.directory.origins import Origin, PlaceProblem
from hub_finder.directory.query import SearchQuery
from hub_finder.directory.search import Result, find
from hub_finder.finder import blueprint
from hub_finder.finder.browse import needs_by_group
from hub_finder.forms import search_form
from hub_finder.geocoder import find_place
from hub_finder.web import calendar

# The address may hold what was asked last; it stands in the form again.
ASKED = ("q", "postcode", "age")
LOOKED_AT, SHOWN = 24, 6
# So that a dozen libraries are not all that is on.
MOST_OF_A_KIND = 2
SOON = timedelta(days=7)


class Outing(NamedTuple):
    """Something to do, and when it is on next, in words."""

    result: Result
    when: str


@blueprint.get("/")
@public
def show_start() -> str:
    area = current_area()
    asked = MultiDict((name, value) for name in ASKED for value in request.args.getlist(name))
    form = search_form(asked, area)
    origin = _origin_or_none(form.postcode.data, area)
    ages = tuple(age for age in form.age.data if form.age.knows(age))
    return render_template(
        "finder/show_start.html",
        form=form,
        needs_by_group=needs_by_group(),
        origin=origin,
        outings=_find_outings(origin, ages, area),
    )


def _origin_or_none(text: str, area: Area) -> Origin | None:
    try:
        return find_place(text, area=area) if text else None
    except PlaceProblem:  # it is told when the search is made
        return None


def _find_outings(origin: Origin | None, ages: tuple[str, ...], area: Area) -> dict[str, list[Outing]]:
    """What a family may go to today and within the week, of which the times are known, by the day it is on."""
    kinds = tuple(kind.slug for kind in area.kinds.values() if kind.to_do)
    query = SearchQuery(kinds=kinds, origin=origin, ages=ages, sort="soonest", per_page=LOOKED_AT)
    today, known = times.now().date(), calendar()
    found: list[tuple[bool, Outing]] = []
    of_a_kind: dict[str, int] = {}
    for result in find(query, area=area, facets=False).results:
        opening = words.opening(result.service, known, result.location)
        session = opening.running or opening.following
        if session is None or session.start.date() >= today + SOON:
            continue
        of_a_kind[result.service.kind] = of_a_kind.get(result.service.kind, 0) + 1
        if of_a_kind[result.service.kind] <= MOST_OF_A_KIND:
            found.append((session.start.date() > today, Outing(result, opening.words)))
    some = sorted(found[:SHOWN], key=lambda pair: pair[0])
    return {
        "Later this week" if later else "Today": [one for _, one in group]
        for later, group in groupby(some, key=lambda pair: pair[0])
    }
