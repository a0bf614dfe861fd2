"""Which rows of a segment answer a search: those found by word, need and place, and what each filter says of them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from hub_finder.area import Area
from hub_finder.directory import freshness
from hub_finder.directory.barriers import Barriers, barriers_of
from hub_finder.directory.entries import ACCESS_NOT_STATED, COSTS, REFERRALS, area_tag
from hub_finder.directory.geometry import EARTH_RADIUS_M, METRES_PER_MILE, bounding_box, unit_vector
from hub_finder.directory.index import MOST_BEGINNINGS
from hub_finder.directory.meaning import Meaning
from hub_finder.directory.origins import Origin
from hub_finder.directory.postings import Rows, cut, holds, spans, unite
from hub_finder.directory.query import COSTS as COST_CHOICES
from hub_finder.directory.query import PREGNANT, SearchQuery
from hub_finder.directory.segments import PUBLISHED, Segment
from hub_finder.directory.snapshot import Snapshot
from hub_finder.directory.times import Calendar
from hub_finder.directory.times_asked import answers_to, weekdays
from hub_finder.models.services import Coverage, Referral

Flags = NDArray[np.bool_]
States = NDArray[np.int8]
Metres = NDArray[np.float64]

OPEN_TO_FAMILIES = (Referral.SELF, Referral.EITHER, Referral.NOT_STATED)
# How near the help is to a family, by the area it covers; what covers the whole country comes last.
STEPS = {Coverage.OUTCODE: 1.0, Coverage.LOCALITY: 0.85, Coverage.COUNCIL: 0.7, Coverage.NATIONAL: 0.0}
STEP_NOT_STATED = 0.7


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A search in all its parts. `any_word`: no listing holds all the words, so one of them will have to do."""

    query: SearchQuery
    meaning: Meaning
    area: Area
    calendar: Calendar
    snapshot: Snapshot
    today: date
    now: datetime
    any_word: bool = False

    @cached_property
    def filters(self) -> Sequence[str]:
        """The names of the filters that the query sets: keys of `FILTERS`."""
        query = self.query
        asked = {
            "need": query.needs,
            "kind": query.kinds,
            "locality": query.localities,
            "age": query.ages,
            "cost": query.cost,
            "referral": query.referral,
            "send": query.send,
            "access": query.access,
            "language": query.languages,
            "border": query.border,
            "times": query.days or query.on or query.time or query.when,
        }
        return [name for name, value in asked.items() if value]

    @property
    def asks_times(self) -> bool:
        return "times" in self.filters

    def tag_number(self, tag: str) -> int | None:
        return self.snapshot.lexicons.tags.get(tag)

    @cached_property
    def word_lists(self) -> list[tuple[list[int], list[int]]]:
        """For each term the numbers of the stems that it may be, and of the needs whose own words hold it."""
        stems, last = self.snapshot.lexicons.stems, len(self.meaning.terms) - 1
        lists = []
        for at, term in enumerate(self.meaning.terms):
            meant = self.snapshot.beginning_with(term, most=MOST_BEGINNINGS) if at == last and len(term) > 3 else []
            numbers = [stems[stem] for stem in dict.fromkeys((term, *meant)) if stem in stems]
            tags = (self.tag_number(f"need:{slug}") for slug in self.snapshot.needs_by_stem.get(term, ()))
            lists.append((numbers, [tag for tag in tags if tag is not None]))
        return lists


