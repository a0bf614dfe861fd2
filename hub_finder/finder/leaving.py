"""The way out: to another site, with what the browser keeps of this one cleared."""

from flask import current_app, redirect, request
from werkzeug import Response

from hub_finder.access import public
from hub_finder.area import current_area
from hub_finder.finder import blueprint


@blueprint.get("/leave")
@public
def leave() -> Response:
    """Clear, and lead on. A page elsewhere that links here clears nothing: it could sign somebody out."""
    response = redirect(current_area().leave_to, 303)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    if request.headers.get("Sec-Fetch-Site", "same-origin") in ("same-origin", "none"):
        response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
        for name in request.cookies:  # for browsers that do not know the header
            response.delete_cookie(
                name, secure=current_app.config["SESSION_COOKIE_SECURE"], httponly=True, samesite="Lax"
            )
    return response
