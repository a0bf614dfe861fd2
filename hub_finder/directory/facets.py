"""Filters with counts: how many answers each choice would leave, counted over the same set as the answers."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from hub_finder.directory.access import access_labels
from hub_finder.directory.asking import Asked
from hub_finder.directory.candidates import Candidates
from hub_finder.directory.columns import language_name
from hub_finder.directory.entries import COSTS
from hub_finder.directory.query import COSTS as COST_CHOICES
from hub_finder.directory.schedules import DAY_NAMES

FacetName = Literal["need", "kind", "locality", "cost", "access", "language", "day", "send", "referral", "border"]
COST_LABELS = {"free": "Free, or price not stated", "paid": "Paid, or price not stated"}


@dataclass(frozen=True, kw_only=True)
class Facet:
    value: str
    label: str
    count: int
    chosen: bool


def count_facets(found: Sequence[Candidates], asked: Asked) -> dict[FacetName, Sequence[Facet]]:
    """How many listings each choice would leave, counted with every other choice in force.

    Choices that leave nothing are left out.
    """
    query, area = asked.query, asked.area
    tags = {name: _tags(found, asked, without=name) for name in ("need", "kind", "locality", "language", "access")}
    access_unknown = tags["access"].pop("", 0)
    languages = {code: language_name(code) or code for code in tags["language"]}
    return {
        "need": _options({slug: need.label for slug, need in asked.snapshot.needs.items()}, tags["need"], query.needs),
        "kind": _options({slug: kind.label for slug, kind in area.kinds.items()}, tags["kind"], query.kinds),
        "locality": _options(
            {slug: place.name for slug, place in area.localities.items()}, tags["locality"], query.localities
        ),
        "cost": _options(COST_LABELS, _costs(found), (query.cost or "",)),
        "access": _options(
            access_labels(), {kind: count + access_unknown for kind, count in tags["access"].items()}, query.access
        ),
        "language": _options(dict(sorted(languages.items(), key=_label)), tags["language"], query.languages),
        "day": _options(DAY_NAMES, _days(found, asked), query.days),
        "send": _options({"1": "For children with SEND"}, {"1": _count(found, "send")}, ("1" if query.send else "",)),
        "referral": _options(
            {"self": "No referral needed, or not stated"}, {"self": _count(found, "referral")}, (query.referral or "",)
        ),
        "border": _options(
            {"inside": f"In {area.name}", "over": "Over the border"}, _border(found), (query.border or "",)
        ),
    }


def _label(pair: tuple[str, str]) -> str:
    return pair[1]


def _options(labels: Mapping[str, str], counts: Mapping[str, int], chosen: Sequence[str]) -> list[Facet]:
    return [
        Facet(value=value, label=label, count=counts.get(value, 0), chosen=value in chosen)
        for value, label in labels.items()
        if counts.get(value) or value in chosen
    ]


def _tags(found: Sequence[Candidates], asked: Asked, *, without: str) -> dict[str, int]:
    """How many rows have each tag of a kind, by the tag's value."""
    # Several kinds of access mean all of them, so a further one is counted among those that have the first.
    left_out = None if without == "access" else without
    numbers = asked.snapshot.tags_of(f"{without}:")
    # Only these few leave numpy: to take numbers out of an array one by one is slow.
    wanted = np.fromiter(numbers.values(), np.int64, len(numbers))
    counts = sum((half.tag_counts(without=left_out)[wanted] for half in found), np.zeros(len(wanted), np.int64))
    start = len(without) + 1
    return {tag[start:]: count for tag, count in zip(numbers, counts.tolist(), strict=True) if count}


def _costs(found: Sequence[Candidates]) -> dict[str, int]:
    counts: Counter[int] = Counter()
    for half in found:
        counts.update(dict(enumerate(np.bincount(half.number("cost")[half.kept(without="cost")]).tolist())))
    return {choice: sum(counts[COSTS.index(cost)] for cost in among) for choice, among in COST_CHOICES.items()}


def _count(found: Sequence[Candidates], name: str) -> int:
    return sum(int((half.kept(without=name) & half.mask(name)).sum()) for half in found)


def _border(found: Sequence[Candidates]) -> dict[str, int]:
    kept = [(half.kept(without="border"), half.outside) for half in found]
    over = sum(int((flags & outside).sum()) for flags, outside in kept)
    return {"over": over, "inside": sum(int(flags.sum()) for flags, _ in kept) - over}


def _days(found: Iterable[Candidates], asked: Asked) -> dict[str, int]:
    """How many listings are on each weekday or do not say, among the dates and times of day asked for."""
    counts: Counter[str] = Counter()
    query = asked.query
    if query.when == "now":
        return counts
    narrowed = query.on or query.time or query.when
    for half in found:
        flags = half.kept(without="times")
        for number, day in enumerate(DAY_NAMES):
            on = half.times_of(replace(query, days=(day,))) >= 0 if narrowed else half.might_be_on(number)
            counts[day] += int((flags & on).sum())
    return counts
