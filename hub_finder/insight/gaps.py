"""How near help is to where people live, and what would change if something opened somewhere."""

from dataclasses import dataclass

from flask import Response, abort, render_template, request

from hub_finder.access import planners
from hub_finder.area import current_area
from hub_finder.directory.catalogue import find_needs
from hub_finder.directory.gap_maps import CELL, CLASSES, WIDTH, draw_gaps, point_at
from hub_finder.directory.gaps import MILES, WALK_MINUTES, Point, count_within, measure_gaps, points_of
from hub_finder.directory.places import PlaceProblem
from hub_finder.geocoder import find_place
from hub_finder.importers.gaps import export_gaps
from hub_finder.insight import blueprint
from hub_finder.models.services import Need
from hub_finder.web import CannotRead, as_csv


@blueprint.get("/gaps")
@planners
def list_gaps() -> str:
    """Every need in one locality; the first of the area unless another is asked for."""
    area, asked = current_area(), request.args.get("locality", "")
    if asked and asked not in area.localities:
        raise CannotRead(f"“locality” in the address must be one of: {', '.join(area.localities) or 'none is known'}.")
    chosen = area.localities.get(asked) or next(iter(area.localities.values()), None)
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
    """One need in every locality. With a `postcode` or a point of the map, also as if one more opened there."""
    area = current_area()
    chosen = _need(need)
    typed, opening, problem = request.args.get("postcode", ""), None, ""
    if "point.x" in request.args or "point.y" in request.args:
        opening, problem = _pointed()
    elif "postcode" in request.args:
        opening, problem = _read(typed)
    points = points_of(need, area)
    return render_template(
        "insight/show_gap.html",
        need=chosen,
        gaps=measure_gaps(area, [need]),
        miles=MILES,
        minutes=WALK_MINUTES,
        typed=typed,
        problem=problem,
        opening=opening,
        opened=count_within({*points, opening.point}, area) if opening else None,
        map=draw_gaps(points, area),
        width=WIDTH,
        cell=CELL,
        classes=CLASSES,
    )


@blueprint.get("/gaps/<need>/map.svg")
@planners
def draw_map(need: str) -> Response:
    """The map by itself, for a button that tells where it was pressed."""
    area = current_area()
    _need(need)
    drawn = draw_gaps(points_of(need, area), area)
    if drawn is None:
        abort(404)
    text = render_template("insight/gap_map.svg", map=drawn, width=WIDTH, cell=CELL)
    return Response(text, mimetype="image/svg+xml")


@dataclass(frozen=True, kw_only=True)
class _Opening:
    label: str
    point: Point


def _need(slug: str) -> Need:
    found = next((one for one in find_needs() if one.slug == slug), None)
    if found is None:
        abort(404)
    return found


def _read(typed: str) -> tuple[_Opening | None, str]:
    try:
        origin = find_place(typed, area=current_area())
    except PlaceProblem as problem:
        return None, problem.message
    return _Opening(label=origin.label, point=(origin.latitude, origin.longitude)), ""


def _pointed() -> tuple[_Opening | None, str]:
    """Where the map was pressed: a browser sends the units from its top left corner; with the keyboard, none or 0."""
    across, down = (request.args.get(name, "") for name in ("point.x", "point.y"))
    if not all(text.isascii() and text.isdigit() and len(text) < 5 for text in (across, down)):
        return None, "We could not read the point on the map. Press on the map, or type a postcode or town."
    point = point_at(int(across), int(down), current_area())
    if point is None:
        return None, "No postcodes are near that point of the map. Press on a cell, or type a postcode or town."
    return _Opening(label=f"the point {point[0]:.3f}, {point[1]:.3f}", point=point), ""
