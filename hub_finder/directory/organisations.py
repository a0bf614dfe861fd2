"""Organisations as the team keeps them: who speaks for each, what they list, and whether they are trusted.

Nothing here commits.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from sqlalchemy import func, select

from hub_finder.directory.accounts import MANAGERS, fold, keep_account
from hub_finder.directory.journal import note_deed
from hub_finder.directory.speaking import Actor, is_staff, let_speak
from hub_finder.directory.stock import PER_PAGE
from hub_finder.extensions import db
from hub_finder.models.accounts import Account, Role
from hub_finder.models.base import LARGEST_NUMBER
from hub_finder.models.journal import Deed
from hub_finder.models.services import Organisation, Service
from hub_finder.models.submissions import Membership, MembershipStatus


class OrganisationNotFound(LookupError):
    """No organisation has this number."""


class MembershipNotFound(LookupError):
    """No membership has this number."""


class CannotChange(ValueError):
    """This cannot be done to an organisation, or not by this person; the message says why."""


@dataclass(frozen=True, kw_only=True)
class OrganisationPage:
    """One page of organisations by name, each with how many listings and speakers it has. `pages` is at least 1."""

    rows: Sequence[tuple[Organisation, int, int]]
    total: int
    page: int
    pages: int


def find_organisations(words: str = "", *, page: int = 1) -> OrganisationPage:
    """Organisations whose name holds the words."""
    named = Organisation.name.icontains(words, autoescape=True)
    total = db.session.scalar(select(func.count()).select_from(Organisation).where(named)) or 0
    listings = select(func.count()).where(Service.organisation_id == Organisation.id).scalar_subquery()
    speaks = Membership.organisation_id == Organisation.id, Membership.status == MembershipStatus.APPROVED
    speakers = select(func.count()).where(*speaks).scalar_subquery()
    found = (
        select(Organisation, listings, speakers).where(named).order_by(func.lower(Organisation.name), Organisation.id)
    )
    rows = db.session.execute(found.limit(PER_PAGE).offset((page - 1) * PER_PAGE)).all()
    return OrganisationPage(
        rows=[(one, listed, spoken_for) for one, listed, spoken_for in rows],
        total=total,
        page=page,
        pages=max(1, ceil(total / PER_PAGE)),
    )


def get_organisation(number: int) -> Organisation:
    """Raises OrganisationNotFound."""
    found = db.session.get(Organisation, number) if number <= LARGEST_NUMBER else None
    if found is None:
        raise OrganisationNotFound(number)
    return found


def find_by_ids(ids: Collection[int]) -> list[Organisation]:
    """These organisations, by name."""
    return list(db.session.scalars(select(Organisation).where(Organisation.id.in_(ids)).order_by(Organisation.name)))


def find_members(organisation: Organisation) -> list[Membership]:
    """All who asked to speak for an organisation or may: who waits first, then those who may, then the others."""
    order = [*MembershipStatus]
    found = db.session.scalars(select(Membership).where(Membership.organisation_id == organisation.id))
    return sorted(found, key=lambda one: (order.index(MembershipStatus(one.status)), one.asked_at, one.id))


def find_requests(account_id: int | None, organisation_ids: Collection[int]) -> Mapping[int, Membership]:
    """What someone asked of some organisations, or was given, by organisation."""
    theirs = Membership.account_id == account_id, Membership.organisation_id.in_(organisation_ids)
    return {one.organisation_id: one for one in db.session.scalars(select(Membership).where(*theirs))}


def get_membership_to_change(number: int) -> Membership:
    """Nobody else decides on it until the transaction ends. Raises MembershipNotFound."""
    found = None
    if number <= LARGEST_NUMBER:
        found = db.session.get(Membership, number, with_for_update={"of": Membership}, populate_existing=True)
    if found is None:
        raise MembershipNotFound(number)
    return found


def find_listings(organisation: Organisation) -> list[Service]:
    """All its listings that are stored, whatever their status, by name."""
    theirs = select(Service).where(Service.organisation_id == organisation.id)
    return list(db.session.scalars(theirs.order_by(Service.name, Service.id)))


def set_trusted(organisation: Organisation, trusted: bool, *, actor: Actor) -> bool:
    """Let small changes of an organisation be published at once, or no longer. Returns whether that is new.

    Raises CannotChange: it takes a manager.
    """
    if actor.role not in MANAGERS:
        raise CannotChange("Only managers decide which organisations are trusted.")
    is_new = organisation.trusted != trusted
    if is_new:
        organisation.trusted = trusted
        note_deed(actor, Deed.TRUSTED if trusted else Deed.NOT_TRUSTED, organisation_id=organisation.id)
    return is_new


def name_speaker(organisation: Organisation, email: str, *, actor: Actor) -> Membership:
    """Let the person of an address speak for an organisation, with an account from now on if there was none.

    Raises BadAccount for an address that is none, CannotChange for an account that is switched off.
    """
    if not is_staff(actor):
        raise CannotChange("Only the team decides who speaks for an organisation.")
    account = db.session.scalar(select(Account).where(Account.email == fold(email)))
    if account is None:
        account, _ = keep_account(email, role=Role.PROVIDER, by=actor)
    if account.disabled:
        raise CannotChange("This account is switched off. An administrator can switch it on again.")
    let_speak(account.id, organisation.id, by=actor, why="Named by the team")
    return find_requests(account.id, [organisation.id])[organisation.id]
