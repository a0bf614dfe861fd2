"""What all pages of the form share: whose it is, what was shown of it, and saving what was typed."""

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import NamedTuple

from flask import abort, flash, redirect, request, url_for
from werkzeug import Response

from hub_finder import access
from hub_finder.directory.submissions import (
    EDITABLE,
    Overtaken,
    SubmissionNotFound,
    Who,
    get_submission,
    get_submission_to_change,
    is_,
)
from hub_finder.models.submissions import Submission, SubmissionStatus
from hub_finder.providers.drafts import cells_of, draft_of
from hub_finder.providers.part import Part
from hub_finder.providers.parts import BY_SLUG

# Endpoint -> its form once more, as it was sent, with a word at its top.
Again = Callable[[str], str]
AGAIN: dict[str, Again] = {}


class Opened(NamedTuple):
    """A proposal to write in. `is_overtaken`: this part of it was written by somebody since the page was opened."""

    submission: Submission
    is_overtaken: bool


def get_or_404(reference: str) -> Submission:
    """The proposal of who is signed in, or of an organisation that they speak for."""
    try:
        submission = get_submission(reference)
    except SubmissionNotFound:
        abort(404)
    if not is_(Who.MAKER, submission, access.actor()):
        access.note_refusal()
        abort(404)
    return submission


def get_part_or_404(slug: str) -> Part:
    if slug not in BY_SLUG:
        abort(404)
    return BY_SLUG[slug]


def open_to_write(reference: str, part: Part | None = None) -> Opened:
    """The proposal, which nobody else changes until the transaction ends.

    A change of another part since the page was opened is no reason to stop: it is not touched.
    """
    get_or_404(reference)
    try:
        return Opened(get_submission_to_change(reference, version=version_shown()), is_overtaken=False)
    except Overtaken:
        submission = get_submission(reference)
        return Opened(submission, part is None or request.form.get("shown") != stamp_of(submission, part))


def version_shown() -> int:
    """The version of the proposal that the page showed; -1, which none has, where it does not say."""
    number = request.form.get("version", "")
    return int(number) if number.isascii() and number.isdecimal() and len(number) < 10 else -1


def is_editable(submission: Submission) -> bool:
    return submission.status in EDITABLE


def not_now(submission: Submission) -> Response:
    """Back to the proposal, with a word on why nothing can be written in it."""
    flash(f"It is “{SubmissionStatus(submission.status).label}” now, so nothing was changed.")
    return redirect(url_for("providers.show_submission", reference=submission.reference), 303)


def stamp_of(submission: Submission, part: Part) -> str:
    """What stands for all that a page shows of a part."""
    said = json.dumps(said_of(submission, part), sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:20]


def said_of(submission: Submission, part: Part) -> Mapping[str, str]:
    """What a proposal says in a part, by column or box."""
    if not part.public:
        return {box.name: submission.safeguarding.get(box.name, "") for box in part.boxes}
    return cells_of(draft_of(submission.rows), part.all_columns)


def shown_again_at(endpoint: str) -> Callable[[Again], Again]:
    """Name the function that shows an endpoint's form again when the request did not get as far as the view."""

    def name(show: Again) -> Again:
        AGAIN[endpoint] = show
        return show

    return name
