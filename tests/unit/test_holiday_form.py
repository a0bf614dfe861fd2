"""Cells of the short holiday form: read exactly, or refused with a reason."""

import contextlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub_finder.area import Area
from hub_finder.directory.columns import Refused
from hub_finder.importers.holiday_dates import read_days, read_hours
from hub_finder.importers.holiday_form import id_of, read_row

TODAY = date(2026, 5, 1)
WEEK = [("2026-07-27", "2026-07-31", "MO,TU,WE,TH,FR")]
MONDAY = [("2026-07-27", "2026-07-27", "MO")]
FORMS = ("%d/%m/%Y", "%d %B %Y", "%A %d %b %Y", "%Y-%m-%d")
LEAST = {"Provider": "Vale Sports", "Activity": "Football", "What happens": "Games.", "Venue": "Hall"}


def days(text: str) -> list[tuple[str, str, str]]:
    return [(str(one.first), str(one.last), ",".join(one.weekdays)) for one in read_days(text, today=TODAY)]


def hours(text: str) -> list[str]:
    return [f"{opens:%H:%M}-{closes:%H:%M}" if closes else f"{opens:%H:%M}" for opens, closes in read_hours(text)]


def row_of(area: Area, **cells: str) -> dict[str, str]:
    row, wrong, _ = read_row(LEAST | cells, area, today=TODAY)
    assert wrong == []
    return row


def why_not(area: Area, heading: str, text: str) -> str:
    _, wrong, _ = read_row({**LEAST, heading: text}, area, today=TODAY)
    [one] = wrong
    assert (one.heading, one.value) == (heading, text)
    return one.reason


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("27 July 2026", MONDAY),
        ("27th July 2026", MONDAY),
        ("Monday, 27 July 2026", MONDAY),
        ("27 July, 2026", MONDAY),
        ("27/07/2026", MONDAY),
        ("27.7.26", MONDAY),
        ("27-07-2026", MONDAY),
        ("2026-07-27", MONDAY),
        ("27-31 July 2026", WEEK),
        ("27 – 31 July 2026", WEEK),
        ("27 July-31 July 2026", WEEK),
        ("27/07/2026-31/07/2026", WEEK),
        ("27/07/2026 to 31/07/2026", WEEK),
        ("Mon 27 to Fri 31 July", WEEK),
        ("Mon 27 - Fri 31 July 2026", WEEK),
        ("27, 29 July 2026", [*MONDAY, ("2026-07-29", "2026-07-29", "WE")]),
        ("27 and 29 July 2026", [*MONDAY, ("2026-07-29", "2026-07-29", "WE")]),
        ("27/07/2026; 3/8/2026", [*MONDAY, ("2026-08-03", "2026-08-03", "MO")]),
        ("1 to 2 August 2026", [("2026-08-01", "2026-08-02", "SA,SU")]),
        ("Mon to Fri, 27 July to 7 August 2026", [("2026-07-27", "2026-08-07", "MO,TU,WE,TH,FR")]),
        ("every day 27 July to 7 August 2026", [("2026-07-27", "2026-08-07", "MO,TU,WE,TH,FR,SA,SU")]),
    ],
)
def test_dates_are_read_as_organisers_write_them(text: str, read: list[tuple[str, str, str]]) -> None:
    assert days(text) == read


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("27 July", "does not say which year"),
        ("27", "does not say which month"),
        ("07/27/2026", "the day comes first"),
        ("31/02/2026", "does not exist"),
        ("Tue 27 July 2026", "27 July 2026 is a Monday"),
        ("Wed 27 July", "does not fit the date"),
        ("27 July to 7 August 2026", "goes over a weekend"),
        ("31-27 July 2026", "ends on 2026-07-27, before it starts"),
        ("weekdays 1 to 2 August 2026", "no day from Monday to Friday"),
        ("28 Dec - 1 Jan 2027", "does not say which year"),
        ("27 Foo 2026", "where a month should be"),
        ("27 July 2026 to 27 August 2028", "longer than a year"),
        ("summer", "must be dates"),
        ("July 27 2026", "must be dates"),
        ("1 to 2 to 3 July 2026", "must be dates"),
        (",", "must be dates"),
    ],
)
def test_dates_with_more_than_one_meaning_or_none_are_refused(text: str, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        days(text)


@given(
    st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.sampled_from(["%d/%m/%Y", "%d %B %Y", "%A %d %b %Y", "%Y-%m-%d"])
)
def test_any_day_in_any_form_is_that_day(day: date, form: str) -> None:
    [read] = read_days(day.strftime(form), today=TODAY)

    assert (read.first, read.last) == (day, day)


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(Refused):
        assert all(one.first <= one.last and one.weekdays for one in read_days(text, today=TODAY))
    with contextlib.suppress(Refused):
        assert all(closes is None or opens < closes for opens, closes in read_hours(text))


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("10am-2pm", ["10:00-14:00"]),
        ("10:00 - 14:00", ["10:00-14:00"]),
        ("9.30am to 12 noon", ["09:30-12:00"]),
        ("10 am until 2 p.m.", ["10:00-14:00"]),
        ("from 10am", ["10:00"]),
        ("12pm-12:30pm", ["12:00-12:30"]),
        ("10am-12pm and 1pm-3pm", ["10:00-12:00", "13:00-15:00"]),
    ],
)
def test_times_are_read_as_organisers_write_them(text: str, read: list[str]) -> None:
    assert hours(text) == read


