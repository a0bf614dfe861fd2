"""A feed's schedules: our one-line form only where it says exactly the same, else words."""

from typing import Any

import pytest

from hub_finder.importers.feed_times import read_times
from hub_finder.importers.feed_values import ItemReader

WEEKLY = {"freq": "WEEKLY", "byday": "TU,TH", "opens_at": "09:30", "closes_at": "12:00"}
EXACT: list[tuple[dict[str, Any], str]] = [
    (WEEKLY, "WEEKLY TU,TH 09:30-12:00"),
    ({**WEEKLY, "opens_at": "09:30:00", "closes_at": "12:00:00.0"}, "WEEKLY TU,TH 09:30-12:00"),
    ({**WEEKLY, "byday": "Tuesday, thursday"}, "WEEKLY TU,TH 09:30-12:00"),
    ({**WEEKLY, "closes_at": None}, "WEEKLY TU,TH 09:30"),
    ({"freq": "WEEKLY", "byday": "MO"}, "WEEKLY MO"),
    ({**WEEKLY, "closes_at": "24:00"}, "WEEKLY TU,TH 09:30-23:59"),
    (
        {**WEEKLY, "valid_from": "2026-01-06", "valid_to": "2026-07-16"},
        "WEEKLY TU,TH 09:30-12:00 from 2026-01-06 to 2026-07-16",
    ),
    (
        {**WEEKLY, "dtstart": "2026-01-06T09:30:00", "until": "2026-07-16"},
        "WEEKLY TU,TH 09:30-12:00 from 2026-01-06 to 2026-07-16",
    ),
    ({**WEEKLY, "interval": 2, "dtstart": "2026-01-06"}, "WEEKLY/2 TU,TH 09:30-12:00 from 2026-01-06"),
    ({**WEEKLY, "interval": 1.0}, "WEEKLY TU,TH 09:30-12:00"),
    ({"freq": "MONTHLY", "byday": "1SA,-1FR", "opens_at": "10:00"}, "MONTHLY 1SA,-1FR 10:00"),
    (
        {"valid_from": "2026-12-20", "valid_to": "2026-12-20", "opens_at": "10:00", "closes_at": "15:00"},
        "ONCE 2026-12-20 10:00-15:00",
    ),
    ({"dtstart": "2026-12-20", "count": 1}, "ONCE 2026-12-20"),
    ({**WEEKLY, "description": "Come along, everyone is welcome."}, "WEEKLY TU,TH 09:30-12:00"),
]


@pytest.mark.parametrize(("schedule", "entry"), EXACT)
def test_what_our_form_can_say_is_said_in_it(schedule: dict[str, Any], entry: str) -> None:
    reader = ItemReader()

    found, words = read_times(reader, schedule)

    assert found == entry
    assert words == schedule.get("description", "")
    assert reader.problems == []


IN_WORDS: list[tuple[dict[str, Any], str]] = [
    ({**WEEKLY, "bymonthday": "2,3"}, "Tuesday, Thursday, on day 2, 3 of the month, 9:30am to 12pm."),
    ({**WEEKLY, "interval": 2}, "Tuesday, Thursday, every 2 weeks, 9:30am to 12pm."),
    ({**WEEKLY, "count": 6}, "Tuesday, Thursday, 9:30am to 12pm, 6 times."),
    ({**WEEKLY, "opens_at": "09:30Z"}, "Tuesday, Thursday, 09:30Z to 12pm."),
    ({**WEEKLY, "closes_at": "09:00"}, "Tuesday, Thursday, 9:30am to 9am."),
    ({**WEEKLY, "opens_at": None}, "Tuesday, Thursday, to 12pm."),
    ({**WEEKLY, "opens_at": "late"}, "Tuesday, Thursday, late to 12pm."),
    ({**WEEKLY, "byday": "XX"}, "XX, 9:30am to 12pm."),
    ({**WEEKLY, "byday": "2TU"}, "second Tuesday, 9:30am to 12pm."),
    ({**WEEKLY, "freq": "DAILY", "byday": None}, "Daily, 9:30am to 12pm."),
    ({**WEEKLY, "wkst": "SU", "byweekno": "41"}, "Tuesday, Thursday, weekno 41, 9:30am to 12pm."),
    (
        {**WEEKLY, "valid_from": "2026-09-01", "dtstart": "2026-09-08"},
        "Tuesday, Thursday, 9:30am to 12pm, first on 8 September 2026, from 1 September 2026.",
    ),
    ({**WEEKLY, "valid_to": "soon"}, "Tuesday, Thursday, 9:30am to 12pm, until soon."),
    ({"freq": "MONTHLY", "byday": "SA"}, "Saturday, each month."),
    ({"freq": "MONTHLY", "bymonthday": "-5"}, "Monthly, on day -5 of the month."),
    (
        {**WEEKLY, "valid_from": "2026-09-08", "valid_to": "2026-09-01"},
        "Tuesday, Thursday, 9:30am to 12pm, from 8 September 2026, until 1 September 2026.",
    ),
    ({"description": "Ring us."}, "Ring us."),
    ({}, ""),
]


@pytest.mark.parametrize(("schedule", "words"), IN_WORDS)
def test_what_our_form_cannot_say_stays_in_words(schedule: dict[str, Any], words: str) -> None:
    found, said = read_times(ItemReader(), schedule)

    assert found == ""
    assert said.lower() == words.lower()


@pytest.mark.parametrize(
    "doubt",
    [
        "Term time only",
        "Closed in August.",
        "By appointment",
        "Not in the school holidays",
        "Times vary",
        "Except bank holidays",
    ],
)
def test_a_pattern_with_words_that_limit_it_is_kept_in_words_and_never_taken_for_open(doubt: str) -> None:
    entry, words = read_times(ItemReader(), {**WEEKLY, "description": doubt})

    assert entry == ""
    assert words.startswith("Tuesday, Thursday, 9:30am to 12pm. ")
    assert doubt.rstrip(".") in words
