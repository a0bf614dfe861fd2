"""What a search asks of times, answered for many listings at once.

An answer is YES where a session is known, NO where it is known that there is none, and else UNKNOWN: a listing without
times, hours that are not stated, every second week from nobody knows when, a day of which nobody knows whether it is
term, a bank holiday.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hub_finder.directory.days import DAYS
from hub_finder.directory.query import PartOfDay, SearchQuery
from hub_finder.directory.times import DAY, ZONE, Calendar, Session, local
from hub_finder.directory.timetables import DAY_MINUTES, NOT_STATED, Flags, OnDay, Timetables

Answers = NDArray[np.int8]
Weekdays = NDArray[np.uint8]
Rows = NDArray[np.integer[Any]]
YES, UNKNOWN, NO = 1, 0, -1
# Minutes of wall time from which and up to which a part of the day goes.
PARTS: dict[PartOfDay, tuple[int, int]] = {
    "morning": (5 * 60, 12 * 60),
    "afternoon": (12 * 60, 17 * 60),
    "evening": (17 * 60, DAY_MINUTES),
}
# How many dates a question is about that names none.
DATES = 14
# How far days of term or holidays, and a next session, are looked for.
YEAR = timedelta(days=365)
SOON = timedelta(days=56)
NEVER = np.iinfo(np.int64).max


def dates_asked(query: SearchQuery, *, today: date, calendar: Calendar) -> tuple[date, ...]:
    """The dates that the times of a query are about; none when it contradicts itself, or asks nothing of times."""
    if query.on:
        dates = [query.on]
    elif query.when in ("term", "holidays"):
        year = (today + number * DAY for number in range(YEAR.days + 1))
        dates = list(islice((day for day in year if calendar.kind_of(day) == query.when), DATES))
    elif query.asks_times:
        dates = next_dates(today)
    else:
        return ()
    return tuple(day for day in dates if _agrees(day, query, today, calendar))


def dates_meant(query: SearchQuery, *, today: date, calendar: Calendar) -> tuple[tuple[date, ...], bool]:
    """The dates of `dates_asked`, and that they are sure.

    Where a query asks for term or holidays and nobody knows yet when these are: the dates that may be meant, unsure.
    """
    dates = dates_asked(query, today=today, calendar=calendar)
    if dates or query.when not in ("term", "holidays"):
        return dates, True
    at_any_time = replace(query, when=None)
    days = dates_asked(at_any_time, today=today, calendar=calendar) if at_any_time.asks_times else next_dates(today)
    unknown = tuple(day for day in days if calendar.kind_of(day) is None)
    return unknown, not unknown


def _agrees(day: date, query: SearchQuery, today: date, calendar: Calendar) -> bool:
    if query.days and DAYS[day.weekday()] not in query.days:
        return False
    match query.when:
        case "now":
            return day == today
        case "week":
            return today <= day <= today + (6 - today.weekday()) * DAY
        case "term" | "holidays":
            return calendar.kind_of(day) == query.when
        case _:
            return True


def is_asked(session: Session, query: SearchQuery, *, now: datetime) -> bool:
    """Whether a session on one of the dates asked is in the part of the day asked, and on at this moment if that is.

    As `answers` has it: it counts when it overlaps the part; without a stated end, when it begins in it.
    """
    if query.when == "now" and (session.start > now or (session.end is not None and session.end <= now)):
        return False
    if query.time is None:
        return True
    first, last = PARTS[query.time]
    opens = session.start.hour * 60 + session.start.minute
    day = session.start.date()
    ends_later = session.end is not None and session.end.date() > day
    closes = DAY_MINUTES if ends_later else session.end.hour * 60 + session.end.minute if session.end else opens + 1
    return opens < last and max(closes, opens + 1) > first


def answers_to(
    query: SearchQuery, timetables: Timetables, rows: Rows | None, *, now: datetime, calendar: Calendar
) -> Answers | None:
    """The answer of each row (None: of all) to what a query asks of times; None when it asks nothing of them."""
    if not query.asks_times:
        return None
    if query.when == "now":
        return answers_now(query, timetables, rows, now=now, calendar=calendar)
    dates, sure = dates_meant(query, today=local(now).date(), calendar=calendar)
    found = answers(timetables, rows, dates, query.time, calendar)
    return found if sure else np.minimum(found, UNKNOWN, dtype=np.int8)


def answers_now(
    query: SearchQuery, timetables: Timetables, rows: Rows | None, *, now: datetime, calendar: Calendar
) -> Answers:
    """The same for a query that asks what is on at this moment."""
    wall = local(now)
    dates = dates_asked(query, today=wall.date(), calendar=calendar)
    first, last = PARTS[query.time] if query.time else (0, DAY_MINUTES)
    if dates and first <= wall.hour * 60 + wall.minute < last:
        return open_at(timetables, rows, now, calendar)
    return answers(timetables, rows, (), query.time, calendar)


def answers(
    timetables: Timetables, rows: Rows | None, dates: tuple[date, ...], part: PartOfDay | None, calendar: Calendar
) -> Answers:
    """For each row (None: for all), whether it has a session on one of the dates, in a part of the day if one is given.

    A session counts when it overlaps the part; without a stated end, when it begins in it. No dates: NO for all.
    """
    asked = timetables if rows is None else timetables.take(rows)
    known, possible = np.zeros(len(asked), bool), np.zeros(len(asked), bool)
    for day in dates:
        on_this, perhaps = _on_day(asked, day, part, calendar)
        known |= on_this
        possible |= perhaps
    return _answers(known, possible)


def _on_day(timetables: Timetables, day: date, part: PartOfDay | None, calendar: Calendar) -> tuple[Flags, Flags]:
    """Which rows have a session for sure on a day, and which may have one."""
    on = timetables.on_day(day, calendar)
    fits = np.ones(len(on.patterns), bool) if part is None else _in_part(timetables, on, part)
    return _rows(timetables, day, on, sure=on.sure & fits, possible=fits)


def _in_part(timetables: Timetables, on: OnDay, part: PartOfDay) -> Flags:
    """Which patterns overlap a part of the day, or may: those without hours."""
    first, last = PARTS[part]
    opens, closes = timetables.opens[on.patterns], timetables.closes[on.patterns]
    fits: Flags = (opens == NOT_STATED) | ((opens < last) & (np.maximum(closes, opens + 1) > first))
    return fits


def _rows(timetables: Timetables, day: date, on: OnDay, *, sure: Flags, possible: Flags) -> tuple[Flags, Flags]:
    """The rows of patterns that are on a day; a row without any may be, unless it is closed."""
    rows = timetables.rows[on.patterns]
    known, perhaps = np.zeros(len(timetables), bool), timetables.without & ~timetables.closed_on(day)
    known[rows[sure]] = True
    perhaps[rows[possible]] = True
    return known, perhaps


def _answers(known: Flags, possible: Flags) -> Answers:
    found = np.full(len(known), NO, np.int8)
    found[possible] = UNKNOWN
    found[known] = YES
    return found


def open_at(timetables: Timetables, rows: Rows | None, moment: datetime, calendar: Calendar) -> Answers:
    """For each row (None: for all), whether it is open at a moment (aware).

    A session without a stated end may be open from its start on.
    """
    asked = timetables if rows is None else timetables.take(rows)
    today = local(moment).date()
    on = asked.on_day(today, calendar)
    opens, closes = asked.opens[on.patterns], asked.closes[on.patterns]
    past = _minutes_of(today) * 60 <= moment.timestamp()
    begun = past[opens] | (opens == NOT_STATED)
    may_be = begun & (~past[closes] | (closes == NOT_STATED))
    return _answers(*_rows(asked, today, on, sure=may_be & on.sure & (closes != NOT_STATED), possible=may_be))


def weekdays(
    timetables: Timetables, dates: Iterable[date], part: PartOfDay | None, calendar: Calendar
) -> tuple[Weekdays, Weekdays]:
    """For each row, the weekdays of some dates with a known session, and those with one known or possible.

    Each is a bit, Monday's the lowest. The sessions are those in a part of the day, if one is given.
    """
    known, possible = np.zeros(len(timetables), np.uint8), np.zeros(len(timetables), np.uint8)
    for day in dates:
        on_this, perhaps = _on_day(timetables, day, part, calendar)
        known |= on_this.view(np.uint8) << day.weekday()
        possible |= (on_this | perhaps).view(np.uint8) << day.weekday()
    return known, possible


def on_weekdays(query: SearchQuery, known: Weekdays, possible: Weekdays) -> Answers:
    """The answers to a query, by what `weekdays` told of its dates, its days left out, and its part of the day."""
    wanted = np.uint8(sum(1 << DAYS.index(day) for day in query.days or DAYS))
    return _answers(known & wanted != 0, possible & wanted != 0)


def next_dates(today: date) -> list[date]:
    """The dates of a question that names none."""
    return [today + number * DAY for number in range(DATES)]


def soonest(timetables: Timetables, rows: Rows | None, now: datetime, calendar: Calendar) -> NDArray[np.int64]:
    """For each row (None: for all), when its next session begins that can be told, at or after `now` (aware).

    In minutes since 1970 began in UTC; NEVER when there is none within 56 days.
    """
    asked = timetables if rows is None else timetables.take(rows)
    found = np.full(len(asked), NEVER)
    today = local(now).date()
    for number in range(SOON.days + 1):
        if number % 7 == 0:
            # Most have one within a week: only the others are looked at any further.
            left = np.flatnonzero((found == NEVER) & ~asked.without)
            waiting = asked.take(left)
        day = today + number * DAY
        on = waiting.on_day(day, calendar)
        patterns = on.patterns[on.told]
        starts = _minutes_of(day)[waiting.opens[patterns]]
        ahead = starts * 60 >= now.timestamp()
        np.minimum.at(found, left[waiting.rows[patterns[ahead]]], starts[ahead])
    return found


def _minutes_of(day: date) -> NDArray[np.int64]:
    """The moment of each minute of wall time of a day, up to midnight after it, in minutes since 1970."""
    begins = datetime.combine(day, time(0), ZONE)
    ends = datetime.combine(day + DAY, time(0), ZONE)
    first = int(begins.timestamp()) // 60
    if ends.timestamp() - begins.timestamp() == DAY_MINUTES * 60:
        return first + np.arange(DAY_MINUTES + 1)
    # The clock changes: the zone knows what each minute is.
    walls = (begins + timedelta(minutes=minutes) for minutes in range(DAY_MINUTES + 1))
    return np.array([int(wall.timestamp()) // 60 for wall in walls])
