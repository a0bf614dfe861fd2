"""The feeds that listings come from, and how each of them is."""

from flask import render_template

from hub_finder.access import staff
from hub_finder.directory.feeds import find_feeds
from hub_finder.models.feeds import Health
from hub_finder.moderation import blueprint


@blueprint.get("/feeds")
@staff
def list_feeds() -> str:
    return render_template("moderation/list_feeds.html", feeds=find_feeds(), health=Health)
