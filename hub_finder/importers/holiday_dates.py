"""Days and times as organisers write them, read exactly or refused. The day always comes before the month."""

import re
from dataclasses import dataclass
from datetime import date, time, timedelta
from itertools import pairwise

from hub_finder.directory.columns import Refused
from hub_finder.directory.days import DAYS

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LONGEST_DAYS = 100
HOW = "must be dates such as 27 July 2026, 27/07/2026 or Mon 27 to Fri 31 July"
_WEEKDAY = r"(?:(?P<weekday>mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,? )?"
_IN_WORDS = re.compile(
    _WEEKDAY + r"(?:the )?(?P<day>\d{1,2})(?:st|nd|rd|th)?(?: (?:of )?(?P<month>[a-z]{3,9})\.?,?)?(?: (?P<year>\d{4}))?"
)
_IN_NUMBERS = re.compile(_WEEKDAY + r"(?P<day>\d{1,2})[/.-](?P<month>\d{1,2})[/.-](?P<year>\d{4}|\d\d)")
_ISO = re.compile(r"\d{4}-\d\d-\d\d")
# A hyphen within a date such as 27-07-2026 parts nothing.
_TO = re.compile(r" (?:to|until|till) | ?[–—] ?| - |(?<=[a-z])-(?=[a-z0-9])|(?<![\d-])(?<=\d)(?<!-\d\d)-(?=[a-z])")
_SHORT_RANGE = re.compile(r"(\b\d{1,2}(?:st|nd|rd|th)?)-(\d{1,2}(?:st|nd|rd|th)?) (?=[a-z])")
_NUMBERED_RANGE = re.compile(r"(\d{1,2}[/.]\d{1,2}[/.]\d{2,4})-(?=\d)")
_DAILY = re.compile(r"(?P<which>weekdays|mon(?:day)?s?(?: to | ?[-–] ?)fri(?:day)?s?|every day|daily)[,:]? (?=.*\d)")
_TIME = re.compile(r"(?P<hour>\d{1,2})(?:[:.](?P<minute>\d\d))? ?(?P<half>am|pm)?|(?P<noon>(?:12 ?)?(?:noon|midday))")


@dataclass(frozen=True)
class Days:
    """All days from one to another that are among these days of the week."""

    first: date
    last: date
    weekdays: tuple[str, ...]


@dataclass
class _Part:
    weekday: int | None
    day: int
    month: int | None
    year: int | None


def read_days(text: str, *, today: date) -> list[Days]:
    """The days that a cell names: single ones, ranges, and lists of either. Raises Refused.

    A year that is not written is that of the other end, or the one year among last, this and next in which the day of
    the week is right. A range over a weekend must say which days of the week are meant.
    """
    plain = " ".join(text.casefold().replace("\u2011", "-").split())
    plain = plain.replace(" & ", " and ")
    daily = _DAILY.match(plain)
    which = daily["which"] if daily else ""
    pieces = [piece.strip() for piece in re.split(r",(?! ?\d{4})| and |;|\n", plain[daily.end() if daily else 0 :])]
    pieces = _join_weekdays([piece for piece in pieces if piece])
    if not pieces or len(pieces) > LONGEST_DAYS:
        raise Refused(HOW)
    ends = [[_part(end) for end in _ends(piece)] for piece in pieces]
    _hand_back([part for pair in ends for part in pair])
    return [_days([_date(part, today) for part in pair], which) for pair in ends]


def _join_weekdays(pieces: list[str]) -> list[str]:
    """ "monday, 27 july" is one day: its name is no piece of its own."""
    joined: list[str] = []
    for piece in pieces:
        if joined and re.fullmatch(r"[a-z]+", joined[-1]) and joined[-1][:3] in WEEKDAYS:
            joined[-1] = f"{joined[-1]} {piece}"
        else:
            joined.append(piece)
    return joined


def _ends(piece: str) -> list[str]:
    piece = _NUMBERED_RANGE.sub(r"\1 to ", _SHORT_RANGE.sub(r"\1 to \2 ", piece))
    ends = [end.strip() for end in _TO.split(piece)]
    if len(ends) > 2:
        raise Refused(HOW)
    return ends


