"""The pages for those who run groups and services: to list them, and to keep what is listed right."""

from flask import Blueprint

blueprint = Blueprint("providers", __name__, url_prefix="/providers")

from hub_finder.providers import (  # noqa: E402, F401  the views need the blueprint
    beginning,
    bulk,
    closing,
    joining,
    listings,
    overview,
    part_pages,
    place_pages,
    preview,
    refused,
    sending,
    session_pages,
)
