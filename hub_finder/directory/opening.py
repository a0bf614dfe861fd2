"""When to go: what is on at a moment, what comes next, closures and bookings, and the words that tell them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from math import ceil, inf
from typing import NamedTuple

from hub_finder.directory.cards import AnyAlert, AnyBooking, AnySchedule
from hub_finder.directory.days import (
    clock,
    date_words,
    day_and_month,
    day_words,
    hours,
    in_line,
    upper_first,
    weekday,
    weekday_and_day,
)
from hub_finder.directory.schedules import WEEKLY, is_called_off
from hub_finder.directory.times import (
    DAY,
    ZONE,
    Calendar,
    Session,
    end_of_run,
    is_known,
    is_left_out,
    local,
    now_and_next,
)
from hub_finder.languages import _, lazy_, marked_, n_

# A wait of more days than this is a break, and is said as one.
BREAK_DAYS = 27
# Near the end "closes in" is said instead of the hour.
SOON_MINUTES = 30
# A date that is further off than this is told with its year.
FAR_DAYS = 330
# Note: stands after a day and its hours.
CHECK_FIRST = lazy_(" – it is a bank holiday, so check first")
# A longer reason for a closure stands with the alert itself, not among the times.
LONGEST_REASON = 80


@dataclass(frozen=True, kw_only=True)
class Opening:
    """When something is on, as far as it can be told at one moment.

    `running` is on now, for sure, until `closes_at` (None: for a week at least); `following` comes next; `words` tell
    it, and are "" when nothing can be told; `is_off` when they begin with a closure or something cancelled. From that
    moment on all of it stays so until `holds_until`, seconds since 1970, at which it may be another.
    """

    running: Session | None = None
    closes_at: datetime | None = None
    following: Session | None = None
    words: str = ""
    is_off: bool = False
    holds_until: float = inf

    @cached_property
    def next_start(self) -> str | None:
        """The start of the next session as ISO 8601 has it, made once for all listings that share the opening."""
        return self.following.start.isoformat() if self.following else None


def opening_of(
    schedules: Sequence[AnySchedule], alerts: Iterable[AnyAlert] = (), *, calendar: Calendar, now: datetime
) -> Opening:
    """What can be told of the times of one service, or of one of its places, at `now` (aware).

    A closure among the alerts takes its days out, whatever the times say. `calendar` is the area's.
    """
    now, alerts = local(now), list(alerts)
    if not schedules and not alerts:
        return Opening()
    calendar = calendar.closed_by(alerts)
    running, following = now_and_next(schedules, calendar=calendar, now=now)
    ends = [datetime.combine(now.date() + DAY, time(0), ZONE), following and following.start, running and running.end]
    holds_until = min(end.timestamp() for end in ends if end)
    if running and not running.doubtful:
        closes_at = end_of_run(running, schedules, calendar=calendar)
        return Opening(
            running=running,
            closes_at=closes_at,
            following=following,
            words=_open_now(closes_at, now),
            holds_until=min(holds_until, _closing_until(closes_at, now)),
        )
    told = _Telling(schedules, alerts, calendar, now.date())
    words, is_off = told.words(running or following)
    return Opening(following=following, words=words, is_off=is_off, holds_until=holds_until)


def alerts_to_tell(alerts: Iterable[AnyAlert], today: date) -> list[AnyAlert]:
    """The alerts that are not over: closures before others, then those that begin first."""
    current = [alert for alert in alerts if not alert.ends_on or alert.ends_on >= today]
    return sorted(current, key=lambda alert: (not alert.closed, alert.starts_on or date.min, alert.ends_on or date.max))


def bookings_to_offer(bookings: Iterable[AnyBooking], today: date) -> list[AnyBooking]:
    """The bookings that are not known to be over, those that begin first before others, those without dates last."""
    current = [booking for booking in bookings if not booking.ends_on or booking.ends_on >= today]
    return sorted(current, key=lambda booking: booking.starts_on or booking.ends_on or date.max)


class _Span(NamedTuple):
    """How a stretch of days is told, each a whole text: other languages order and bend words in their own ways."""

    today: str
    until: str
    without_end: str
    on: str
    between: str
    without_end_from: str


_HOLDS = _Span(
    marked_("Today"),
    marked_("Until %(day)s"),
    marked_("Until further notice"),
    marked_("On %(day)s"),
    marked_("From %(first)s to %(last)s"),
    marked_("From %(day)s until further notice"),
)
_CLOSED = _Span(
    marked_("Closed today"),
    marked_("Closed until %(day)s"),
    marked_("Closed until further notice"),
    marked_("Closed on %(day)s"),
    marked_("Closed from %(first)s to %(last)s"),
    marked_("Closed from %(day)s until further notice"),
)


def span_words(starts_on: date | None, ends_on: date | None, today: date) -> str:
    """A stretch of days as it looks from today: "Until 10 April", "From 3 April to 10 April", "On 3 April"."""
    return _span(_HOLDS, starts_on, ends_on, today)


def closure_words(alert: AnyAlert, today: date) -> str:
    """ "Closed until 10 April", "Closed until further notice", "Closed from 3 April to 10 April"."""
    return _span(_CLOSED, alert.starts_on, alert.ends_on, today)


def _span(told: _Span, starts_on: date | None, ends_on: date | None, today: date) -> str:
    last = _date(ends_on, today) if ends_on else ""
    if not starts_on or starts_on <= today:
        if ends_on == today:
            return _(told.today)
        return _(told.until, day=last) if last else _(told.without_end)
    first = _date(starts_on, today)
    if starts_on == ends_on:
        return _(told.on, day=first)
    if last:
        return _(told.between, first=first, last=last)
    return _(told.without_end_from, day=first)


def reason(alert: AnyAlert) -> str:
    """Why it is closed, to stand after "Closed until 10 April: "; "" when that would be long."""
    text = alert.text.rstrip(".")
    for start in ("closed for ", "closed: ", "closed - ", "closed – "):
        if text.casefold().startswith(start):
            text = text[len(start) :]
            break
    if len(text) > LONGEST_REASON or text.casefold() == "closed":
        return ""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def _minutes(until: datetime, now: datetime) -> int:
    return ceil((until.timestamp() - now.timestamp()) / 60)


def _closing_until(closes_at: datetime | None, now: datetime) -> float:
    """As long as `_open_now` says the same of a day, in seconds since 1970."""
    if closes_at is None:
        return inf
    return closes_at.timestamp() - 60 * min(_minutes(closes_at, now) - 1, SOON_MINUTES)


def _open_now(closes_at: datetime | None, now: datetime) -> str:
    if closes_at is None:
        return _("Open now, all day and night")
    minutes = _minutes(closes_at, now)
    if minutes <= SOON_MINUTES:
        return n_("Open now, closes in %(num)s minute", "Open now, closes in %(num)s minutes", minutes)
    at = clock(closes_at.time())
    last_day = (closes_at - timedelta(minutes=1)).date()
    if last_day == now.date():
        return _("Open now, closes at %(time)s", time=at)
    return _("Open now, closes on %(day)s at %(time)s", day=weekday(last_day), time=at)


def _date(day: date, today: date) -> str:
    """Without the year, unless the day comes round before."""
    return day_words(day) if abs((day - today).days) > FAR_DAYS else day_and_month(day)


@dataclass(frozen=True)
class _Telling:
    """What the words of a service that is not open now depend on."""

    schedules: Sequence[AnySchedule]
    alerts: Sequence[AnyAlert]
    calendar: Calendar
    today: date

    def words(self, following: Session | None) -> tuple[str, bool]:
        """Why it is not on, where that is known, and when it is on next; and whether a closure comes first."""
        over = self._over()
        if over and not following:
            return over
        why_not = self._why_not(following)
        told = ". ".join(part for part in (why_not, self._next(following, bool(why_not))) if part)
        return told, bool(why_not)

    def _why_not(self, following: Session | None) -> str:
        closure = next((one for one in alerts_to_tell(self.alerts, self.today) if one.closed), None)
        if closure and self.calendar.is_closed(self.today):
            until = self.calendar.closed_until(self.today)
            ends_on = None if until == date.max else until
            off_today = ends_on == self.today and self._is_left_out_today()
            said = _("Cancelled today") if off_today else _span(_CLOSED, None, ends_on, self.today)
            return f"{said}: {reason(closure)}".removesuffix(": ")
        if closure and not following:
            return f"{closure_words(closure, self.today)}: {reason(closure)}".removesuffix(": ")
        off_today = self._is_left_out_today() and not (following and following.start.date() == self.today)
        return _("Cancelled today") if off_today else ""

    def _is_left_out_today(self) -> bool:
        return any(is_left_out(schedule, self.today, calendar=self.calendar) for schedule in self.schedules)

    def _next(self, following: Session | None, something_is_off: bool) -> str:
        if following is None:
            return ""
        day = following.start.date()
        closed_until = self.calendar.closed_until(self.today)
        back_after_closure = closed_until and closed_until > self.today and self._nothing_before(day)
        if back_after_closure or self._is_break(following):
            begun = any(not one.valid_from or one.valid_from <= self.today for one in self.schedules)
            date_ = _date(day, self.today)
            words = _("Starts again on %(day)s", day=date_) if begun else _("Starts on %(day)s", day=date_)
        else:
            words = self._day_and_hours(following)
            # Note: after "Cancelled today": when it is on next, such as "Tomorrow, 10am to 12pm".
            words = _("Next: %(when)s", when=words) if something_is_off else words
        return f"{words}{CHECK_FIRST}" if following.doubtful else words

    def _day_and_hours(self, following: Session) -> str:
        day = following.start.date()
        wait = (day - self.today).days
        if wait > 6:
            name = upper_first(date_words(day)) if wait > FAR_DAYS else weekday_and_day(day)
            return in_line((name, clock(following.start.time())))
        told = hours(following.schedule.opens_at, following.schedule.closes_at)
        if wait > 1:
            return in_line((upper_first(weekday(day)), told))
        return _("Tomorrow, %(hours)s", hours=told) if wait else _("Today, %(hours)s", hours=told)

    def _is_break(self, following: Session) -> bool:
        """Whether nothing is on until a weekly session, for longer than its usual wait."""
        wait = (following.start.date() - self.today).days
        pattern = following.schedule
        unusual = wait > BREAK_DAYS and pattern.freq == WEEKLY and wait > 7 * pattern.interval
        return unusual and self._nothing_before(following.start.date())

    def _nothing_before(self, day: date) -> bool:
        return is_known(self.schedules, calendar=self.calendar, first=self.today, last=day)

    def _over(self) -> tuple[str, bool] | None:
        held = [one for one in self.schedules if not is_called_off(one)]
        if self.schedules and not held:
            return _("Cancelled"), True
        ends = [one.valid_to for one in held if one.valid_to and one.valid_to < self.today]
        if ends and len(ends) == len(held):
            return _("Ended on %(day)s", day=day_words(max(ends))), False
        return None
