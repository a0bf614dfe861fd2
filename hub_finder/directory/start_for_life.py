"""The types of Start for Life service against the catalogue: for each part of the area, what is listed and checked.

A listing is "here" by its locality, by a place that lies in it, or by a locality or postcode district that it covers;
"wide" when it covers the whole country or the council's area. One that says neither counts nowhere, as a guess would.
Places are told by postcode, or by their town where they have none.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, null, or_, select, union
from sqlalchemy.sql import Subquery

from hub_finder.area import Area, ServiceType
from hub_finder.directory import freshness
from hub_finder.directory.catalogue import published
from hub_finder.directory.postcodes import compact
from hub_finder.extensions import db
from hub_finder.models.services import Coverage, Location, Need, Service, ServiceArea, ServiceAtLocation, ServiceNeed


@dataclass(frozen=True, kw_only=True)
class Named:
    """A listing behind a number."""

    slug: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Count:
    """How many listings, and how many of them have a check that still holds."""

    listed: int = 0
    checked: int = 0


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One type in one locality. A listing that is here and covers all of the area too is told as here."""

    here: int = 0
    wide: int = 0
    checked: int = 0

    @property
    def listed(self) -> int:
        return self.here + self.wide


@dataclass(frozen=True, kw_only=True)
class TypeCoverage:
    """One type of service: in the whole catalogue, and in each locality by its slug."""

    type: ServiceType
    everywhere: Count
    cells: Mapping[str, Cell]


@dataclass(frozen=True, kw_only=True)
class Listings:
    """The listings behind the numbers of one type: here, by locality; wide; and those that count nowhere."""

    here: Mapping[str, Sequence[Named]]
    wide: Sequence[Named]
    elsewhere: Sequence[Named]


def count_types(area: Area) -> dict[str, Count]:
    """How many published listings each type of service has, by its name; types without one are left out. One query."""
    typed, is_current = _typed(area), _is_current(area)
    statement = select(typed.c.name, func.count(), _sum(is_current)).join(Service, Service.id == typed.c.service_id)
    rows = db.session.execute(statement.where(published()).group_by(typed.c.name))
    return {name: Count(listed=listed, checked=checked) for name, listed, checked in rows}


def cover_types(area: Area) -> list[TypeCoverage]:
    """Every type of service in every locality, in the order of the programme's list. Three queries, whatever is listed.

    A locality where nothing is listed has a cell of zeros.
    """
    typed, is_current = _typed(area), _is_current(area)
    on_service = Service.id == typed.c.service_id
    is_wide = Service.id.in_(covering_all(area))
    statement = select(typed.c.name, func.count(), _sum(is_current)).join(Service, on_service)
    rows = db.session.execute(statement.where(published(), is_wide).group_by(typed.c.name))
    wide = {name: (listed, checked) for name, listed, checked in rows}
    here = _count_here(area)
    everywhere = count_types(area)
    found = []
    for one in area.service_types:
        cells = {}
        for slug in area.localities:
            listed, checked, both, both_checked = here.get((one.name, slug), (0, 0, 0, 0))
            wide_listed, wide_checked = wide.get(one.name, (0, 0))
            cells[slug] = Cell(here=listed, wide=wide_listed - both, checked=checked + wide_checked - both_checked)
        found.append(TypeCoverage(type=one, everywhere=everywhere.get(one.name, Count()), cells=cells))
    return found


def find_listings(service_type: ServiceType, area: Area) -> Listings:
    """The published listings that help with a type of service, by slug, in at most three queries."""
    typed = _typed(area)
    ids = select(typed.c.service_id).where(typed.c.name == service_type.name)
    named = {
        id_: Named(slug=slug, name=name)
        for id_, slug, name in db.session.execute(
            select(Service.id, Service.slug, Service.name)
            .where(published(), Service.id.in_(ids))
            .order_by(Service.slug)
        )
    }
    wide = set(db.session.scalars(covering_all(area).where(ServiceArea.service_id.in_(ids))))
    places: dict[str, set[int]] = defaultdict(set)
    if area.localities:
        here = in_localities(area)
        for id_, slug in db.session.execute(select(here).where(here.c.service_id.in_(ids))):
            places[slug].add(id_)
    placed = wide.union(*places.values())
    return Listings(
        here={slug: [one for id_, one in named.items() if id_ in places[slug]] for slug in area.localities},
        wide=[one for id_, one in named.items() if id_ in wide],
        elsewhere=[one for id_, one in named.items() if id_ not in placed],
    )


