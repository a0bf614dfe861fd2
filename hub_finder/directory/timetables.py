"""The times of many listings in columns, so that a search can ask a million of them at once.

`pack` turns the times of one listing into bytes, which are stored; `Timetables` reads many of those. `times` says the
same of one listing, and is what these columns are tested against; `times_asked` holds the questions.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from operator import itemgetter
from struct import Struct
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from hub_finder.directory.days import DAYS, MIDNIGHT
from hub_finder.directory.schedules import MONTHLY, ONCE, ORDINALS, WEEKLY
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
_NO_STARTS = np.zeros(0, np.int32)


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
    """The times of many listings, one a row; read only. `rows` gives the row of each pattern.

    Its columns are views of the records, which are the only ones kept: few questions look at all rows.
    """

    def __init__(self, records: NDArray[np.void], sizes: NDArray[np.integer[Any]]) -> None:
        """`sizes` tell how many of the records each row has."""
        self._records, self._sizes = records, sizes
        kind = records["kind"]
        row_of = np.repeat(np.arange(len(self), dtype=np.int32), sizes)
        if len(kind) and kind.max() > _ONCE:
            patterns = np.flatnonzero(kind <= _ONCE)
            exceptions, closures = np.flatnonzero(kind == _EXCEPTION), np.flatnonzero(kind == _CLOSURE)
            self._patterns, self.rows = records[patterns], row_of[patterns]
        else:
            patterns = exceptions = closures = np.zeros(0, np.intp)
            self._patterns, self.rows = records, row_of
        self.opens: NDArray[np.int16] = self._patterns["opens"]
        self.closes: NDArray[np.int16] = self._patterns["closes"]
        self._excepted = np.searchsorted(patterns, exceptions) - 1
        self._except_days = records["first"][exceptions]
        self._closed_rows = row_of[closures]
        self._closed_first, self._closed_last = records["first"][closures], records["last"][closures]
        self.without = np.ones(len(self), bool)
        self.without[self.rows] = False

    @classmethod
    def of(cls, blobs: Sequence[bytes]) -> Self:
        """Timetables whose rows are what `pack` gave, in this order."""
        sizes = np.fromiter(map(len, blobs), np.int32, len(blobs)) // RECORD.itemsize
        return cls(np.frombuffer(b"".join(blobs), RECORD), sizes)

    @cached_property
    def _starts(self) -> NDArray[np.int32]:
        return np.concatenate(([0], np.cumsum(self._sizes)[:-1])).astype(np.int32) if len(self) else _NO_STARTS

    def take(self, rows: NDArray[np.integer[Any]]) -> "Timetables":
        """Timetables of these rows, in their order."""
        starts, sizes = self._starts[rows], self._sizes[rows]
        shifts = starts - np.cumsum(sizes) + sizes
        from_ = np.repeat(shifts, sizes)
        return Timetables(self._records[from_ + np.arange(len(from_))], sizes)

    def __len__(self) -> int:
        return len(self._sizes)

    def closed_on(self, day: date) -> Flags:
        """Whether each row is closed on a day, whatever its patterns say."""
        ordinal = day.toordinal()
        closed = np.zeros(len(self), bool)
        closed[self._closed_rows[(self._closed_first <= ordinal) & (ordinal <= self._closed_last)]] = True
        return closed

    def on_day(self, day: date, calendar: Calendar) -> OnDay:
        """The patterns that have, or may have, a session on a day; `calendar` is the area's."""
        ordinal, times = day.toordinal(), self._patterns
        on = np.flatnonzero((times["days"] & np.uint64(_bits(day))) != 0)
        on = on[(times["first"][on] <= ordinal) & (ordinal <= times["last"][on])]
        if len(self._except_days):
            on = on[~self._left_out(ordinal)[on]]
        if len(self._closed_rows):
            on = on[~self.closed_on(day)[self.rows[on]]]

        kind, when = calendar.kind_of(day), times["when"][on]
        kind_unknown = (when != 0) & (kind is None)
        turn_unknown = times["turn"][on] == NOT_KNOWN
        may_be = kind_unknown | (when == 0) | (when == _WHEN[kind])
        may_be &= turn_unknown | self._in_turn(on, day)

        on, told = on[may_be], ~(turn_unknown | kind_unknown)[may_be]
        told &= self.opens[on] != NOT_STATED
        doubtful = np.zeros(len(on), bool) if day not in calendar.bank_holidays else ~self._hold_on_any_day(on)
        return OnDay(on, told, doubtful)

    def _in_turn(self, patterns: Numbers, day: date) -> Flags:
        """Whether a day lies in the right one of every few weeks or months."""
        in_turn = np.ones(len(patterns), bool)
        spaced = np.flatnonzero(self._patterns["interval"][patterns] > 1)
        several = patterns[spaced]
        number = np.where(self._patterns["kind"][several] == _MONTHLY, _month(day), _week(day))
        in_turn[spaced] = number % self._patterns["interval"][several] == self._patterns["turn"][several]
        return in_turn

    def _left_out(self, ordinal: int) -> Flags:
        left_out = np.zeros(len(self.rows), bool)
        left_out[self._excepted[self._except_days == ordinal]] = True
        return left_out

    def _hold_on_any_day(self, patterns: Numbers) -> Flags:
        """One date stated as such, and "24 hours, every day", are meant for a bank holiday too."""
        round_the_clock = (self.opens[patterns] == 0) & (self.closes[patterns] == DAY_MINUTES)
        every_day = (self._patterns["days"][patterns] == _EVERY_WEEKDAY) & (self._patterns["interval"][patterns] == 1)
        every_day &= self._patterns["when"][patterns] == 0
        holds: Flags = (self._patterns["kind"][patterns] == _ONCE) | (round_the_clock & every_day)
        return holds
