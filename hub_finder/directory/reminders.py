"""Which listings people are to be asked about, whom, and which the managers must hear of. Nothing here writes.

Whoever speaks for the organisation is asked, or else the listing's own address; nobody about what was never checked:
nobody has ever told us anything there, and the team asks first. All is worked out from the day and from what was sent,
so it does not matter how often, or how late, anybody looks.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from hub_finder.area import Area, Holiday
from hub_finder.directory.accounts import fold
from hub_finder.directory.bounces import find_unreachable
from hub_finder.directory.catalogue import HAS_PAGE
from hub_finder.directory.dead_letters import IS_DEAD
from hub_finder.directory.freshness import months_before
from hub_finder.directory.speaking import find_speakers_of
from hub_finder.directory.submissions import WAITING
from hub_finder.extensions import db
from hub_finder.models.accounts import Account, Role
from hub_finder.models.reminders import Answer, Reminder, ReminderKind
from hub_finder.models.reports import OutgoingMail
from hub_finder.models.services import Booking, Organisation, Service
from hub_finder.models.submissions import Submission

# Nobody is asked about the same listing for another reason so soon.
REST = timedelta(days=14)

State = Literal["to_ask", "asked", "nobody", "unanswered", "ended"]


class Listing(NamedTuple):
    """What is asked about."""

    id: int
    slug: str
    name: str
    email: str | None
    organisation_id: int
    organisation: str
    checked_on: date


class Person(NamedTuple):
    """Somebody to write to; without an account it is a listing's own address."""

    address: str
    name: str
    account_id: int | None


class Ask(NamedTuple):
    """A question about a listing: `about` is the day of its check, or of the first day of the holidays."""

    listing: Listing
    kind: ReminderKind
    about: date
    number: int


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How it stands with a listing whose check is due. `asked` is what was sent about this check, the latest first."""

    listing: Listing
    state: State
    number: int
    people: Sequence[Person]
    asked: Sequence[Reminder]
    # Those of its people whom no mail reaches.
    out_of_reach: Sequence[Person]
    told: Sequence[Reminder]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is to be sent on a day: who is asked what, the holidays first, and which listings the managers hear of."""

    day: date
    holiday: Holiday | None
    asks: Mapping[Person, Sequence[Ask]] = field(default_factory=dict)
    standings: Sequence[Standing] = ()

    @property
    def for_managers(self) -> Sequence[Standing]:
        """The listings about which nobody can be asked, or nobody answers."""
        return [one for one in self.standings if one.state in ("nobody", "unanswered")]


def make_plan(area: Area, day: date) -> Plan:
    """What is to be sent on a day, in a fixed number of queries."""
    holiday = holiday_to_ask_about(area, day)
    holiday_asks = _holiday_asks(area, holiday, day) if holiday else []
    standings = find_standings(area, day)
    asks: dict[Person, list[Ask]] = {}
    busy = {ask.listing.id for _person, ask in holiday_asks} | _asked_lately(ReminderKind.HOLIDAY, day)
    due = [(person, ask) for one in standings if one.listing.id not in busy for person, ask in _open_asks(one)]
    names: dict[str, Person] = {}
    for person, ask in (*holiday_asks, *due):
        # One address is one person, whatever stands beside it.
        asks.setdefault(names.setdefault(person.address, person), []).append(ask)
    return Plan(day=day, holiday=holiday, asks=asks, standings=standings)


def find_standings(area: Area, day: date) -> list[Standing]:
    """Every published listing whose check is due, lapsed ones too, by slug; but for those with a change under way."""
    due = _is_due(area, day)
    listings = _load(due)
    sent = _sent_about(due)
    people = _People.of(listings, due)
    return [_standing(one, people, sent.get(one.id, []), day, area.reminders.times) for one in listings]


