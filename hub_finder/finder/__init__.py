"""The pages for families."""

from flask import Blueprint

blueprint = Blueprint("finder", __name__)

from hub_finder.finder import about, browse, coverage, data, find, start, templates  # noqa: E402, F401  the views need the blueprint
