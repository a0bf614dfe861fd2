"""A listing as an answer shows it: light, read from a text that was made when the listing was saved.

The parts have the names that the stored listing has, so that words, times and templates work on either.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, time
from typing import Any, Self, TypeVar

import orjson

from hub_finder.directory.facts import StoredFacts
from hub_finder.directory.lately import Lately
from hub_finder.directory.terms import Term
from hub_finder.models.services import Alert, Booking, Location, Schedule, Service

Part = TypeVar("Part")


@dataclass(slots=True, kw_only=True)
class CardOrganisation:
    name: str


@dataclass(kw_only=True)
class CardPlace:
    id: int
    precision: str
    name: str | None = None
    address_1: str | None = None
    address_2: str | None = None
    city: str | None = None
    postal_code: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    council: str | None = None


@dataclass(slots=True, kw_only=True)
class CardSchedule:
    freq: str
    interval: int
    byday: list[str] = field(default_factory=list)
    opens_at: time | None = None
    closes_at: time | None = None
    when: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    except_dates: list[str] = field(default_factory=list)
    place: int | None = None


class Patterns(tuple[CardSchedule, ...]):
    """The times of a card. Cards with the same times share them, with what was told of them (see `words.opening`)."""

    told: dict[tuple[str, int | None], Any]

    def __new__(cls, schedules: Iterable[CardSchedule] = ()) -> Self:
        patterns = super().__new__(cls, schedules)
        patterns.told = {}
        return patterns


NO_TIMES = Patterns()


@dataclass(slots=True, kw_only=True)
class CardAlert:
    text: str
    closed: bool
    starts_on: date | None = None
    ends_on: date | None = None


@dataclass(slots=True, kw_only=True)
class CardBooking:
    name: str | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    url: str | None = None
    free_for: str | None = None
    food: bool | None = None
    places: str | None = None


@dataclass(kw_only=True)
class Card:
    """A listing in a list of answers. Several answers may share it, so nothing that it tells is ever changed."""

    id: int
    slug: str
    uid: str
    status: str
    name: str
    kind: str
    organisation: CardOrganisation
    summary: str
    cost: str
    referral: str
    sensitive: bool
    confidence: str
    unreachable_times: int
    former_names: Sequence[str] = ()
    needs: Sequence[Term] = ()
    locality: str | None = None
    min_age: int | None = None
    max_age: int | None = None
    eligibility: str | None = None
    languages: Sequence[str] = ()
    cost_note: str | None = None
    delivery: Sequence[str] = ()
    accessibility: str | None = None
    phone: str | None = None
    email: str | None = None
    website: str | None = None
    checked_on: date | None = None
    schedule_note: str | None = None
    places: Sequence[CardPlace] = ()
    schedules: Patterns = NO_TIMES
    alerts: Sequence[CardAlert] = ()
    bookings: Sequence[CardBooking] = ()
    # The feeds that it stands in, by their ids: no part of its text, for they change without it.
    feeds: Sequence[int] = field(default=(), init=False)
    # What is the same in every answer for programs: a JSON object but for its last brace, made by `serialisers`.
    lasting: bytes | None = field(default=None, init=False, compare=False)


# What words, times and pages take: the stored listing or its card.
AnyService = Service | Card
AnyPlace = Location | CardPlace
AnySchedule = Schedule | CardSchedule
AnyAlert = Alert | CardAlert
AnyBooking = Booking | CardBooking

_PARTS = {"places": CardPlace, "schedules": CardSchedule, "alerts": CardAlert, "bookings": CardBooking}
_KINDS = (Card, *_PARTS.values())
# The parts without a default, which every listing has, and those that may not be stated.
_ALWAYS, _PERHAPS = (
    {
        kind: tuple(one.name for one in fields(kind) if one.init and (one.default is one.default_factory) is always)
        for kind in _KINDS
    }
    for always in (True, False)
)
_SPAN = {"starts_on": date.fromisoformat, "ends_on": date.fromisoformat}
_VALIDITY = {"valid_from": date.fromisoformat, "valid_to": date.fromisoformat}
_HOURS = {"opens_at": time.fromisoformat, "closes_at": time.fromisoformat}
# The times of which cards share one object each.
_patterns: Lately[bytes, Patterns] = Lately(5000)


def pack_card(facts: StoredFacts) -> str:
    """The text of a listing's card, from what `read_facts` gives. What is not stated is left out of it."""
    kept = _stated(facts, Card)
    for name, part in _PARTS.items():
        if name in kept:
            kept[name] = [_stated(one, part) for one in kept[name]]
    return orjson.dumps(kept).decode()


def _stated(facts: Mapping[str, Any], kind: type[Any]) -> dict[str, Any]:
    kept = {name: facts[name] for name in _ALWAYS[kind]}
    for name in _PERHAPS[kind]:
        value = facts[name]
        if value is not None and value != []:
            kept[name] = value
    return kept


def unpack_card(text: str, needs: Mapping[str, Term]) -> Card:
    """The card that a text holds; `needs` are the terms of the vocabulary by slug."""
    facts = orjson.loads(text)
    facts["organisation"] = CardOrganisation(name=facts["organisation"])
    # A term may have gone since, in another process: the card still has the others.
    facts["needs"] = [needs[slug] for slug in facts.get("needs", ()) if slug in needs]
    if "checked_on" in facts:
        facts["checked_on"] = date.fromisoformat(facts["checked_on"])
    if "places" in facts:
        facts["places"] = [_made_of(CardPlace, one) for one in facts["places"]]
    if "schedules" in facts:
        facts["schedules"] = _unpack_patterns(facts["schedules"])
    if "alerts" in facts:
        facts["alerts"] = [CardAlert(**_typed(one, _SPAN)) for one in facts["alerts"]]
    if "bookings" in facts:
        facts["bookings"] = [CardBooking(**_typed(one, _SPAN)) for one in facts["bookings"]]
    return _made_of(Card, facts)


def _made_of(kind: type[Part], facts: dict[str, Any]) -> Part:
    """A part that takes the facts over as they are: a page has a score of them, and `__init__` takes ten times as long.

    What they leave out has the default of its kind.
    """
    part = object.__new__(kind)
    part.__dict__ = facts
    return part


def _unpack_patterns(schedules: list[dict[str, Any]]) -> Patterns:
    key = orjson.dumps(schedules)
    patterns = _patterns.get(key)
    if patterns is None:
        patterns = Patterns(CardSchedule(**_typed(one, _VALIDITY | _HOURS)) for one in schedules)
        _patterns.put(key, patterns)
    return patterns


def _typed(facts: dict[str, Any], types: Mapping[str, Callable[[str], Any]]) -> dict[str, Any]:
    """The facts with dates and times as such."""
    for name, read in types.items():
        if name in facts:
            facts[name] = read(facts[name])
    return facts
