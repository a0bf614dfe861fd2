"""Rows that may answer a search, and what each of its filters says of them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from hub_finder.directory import freshness
from hub_finder.directory.asking import Asked, any_holds
from hub_finder.directory.entries import ACCESS_NOT_STATED, COSTS, REFERRALS
from hub_finder.directory.postings import Flags, Rows, holds, spans
from hub_finder.directory.query import COSTS as COST_CHOICES
from hub_finder.directory.query import PREGNANT, SearchQuery
from hub_finder.directory.segments import PUBLISHED, Segment
from hub_finder.directory.times_asked import answers_to, weekdays
from hub_finder.models.services import Coverage, Referral

States = NDArray[np.int8]
Metres = NDArray[np.float64]

OPEN_TO_FAMILIES = (Referral.SELF, Referral.EITHER, Referral.NOT_STATED)
# How near the help is to a family, by the area it covers; what covers the whole country comes last.
STEPS = {Coverage.OUTCODE: 1.0, Coverage.LOCALITY: 0.85, Coverage.COUNCIL: 0.7, Coverage.NATIONAL: 0.0}
STEP_NOT_STATED = 0.7


@dataclass(frozen=True)
class Candidates:
    """Rows of a segment that may answer: either all with a place, or none.

    `metres` are from the origin to the nearest place, NaN where there is no such thing, and `round_water` tells whether
    they go round water; `points` say which place it is.
    """

    asked: Asked
    segment: Segment
    live: Flags
    rows: Rows
    metres: Metres
    points: NDArray[np.int64]
    round_water: Flags
    masks: dict[str, Flags] = field(default_factory=dict)
    counted: dict[str | None, NDArray[np.int64]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def placed(self) -> bool:
        """Whether these are rows with a place."""
        return bool(len(self.points))

    # ---- filters

    def mask(self, name: str) -> Flags:
        """Which rows a filter leaves."""
        if name not in self.masks:
            self.masks[name] = FILTERS[name](self)
        return self.masks[name]

    def kept(self, *, without: str | None = None) -> Flags:
        """Which rows all filters in force leave, one of them perhaps left out."""
        left_out = without if without in self.asked.filters else None
        key = f"without {left_out}"
        if key not in self.masks:
            flags = self.mask("shown")
            for name in self.asked.filters:
                if name != left_out:
                    flags = flags & self.mask(name)
            self.masks[key] = flags
        return self.masks[key]

    def tag_counts(self, *, without: str | None) -> NDArray[np.int64]:
        """How many of the rows kept have each tag, by its number."""
        left_out = without if without in self.asked.filters else None
        if left_out not in self.counted:
            rows, segment = self.rows[self.kept(without=left_out)], self.segment
            tags = segment.tags[spans(segment.tag_starts[rows], segment.tag_starts[rows + 1])]
            self.counted[left_out] = np.bincount(tags, minlength=len(self.asked.snapshot.lexicons.tags))
        return self.counted[left_out]

    def has_tag(self, tag: str) -> Flags:
        number = self.asked.tag_number(tag)
        return holds(self.segment.with_tag.of(number), self.rows)

    def has_any_tag(self, kind: str, values: Iterable[str]) -> Flags:
        numbers = (self.asked.tag_number(f"{kind}:{value}") for value in values)
        return any_holds((self.segment.with_tag.of(number) for number in numbers), self.rows)

    def number(self, name: str) -> NDArray[np.integer]:
        values: NDArray[np.integer] = self.segment.column(name)[self.rows]
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

    @cached_property
    def ages(self) -> list[States]:
        return [self.of_age(age) for age in self.asked.query.ages]

    @cached_property
    def times(self) -> States:
        """1 where it is known to be on when asked, 0 where that is not known, -1 where it is known not to be."""
        return self.times_of(self.asked.query)

    def times_of(self, query: SearchQuery) -> States:
        """The same for what another query asks of times; all 1 when it asks nothing."""
        asked = self.asked
        states = answers_to(query, self.segment.times, self.rows, now=asked.now, calendar=asked.calendar)
        return np.ones(len(self), np.int8) if states is None else states

    def might_be_on(self, weekday: int) -> Flags:
        """Which rows are on at a weekday (Monday is 0) of the next two weeks, as far as is known."""
        kept = self.segment.cache.setdefault("weekdays", {})
        asked = self.asked
        if asked.today not in kept:
            kept.clear()
            known, unknown = weekdays(self.segment.times, asked.today, asked.calendar)
            kept[asked.today] = known | unknown
        flags: Flags = (kept[asked.today][self.rows] >> weekday & 1).astype(bool)
        return flags

    # ---- for ranking

    @property
    def count_of_needs(self) -> NDArray[np.integer]:
        """How many needs each row is for."""
        kept = self.segment.cache
        if "needs" not in kept:
            of_needs = np.isin(self.segment.tags, list(self.asked.snapshot.tags_of("need:").values()))
            counted = np.concatenate(([0], np.cumsum(of_needs)))
            kept["needs"] = np.diff(counted[self.segment.tag_starts])
        counts: NDArray[np.integer] = kept["needs"][self.rows]
        return counts

    @property
    def first_tags(self) -> NDArray[np.int32]:
        """The first tag of each row, which is its main need if it has any."""
        return self.segment.tags[self.segment.tag_starts[self.rows]]

    def only(self, at: NDArray[np.integer]) -> "Candidates":
        """Some of the rows, by where they stand."""
        points = self.points[at] if self.placed else self.points
        masks = {name: flags[at] for name, flags in self.masks.items()}
        rows, metres, round_water = self.rows[at], self.metres[at], self.round_water[at]
        return replace(self, rows=rows, metres=metres, points=points, round_water=round_water, masks=masks, counted={})

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
    """What the public may find today: as `catalogue.published`."""
    limits, today = found.asked.area.freshness, found.asked.today
    checked_on = found.number("checked_on")
    oldest = freshness.months_before(today, limits.lapsed).toordinal()
    recent = (checked_on >= oldest) & (found.number("unreachable_times") < limits.unreachable)
    shown: Flags = found.live[found.rows] & (found.number("status") == PUBLISHED) & ((checked_on == 0) | recent)
    return shown


def _outside(found: Candidates) -> Flags:
    if not found.placed:
        return np.zeros(len(found), bool)
    councils = found.segment.points["council"][found.points]
    inside: Flags = councils == b""
    for code in found.asked.area.council_codes:
        inside |= councils == code.encode()
    return ~inside


def _cost(found: Candidates) -> Flags:
    asked = found.asked.query.cost
    return in_states(found.number("cost"), [COSTS.index(cost) for cost in COST_CHOICES[asked or "free"]])


def _referral(found: Candidates) -> Flags:
    return in_states(found.number("referral"), [REFERRALS.index(state) for state in OPEN_TO_FAMILIES])


def in_states(values: NDArray[np.integer], among: Sequence[int]) -> Flags:
    # With few of either, numpy's own isin takes several times as long.
    flags = np.zeros(len(values), bool)
    for state in among:
        flags |= values == state
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
    "cost": _cost,
    "referral": _referral,
    "send": lambda found: found.has_any_tag("need", found.asked.snapshot.needs_for_send),
    "access": _access,
    "language": lambda found: found.has_any_tag("language", found.asked.query.languages),
    "border": _border,
    "times": lambda found: found.times >= 0,
}