@pytest.mark.parametrize("text", ["10-2", "10-2pm", "10:00-2:00", "25:00", "13pm", "10:75", "all day", "1pm-2pm-3pm"])
def test_times_that_could_mean_something_else_are_refused(text: str) -> None:
    with pytest.raises(Refused):
        hours(text)


@pytest.mark.parametrize(
    ("text", "low", "high", "note"),
    [
        ("5-11", "5", "11", ""),
        ("Ages 5 to 11 years", "5", "11", ""),
        ("8+", "8", "", ""),
        ("8 and over", "8", "", ""),
        ("up to 11", "", "11", ""),
        ("7", "7", "7", ""),
        ("All ages", "", "", "All ages"),
        ("Reception to Year 6", "4", "11", "Reception to Year 6"),
        ("Years 3-6", "7", "11", "Years 3-6"),
        ("Year 9", "13", "14", "Year 9"),
    ],
)
def test_ages_and_school_years_are_read(area: Area, text: str, low: str, high: str, note: str) -> None:
    row = row_of(area, Ages=text)

    assert (row.get("min_age", ""), row.get("max_age", ""), row.get("ages_note", "")) == (low, high, note)


@pytest.mark.parametrize("text", ["teenagers", "Reception to 6", "Year 14", "5-", "Year 3 to 4 to 5", "primary"])
def test_ages_that_are_not_exact_are_refused(area: Area, text: str) -> None:
    assert "must be ages such as" in why_not(area, "Ages", text)


def test_how_to_book_tells_links_numbers_and_places_apart(area: Area) -> None:
    row = row_of(area, **{"How to book": "https://x.example/a, (01632) 960-001\nBook@X.example; Full"})

    assert (row["booking_url"], row["phone"]) == ("https://x.example/a", "01632 960 001")
    assert (row["email"], row["booking_places"]) == ("book@x.example", "full")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("1632960001", "lost its 0"),
        ("www.x.example", "without its start"),
        ("ask at the door", "is no web address"),
        ("full, places left", "cannot both be kept"),
    ],
)
def test_a_way_to_book_that_is_none_is_refused(area: Area, text: str, reason: str) -> None:
    assert reason in why_not(area, "How to book", text)


@pytest.mark.parametrize(
    ("heading", "text", "reason"),
    [
        ("Food", "maybe", "must be yes or no"),
        ("Address", ", Oakham Green", "must be the street, a comma, and the town"),
        ("Postcode", "FA1", "is not a full postcode"),
        ("Times", "10am-2pm", "needs the Dates"),
        ("Times", "late", "must be times"),
    ],
)
def test_other_cells_that_cannot_be_read_are_refused(area: Area, heading: str, text: str, reason: str) -> None:
    assert reason in _reasons(area, heading, text)


def _reasons(area: Area, heading: str, text: str) -> str:
    _, wrong, _ = read_row({**LEAST, heading: text}, area, today=TODAY)
    return "; ".join(one.reason for one in wrong)


@pytest.mark.parametrize(("text", "cost"), [("Everyone", "free"), ("Children with a code", "free_for_some")])
def test_the_price_follows_who_goes_free(area: Area, text: str, cost: str) -> None:
    assert row_of(area, **{"Free for": text})["cost"] == cost


def test_a_blank_says_nothing(area: Area) -> None:
    row = row_of(area)

    assert set(row) == {"id", "name", "organisation", "summary", "location_name", "schedule"}
    assert row["schedule"] == ""


def test_an_id_is_the_same_for_the_same_names_and_short_enough() -> None:
    assert id_of("Football", "Hall", "Vale’s") == id_of("FOOTBALL", "hall", "Vales") == "football-hall-vales"
    assert len({id_of("x" * 90, "a", "b"), id_of("x" * 90, "a", "c"), id_of("Спорт", "", "")}) == 3
    assert all(len(id_of("x" * size, "a", "b")) <= 80 for size in range(60, 100))
