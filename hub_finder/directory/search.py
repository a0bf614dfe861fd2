"""One search: what was asked, and the page of results that answers it.

The catalogue's own lists and this search are all that the public sees; both start from `published`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.sql import Subquery

from hub_finder.area import Area
from hub_finder.directory import freshness, index
from hub_finder.directory.catalogue import for_cards
from hub_finder.directory.facets import Facet, FacetName, count_facets
from hub_finder.directory.geometry import METRES_PER_MILE, chord2, distance_m
from hub_finder.directory.places import Origin
from hub_finder.directory.query import PREGNANT, SearchQuery, conditions, fits, is_for
from hub_finder.directory.text import query_stems, stems
from hub_finder.extensions import db
from hub_finder.models.services import (
    Cost,
    Coverage,
    Location,
    Need,
    Precision,
    Referral,
    Service,
    ServiceArea,
    ServiceAtLocation,
    ServiceNeed,
)

RINGS_MILES = (3, 5, 10, 20, 40, 80)
ENOUGH = 10
# Further than any ring.
MOST_MILES = 10_000


@dataclass(frozen=True, kw_only=True)
class Result:
    """A listing as an answer. `number` is its place in the list and on the map; `fits` tells for each age asked."""

    service: Service
    location: Location | None
    distance_m: float | None
    number: int | None
    outside_area: bool
    fits: Mapping[str, bool | None]
    why: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class SearchPage:
    """One page of an answer. `total` counts the listings with a place, `total_without_a_place` the others.

    `without`, when nothing was found: the parameter of each filter in force ("day", "cost", "q"), and how many there
    would be without it. `mended`: the words that were looked for, where they are not just those that were typed.
    """

    query: SearchQuery
    results: Sequence[Result]
    without_a_place: Sequence[Result]
    total: int
    total_without_a_place: int
    within_miles: float | None
    widened_to_miles: float | None
    any_word: bool
    facets: Mapping[FacetName, Sequence[Facet]]
    without: Mapping[str, int] = field(default_factory=dict)
    mended: str | None = None

    @property
    def pages(self) -> int:
        longest = max(self.total, self.total_without_a_place)
        return max(1, -(-longest // self.query.per_page))

    @property
    def first(self) -> int:
        """The number of the first result on this page, 0 when there is none."""
        return (self.query.page - 1) * self.query.per_page + 1 if self.results else 0

    @property
    def last(self) -> int:
        return self.first + len(self.results) - 1 if self.results else 0


def find(query: SearchQuery, *, area: Area, facets: bool = True) -> SearchPage:
    """The published listings that answer a query, those with a place nearest first.

    Without `within_miles` the ring round the origin widens until it holds enough. Listings without a place come apart,
    matched by the area they cover. The number of database queries does not depend on the number of listings.
    """
    terms = query_stems(query.words)
    any_word = bool(terms) and not _any_match(query, terms)
    asked = conditions(query, terms, any_word=any_word)
    radius, total = _ring(query, [*asked.values()])
    here = _places_within(query.origin, radius)
    covered = _covered(query.origin)
    order = _order(query, terms)
    placed = _placed_ids(query, [*asked.values()], radius, order, _overdue(query, area))
    elsewhere = select(Service.id).where(*asked.values(), covered)
    placeless = _page_of(query, elsewhere.order_by(*order, *_closeness(query), *_overdue(query, area), Service.slug))
    services = _load([*placed, *placeless])
    offset = (query.page - 1) * query.per_page
    results = [
        _result(services[id_], query, terms, area, number=number) for number, id_ in enumerate(placed, start=offset + 1)
    ]
    return SearchPage(
        query=query,
        results=results,
        without_a_place=[_result(services[id_], query, terms, area, number=None) for id_ in placeless],
        total=total,
        total_without_a_place=_count(elsewhere),
        within_miles=radius,
        widened_to_miles=radius if query.origin and query.within_miles is None and radius != RINGS_MILES[0] else None,
        any_word=any_word,
        facets=count_facets(query, asked, or_(here, covered), area) if facets else {},
    )


def nearest_beyond(page: SearchPage, *, area: Area) -> SearchPage:
    """The same search without its limit of distance: what there is when a ring was empty."""
    return find(replace(page.query, within_miles=None, page=1), area=area, facets=False)


def find_nearby(service: Service, *, area: Area, most: int = 4) -> list[Result]:
    """The listings with a place nearest to this one's, itself left out; none when its point is not known."""
    location, _ = nearest_place(service, None)
    if location is None or location.latitude is None or location.longitude is None:
        return []
    here = Origin(
        kind="place",
        label=service.name,
        latitude=location.latitude,
        longitude=location.longitude,
        approximate=location.precision != Precision.EXACT,
        council=location.council,
        council_name=area.council_name(location.council),
        in_area=not is_outside(location, area),
        outcode=None,
        locality=service.locality,
    )
    page = find(SearchQuery(origin=here, per_page=most + 1), area=area, facets=False)
    return [result for result in page.results if result.service is not service][:most]


