"""What other programs tell us by themselves, each with a secret of its own."""

import hmac
import json

from flask import Blueprint, Response, current_app, request

from hub_finder.access import public
from hub_finder.directory.bounces import mark_bounced
from hub_finder.directory.letter_ids import written_to
from hub_finder.extensions import db, limiter
from hub_finder.forgery import from_a_program
from hub_finder.models.bounces import Kind
from hub_finder.web import error_json

blueprint = Blueprint("callbacks", __name__)

LARGEST = 10_000
# What GOV.UK Notify calls the end of a message that did not arrive. The last is its own failure.
KINDS = {"permanent-failure": Kind.HARD, "temporary-failure": Kind.SOFT, "technical-failure": Kind.SOFT}


def _was_refused(response: Response) -> bool:
    """What Notify tells comes in hundreds when hundreds of mails went out: only who has no token is counted."""
    return response.status_code == 401


@blueprint.post("/mail/notify-status")
@limiter.limit("30 per minute", deduct_when=_was_refused)
@public
@from_a_program
def take_notify_status() -> Response:
    """Mark the address of a message that GOV.UK Notify could not deliver. Where no token is set, nobody is believed."""
    if not _has_token():
        return error_json("unauthorized", "The token is missing, or not right.", 401)
    request.max_content_length = LARGEST
    try:
        said = json.loads(request.get_data())
        reference, address, status = said["reference"], said["to"], said["status"]
    except (ValueError, LookupError, TypeError, RecursionError):
        return error_json("bad_value", "This is no delivery status.", 400)
    # What we did not write, or wrote without a reference, is no business of ours: it would only be told again.
    if isinstance(reference, str) and isinstance(address, str) and isinstance(status, str):
        _note(reference, address, status)
    return Response(status=204)


def _note(reference: str, address: str, status: str) -> None:
    written_at, kind = written_to(reference, address), KINDS.get(status)
    if written_at and kind:
        reason = f"GOV.UK Notify could not deliver it ({status})."
        mark_bounced(address, kind=kind, reason=reason, written_at=written_at)
        db.session.commit()


def _has_token() -> bool:
    token = current_app.config["HUB_NOTIFY_TOKEN"]
    given = request.headers.get("Authorization", "")
    return bool(token) and hmac.compare_digest(given.encode(), f"Bearer {token}".encode())
