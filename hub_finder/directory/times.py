"""When sessions are: the days of a pattern, what is open now, and the words of a card.

Functions over schedules, a calendar and an aware `now`. What is not known gives no session: it is never guessed.
"""

from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from heapq import merge
from math import ceil
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from hub_finder.directory.schedules import DAYS, MIDNIGHT, ONCE, TIME_ZONE, WEEKLY, clock, day_words, hours
from hub_finder.models.services import Schedule

if TYPE_CHECKING:
    from hub_finder.area import Area

ZONE = ZoneInfo(TIME_ZONE)
DAY = timedelta(days=1)
# How far a next session is looked for.
AHEAD = timedelta(days=731)
# A wait of more days than this is a break, and is said as one.
BREAK_DAYS = 27
# Near the end "closes in" is said instead of the hour.
SOON_MINUTES = 30
CHECK_FIRST = " – it is a bank holiday, so check first"


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """School terms, school holidays (first and last day of each) and bank holidays, as far as they are known."""

    terms: tuple[tuple[date, date], ...] = ()
    holidays: tuple[tuple[date, date], ...] = ()
    bank_holidays: frozenset[date] = frozenset()

    @classmethod
    def of(cls, area: "Area") -> "Calendar":
        return cls(terms=area.school_terms, holidays=area.school_holidays, bank_holidays=area.bank_holidays)

    def kind_of(self, day: date) -> str | None:
        """ "term", "holidays", or None when it is not known. A half term lies inside its term, and wins."""
        if any(first <= day <= last for first, last in self.holidays):
            return "holidays"
        return "term" if any(first <= day <= last for first, last in self.terms) else None

    def last_day_of(self, kind: str) -> date:
        """The last day that may be of a kind: there is no use in looking further."""
        return max((last for _, last in (self.terms if kind == "term" else self.holidays)), default=date.min)


@dataclass(frozen=True)
class Session:
    """One time that something is on, in wall time. `doubtful`: its pattern falls on a bank holiday."""

    start: datetime
    end: datetime | None
    schedule: Schedule
    doubtful: bool = False


def sessions(schedules: Iterable[Schedule], *, calendar: Calendar, start: datetime, end: datetime) -> list[Session]:
    """The sessions that begin at or after `start` and before `end` (both aware), in order."""
    found = _from_day(schedules, calendar, _local(start).date(), _local(end).date())
    return [one for one in found if start.timestamp() <= one.start.timestamp() < end.timestamp()]


def next_session(schedules: Iterable[Schedule], *, calendar: Calendar, now: datetime) -> Session | None:
    """The first session at or after `now` (aware) that can be told, at most two years ahead."""
    today = _local(now).date()
    found = _from_day(schedules, calendar, today, today + AHEAD)
    return next((one for one in found if one.start.timestamp() >= now.timestamp()), None)


def open_now(schedules: Iterable[Schedule], *, calendar: Calendar, now: datetime) -> Session | None:
    """The session that is on at `now` (aware): a sure one before a doubtful one, then the one that closes last.

    Without a stated start and end nothing is known to be open.
    """
    today, moment = _local(now).date(), now.timestamp()
    running = [
        (not one.doubtful, one.end.timestamp(), -number, one)
        for number, one in enumerate(_from_day(schedules, calendar, today, today))
        if one.end and one.start.timestamp() <= moment < one.end.timestamp()
    ]
    return max(running)[-1] if running else None


def when_words(schedules: Sequence[Schedule], *, calendar: Calendar, now: datetime) -> str:
    """When to go, in a few words: "Open now, closes at 12pm", "Thursday, 10am to 12pm"; "" when it cannot be told."""
    now = _local(now)
    today = now.date()
    running = open_now(schedules, calendar=calendar, now=now)
    if running and not running.doubtful:
        return f"Open now, {_closing(running, schedules, calendar, now)}"
    following = running or next_session(schedules, calendar=calendar, now=now)
    if following:
        words = _day_and_hours(following, schedules, calendar, today)
        return words + CHECK_FIRST if following.doubtful else words
    ends = [schedule.valid_to for schedule in schedules if schedule.valid_to and schedule.valid_to < today]
    return f"Ended on {day_words(max(ends))}" if ends and len(ends) == len(schedules) else ""


def _closing(running: Session, schedules: Sequence[Schedule], calendar: Calendar, now: datetime) -> str:
    end = running.end or running.start
    later = _from_day(schedules, calendar, now.date(), now.date() + 7 * DAY)
    for one in later:  # one that begins before this one closes carries on
        if one.end and not one.doubtful and one.start.timestamp() <= end.timestamp() < one.end.timestamp():
            end = one.end
    minutes = ceil((end.timestamp() - now.timestamp()) / 60)
    if minutes <= SOON_MINUTES:
        return f"closes in {minutes} {'minute' if minutes == 1 else 'minutes'}"
    last_day = (end - timedelta(minutes=1)).date()
    if last_day >= now.date() + 7 * DAY:
        return "all day and night"
    day = "" if last_day == now.date() else f"on {last_day:%A} "
    return f"closes {day}at {clock(end.time())}"