def holiday_to_ask_about(area: Area, day: date) -> Holiday | None:
    """The next school holidays that are long enough, once they are near enough."""
    limits = area.reminders
    coming = (
        one
        for one in sorted(area.named_holidays, key=lambda one: one.first)
        if day < one.first and (one.last - one.first).days + 1 >= limits.holiday_days
    )
    following = next(coming, None)
    return following if following and day >= _asked_from(following, area) else None


def find_managers() -> list[Person]:
    """Who is told of what nobody else answers for."""
    managers = select(Account).where(Account.role == Role.MANAGER, Account.disabled.is_(False)).order_by(Account.id)
    found = [Person(one.email, one.name, one.id) for one in db.session.scalars(managers)]
    lost = find_out_of_reach(one.address for one in found)
    return [one for one in found if one.address not in lost]


def count_told() -> int:
    """About how many published listings managers were told that nobody answers, and nobody has checked them since."""
    told = select(func.count(Reminder.service_id.distinct())).join(Reminder.service)
    current = Reminder.kind == ReminderKind.TOLD, Reminder.about == Service.checked_on, HAS_PAGE
    return db.session.scalar(told.where(*current)) or 0


def find_out_of_reach(addresses: Iterable[str]) -> set[str]:
    """Those of some addresses that mail does not reach: marked as bounced, or a message to them was given up."""
    wanted = set(addresses)
    dead = db.session.scalars(select(OutgoingMail.address).where(IS_DEAD).distinct())
    return ({fold(address) for address in dead} & wanted) | find_unreachable(wanted)


# ---- checks that are due


def _is_due(area: Area, day: date) -> ColumnElement[bool]:
    changing = exists().where(Submission.service_id == Service.id, Submission.status.in_(WAITING))
    return and_(HAS_PAGE, Service.checked_on <= months_before(day, area.freshness.due), ~changing)


def _load(condition: ColumnElement[bool]) -> list[Listing]:
    columns = select(
        Service.id,
        Service.slug,
        Service.name,
        Service.email,
        Service.organisation_id,
        Organisation.name,
        Service.checked_on,
    )
    rows = db.session.execute(columns.join(Service.organisation).where(condition).order_by(Service.slug))
    return [Listing._make(row) for row in rows]


def _sent_about(due: ColumnElement[bool]) -> Mapping[int, list[Reminder]]:
    """What was sent about the present checks of these listings, by listing, the latest first."""
    kinds = (ReminderKind.STILL_RIGHT, ReminderKind.TOLD)
    about = select(Reminder).join(Reminder.service).where(due, Reminder.about == Service.checked_on)
    about = about.options(joinedload(Reminder.account))
    found: dict[int, list[Reminder]] = {}
    for one in db.session.scalars(about.where(Reminder.kind.in_(kinds)).order_by(Reminder.id.desc())):
        found.setdefault(one.service_id, []).append(one)
    return found


def _standing(listing: Listing, people: "_People", sent: Sequence[Reminder], day: date, times: int) -> Standing:
    asked = [one for one in sent if one.kind == ReminderKind.STILL_RIGHT]
    number = number_of(asked, day)
    reached, lost = people.of_listing(listing)
    state: State = "to_ask"
    if any(one.answer == Answer.ENDED for one in asked):
        state = "ended"
    elif number >= times:
        state = "unanswered"
    elif not reached:
        state = "nobody"
    elif any(one.number == number for one in asked):
        state = "asked"
    return Standing(
        listing=listing,
        state=state,
        number=number,
        people=reached,
        asked=asked,
        out_of_reach=lost,
        told=[one for one in sent if one.kind == ReminderKind.TOLD],
    )


def number_of(asked: Sequence[Reminder], day: date) -> int:
    """Which time of asking it is on a day, from 0: the next begins a month after the last one began.

    Until then the last one goes on, for those whom it has not reached yet.
    """
    if not asked:
        return 0
    last = max(one.number for one in asked)
    began = min(one.sent_on for one in asked if one.number == last)
    return last + 1 if began <= months_before(day, 1) else last


