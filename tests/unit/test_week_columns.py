"""The first sessions of some days, picked from columns, are those that `times` tells of each listing."""

from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from hub_finder.directory.cards import AnySchedule
from hub_finder.directory.query import PartOfDay
from hub_finder.directory.times import Session, sessions
from hub_finder.directory.times_asked import PARTS
from hub_finder.directory.timetables import Timetables, pack
from hub_finder.directory.week_columns import Columns, Question, look
from tests.patterns import CALENDAR, LONDON, NEAR_DAYS, alert_facts, alert_of, schedule_facts, schedule_of

Facts = dict[str, Any]
Listing = tuple[list[Facts], list[Facts], float]
METRES = st.sampled_from([np.nan, 50.0, 50.0, 1200.0, 90_000.0])
LISTINGS = st.lists(
    st.tuples(st.lists(schedule_facts(), max_size=3), st.lists(alert_facts(), max_size=1), METRES),
    min_size=1,
    max_size=6,
)
ALWAYS = {
    "freq": "WEEKLY", "interval": 1, "byday": ["MO", "TU", "WE", "TH", "FR", "SA", "SU"], "opens_at": "00:00",
    "closes_at": "23:59", "when": None, "valid_from": None, "valid_to": None, "except_dates": [], "place": None,
}  # fmt: skip


def columns(listings: list[Listing]) -> Columns:
    return Columns(
        Timetables.of([pack(schedules, alerts) for schedules, alerts, _ in listings]),
        np.array([metres for *_, metres in listings]),
        np.arange(len(listings), dtype=np.int32),
        np.array([f"listing-{at}".encode() for at in range(len(listings))]),
    )


def overlaps(schedule: AnySchedule, part: PartOfDay | None) -> bool:
    if part is None:
        return True
    assert schedule.opens_at
    opens = schedule.opens_at.hour * 60 + schedule.opens_at.minute
    closes = schedule.closes_at.hour * 60 + schedule.closes_at.minute if schedule.closes_at else opens + 1
    return any(PARTS[part][0] <= minute < PARTS[part][1] for minute in range(opens, closes))


@given(LISTINGS, NEAR_DAYS, st.sampled_from([None, *PARTS]), st.integers(1, 6))
@settings(max_examples=150)
def test_hits_are_the_first_sessions_of_each_day(
    listings: list[Listing],
    first: date,
    part: PartOfDay | None,
    most: int,
) -> None:
    days = [first + timedelta(days=number) for number in range(10)]
    question = Question(days=days, part=part, now=midnight(first), calendar=CALENDAR, most=most)

    found = look(columns(listings), 3, question)

    assert [hit.at for hit in found.always] == [
        at for at, (schedules, alerts, _) in enumerate(listings) if is_always_open(schedules, alerts, days)
    ]
    for day in days:
        told = []
        for at, (schedules, alerts, metres) in enumerate(listings):
            for session in on_day(schedules, alerts, day):
                round_the_clock = session.start.time() == datetime.min.time() and session.end == midnight(day, 1)
                if overlaps(session.schedule, part) and not (
                    at in {hit.at for hit in found.always} and round_the_clock
                ):
                    minutes = session.start.hour * 60 + session.start.minute
                    told.append((minutes, 1e8 if np.isnan(metres) else metres, f"listing-{at}".encode()))
        hits = sorted((hit.opens, hit.metres, hit.slug) for hit in found.hits if hit.day == day)
        assert found.counts[day] == len(told)
        assert hits[:most] == sorted(told)[:most]
        assert {hit.half for hit in found.hits} <= {3}


def midnight(day: date, later: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=LONDON) + timedelta(days=later)


def on_day(schedules: list[Facts], alerts: list[Facts], day: date) -> list[Session]:
    calendar = CALENDAR.closed_by(alert_of(one) for one in alerts)
    patterns = [schedule_of(one) for one in schedules]
    return sessions(patterns, calendar=calendar, start=midnight(day), end=midnight(day, 1))


def is_round_the_clock(session: Session) -> bool:
    day = session.start.date()
    return session.start == midnight(day) and session.end == midnight(day, 1)


def is_always_open(schedules: list[Facts], alerts: list[Facts], days: list[date]) -> bool:
    return all(any(map(is_round_the_clock, on_day(schedules, alerts, day))) for day in days)


@given(LISTINGS, NEAR_DAYS)
@settings(max_examples=60)
def test_a_listing_is_on_or_unknown_or_neither(
    listings: list[Listing],
    first: date,
) -> None:
    days = [first + timedelta(days=number) for number in range(7)]

    found = look(
        columns([*listings, ([], [], 5.0), ([ALWAYS], [], 5.0)]),
        0,
        Question(days=days, part=None, now=midnight(first), calendar=CALENDAR, most=200),
    )

    on = sum(any(on_day(schedules, alerts, day) for day in days) for schedules, alerts, _ in listings)
    assert found.on == on + 1
    without = sum(not schedules and not closed_all(alerts, days) for schedules, alerts, _ in listings)
    assert without + 1 <= found.unknown <= len(listings) - on + 1


def closed_all(alerts: list[Facts], days: list[date]) -> bool:
    calendar = CALENDAR.closed_by(alert_of(one) for one in alerts)
    return all(calendar.is_closed(day) for day in days)


def test_what_is_over_today_is_left_out() -> None:
    pattern = {**ALWAYS, "opens_at": "09:00", "closes_at": "10:00"}
    listings: list[Listing] = [
        ([pattern], [], 1.0),
        ([{**pattern, "opens_at": "11:00", "closes_at": None}], [], 1.0),
        ([{**pattern, "closes_at": "11:30"}], [], 1.0),
        ([{**pattern, "opens_at": "11:31", "closes_at": "12:00"}], [], 1.0),
    ]
    day = date(2026, 11, 24)
    now = datetime(2026, 11, 24, 11, 30, tzinfo=LONDON)

    found = look(columns(listings), 0, Question(days=[day], part=None, now=now, calendar=CALENDAR, most=200))

    assert [hit.at for hit in found.hits] == [3]
    assert found.on == 4, "they were on that day all the same"


def test_no_days_have_nothing() -> None:
    question = Question(days=[], part=None, now=midnight(date(2026, 11, 24)), calendar=CALENDAR, most=200)

    found = look(columns([([ALWAYS], [], 1.0)]), 0, question)

    assert (found.hits, found.always, found.on, found.unknown) == ([], [], 0, 0)
