"""The pages for those who keep the listings."""

from flask import Blueprint

blueprint = Blueprint("moderation", __name__, url_prefix="/moderation")

from hub_finder.moderation import (  # noqa: E402, F401  the views need the blueprint
    adding_phrases,
    duplicates,
    editing,
    feeds,
    histories,
    listings,
    mail,
    merging,
    missing_help,
    organisations,
    people,
    phrases,
    proposals,
    quality,
    queue,
    reminders,
    reports,
    restoring,
    standing,
    start,
    status,
    submission_editing,
    submissions,
    texts,
    undoing_phrases,
    words,
)
