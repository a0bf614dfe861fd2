"""The pages for practitioners: a short list of help for a family, and nothing kept about them."""

from flask import Blueprint

blueprint = Blueprint("signposting", __name__, url_prefix="/signposting")

from hub_finder.signposting import finding, handing_over, lists, mailing, notes, start  # noqa: E402, F401  they need it
