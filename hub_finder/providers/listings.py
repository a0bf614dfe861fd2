"""All that somebody has here: drafts, what waits, what is published, and what the team said."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import abort, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug import Response

from hub_finder import access
from hub_finder.access import signed_in
from hub_finder.directory.catalogue import ServiceNotFound
from hub_finder.directory.copying import copy_as_new
from hub_finder.directory.references import spoken
from hub_finder.directory.speaking import find_memberships
from hub_finder.directory.stock import get_stored
from hub_finder.directory.submissions import EDITABLE, WAITING, CannotAct, find_of
from hub_finder.extensions import db
from hub_finder.models.services import Service, Status
from hub_finder.models.submissions import Membership, MembershipStatus, Submission, SubmissionEvent, SubmissionStatus
from hub_finder.providers import blueprint
from hub_finder.providers.notes import find_latest_notes
from hub_finder.providers.overview import name_of
from hub_finder.providers.writing import get_or_404


@dataclass(frozen=True, kw_only=True)
class Line:
    """A proposal in a list, with the latest word of the team."""

    submission: Submission
    name: str
    reference: str
    status: SubmissionStatus
    word: SubmissionEvent | None


@blueprint.get("/listings")
@signed_in
def list_listings() -> str:
    who = access.actor()
    memberships = list(find_memberships(who.account_id).values())
    approved = [one for one in memberships if one.status == MembershipStatus.APPROVED]
    submissions = find_of(who)
    notes = find_latest_notes(submissions)
    lines = [
        Line(
            submission=one,
            name=name_of(one),
            reference=spoken(one.reference),
            status=SubmissionStatus(one.status),
            word=notes.get(one.id),
        )
        for one in submissions
    ]
    return render_template(
        "providers/list_listings.html",
        to_finish=[line for line in lines if line.status in EDITABLE],
        waiting=[line for line in lines if line.status in WAITING],
        ended=[line for line in lines if line.status not in EDITABLE | WAITING],
        published=_published(approved),
        memberships=[one for one in memberships if one not in approved],
        organisations=[one.organisation for one in approved],
    )


@blueprint.post("/copy")
@signed_in
def copy() -> Response:
    """Begin a new listing from what another says: of last year's `service`, or of a `submission`."""
    slug, reference = request.form.get("service", ""), request.form.get("submission", "")
    try:
        source = get_stored(slug) if slug else get_or_404(reference)
        draft = copy_as_new(source, actor=access.actor())
    except (ServiceNotFound, CannotAct):
        db.session.rollback()
        abort(404)
    db.session.commit()
    return redirect(url_for("providers.show_submission", reference=draft.reference), 303)


def _published(memberships: Sequence[Membership]) -> list[Service]:
    """The listings of the organisations that somebody speaks for, also those that are paused."""
    ids = [one.organisation_id for one in memberships]
    theirs = select(Service).where(
        Service.organisation_id.in_(ids), Service.status.in_((Status.PUBLISHED, Status.PAUSED))
    )
    return list(db.session.scalars(theirs.order_by(Service.name, Service.slug))) if ids else []
