"""A practitioner's lists, and the templates of the team."""

from flask import render_template

from hub_finder.access import actor, signposters
from hub_finder.directory.family_lists import find_own_lists, find_templates
from hub_finder.directory.freshness import today
from hub_finder.signposting import blueprint


@blueprint.get("")
@signposters
def show_start() -> str:
    who = actor().account_id
    return render_template(
        "signposting/show_start.html", lists=find_own_lists(who), templates=find_templates(), today=today(), who=who
    )
