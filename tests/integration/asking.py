"""Short ways to search in tests."""

from collections.abc import Iterable
from typing import Any

from hub_finder.directory.query import SearchQuery
from hub_finder.directory.search import Result, SearchPage, find
from tests.factories import Catalogue

# One mile to the north, in degrees of latitude.
MILE = 0.01447315953478432


def ask(catalogue: Catalogue, **given: Any) -> SearchPage:
    return find(SearchQuery(**given), area=catalogue.area)


def slugs(results: Iterable[Result]) -> list[str]:
    return [result.service.slug for result in results]


def north(miles: float, **given: str) -> dict[str, str]:
    """The cells of a listing so many miles north of Oakham Green, where searches start."""
    return {"latitude": f"{52.1 + miles * MILE:.8f}", "longitude": "-1.2", **given}
