"""The pages for families."""

from flask import Blueprint

blueprint = Blueprint("finder", __name__)

from hub_finder.finder import (  # noqa: E402, F401  the views need the blueprint
    about,
    brand,
    browse,
    calendars,
    coverage,
    data,
    dumps,
    easy,
    easy_words,
    embeds,
    family_lists,
    find,
    following,
    leaving,
    missing,
    packs,
    pictures,
    reporting,
    script_words,
    sharing,
    shortlist,
    sitemaps,
    start,
    templates,
)
