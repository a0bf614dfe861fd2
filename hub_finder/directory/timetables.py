"""The times of many listings in columns, so that a search can ask a million of them at once.

`pack` turns the times of one listing into bytes, which are stored; `Timetables` reads many of those. `times` says the
same of one listing, and is what these columns are tested against; `times_asked` holds the questions.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from operator import itemgetter
from struct import Struct
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from hub_finder.directory.schedules import DAYS, MIDNIGHT, MONTHLY, ONCE, ORDINALS, WEEKLY
from hub_finder.directory.times import Calendar

Flags = NDArray[np.bool_]
Numbers = NDArray[np.intp]

# One record for each pattern, after it one for each of its exceptions, and at last one for each closure.
RECORD = np.dtype(
    [
        ("days", "<u8"),  # a bit for each kind of day in _BITS
        ("first", "<i4"),  # date.toordinal(), as in `last`
        ("last", "<i4"),
        ("opens", "<i2"),  # minutes of wall time, or NOT_STATED
        ("closes", "<i2"),  # up to DAY_MINUTES
        ("kind", "u1"),
        ("when", "u1"),
        ("interval", "u1"),
        ("turn", "u1"),  # which of every few weeks or months, or NOT_KNOWN
    ]
)
_RECORD = Struct("<QiihhBBBB")
# The facts of a schedule that `_pattern` is made of, all but its days.
_pattern_facts = itemgetter("freq", "interval", "valid_from", "valid_to", "opens_at", "closes_at", "when")
_WEEKLY, _MONTHLY, _ONCE, _EXCEPTION, _CLOSURE = range(5)
_KINDS = {WEEKLY: _WEEKLY, MONTHLY: _MONTHLY, ONCE: _ONCE}
_WHEN = {None: 0, "term": 1, "holidays": 2}
# These are stored, so their order must stay.
_BITS = {
    f"{ordinal}{day}": 1 << bit for bit, (ordinal, day) in enumerate((o, d) for o in ("", *ORDINALS) for d in DAYS)
}
_EVERY_WEEKDAY = sum(_BITS[day] for day in DAYS)
_ANY_DAY = sum(_BITS.values())
_FIRST, _LAST = date.min.toordinal(), date.max.toordinal()
DAY_MINUTES = 24 * 60
NOT_STATED = -1
NOT_KNOWN = 255


def pack(schedules: Iterable[Mapping[str, Any]], alerts: Iterable[Mapping[str, Any]]) -> bytes:
    """The times of one listing as records, from the facts of its schedules and alerts as JSON has them.

    Dates are ISO texts and hours are "HH:MM". Nothing known gives no bytes.
    """
    records: list[bytes] = []
    for one in schedules:
        records.append(_pattern(*_pattern_facts(one), tuple(one["byday"])))
        records += [_span(_EXCEPTION, day, day) for day in one["except_dates"] or ()]
    records += [_span(_CLOSURE, one["starts_on"], one["ends_on"]) for one in alerts if one["closed"]]
    return b"".join(records)


@lru_cache(maxsize=20_000)
def _pattern(
    freq: str,
    interval: int,
    valid_from: str | None,
    valid_to: str | None,
    opens_at: str | None,
    closes_at: str | None,
    when: str | None,
    byday: tuple[str, ...],
) -> bytes:
    """Kept, since few patterns are all that a million listings have between them."""
    kind = _KINDS[freq]
    begins = date.fromisoformat(valid_from) if valid_from else None
    turn = 0
    if interval > 1:
        turn = (_month(begins) if kind == _MONTHLY else _week(begins)) % interval if begins else NOT_KNOWN
    return _RECORD.pack(
        _ANY_DAY if kind == _ONCE else sum(_BITS[day] for day in set(byday)),
        begins.toordinal() if begins else _FIRST,
        _ordinal(valid_to, _LAST),
        _minutes(opens_at),
        _minutes(closes_at),
        kind,
        _WHEN[when],
        interval,
        turn,
    )


def _span(kind: int, first: str | None, last: str | None) -> bytes:
    return _RECORD.pack(0, _ordinal(first, _FIRST), _ordinal(last, _LAST), 0, 0, kind, 0, 1, 0)


def _ordinal(text: str | None, missing: int) -> int:
    return date.fromisoformat(text).toordinal() if text else missing


def _minutes(text: str | None) -> int:
    if not text:
        return NOT_STATED
    minutes = int(text[:2]) * 60 + int(text[3:5])
    return DAY_MINUTES if minutes == MIDNIGHT.hour * 60 + MIDNIGHT.minute else minutes


def _week(day: date) -> int:
    """The number of a week that begins on a Monday: 1 January of the year 1 was one."""
    return (day.toordinal() - 1) // 7


def _month(day: date) -> int:
    return day.year * 12 + day.month - 1


def _bits(day: date) -> int:
    """What a date is: a Tuesday, a second Tuesday, and perhaps a last Tuesday."""
    name, ordinal = DAYS[day.weekday()], (day.day - 1) // 7 + 1
    is_last = _month(date.fromordinal(min(day.toordinal() + 7, _LAST))) != _month(day)
    return _BITS[name] | _BITS[f"{ordinal}{name}"] | (_BITS[f"-1{name}"] if is_last else 0)


@dataclass(frozen=True)
class OnDay:
    """The patterns that have, or may have, a session on one day.

    `told`: it can be told that there is one, and when it begins. `doubtful`: it is said to fall on a bank holiday.
    """

    patterns: Numbers
    told: Flags
    doubtful: Flags

    @property
    def sure(self) -> Flags:
        return self.told & ~self.doubtful


class Timetables:
    """The times of many listings, one a row; read only. `rows` gives the row of each pattern."""

    def __init__(self, records: NDArray[np.void], bounds: Numbers) -> None:
        self._records, self._bounds = records, bounds
        kind = records["kind"]
        patterns = np.flatnonzero(kind <= _ONCE)
        row_of = np.repeat(np.arange(len(self), dtype=np.int32), np.diff(bounds))
        self.rows = row_of[patterns]
        self.opens: NDArray[np.int16] = records["opens"][patterns]
        self.closes: NDArray[np.int16] = records["closes"][patterns]
        self._kind, self._days = kind[patterns], records["days"][patterns]
        self._first, self._last = records["first"][patterns], records["last"][patterns]
        self._when = records["when"][patterns]
        self._interval, self._turn = records["interval"][patterns], records["turn"][patterns]
        exceptions = np.flatnonzero(kind == _EXCEPTION)
        self._excepted = np.searchsorted(patterns, exceptions) - 1
        self._except_days = records["first"][exceptions]
        closures = np.flatnonzero(kind == _CLOSURE)
        self._closed_rows = row_of[closures]
        self._closed_first, self._closed_last = records["first"][closures], records["last"][closures]
        self.without = np.ones(len(self), bool)
        self.without[self.rows] = False

    @classmethod
    def of(cls, blobs: Sequence[bytes]) -> Self:
        """Timetables whose rows are what `pack` gave, in this order."""
        sizes = np.fromiter(map(len, blobs), np.intp, len(blobs)) // RECORD.itemsize
        return cls(np.frombuffer(b"".join(blobs), RECORD), _bounds(sizes))

    def take(self, rows: NDArray[np.integer[Any]]) -> "Timetables":
        """Timetables of these rows, in their order."""
        sizes = np.diff(self._bounds)[rows]
        bounds = _bounds(sizes)
        from_ = np.repeat(self._bounds[:-1][rows] - bounds[:-1], sizes)
        return Timetables(self._records[from_ + np.arange(len(from_))], bounds)

    def __len__(self) -> int:
        return len(self._bounds) - 1

    def closed_on(self, day: date) -> Flags:
        """Whether each row is closed on a day, whatever its patterns say."""
        ordinal = day.toordinal()
        closed = np.zeros(len(self), bool)
        closed[self._closed_rows[(self._closed_first <= ordinal) & (ordinal <= self._closed_last)]] = True
        return closed

    def on_day(self, day: date, calendar: Calendar) -> OnDay:
        """The patterns that have, or may have, a session on a day; `calendar` is the area's."""
        ordinal = day.toordinal()
        on = np.flatnonzero((self._days & np.uint64(_bits(day))) != 0)
        on = on[(self._first[on] <= ordinal) & (ordinal <= self._last[on])]
        on = on[~(self._left_out(ordinal)[on] | self.closed_on(day)[self.rows[on]])]

        kind, when = calendar.kind_of(day), self._when[on]
        kind_unknown = (when != 0) & (kind is None)
        turn_unknown = self._turn[on] == NOT_KNOWN
        may_be = kind_unknown | (when == 0) | (when == _WHEN[kind])
        may_be &= turn_unknown | self._in_turn(on, day)

        on, told = on[may_be], ~(turn_unknown | kind_unknown)[may_be]
        told &= self.opens[on] != NOT_STATED
        doubtful = np.zeros(len(on), bool) if day not in calendar.bank_holidays else ~self._hold_on_any_day(on)
        return OnDay(on, told, doubtful)

    def _in_turn(self, patterns: Numbers, day: date) -> Flags:
        """Whether a day lies in the right one of every few weeks or months."""
        in_turn = np.ones(len(patterns), bool)
        spaced = np.flatnonzero(self._interval[patterns] > 1)
        several = patterns[spaced]
        number = np.where(self._kind[several] == _MONTHLY, _month(day), _week(day))
        in_turn[spaced] = number % self._interval[several] == self._turn[several]
        return in_turn

    def _left_out(self, ordinal: int) -> Flags:
        left_out = np.zeros(len(self.rows), bool)
        left_out[self._excepted[self._except_days == ordinal]] = True
        return left_out

    def _hold_on_any_day(self, patterns: Numbers) -> Flags:
        """One date stated as such, and "24 hours, every day", are meant for a bank holiday too."""
        round_the_clock = (self.opens[patterns] == 0) & (self.closes[patterns] == DAY_MINUTES)
        every_day = (self._days[patterns] == _EVERY_WEEKDAY) & (self._interval[patterns] == 1)
        every_day &= self._when[patterns] == 0
        holds: Flags = (self._kind[patterns] == _ONCE) | (round_the_clock & every_day)
        return holds


def _bounds(sizes: NDArray[np.integer[Any]]) -> Numbers:
    """Where the records of each row begin; at last, where they end."""
    return np.concatenate([np.zeros(1, np.intp), np.cumsum(sizes, dtype=np.intp)])
