from contextlib import suppress
from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub_finder.directory.days import DAYS, clock, day_words
from hub_finder.directory.schedules import format_schedules, in_words, parse_schedules

DATES = st.dates(date(2020, 1, 1), date(2035, 12, 31))


@st.composite
def entries(draw: st.DrawFn) -> str:
    """One schedule in its one-line form, as people may write it."""
    if draw(st.booleans()):
        return " ".join(["ONCE", str(draw(DATES)), *draw(hours()), *draw(exceptions())])
    freq = draw(st.sampled_from(["WEEKLY", "MONTHLY"]))
    interval = draw(st.sampled_from(["", "/2", "/5", "/9"]))
    ordinals = ["1", "2", "3", "4", "5", "-1"] if freq == "MONTHLY" else [""]
    days = st.builds(str.__add__, st.sampled_from(ordinals), st.sampled_from(DAYS))
    byday = ",".join(draw(st.lists(days, min_size=1, max_size=7, unique=True)))
    parts = [freq + interval, byday, *draw(hours())]
    if when := draw(st.sampled_from(["", "term", "holidays"])):
        parts.append(when)
    first, last = sorted(draw(st.lists(DATES, min_size=2, max_size=2)))
    parts += [f"from {first}"] if draw(st.booleans()) else []
    parts += [f"to {last}"] if draw(st.booleans()) else []
    return " ".join([*parts, *draw(exceptions())])


@st.composite
def hours(draw: st.DrawFn) -> list[str]:
    opens, closes = sorted(draw(st.lists(st.integers(0, 1439), min_size=2, max_size=2, unique=True)))
    return draw(st.sampled_from([[], [_clock(opens)], [f"{_clock(opens)}-{_clock(closes)}"]]))


@st.composite
def exceptions(draw: st.DrawFn) -> list[str]:
    dates = draw(st.lists(DATES, max_size=3, unique=True))
    return ["except", ",".join(map(str, dates))] if dates else []


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


@given(st.lists(entries(), max_size=4))
def test_what_is_parsed_is_written_back_the_same(written: list[str]) -> None:
    text = "|".join(written)

    again = format_schedules(parse_schedules(text))

    assert again == text


@given(st.one_of(st.text(), st.text("WEKLYMONTHSAFRUC0123456789:-/, |termholidaysfromtoexcept")))
def test_any_other_text_is_refused_or_read_and_nothing_else(text: str) -> None:
    with suppress(ValueError):
        written = format_schedules(parse_schedules(text))

        assert format_schedules(parse_schedules(written)) == written


def test_one_date_is_kept_as_its_first_and_last_day() -> None:
    [schedule] = parse_schedules("ONCE 2026-12-20 10:00-15:00")

    assert (schedule.freq, schedule.byday, schedule.interval) == ("ONCE", [], 1)
    assert schedule.valid_from == schedule.valid_to == date(2026, 12, 20)
    assert schedule.except_dates == []


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
        ("ONCE MO 10:00", "is not a schedule like"),
        ("ONCE/2 2026-12-20", "is not a schedule like"),
        ("ONCE 2026-12-20 term", "is not a schedule like"),
        ("ONCE 2026-12-20 10:00 to 2026-12-21", "is not a schedule like"),
        ("ONCE 2026-02-30", "“2026-02-30” is not a date"),
        ("ONCE 2026-12-20 15:00-10:00", "which is not after it opens"),
        ("WEEKLY MO except", "is not a schedule like"),
        ("WEEKLY MO except 2026-12-25 term", "is not a schedule like"),
        ("WEEKLY MO except 2026-12-32", "“2026-12-32” is not a date"),
        ("WEEKLY MO except 20261225", "“20261225” is not a date"),
        ("WEEKLY MO except 2026-12-25,", "“” is not a date"),
        ("WEEKLY MO except 2026-12-25,2026-12-25", "names a date twice"),
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
        ("ONCE 2026-12-20 10:00-15:00", "Sunday 20 December 2026, 10am to 3pm"),
        ("ONCE 2026-12-20", "Sunday 20 December 2026"),
        ("WEEKLY FR 10:00-12:00 except 2026-12-25", "Friday, 10am to 12pm, not on 25 December 2026"),
        (
            "WEEKLY FR,SA 10:00-12:00 term except 2026-12-26,2026-12-25",
            "Friday and Saturday, 10am to 12pm, in term time, not on 25 and 26 December 2026",
        ),
        (
            "MONTHLY 1FR to 2027-06-30 except 2027-01-01,2026-12-04",
            "First Friday of the month, until 30 June 2027, not on 4 December 2026 and 1 January 2027",
        ),
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
