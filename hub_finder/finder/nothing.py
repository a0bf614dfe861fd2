"""When a search finds nothing: the nearest thing to it, so that no page is a dead end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import url_for

from hub_finder.area import Area
from hub_finder.directory.query import SearchQuery
from hub_finder.directory.search import Result, SearchPage, find, nearest_beyond

# A parameter -> what its field of the query is without it.
WITHOUT: Mapping[str, Mapping[str, Any]] = {
    "q": {"words": ""},
    "need": {"needs": ()},
    "kind": {"kinds": ()},
    "locality": {"localities": ()},
    "age": {"ages": ()},
    "cost": {"cost": None},
    "send": {"send": False},
    "referral": {"referral": None},
    "access": {"access": ()},
    "language": {"languages": ()},
    "border": {"border": None},
    "day": {"days": ()},
    "on": {"on": None},
    "time": {"time": None},
    "when": {"when": None},
}
MOST = 3
HUBS = ("family_hub",)


@dataclass(frozen=True, kw_only=True)
class Closest:
    """The nearest thing to a search that found nothing. `without` is the parameter that was left out for it, "within"
    when only the distance was, and None when these are places to ask instead.
    """

    without: str | None
    results: Sequence[Result]
    total: int


def find_closest(page: SearchPage, *, area: Area) -> Closest:
    """What there is further away, or else without the filter that hides the most, or else the hubs to ask."""
    if page.query.within_miles is not None:
        beyond = nearest_beyond(page, area=area)
        if beyond.total:
            return Closest(without="within", results=_first(beyond), total=beyond.total)
    for name in sorted(page.without, key=lambda name: -page.without[name]):
        if name in WITHOUT and name != "q":
            return _closest(name, replace(page.query, **WITHOUT[name]), area)
    return _closest(None, SearchQuery(origin=page.query.origin, kinds=HUBS), area)


def _closest(without: str | None, query: SearchQuery, area: Area) -> Closest:
    page = find(replace(query, page=1, per_page=MOST), area=area, facets=False)
    return Closest(without=without, results=_first(page), total=page.total + page.total_without_a_place)


def _first(page: SearchPage) -> list[Result]:
    """The first few of an answer, without the numbers that would lead to a map."""
    return [replace(result, number=None) for result in (*page.results, *page.without_a_place)][:MOST]


def missing_url(words: str) -> str:
    """Where a family may tell the team what it did not find."""
    return url_for("finder.show_missing_form", q=words or None)
