"""When sessions are: the days of a pattern, and what is on at a moment. `opening` puts it into words.

Functions over schedules, a calendar and an aware `now`. What is not known gives no session: it is never guessed.
"""

from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from heapq import merge
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from hub_finder.directory.cards import AnyAlert, AnySchedule
from hub_finder.directory.days import DAYS, MIDNIGHT
from hub_finder.directory.schedules import ONCE, TIME_ZONE, WEEKLY

if TYPE_CHECKING:
    from hub_finder.area import Area

ZONE = ZoneInfo(TIME_ZONE)
DAY = timedelta(days=1)
# How far a next session is looked for.
AHEAD = timedelta(days=731)


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """School terms, school holidays (first and last day of each) and bank holidays, as far as they are known.

    `closures` are the first and last days of the times when one service is closed: see `closed_by`.
    """

    terms: tuple[tuple[date, date], ...] = ()
    holidays: tuple[tuple[date, date], ...] = ()
    bank_holidays: frozenset[date] = frozenset()
    closures: tuple[tuple[date, date], ...] = ()

    @classmethod
    def of(cls, area: "Area") -> "Calendar":
        return cls(terms=area.school_terms, holidays=area.school_holidays, bank_holidays=area.bank_holidays)

    def closed_by(self, alerts: Iterable[AnyAlert]) -> "Calendar":
        """The same calendar for one service, without the days on which its alerts say that it is closed."""
        spans = ((alert.starts_on or date.min, alert.ends_on or date.max) for alert in alerts if alert.closed)
        closures = tuple(spans)
        return replace(self, closures=closures) if closures or self.closures else self

    def is_closed(self, day: date) -> bool:
        return any(first <= day <= last for first, last in self.closures)

    def closed_until(self, day: date) -> date | None:
        """The last day of the closure that a day lies in, with those that follow at once; None when it is open."""
        last = None
        while spans := [end for first, end in self.closures if first <= day <= end]:
            last = max(spans)
            if last == date.max:
                break
            day = last + DAY
        return last

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
    schedule: AnySchedule
    doubtful: bool = False


def sessions(schedules: Iterable[AnySchedule], *, calendar: Calendar, start: datetime, end: datetime) -> list[Session]:
    """The sessions that begin at or after `start` and before `end` (both aware), in order."""
    found = _from_day(schedules, calendar, local(start).date(), local(end).date())
    return [one for one in found if start.timestamp() <= one.start.timestamp() < end.timestamp()]


def now_and_next(
    schedules: Iterable[AnySchedule], *, calendar: Calendar, now: datetime
) -> tuple[Session | None, Session | None]:
    """The session that is on at `now` (aware), and the first one at or after it that can be told.

    On now is a sure one before a doubtful one, then the one that closes last; without a stated start and end nothing is
    known to be open. The next is looked for at most two years ahead.
    """
    today, moment = local(now).date(), now.timestamp()
    following, running = None, []
    for number, one in enumerate(_from_day(schedules, calendar, today, today + AHEAD)):
        starts = one.start.timestamp()
        if starts >= moment:
            following = following or one
        if starts > moment:
            break
        if one.end and moment < (ends := one.end.timestamp()):
            running.append((not one.doubtful, ends, -number, one))
    return (max(running)[-1] if running else None), following


def end_of_run(running: Session, schedules: Iterable[AnySchedule], *, calendar: Calendar) -> datetime | None:
    """When a running session ends, with those that follow without a gap; None when that is a week away or more."""
    first = running.start.date()
    end = running.end or running.start
    for one in _from_day(schedules, calendar, first, first + 7 * DAY):
        if one.end and not one.doubtful and one.start.timestamp() <= end.timestamp() < one.end.timestamp():
            end = one.end
    return end if (end - timedelta(minutes=1)).date() < first + 7 * DAY else None


