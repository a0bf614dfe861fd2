"""Choices of days and times that nothing can meet, said on Thursday 26 November 2026."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub_finder.directory.contradictions import find_contradictions
from hub_finder.directory.days import DAYS
from hub_finder.directory.query import SearchQuery
from hub_finder.directory.times import Calendar

TODAY = date(2026, 11, 26)
SATURDAY = date(2026, 12, 5)
CALENDAR = Calendar(terms=((date(2026, 9, 7), date(2026, 12, 18)),), holidays=((date(2026, 12, 19), date(2027, 1, 3)),))


def said(**given: Any) -> list[str]:
    return find_contradictions(SearchQuery(**given), calendar=CALENDAR, today=TODAY)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"on": SATURDAY, "days": ("MO",)}, "Saturday 5 December 2026 is not a Monday."),
        ({"on": SATURDAY, "days": ("MO", "TU", "SU")}, "Saturday 5 December 2026 is not a Monday, Tuesday or Sunday."),
        ({"on": SATURDAY, "when": "holidays"}, "Saturday 5 December 2026 is not in the school holidays."),
        ({"on": date(2026, 12, 25), "when": "term"}, "Friday 25 December 2026 is not in term time."),
        ({"on": date(2026, 11, 30), "when": "week"}, "Monday 30 November 2026 is not this week."),
        (
            {"on": SATURDAY, "when": "now"},
            "Saturday 5 December 2026 is not today, so nothing that is open now is on that day.",
        ),
        ({"days": ("MO",), "when": "now"}, "Today is Thursday, so nothing that is open now is on a Monday."),
        ({"days": ("MO", "WE"), "when": "week"}, "This week has no Monday or Wednesday left. It is Thursday."),
    ],
)
def test_contradiction_is_said(given: dict[str, Any], told: str) -> None:
    assert said(**given) == [told]


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"on": SATURDAY},
        {"on": SATURDAY, "days": ("MO", "SA")},
        {"on": SATURDAY, "when": "term"},
        {"on": date(2026, 12, 25), "when": "holidays"},
        {"on": date(2027, 2, 1), "when": "term"},
        {"on": date(2027, 2, 1), "when": "holidays"},
        {"on": date(2026, 11, 29), "when": "week"},
        {"on": TODAY, "when": "week"},
        {"on": TODAY, "when": "now", "days": ("TH",)},
        {"days": ("MO", "TH"), "when": "now"},
        {"days": ("MO", "SU"), "when": "week"},
        {"days": ("MO",), "when": "term", "time": "evening"},
    ],
)
def test_what_can_be_met_or_is_not_known_is_no_contradiction(given: dict[str, Any]) -> None:
    assert said(**given) == []


def test_each_contradiction_is_said() -> None:
    assert len(said(on=SATURDAY, days=("MO",), when="holidays")) == 2


@given(
    today=st.dates(date(2026, 1, 1), date(2028, 1, 1)),
    wait=st.integers(0, 6),
    days=st.sets(st.sampled_from(DAYS)),
    dated=st.booleans(),
)
def test_what_is_on_this_week_is_never_called_a_contradiction(
    today: date, wait: int, days: set[str], dated: bool
) -> None:
    day = date.fromordinal(today.toordinal() + min(wait, 6 - today.weekday()))
    asked = SearchQuery(days=(*days, DAYS[day.weekday()]), on=day if dated else None, when="week")

    assert find_contradictions(asked, calendar=Calendar(), today=today) == []
