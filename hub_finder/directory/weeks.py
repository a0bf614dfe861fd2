"""What is on by day: the sessions of all listings that a search finds, in two weeks.

The columns say which sessions come first; only the cards of those listings are read, in one query, and `times` tells
each session.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from itertools import groupby
from typing import Literal, get_args

import numpy as np

from hub_finder.area import Area
from hub_finder.directory import search
from hub_finder.directory.asking import Asked
from hub_finder.directory.candidates import Candidates
from hub_finder.directory.cards import Card, CardPlace
from hub_finder.directory.matching import placed_candidates, placeless_candidates
from hub_finder.directory.query import SearchQuery
from hub_finder.directory.recurrences import midnight
from hub_finder.directory.times import DAY, Calendar, Session, local, sessions
from hub_finder.directory.times_asked import PARTS, dates_asked
from hub_finder.directory.week_columns import NO_DISTANCE, Columns, Hit, Question, look

WEEK = 7 * DAY
# So many are told at once.
WEEKS = 2
MOST_A_WEEK = 200
MOST_ALWAYS = 20

PartName = Literal["all day", "night", "morning", "afternoon", "evening"]
PART_NAMES: Sequence[PartName] = get_args(PartName)


@dataclass(frozen=True, kw_only=True)
class Found:
    """A listing of a timetable, with the place that the search means and how far that is; None where it has none."""

    service: Card
    place: CardPlace | None
    distance_m: float | None
    round_water: bool


@dataclass(frozen=True, kw_only=True)
class Slot:
    """One session of a listing. `place` is where it is: its own, or the one that the search means if none is stated.

    `ends_at` lies past midnight where the next session goes on from it.
    """

    found: Found
    session: Session
    place: CardPlace | None
    ends_at: datetime | None

    @property
    def distance_m(self) -> float | None:
        """How far it is, unless the distance of the listing is that of another place."""
        return self.found.distance_m if self.place is self.found.place else None

    @property
    def far(self) -> float:
        """How far, so that what has no distance comes last."""
        return NO_DISTANCE if self.distance_m is None else self.distance_m


@dataclass(frozen=True, kw_only=True)
class DayOn:
    """A day with what is on, by part of the day. `clock` tells which way the clock changes on it, if it does."""

    day: date
    kind: str | None
    is_bank_holiday: bool
    clock: str | None
    parts: Sequence[tuple[PartName, Sequence[Slot]]]


@dataclass(frozen=True, kw_only=True)
class Week:
    """The days of a week that were asked for. So many sessions are `hidden`: they come after those that are told."""

    monday: date
    days: Sequence[DayOn]
    hidden: int


@dataclass(frozen=True, kw_only=True)
class Timetable:
    """What is on in two weeks. `always` is open day and night on each of the days asked for, as are `more_always`.

    Of the `listings` that the search finds, `on` have a session on those days, and `unknown` do not say if they have.
    """

    weeks: Sequence[Week]
    always: Sequence[Found]
    more_always: int
    listings: int
    on: int
    unknown: int


def monday_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - day.weekday() * DAY


def find_timetable(page: search.SearchPage, *, area: Area, monday: date) -> Timetable:
    """The sessions, in two weeks from a Monday on, of all listings that the search of a page finds.

    Days, a date, a part of the day, term and holidays choose among sessions here. Else it is the same search, within
    the same miles. What is over by now is left out.
    """
    query = page.query
    asked = search.ask(replace(query, days=(), on=None, time=None, when=None), area)
    halves = list(_halves(asked, page.within_miles))
    days = [day for day in _days(monday, 7 * WEEKS) if _is_asked(day, query, asked)]
    question = Question(days=days, part=query.time, now=asked.now, calendar=asked.calendar, most=MOST_A_WEEK)
    looks = [look(Columns.of(half), number, question) for number, half in enumerate(halves)]

    hits = sorted(hit for one in looks for hit in one.hits)
    of_weeks = [[hit for hit in hits if monday_of(hit.day) == first][:MOST_A_WEEK] for first in _days(monday, WEEKS, 7)]
    always = sorted(hit for one in looks for hit in one.always)
    told = [*always[:MOST_ALWAYS], *(hit for some in of_weeks for hit in some)]
    listings = _listings(asked, halves, told)
    counts = {day: sum(one.counts[day] for one in looks) for day in days}
    return Timetable(
        weeks=[
            _week(first, some, question, listings, counts)
            for first, some in zip(_days(monday, WEEKS, 7), of_weeks, strict=True)
        ],
        always=[listings[hit.listing] for hit in always[:MOST_ALWAYS] if hit.listing in listings],
        more_always=max(0, len(always) - MOST_ALWAYS),
        listings=sum(map(len, halves)),
        on=sum(one.on for one in looks),
        unknown=sum(one.unknown for one in looks),
    )


def _halves(asked: Asked, miles: float | None) -> Iterator[Candidates]:
    """The rows that answer, with a place and without one, of each segment."""
    for segment, live in asked.snapshot.parts:
        for half in (placed_candidates(asked, segment, live, miles), placeless_candidates(asked, segment, live)):
            yield half.only(np.flatnonzero(half.kept()))


def _days(first: date, count: int, step: int = 1) -> list[date]:
    return [first + number * step * DAY for number in range(count)]


def _is_asked(day: date, query: SearchQuery, asked: Asked) -> bool:
    """Whether a day is to come, and is one that the query is about."""
    today = local(asked.now).date()
    if day < today or query.on not in (None, day):
        return False
    asks_days = query.days or query.on or query.when
    return not asks_days or bool(dates_asked(replace(query, on=day), today=today, calendar=asked.calendar))


def _listings(asked: Asked, halves: Sequence[Candidates], hits: Sequence[Hit]) -> dict[tuple[int, int], Found]:
    """The listings behind hits."""
    ids = {hit.listing: int(halves[hit.half].segment.ids[halves[hit.half].rows[hit.at]]) for hit in hits}
    cards = search.load_cards(asked, sorted(set(ids.values())))
    # One may have been taken away a moment ago.
    return {key: _found(halves[key[0]], key[1], cards[id_]) for key, id_ in ids.items() if id_ in cards}


def _found(half: Candidates, at: int, card: Card) -> Found:
    metres = float(half.metres[at])
    return Found(
        service=card,
        place=card.places[int(half.segment.positions[half.points[at]])] if half.placed else None,
        distance_m=None if np.isnan(metres) else metres,
        round_water=bool(half.round_water[at]),
    )


# ---- from listings to sessions


def _week(
    monday: date,
    hits: Sequence[Hit],
    question: Question,
    listings: Mapping[tuple[int, int], Found],
    counts: Mapping[date, int],
) -> Week:
    """The days of a week that were asked for, with the sessions behind its hits."""
    wanted: dict[tuple[int, int], set[tuple[date, int]]] = defaultdict(set)
    for hit in hits:
        wanted[hit.listing].add((hit.day, hit.opens))
    slots = [
        slot
        for key, moments in wanted.items()
        if key in listings
        for slot in _slots(listings[key], moments, monday, question.calendar)
    ]
    slots.sort(key=lambda slot: (slot.session.start.timestamp(), slot.far, slot.found.service.slug))
    days = [day for day in question.days if monday_of(day) == monday]
    return Week(
        monday=monday,
        days=[_day_on(day, slots, question) for day in days],
        hidden=sum(counts[day] for day in days) - len(hits),
    )


def _slots(found: Found, wanted: Set[tuple[date, int]], monday: date, calendar: Calendar) -> Iterator[Slot]:
    """The sessions of a listing that begin at some of the moments of a week, each with those that go on from it."""
    service = found.service
    closures = calendar.closed_by(service.alerts)
    all_told = sessions(service.schedules, calendar=closures, start=midnight(monday), end=midnight(monday + WEEK + DAY))
    later = {(one.start, one.schedule.place): one for one in all_told if not _is_round_the_clock(one)}
    swallowed: set[int] = set()
    for session in all_told:
        moment = session.start.date(), session.start.hour * 60 + session.start.minute
        if moment not in wanted or id(session) in swallowed:
            continue
        ends_at, place = session.end, session.schedule.place
        following = later.get((ends_at, place)) if ends_at and ends_at.time() == time(0) else None
        if following and not _is_round_the_clock(session):
            ends_at = following.end
            swallowed.add(id(following))
        where = found.place if place is None else service.places[place]
        yield Slot(found=found, session=session, place=where, ends_at=ends_at)


def _is_round_the_clock(session: Session) -> bool:
    return session.start.time() == time(0) and session.end is not None and session.end.time() == time(0)


def _day_on(day: date, slots: Sequence[Slot], question: Question) -> DayOn:
    def part(slot: Slot) -> PartName:
        return question.part or _part(slot)

    on_day = [slot for slot in slots if slot.session.start.date() == day]
    on_day.sort(key=lambda slot: PART_NAMES.index(part(slot)))
    hours = round((midnight(day + DAY).timestamp() - midnight(day).timestamp()) / 3600)
    return DayOn(
        day=day,
        kind=question.calendar.kind_of(day),
        is_bank_holiday=day in question.calendar.bank_holidays,
        clock={23: "forward", 25: "back"}.get(hours),
        parts=[(name, list(some)) for name, some in groupby(on_day, key=part)],
    )


def _part(slot: Slot) -> PartName:
    """The part of the day in which a session begins."""
    if _is_round_the_clock(slot.session):
        return "all day"
    minutes = slot.session.start.hour * 60 + slot.session.start.minute
    return next((name for name, (first, last) in PARTS.items() if first <= minutes < last), "night")