def is_known(schedules: Iterable[AnySchedule], *, calendar: Calendar, first: date, last: date) -> bool:
    """Whether it can be told of every pattern that ends after `first` when it is on, up to `last`."""
    return not any(
        (not schedule.valid_to or schedule.valid_to > first)
        and (
            _weeks_unknown(schedule)
            or any(
                not calendar.is_closed(day) and (not schedule.opens_at or (schedule.when and not calendar.kind_of(day)))
                for day in days_of(schedule, first, last)
            )
        )
        for schedule in schedules
    )


def is_left_out(schedule: AnySchedule, day: date, *, calendar: Calendar) -> bool:
    """Whether a pattern falls on a day that is an exception of it or lies in a closure."""
    return (
        (calendar.is_closed(day) or day.isoformat() in (schedule.except_dates or ()))
        and (not schedule.when or calendar.kind_of(day) == schedule.when)
        and day in pattern_days(schedule, day, day)
    )


def _from_day(schedules: Iterable[AnySchedule], calendar: Calendar, first: date, last: date) -> Iterator[Session]:
    """The sessions of these days, in order; looked up only as far as they are asked for."""
    each = [_sessions_of(schedule, calendar, first, last) for schedule in schedules]
    return each[0] if len(each) == 1 else merge(*each, key=lambda one: one.start.timestamp())


def _sessions_of(schedule: AnySchedule, calendar: Calendar, first: date, last: date) -> Iterator[Session]:
    if not schedule.opens_at:
        return
    if schedule.when:
        last = min(last, calendar.last_day_of(schedule.when))
    for day in days_of(schedule, first, last):
        if calendar.is_closed(day) or (schedule.when and calendar.kind_of(day) != schedule.when):
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


def _holds_on_any_day(schedule: AnySchedule) -> bool:
    """One date stated as such, and "24 hours, every day", are meant for a bank holiday too."""
    round_the_clock = schedule.opens_at == time(0) and bool(schedule.closes_at and schedule.closes_at >= MIDNIGHT)
    return schedule.freq == ONCE or (
        round_the_clock and set(schedule.byday) == set(DAYS) and schedule.interval == 1 and not schedule.when
    )


def _weeks_unknown(schedule: AnySchedule) -> bool:
    """Every second week, counted from nobody knows when."""
    return schedule.interval > 1 and not schedule.valid_from


def days_of(schedule: AnySchedule, first: date, last: date) -> Iterator[date]:
    """The days that a pattern is on, in order, whatever the calendar says of them."""
    if not schedule.except_dates:
        return pattern_days(schedule, first, last)
    left_out = set(schedule.except_dates)
    return (day for day in pattern_days(schedule, first, last) if day.isoformat() not in left_out)


def pattern_days(schedule: AnySchedule, first: date, last: date) -> Iterator[date]:
    """The days that a pattern falls on, those left out among them."""
    first = max(first, schedule.valid_from or first)
    last = min(last, schedule.valid_to or last)
    if first > last or _weeks_unknown(schedule):
        return
    if schedule.freq == ONCE:
        days = iter([first])
    else:
        days = (_weekly if schedule.freq == WEEKLY else _monthly)(schedule, first)
    for day in days:
        if day > last:
            return
        if day >= first:
            yield day


def _weekly(schedule: AnySchedule, first: date) -> Iterator[date]:
    """Days of every week or every few, counted from the Monday of the week it begins in; from about `first`."""
    begins = schedule.valid_from or first
    week, step = begins - begins.weekday() * DAY, 7 * schedule.interval * DAY
    week += (first - week) // step * step
    positions = sorted(DAYS.index(day) for day in schedule.byday)
    while True:
        yield from (week + position * DAY for position in positions)
        week += step


def _monthly(schedule: AnySchedule, first: date) -> Iterator[date]:
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


def now() -> datetime:
    """The present moment, in wall time of the area. Everything that tells times asks here, and tests put theirs."""
    return datetime.now(ZONE)


def local(moment: datetime) -> datetime:
    """The same moment in wall time of the area."""
    return moment.astimezone(ZONE)
