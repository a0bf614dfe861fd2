"""Published totals: what is listed and checked of each now, and what was over time."""

from flask import Response, render_template, request

from hub_finder.access import planners
from hub_finder.area import current_area
from hub_finder.directory import freshness
from hub_finder.directory.target_history import SHOWN, find_moments, find_snapshots
from hub_finder.directory.targets import measure
from hub_finder.importers.target_history import export_snapshots
from hub_finder.insight import blueprint
from hub_finder.web import CannotRead, as_csv


@blueprint.get("/targets")
@planners
def list_targets() -> str:
    """Each total with a year of months behind it, or two weeks of days (`by=day`)."""
    step = request.args.get("by", "month")
    if step not in SHOWN:
        raise CannotRead("“by” in the address must be “month” or “day”.")
    moments = find_moments(step, freshness.today())
    return render_template("insight/list_targets.html", tallies=measure(current_area()), moments=moments, step=step)


@blueprint.get("/targets.csv")
@planners
def download_targets() -> Response:
    return as_csv(export_snapshots(find_snapshots()), name="targets")
