"""Listings like another one: for the same main need, or of the same kind where its needs are not stated."""

from dataclasses import replace

from hub_finder.area import Area
from hub_finder.directory.query import SearchQuery
from hub_finder.directory.search import Result, find, origin_at
from hub_finder.models.services import Service


def find_similar(service: Service, *, area: Area, most: int = 3) -> list[Result]:
    """Others for the main need of a listing, the nearest first; where it is not known, those of its part of the area.

    Help without a place, by the area that it covers, comes last.
    """
    needs = service.needs[:1]
    query = SearchQuery(needs=tuple(need.slug for need in needs), kinds=() if needs else (service.kind,))
    if here := origin_at(service, area=area):
        query = replace(query, origin=here, sort="nearest")
    elif service.locality:
        query = replace(query, localities=(service.locality,))
    page = find(replace(query, per_page=most + 1), area=area, facets=False)
    others = (one for one in (*page.results, *page.without_a_place) if one.service.id != service.id)
    return list(others)[:most]