def _open_asks(one: Standing) -> list[tuple[Person, Ask]]:
    """What people are still to be asked about a listing, this time."""
    if one.state not in ("to_ask", "asked"):
        return []
    ask = Ask(one.listing, ReminderKind.STILL_RIGHT, one.listing.checked_on, one.number)
    done = {_asked_whom(sent) for sent in one.asked if sent.number == one.number}
    return [(person, ask) for person in one.people if (person.account_id or person.address) not in done]


def _asked_whom(sent: Reminder) -> int | str | None:
    return sent.account_id or sent.address


# ---- school holidays


def _holiday_asks(area: Area, holiday: Holiday, day: date) -> list[tuple[Person, Ask]]:
    """Whom to ask about what runs in the holidays, but for what somebody said is right since the asking began."""
    kinds = [kind.slug for kind in area.kinds.values() if kind.in_holidays]
    runs = or_(Service.kind.in_(kinds), exists().where(Booking.service_id == Service.id))
    wanted = and_(HAS_PAGE, runs, Service.checked_on < _asked_from(holiday, area))
    listings = _load(wanted)
    people = _People.of(listings, wanted)
    this = Reminder.kind == ReminderKind.HOLIDAY, Reminder.about == holiday.first
    asked = db.session.scalars(select(Reminder).where(*this)).all()
    done = {(one.service_id, _asked_whom(one)) for one in asked}
    answered = {one.service_id for one in asked if one.answer}
    resting = _asked_lately(ReminderKind.STILL_RIGHT, day)
    return [
        (person, Ask(listing, ReminderKind.HOLIDAY, holiday.first, 0))
        for listing in listings
        if listing.id not in resting | answered
        for person in people.of_listing(listing)[0]
        if (listing.id, person.account_id or person.address) not in done
    ]


def find_sent_before(holiday: Holiday) -> Sequence[Reminder]:
    """What was asked before these holidays, with each listing and person, by the listing's name."""
    sent = select(Reminder).where(Reminder.kind == ReminderKind.HOLIDAY, Reminder.about == holiday.first)
    sent = sent.join(Reminder.service).options(contains_eager(Reminder.service), joinedload(Reminder.account))
    return db.session.scalars(sent.order_by(Service.slug, Reminder.id)).all()


def _asked_from(holiday: Holiday, area: Area) -> date:
    return holiday.first - timedelta(weeks=area.reminders.holiday_weeks)


def _asked_lately(kind: ReminderKind, day: date) -> set[int]:
    lately = select(Reminder.service_id).where(Reminder.kind == kind, Reminder.sent_on > day - REST)
    return set(db.session.scalars(lately))


# ---- people


class _People(NamedTuple):
    """Whom one can ask about listings: who speaks for their organisations, and which addresses mail does not reach."""

    speakers: Mapping[int, Sequence[Account]]
    lost: Collection[str]

    @classmethod
    def of(cls, listings: Sequence[Listing], condition: ColumnElement[bool]) -> "_People":
        organisations: Select[int] = select(Service.organisation_id).where(condition)
        speakers = find_speakers_of(organisations)
        addresses = [one.email for all_ in speakers.values() for one in all_]
        return cls(speakers, find_out_of_reach([*addresses, *(fold(one.email) for one in listings if one.email)]))

    def of_listing(self, listing: Listing) -> tuple[list[Person], list[Person]]:
        """(those to write to, those whom mail does not reach)."""
        speakers = [Person(one.email, one.name, one.id) for one in self.speakers.get(listing.organisation_id, ())]
        own = [Person(fold(listing.email), listing.organisation, None)] if listing.email else []
        reached = [one for one in speakers if one.address not in self.lost]
        lost = [one for one in (*speakers, *own) if one.address in self.lost]
        return reached or [one for one in own if one.address not in self.lost], lost