def _any_match(query: SearchQuery, terms: list[str]) -> bool:
    """Whether any published listing holds all the words; if none does, a listing with one of them will have to do."""
    return len(terms) == 1 or bool(
        db.session.scalar(select(Service.id).where(*conditions(query, terms, any_word=False).values()).limit(1))
    )


# ---- where


def _places_within(origin: Origin | None, radius_miles: float | None) -> ColumnElement[bool]:
    known = select(ServiceAtLocation.service_id).join(Location).where(Location.x.is_not(None))
    if origin and radius_miles is not None:
        known = known.where(index.within(origin.latitude, origin.longitude, radius_miles * METRES_PER_MILE))
    return Service.id.in_(known)


def _ring(query: SearchQuery, asked: Sequence[ColumnElement[bool]]) -> tuple[float | None, int]:
    """The radius to search, in miles (None: no limit), and how many listings it holds."""
    if query.origin is None:
        return None, _count(select(Service.id).where(*asked, _places_within(None, None)))
    rings = (query.within_miles,) if query.within_miles is not None else RINGS_MILES
    radius, total = rings[0], 0
    for radius in rings:
        total = _count(select(Service.id).where(*asked, _places_within(query.origin, radius)))
        if total >= ENOUGH:
            break
    return radius, total


def _covered(origin: Origin | None) -> ColumnElement[bool]:
    """Listings without a point, by the area they cover; all of them when no place was given."""
    without_point = ~_places_within(None, None)
    if origin is None:
        return without_point
    asked = {
        Coverage.NATIONAL: "",
        Coverage.COUNCIL: origin.council,
        Coverage.LOCALITY: origin.locality,
        Coverage.OUTCODE: origin.outcode,
    }
    covers = [
        and_(ServiceArea.scope == scope, ServiceArea.value == value)
        for scope, value in asked.items()
        if value is not None
    ]
    if origin.in_area and origin.locality is None:
        # Which part of the area this is cannot be told, so help for one part is not held back.
        covers.append(ServiceArea.scope == Coverage.LOCALITY)
    covered: ColumnElement[bool] = Service.id.in_(select(ServiceArea.service_id).where(or_(*covers)))
    if origin.in_area:
        covered = or_(covered, Service.id.not_in(select(ServiceArea.service_id)))
    return and_(without_point, covered)


# ---- in which order


def _order(query: SearchQuery, terms: list[str]) -> list[ColumnElement[int]]:
    """What comes before distance: known before unknown, and for "best" the words' place in the listing."""
    order: list[ColumnElement[int]] = []
    if query.sort in (None, "best"):
        if query.ages:
            order.append(case((or_(*map(is_for, query.ages)), 0), else_=1))
        if query.cost:
            order.append(case((Service.cost == Cost.NOT_STATED, 1), else_=0))
        if query.referral:
            order.append(case((Service.referral == Referral.NOT_STATED, 1), else_=0))
    if terms and (query.sort == "best" or (query.sort is None and query.origin is None)):
        named = (index.holds(terms, field="names"), 0), (index.holds(terms, field="needs"), 1)
        order.append(case(*named, else_=2))
    return order


def _overdue(query: SearchQuery, area: Area) -> list[ColumnElement[int]]:
    """Listings whose check is too old come after others that are as near."""
    if query.sort == "name":
        return []
    return [case((freshness.is_overdue(area.freshness, freshness.today()), 1), else_=0)]


def _closeness(query: SearchQuery) -> list[ColumnElement[int | None]]:
    """For listings without a point, in the place of distance: mainly for this need, can be contacted, covers less."""
    if query.sort == "name":
        return []
    steps = case(
        (ServiceArea.scope == Coverage.OUTCODE, 0),
        (ServiceArea.scope == Coverage.LOCALITY, 1),
        (ServiceArea.scope == Coverage.COUNCIL, 2),
        else_=3,
    )
    covers = select(func.min(steps)).where(ServiceArea.service_id == Service.id).scalar_subquery()
    unreachable = case((func.coalesce(Service.phone, Service.email, Service.website).is_(None), 1), else_=0)
    order: list[ColumnElement[int | None]] = [unreachable, func.coalesce(covers, 2)]
    if query.needs:
        main = select(func.min(ServiceNeed.position)).join(Need).where(Need.slug.in_(query.needs))
        order.insert(0, main.where(ServiceNeed.service_id == Service.id).scalar_subquery())
    return order


