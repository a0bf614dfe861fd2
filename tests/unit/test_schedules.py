from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from hub_finder.directory.schedules import (
    DAYS,
    TIME_ZONE,
    clock,
    day_words,
    format_schedules,
    in_words,
    next_session,
    parse_schedules,
)

LONDON = ZoneInfo(TIME_ZONE)


@st.composite
def entries(draw: st.DrawFn) -> str:
    """One schedule in its one-line form, as people may write it."""
    freq = draw(st.sampled_from(["WEEKLY", "MONTHLY"]))
    interval = draw(st.sampled_from(["", "/2", "/5", "/9"]))
    ordinals = ["1", "2", "3", "4", "5", "-1"] if freq == "MONTHLY" else [""]
    days = st.builds(str.__add__, st.sampled_from(ordinals), st.sampled_from(DAYS))
    byday = ",".join(draw(st.lists(days, min_size=1, max_size=7, unique=True)))
    parts = [freq + interval, byday]
    if draw(st.booleans()):
        opens, closes = sorted(draw(st.lists(st.integers(0, 1439), min_size=2, max_size=2, unique=True)))
        parts.append(f"{_clock(opens)}-{_clock(closes)}" if draw(st.booleans()) else _clock(opens))
    if when := draw(st.sampled_from(["", "term", "holidays"])):
        parts.append(when)
    first, last = sorted(draw(st.lists(st.dates(date(2020, 1, 1), date(2035, 12, 31)), min_size=2, max_size=2)))
    parts += [f"from {first}"] if draw(st.booleans()) else []
    parts += [f"to {last}"] if draw(st.booleans()) else []
    return " ".join(parts)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


@given(st.lists(entries(), max_size=4))
def test_what_is_parsed_is_written_back_the_same(written: list[str]) -> None:
    text = "|".join(written)

    again = format_schedules(parse_schedules(text))

    assert again == text


@given(st.one_of(st.text(), st.text("WEKLYMONTHSAFRU0123456789:-/, |termholidaysfromto")))
def test_any_other_text_is_refused_or_read_and_nothing_else(text: str) -> None:
    with suppress(ValueError):
        written = format_schedules(parse_schedules(text))

        assert format_schedules(parse_schedules(written)) == written


def test_white_space_round_an_entry_does_not_count() -> None:
    schedules = parse_schedules(" WEEKLY TU | MONTHLY 1SA 10:00 ")

    assert format_schedules(schedules) == "WEEKLY TU|MONTHLY 1SA 10:00"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Tuesdays", "“Tuesdays” is not a schedule like"),
        ("DAILY MO", "is not a schedule like"),
        ("WEEKLY/1 MO", "is not a schedule like"),
        ("WEEKLY/10 MO", "is not a schedule like"),
        ("WEEKLY MO 9:30", "is not a schedule like"),
        ("WEEKLY MO ٠٩:٣٠", "is not a"),
        ("WEEKLY MO|", "“” is not a schedule like"),
        ("WEEKLY XX", "“XX” is not a day"),
        ("WEEKLY MO,", "“” is not a day"),
        ("WEEKLY 1MO", "“1MO” is not a day"),
        ("MONTHLY MO", "“MO” is not a day"),
        ("MONTHLY 6MO", "“6MO” is not a day"),
        ("WEEKLY MO,MO", "names a day twice"),
        ("WEEKLY MO 25:00", "“25:00” is not a time of day"),
        ("WEEKLY MO 09:30-09:60", "“09:60” is not a time of day"),
        ("WEEKLY MO 12:00-09:30", "closes at 09:30, which is not after it opens at 12:00"),
        ("WEEKLY MO 12:00-12:00", "is not after it opens"),
        ("WEEKLY MO from 2026-02-30", "“2026-02-30” is not a date"),
        ("WEEKLY MO to 2026-13-01", "“2026-13-01” is not a date"),
        ("WEEKLY MO from 2026-02-02 to 2026-02-01", "ends on 2026-02-01, before it starts on 2026-02-02"),
    ],
)
def test_a_schedule_that_cannot_be_is_refused(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        parse_schedules(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("WEEKLY TU", "Tuesday"),
        ("WEEKLY TU,TH 09:30-12:00", "Tuesday and Thursday, 9:30am to 12pm"),
        ("WEEKLY MO,TU,WE,TH,FR 09:00", "Monday to Friday, from 9am"),
        ("WEEKLY MO,WE,FR", "Monday, Wednesday and Friday"),
        ("WEEKLY SA,SU 10:00-23:59", "Saturday and Sunday, 10am to midnight"),
        ("WEEKLY MO,TU,WE,TH,FR,SA,SU 00:00-23:59", "Every day, all day and night"),
        ("WEEKLY MO 00:00-06:05", "Monday, midnight to 6:05am"),
        ("WEEKLY/2 SA 10:00 term", "Saturday, every 2 weeks, from 10am, in term time"),
        ("MONTHLY 1SA 09:30-11:00", "First Saturday of the month, 9:30am to 11am"),
        ("MONTHLY 2TU,4TU", "Second Tuesday and fourth Tuesday of the month"),
        ("MONTHLY/3 -1FR holidays", "Last Friday of the month, every 3 months, in school holidays"),
        ("WEEKLY MO from 2026-09-08 to 2026-12-01", "Monday, from 8 September 2026, until 1 December 2026"),
    ],
)
def test_a_schedule_reads_as_a_family_would_say_it(text: str, words: str) -> None:
    [schedule] = parse_schedules(text)

    assert in_words(schedule) == words


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (time(0), "midnight"),
        (time(0, 30), "12:30am"),
        (time(9), "9am"),
        (time(12), "12pm"),
        (time(12, 5), "12:05pm"),
        (time(13), "1pm"),
        (time(23, 59), "midnight"),
    ],
)
def test_the_clock_reads_as_on_gov_uk(moment: time, words: str) -> None:
    assert clock(moment) == words


