"""A search in all its parts, and what its words find in a segment."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from hub_finder.area import Area
from hub_finder.directory.entries import area_tag
from hub_finder.directory.meaning import Meaning
from hub_finder.directory.postings import Flags, Posting, Ranges, Rows, unite
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
            "times": query.asks_times,
        }
        return [name for name, value in asked.items() if value]

    @cached_property
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

    def words_in(self, segment: Segment) -> "Words":
        """What the words find in a segment."""
        found = self._words.get(id(segment))
        if found is None:
            meant = (slug for slug in self.meaning.needs if slug not in self.query.needs)
            tags = [self.tag_number(f"need:{slug}") for slug in meant]
            found = self._words[id(segment)] = Words(self.word_lists, tags, self.any_word, segment)
        return found

    @cached_property
    def _words(self) -> "dict[int, Words]":
        return {}


@dataclass(frozen=True)
class Words:
    """The words and needs of a search in one segment.

    `word_lists` are those of `Asked`, and `needs` the numbers of the needs that were meant and not chosen. It does not
    hold the search itself, which holds it: what holds each other stays in memory until the collector comes by.
    """

    word_lists: Sequence[tuple[Sequence[int], Sequence[int]]]
    needs: Sequence[int | None]
    any_word: bool
    segment: Segment

    @cached_property
    def _lists(self) -> list[list[Posting]]:
        return [
            [*map(self.segment.worded.of, stems), *map(self.segment.with_tag.of, tags)]
            for stems, tags in self.word_lists
        ]

    @cached_property
    def _needs(self) -> list[Posting]:
        return [self.segment.with_tag.of(tag) for tag in self.needs]

    def most(self) -> int:
        """As many rows may be found at most, told by the lengths of the lists alone."""
        of_words = [sum(map(len, lists)) for lists in self._lists]
        return sum(map(len, self._needs)) + (sum(of_words) if self.any_word else min(of_words))

    def found(self, ranges: Ranges) -> Rows:
        """The rows of some ranges that are found by their words or by a need that was meant."""
        needs = [posting.within(ranges) for posting in self._needs]
        if self.any_word:
            return unite([*needs, *(posting.within(ranges) for lists in self._lists for posting in lists)])
        return unite([*needs, self._holding_all(ranges)])

    def _holding_all(self, ranges: Ranges) -> Rows:
        """The rows that hold every word, the rarest first looked for."""
        rarest, *others = sorted(self._lists, key=lambda lists: sum(map(len, lists)))
        rows = unite(posting.within(ranges) for posting in rarest)
        for lists in others:
            rows = rows[any_holds(lists, rows)]
        return rows

    def share_held(self, rows: Rows) -> Metres:
        """How much of the words each row holds, a rare word counting more, one in its name wholly, others by half."""
        weights, held = [], np.zeros(len(rows))
        for (stems, _), lists in zip(self.word_lists, self._lists, strict=True):
            weight = float(np.log1p(len(self.segment) / (1 + sum(map(len, lists)))))
            in_name = any_holds([self.segment.named.of(stem) for stem in stems], rows)
            held += weight * (0.5 * in_name + 0.5 * any_holds(lists, rows))
            weights.append(weight)
        return held / (sum(weights) or 1.0)

    def named(self, rows: Rows) -> Flags:
        """Which rows have the words as their name, or most of it: two thirds, if it is of several words."""
        names = [[self.segment.named.of(stem) for stem in stems] for stems, _ in self.word_lists]
        # The rarest first: few names hold even that one, and only these are looked at any further.
        names.sort(key=lambda lists: sum(map(len, lists)))
        at = np.arange(len(rows))
        for lists in names:
            at = at[any_holds(lists, rows[at])]
        enough = 1.0 if len(names) == 1 else 0.6
        flags = np.zeros(len(rows), bool)
        flags[at[len(names) >= enough * self.segment.columns["of_name"][rows[at]]]] = True
        return flags


def any_holds(lists: Iterable[Posting], rows: Rows) -> Flags:
    """For each row of an ascending list whether one of some terms has it."""
    found = np.zeros(len(rows), bool)
    for posting in lists:
        if len(posting):
            found |= posting.holds(rows)
    return found