@dataclass(frozen=True)
class Words:
    """The words and needs of a search in one segment."""

    asked: Asked
    segment: Segment

    @cached_property
    def _lists(self) -> list[list[Rows]]:
        return [
            [*map(self.segment.worded.of, stems), *map(self.segment.with_tag.of, tags)]
            for stems, tags in self.asked.word_lists
        ]

    def holding_all(self, within: Callable[[Rows], Rows]) -> Rows:
        """The rows that hold every word, the rarest first looked for."""
        rarest, *others = sorted(self._lists, key=lambda lists: sum(map(len, lists)))
        rows = unite(map(within, rarest))
        for lists in others:
            rows = rows[_any_holds(lists, rows)]
        return rows

    def found(self, within: Callable[[Rows], Rows]) -> Rows:
        """The rows found by their words or by a need that was meant."""
        needs = [within(self.segment.with_tag.of(self.asked.tag_number(f"need:{slug}"))) for slug in self._meant]
        if self.asked.any_word:
            return unite([*needs, *(within(rows) for lists in self._lists for rows in lists)])
        return unite([*needs, self.holding_all(within)])

    @property
    def _meant(self) -> Iterable[str]:
        return (slug for slug in self.asked.meaning.needs if slug not in self.asked.query.needs)

    def share_held(self, rows: Rows) -> Metres:
        """How much of the words each row holds, a rare word counting more, one in its name wholly, others by half."""
        weights, held = [], np.zeros(len(rows))
        for (stems, _), lists in zip(self.asked.word_lists, self._lists, strict=True):
            weight = float(np.log1p(len(self.segment) / (1 + sum(map(len, lists)))))
            in_name = _any_holds([self.segment.named.of(stem) for stem in stems], rows)
            held += weight * (0.5 * in_name + 0.5 * _any_holds(lists, rows))
            weights.append(weight)
        return held / (sum(weights) or 1.0)

    def named(self, rows: Rows) -> Flags:
        """Which rows have the words as their name, or most of it: two thirds, if it is of several words."""
        names = [[self.segment.named.of(stem) for stem in stems] for stems, _ in self.asked.word_lists]
        here = np.ones(len(rows), bool)
        for lists in names:
            here &= _any_holds(lists, rows)
        of_name = self.segment.column("of_name")[rows]
        enough = 1.0 if len(names) == 1 else 0.6
        return here & (len(names) >= enough * of_name)


def _any_holds(lists: Iterable[Rows], rows: Rows) -> Flags:
    found = np.zeros(len(rows), bool)
    for posting in lists:
        found |= holds(posting, rows)
    return found


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
        return _any_holds((self.segment.with_tag.of(number) for number in numbers), self.rows)

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

    @cached_property
    def outside(self) -> Flags:
        """Which rows lie, with the place meant, in another council's area."""
        if not self.placed:
            return np.zeros(len(self), bool)
        councils = self.segment.points["council"][self.points]
        ours = np.array([code.encode() for code in sorted(self.asked.area.council_codes)] or [b""], "S9")
        return ~np.isin(councils, np.append(ours, b""))

    @cached_property
    def steps(self) -> Metres:
        """For rows without a point, how near the help is by the area it covers: see `STEPS`."""
        steps = np.full(len(self), -1.0)
        for scope, step in STEPS.items():
            for tag in covering_tags(self.asked.query, self.asked.snapshot, scope):
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


def _cost(found: Candidates) -> Flags:
    asked = found.asked.query.cost
    return in_states(found.number("cost"), [COSTS.index(cost) for cost in COST_CHOICES[asked or "free"]])


def _referral(found: Candidates) -> Flags:
    return in_states(found.number("referral"), [REFERRALS.index(state) for state in OPEN_TO_FAMILIES])


def in_states(values: NDArray[np.integer], among: Sequence[int]) -> Flags:
    flags: Flags = np.isin(values, among)
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


# ---- where


def placed_candidates(
    asked: Asked, segment: Segment, live: Flags, radius_miles: float | None, *, straight: bool = False
) -> Candidates:
    """The rows with a place, in the ring if there is one, that the words and needs find.

    Distances go round water, which takes time, unless `straight`.
    """
    origin = asked.query.origin
    radius_m = None if origin is None or radius_miles is None else radius_miles * METRES_PER_MILE
    box = bounding_box(origin.latitude, origin.longitude, radius_m) if origin and radius_m is not None else None
    starts, ends = segment.inside(box)
    rows = spans(starts, ends)
    if asked.meaning.terms:
        rows = Words(asked, segment).found(lambda posting: cut(posting, starts, ends))
    if origin:
        barriers = None if straight else barriers_of(asked.area)
        return _nearest(asked, origin, segment, live, rows, np.inf if radius_m is None else radius_m, barriers)
    unknown, no_detour = np.full(len(rows), np.nan), np.zeros(len(rows), bool)
    return Candidates(asked, segment, live, rows, unknown, segment.point_starts[rows], no_detour)


