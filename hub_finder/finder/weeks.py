"""Which weeks a timetable shows, and the way to others."""

from dataclasses import dataclass
from datetime import date

from flask import request

from hub_finder.directory import times
from hub_finder.directory.days import day_and_month, day_words
from hub_finder.directory.query import SearchQuery
from hub_finder.directory.times import DAY
from hub_finder.directory.weeks import WEEK, WEEKS, monday_of
from hub_finder.forms import WEEK as WEEK_RULE
from hub_finder.forms import SearchForm
from hub_finder.languages import ENGLISH, _, language
from hub_finder.parameters import week_name
from hub_finder.web import query_url

# How many weeks there are to choose from a list.
CHOICES = 12


@dataclass(frozen=True, kw_only=True)
class WeekChoices:
    """The weeks to choose from, as value and words, and the rest of the search, to send along.

    `titles` are the words of the weeks shown; `earlier` and `later` are address and words, None at either end.
    """

    options: list[tuple[str, str]]
    chosen: str
    titles: list[str]
    hidden: list[tuple[str, str]]
    earlier: tuple[str, str] | None
    later: tuple[str, str] | None


def first_monday(form: SearchForm, query: SearchQuery) -> date:
    """The Monday from which to show: of the week chosen, of the date asked for, or of this week."""
    monday: date = form["week"].value or monday_of(query.on or this_monday())
    return monday


def this_monday() -> date:
    return monday_of(times.now().date())


def week_choices(form: SearchForm) -> WeekChoices:
    """The weeks to go to from the one shown, each with the whole search."""
    first, week, on = this_monday(), form["week"], form["on"].value
    shown = week.value or (monday_of(on) if on else first)
    before, after = shown - WEEKS * WEEK, shown + WEEKS * WEEK
    mondays = sorted({*(first + number * WEEK for number in range(CHOICES)), shown})
    return WeekChoices(
        options=[(week_name(monday), week_words(monday, first)) for monday in mondays],
        chosen=week.data if week.errors else week_name(shown),
        titles=[week_words(shown + number * WEEK, first) for number in range(WEEKS)],
        hidden=[
            (name, value) for name, value in request.args.items(multi=True) if name not in ("week", "page") and value
        ],
        earlier=_way(max(before, first), first) if shown > first else None,
        later=_way(after, first) if after <= WEEK_RULE.last else None,
    )


def _way(monday: date, this_monday: date) -> tuple[str, str]:
    value = week_name(monday) if monday != this_monday else None
    return query_url(week=value), span_words(monday, this_monday, weeks=WEEKS)


def week_words(monday: date, this_monday: date) -> str:
    """A week as it is called today: "This week: 23 to 29 November", "7 to 13 December"."""
    days = span_words(monday, this_monday)
    if monday == this_monday:
        return _("This week: %(days)s", days=days)
    return _("Next week: %(days)s", days=days) if monday == this_monday + WEEK else days


def span_words(monday: date, this_monday: date, *, weeks: int = 1) -> str:
    """The days of some weeks: "7 to 13 December", "28 December to 3 January 2027"."""
    last = monday + weeks * WEEK - DAY
    to = day_words(last) if last.year != this_monday.year else day_and_month(last)
    same = monday.month == last.month and language() == ENGLISH
    # Note: two dates, such as "27 July to 21 August 2026".
    return _("%(first_day)s to %(last_day)s", first_day=monday.day if same else day_and_month(monday), last_day=to)
