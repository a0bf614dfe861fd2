"""How the area looks, where it is not as we look: as a style sheet, and its logo."""

from flask import Response, abort
from werkzeug.wrappers import Response as WerkzeugResponse

from hub_finder.access import public
from hub_finder.area import current_area
from hub_finder.brand import LOGOS
from hub_finder.finder import blueprint
from hub_finder.web import etagged

KEPT = 3600
# After our own style sheet, and not where somebody asks for dark pages: its colours are chosen for light ones.
COLOURS = """@media not (prefers-color-scheme: dark) {{
  :root {{
    --sea: {colour};
    --sea-hover: {darker};
    --harbour: {colour};
  }}
}}
"""
# A logo may be wide: on a phone the name stands below it, and neither below the way out.
LOGO = """.hf-brand img {
  width: auto;
  height: auto;
  max-width: min(100%, 14rem);
  max-height: 40px;
}
@media (max-width: 40em) {
  .hf-brand {
    flex-direction: column;
    align-items: flex-start;
    gap: 4px;
    max-width: max(5rem, calc(100% - 11rem));
  }
}
"""


@blueprint.get("/brand.css")
@public
def read_brand() -> WerkzeugResponse:
    """404 where the area says nothing of how it looks."""
    brand = current_area().brand
    if not (brand.colour or brand.logo):
        abort(404)
    sheet = COLOURS.format(colour=brand.colour, darker=brand.darker) if brand.colour else ""
    return etagged(Response(sheet + (LOGO if brand.logo else ""), mimetype="text/css"), seconds=KEPT)


@blueprint.get("/brand/logo")
@public
def show_logo() -> WerkzeugResponse:
    """The logo beside the network's name; 404 where the area has none."""
    logo = current_area().brand.logo
    if logo is None:
        abort(404)
    return etagged(Response(logo.read_bytes(), mimetype=LOGOS[logo.suffix]), seconds=KEPT)
