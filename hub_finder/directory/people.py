"""Those who have an account, as managers see them, and what these may change. Nothing here commits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select

from hub_finder.database import begin_writing
from hub_finder.directory import accounts
from hub_finder.directory.accounts import STAFF, changed_role
from hub_finder.directory.administrators import ensure_another
from hub_finder.directory.journal import note_deed
from hub_finder.directory.speaking import Actor
from hub_finder.extensions import db
from hub_finder.models.accounts import Account, Role, SecondStep
from hub_finder.models.history import Event
from hub_finder.models.journal import Deed
from hub_finder.models.services import Organisation, Service
from hub_finder.models.submissions import Membership, MembershipStatus, Submission


class PersonNotFound(LookupError):
    """Nobody has an account of this number; it may have been removed."""


class NotAllowed(ValueError):
    """Whoever asks may not change this account like this; the message says why."""


@dataclass(frozen=True, kw_only=True)
class Person:
    """An account with what stands elsewhere of it."""

    account: Account
    has_second_step: bool
    organisations: Sequence[str]


def find_people(words: str = "", role: Role | None = None) -> list[Person]:
    """Everybody with an account, by name, or those whose name or address holds some words."""
    asked = select(Account).order_by(Account.name, Account.id)
    if role:
        asked = asked.where(Account.role == role)
    if words:
        held = f"%{words.casefold().replace('/', '//').replace('%', '/%').replace('_', '/_')}%"
        asked = asked.where(or_(Account.name.ilike(held, escape="/"), Account.email.like(held, escape="/")))
    found = db.session.scalars(asked).all()
    spoken_for = _organisations()
    stepped = set(db.session.scalars(select(SecondStep.account_id)))
    return [
        Person(account=one, has_second_step=one.id in stepped, organisations=spoken_for.get(one.id, ()))
        for one in found
    ]


def get_person(account_id: int) -> Account:
    """Raises PersonNotFound."""
    found = db.session.get(Account, account_id)
    if found is None:
        raise PersonNotFound(account_id)
    return found


def get_person_to_change(account_id: int) -> Account:
    """The same, and nobody else changes it until the transaction ends. Raises PersonNotFound."""
    begin_writing(db.session.connection())
    # With all administrators, in one order: two who change each other at once do not stop each other.
    asked = select(Account).where(or_(Account.id == account_id, Account.role == Role.ADMINISTRATOR))
    asked = asked.order_by(Account.id).with_for_update().execution_options(populate_existing=True)
    found = next((one for one in db.session.scalars(asked) if one.id == account_id), None)
    if found is None:
        raise PersonNotFound(account_id)
    return found


def find_submissions_of(account: Account) -> Sequence[Submission]:
    """What someone has proposed, the latest first."""
    asked = select(Submission).where(Submission.account_id == account.id)
    return db.session.scalars(asked.order_by(Submission.changed_at.desc(), Submission.id)).all()


def find_events_by(account: Account, *, most: int) -> Sequence[tuple[Event, str, str]]:
    """What someone did to listings while signed in, the latest first; each with the listing's slug and name."""
    asked = select(Event, Service.slug, Service.name).join(Service, Service.id == Event.service_id)
    asked = asked.where(Event.account_id == account.id).order_by(Event.id.desc()).limit(most)
    return [(event, slug, name) for event, slug, name in db.session.execute(asked)]


def roles_to_give(actor: Actor) -> frozenset[Role]:
    """The roles that someone may give and take: administrators all, managers those of people outside the team."""
    if actor.role is Role.ADMINISTRATOR:
        return frozenset(Role)
    return frozenset(Role) - STAFF if actor.role is Role.MANAGER else frozenset()


def may_change(account: Account, actor: Actor) -> bool:
    """Whether it is someone else's account, of a role that they may give."""
    return account.id != actor.account_id and Role(account.role) in roles_to_give(actor)


def change_role(account: Account, role: Role, *, actor: Actor) -> None:
    """Give another role; their sessions go on with it. Raises NotAllowed, LastAdministrator."""
    _ensure_allowed(account, actor)
    if role not in roles_to_give(actor):
        raise NotAllowed(f"Only an administrator can make someone {role.label.lower()}.")
    old = Role(account.role)
    if role is old:
        return
    if old is Role.ADMINISTRATOR:
        ensure_another(account)
    account.role = str(role)
    note_deed(actor, Deed.ROLE, account_id=account.id, note=changed_role(old, role))


def switch_off(account: Account, *, actor: Actor) -> None:
    """Shut someone out. Raises NotAllowed, LastAdministrator."""
    _ensure_allowed(account, actor)
    ensure_another(account)
    accounts.disable_account(account.email, by=actor)


def switch_on(account: Account, *, actor: Actor) -> None:
    """Let someone sign in again. Raises NotAllowed."""
    _ensure_allowed(account, actor)
    if account.disabled:
        account.disabled = False
        note_deed(actor, Deed.SWITCHED_ON, account_id=account.id)


def sign_out(account: Account, *, actor: Actor) -> None:
    """End all their sessions. Raises NotAllowed."""
    _ensure_allowed(account, actor)
    accounts.sign_out_everywhere(account.id, by=actor)


def _ensure_allowed(account: Account, actor: Actor) -> None:
    if account.id == actor.account_id:
        raise NotAllowed("You cannot change your own account here.")
    if not may_change(account, actor):
        raise NotAllowed("Only an administrator can change someone of the team.")


def _organisations() -> Mapping[int, Sequence[str]]:
    """The organisations that each account may speak for."""
    asked = select(Membership.account_id, Organisation.name).join(Organisation)
    asked = asked.where(Membership.status == MembershipStatus.APPROVED).order_by(Organisation.name)
    found: dict[int, list[str]] = {}
    for account_id, name in db.session.execute(asked):
        found.setdefault(account_id, []).append(name)
    return found
