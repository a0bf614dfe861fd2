"""The times of many listings in columns say what `times` says of each, and stay unsure where it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from hub_finder.directory.query import PartOfDay
from hub_finder.directory.times import Calendar, days_of, is_known, now_and_next, sessions
from hub_finder.directory.times_asked import (
    DATES,
    NEVER,
    NO,
    PARTS,
    SOON,
    UNKNOWN,
    YES,
    answers,
    open_at,
    soonest,
    weekdays,
)
from hub_finder.directory.timetables import RECORD, Timetables, pack
from hub_finder.models.services import Schedule
from tests.patterns import CALENDAR, LONDON, NEAR_DAYS, alert_facts, alert_of, schedule_facts, schedule_of

NOTHING_KNOWN = Calendar()
CALENDARS = st.sampled_from([CALENDAR, CALENDAR, NOTHING_KNOWN])
PART = st.sampled_from([None, *PARTS])
MOMENTS = st.builds(
    lambda day, seconds: datetime(day.year, day.month, day.day, tzinfo=LONDON) + timedelta(seconds=seconds),
    NEAR_DAYS,
    st.sampled_from([0, 3600, 5400, 9 * 3600 + 1800, 43200, 86399, 86340]) | st.integers(0, 86399),
)


@dataclass(frozen=True)
class Times:
    """The times of one listing, as stored and as `times` reads them."""

    schedules: list[dict[str, Any]]
    alerts: list[dict[str, Any]]

    @property
    def packed(self) -> bytes:
        return pack(self.schedules, self.alerts)

    @property
    def patterns(self) -> list[Schedule]:
        return [schedule_of(one) for one in self.schedules]

    def calendar(self, calendar: Calendar) -> Calendar:
        return calendar.closed_by(alert_of(one) for one in self.alerts)


LISTINGS = st.lists(
    st.builds(Times, st.lists(schedule_facts(), max_size=3), st.lists(alert_facts(), max_size=2)),
    min_size=1,
    max_size=5,
)


def timetables(listings: Sequence[Times]) -> Timetables:
    return Timetables.of([one.packed for one in listings])


def expected(times: Times, days: Sequence[date], part: PartOfDay | None, area: Calendar) -> int:
    """The answer as one would work it out for one listing, from what `times` says."""
    calendar = times.calendar(area)
    found = [one for day in days for one in on_day(times.patterns, day, calendar) if in_part(one, part)]
    if any(not one.doubtful for one in found):
        return YES
    return UNKNOWN if found or any(may_be_on(times, day, part, calendar) for day in days) else NO


def on_day(patterns: list[Schedule], day: date, calendar: Calendar) -> list[Any]:
    start = datetime(day.year, day.month, day.day, tzinfo=LONDON)
    return sessions(patterns, calendar=calendar, start=start, end=start + timedelta(days=1))


def in_part(session: Any, part: PartOfDay | None) -> bool:
    return part is None or hours_in_part(session.schedule, part)


def hours_in_part(schedule: Schedule, part: PartOfDay) -> bool:
    """Minute by minute, whether a pattern's hours touch a part of the day."""
    assert schedule.opens_at
    opens = schedule.opens_at.hour * 60 + schedule.opens_at.minute
    closes = schedule.closes_at.hour * 60 + schedule.closes_at.minute if schedule.closes_at else opens + 1
    first, last = PARTS[part]
    return any(first <= minute < last for minute in range(opens, closes))


def may_be_on(times: Times, day: date, part: PartOfDay | None, calendar: Calendar) -> bool:
    """Whether nobody knows if something is on."""
    if calendar.is_closed(day):
        return False
    return not times.schedules or any(pattern_may_be_on(facts, day, part, calendar) for facts in times.schedules)


def pattern_may_be_on(facts: dict[str, Any], day: date, part: PartOfDay | None, calendar: Calendar) -> bool:
    schedule = schedule_of(facts)
    kind_unknown = schedule.when and calendar.kind_of(day) is None
    return bool(
        may_fall_on(schedule, day, calendar)
        and (weeks_unknown(schedule) or kind_unknown or not schedule.opens_at)
        and (part is None or not schedule.opens_at or hours_in_part(schedule, part))
    )


def weeks_unknown(schedule: Schedule) -> bool:
    return schedule.interval > 1 and not schedule.valid_from


def may_fall_on(schedule: Schedule, day: date, calendar: Calendar) -> bool:
    """Whether a pattern is on a day, or is if that is one of its weeks and of the kind that it is on in."""
    if weeks_unknown(schedule):
        schedule = Schedule(
            freq=schedule.freq,
            interval=1,
            byday=schedule.byday,
            valid_to=schedule.valid_to,
            except_dates=schedule.except_dates,
            when=schedule.when,
        )
    return day in days_of(schedule, day, day) and (not schedule.when or calendar.kind_of(day) in (None, schedule.when))


