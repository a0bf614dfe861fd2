"""Choices of days and times that cannot both be met, said in plain words. Only what is sure: nothing is guessed."""

from collections.abc import Iterator
from datetime import date, timedelta

from hub_finder.directory.days import DAYS, date_words, day_name, either, upper_first, weekday
from hub_finder.directory.query import SearchQuery, When
from hub_finder.directory.times import Calendar
from hub_finder.languages import _, lazy_

# Note: each of these stands in a sentence after “Nothing is”.
WHEN_WORDS: dict[When, object] = {
    "term": lazy_("in term time"),
    "holidays": lazy_("in the school holidays"),
    "week": lazy_("on this week"),
    "now": lazy_("open now"),
}


def find_contradictions(query: SearchQuery, *, calendar: Calendar, today: date) -> list[str]:
    """A sentence for each pair of choices that nothing can meet; where the school dates are not known, none."""
    return [*_of_the_date(query, calendar, today), *_of_the_days(query, today)]


def _of_the_date(query: SearchQuery, calendar: Calendar, today: date) -> Iterator[str]:
    if query.on is None:
        return
    day, asked = query.on, upper_first(date_words(query.on))
    if query.days and DAYS[day.weekday()] not in query.days:
        # Note: such as "Saturday 5 December 2026 is not a Monday or Tuesday."
        yield _("%(date)s is not a %(days)s.", date=asked, days=_either(query.days))
    kind = calendar.kind_of(day)
    if query.when == "term" and kind == "holidays":
        yield _("%(date)s is not in term time.", date=asked)
    if query.when == "holidays" and kind == "term":
        yield _("%(date)s is not in the school holidays.", date=asked)
    if query.when == "week" and day > _sunday(today):
        yield _("%(date)s is not this week.", date=asked)
    if query.when == "now" and day != today:
        yield _("%(date)s is not today, so nothing that is open now is on that day.", date=asked)


def _of_the_days(query: SearchQuery, today: date) -> Iterator[str]:
    if not query.days:
        return
    if query.when == "now" and DAYS[today.weekday()] not in query.days:
        yield _(
            "Today is %(day)s, so nothing that is open now is on a %(days)s.",
            day=weekday(today),
            days=_either(query.days),
        )
    if query.when == "week" and all(DAYS.index(day) < today.weekday() for day in query.days):
        yield _("This week has no %(days)s left. It is %(day)s.", days=_either(query.days), day=weekday(today))


def _either(days: tuple[str, ...]) -> str:
    return either(day_name(day) for day in days)


def _sunday(day: date) -> date:
    return day + timedelta(days=6 - day.weekday())
