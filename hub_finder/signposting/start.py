"""A practitioner's lists, and the templates of the team."""

from flask import render_template

from hub_finder.access import actor, signposters
from hub_finder.directory.family_lists import find_own_lists, find_templates, may_change
from hub_finder.directory.freshness import today
from hub_finder.signposting import blueprint


@blueprint.get("")
@signposters
def show_start() -> str:
    who, templates = actor(), find_templates()
    return render_template(
        "signposting/show_start.html",
        lists=find_own_lists(who.account_id),
        templates=templates,
        to_change={one.id for one in templates if may_change(one, who.account_id, manages=who.is_manager)},
        today=today(),
    )
