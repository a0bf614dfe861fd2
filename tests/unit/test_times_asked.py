"""What a search asks of times: hard cases, in words, and the dates that a question is about."""

from datetime import date, timedelta

import pytest

from hub_finder.directory.query import PartOfDay, SearchQuery
from hub_finder.directory.schedules import parse_schedules
from hub_finder.directory.times import Calendar
from hub_finder.directory.times_asked import DATES, NO, UNKNOWN, YES, answers, answers_to, dates_asked, open_at
from hub_finder.directory.timetables import Timetables, pack
from tests.patterns import CALENDAR, at


def told(text: str, *closures: tuple[str, str]) -> Timetables:
    """One listing with times in the one-line form, and closures."""
    schedules = [
        {
            "freq": one.freq,
            "interval": one.interval,
            "byday": one.byday,
            "opens_at": one.opens_at and f"{one.opens_at:%H:%M}",
            "closes_at": one.closes_at and f"{one.closes_at:%H:%M}",
            "when": one.when,
            "valid_from": one.valid_from and one.valid_from.isoformat(),
            "valid_to": one.valid_to and one.valid_to.isoformat(),
            "except_dates": one.except_dates,
        }
        for one in parse_schedules(text)
    ]
    return Timetables.of([pack(schedules, [{"closed": True, "starts_on": a, "ends_on": b} for a, b in closures])])


# 24 November 2026 is a Tuesday in term; 28 December a Monday and a bank holiday.
@pytest.mark.parametrize(
    ("text", "on", "part", "answer"),
    [
        ("WEEKLY TU 10:00-12:00", "2026-11-24", None, YES),
        ("WEEKLY TU 10:00-12:00", "2026-11-25", None, NO),
        ("WEEKLY TU 10:00-12:00", "2026-11-24", "morning", YES),
        ("WEEKLY TU 10:00-12:00", "2026-11-24", "afternoon", NO),
        ("WEEKLY TU 10:00-12:01", "2026-11-24", "afternoon", YES),
        ("WEEKLY TU 10:00-20:00", "2026-11-24", "evening", YES),
        ("WEEKLY TU 10:00", "2026-11-24", "morning", YES),
        ("WEEKLY TU 10:00", "2026-11-24", "afternoon", NO),
        ("WEEKLY TU 12:00", "2026-11-24", "afternoon", YES),
        ("WEEKLY TU 12:00", "2026-11-24", "morning", NO),
        ("WEEKLY TU 02:00-04:00", "2026-11-24", "morning", NO),
        # It ended, or has not begun.
        ("WEEKLY TU 10:00-12:00 to 2026-11-17", "2026-11-24", None, NO),
        ("WEEKLY TU 10:00-12:00 to 2026-11-24", "2026-11-24", None, YES),
        ("WEEKLY TU to 2026-11-17", "2026-11-24", None, NO),
        ("WEEKLY TU 10:00-12:00 from 2026-11-25", "2026-11-24", None, NO),
        ("WEEKLY TU 10:00-12:00 except 2026-11-24", "2026-11-24", None, NO),
        # Term and holidays.
        ("WEEKLY TU 10:00-12:00 term", "2026-11-24", None, YES),
        ("WEEKLY TU 10:00-12:00 holidays", "2026-11-24", None, NO),
        ("WEEKLY TU term", "2026-10-27", None, NO),
        ("WEEKLY TU 10:00-12:00 term", "2027-08-03", None, UNKNOWN),
        ("WEEKLY TU 10:00-12:00 term", "2027-08-03", "evening", NO),
        # A bank holiday.
        ("WEEKLY MO 10:00-12:00", "2026-12-28", None, UNKNOWN),
        ("WEEKLY MO 10:00-12:00", "2026-12-28", "evening", NO),
        ("ONCE 2026-12-28 10:00-12:00", "2026-12-28", None, YES),
        ("WEEKLY MO,TU,WE,TH,FR,SA,SU 00:00-23:59", "2026-12-28", "evening", YES),
        ("WEEKLY MO,TU,WE,TH,FR,SA,SU 00:00-23:59 holidays", "2026-12-28", None, UNKNOWN),
        ("WEEKLY/2 MO,TU,WE,TH,FR,SA,SU 00:00-23:59 from 2026-12-28", "2026-12-28", None, UNKNOWN),
        # What is not known stays so, but only where it might be.
        ("", "2026-11-24", None, UNKNOWN),
        ("WEEKLY TU", "2026-11-24", "evening", UNKNOWN),
        ("WEEKLY TU", "2026-11-25", "evening", NO),
        ("WEEKLY/2 TU 10:00-12:00", "2026-11-24", None, UNKNOWN),
        ("WEEKLY/2 TU 10:00-12:00", "2026-11-25", None, NO),
        ("WEEKLY/2 TU 10:00-12:00", "2026-11-24", "evening", NO),
        ("WEEKLY TU|WEEKLY TU 10:00-12:00", "2026-11-24", None, YES),
        # Every few weeks and months.
        ("WEEKLY/2 TU 10:00-12:00 from 2026-11-11", "2026-11-24", None, YES),
        ("WEEKLY/2 TU 10:00-12:00 from 2026-11-16", "2026-11-24", None, NO),
        ("MONTHLY 4TU 10:00-12:00", "2026-11-24", None, YES),
        ("MONTHLY -1TU 10:00-12:00", "2026-11-24", None, YES),
        ("MONTHLY -1MO 10:00-12:00", "2026-11-23", None, NO),
        ("MONTHLY 5MO 10:00-12:00", "2026-11-30", None, YES),
        ("MONTHLY 4MO 10:00-12:00", "2026-11-30", None, NO),
        ("MONTHLY/3 4TU 10:00-12:00 from 2026-08-31", "2026-11-24", None, YES),
        ("MONTHLY/3 4TU 10:00-12:00 from 2026-09-01", "2026-11-24", None, NO),
    ],
)
def test_hard_cases_of_one_date(text: str, on: str, part: PartOfDay | None, answer: int) -> None:
    assert answers(told(text), None, (date.fromisoformat(on),), part, CALENDAR).tolist() == [answer]


