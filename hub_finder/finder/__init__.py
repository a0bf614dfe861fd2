"""The pages for families."""

from flask import Blueprint

blueprint = Blueprint("finder", __name__)

from hub_finder.finder import (  # noqa: E402  the views need the blueprint
    about,  # noqa: F401
    browse,  # noqa: F401
    calendars,  # noqa: F401
    coverage,  # noqa: F401
    data,  # noqa: F401
    find,  # noqa: F401
    packs,  # noqa: F401
    sharing,  # noqa: F401
    shortlist,  # noqa: F401
    templates,  # noqa: F401
)
