"""The catalogue: keeping listings, and writing them out again. Nothing here commits."""

from collections.abc import Iterable, Iterator
from typing import Literal

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import joinedload, selectinload

from hub_finder.area import current_area
from hub_finder.directory import freshness, index
from hub_finder.directory.geometry import unit_vector
from hub_finder.directory.listings import ADDRESS, COLUMNS, Listing
from hub_finder.directory.places import council_at
from hub_finder.directory.schedules import format_schedules
from hub_finder.extensions import db
from hub_finder.models.services import (
    Location,
    Need,
    Organisation,
    Schedule,
    Service,
    ServiceArea,
    ServiceNeed,
    Source,
    Status,
)

# What may be opened by its address. What may be found is less: see `published`.
HAS_PAGE: ColumnElement[bool] = Service.status == Status.PUBLISHED
Outcome = Literal["added", "changed", "unchanged"]
PLAIN = (
    "name",
    "kind",
    "summary",
    "locality",
    "phone",
    "email",
    "website",
    "ages_note",
    "cost_note",
    "referral_note",
    "accessibility",
    "schedule_note",
    "caution",
)


def published() -> ColumnElement[bool]:
    """A condition: what the public may find today. Every list, count and search of listings starts from it."""
    return and_(HAS_PAGE, freshness.not_lapsed(current_area().freshness, freshness.today()))


class ServiceNotFound(LookupError):
    """No published listing has this slug."""


def with_everything(statement: Select[Service]) -> Select[Service]:
    """Load all that a listing's page or row shows, in a fixed number of queries."""
    return statement.options(
        joinedload(Service.organisation),
        selectinload(Service.need_links).joinedload(ServiceNeed.need),
        selectinload(Service.places),
        selectinload(Service.areas),
        selectinload(Service.schedules),
        selectinload(Service.sources),
    )


def get_service(slug: str) -> Service:
    """The published listing with this slug, whole, also when it has lapsed. Raises ServiceNotFound."""
    statement = with_everything(select(Service).where(Service.slug == slug, HAS_PAGE))
    service = db.session.execute(statement).scalar_one_or_none()
    if service is None:
        raise ServiceNotFound(slug)
    return service


def find_services(*, kind: str | None = None, locality: str | None = None) -> list[Service]:
    """Published listings of a kind or in a locality, by name."""
    statement = select(Service).where(published()).order_by(Service.slug)
    if kind:
        statement = statement.where(Service.kind == kind)
    if locality:
        statement = statement.where(Service.locality == locality)
    return list(db.session.execute(with_everything(statement)).scalars())


def find_needs() -> list[Need]:
    """The needs vocabulary, in its own order."""
    return list(db.session.execute(select(Need).order_by(Need.position)).scalars())


def count_by_need() -> dict[str, int]:
    """How many published listings each need has, by its slug."""
    statement = select(Need.slug, func.count()).join(ServiceNeed).join(Service).where(published())
    return counts(statement.group_by(Need.slug))


def count_by_kind() -> dict[str, int]:
    """How many published listings there are of each kind."""
    statement = select(Service.kind, func.count()).where(published()).group_by(Service.kind)
    return counts(statement)


def counts(statement: Select[str, int]) -> dict[str, int]:
    """The rows of a statement that counts something by its name."""
    return {name: count for name, count in db.session.execute(statement)}  # noqa: C416  rows, not pairs, to the checker


def iterate_services() -> Iterator[Service]:
    """Every published listing by slug, loaded a batch at a time."""
    statement = select(Service).where(published()).order_by(Service.slug)
    yield from db.session.scalars(with_everything(statement).execution_options(yield_per=500))


def iterate_stored() -> Iterator[Service]:
    """Every listing, hidden and lapsed ones too: they may come back, and their words must still be there."""
    statement = with_everything(select(Service).order_by(Service.slug))
    yield from db.session.scalars(statement.execution_options(yield_per=500))


def save_listing(listing: Listing, needs: dict[str, Need]) -> Outcome:
    """Add a listing or bring the stored one up to it, with its search index. Flushes, never commits.

    `needs` maps the vocabulary's slugs to their rows. A listing that says what is stored already changes nothing.
    A change sets `changed_on` and never `checked_on`: who corrects a typo has not asked whether the rest is right.
    """
    stored = db.session.scalars(with_everything(select(Service).where(Service.slug == listing.slug))).one_or_none()
    service = stored or Service(slug=listing.slug, status=Status.PUBLISHED)
    if stored is None:
        db.session.add(service)
    elif to_row(service) == {column: value or "" for column, value in _row_of(listing).items()}:
        return "unchanged"
    with db.session.no_autoflush:
        _write(service, listing, needs)
    service.changed_on = freshness.today()
    db.session.flush()
    index.put(db.session(), service)
    return "changed" if stored else "added"


