"""The pages for those who plan: what is there, what is missing, and what families looked for."""

from flask import Blueprint

blueprint = Blueprint("insight", __name__, url_prefix="/insight")

# The views need the blueprint.
from hub_finder.insight import gaps, localities, looked_for, report, start, targets  # noqa: E402, F401
