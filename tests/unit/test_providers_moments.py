"""Times of day and dates as volunteers write them."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub_finder.directory.days import clock, day_words
from hub_finder.providers.moments import Unclear, read_date, read_time


@pytest.mark.parametrize(
    ("typed", "means"),
    [
        ("", None),
        ("10am", time(10)),
        ("10 AM", time(10)),
        ("10.30 a.m.", time(10, 30)),
        ("2:30pm", time(14, 30)),
        ("2.30 pm", time(14, 30)),
        ("12pm", time(12)),
        ("12am", time(0)),
        ("noon", time(12)),
        ("midnight", time(23, 59)),
        ("14:00", time(14)),
        ("9:30", time(9, 30)),
        ("09:30", time(9, 30)),
        ("10", time(10)),
        ("02:30", time(2, 30)),
    ],
)
def test_time_is_read(typed: str, means: time | None) -> None:
    assert read_time(typed) == means


@pytest.mark.parametrize("typed", ["2:30", "2", "6", "25:00", "13pm", "0am", "half ten", "10:75", "10-11", "١٠"])
def test_time_that_is_none_or_may_be_two_is_asked_for_again(typed: str) -> None:
    with pytest.raises(Unclear):
        read_time(typed)


def test_it_is_asked_whether_morning_or_afternoon_is_meant() -> None:
    with pytest.raises(Unclear, match="Say if it is 2:30am or pm"):
        read_time("2:30")


@given(st.times())
def test_time_as_families_read_it_is_read_back(moment: time) -> None:
    whole = moment.replace(second=0, microsecond=0)

    said = clock(whole)

    assert read_time(said) == (time(23, 59) if said == "midnight" else whole)


@pytest.mark.parametrize(
    ("typed", "means"),
    [
        ("", None),
        ("2026-12-25", date(2026, 12, 25)),
        ("25/12/2026", date(2026, 12, 25)),
        ("1.2.2027", date(2027, 2, 1)),
        ("25 December 2026", date(2026, 12, 25)),
        ("25th Dec 2026", date(2026, 12, 25)),
        ("Friday, 25 December 2026", date(2026, 12, 25)),
        ("1st of May 2026", date(2026, 5, 1)),
    ],
)
def test_date_is_read(typed: str, means: date | None) -> None:
    assert read_date(typed) == means


@pytest.mark.parametrize(
    "typed", ["25 December", "31/02/2026", "12/25/2026", "Christmas", "25/12/26", "2026", "٢٥/١٢/٢٠٢٦"]
)
def test_date_that_is_none_is_asked_for_again(typed: str) -> None:
    with pytest.raises(Unclear):
        read_date(typed)


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2999, 1, 1)))
def test_date_as_families_read_it_is_read_back(day: date) -> None:
    assert read_date(day_words(day)) == read_date(str(day)) == day