def _write(service: Service, listing: Listing, needs: dict[str, Need]) -> None:
    for column in PLAIN:
        setattr(service, column, listing.text[column])
    service.organisation = _organisation(listing.organisation)
    service.alternate_names = list(listing.alternate_names)
    service.delivery = list(listing.delivery)
    service.min_age, service.max_age = listing.min_age, listing.max_age
    service.cost, service.referral, service.confidence = listing.cost, listing.referral, listing.confidence
    for old in (service.need_links, service.places, service.areas, service.schedules, service.sources):
        old.clear()
    if service.id:
        # The old need links go first: the new ones may have the same keys.
        db.session.flush()
    service.need_links = [ServiceNeed(need=needs[slug], position=i) for i, slug in enumerate(listing.needs)]
    service.areas = [ServiceArea(scope=scope, value=value) for scope, value in listing.areas]
    service.schedules = [_copy(schedule) for schedule in listing.schedules]
    if any(listing.text[column] for column in ADDRESS) or listing.latitude is not None:
        service.places = [_location(listing)]
    if any(listing.text[column] for column in ("source_title", "source_url", "source_date")):
        title, url, published = (listing.text[f"source_{part}"] for part in ("title", "url", "date"))
        service.sources = [Source(title=title, url=url, published=published)]


def _location(listing: Listing) -> Location:
    location = Location(
        latitude=listing.latitude,
        longitude=listing.longitude,
        precision=listing.precision,
        **{("name" if column == "location_name" else column): listing.text[column] for column in ADDRESS},
    )
    if listing.latitude is not None and listing.longitude is not None:
        location.x, location.y, location.z = unit_vector(listing.latitude, listing.longitude)
        location.council = council_at(listing.text["postal_code"], listing.text["city"])
    return location


def _copy(schedule: Schedule) -> Schedule:
    columns = [column.key for column in Schedule.__table__.columns if column.key not in ("id", "service_id")]
    return Schedule(**{column: getattr(schedule, column) for column in columns})


def _organisation(name: str) -> Organisation:
    found = db.session.execute(select(Organisation).where(Organisation.name == name)).scalar_one_or_none()
    return found or Organisation(name=name)


def to_row(service: Service) -> dict[str, str]:
    """The listing as a row of text, the inverse of `listings.parse_listing`."""
    place = service.places[0] if service.places else Location(precision="none")
    source = service.sources[0] if service.sources else Source()
    row: dict[str, object] = {column: getattr(service, column) for column in PLAIN}
    row |= {("location_name" if key == "name" else key): getattr(place, key) for key in ("name", *ADDRESS[1:])} | {
        "name": service.name,
        "id": service.slug,
        "organisation": service.organisation.name,
        "alternate_names": _bars(service.alternate_names),
        "needs": _bars(need.slug for need in service.needs),
        "delivery": _bars(service.delivery),
        "latitude": place.latitude,
        "longitude": place.longitude,
        "location_precision": place.precision,
        "service_area": _bars(f"{area.scope}:{area.value}".rstrip(":") for area in service.areas),
        "min_age": service.min_age,
        "max_age": service.max_age,
        "cost": service.cost,
        "referral": service.referral,
        "schedule": format_schedules(service.schedules),
        "source_title": source.title,
        "source_url": source.url,
        "source_date": source.published,
        "confidence": service.confidence,
    }
    row["location_name"] = place.name
    return {column: "" if row[column] is None else str(row[column]) for column in COLUMNS}


def _row_of(listing: Listing) -> dict[str, str | None]:
    """What `to_row` will say of a listing once it is stored: its text, with numbers and lists in their one form."""
    return {
        **listing.text,
        "alternate_names": _bars(listing.alternate_names),
        "needs": _bars(listing.needs),
        "delivery": _bars(listing.delivery),
        "latitude": _plain(listing.latitude),
        "longitude": _plain(listing.longitude),
        "location_precision": listing.precision,
        "service_area": _bars(f"{scope}:{value}".rstrip(":") for scope, value in listing.areas),
        "min_age": _plain(listing.min_age),
        "max_age": _plain(listing.max_age),
        "cost": listing.cost,
        "referral": listing.referral,
        "schedule": format_schedules(listing.schedules),
        "confidence": listing.confidence,
    }


def _bars(values: Iterable[str]) -> str:
    return "|".join(values)


def _plain(number: float | None) -> str:
    return "" if number is None else str(number)
