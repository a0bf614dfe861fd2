"""The lists that the team makes."""

from flask import render_template

from hub_finder.access import signposters
from hub_finder.signposting import blueprint


@blueprint.get("")
@signposters
def show_start() -> str:
    return render_template("signposting/show_start.html")
