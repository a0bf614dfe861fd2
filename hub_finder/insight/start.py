"""What there is to read."""

from flask import render_template

from hub_finder.access import planners
from hub_finder.directory.yearly import find_years
from hub_finder.insight import blueprint


@blueprint.get("")
@planners
def show_start() -> str:
    return render_template("insight/show_start.html", years=find_years())
