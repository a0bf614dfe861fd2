"""Filters with counts: how many answers each choice would leave, counted over the same set as the answers."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Literal

import numpy as np

from hub_finder.directory.access import access_labels
from hub_finder.directory.asking import Asked
from hub_finder.directory.candidates import Candidates
from hub_finder.directory.columns import language_name
from hub_finder.directory.days import DAY_NAMES, day_labels
from hub_finder.directory.traits import FREE, PAID, REFERRAL, SEND, count_bits
from hub_finder.languages import _, lazy_

FacetName = Literal["need", "kind", "locality", "cost", "access", "language", "day", "send", "referral", "border"]
# The filters by what listings are tagged with.
TAGGED: Sequence[FacetName] = ("need", "kind", "locality", "access", "language")
COST_LABELS = {"free": lazy_("Free, or price not stated"), "paid": lazy_("Paid, or price not stated")}


@dataclass(kw_only=True, slots=True)
class Facet:
    """A choice of a filter. Not frozen: an answer has a hundred of them, and frozen ones take longer to make."""

    value: str
    label: str
    count: int
    chosen: bool


def count_facets(found: Sequence[Candidates], asked: Asked) -> dict[FacetName, Sequence[Facet]]:
    """How many listings each choice would leave, counted with every other choice in force.

    Choices that leave nothing are left out.
    """
    query, area = asked.query, asked.area
    tags = _count_tags(found, asked)
    access_unknown = tags["access"].pop("", 0)
    languages = {code: language_name(code) or code for code in tags["language"]}
    return {
        "need": _options(asked.snapshot.needs, tags["need"], query.needs, label=attrgetter("label")),
        "kind": _options(area.kinds, tags["kind"], query.kinds, label=attrgetter("label")),
        "locality": _options(area.localities, tags["locality"], query.localities, label=attrgetter("name")),
        "cost": _options(
            COST_LABELS,
            {"free": _trait(found, FREE, without="cost"), "paid": _trait(found, PAID, without="cost")},
            (query.cost or "",),
        ),
        "access": _options(
            access_labels(), {kind: count + access_unknown for kind, count in tags["access"].items()}, query.access
        ),
        "language": _options(dict(sorted(languages.items(), key=_label)), tags["language"], query.languages),
        "day": _options(day_labels(), _days(found, asked), query.days),
        "send": _options(
            {"1": _("For children with SEND")}, {"1": _trait(found, SEND, without="send")}, ("1" if query.send else "",)
        ),
        "referral": _options(
            {"self": _("No referral needed, or not stated")},
            {"self": _trait(found, REFERRAL, without="referral")},
            (query.referral or "",),
        ),
        "border": _options(
            {"inside": _("In %(area)s", area=area.name), "over": _("Over the border")},
            _border(found),
            (query.border or "",),
        ),
    }


def _label(pair: tuple[str, str]) -> str:
    return pair[1]


def _options(
    known: Mapping[str, Any], counts: Mapping[str, int], chosen: Sequence[str], *, label: Callable[[Any], str] = str
) -> list[Facet]:
    """The choices that leave something, and those that are in force, in the order of all that there are."""
    return [
        Facet(value=value, label=label(one), count=counts.get(value, 0), chosen=value in chosen)
        for value, one in known.items()
        if counts.get(value) or value in chosen
    ]


def _count_tags(found: Sequence[Candidates], asked: Asked) -> dict[FacetName, dict[str, int]]:
    """How many rows have each tag that there is of each kind, by the tag's value."""
    # Several kinds of access mean all of them, so a further one is counted among those that have the first.
    alone: list[FacetName] = [name for name in TAGGED if name in asked.filters and name != "access"]
    together = [name for name in TAGGED if name not in alone]
    groups: list[tuple[str, list[FacetName]]] = [("", together), *((name, [name]) for name in alone)]
    tags: dict[FacetName, dict[str, int]] = {}
    for without, names in groups:
        known = [asked.snapshot.numbers_of(f"{name}:") for name in names]
        numbers = np.concatenate([some for _, some in known])
        counts = sum((half.count_tags(numbers, without=without) for half in found), np.zeros(len(numbers), np.int64))
        # Whole columns leave numpy at once: to take out one number at a time is slow.
        left = iter(counts.tolist())
        for name, named in zip(names, known, strict=True):
            tags[name] = {value: count for value, count in zip(named[0], left, strict=False) if count}
    return tags


def _sums(counts: Iterable[Sequence[int]]) -> list[int]:
    return [sum(each) for each in zip(*counts, strict=True)]


def _trait(found: Sequence[Candidates], bit: int, *, without: str) -> int:
    return sum(half.count_traits(without=without)[bit.bit_length() - 1] for half in found)


def _border(found: Sequence[Candidates]) -> dict[str, int]:
    kept = [(half.kept(without="border"), half.outside) for half in found]
    over = sum(int(np.count_nonzero(flags & outside)) for flags, outside in kept)
    return {"over": over, "inside": sum(int(np.count_nonzero(flags)) for flags, _ in kept) - over}


def _days(found: Sequence[Candidates], asked: Asked) -> dict[str, int]:
    """How many listings are on each weekday or do not say, among the dates and times of day asked for."""
    query = asked.query
    if query.when == "now":
        return {}
    if query.on or query.time or query.when:
        on = (half.weekdays_of(query)[1][half.kept(without="times")] for half in found)
        counts = _sums(count_bits(days, len(DAY_NAMES)) for days in on)
    else:
        counts = _sums(half.count_traits(without="times") for half in found)
    return dict(zip(DAY_NAMES, counts, strict=False))
