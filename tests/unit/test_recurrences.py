"""Series say the same days as `times` does, whatever the pattern, the closures and the school year."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from dateutil.rrule import rrule, rruleset, rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from hub_finder.directory.recurrences import Series, find_series
from hub_finder.directory.schedules import parse_schedules
from hub_finder.directory.times import Calendar, sessions
from hub_finder.models.services import Alert
from tests.patterns import CALENDAR, LONDON, NEAR_DAYS, alert_facts, alert_of, schedule_facts, schedule_of

LOOKED_AT = timedelta(days=400)


def days_of_series(series: Series, until: date) -> list[date]:
    """The days of a series up to a day, as a program that knows RFC 5545 works them out."""
    schedule, first = series.schedule, series.first.start.date()
    if schedule.freq == "ONCE":
        return [first]
    rule = f"FREQ={schedule.freq};INTERVAL={schedule.interval};BYDAY={','.join(schedule.byday)};WKST=MO"
    days = rruleset()
    read = rrulestr(rule, dtstart=datetime.combine(first, time(0)))
    assert isinstance(read, rrule)
    days.rrule(read)
    for day in series.left_out:
        days.exdate(datetime.combine(day, time(0)))
    last = min(series.last or until, until)
    return [
        one.date() for one in days.between(datetime.combine(first, time(0)), datetime.combine(last, time(0)), inc=True)
    ]


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(0), LONDON)


@given(st.lists(schedule_facts(), max_size=3), st.lists(alert_facts(), max_size=2), NEAR_DAYS)
@settings(max_examples=150)
def test_series_have_the_days_of_the_sessions(
    facts: list[dict[str, Any]], alerts: list[dict[str, Any]], start: date
) -> None:
    schedules = [schedule_of(one) for one in facts]
    calendar = CALENDAR.closed_by(alert_of(one) for one in alerts)
    until = start + LOOKED_AT

    found = find_series(schedules, calendar=calendar, start=start)

    told = sessions(schedules, calendar=calendar, start=midnight(start), end=midnight(until + timedelta(days=1)))
    for number, schedule in enumerate(schedules):
        days = [one.start.date() for one in told if one.schedule is schedule]
        series = next((one for one in found if one.number == number), None)
        assert days == ([day for day in days_of_series(series, until) if day <= until] if series else [])
        if series:
            year = midnight(start + LOOKED_AT)
            doubtful = [one.start.date() for one in told if one.schedule is schedule and one.doubtful]
            assert [day for day in series.doubtful if midnight(day) < year] == doubtful


@pytest.mark.parametrize(
    ("times", "closures", "first", "last", "left_out"),
    [
        ("WEEKLY TU 10:00-12:00", (), "2026-11-24", None, []),
        ("WEEKLY TU 10:00-12:00 to 2026-12-15", (), "2026-11-24", "2026-12-15", []),
        ("WEEKLY TU 10:00 except 2026-12-01,2027-01-05", (), "2026-11-24", None, ["2026-12-01", "2027-01-05"]),
        ("WEEKLY TU 10:00", (("2026-12-01", "2026-12-08"),), "2026-11-24", None, ["2026-12-01", "2026-12-08"]),
        ("WEEKLY TU 10:00", (("2026-12-01", None),), "2026-11-24", "2026-11-30", []),
        ("WEEKLY TU 10:00", ((None, "2026-12-01"),), "2026-12-08", None, []),
        ("WEEKLY TU 10:00 term", (), "2026-11-24", "2027-03-25", ["2026-12-22", "2026-12-29"]),
        ("WEEKLY/2 TU 10:00 from 2026-11-17", (), "2026-12-01", None, []),
        ("ONCE 2026-12-20 10:00-15:00", (), "2026-12-20", "2026-12-20", []),
    ],
)
def test_series_of_one_pattern(
    times: str, closures: tuple[tuple[str | None, str | None], ...], first: str, last: str | None, left_out: list[str]
) -> None:
    alerts = [
        Alert(closed=True, starts_on=starts and date.fromisoformat(starts), ends_on=ends and date.fromisoformat(ends))
        for starts, ends in closures
    ]

    [series] = find_series(parse_schedules(times), calendar=CALENDAR.closed_by(alerts), start=date(2026, 11, 24))

    assert str(series.first.start.date()) == first
    assert series.last == (last and date.fromisoformat(last))
    assert [str(day) for day in series.left_out] == left_out


@pytest.mark.parametrize(
    "times",
    [
        "WEEKLY TU",
        "WEEKLY/2 TU 10:00",
        "WEEKLY TU 10:00 to 2026-11-17",
        "ONCE 2026-12-20 10:00 except 2026-12-20",
        "WEEKLY TU 10:00 term from 2027-04-20",
    ],
)
def test_pattern_whose_sessions_cannot_be_told_has_no_series(times: str) -> None:
    assert find_series(parse_schedules(times), calendar=CALENDAR, start=date(2026, 11, 24)) == []


def test_closure_for_ages_ends_a_series_and_takes_no_time() -> None:
    closed = Alert(closed=True, starts_on=date(2027, 1, 1), ends_on=date(9998, 1, 1))

    [series] = find_series(
        parse_schedules("WEEKLY MO,TU,WE 10:00"), calendar=Calendar().closed_by([closed]), start=date(2026, 11, 24)
    )

    assert (series.last, series.left_out) == (date(2026, 12, 31), ())


def test_day_left_out_in_a_far_century_takes_no_time() -> None:
    schedules = parse_schedules("WEEKLY TU 10:00 except 9998-01-06")

    [series] = find_series(schedules, calendar=Calendar(), start=date(2026, 11, 24))

    assert series.left_out == ()
