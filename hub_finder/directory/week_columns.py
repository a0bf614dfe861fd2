"""Which sessions come first on some days, asked of the columns of very many listings at once.

Only the first few of each day are named, so that an answer stays small for a million listings; all are counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from hub_finder.directory.candidates import Candidates
from hub_finder.directory.query import PartOfDay
from hub_finder.directory.times import Calendar, local
from hub_finder.directory.times_asked import PARTS
from hub_finder.directory.timetables import DAY_MINUTES, NOT_STATED, Flags, Timetables

# So far away, in metres, is what has no distance.
NO_DISTANCE = 1e8
# What a minute later weighs: more than any way.
MINUTE = 1e9


class Hit(NamedTuple):
    """A session of a listing, in the order of a timetable: `at` is the row of its half of the answer."""

    day: date
    opens: int
    metres: float
    slug: bytes
    half: int
    at: int

    @property
    def listing(self) -> tuple[int, int]:
        return self.half, self.at


@dataclass(frozen=True, kw_only=True)
class Question:
    """Some days and perhaps a part of them, the moment it is, and how many sessions of a day are to be named."""

    days: Sequence[date]
    part: PartOfDay | None
    now: datetime
    calendar: Calendar
    most: int


@dataclass(kw_only=True)
class Look:
    """What half of an answer has on some days: the first sessions of each, and how many there are by day.

    `always` are the listings open day and night on every one of them, which have no sessions here. `on` counts those
    with a session, `unknown` those of which it is not known.
    """

    hits: list[Hit] = field(default_factory=list)
    counts: dict[date, int] = field(default_factory=dict)
    always: list[Hit] = field(default_factory=list)
    on: int = 0
    unknown: int = 0


@dataclass(frozen=True)
class Columns:
    """Half of an answer as columns: the times, the way in metres (NaN for none), the order of slugs, the slugs."""

    table: Timetables
    metres: NDArray[np.float64]
    rank: NDArray[np.int32]
    slugs: NDArray[np.bytes_]

    @classmethod
    def of(cls, half: Candidates) -> Self:
        segment, rows = half.segment, half.rows
        return cls(segment.times.take(rows), half.metres, segment.rank[rows], segment.slugs[rows])


def look(columns: Columns, number: int, question: Question) -> Look:
    """What some listings have on the days asked for. `number` is that of their half, which its hits carry."""
    table = columns.table
    far = np.where(np.isnan(columns.metres), NO_DISTANCE + columns.rank, columns.metres)
    found = Look()

    def hit(day: date, opens: int, at: int) -> Hit:
        # Orders of two segments cannot be compared: where there is no distance, the slug decides.
        return Hit(day, opens, min(float(far[at]), NO_DISTANCE), bytes(columns.slugs[at]), number, at)

    always = _always(table, question)
    known, possible = always.copy(), np.zeros(len(table), bool)
    for day in question.days:
        on = table.on_day(day, question.calendar)
        fits = _fits(table, on.patterns, question.part)
        told = on.patterns[on.told & fits]
        known[table.rows[told]] = True
        possible[table.rows[on.patterns[~on.told & fits]]] = True
        possible |= table.without & ~table.closed_on(day)
        told = told[
            ~(always[table.rows[told]] & _round_the_clock(table)[told]) & ~_over(table, told, day, question.now)
        ]
        found.counts[day] = len(told)
        keys = table.opens[told].astype(float) * MINUTE + far[table.rows[told]]
        told = told[_first(keys, question.most)]
        found.hits += [hit(day, int(table.opens[one]), int(table.rows[one])) for one in told]
    found.always = [hit(question.days[0], 0, int(at)) for at in np.flatnonzero(always)]
    found.on, found.unknown = int(known.sum()), int((possible & ~known).sum())
    return found


def _first(keys: NDArray[np.float64], most: int) -> NDArray[np.intp]:
    """Where the smallest keys are; more than `most` of them only where the last are alike."""
    if len(keys) <= most:
        return np.arange(len(keys))
    return np.flatnonzero(keys <= np.partition(keys, most - 1)[most - 1])


def _fits(table: Timetables, patterns: NDArray[np.intp], part: PartOfDay | None) -> Flags:
    """Which patterns overlap a part of the day, or may: those without hours."""
    if part is None:
        return np.ones(len(patterns), bool)
    first, last = PARTS[part]
    opens, closes = table.opens[patterns], table.closes[patterns]
    fits: Flags = (opens == NOT_STATED) | ((opens < last) & (np.maximum(closes, opens + 1) > first))
    return fits


def _over(table: Timetables, patterns: NDArray[np.intp], day: date, now: datetime) -> Flags:
    """Which patterns are over on a day by now; one without a stated end, once it has begun."""
    wall = local(now)
    if day != wall.date():
        return np.full(len(patterns), day < wall.date())
    opens, closes = table.opens[patterns], table.closes[patterns]
    ends = np.where(closes == NOT_STATED, opens, closes - 1)
    over: Flags = ends < wall.hour * 60 + wall.minute
    return over


def _round_the_clock(table: Timetables) -> Flags:
    round_the_clock: Flags = (table.opens == 0) & (table.closes == DAY_MINUTES)
    return round_the_clock


def _always(table: Timetables, question: Question) -> Flags:
    """Which rows are open day and night on every one of the days."""
    rows = np.unique(table.rows[_round_the_clock(table)])
    some = table.take(rows)
    days = np.zeros(len(rows), np.intp)
    for day in question.days:
        on = some.on_day(day, question.calendar)
        days[some.rows[on.patterns[on.told & _round_the_clock(some)[on.patterns]]]] += 1
    always = np.zeros(len(table), bool)
    always[rows[days == len(question.days)]] = bool(question.days)
    return always
