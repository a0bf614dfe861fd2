"""Help that families did not find: read, dealt with, and out of the list."""

from flask import abort, flash, redirect, render_template, url_for
from werkzeug import Response

from hub_finder import access
from hub_finder.access import staff
from hub_finder.directory.missing import MissingNotFound, find_missing, mark_done
from hub_finder.extensions import db
from hub_finder.moderation import blueprint


@blueprint.get("/reports/missing")
@staff
def list_missing_help() -> str:
    return render_template("moderation/list_missing_help.html", told=find_missing())


@blueprint.post("/reports/missing/<int:number>/done")
@staff
def mark_missing_help_done(number: int) -> Response:
    try:
        mark_done(number, actor=access.actor().name)
    except MissingNotFound:
        abort(404)
    db.session.commit()
    flash("It is off the list.")
    return redirect(url_for("moderation.list_missing_help"), 303)
