"""The pages behind the links of reminders: is it still right? Nobody signs in there; the link is the key."""

from flask import Blueprint

blueprint = Blueprint("still_right", __name__, url_prefix="/providers/still-right")

from hub_finder.still_right import views  # noqa: E402, F401  the views need the blueprint
