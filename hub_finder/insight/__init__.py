"""The pages for those who plan: what is there, what is missing, and what families looked for."""

from flask import Blueprint

blueprint = Blueprint("insight", __name__, url_prefix="/insight")

from hub_finder.insight import gaps, looked_for, start  # noqa: E402, F401  the views need the blueprint
