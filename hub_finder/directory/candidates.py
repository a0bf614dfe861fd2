"""Rows that may answer a search, and what each of its filters says of them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hub_finder.directory.asking import Asked, Words, any_holds
from hub_finder.directory.entries import ACCESS_NOT_STATED
from hub_finder.directory.postings import Flags, Rows, spans
from hub_finder.directory.query import PREGNANT, SearchQuery
from hub_finder.directory.segments import Segment
from hub_finder.directory.times import local
from hub_finder.directory.times_asked import Weekdays, answers_now, dates_meant, on_weekdays, weekdays
from hub_finder.directory.traits import FREE, PAID, REFERRAL, SEND, SHOWN, Traits, count_bits, traits_of, weekdays_of
from hub_finder.models.services import Coverage

States = NDArray[np.int8]
Metres = NDArray[np.float64]

# To look up the tags of a row takes as long as to look at so many bits of a tag.
BITS_A_ROW = 1024
# How near the help is to a family, by the area it covers; what covers the whole country comes last.
STEPS = {Coverage.OUTCODE: 1.0, Coverage.LOCALITY: 0.85, Coverage.COUNCIL: 0.7, Coverage.NATIONAL: 0.0}
STEP_NOT_STATED = 0.7


@dataclass(frozen=True)
class Candidates:
    """Rows of a segment that may answer, ascending: either all with a place, or none.

    `metres` are from the origin to the nearest place, NaN where there is no such thing, and `round_water` tells whether
    they go round water; `points` say which place it is. `part_of`: those that these were taken from, and where they
    stood.
    """

    asked: Asked
    segment: Segment
    live: Flags
    rows: Rows
    metres: Metres
    points: Rows
    round_water: Flags
    part_of: "tuple[Candidates, NDArray[np.integer]] | None" = None
    known: dict[str, NDArray[Any]] = field(default_factory=dict)
    counted: dict[str | None, list[int]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def placed(self) -> bool:
        """Whether these are rows with a place."""
        return bool(len(self.points))

    def only(self, at: NDArray[np.integer]) -> "Candidates":
        """Some of the rows, by where they stand, ascending."""
        points = self.points[at] if self.placed else self.points
        rows, metres, round_water = self.rows[at], self.metres[at], self.round_water[at]
        whole, stood = (self, at) if self.part_of is None else (self.part_of[0], self.part_of[1][at])
        return Candidates(self.asked, self.segment, self.live, rows, metres, points, round_water, (whole, stood))

    def _once(self, name: str, tell: Callable[[], NDArray[Any]]) -> NDArray[Any]:
        """What is told of the rows, kept; taken over from those that they are part of, if these know it."""
        if name not in self.known:
            whole, at = self.part_of or (self, None)
            self.known[name] = whole.known[name][at] if name in whole.known else tell()
        return self.known[name]

    @property
    def words(self) -> Words:
        return self.asked.words_in(self.segment)

    # ---- filters

    def mask(self, name: str) -> Flags:
        """Which rows a filter leaves."""
        return self._once(name, lambda: FILTERS[name](self))

    def kept(self, *, without: str | None = None) -> Flags:
        """Which rows all filters in force leave, one of them perhaps left out."""
        left_out = self._in_force(without)
        return self._once(f"without {left_out}", lambda: self._kept(left_out))

    def _in_force(self, name: str | None) -> str | None:
        return name if name in self.asked.filters else None

    def _kept(self, left_out: str | None) -> Flags:
        flags = self.mask("shown")
        for name in self.asked.filters:
            if name != left_out:
                flags = flags & self.mask(name)
        return flags

    def count(self, *, without: str | None = None) -> int:
        """How many rows the filters leave."""
        return int(np.count_nonzero(self.kept(without=without)))

    def count_tags(self, numbers: NDArray[np.integer], *, without: str) -> NDArray[np.integer]:
        """How many of the rows that the filters leave, one of them left out, have each of some tags."""
        segment, rows = self.segment, self.rows[self.kept(without=without)]
        reach = int(rows[-1] - rows[0]) if len(rows) else 0
        if len(rows) * BITS_A_ROW > len(numbers) * reach:
            return segment.with_tag.count_among(rows, numbers)
        tags = segment.tags.take(spans(segment.tag_starts.take(rows), segment.tag_starts.take(rows + 1)))
        counts: NDArray[np.integer] = np.bincount(tags, minlength=len(self.asked.snapshot.lexicons.tags))[numbers]
        return counts

    def count_traits(self, *, without: str) -> list[int]:
        """How many of these rows have each bit of `traits`."""
        left_out = self._in_force(without)
        if left_out not in self.counted:
            self.counted[left_out] = count_bits(self.traits[self.kept(without=left_out)])
        return self.counted[left_out]

    @property
    def traits(self) -> Traits:
        """What is known of the rows whoever asks: see `traits`."""
        return self._once("traits", lambda: traits_of(self.asked, self.segment).take(self.rows))

    def has_trait(self, bit: int) -> Flags:
        flags: Flags = self.traits & np.uint16(bit) != 0
        return flags

    def has_tag(self, tag: str) -> Flags:
        return self.segment.with_tag.of(self.asked.tag_number(tag)).holds(self.rows)

    def has_any_tag(self, kind: str, values: Iterable[str]) -> Flags:
        numbers = (self.asked.tag_number(f"{kind}:{value}") for value in values)
        return any_holds(map(self.segment.with_tag.of, numbers), self.rows)

    def number(self, name: str) -> NDArray[np.integer]:
        values: NDArray[np.integer] = self.segment.columns[name].take(self.rows)
        return values

    def of_age(self, age: str) -> States:
        """1 where it is for the age, 0 where it does not say, -1 where it is not."""
        low, high = self.number("min_age"), self.number("max_age")
        if age == PREGNANT:
            states = np.where(low > 0, -1, 0).astype(np.int8)
            states[self.has_any_tag("need", self.asked.snapshot.needs_for_pregnancy)] = 1
            return states
        years = int(age)
        fits = (low <= years) & ((high < 0) | (high >= years))
        states = np.where(fits, 1, -1).astype(np.int8)
        states[(low < 0) & (high < 0)] = 0
        return states

    @property
    def ages(self) -> list[States]:
        """For each age asked, what `of_age` tells."""
        return [self._once(f"age {age}", lambda age=age: self.of_age(age)) for age in self.asked.query.ages]  # type: ignore[misc]

    @property
    def times(self) -> States:
        """1 where it is known to be on when asked, 0 where that is not known, -1 where it is known not to be."""
        return self._once("states of times", lambda: self.times_of(self.asked.query))

    def times_of(self, query: SearchQuery) -> States:
        """The same for what another query asks of times; all 1 when it asks nothing."""
        if not query.asks_times:
            return np.ones(len(self), np.int8)
        if query.when == "now":
            times, asked = self.segment.times, self.asked
            return answers_now(query, times, self.rows, now=asked.now, calendar=asked.calendar)
        return on_weekdays(query, *self.weekdays_of(query))

    def weekdays_of(self, query: SearchQuery) -> tuple[Weekdays, Weekdays]:
        """The weekdays on which each row is known to be on, and may be, when a query asks, its days left out."""
        asked, segment = self.asked, self.segment
        if not query.on and not query.when:
            known, possible = weekdays_of(asked, segment, query.time)
            return known.take(self.rows), possible.take(self.rows)
        today = local(asked.now).date()
        dates, sure = dates_meant(replace(query, days=()), today=today, calendar=asked.calendar)
        known, possible = weekdays(segment.times.take(self.rows), dates, query.time, asked.calendar)
        return known if sure else np.zeros_like(known), possible

    # ---- for ranking

    @property
    def first_tags(self) -> NDArray[np.integer]:
        """The first tag of each row, which is its main need if it has any."""
        return self.segment.tags[self.segment.tag_starts.take(self.rows)]

    @cached_property
    def has_access(self) -> Flags:
        """Which rows say that they have every kind of access asked for."""
        flags = np.ones(len(self), bool)
        for kind in self.asked.query.access:
            flags &= self.has_tag(f"access:{kind}")
        return flags

    @property
    def outside(self) -> Flags:
        """Which rows lie, with the place meant, in another council's area."""
        return self.mask("outside")

    @cached_property
    def steps(self) -> Metres:
        """For rows without a point, how near the help is by the area it covers: see `STEPS`."""
        steps = np.full(len(self), -1.0)
        for scope, step in STEPS.items():
            for tag in self.asked.covering_tags(scope):
                steps = np.maximum(steps, np.where(self.has_tag(tag), step, -1.0))
        return np.where(steps < 0, STEP_NOT_STATED, steps)