def test_a_day_is_written_without_a_leading_nought() -> None:
    assert day_words(date(2026, 9, 8)) == "8 September 2026"


RULES = [
    ("WEEKLY TU,TH 09:30-12:00", "FREQ=WEEKLY;BYDAY=TU,TH"),
    ("WEEKLY/2 SA 10:00 from 2026-01-03", "FREQ=WEEKLY;INTERVAL=2;BYDAY=SA"),
    ("WEEKLY/3 MO,SU 18:15 from 2026-01-07", "FREQ=WEEKLY;INTERVAL=3;BYDAY=MO,SU"),
    ("MONTHLY 1SA 09:30", "FREQ=MONTHLY;BYDAY=1SA"),
    ("MONTHLY -1FR 19:00", "FREQ=MONTHLY;BYDAY=-1FR"),
    ("MONTHLY 5MO 19:00", "FREQ=MONTHLY;BYDAY=5MO"),
    ("MONTHLY/2 2WE,4WE 14:00 from 2026-01-14", "FREQ=MONTHLY;INTERVAL=2;BYDAY=2WE,4WE"),
]


@pytest.mark.parametrize(("text", "rule"), RULES)
@given(minutes=st.integers(0, 2 * 365 * 24 * 60))
@settings(max_examples=30, deadline=None)
def test_the_next_session_is_the_one_that_the_calendar_rule_gives(text: str, rule: str, minutes: int) -> None:
    [schedule] = parse_schedules(text)
    wall = datetime(2026, 1, 1) + timedelta(minutes=minutes)  # noqa: DTZ001  wall time, as schedules are
    first = schedule.valid_from or date(2025, 12, 1)
    assert schedule.opens_at
    calendar = rrulestr(rule, dtstart=datetime.combine(first, schedule.opens_at))

    session = next_session([schedule], now=wall.replace(tzinfo=LONDON))

    expected = calendar.after(wall, inc=True)
    assert expected
    assert session == expected.replace(tzinfo=LONDON)


def test_a_session_that_starts_this_very_minute_is_the_next_one() -> None:
    now = datetime(2026, 11, 24, 9, 30, tzinfo=LONDON)

    assert next_session(parse_schedules("WEEKLY TU 09:30"), now=now) == now


def test_the_earliest_of_several_patterns_comes_next() -> None:
    schedules = parse_schedules("WEEKLY FR 10:00|MONTHLY 4WE 14:00|WEEKLY TH 18:00")

    session = next_session(schedules, now=datetime(2026, 11, 23, 12, tzinfo=LONDON))

    assert session == datetime(2026, 11, 25, 14, tzinfo=LONDON)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no times are stated"),
        ("WEEKLY TU", "no clock time is stated"),
        ("WEEKLY TU 09:30 term", "term dates are not known here"),
        ("WEEKLY TU 09:30 holidays", "holiday dates are not known here"),
        ("WEEKLY/2 TU 09:30", "nothing says which weeks"),
        ("WEEKLY TU 09:30 to 2026-11-23", "it has ended"),
        ("WEEKLY TU 09:30 from 2026-01-06 to 2026-07-14", "the programme is over"),
        ("MONTHLY 1SA 09:30 to 2026-12-04", "it ends before the day comes"),
    ],
)
def test_no_next_session_is_promised_when(text: str, why: str) -> None:
    session = next_session(parse_schedules(text), now=datetime(2026, 11, 23, 12, tzinfo=LONDON))

    assert session is None, why


def test_the_last_day_of_a_programme_still_counts() -> None:
    schedules = parse_schedules("WEEKLY TU 09:30 to 2026-11-24")

    session = next_session(schedules, now=datetime(2026, 11, 23, 12, tzinfo=LONDON))

    assert session == datetime(2026, 11, 24, 9, 30, tzinfo=LONDON)


def test_a_programme_that_has_not_begun_gives_its_first_day() -> None:
    schedules = parse_schedules("WEEKLY TU 09:30 from 2027-01-05")

    session = next_session(schedules, now=datetime(2026, 11, 23, 12, tzinfo=LONDON))

    assert session == datetime(2027, 1, 5, 9, 30, tzinfo=LONDON)


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
    session = next_session(parse_schedules("WEEKLY SA,SU 11:00"), now=now)

    assert session
    assert session.hour == 11
    assert session.astimezone(UTC) == session_in_utc
