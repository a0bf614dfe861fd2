"""The times of a listing as series: a first session, how it comes round, and the days that are left out.

That is the form of calendar files (RFC 5545). `times` says the same day by day, and is what series are tested against.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from hub_finder.directory.cards import AnySchedule, AnyService
from hub_finder.directory.freshness import State, state_now
from hub_finder.directory.schedules import ONCE
from hub_finder.directory.times import AHEAD, DAY, ZONE, Calendar, Session, now_and_next, pattern_days, sessions
from hub_finder.models.services import Status

NOT_RUNNING = (Status.PAUSED, Status.RETIRED, Status.MERGED)
# How far bank holidays are named.
YEAR = timedelta(days=366)


@dataclass(frozen=True, kw_only=True)
class Series:
    """A pattern from its first session that is still to come.

    `number` is the pattern's place among those of its listing. `last` is the last day that it may be on (None: it goes
    on), `left_out` the days up to then when it is not. `doubtful` are bank holidays of the next year.
    """

    number: int
    first: Session
    last: date | None
    left_out: tuple[date, ...]
    doubtful: tuple[date, ...]

    @property
    def schedule(self) -> AnySchedule:
        return self.first.schedule


def tells_times(service: AnyService, state: State | None = None) -> bool:
    """Whether the times of a listing may be told: not of one that is not running, or that may have ended.

    `state` is how fresh it is, where that is known.
    """
    return service.status not in NOT_RUNNING and not (service.checked_on and (state or state_now(service)) == "lapsed")


def series_of(service: AnyService, *, calendar: Calendar, start: date) -> list[Series]:
    """The series of a listing from a day on, without its closures; `calendar` is the area's."""
    if not tells_times(service):
        return []
    return find_series(service.schedules, calendar=calendar.closed_by(service.alerts), start=start)


def sessions_of(service: AnyService, *, calendar: Calendar, start: datetime, end: datetime) -> list[Session]:
    """The sessions of a listing that begin at or after `start` and before `end` (both aware), in order."""
    if not tells_times(service):
        return []
    return sessions(service.schedules, calendar=calendar.closed_by(service.alerts), start=start, end=end)


def sessions_on(service: AnyService, days: Iterable[date], *, calendar: Calendar) -> list[Session]:
    """The sessions of a listing that begin on some days, in the order of these."""
    found = (sessions_of(service, calendar=calendar, start=midnight(day), end=midnight(day + DAY)) for day in days)
    return [session for on_day in found for session in on_day]


def find_series(schedules: Sequence[AnySchedule], *, calendar: Calendar, start: date) -> list[Series]:
    """The series of these patterns that have a session on or after `start`; `calendar` knows the closures.

    A pattern whose sessions cannot be told gives none.
    """
    found = (_series(number, schedule, calendar, start) for number, schedule in enumerate(schedules))
    return [one for one in found if one]


def _series(number: int, schedule: AnySchedule, calendar: Calendar, start: date) -> Series | None:
    _, first = now_and_next([schedule], calendar=calendar, now=midnight(start))
    if first is None:
        return None
    begins = first.start.date()
    last = _last_day(schedule, calendar, begins)
    until = begins if schedule.freq == ONCE else max(begins, _settled_by(schedule, calendar, begins, last))
    held = {one.start.date() for one in _between(schedule, calendar, begins, until)}
    year = _between(schedule, calendar, begins, begins + YEAR)
    return Series(
        number=number,
        first=first,
        last=last,
        left_out=tuple(day for day in pattern_days(schedule, begins, until) if day not in held),
        doubtful=tuple(one.start.date() for one in year if one.doubtful),
    )


def _last_day(schedule: AnySchedule, calendar: Calendar, begins: date) -> date | None:
    """The last day that a pattern may be on: its own, that of the terms known, or the eve of a closure for good.

    A closure of more than two years is taken for one.
    """
    ends = [schedule.valid_to] if schedule.valid_to else []
    if schedule.when:
        ends.append(calendar.last_day_of(schedule.when))
    ends += [first - DAY for first, last in calendar.closures if first > begins and last - first > AHEAD]
    return min(ends, default=None)


def _settled_by(schedule: AnySchedule, calendar: Calendar, begins: date, last: date | None) -> date:
    """The last day, within ten years, on which a pattern may be left out."""
    days = [date.fromisoformat(day) for day in schedule.except_dates or ()]
    days += [end for first, end in calendar.closures if end - first <= AHEAD]
    if schedule.when:
        days.append(calendar.last_day_of(schedule.when))
    return min(max(days, default=begins), last or date.max, begins + 5 * AHEAD)


def _between(schedule: AnySchedule, calendar: Calendar, first: date, last: date) -> list[Session]:
    return sessions([schedule], calendar=calendar, start=midnight(first), end=midnight(last + DAY))


def midnight(day: date) -> datetime:
    """When a day begins here."""
    return datetime.combine(day, time(0), ZONE)
