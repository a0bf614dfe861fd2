"""Histories to take away, as tables and as data; and all that is kept of a person."""

from collections.abc import Sequence

from flask import Response, abort

from hub_finder.access import managers, staff
from hub_finder.directory.held import find_held
from hub_finder.directory.people import PersonNotFound, get_person
from hub_finder.directory.submissions import SubmissionNotFound, get_submission
from hub_finder.extensions import db
from hub_finder.importers.histories import (
    Told,
    held_json,
    held_table,
    history_json,
    history_table,
    tell_listing,
    tell_organisation,
    tell_submission,
)
from hub_finder.models.base import LARGEST_NUMBER
from hub_finder.models.services import Organisation
from hub_finder.moderation import blueprint
from hub_finder.moderation.listings import get_or_404

TYPES = {"csv": "text/csv", "json": "application/json"}


@blueprint.get("/listings/<slug>/history.<form>")
@staff
def download_listing_history(slug: str, form: str) -> Response:
    return _history(slug, form, tell_listing(get_or_404(slug)))


@blueprint.get("/submissions/<reference>/history.<form>")
@staff
def download_submission_history(reference: str, form: str) -> Response:
    try:
        submission = get_submission(reference.replace("-", ""))
    except SubmissionNotFound:
        abort(404)
    return _history(submission.reference, form, tell_submission(submission))


@blueprint.get("/organisations/<int:number>/history.<form>")
@staff
def download_organisation_history(number: int, form: str) -> Response:
    organisation = db.session.get(Organisation, number) if number <= LARGEST_NUMBER else None
    if organisation is None:
        abort(404)
    return _history(organisation.name, form, tell_organisation(organisation), file=f"organisation-{number}")


@blueprint.get("/people/<int:number>/held.<form>")
@managers
def download_held(number: int, form: str) -> Response:
    """All that is kept of a person: what they may ask for."""
    try:
        held = find_held(get_person(min(number, LARGEST_NUMBER)))
    except PersonNotFound:
        abort(404)
    return _download(f"person-{number}", form, held_table(held) if form == "csv" else held_json(held))


def _history(about: str, form: str, told: Sequence[Told], *, file: str = "") -> Response:
    text = history_table(told) if form == "csv" else history_json(about, told)
    return _download(f"history-{file or about}", form, text)


def _download(name: str, form: str, text: str | bytes) -> Response:
    if form not in TYPES:
        abort(404)
    response = Response(text, mimetype=TYPES[form])
    response.headers["Content-Disposition"] = f"attachment; filename={name}.{form}"
    return response
