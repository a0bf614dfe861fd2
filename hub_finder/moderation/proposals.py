"""What feeds say of listings that were edited here: taken, or left."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug import Response

from hub_finder import access
from hub_finder.access import staff
from hub_finder.area import current_area
from hub_finder.directory.listings import compare_rows, rows_of, stamp_of
from hub_finder.directory.proposals import (
    CannotTake,
    ProposalNotFound,
    decline,
    find_open_proposals,
    get_open_proposal,
    get_open_proposal_to_change,
    take,
)
from hub_finder.directory.records import listing_of
from hub_finder.directory.stock import get_stored
from hub_finder.directory.vocabulary import load_vocabulary
from hub_finder.extensions import db
from hub_finder.models.feeds import Proposal
from hub_finder.models.services import Status
from hub_finder.moderation import blueprint
from hub_finder.moderation.fields import LABELS
from hub_finder.moderation.forms import PagedForm
from hub_finder.moderation.listings import back_to


@blueprint.get("/proposals")
@staff
def list_proposals() -> str:
    form = PagedForm(request.args)
    form.validate()
    waiting = find_open_proposals()
    cut = form.cut(waiting)
    return render_template(
        "moderation/list_proposals.html",
        form=form,
        proposals=cut.shown,
        total=len(waiting),
        page=cut.page,
        pages=cut.pages,
    )


@blueprint.get("/proposals/<int:number>")
@staff
def show_proposal(number: int) -> str | Response:
    try:
        return _page(get_open_proposal(number))
    except ProposalNotFound:
        return _gone(number)


@blueprint.post("/proposals/<int:number>/take")
@staff
def take_proposal(number: int) -> str | Response | tuple[str, int]:
    try:
        proposal = get_open_proposal_to_change(number)
        if request.form.get("shown") != _stamp(proposal):
            why = "Someone changed the listing since you opened this page. Look again at what would change."
            return _page(proposal, why=why), 409
        needs, vocabulary = load_vocabulary(current_area())
        slug = proposal.service.slug
        take(proposal, needs=needs, vocabulary=vocabulary, actor=access.actor().name)
    except ProposalNotFound:
        return _gone(number)
    except CannotTake as error:
        db.session.rollback()
        return _page(get_open_proposal(number), why=str(error)), 409
    db.session.commit()
    flash("The listing says what the feed says now.")
    return back_to(slug)


@blueprint.post("/proposals/<int:number>/decline")
@staff
def decline_proposal(number: int) -> Response:
    try:
        proposal = get_open_proposal_to_change(number)
        decline(proposal, actor=access.actor().name)
    except ProposalNotFound:
        return _gone(number)
    db.session.commit()
    flash(f"{proposal.service.name} stays as it is. The same words are not proposed again.")
    return _to_list()


def _gone(number: int) -> Response:
    flash(f"Proposal {number} is no longer open: it was decided, or the feed has newer words. Nothing was changed.")
    return _to_list()


def _to_list() -> Response:
    return redirect(url_for("moderation.list_proposals"), 303)


def _stamp(proposal: Proposal) -> str:
    """What stands for the listing that the page sets the feed's words beside."""
    return stamp_of(rows_of(listing_of(get_stored(proposal.service.slug))))


def _page(proposal: Proposal, *, why: str | None = None) -> str:
    stored = rows_of(listing_of(get_stored(proposal.service.slug)))
    return render_template(
        "moderation/show_proposal.html",
        proposal=proposal,
        status=Status(proposal.service.status),
        changes=compare_rows(stored, proposal.rows),
        shown=stamp_of(stored),
        why=why,
        labels=LABELS,
    )