def _nearest(
    asked: Asked,
    origin: Origin,
    segment: Segment,
    live: Flags,
    rows: Rows,
    radius_m: float,
    barriers: Barriers | None,
) -> Candidates:
    """Those of some rows that lie in the ring, each with the way to its nearest place."""
    firsts, ends = segment.point_starts[rows], segment.point_starts[rows + 1]
    points = spans(firsts, ends).astype(np.int64)
    rows = np.repeat(rows, ends - firsts)
    x, y, z = unit_vector(origin.latitude, origin.longitude)
    vectors = segment.vectors[:, points]
    chord2 = (vectors[0] - x) ** 2 + (vectors[1] - y) ** 2 + (vectors[2] - z) ** 2
    metres = 2 * EARTH_RADIUS_M * np.arcsin(np.minimum(1.0, np.sqrt(chord2) / 2))
    near = metres <= radius_m
    rows, points, metres = rows[near], points[near], metres[near]
    where = segment.points[points]
    round_water = np.zeros(len(rows), bool)
    if barriers:
        ways = barriers.ways(origin.latitude, origin.longitude, where["latitude"], where["longitude"], metres)
        metres, round_water = ways.metres, ways.round_water
    order = np.flatnonzero(metres <= radius_m)
    if (rows[1:] == rows[:-1]).any():
        order = order[np.lexsort((metres[order], rows[order]))]
        order = order[np.flatnonzero(np.diff(rows[order], prepend=-1))]
    return Candidates(asked, segment, live, rows[order], metres[order], points[order], round_water[order])


def placeless_candidates(asked: Asked, segment: Segment, live: Flags) -> Candidates:
    """The rows without a point that the words and needs find, and that cover the place searched from."""
    starts, ends = np.array([segment.placeless]), np.array([len(segment)])
    rows = spans(starts, ends)
    if asked.meaning.terms:
        rows = Words(asked, segment).found(lambda posting: cut(posting, starts, ends))
    nowhere = _without_point(asked, segment, live, rows)
    origin = asked.query.origin
    if origin is None or not len(rows):
        return nowhere
    tags = [tag for scope in STEPS for tag in covering_tags(asked.query, asked.snapshot, scope)]
    covers = np.zeros(len(rows), bool)
    for tag in tags:
        covers |= nowhere.has_tag(tag)
    if origin.in_area:
        stated = asked.snapshot.tags_of("area:").values()
        covers |= ~_any_holds(map(segment.with_tag.of, stated), rows)
    return _without_point(asked, segment, live, rows[covers])


def _without_point(asked: Asked, segment: Segment, live: Flags, rows: Rows) -> Candidates:
    unknown, straight = np.full(len(rows), np.nan), np.zeros(len(rows), bool)
    return Candidates(asked, segment, live, rows, unknown, np.zeros(0, np.int64), straight)


def covering_tags(query: SearchQuery, snapshot: Snapshot, scope: Coverage) -> Sequence[str]:
    """The areas of a kind that hold the place searched from; all of that kind without one."""
    origin = query.origin
    kind = area_tag(scope, "")
    if origin is None:
        return list(snapshot.tags_of(kind))
    values = {
        Coverage.NATIONAL: "",
        Coverage.COUNCIL: origin.council,
        Coverage.LOCALITY: origin.locality,
        Coverage.OUTCODE: origin.outcode,
    }
    if scope == Coverage.LOCALITY and origin.locality is None and origin.in_area:
        # Which part of the area this is cannot be told, so help for one part is not held back.
        return list(snapshot.tags_of(kind))
    value = values[scope]
    return [] if value is None else [area_tag(scope, value)]


def any_found(asked: Asked) -> bool:
    """Whether a listing that the public may find holds all the words, or is for a need that they mean."""
    for segment, live in zip(asked.snapshot.segments, asked.snapshot.live, strict=True):
        rows = Words(asked, segment).found(lambda posting: posting)
        if _without_point(asked, segment, live, rows).mask("shown").any():
            return True
    return False