def expected_open(times: Times, now: datetime, area: Calendar) -> int:
    """The answer as one would work it out for one listing at a moment, from what `times` says."""
    calendar, today = times.calendar(area), now.date()
    running, _ = now_and_next(times.patterns, calendar=calendar, now=now)
    if running and not running.doubtful:
        return YES
    if calendar.is_closed(today):
        return NO
    may_be = [one for one in times.patterns if may_fall_on(one, today, calendar) and hours_may_hold(one, now)]
    return UNKNOWN if may_be or not times.schedules else NO


def hours_may_hold(schedule: Schedule, now: datetime) -> bool:
    if not schedule.opens_at:
        return True
    midnight = datetime.combine(now.date() + timedelta(days=1), time(0), LONDON)
    closes = schedule.closes_at
    end = datetime.combine(now.date(), closes, LONDON) if closes and closes < time(23, 59) else midnight
    start = datetime.combine(now.date(), schedule.opens_at, LONDON)
    return start.timestamp() <= now.timestamp() < end.timestamp()


@given(LISTINGS, st.lists(NEAR_DAYS, max_size=3), PART, CALENDARS)
@settings(max_examples=100, deadline=None)
def test_whether_it_is_on_is_what_the_times_of_each_listing_say(
    listings: list[Times], days: list[date], part: PartOfDay | None, calendar: Calendar
) -> None:
    found = answers(timetables(listings), None, tuple(days), part, calendar)

    assert found.tolist() == [expected(one, days, part, calendar) for one in listings]


@given(LISTINGS, NEAR_DAYS)
@settings(max_examples=60, deadline=None)
def test_what_is_known_of_every_pattern_is_never_unknown(listings: list[Times], day: date) -> None:
    found = answers(timetables(listings), None, (day,), None, CALENDAR)

    for answer, one in zip(found, listings, strict=True):
        calendar = one.calendar(CALENDAR)
        known = is_known(one.patterns, calendar=calendar, first=day - timedelta(days=1), last=day)
        if one.schedules and known and day not in CALENDAR.bank_holidays:
            assert answer != UNKNOWN


@given(LISTINGS, MOMENTS, CALENDARS)
@settings(max_examples=100, deadline=None)
def test_what_is_open_is_what_the_times_of_each_listing_say(
    listings: list[Times], now: datetime, calendar: Calendar
) -> None:
    found = open_at(timetables(listings), None, now, calendar)

    assert found.tolist() == [expected_open(one, now, calendar) for one in listings]


@given(LISTINGS, MOMENTS, CALENDARS)
@settings(max_examples=60, deadline=None)
def test_the_soonest_is_the_next_session_of_each_listing(
    listings: list[Times], now: datetime, calendar: Calendar
) -> None:
    found = soonest(timetables(listings), None, now, calendar)

    for minutes, one in zip(found, listings, strict=True):
        _, session = now_and_next(one.patterns, calendar=one.calendar(calendar), now=now)
        if session and session.start.date() <= now.date() + SOON:
            assert minutes * 60 == session.start.timestamp()
        else:
            assert minutes == NEVER


@given(LISTINGS, NEAR_DAYS, CALENDARS)
@settings(max_examples=100, deadline=None)
def test_weekdays_are_those_on_which_the_next_two_weeks_have_sessions(
    listings: list[Times], today: date, calendar: Calendar
) -> None:
    known, possible = weekdays(timetables(listings), fortnight(today), None, calendar)

    for weekday in range(7):
        dates = [day for day in fortnight(today) if day.weekday() == weekday]
        for row, one in enumerate(listings):
            answer = expected(one, dates, None, calendar)
            assert bool(known[row] >> weekday & 1) == (answer == YES)
            assert bool(possible[row] >> weekday & 1) == (answer != NO)


def fortnight(today: date) -> list[date]:
    return [today + timedelta(days=number) for number in range(DATES)]


@given(LISTINGS, st.data())
@settings(max_examples=30, deadline=None)
def test_rows_may_be_taken_in_any_order(listings: list[Times], data: st.DataObject) -> None:
    day = data.draw(NEAR_DAYS)
    rows = data.draw(st.lists(st.integers(0, len(listings) - 1), max_size=8))

    taken = answers(timetables(listings), np.array(rows, np.int64), (day,), None, CALENDAR)
    assert taken.tolist() == [expected(listings[row], [day], None, CALENDAR) for row in rows]


def test_no_listings_have_no_answers() -> None:
    empty = Timetables.of([])

    assert len(answers(empty, None, (date(2026, 11, 23),), None, CALENDAR)) == 0


def test_a_record_is_the_same_on_every_machine() -> None:
    facts = {
        "freq": "WEEKLY",
        "interval": 2,
        "byday": ["TU"],
        "opens_at": "09:30",
        "closes_at": "23:59",
        "when": "term",
        "valid_from": "2026-11-24",
        "valid_to": None,
        "except_dates": ["2026-12-22"],
    }

    packed = pack([facts], [{"closed": False, "starts_on": None, "ends_on": None}])

    first, second = packed[: RECORD.itemsize], packed[RECORD.itemsize :]
    assert first.hex() == "0200000000000000" + "684a0b00" + "dbb93700" + "3a02" + "a005" + "00" + "01" + "02" + "00"
    assert second.hex() == "0000000000000000" + "844a0b00" * 2 + "00000000" + "03" + "00" + "01" + "00"
