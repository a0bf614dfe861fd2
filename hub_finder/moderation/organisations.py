"""Organisations: who speaks for each, and whether they are trusted."""

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug import Response

from hub_finder import access
from hub_finder.access import managers, staff
from hub_finder.directory.accounts import MANAGERS, BadAccount
from hub_finder.directory.journal import find_entries_of_organisation
from hub_finder.directory.organisations import (
    CannotChange,
    MembershipNotFound,
    OrganisationNotFound,
    find_listings,
    find_members,
    find_organisations,
    get_membership_to_change,
    get_organisation,
    name_speaker,
    set_trusted,
)
from hub_finder.directory.speaking import DECISIONS, CannotDecide, decide
from hub_finder.extensions import db
from hub_finder.models.journal import Deed
from hub_finder.models.services import Organisation, Status
from hub_finder.models.submissions import Membership, MembershipStatus
from hub_finder.moderation import blueprint
from hub_finder.moderation.forms import WordsForm
from hub_finder.moderation.submission_mail import tell_speaker
from hub_finder.parameters import tidy, tidy_lines

BUTTONS = {
    MembershipStatus.APPROVED: "Let them speak for it",
    MembershipStatus.REFUSED: "Refuse",
    MembershipStatus.ENDED: "End this",
}


@blueprint.get("/organisations")
@staff
def list_organisations() -> str:
    form = WordsForm(request.args)
    found = find_organisations(form.q.data, page=form.number) if form.validate() else None
    return render_template("moderation/list_organisations.html", form=form, found=found)


@blueprint.get("/organisations/<int:number>")
@staff
def show_organisation(number: int) -> str:
    return _page(_get_or_404(number))


@blueprint.post("/organisations/<int:number>/trust")
@managers
def trust_organisation(number: int) -> Response:
    organisation, trusted = _get_or_404(number), request.form.get("trusted") == "yes"
    if set_trusted(organisation, trusted, actor=access.actor()):
        db.session.commit()
        flash("Its small changes are published at once now." if trusted else "Its changes are read first from now on.")
    else:
        flash("It was so already. Nothing was changed.")
    return _back(number)


@blueprint.post("/organisations/<int:number>/speakers")
@staff
def add_speaker(number: int) -> Response | tuple[str, int]:
    """Let the person of an address speak for it: there is an account from then on, and a mail tells them."""
    organisation, email = _get_or_404(number), tidy(request.form.get("email"))
    try:
        membership = name_speaker(organisation, email, actor=access.actor())
    except (BadAccount, CannotChange) as error:
        db.session.rollback()
        return _page(_get_or_404(number), problem=str(error), email=email), 400
    told = tell_speaker(membership)
    db.session.commit()
    name = membership.account.name
    flash(f"{name} may speak for it now. We write to them." if told else f"{name} could speak for it already.")
    return _to_next(number)


@blueprint.post("/memberships/<int:number>/<status>")
@staff
def decide_membership(number: int, status: str) -> Response | tuple[str, int]:
    if status not in BUTTONS:
        abort(404)
    try:
        membership = get_membership_to_change(number)
    except MembershipNotFound:
        abort(404)
    to, why, organisation = MembershipStatus(status), tidy_lines(request.form.get("why")), membership.organisation
    if to is MembershipStatus.REFUSED and not why:
        return _page(organisation, problem="Say why not, in words for the person who asked.", refused=number), 400
    try:
        decide(membership, to, actor=access.actor(), why=why)
    except CannotDecide as error:
        flash(f"{error} Nothing was changed.")
        return _to_next(organisation.id)
    tell_speaker(membership, why)
    db.session.commit()
    flash(f"{membership.account.name}: {to.label.lower()}.")
    return _to_next(organisation.id)


def find_decisions(membership: Membership) -> list[tuple[MembershipStatus, str]]:
    """What may be decided of a membership as it stands, with the words of each button."""
    return [(to, words) for to, words in BUTTONS.items() if (membership.status, to) in DECISIONS]


def _get_or_404(number: int) -> Organisation:
    try:
        return get_organisation(number)
    except OrganisationNotFound:
        abort(404)


def _back(number: int) -> Response:
    return redirect(url_for("moderation.show_organisation", number=number), 303)


def _to_next(number: int) -> Response:
    """Back to the proposal from which it was decided, or to the organisation."""
    reference = request.form.get("submission", "")
    if reference.replace("-", "").isalnum():
        return redirect(url_for("moderation.show_submission", reference=reference), 303)
    return _back(number)


def _page(organisation: Organisation, *, problem: str = "", email: str = "", refused: int | None = None) -> str:
    members = find_members(organisation)
    return render_template(
        "moderation/show_organisation.html",
        organisation=organisation,
        members=[(one, MembershipStatus(one.status), find_decisions(one)) for one in members],
        listings=[(one, Status(one.status)) for one in find_listings(organisation)],
        history=find_entries_of_organisation(organisation.id),
        deeds=Deed,
        may_trust=access.actor().role in MANAGERS,
        problem=problem,
        email=email,
        refused=refused,
    )
