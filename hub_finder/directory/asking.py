"""A search in all its parts, and what its words find in a segment."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from hub_finder.area import Area
from hub_finder.directory.entries import area_tag
from hub_finder.directory.meaning import Meaning
from hub_finder.directory.postings import Flags, Rows, holds, unite
from hub_finder.directory.query import SearchQuery
from hub_finder.directory.segments import Segment
from hub_finder.directory.snapshot import Snapshot
from hub_finder.directory.times import Calendar
from hub_finder.models.services import Coverage

Metres = NDArray[np.float64]


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

    def covering_tags(self, scope: Coverage) -> Sequence[str]:
        """The areas of a kind that hold the place searched from; all of that kind without one."""
        origin, kind = self.query.origin, area_tag(scope, "")
        if origin is None:
            return list(self.snapshot.tags_of(kind))
        values = {
            Coverage.NATIONAL: "",
            Coverage.COUNCIL: origin.council,
            Coverage.LOCALITY: origin.locality,
            Coverage.OUTCODE: origin.outcode,
        }
        if scope == Coverage.LOCALITY and origin.locality is None and origin.in_area:
            # Which part of the area this is cannot be told, so help for one part is not held back.
            return list(self.snapshot.tags_of(kind))
        value = values[scope]
        return [] if value is None else [area_tag(scope, value)]

    @cached_property
    def word_lists(self) -> list[tuple[list[int], list[int]]]:
        """For each term the numbers of the stems that it may be, and of the needs whose own words hold it."""
        terms = self.meaning.terms
        lists = []
        for term, numbers in zip(terms, self.snapshot.stems_meant(terms), strict=True):
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
            rows = rows[any_holds(lists, rows)]
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
            in_name = any_holds([self.segment.named.of(stem) for stem in stems], rows)
            held += weight * (0.5 * in_name + 0.5 * any_holds(lists, rows))
            weights.append(weight)
        return held / (sum(weights) or 1.0)

    def named(self, rows: Rows) -> Flags:
        """Which rows have the words as their name, or most of it: two thirds, if it is of several words."""
        names = [[self.segment.named.of(stem) for stem in stems] for stems, _ in self.asked.word_lists]
        here = np.ones(len(rows), bool)
        for lists in names:
            here &= any_holds(lists, rows)
        of_name = self.segment.column("of_name")[rows]
        enough = 1.0 if len(names) == 1 else 0.6
        return here & (len(names) >= enough * of_name)


def any_holds(lists: Iterable[Rows], rows: Rows) -> Flags:
    """For each row whether one of some ascending lists holds it."""
    found = np.zeros(len(rows), bool)
    for posting in lists:
        found |= holds(posting, rows)
    return found