def _part(text: str) -> _Part:
    if _ISO.fullmatch(text):
        return _Part(None, int(text[8:]), int(text[5:7]), int(text[:4]))
    found = _IN_NUMBERS.fullmatch(text) or _IN_WORDS.fullmatch(text)
    if not found:
        raise Refused(HOW)
    month, year = found["month"], found["year"]
    if month and not month.isdecimal() and not _is_month(month):
        raise Refused(f"has “{month}” where a month should be")
    return _Part(
        weekday=WEEKDAYS.index(found["weekday"]) if found["weekday"] else None,
        day=int(found["day"]),
        month=None if not month else int(month) if month.isdecimal() else MONTHS.index(month[:3]) + 1,
        year=None if not year else int(year) if len(year) == 4 else 2000 + int(year),
    )


def _is_month(word: str) -> bool:
    return any(date(2000, month, 1).strftime("%B").casefold() == word for month in range(1, 13)) or word in (
        *MONTHS,
        "sept",
    )


def _hand_back(parts: list[_Part]) -> None:
    """What is said once, at the end, counts for the days before: the month and year of "27, 28 and 30 July 2026"."""
    for before, after in reversed(list(pairwise(parts))):
        if before.month is None:
            before.month = after.month
            before.year = before.year or after.year
        elif before.year is None and after.month is not None and before.month <= after.month:
            before.year = after.year


def _date(part: _Part, today: date) -> date:
    if part.month is None:
        raise Refused("does not say which month")
    if part.year:
        day = _on(part, part.year)
        if day is None:
            raise Refused(f"has a day that does not exist: {part.day}/{part.month}/{part.year} (the day comes first)")
        if part.weekday is not None and day.weekday() != part.weekday:
            raise Refused(f"is wrong: {day.day} {day:%B %Y} is a {day:%A}")
        return day
    if part.weekday is None:
        raise Refused("does not say which year. Write it, or the day of the week")
    years = (today.year - 1, today.year, today.year + 1)
    fitting = [day for year in years if (day := _on(part, year)) and day.weekday() == part.weekday]
    if len(fitting) != 1:
        raise Refused("has a day of the week that does not fit the date in last, this or next year")
    return fitting[0]


def _on(part: _Part, year: int) -> date | None:
    try:
        return date(year, part.month or 0, part.day)
    except ValueError:
        return None


def _days(ends: list[date], which: str) -> Days:
    first, last = ends[0], ends[-1]
    if last < first:
        raise Refused(f"ends on {last}, before it starts on {first}")
    if (last - first).days > 366:
        raise Refused("is longer than a year")
    held = {(first + timedelta(days=count)).weekday() for count in range(min(7, (last - first).days + 1))}
    if which and which not in ("daily", "every day"):
        held -= {5, 6}
        if not held:
            raise Refused("has no day from Monday to Friday")
    over_a_weekend = held & {5, 6} and first != last and first.weekday() < 5 and last.weekday() < 5
    if over_a_weekend and not which:
        raise Refused("goes over a weekend. Give each week a row, or begin with “Monday to Friday” or “every day”")
    return Days(first, last, tuple(DAYS[weekday] for weekday in sorted(held)))


def read_hours(text: str) -> list[tuple[time, time | None]]:
    """The hours that a cell names, such as 10am-2pm or 10:00 - 14:00, several with "and" between. Raises Refused.

    A time needs am or pm, or four digits of a 24-hour clock.
    """
    plain = " ".join(text.casefold().replace("a.m.", "am").replace("p.m.", "pm").split())
    return [_hours(piece.strip()) for piece in re.split(r" and |,|;|&", plain)]


def _hours(piece: str) -> tuple[time, time | None]:
    ends = [end.strip() for end in re.split(r" ?(?:\bto\b|\buntil\b|\btill\b|[-–—]) ?", piece.removeprefix("from "))]
    if len(ends) > 2:
        raise Refused("must be times such as 10am-2pm or 10:00 - 14:00")
    opens, closes = _time(ends[0]), _time(ends[1]) if len(ends) > 1 else None
    if closes and closes <= opens:
        raise Refused(f"ends at {closes:%H:%M}, which is not after {opens:%H:%M}")
    return opens, closes


def _time(text: str) -> time:
    found = _TIME.fullmatch(text)
    if not found:
        raise Refused("must be times such as 10am-2pm or 10:00 - 14:00")
    if found["noon"]:
        return time(12)
    hour, minute, half = int(found["hour"]), int(found["minute"] or 0), found["half"]
    if not half and not found["minute"]:
        raise Refused("must say am or pm with each time, or be written like 14:00")
    if minute > 59 or (not 1 <= hour <= 12 if half else hour > 23):
        raise Refused(f"has a time that does not exist: {text}")
    return time(hour % 12 + 12 * (half == "pm") if half else hour, minute)
