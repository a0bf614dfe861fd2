"""Dates, times, distances and lists in each language."""

from datetime import date, time

import pytest

from hub_finder import template_filters, words
from hub_finder.directory import days
from hub_finder.directory.schedules import in_words, parse_schedules
from hub_finder.languages import OWN_NAMES, reading

DAY = date(2026, 12, 1)


@pytest.mark.parametrize(
    ("tag", "said"),
    [
        ("en", ["Tuesday 1 December", "Tuesday 1 December 2026", "1 December 2026", "9:30am", "a, b and c", "£2.50"]),
        ("uk", ["Вівторок, 1 грудня", "вівторок, 1 грудня 2026 р.", "1 грудня 2026 р.", "09:30", "a, b і c", "£2,50"]),
        ("pl", ["Wtorek, 1 grudnia", "wtorek, 1 grudnia 2026", "1 grudnia 2026", "09:30", "a, b i c", "£2,50"]),
        ("ro", ["Marți, 1 decembrie", "marți, 1 decembrie 2026", "1 decembrie 2026", "09:30", "a, b și c", "£2,50"]),
        (
            "pt",
            [
                "Terça-feira, 1 de dezembro",
                "terça-feira, 1 de dezembro de 2026",
                "1 de dezembro de 2026",
                "09:30",
                "a, b e c",
                "£2,50",
            ],
        ),
        ("ar", ["الثلاثاء، 1 ديسمبر", "الثلاثاء، 1 ديسمبر 2026", "1 ديسمبر 2026", "9:30 ص", "a وb وc", "£2.50"]),
    ],
)
def test_dates_times_lists_and_money_are_said_as_the_language_says_them(tag: str, said: list[str]) -> None:
    with reading(tag):
        told = [
            days.weekday_and_day(DAY),
            days.date_words(DAY),
            days.day_words(DAY),
            days.clock(time(9, 30)),
            days.joined("abc"),
            days.pounds(250),
        ]

    assert [one.replace("\u202f", " ") for one in told] == said


@pytest.mark.parametrize("tag", OWN_NAMES)
def test_a_pattern_can_be_told_in_every_language(tag: str) -> None:
    patterns = parse_schedules(
        "WEEKLY TU,TH 09:30-12:00 term|MONTHLY 1SA,-1SU 09:30|WEEKLY/2 MO,TU,WE 00:00-23:59 from 2026-01-05"
        "|ONCE 2026-12-20 10:00-15:00|WEEKLY FR 10:00 except 2026-12-25,2027-01-01"
    )

    with reading(tag):
        told = [in_words(one) for one in patterns]
        names = [days.day_name(day) for day in ("TU", "TH")]

    assert all(told)
    assert all(name.casefold() in told[0].casefold() for name in names)
    assert all("%" not in one for one in told)


def test_a_distance_has_the_decimal_mark_of_the_language() -> None:
    with reading("pl"):
        assert "2,1" in words.miles(3_380)
    with reading("ar"):
        assert "2.1" in words.miles(3_380)
    assert words.miles(3_380) == "2.1 miles"


def test_a_listings_own_words_are_marked_where_the_page_is_in_another_language() -> None:
    assert template_filters.own("Tots & Co") == "Tots & Co"
    with reading("uk"):
        assert template_filters.own("Tots & Co") == '<span lang="en">Tots &amp; Co</span>'
    with reading("ar"):
        assert template_filters.own("Tots & Co") == '<span lang="en" dir="ltr">Tots &amp; Co</span>'
        assert template_filters.ltr("01632 960001") == '<bdi dir="ltr">01632 960001</bdi>'