@pytest.mark.parametrize("text", ["WEEKLY TU 10:00-12:00", "WEEKLY TU", ""])
def test_a_closure_takes_every_session_out(text: str) -> None:
    closed = told(text, ("2026-11-24", "2026-11-24"))

    tuesday, next_tuesday = date(2026, 11, 24), date(2026, 12, 1)
    open_again = answers(told(text), None, (next_tuesday,), None, CALENDAR)
    assert answers(closed, None, (tuesday,), None, CALENDAR).tolist() == [NO]
    assert answers(closed, None, (tuesday, next_tuesday), None, CALENDAR).tolist() == open_again.tolist()


@pytest.mark.parametrize(
    ("text", "now", "answer"),
    [
        ("WEEKLY TU 10:00-12:00", "2026-11-24 09:59", NO),
        ("WEEKLY TU 10:00-12:00", "2026-11-24 10:00", YES),
        ("WEEKLY TU 10:00-12:00", "2026-11-24 12:00", NO),
        ("WEEKLY TU 10:00", "2026-11-24 09:59", NO),
        ("WEEKLY TU 10:00", "2026-11-24 10:00", UNKNOWN),
        ("WEEKLY TU", "2026-11-24 10:00", UNKNOWN),
        ("", "2026-11-24 10:00", UNKNOWN),
        ("WEEKLY/2 TU 10:00-12:00", "2026-11-24 10:00", UNKNOWN),
        ("WEEKLY MO 10:00-12:00", "2026-12-28 10:00", UNKNOWN),
        ("WEEKLY MO 10:00-12:00", "2026-12-28 13:00", NO),
        ("WEEKLY SU 00:00-23:59", "2026-10-25 23:59:59", YES),
    ],
)
def test_hard_cases_of_a_moment(text: str, now: str, answer: int) -> None:
    assert open_at(told(text), None, at(now), CALENDAR).tolist() == [answer]


THURSDAY = date(2026, 11, 26)
TERM_ENDS = date(2026, 12, 17)


def days(*texts: str) -> tuple[date, ...]:
    return tuple(date.fromisoformat(f"2026-{text}") for text in texts)


@pytest.mark.parametrize(
    ("query", "today", "dates"),
    [
        (SearchQuery(), THURSDAY, ()),
        (SearchQuery(on=date(2026, 12, 1)), THURSDAY, days("12-01")),
        (SearchQuery(on=date(2026, 12, 1), days=("TU",)), THURSDAY, days("12-01")),
        (SearchQuery(on=date(2026, 12, 1), days=("MO",)), THURSDAY, ()),
        (SearchQuery(on=date(2026, 12, 1), when="term"), THURSDAY, days("12-01")),
        (SearchQuery(on=date(2026, 12, 1), when="holidays"), THURSDAY, ()),
        (SearchQuery(on=date(2026, 12, 1), when="week"), THURSDAY, ()),
        (SearchQuery(on=date(2026, 12, 1), when="now"), THURSDAY, ()),
        (SearchQuery(on=THURSDAY, when="now"), THURSDAY, days("11-26")),
        (SearchQuery(when="now", days=("TH",)), THURSDAY, days("11-26")),
        (SearchQuery(when="now", days=("FR",)), THURSDAY, ()),
        (SearchQuery(when="week"), THURSDAY, days("11-26", "11-27", "11-28", "11-29")),
        (SearchQuery(when="week", days=("SA", "MO")), THURSDAY, days("11-28")),
        (SearchQuery(days=("MO", "TH")), THURSDAY, days("11-26", "11-30", "12-03", "12-07")),
        (SearchQuery(time="morning"), THURSDAY, tuple(THURSDAY + timedelta(days=number) for number in range(DATES))),
        (SearchQuery(when="holidays", days=("MO",)), THURSDAY, days("12-21", "12-28")),
        # Two days of this term, then those of the next.
        (
            SearchQuery(when="term"),
            TERM_ENDS,
            (*days("12-17", "12-18"), *(date(2027, 1, day) for day in range(4, 16))),
        ),
    ],
)
def test_a_query_is_about_these_dates(query: SearchQuery, today: date, dates: tuple[date, ...]) -> None:
    assert dates_asked(query, today=today, calendar=CALENDAR) == dates


