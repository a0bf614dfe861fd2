"""When sessions are: the days of each pattern, what is open now, and the words that tell it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from dateutil.easter import easter
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from hub_finder.area import Area, load_area
from hub_finder.config import ROOT
from hub_finder.directory.opening import opening_of
from hub_finder.directory.schedules import parse_schedules
from hub_finder.directory.times import Calendar, now_and_next, sessions
from tests.patterns import CALENDAR, LONDON, at, rules

NOTHING_KNOWN = Calendar()
MONDAY_NOON = datetime(2026, 11, 23, 12, tzinfo=LONDON)


def starts(text: str, first: str, last: str, calendar: Calendar = CALENDAR) -> list[str]:
    """The wall time at which sessions begin from one day up to another."""
    found = sessions(parse_schedules(text), calendar=calendar, start=at(first), end=at(last))
    return [f"{one.start:%Y-%m-%d %H:%M}" for one in found]


def begins(text: str, now: datetime, calendar: Calendar = CALENDAR) -> datetime | None:
    _, session = now_and_next(parse_schedules(text), calendar=calendar, now=now)
    return session.start if session else None


def words(text: str, now: str, calendar: Calendar = CALENDAR) -> str:
    return opening_of(parse_schedules(text), calendar=calendar, now=at(now)).words


@given(rules(), st.integers(-400, 1500), st.integers(0, 800))
@settings(max_examples=200, deadline=None)
def test_the_sessions_are_those_that_the_calendar_rule_gives(
    given_rule: tuple[str, str, date], offset: int, length: int
) -> None:
    text, rule, first = given_rule
    begin = datetime(first.year, first.month, first.day) + timedelta(days=offset)  # noqa: DTZ001  wall time
    end = begin + timedelta(days=length)

    found = sessions(
        parse_schedules(text),
        calendar=NOTHING_KNOWN,
        start=begin.replace(tzinfo=LONDON),
        end=end.replace(tzinfo=LONDON),
    )

    recurrence = rrulestr(rule, dtstart=datetime(first.year, first.month, first.day, 9, 30))  # noqa: DTZ001
    expected = recurrence.between(begin, end, inc=True)
    assert [one.start.replace(tzinfo=None) for one in found] == expected
    assert all(
        one.end and one.end.replace(tzinfo=None) - start == timedelta(minutes=90)
        for one, start in zip(found, expected, strict=True)
    )


@given(
    st.sampled_from(["WEEKLY TU,TH", "WEEKLY SU", "MONTHLY 1SA", "MONTHLY -1FR", "MONTHLY 5MO"]), st.integers(0, 10**6)
)
@settings(max_examples=100, deadline=None)
def test_a_pattern_without_a_beginning_goes_on_for_ever(pattern: str, minutes: int) -> None:
    freq, byday = pattern.split()
    wall = datetime(2026, 1, 1) + timedelta(minutes=minutes)  # noqa: DTZ001  wall time, as schedules are

    session = begins(f"{pattern} 09:30", wall.replace(tzinfo=LONDON))

    recurrence = rrulestr(f"FREQ={freq};BYDAY={byday}", dtstart=datetime(2025, 12, 1, 9, 30))  # noqa: DTZ001
    expected = recurrence.after(wall, inc=True)
    assert expected
    assert session == expected.replace(tzinfo=LONDON)


def test_sessions_of_several_patterns_come_in_order() -> None:
    text = "WEEKLY FR 10:00|MONTHLY 4WE 14:00|WEEKLY TU,FR 09:00"

    found = starts(text, "2026-11-23", "2026-12-01")

    assert found == ["2026-11-24 09:00", "2026-11-25 14:00", "2026-11-27 09:00", "2026-11-27 10:00"]


def test_sessions_begin_within_the_stretch_asked_for() -> None:
    assert starts("WEEKLY TU 09:30", "2026-11-24T09:30", "2026-12-01T09:30") == ["2026-11-24 09:30"]
    assert starts("WEEKLY TU 09:30", "2026-11-24T09:31", "2026-12-01T09:31") == ["2026-12-01 09:30"]


def test_weeks_are_counted_on_across_the_end_of_a_year() -> None:
    found = starts("WEEKLY/2 FR 10:00 from 2026-12-04", "2026-12-01", "2027-02-01")

    assert found == [f"{day} 10:00" for day in ("2026-12-04", "2026-12-18", "2027-01-01", "2027-01-15", "2027-01-29")]


def test_months_are_counted_on_across_the_end_of_a_year() -> None:
    found = starts("MONTHLY/3 1SA 10:00 from 2026-11-01", "2026-11-01", "2027-06-01")

    assert found == ["2026-11-07 10:00", "2027-02-06 10:00", "2027-05-01 10:00"]


def test_midnight_at_the_end_is_the_end_of_the_day() -> None:
    [session] = sessions(
        parse_schedules("WEEKLY TH 19:00-23:59"), calendar=CALENDAR, start=at("2026-12-31"), end=at("2027-01-01")
    )

    assert session.end == at("2027-01-01")


@pytest.mark.parametrize(
    ("now", "session_in_utc"),
    [
        # Clocks go forward on 29 March 2026 and back on 25 October 2026, both Sundays.
        (datetime(2026, 3, 28, 10, tzinfo=LONDON), datetime(2026, 3, 28, 11, 0, tzinfo=UTC)),
        (datetime(2026, 3, 28, 12, tzinfo=LONDON), datetime(2026, 3, 29, 10, 0, tzinfo=UTC)),
        (datetime(2026, 10, 24, 10, tzinfo=LONDON), datetime(2026, 10, 24, 10, 0, tzinfo=UTC)),
        (datetime(2026, 10, 24, 12, tzinfo=LONDON), datetime(2026, 10, 25, 11, 0, tzinfo=UTC)),
    ],
)
def test_a_session_keeps_its_wall_time_when_the_clocks_change(now: datetime, session_in_utc: datetime) -> None:
    session = begins("WEEKLY SA,SU 11:00", now)

    assert session
    assert session.hour == 11
    assert session.astimezone(UTC) == session_in_utc


@pytest.mark.parametrize(
    ("now", "said"),
    [
        # At 00:50 UTC the clocks are ten minutes from going forward, or back: 1am to 3am lasts one hour, or three.
        (datetime(2026, 3, 29, 0, 50, tzinfo=UTC), "Today, 1am to 3am"),
        (datetime(2026, 3, 29, 1, 40, tzinfo=UTC), "Open now, closes in 20 minutes"),
        (datetime(2026, 10, 25, 0, 50, tzinfo=UTC), "Open now, closes at 3am"),
        (datetime(2026, 10, 25, 2, 40, tzinfo=UTC), "Open now, closes in 20 minutes"),
    ],
)
def test_minutes_are_real_ones_when_the_clocks_change(now: datetime, said: str) -> None:
    assert opening_of(parse_schedules("WEEKLY SU 01:00-03:00"), calendar=CALENDAR, now=now).words == said


def test_now_may_be_told_in_any_time_zone() -> None:
    now = datetime(2026, 7, 14, 9, 15, tzinfo=UTC)

    opening = opening_of(parse_schedules("WEEKLY TU 10:00-12:00"), calendar=CALENDAR, now=now)

    assert opening.words == "Open now, closes at 12pm"


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        ("2026-09-06", None),
        ("2026-09-07", "term"),
        ("2026-10-25", "term"),
        ("2026-10-26", "holidays"),
        ("2026-10-30", "holidays"),
        ("2026-12-18", "term"),
        ("2026-12-19", "holidays"),
        ("2027-01-03", "holidays"),
        ("2027-01-04", "term"),
        ("2027-03-26", None),
    ],
)
def test_a_day_is_term_or_holiday_or_not_known(day: str, kind: str | None) -> None:
    assert CALENDAR.kind_of(date.fromisoformat(day)) == kind


def test_term_time_leaves_out_the_holidays_and_days_of_unknown_kind() -> None:
    found = starts("WEEKLY WE 10:00 term", "2026-08-15", "2026-11-12")

    assert found == [f"2026-{day} 10:00" for day in (
        "09-09", "09-16", "09-23", "09-30", "10-07", "10-14", "10-21", "11-04", "11-11"
    )]  # fmt: skip


def test_holidays_are_those_that_are_known() -> None:
    found = starts("WEEKLY WE 10:00 holidays", "2026-08-01", "2027-08-01")

    assert found == ["2026-10-28 10:00", "2026-12-23 10:00", "2026-12-30 10:00"]


def test_a_one_off_event_is_on_its_day_alone() -> None:
    assert starts("ONCE 2026-12-20 10:00-15:00", "2020-01-01", "2030-01-01") == ["2026-12-20 10:00"]


def test_dates_left_out_give_no_session() -> None:
    found = starts("WEEKLY FR 10:00 except 2026-12-25,2027-01-01", "2026-12-18", "2027-01-09")

    assert found == ["2026-12-18 10:00", "2027-01-08 10:00"]


def test_a_session_that_starts_this_very_minute_is_the_next_one() -> None:
    now = at("2026-11-24T09:30")

    assert begins("WEEKLY TU 09:30", now) == now


def test_the_earliest_of_several_patterns_comes_next() -> None:
    session = begins("WEEKLY FR 10:00|MONTHLY 4WE 14:00|WEEKLY TH 18:00", MONDAY_NOON)

    assert session == at("2026-11-25T14:00")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no times are stated"),
        ("WEEKLY TU", "no clock time is stated"),
        ("WEEKLY TU 09:30 term", "term dates are not known"),
        ("WEEKLY TU 09:30 holidays", "holiday dates are not known"),
        ("WEEKLY/2 TU 09:30", "nothing says which weeks"),
        ("WEEKLY TU 09:30 to 2026-11-23", "it has ended"),
        ("WEEKLY TU 09:30 from 2026-01-06 to 2026-07-14", "the programme is over"),
        ("MONTHLY 1SA 09:30 to 2026-12-04", "it ends before the day comes"),
        ("ONCE 2026-11-22 10:00", "the day is past"),
        ("ONCE 2026-12-20 10:00 except 2026-12-20", "it is called off"),
    ],
)
def test_no_next_session_is_promised_when(text: str, why: str) -> None:
    assert begins(text, MONDAY_NOON, NOTHING_KNOWN) is None, why


def test_the_last_day_of_a_programme_still_counts() -> None:
    assert begins("WEEKLY TU 09:30 to 2026-11-24", MONDAY_NOON) == at("2026-11-24T09:30")


def test_a_programme_that_has_not_begun_gives_its_first_day() -> None:
    assert begins("WEEKLY TU 09:30 from 2027-01-05", MONDAY_NOON) == at("2027-01-05T09:30")


@pytest.mark.parametrize(
    ("text", "now", "open_until"),
    [
        ("WEEKLY TU 10:00-12:00", "2026-11-24T09:59", None),
        ("WEEKLY TU 10:00-12:00", "2026-11-24T10:00", "2026-11-24T12:00"),
        ("WEEKLY TU 10:00-12:00", "2026-11-24T12:00", None),
        ("WEEKLY TU 10:00", "2026-11-24T10:30", None),
        ("WEEKLY TU", "2026-11-24T10:30", None),
        ("WEEKLY TU 10:00-12:00|WEEKLY TU 10:30-14:00", "2026-11-24T11:00", "2026-11-24T14:00"),
        ("ONCE 2026-11-24 10:00-12:00", "2026-11-24T11:00", "2026-11-24T12:00"),
        ("WEEKLY TU 10:00-12:00 except 2026-11-24", "2026-11-24T11:00", None),
    ],
)
def test_it_is_open_between_the_hours_that_are_stated(text: str, now: str, open_until: str | None) -> None:
    session, _ = now_and_next(parse_schedules(text), calendar=CALENDAR, now=at(now))

    assert (session and session.end) == (at(open_until) if open_until else None)


@pytest.mark.parametrize(
    ("text", "doubtful"),
    [
        ("WEEKLY FR 10:00-12:00", True),
        ("WEEKLY MO,TU,WE,TH,FR,SA,SU 10:00-12:00", True),
        ("MONTHLY 4FR 10:00-12:00", True),
        ("ONCE 2026-12-25 10:00-12:00", False),
        ("WEEKLY MO,TU,WE,TH,FR,SA,SU 00:00-23:59", False),
        ("WEEKLY FR 10:00-15:00|ONCE 2026-12-25 10:00-12:00", False),
    ],
)
def test_a_bank_holiday_puts_a_pattern_in_doubt_but_not_a_stated_date(text: str, doubtful: bool) -> None:
    session, _ = now_and_next(parse_schedules(text), calendar=CALENDAR, now=at("2026-12-25T11:00"))

    assert session
    assert session.doubtful == doubtful


EVERY_DAY = "WEEKLY MO,TU,WE,TH,FR,SA,SU"


@pytest.mark.parametrize(
    ("text", "now", "said"),
    [
        ("WEEKLY TU 10:00-12:00", "2026-11-24T10:00", "Open now, closes at 12pm"),
        ("WEEKLY TU 10:00-12:00", "2026-11-24T11:29", "Open now, closes at 12pm"),
        ("WEEKLY TU 10:00-12:00", "2026-11-24T11:30", "Open now, closes in 30 minutes"),
        ("WEEKLY TU 10:00-12:00", "2026-11-24T11:40", "Open now, closes in 20 minutes"),
        ("WEEKLY TU 10:00-12:00", "2026-11-24T11:59:30", "Open now, closes in 1 minute"),
        ("WEEKLY TU 10:00-12:00|WEEKLY TU 12:00-14:00", "2026-11-24T11:40", "Open now, closes at 2pm"),
        ("WEEKLY TU 10:00-23:59", "2026-11-24T22:00", "Open now, closes at midnight"),
        ("WEEKLY TU 10:00-23:59|WEEKLY WE 00:00-02:00", "2026-11-24T22:00", "Open now, closes on Wednesday at 2am"),
        (f"{EVERY_DAY} 00:00-23:59", "2026-11-24T22:00", "Open now, all day and night"),
        (f"{EVERY_DAY} 00:00-23:59", "2026-12-24T22:00", "Open now, all day and night"),
        ("WEEKLY MO 14:00-16:00", "2026-11-23T12:00", "Today, 2pm to 4pm"),
        ("WEEKLY MO 14:00", "2026-11-23T12:00", "Today, from 2pm"),
        ("WEEKLY TU 10:00-11:30", "2026-11-23T12:00", "Tomorrow, 10am to 11:30am"),
        ("WEEKLY TU 10:00-11:30", "2026-11-23T23:59", "Tomorrow, 10am to 11:30am"),
        ("WEEKLY TH 10:00-12:00", "2026-11-23T12:00", "Thursday, 10am to 12pm"),
        ("WEEKLY SU 10:00-12:00", "2026-11-23T12:00", "Sunday, 10am to 12pm"),
        ("WEEKLY MO 10:00-12:00", "2026-11-23T12:00", "Monday 30 November, 10am"),
        ("MONTHLY 2TU 10:00-12:00", "2026-12-16T12:00", "Tuesday 12 January, 10am"),
        ("ONCE 2026-12-20 10:00-15:00", "2026-11-24T12:00", "Sunday 20 December, 10am"),
        ("ONCE 2026-12-20 10:00-15:00", "2026-12-18T12:00", "Sunday, 10am to 3pm"),
        ("ONCE 2026-12-20 10:00-15:00", "2026-12-20T14:00", "Open now, closes at 3pm"),
        ("ONCE 2026-12-20 10:00-15:00", "2026-12-20T15:00", ""),
        ("ONCE 2026-12-20 10:00-15:00", "2026-12-21T09:00", "Ended on 20 December 2026"),
        ("ONCE 2027-12-20 10:00-15:00", "2026-11-24T12:00", "Monday 20 December 2027, 10am"),
        # A wait of 27 days is said with its day, one of more as a break.
        ("WEEKLY MO 10:00 term", "2026-12-08T11:00", "Monday, from 10am"),
        ("WEEKLY MO 10:00 except 2026-11-30,2026-12-07,2026-12-14", "2026-11-24T11:00", "Monday 21 December, 10am"),
        (
            "WEEKLY MO 10:00 except 2026-11-30,2026-12-07,2026-12-14,2026-12-21",
            "2026-11-24T11:00",
            "Starts again on 28 December – it is a bank holiday, so check first",
        ),
        ("WEEKLY TU 10:00 to 2026-07-21|WEEKLY TU 10:00 from 2026-09-08", "2026-07-22", "Starts again on 8 September"),
        ("WEEKLY TU 10:00 from 2027-01-05", "2026-11-24T12:00", "Starts on 5 January"),
        ("WEEKLY TU 10:00 from 2027-11-02", "2026-11-24T12:00", "Starts on 2 November 2027"),
        # No break: the usual wait of the pattern, or something that may be on meanwhile.
        ("MONTHLY 1SA 10:00", "2026-11-07T12:00", "Saturday 5 December, 10am"),
        ("WEEKLY/5 TU 10:00 from 2026-11-24", "2026-11-24T12:00", "Tuesday 29 December, 10am"),
        ("WEEKLY TU 10:00 from 2027-01-05|WEEKLY FR", "2026-11-24T12:00", "Tuesday 5 January, 10am"),
        ("WEEKLY TU 10:00 from 2027-01-05|WEEKLY/2 FR 10:00", "2026-11-24T12:00", "Tuesday 5 January, 10am"),
        ("WEEKLY WE 10:00 term", "2026-07-23T12:00", "Wednesday 9 September, 10am"),
        ("WEEKLY WE 10:00 holidays", "2026-10-29T12:00", "Starts again on 23 December"),
        ("WEEKLY WE 08:00-17:00 to 2026-03-31", "2026-11-23T12:00", "Ended on 31 March 2026"),
        ("WEEKLY WE to 2026-03-31|WEEKLY TU 10:00 to 2026-06-30", "2026-11-23T12:00", "Ended on 30 June 2026"),
        ("WEEKLY WE 10:00 to 2026-03-31|WEEKLY FR", "2026-11-23T12:00", ""),
        ("WEEKLY FR 10:00-12:00", "2026-12-24T13:00", "Tomorrow, 10am to 12pm – it is a bank holiday, so check first"),
        ("WEEKLY FR 10:00-12:00", "2026-12-25T11:00", "Today, 10am to 12pm – it is a bank holiday, so check first"),
        ("WEEKLY FR 10:00-12:00", "2026-12-25T12:00", "Friday 1 January, 10am – it is a bank holiday, so check first"),
        ("WEEKLY FR 10:00-12:00 except 2026-12-25,2027-01-01", "2026-12-24T13:00", "Friday 8 January, 10am"),
        ("ONCE 2026-12-25 10:00-12:00", "2026-12-25T11:00", "Open now, closes at 12pm"),
        ("", "2026-11-23T12:00", ""),
    ],
)  # fmt: skip
def test_a_card_says_when_to_go(text: str, now: str, said: str) -> None:
    assert words(text, now) == said


@given(rules(), st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1)))  # noqa: DTZ001  wall time
@settings(max_examples=100, deadline=None)
def test_open_now_is_said_exactly_when_a_session_is_on(given_rule: tuple[str, str, date], wall: datetime) -> None:
    schedules, now = parse_schedules(given_rule[0]), wall.replace(tzinfo=LONDON)

    said = opening_of(schedules, calendar=NOTHING_KNOWN, now=now).words

    recent = sessions(schedules, calendar=NOTHING_KNOWN, start=now - timedelta(hours=3), end=now + timedelta(minutes=1))
    on = any(one.end and one.start <= now < one.end for one in recent)
    assert said.startswith("Open now") == on


def test_a_calendar_is_read_from_an_area(area: Area) -> None:
    calendar = Calendar.of(area)

    assert calendar.kind_of(date(2026, 10, 28)) == "holidays"
    assert calendar.kind_of(date(2026, 11, 4)) == "term"
    assert calendar.kind_of(date(2026, 8, 4)) is None
    assert date(2026, 12, 25) in calendar.bank_holidays


def test_the_first_area_knows_its_year() -> None:
    calendar = Calendar.of(load_area(ROOT / "data/areas/dorset"))

    days = ("2026-05-22", "2026-05-26", "2026-07-22", "2026-07-23")
    assert [calendar.kind_of(date.fromisoformat(day)) for day in days] == ["term", "holidays", "term", None]


def first_monday(year: int, month: int, *, last: bool = False) -> date:
    days = [date(year, month, day) for day in range(1, 32)]
    mondays = [day for day in days if day.weekday() == 0]
    return mondays[-1 if last else 0]


@pytest.mark.parametrize("year", [2025, 2026, 2027])
def test_the_bank_holidays_follow_the_statutory_rule(area: Area, year: int) -> None:
    christmas, boxing = date(year, 12, 25), date(year, 12, 26)
    expected = {
        date(year, 1, 1),  # a weekday in each of these years
        easter(year) - timedelta(days=2),
        easter(year) + timedelta(days=1),
        first_monday(year, 5),
        first_monday(year, 5, last=True),
        first_monday(year, 8, last=True),
        christmas,
        boxing,
    }
    # One on a Saturday or Sunday is also kept on the next weekday that is free.
    for day in (christmas, boxing):
        kept = day
        while kept.weekday() > 4 or (kept != day and kept in expected):
            kept += timedelta(days=1)
        expected.add(kept)

    assert {day for day in area.bank_holidays if day.year == year} == expected