def _placed_ids(
    query: SearchQuery,
    asked: Sequence[ColumnElement[bool]],
    radius: float | None,
    order: list[ColumnElement[int]],
    overdue: list[ColumnElement[int]],
) -> list[int]:
    if query.origin is None or radius is None:
        statement = select(Service.id).where(*asked, _places_within(None, None))
        return _page_of(query, statement.order_by(*order, *overdue, Service.slug))
    nearest = _nearest(query.origin, radius)
    first = () if query.sort == "name" else (*order, nearest.c.chord2, *overdue)
    if query.sort is None:
        # Known before unknown, and lately checked before overdue, among those about as near; what is known far away
        # does not beat what is close.
        bands = ((nearest.c.chord2 <= chord2(miles * METRES_PER_MILE), miles) for miles in RINGS_MILES)
        first = (case(*bands, else_=MOST_MILES), *order, *overdue, nearest.c.chord2)
    statement = select(Service.id).join(nearest, nearest.c.service_id == Service.id).where(*asked)
    return _page_of(query, statement.order_by(*first, Service.slug))


def _nearest(origin: Origin, radius_miles: float) -> Subquery:
    """Each service's nearest place within the radius: its squared chord from the origin."""
    chord2 = func.min(index.chord2_from(origin.latitude, origin.longitude)).label("chord2")
    inside = index.within(origin.latitude, origin.longitude, radius_miles * METRES_PER_MILE)
    service_id = ServiceAtLocation.service_id
    return select(service_id, chord2).join(Location).where(inside).group_by(service_id).subquery()


def _page_of(query: SearchQuery, statement: Select[int]) -> list[int]:
    page = statement.limit(query.per_page).offset((query.page - 1) * query.per_page)
    return list(db.session.scalars(page))


def _count(statement: Select[int]) -> int:
    return db.session.scalar(select(func.count()).select_from(statement.subquery())) or 0


# ---- the answer


def _load(ids: Sequence[int]) -> dict[int, Service]:
    statement = for_cards(select(Service).where(Service.id.in_(ids)))
    return {service.id: service for service in db.session.scalars(statement)} if ids else {}


def _result(service: Service, query: SearchQuery, terms: Sequence[str], area: Area, *, number: int | None) -> Result:
    location, metres = nearest_place(service, query.origin)
    return Result(
        service=service,
        location=location,
        distance_m=metres,
        number=number,
        outside_area=is_outside(location, area),
        fits={age: fits(service, age) for age in query.ages},
        why=_why(service, query, terms),
    )


def nearest_place(service: Service, origin: Origin | None) -> tuple[Location | None, float | None]:
    """The service's place nearest to the origin and its distance in metres; its first place without an origin."""
    if origin is None:
        return next((place for place in service.places if place.latitude is not None), None), None
    start = (origin.latitude, origin.longitude)
    measured = (
        (distance_m(start, (place.latitude, place.longitude)), place)
        for place in service.places
        if place.latitude is not None and place.longitude is not None
    )
    metres, location = min(measured, key=lambda pair: pair[0], default=(None, None))
    return location, metres


def is_outside(location: Location | None, area: Area) -> bool:
    """Whether a place is known to lie in another council's area."""
    return bool(location and location.council and location.council not in area.council_codes)


def _why(service: Service, query: SearchQuery, terms: Sequence[str]) -> tuple[str, ...]:
    labels = [need.label for need in service.needs if need.slug in query.needs]
    reasons = [f"Helps with: {', '.join(labels)}"] if labels else []
    reasons += [
        {True: f"For {age_words(age)}", None: f"Does not say if it is for {age_words(age)}"}.get(fits(service, age), "")
        for age in query.ages
    ]
    reasons += [f"Once called {name}" for name in service.former_names if _is_meant(name, service.name, terms)]
    return tuple(reason for reason in reasons if reason)


def _is_meant(former: str, present: str, terms: Sequence[str]) -> bool:
    """Whether words that were looked for are all in a former name, and not all in the present one."""
    old, new = set(stems(former)), set(stems(present))
    return bool(terms) and old.issuperset(terms) and not new.issuperset(terms)


def age_words(age: str) -> str:
    """An age as a family says it: "age 6", "a baby under 1", "pregnancy"."""
    return {PREGNANT: "pregnancy", "0": "a baby under 1"}.get(age, f"age {age}")
