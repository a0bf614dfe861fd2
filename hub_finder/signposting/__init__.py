"""The pages for practitioners: a short list of help for a family, and nothing kept about them."""

from flask import Blueprint

blueprint = Blueprint("signposting", __name__, url_prefix="/signposting")

from hub_finder.signposting import finding, handing_over, lists, start  # noqa: E402, F401  the views need the blueprint
