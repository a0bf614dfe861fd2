"""Filters with counts: how many answers each choice would leave."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import ColumnElement, Select, func, select

from hub_finder.area import Area
from hub_finder.directory.catalogue import counts
from hub_finder.directory.query import COSTS, SearchQuery
from hub_finder.directory.vocabulary import find_terms
from hub_finder.models.services import Need, Service, ServiceNeed

FacetName = Literal["need", "kind", "locality", "cost"]
COST_LABELS = {"free": "Free, or price not stated", "paid": "Paid, or price not stated"}


@dataclass(frozen=True, kw_only=True)
class Facet:
    value: str
    label: str
    count: int
    chosen: bool


def count_facets(
    query: SearchQuery, conditions: dict[str, ColumnElement[bool]], reach: ColumnElement[bool], area: Area
) -> dict[FacetName, Sequence[Facet]]:
    """How many listings each choice would leave, counted with every other choice in force.

    `conditions` are the query's, by filter; `reach` is the condition on place. Choices that leave nothing are left out.
    """

    def counted(name: FacetName, by: Select[str, int]) -> dict[str, int]:
        others = [condition for key, condition in conditions.items() if key != name]
        return counts(by.where(*others, reach))

    by_need = (
        select(Need.slug, func.count())
        .join(ServiceNeed, ServiceNeed.need_id == Need.id)
        .join(Service, Service.id == ServiceNeed.service_id)
    )
    needs = counted("need", by_need.group_by(Need.slug))
    labels = {need.slug: need.label for need in find_terms()}
    kinds = counted("kind", select(Service.kind, func.count()).group_by(Service.kind))
    localities = counted(
        "locality", select(func.coalesce(Service.locality, ""), func.count()).group_by(Service.locality)
    )
    states = counted("cost", select(Service.cost, func.count()).group_by(Service.cost))
    costs = {choice: sum(states.get(state, 0) for state in among) for choice, among in COSTS.items()}
    return {
        "need": _options(labels, needs, query.needs),
        "kind": _options({slug: kind.label for slug, kind in area.kinds.items()}, kinds, query.kinds),
        "locality": _options(
            {slug: place.name for slug, place in area.localities.items()}, localities, query.localities
        ),
        "cost": _options(COST_LABELS, costs, (query.cost or "",)),
    }


def _options(labels: Mapping[str, str], counts: Mapping[str, int], chosen: Sequence[str]) -> list[Facet]:
    return [
        Facet(value=value, label=label, count=counts.get(value, 0), chosen=value in chosen)
        for value, label in labels.items()
        if counts.get(value) or value in chosen
    ]
