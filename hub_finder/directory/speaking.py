"""Who may speak for an organisation. Nothing here commits."""

from collections.abc import Mapping
from typing import Protocol

from sqlalchemy import Select, func, literal, select

from hub_finder.directory.accounts import STAFF, Own, now
from hub_finder.directory.journal import Doer, note_deed
from hub_finder.extensions import db
from hub_finder.models.accounts import Account, Role
from hub_finder.models.journal import Deed
from hub_finder.models.services import Organisation
from hub_finder.models.submissions import Membership, MembershipStatus

# (from, to): what staff may decide. An end is no refusal: it takes away what was given.
DECISIONS = frozenset(
    {
        (MembershipStatus.ASKED, MembershipStatus.APPROVED),
        (MembershipStatus.ASKED, MembershipStatus.REFUSED),
        (MembershipStatus.REFUSED, MembershipStatus.APPROVED),
        (MembershipStatus.APPROVED, MembershipStatus.ENDED),
        (MembershipStatus.ENDED, MembershipStatus.APPROVED),
    }
)
# What the journal says of each.
DEEDS = {
    MembershipStatus.APPROVED: Deed.APPROVED,
    MembershipStatus.REFUSED: Deed.REFUSED,
    MembershipStatus.ENDED: Deed.ENDED,
}
OWN_LISTING = "It came with their own listing."


class Actor(Doer, Protocol):
    """Whoever does something in a role."""

    @property
    def role(self) -> Role: ...


class CannotDecide(ValueError):
    """Who may speak for an organisation cannot be decided like this; the message says why."""


def is_staff(actor: Actor) -> bool:
    return actor.role in STAFF


def speaks_for(account_id: int | None, organisation_id: int | None) -> bool:
    """Whether the team has approved that this account speaks for this organisation."""
    known = select(Membership.id).where(
        Membership.account_id == account_id,
        Membership.organisation_id == organisation_id,
        Membership.status == MembershipStatus.APPROVED,
    )
    return db.session.scalar(known) is not None


def ask_to_speak(account_id: int, organisation_id: int, *, why: str) -> Membership:
    """Ask to speak for an organisation; who may already, or was asked about already, keeps what stands.

    Who was refused, or whose time ended, asks anew.
    """
    membership = _get_or_none(account_id, organisation_id)
    if membership is None:
        membership = Membership(account_id=account_id, organisation_id=organisation_id)
        db.session.add(membership)
    elif membership.status in (MembershipStatus.ASKED, MembershipStatus.APPROVED):
        return membership
    membership.status, membership.why, membership.asked_at = str(MembershipStatus.ASKED), why, now()
    membership.decided_by = membership.decided_at = None
    db.session.flush()
    asker = Own(db.session.get_one(Account, account_id))
    note_deed(asker, Deed.ASKED, organisation_id=organisation_id, account_id=account_id)
    return membership


def decide(membership: Membership, status: MembershipStatus, *, actor: Actor, why: str = "") -> None:
    """Approve, refuse or end, and say why in the journal. Raises CannotDecide."""
    old = MembershipStatus(membership.status)
    if not is_staff(actor) or (old, status) not in DECISIONS:
        raise CannotDecide(f"It stands at “{old.label}” now, and cannot become “{status.label}” from there.")
    membership.status, membership.decided_by, membership.decided_at = str(status), actor.name, now()
    db.session.flush()
    about = {"organisation_id": membership.organisation_id, "account_id": membership.account_id}
    note_deed(actor, DEEDS[status], **about, note=why)


def let_speak(account_id: int, organisation_id: int, *, by: Doer | str, why: str = OWN_LISTING) -> None:
    """Let an account speak for an organisation, by default for one that came with its own listing."""
    membership = _get_or_none(account_id, organisation_id)
    if membership is not None and membership.status == MembershipStatus.APPROVED:
        return
    if membership is None:
        membership = Membership(account_id=account_id, organisation_id=organisation_id, why="", asked_at=now())
        db.session.add(membership)
    name = by if isinstance(by, str) else by.name
    membership.status, membership.decided_by, membership.decided_at = str(MembershipStatus.APPROVED), name, now()
    db.session.flush()
    note_deed(by, Deed.APPROVED, organisation_id=organisation_id, account_id=account_id, note=why)


def find_speakers(organisation_id: int) -> list[Account]:
    """Those who may speak for an organisation and may sign in, the longest first."""
    return find_speakers_of(select(literal(organisation_id))).get(organisation_id, [])


def find_speakers_of(organisations: Select[int]) -> Mapping[int, list[Account]]:
    """The same for several organisations, by the id of each that has any."""
    asked = (
        select(Membership.organisation_id, Account)
        .join(Account, Membership.account_id == Account.id)
        .where(
            Membership.organisation_id.in_(organisations),
            Membership.status == MembershipStatus.APPROVED,
            Account.disabled.is_(False),
        )
    )
    found: dict[int, list[Account]] = {}
    for organisation_id, account in db.session.execute(asked.order_by(Membership.id)):
        found.setdefault(organisation_id, []).append(account)
    return found


def find_memberships(account_id: int) -> Mapping[int, Membership]:
    """An account's memberships, by organisation."""
    asked = select(Membership).where(Membership.account_id == account_id).order_by(Membership.id)
    return {one.organisation_id: one for one in db.session.scalars(asked)}


def get_organisation_or_none(name: str) -> Organisation | None:
    """The organisation of a name; of those that differ in capitals alone, the one of this very name."""
    called = " ".join(name.split())
    alike = select(Organisation).where(func.lower(Organisation.name) == func.lower(called))
    return db.session.scalar(alike.order_by(Organisation.name != called, Organisation.id).limit(1))


def _get_or_none(account_id: int, organisation_id: int) -> Membership | None:
    mine = select(Membership).where(Membership.account_id == account_id, Membership.organisation_id == organisation_id)
    return db.session.scalar(mine)
