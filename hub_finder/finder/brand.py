"""How the area looks, where it is not as we look: as a style sheet, and its logo."""

from flask import Response, abort, render_template
from werkzeug.wrappers import Response as WerkzeugResponse

from hub_finder.access import public
from hub_finder.area import current_area
from hub_finder.brand import LOGOS
from hub_finder.finder import blueprint
from hub_finder.web import etagged

KEPT = 3600


@blueprint.get("/brand.css")
@public
def read_brand() -> WerkzeugResponse:
    """404 where the area says nothing of how it looks."""
    brand = current_area().brand
    if not (brand.colour or brand.logo):
        abort(404)
    sheet = render_template("finder/brand.css", brand=brand)
    return etagged(Response(sheet, mimetype="text/css"), seconds=KEPT)


@blueprint.get("/brand/logo")
@public
def show_logo() -> WerkzeugResponse:
    """The logo beside the network's name; 404 where the area has none."""
    logo = current_area().brand.logo
    if logo is None:
        abort(404)
    return etagged(Response(logo.read_bytes(), mimetype=LOGOS[logo.suffix]), seconds=KEPT)