def _count_here(area: Area) -> dict[tuple[str, str], tuple[int, int, int, int]]:
    """By type and locality: listings here, those checked, those that are wide as well, and those that are both."""
    if not area.localities:
        return {}
    typed, here, is_current = _typed(area), in_localities(area), _is_current(area)
    is_wide = Service.id.in_(covering_all(area))
    counted = func.count(), _sum(is_current), _sum(is_wide), _sum(and_(is_current, is_wide))
    statement = (
        select(typed.c.name, here.c.locality, *counted)
        .join(here, here.c.service_id == typed.c.service_id)
        .join(Service, Service.id == typed.c.service_id)
        .where(published())
        .group_by(typed.c.name, here.c.locality)
    )
    return {
        (name, slug): (listed, checked, both, both_checked)
        for name, slug, listed, checked, both, both_checked in db.session.execute(statement)
    }


# ---- who helps with what, and where


def _typed(area: Area) -> Subquery:
    """Each listing with each type of service that its needs belong to, once."""
    names = [one.name for one in area.service_types]
    columns = ServiceNeed.service_id, Need.start_for_life_service.label("name")
    return select(*columns).join(Need).where(Need.start_for_life_service.in_(names)).distinct().subquery()


def covering_all(area: Area) -> Select[int]:
    """The listings that cover all of the area."""
    of_council = and_(ServiceArea.scope == Coverage.COUNCIL, ServiceArea.value.in_(area.council_codes))
    return select(ServiceArea.service_id).where(or_(ServiceArea.scope == Coverage.NATIONAL, of_council))


def in_localities(area: Area) -> Subquery:
    """Each listing with each locality that it is in or covers, once. There must be localities."""
    outcodes = {outcode: place.slug for place in area.localities.values() for outcode in place.outcodes}
    towns = {town.lower(): place.slug for place in area.localities.values() for town in place.places}
    slugs = list(area.localities)
    # A postcode is whole and has its space, so the outcode is all but its last four marks.
    outcode = func.substr(Location.postal_code, 1, func.length(Location.postal_code) - 4)
    in_area = or_(Location.council.is_(None), Location.council.in_(area.council_codes))
    at_place = select(ServiceAtLocation.service_id).join(Location).where(in_area)
    by_area = select(ServiceArea.service_id)
    parts = [
        select(Service.id, Service.locality).where(Service.locality.in_(slugs)),
        by_area.add_columns(ServiceArea.value).where(ServiceArea.scope == Coverage.LOCALITY),
    ]
    inside: ColumnElement[Any] = case(outcodes, value=outcode) if outcodes else null()
    if units := _postcodes_of_places(area):
        inside = case(units, value=Location.postal_code, else_=inside)
    if outcodes or units:
        parts.append(at_place.add_columns(inside).where(inside.is_not(None)))
    if outcodes:
        covered = case(outcodes, value=ServiceArea.value)
        parts.append(by_area.add_columns(covered).where(ServiceArea.scope == Coverage.OUTCODE, covered.is_not(None)))
    if towns:
        town = case(towns, value=func.lower(Location.city))
        parts.append(at_place.add_columns(town).where(Location.postal_code.is_(None), town.is_not(None)))
    both = union(*parts).subquery()
    service_id, locality = both.c
    return select(service_id.label("service_id"), locality.label("locality")).subquery()


def _postcodes_of_places(area: Area) -> dict[str, str]:
    """The postcodes of listings' places whose locality is known by themselves, as they are stored, with its slug."""
    if not area.postcode_localities:
        return {}
    stored = db.session.scalars(select(Location.postal_code).where(Location.postal_code.is_not(None)).distinct())
    named = ((code, area.postcode_localities.get(compact(code or ""))) for code in stored)
    return {code: slug for code, slug in named if code and slug}


def _is_current(area: Area) -> ColumnElement[bool]:
    return freshness.is_current(area.freshness, freshness.today())


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))