Filter = Callable[[Candidates], Flags]


def _shown(found: Candidates) -> Flags:
    shown = found.has_trait(SHOWN)
    return shown if found.asked.snapshot.is_whole else shown & found.live.take(found.rows)


def _outside(found: Candidates) -> Flags:
    if not found.placed:
        return np.zeros(len(found), bool)
    cache, codes = found.segment.cache, found.asked.area.council_codes
    known_for, outside = cache.get("outside", (None, None))
    if known_for != codes:
        councils = found.segment.councils
        outside = councils != b""
        for code in codes:
            outside &= councils != code.encode()
        cache["outside"] = codes, outside
    flags: Flags = outside.take(found.points)
    return flags


def _access(found: Candidates) -> Flags:
    return found.has_access | found.has_tag(ACCESS_NOT_STATED)


def _border(found: Candidates) -> Flags:
    return found.outside if found.asked.query.border == "over" else ~found.outside


def _age(found: Candidates) -> Flags:
    flags = np.zeros(len(found), bool)
    for states in found.ages:
        flags |= states >= 0
    return flags


FILTERS: Mapping[str, Filter] = {
    "shown": _shown,
    "outside": _outside,
    "need": lambda found: found.has_any_tag("need", found.asked.query.needs),
    "kind": lambda found: found.has_any_tag("kind", found.asked.query.kinds),
    "locality": lambda found: found.has_any_tag("locality", found.asked.query.localities),
    "age": _age,
    "cost": lambda found: found.has_trait(FREE if found.asked.query.cost == "free" else PAID),
    "referral": lambda found: found.has_trait(REFERRAL),
    "send": lambda found: found.has_trait(SEND),
    "access": _access,
    "language": lambda found: found.has_any_tag("language", found.asked.query.languages),
    "border": _border,
    "times": lambda found: found.times >= 0,
}
