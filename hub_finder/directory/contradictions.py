"""Choices of days and times that cannot both be met, said in plain words. Only what is sure: nothing is guessed."""

from collections.abc import Iterator
from datetime import date, timedelta

from hub_finder.directory.query import SearchQuery, When
from hub_finder.directory.schedules import DAY_NAMES, DAYS, day_words
from hub_finder.directory.times import Calendar

WHEN_WORDS: dict[When, str] = {
    "term": "in term time",
    "holidays": "in the school holidays",
    "week": "on this week",
    "now": "open now",
}


def find_contradictions(query: SearchQuery, *, calendar: Calendar, today: date) -> list[str]:
    """A sentence for each pair of choices that nothing can meet; where the school dates are not known, none."""
    return [*_of_the_date(query, calendar, today), *_of_the_days(query, today)]


def date_words(day: date) -> str:
    """A date with the day of the week, as families ask for it: Saturday 5 December 2026."""
    return f"{day:%A} {day_words(day)}"


def _of_the_date(query: SearchQuery, calendar: Calendar, today: date) -> Iterator[str]:
    if query.on is None:
        return
    day, asked = query.on, date_words(query.on)
    if query.days and DAYS[day.weekday()] not in query.days:
        yield f"{asked} is not a {_either(query.days)}."
    kind = calendar.kind_of(day)
    if query.when in ("term", "holidays") and kind not in (None, query.when):
        yield f"{asked} is not {WHEN_WORDS[query.when]}."
    if query.when == "week" and day > _sunday(today):
        yield f"{asked} is not this week."
    if query.when == "now" and day != today:
        yield f"{asked} is not today, so nothing that is open now is on that day."


def _of_the_days(query: SearchQuery, today: date) -> Iterator[str]:
    if not query.days:
        return
    if query.when == "now" and DAYS[today.weekday()] not in query.days:
        yield f"Today is {today:%A}, so nothing that is open now is on a {_either(query.days)}."
    if query.when == "week" and all(DAYS.index(day) < today.weekday() for day in query.days):
        yield f"This week has no {_either(query.days)} left. It is {today:%A}."


def _either(days: tuple[str, ...]) -> str:
    *others, last = [DAY_NAMES[day] for day in days]
    return f"{', '.join(others)} or {last}" if others else last


def _sunday(day: date) -> date:
    return day + timedelta(days=6 - day.weekday())