def _day_and_hours(one: Session, schedules: Sequence[Schedule], calendar: Calendar, today: date) -> str:
    day = one.start.date()
    wait = (day - today).days
    if wait > BREAK_DAYS and _is_break(one, schedules, calendar, today):
        begun = any(not schedule.valid_from or schedule.valid_from <= today for schedule in schedules)
        return f"Starts {'again ' if begun else ''}on {_date(day, today)}"
    if wait > 6:
        return f"{day:%A} {_date(day, today)}, {clock(one.start.time())}"
    name = ("Today", "Tomorrow")[wait] if wait < 2 else f"{day:%A}"
    return f"{name}, {hours(one.schedule.opens_at, one.schedule.closes_at)}"


def _date(day: date, today: date) -> str:
    """Without the year, unless the day comes round before."""
    return day_words(day) if (day - today).days > 330 else f"{day.day} {day:%B}"


def _is_break(one: Session, schedules: Sequence[Schedule], calendar: Calendar, today: date) -> bool:
    """Whether nothing is on until a weekly session: known of every pattern, and longer than its usual wait."""
    usual = (one.start.date() - today).days <= 7 * one.schedule.interval
    return (
        one.schedule.freq == WEEKLY
        and not usual
        and not any(
            (not schedule.valid_to or schedule.valid_to > today)
            and (
                not schedule.opens_at
                or _weeks_unknown(schedule)
                or any(schedule.when and not calendar.kind_of(day) for day in _days(schedule, today, one.start.date()))
            )
            for schedule in schedules
        )
    )


def _from_day(schedules: Iterable[Schedule], calendar: Calendar, first: date, last: date) -> Iterator[Session]:
    """The sessions of these days, in order; looked up only as far as they are asked for."""
    each = [_sessions_of(schedule, calendar, first, last) for schedule in schedules]
    return merge(*each, key=lambda one: one.start.timestamp())


def _sessions_of(schedule: Schedule, calendar: Calendar, first: date, last: date) -> Iterator[Session]:
    if not schedule.opens_at:
        return
    if schedule.when:
        last = min(last, calendar.last_day_of(schedule.when))
    for day in _days(schedule, first, last):
        if schedule.when and calendar.kind_of(day) != schedule.when:
            continue
        yield Session(
            start=datetime.combine(day, schedule.opens_at, ZONE),
            end=_end(day, schedule.closes_at),
            schedule=schedule,
            doubtful=day in calendar.bank_holidays and not _holds_on_any_day(schedule),
        )


def _end(day: date, closes: time | None) -> datetime | None:
    if not closes:
        return None
    return datetime.combine(day + DAY, time(0), ZONE) if closes >= MIDNIGHT else datetime.combine(day, closes, ZONE)


def _holds_on_any_day(schedule: Schedule) -> bool:
    """One date stated as such, and "24 hours, every day", are meant for a bank holiday too."""
    round_the_clock = schedule.opens_at == time(0) and bool(schedule.closes_at and schedule.closes_at >= MIDNIGHT)
    return schedule.freq == ONCE or (
        round_the_clock and set(schedule.byday) == set(DAYS) and schedule.interval == 1 and not schedule.when
    )


def _weeks_unknown(schedule: Schedule) -> bool:
    """Every second week, counted from nobody knows when."""
    return schedule.interval > 1 and not schedule.valid_from


def _days(schedule: Schedule, first: date, last: date) -> Iterator[date]:
    """The days that a pattern falls on, in order, whatever the school calendar says of them."""
    first = max(first, schedule.valid_from or first)
    last = min(last, schedule.valid_to or last)
    if first > last or _weeks_unknown(schedule):
        return
    if schedule.freq == ONCE:
        days = iter([first])
    else:
        days = (_weekly if schedule.freq == WEEKLY else _monthly)(schedule, first)
    left_out = set(schedule.except_dates or ())
    for day in days:
        if day > last:
            return
        if day >= first and day.isoformat() not in left_out:
            yield day


def _weekly(schedule: Schedule, first: date) -> Iterator[date]:
    """Days of every week or every few, counted from the Monday of the week it begins in; from about `first`."""
    begins = schedule.valid_from or first
    week, step = begins - begins.weekday() * DAY, 7 * schedule.interval * DAY
    week += (first - week) // step * step
    while True:
        yield from (week + position * DAY for position in sorted(DAYS.index(day) for day in schedule.byday))
        week += step


def _monthly(schedule: Schedule, first: date) -> Iterator[date]:
    """Days such as the first Saturday of every month or every few, counted from the month it begins in."""
    begins = schedule.valid_from or first
    month, step = begins.year * 12 + begins.month - 1, schedule.interval
    month += (first.year * 12 + first.month - 1 - month) // step * step
    while True:
        year, index = divmod(month, 12)
        yield from sorted({day for ordinal in schedule.byday for day in _nth(year, index + 1, ordinal)})
        month += step


def _nth(year: int, month: int, ordinal: str) -> list[date]:
    """The day of a month that 1SA or -1FR names; empty when there is no fifth."""
    number, weekday = int(ordinal[:-2]), DAYS.index(ordinal[-2:])
    weekday_of_first, length = monthrange(year, month)
    days = range((weekday - weekday_of_first) % 7 + 1, length + 1, 7)
    position = number - 1 if number > 0 else len(days) + number
    return [date(year, month, days[position])] if position < len(days) else []


def _local(moment: datetime) -> datetime:
    return moment.astimezone(ZONE)
