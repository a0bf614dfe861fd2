"""Pictures of listings, each at an address of its own that never shows another."""

from flask import Response, abort

from hub_finder import access
from hub_finder.access import public
from hub_finder.directory.pictures import get_picture_or_none, is_shown
from hub_finder.finder import blueprint
from hub_finder.web import YEAR


@blueprint.get("/pictures/<name>.jpg")
@public
def show_picture(name: str) -> Response:
    """A picture by its hash, or the small one. What no page shows, or no longer, only those see who are signed in."""
    hash_, dash, size = name.partition("-")
    picture = get_picture_or_none(hash_)
    if picture is None or (dash and size != "small") or not (is_shown(hash_) or access.get_signed_in_or_none()):
        abort(404)
    response = Response(picture.small if dash else picture.content, mimetype="image/jpeg")
    if not access.is_for_one_reader():
        response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    return response
