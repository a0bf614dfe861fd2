"""Pausing a listing, taking it out, and publishing it again."""

from flask import flash, request
from werkzeug import Response

from hub_finder import access
from hub_finder.access import staff
from hub_finder.directory.standing import CannotMove, move
from hub_finder.extensions import db
from hub_finder.models.services import Status
from hub_finder.moderation import blueprint
from hub_finder.moderation.listings import back_to, get_or_404

SAID = {
    Status.PUBLISHED: "It is published again.",
    Status.PAUSED: "It is paused. Families do not find it.",
    Status.RETIRED: "It is taken out. Families do not find it.",
}


@blueprint.post("/listings/<slug>/standing")
@staff
def change_standing(slug: str) -> Response:
    """Move it as the button says. What was shown is sent back: who pressed another button first is not overruled."""
    service = get_or_404(slug, to_change=True)
    to = request.form.get("to", "")
    if request.form.get("from") != service.status:
        flash("Someone has changed this since you opened the page. Nothing was changed.")
    elif to not in SAID:
        flash("Choose one of the buttons. Nothing was changed.")
    else:
        try:
            move(service, Status(to), actor=access.actor().name)
        except CannotMove as error:
            flash(f"{error} Nothing was changed.")
        else:
            db.session.commit()
            flash(SAID[Status(to)])
    return back_to(slug)
