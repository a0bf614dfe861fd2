"""Days in the language that is being read."""

from datetime import date

from babel.dates import format_date, format_skeleton

from hub_finder.directory.schedules import day_words
from hub_finder.languages import ENGLISH, language


def weekday(day: date) -> str:
    """ "Tuesday"."""
    return f"{day:%A}" if language() == ENGLISH else format_date(day, "EEEE", locale=language())


def short_weekday(day: date) -> str:
    """ "Tue"."""
    return f"{day:%a}" if language() == ENGLISH else format_date(day, "EEE", locale=language())


def weekday_and_day(day: date) -> str:
    """ "Tuesday 1 December"."""
    if language() == ENGLISH:
        return f"{day:%A} {day.day} {day:%B}"
    return f"{weekday(day)}, {format_skeleton('MMMMd', day, locale=language())}"


def date_words(day: date) -> str:
    """ "Tuesday 1 December 2026"."""
    return f"{day:%A} {day_words(day)}" if language() == ENGLISH else format_date(day, "full", locale=language())


FILTERS = {
    "weekday": weekday,
    "short_weekday": short_weekday,
    "weekday_and_day": weekday_and_day,
    "date_words": date_words,
}