def test_without_school_terms_nobody_knows_when_term_is() -> None:
    assert dates_asked(SearchQuery(when="term"), today=THURSDAY, calendar=Calendar()) == ()


@pytest.mark.parametrize(
    ("text", "query", "answer"),
    [
        # 10 August 2026 is a Monday.
        ("WEEKLY MO 10:00-12:00", SearchQuery(when="holidays"), UNKNOWN),
        ("WEEKLY MO 10:00-12:00 term", SearchQuery(when="holidays"), UNKNOWN),
        ("", SearchQuery(when="term"), UNKNOWN),
        ("WEEKLY MO 10:00-12:00", SearchQuery(when="term", days=("MO",)), UNKNOWN),
        ("WEEKLY MO 10:00-12:00", SearchQuery(when="term", days=("TU",)), NO),
        ("WEEKLY MO 10:00-12:00", SearchQuery(when="term", time="evening"), NO),
        ("WEEKLY MO 10:00-12:00", SearchQuery(when="term", on=date(2026, 8, 10)), UNKNOWN),
        ("WEEKLY MO 10:00-12:00", SearchQuery(when="term", on=date(2026, 8, 10), days=("TU",)), NO),
    ],
)
def test_without_school_terms_nothing_is_sure_and_what_may_be_stays(text: str, query: SearchQuery, answer: int) -> None:
    found = answers_to(query, told(text), None, now=at("2026-08-10 10:15"), calendar=Calendar())

    assert found is not None
    assert found.tolist() == [answer]


AUGUST = Calendar(
    terms=((date(2026, 4, 13), date(2026, 7, 21)), (date(2026, 9, 3), date(2026, 12, 18))),
    holidays=((date(2026, 7, 22), date(2026, 9, 2)),),
)


@pytest.mark.parametrize(
    ("text", "query", "answer"),
    [
        # 10 August 2026 is a Monday.
        ("WEEKLY MO 10:00-12:00 term", SearchQuery(days=("MO",)), NO),
        ("WEEKLY MO term", SearchQuery(days=("MO",)), NO),
        ("WEEKLY MO 10:00-12:00 term", SearchQuery(days=("MO",), when="term"), YES),
        ("WEEKLY MO 10:00-12:00 term", SearchQuery(when="term"), YES),
        ("WEEKLY MO 10:00-12:00 term", SearchQuery(when="holidays"), NO),
        ("WEEKLY MO 10:00-12:00", SearchQuery(when="holidays"), YES),
        ("WEEKLY MO 10:00-12:00 to 2026-07-20", SearchQuery(days=("MO",)), NO),
        ("", SearchQuery(days=("MO",)), UNKNOWN),
        ("WEEKLY MO 10:00-12:00", SearchQuery(days=("MO",), on=date(2026, 8, 11)), NO),
        ("", SearchQuery(days=("MO",), on=date(2026, 8, 11)), NO),
        ("WEEKLY MO 10:00-12:00", SearchQuery(when="now"), YES),
        ("WEEKLY MO 10:00-12:00", SearchQuery(when="now", time="morning"), YES),
        ("WEEKLY MO 10:00-12:00", SearchQuery(when="now", time="evening"), NO),
        ("WEEKLY MO 10:00-12:00", SearchQuery(when="now", days=("TU",)), NO),
        ("WEEKLY MO 10:30-12:00", SearchQuery(when="now"), NO),
        ("WEEKLY MO 10:30-12:00", SearchQuery(when="week"), YES),
    ],
)
def test_what_a_family_asks_on_a_monday_in_august(text: str, query: SearchQuery, answer: int) -> None:
    found = answers_to(query, told(text), None, now=at("2026-08-10 10:15"), calendar=AUGUST)

    assert found is not None
    assert found.tolist() == [answer]


def test_a_query_that_asks_nothing_of_times_has_no_answers() -> None:
    assert answers_to(SearchQuery(words="toys"), told(""), None, now=at("2026-08-10 10:15"), calendar=AUGUST) is None
