"""Opening times: the one-line form used in files, and the words that families read.

The one-line form, entries separated by "|":
    WEEKLY TU,TH 09:30-12:00 | WEEKLY/2 SA 10:00 term | MONTHLY 1SA 09:30-11:00 from 2026-01-03 to 2026-07-04
    ONCE 2026-12-20 10:00-15:00 | WEEKLY FR 10:00-12:00 except 2026-12-25,2027-01-01
Times are local wall time of the area.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date, time
from itertools import groupby

from hub_finder.directory.cards import AnySchedule, CardSchedule
from hub_finder.directory.days import (
    DAYS,
    OF_THE_MONTH,
    date_words,
    day_name,
    day_words,
    hours,
    in_line,
    joined,
    upper_first,
)
from hub_finder.languages import ENGLISH, _, language, lazy_, n_

# Opening times are wall time here, whatever the season.
TIME_ZONE = "Europe/London"
WEEKLY, MONTHLY, ONCE = "WEEKLY", "MONTHLY", "ONCE"
ORDINALS = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", -1: "last"}
WHEN_WORDS = {"term": lazy_("in term time"), "holidays": lazy_("in school holidays")}

_HOURS = r"(?: (?P<opens>\d\d:\d\d)(?:-(?P<closes>\d\d:\d\d))?)?"
_EXCEPT = r"(?: except (?P<except>[-0-9,]+))?"
_ENTRY = re.compile(
    r"(?P<freq>WEEKLY|MONTHLY)(?:/(?P<interval>[2-9]))? (?P<days>[-0-9A-Z,]+)"
    + _HOURS
    + r"(?: (?P<when>term|holidays))?"
    + r"(?: from (?P<start>\d{4}-\d\d-\d\d))?(?: to (?P<end>\d{4}-\d\d-\d\d))?"
    + _EXCEPT
)
_ONE_DAY = re.compile(r"ONCE (?P<start>\d{4}-\d\d-\d\d)" + _HOURS + _EXCEPT)
_DAY = re.compile(r"(-1|[1-5])?(MO|TU|WE|TH|FR|SA|SU)")


def parse_schedules(text: str) -> list[CardSchedule]:
    """Schedules from the one-line form; an empty text gives none. Raises ValueError with a plain reason."""
    return [_parse_entry(entry.strip()) for entry in text.split("|")] if text.strip() else []


def format_schedules(schedules: Iterable[AnySchedule]) -> str:
    """The one-line form of schedules: the inverse of `parse_schedules`."""
    return "|".join(_format_entry(schedule) for schedule in schedules)


def _parse_entry(text: str) -> CardSchedule:
    parts: dict[str, str | None]
    if match := _ONE_DAY.fullmatch(text):
        freq, parts = ONCE, {"end": match["start"]}
    elif match := _ENTRY.fullmatch(text):
        freq, parts = match["freq"], {}
    else:
        raise ValueError(f"“{text[:60]}” is not a schedule like WEEKLY TU,TH 09:30-12:00 or ONCE 2026-12-20 10:00")
    parts |= match.groupdict()
    opens, closes = _hours(parts)
    start, end = _date(parts.get("start")), _date(parts.get("end"))
    if start and end and end < start:
        raise ValueError(f"It ends on {end}, before it starts on {start}")
    return CardSchedule(
        freq=freq,
        interval=int(parts.get("interval") or 1),
        byday=_byday(freq, parts.get("days")),
        opens_at=opens,
        closes_at=closes,
        when=parts.get("when"),
        valid_from=start,
        valid_to=end,
        except_dates=_except_dates(parts["except"]),
    )


def _byday(freq: str, text: str | None) -> list[str]:
    byday = text.split(",") if text else []
    for day in byday:
        ordinal = _DAY.fullmatch(day)
        if not ordinal or bool(ordinal[1]) != (freq == MONTHLY):
            raise ValueError(f"“{day}” is not a day: use MO to SU for weeks and days such as 1SA or -1FR for months")
    if len(set(byday)) < len(byday):
        raise ValueError(f"“{text}” names a day twice")
    return byday


def _hours(parts: dict[str, str | None]) -> tuple[time | None, time | None]:
    opens, closes = _time(parts["opens"]), _time(parts["closes"])
    if opens and closes and closes <= opens:
        raise ValueError(f"It closes at {parts['closes']}, which is not after it opens at {parts['opens']}")
    return opens, closes


def _except_dates(text: str | None) -> list[str]:
    """Dates as they are stored: text, for a column of JSON."""
    dates = text.split(",") if text else []
    for day in dates:
        if str(_date(day)) != day:
            raise ValueError(f"“{day}” is not a date")
    if len(set(dates)) < len(dates):
        raise ValueError(f"“{text}” names a date twice")
    return dates


def _format_entry(schedule: AnySchedule) -> str:
    once = schedule.freq == ONCE
    freq = schedule.freq + (f"/{schedule.interval}" if schedule.interval > 1 else "")
    parts = [freq, str(schedule.valid_from) if once else ",".join(schedule.byday)]
    if schedule.opens_at:
        closes = f"-{schedule.closes_at:%H:%M}" if schedule.closes_at else ""
        parts.append(f"{schedule.opens_at:%H:%M}{closes}")
    if schedule.when:
        parts.append(schedule.when)
    if not once:
        parts += [f"{word} {day}" for word, day in (("from", schedule.valid_from), ("to", schedule.valid_to)) if day]
    if schedule.except_dates:
        parts.append(f"except {','.join(schedule.except_dates)}")
    return " ".join(parts)


def _time(text: str | None) -> time | None:
    if not text:
        return None
    try:
        return time.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"“{text}” is not a time of day") from error


def _date(text: str | None) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"“{text}” is not a date") from error


def in_words(schedule: AnySchedule) -> str:
    """One schedule as a family reads it: "Tuesday and Thursday, 9:30am to 12pm"."""
    parts = [upper_first(_days_of(schedule))]
    if schedule.interval > 1 and schedule.freq == WEEKLY:
        parts.append(n_("every %(num)s week", "every %(num)s weeks", schedule.interval))
    elif schedule.interval > 1:
        parts.append(n_("every %(num)s month", "every %(num)s months", schedule.interval))
    parts.append(hours(schedule.opens_at, schedule.closes_at))
    if schedule.when:
        parts.append(str(WHEN_WORDS[schedule.when]))
    if schedule.valid_from and schedule.freq != ONCE:
        parts.append(_("from %(day)s", day=day_words(schedule.valid_from)))
    if schedule.valid_to and schedule.freq != ONCE:
        parts.append(_("until %(day)s", day=day_words(schedule.valid_to)))
    if is_called_off(schedule):
        parts.append(_("cancelled"))
    elif schedule.except_dates:
        parts.append(_("not on %(days)s", days=_dates(date.fromisoformat(day) for day in schedule.except_dates)))
    return in_line(parts)


def _days_of(schedule: AnySchedule) -> str:
    if schedule.freq == ONCE and schedule.valid_from:
        return date_words(schedule.valid_from)
    if schedule.freq == MONTHLY:
        # Note: such as "first Saturday and third Saturday of the month".
        return _("%(days)s of the month", days=joined(str(OF_THE_MONTH[day]) for day in schedule.byday))
    return _("Every day") if schedule.byday == list(DAYS) else _days(schedule.byday)


def is_called_off(schedule: AnySchedule) -> bool:
    """Whether it is one date, and that date is left out."""
    return schedule.freq == ONCE and str(schedule.valid_from) in (schedule.except_dates or ())


def _days(byday: Sequence[str]) -> str:
    positions = [DAYS.index(day) for day in byday]
    if len(positions) > 2 and positions == list(range(positions[0], positions[-1] + 1)):
        # Note: two days of the week, such as "Monday to Friday".
        return _("%(first)s to %(last)s", first=day_name(byday[0]), last=day_name(byday[-1]))
    return joined(day_name(day) for day in byday)


def _dates(days: Iterable[date]) -> str:
    """Dates in order; in English the month is named once: "25 and 26 December 2026 and 1 January 2027"."""
    if language() != ENGLISH:
        return joined(day_words(day) for day in sorted(days))
    months = groupby(sorted(days), key=lambda day: f"{day:%B %Y}")
    return joined(f"{joined(str(day.day) for day in of_month)} {month}" for month, of_month in months)
