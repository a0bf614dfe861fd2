"""A feed's news of listings that a person here has edited: compared, then taken or declined. Nothing here commits."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from sqlalchemy import select, update

from hub_finder.database import begin_writing
from hub_finder.directory.catalogue import load_whole
from hub_finder.directory.listings import Listing, Vocabulary, compare_rows, fingerprint_of, parse_listing, rows_of
from hub_finder.directory.records import listing_of
from hub_finder.directory.saving import Outcome, save_listing
from hub_finder.directory.stock import hold
from hub_finder.extensions import db
from hub_finder.models.base import LARGEST_NUMBER
from hub_finder.models.feeds import Feed, FeedListing, Proposal, ProposalStatus
from hub_finder.models.services import Need, Service


class ProposalNotFound(LookupError):
    """No open proposal has this number."""


class CannotTake(ValueError):
    """What the feed says cannot be kept today; the message says why."""


def find_open_proposals() -> list[Proposal]:
    """The proposals to decide, the oldest first."""
    open_ones = select(Proposal).where(Proposal.status == ProposalStatus.OPEN)
    return list(db.session.scalars(open_ones.order_by(Proposal.id)))


def get_open_proposal(number: int) -> Proposal:
    """The open proposal of this number. Raises ProposalNotFound: one that was decided, or has newer news, is closed."""
    proposal = db.session.get(Proposal, number) if number <= LARGEST_NUMBER else None
    if proposal is None or proposal.status != ProposalStatus.OPEN:
        raise ProposalNotFound(number)
    return proposal


def get_open_proposal_to_change(number: int) -> Proposal:
    """The same, and nobody else changes its listing until the transaction ends. Raises ProposalNotFound."""
    hold(get_open_proposal(number).service.slug)
    db.session.expire_all()
    return get_open_proposal(number)


def compare(proposal: Proposal) -> list[tuple[str, str, str]]:
    """(column, here, in the feed) of each column that would change."""
    [service] = load_whole([proposal.service_id])
    return compare_rows(rows_of(listing_of(service)), proposal.rows)


def propose(service: Service, feed: Feed, listing: Listing) -> Proposal | None:
    """Keep a feed's news of a listing, in the place of older news; None when they were declined before."""
    rows = rows_of(listing)
    fingerprint = fingerprint_of(rows)
    withdraw(service)
    declined = select(Proposal.id).where(
        Proposal.service_id == service.id,
        Proposal.fingerprint == fingerprint,
        Proposal.status == ProposalStatus.DECLINED,
    )
    if db.session.scalar(declined.limit(1)) is not None:
        return None
    proposal = Proposal(
        service_id=service.id,
        feed_id=feed.id,
        rows=rows,
        fingerprint=fingerprint,
        at=datetime.now(UTC),
        status=ProposalStatus.OPEN,
    )
    db.session.add(proposal)
    db.session.flush()
    return proposal


def withdraw(service: Service) -> None:
    """Take back what was proposed for a listing and not decided: it is news no more, and nobody decides on it by its
    number, having read something else."""
    still_open = (Proposal.service_id == service.id, Proposal.status == ProposalStatus.OPEN)
    db.session.execute(update(Proposal).where(*still_open).values(status=str(ProposalStatus.WITHDRAWN)))


def take(proposal: Proposal, *, needs: Mapping[str, Need], vocabulary: Vocabulary, actor: str) -> Outcome:
    """Bring the listing up to what the feed says. Raises CannotTake, ProposalNotFound."""
    begin_writing(db.session.connection())
    _close(proposal, ProposalStatus.TAKEN, actor)
    rows: Sequence[Mapping[str, str]] = proposal.rows
    listing, problems = parse_listing(rows, vocabulary)
    if listing is None:
        told = "; ".join(f"{one.column} “{one.value}” {one.reason}" for one in problems)
        raise CannotTake(f"It cannot be kept today: {told}.")
    link = db.session.get(FeedListing, proposal.service_id)
    feed_name = proposal.feed.name
    outcome = save_listing(listing, needs, actor=actor, note=f"Taken from {feed_name}")
    if link is not None:
        link.fingerprint = proposal.fingerprint
        db.session.flush()
    return outcome


def decline(proposal: Proposal, *, actor: str) -> None:
    """Leave the listing as it is. The same news are not proposed again. Raises ProposalNotFound."""
    _close(proposal, ProposalStatus.DECLINED, actor)


def _close(proposal: Proposal, status: ProposalStatus, actor: str) -> None:
    name = " ".join(actor.split())
    if not name or len(name) > 120:
        raise CannotTake("Say who decided, in at most 120 characters.")
    db.session.refresh(proposal)
    if proposal.status != ProposalStatus.OPEN:
        raise ProposalNotFound(proposal.id)
    proposal.status, proposal.decided_by, proposal.decided_at = status, name, datetime.now(UTC)
    db.session.flush()
