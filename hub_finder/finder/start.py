"""The start page: a search, needs in groups, and what is on soon."""

from flask import render_template, request
from werkzeug.datastructures import MultiDict

from hub_finder.access import public
from hub_finder.area import Area, current_area
from hub_finder.directory.origins import Origin, PlaceProblem
from hub_finder.finder import blueprint
from hub_finder.finder.boxes import age_boxes
from hub_finder.finder.browse import needs_by_group
from hub_finder.finder.outings import find_outings
from hub_finder.forms import SearchForm
from hub_finder.geocoder import find_place

# The address may hold what was asked last; it stands in the form again.
ASKED = ("q", "postcode", "age")


@blueprint.get("/")
@public
def show_start() -> str:
    area = current_area()
    form = _form(request.args, area)
    origin = _origin_or_none(form["postcode"].data, area)
    ages = tuple(age for age in form["age"].data if age in form["age"].labels)
    return render_template(
        "finder/show_start.html",
        form=form,
        boxes=age_boxes(form),
        needs_by_group=needs_by_group(),
        origin=origin,
        outings=find_outings(origin, ages, area=area),
    )


def _form(args: MultiDict[str, str], area: Area) -> SearchForm:
    """What was asked last, without what cannot be read: that is told when a search is made."""
    given = MultiDict((name, value) for name in ASKED for value in args.getlist(name))
    wrong = SearchForm(given, area).errors
    return SearchForm(MultiDict((name, value) for name, value in given.items(multi=True) if name not in wrong), area)


def _origin_or_none(text: str, area: Area) -> Origin | None:
    try:
        return find_place(text, area=area) if text else None
    except PlaceProblem:  # it is told when the search is made
        return None
