"""How near help is to where people live, and what would change if something opened somewhere."""

from flask import Response, abort, render_template, request

from hub_finder.access import planners
from hub_finder.area import current_area
from hub_finder.directory.catalogue import find_needs
from hub_finder.directory.gaps import MILES, WALK_MINUTES, count_within, measure_gaps, points_of
from hub_finder.directory.places import Origin, PlaceProblem
from hub_finder.geocoder import find_place
from hub_finder.importers.gaps import export_gaps
from hub_finder.insight import blueprint
from hub_finder.web import as_csv


@blueprint.get("/gaps")
@planners
def list_gaps() -> str:
    """Every need in one locality; the first of the area unless another is asked for."""
    area = current_area()
    chosen = area.localities.get(request.args.get("locality", "")) or next(iter(area.localities.values()), None)
    gaps = {gap.need: gap for gap in measure_gaps(area) if chosen and gap.locality == chosen.slug}
    return render_template(
        "insight/list_gaps.html", chosen=chosen, gaps=gaps, needs=find_needs(), miles=MILES, minutes=WALK_MINUTES
    )


@blueprint.get("/gaps.csv")
@planners
def download_gaps() -> Response:
    return as_csv(export_gaps(measure_gaps(current_area())), name="gaps")


@blueprint.get("/gaps/<need>")
@planners
def show_gap(need: str) -> str:
    """One need in every locality. With a `postcode`, also as if one more opened there."""
    area = current_area()
    chosen = next((one for one in find_needs() if one.slug == need), None)
    if chosen is None:
        abort(404)
    typed, origin, problem = request.args.get("postcode", ""), None, ""
    if "postcode" in request.args:
        origin, problem = _read(typed)
    opened = count_within({*points_of(need, area), (origin.latitude, origin.longitude)}, area) if origin else None
    return render_template(
        "insight/show_gap.html",
        need=chosen,
        gaps=measure_gaps(area, [need]),
        miles=MILES,
        minutes=WALK_MINUTES,
        typed=typed,
        problem=problem,
        origin=origin,
        opened=opened,
    )


def _read(typed: str) -> tuple[Origin | None, str]:
    try:
        return find_place(typed, area=current_area()), ""
    except PlaceProblem as problem:
        return None, problem.message
