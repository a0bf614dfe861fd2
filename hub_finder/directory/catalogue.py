"""The catalogue: what the public may find, and how listings are read. For keeping them see `saving`."""

from collections.abc import Iterator, Sequence

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import joinedload, selectinload

from hub_finder.area import current_area
from hub_finder.directory import freshness
from hub_finder.extensions import db
from hub_finder.models.services import Need, Service, ServiceNeed, Status

# What is given out whole. What may be found is less: see `published`; what answers at its address is more.
HAS_PAGE: ColumnElement[bool] = Service.status == Status.PUBLISHED
# What says at its own address what became of it: paused for now, or ended.
IS_KNOWN: ColumnElement[bool] = Service.status.in_((Status.PUBLISHED, Status.PAUSED, Status.RETIRED))


def published() -> ColumnElement[bool]:
    """A condition: what the public may find today. Every list, count and search of listings starts from it."""
    return and_(HAS_PAGE, freshness.not_lapsed(current_area().freshness, freshness.today()))


# How many listings are loaded at once where all are read.
BATCH = 500


class ServiceNotFound(LookupError):
    """No published listing has this slug."""


def with_everything(statement: Select[Service]) -> Select[Service]:
    """Load all that a listing's page or row shows, in a fixed number of queries."""
    return statement.options(
        joinedload(Service.organisation),
        selectinload(Service.need_links).joinedload(ServiceNeed.need),
        *(selectinload(part) for part in (Service.place_links, Service.areas, Service.schedules, Service.contacts)),
        *(selectinload(part) for part in (Service.cost_options, Service.bookings, Service.alerts, Service.sources)),
    )


def for_cards(statement: Select[Service]) -> Select[Service]:
    """Load what a listing shows in a list of answers, in a fixed number of queries."""
    return statement.options(
        joinedload(Service.organisation),
        selectinload(Service.need_links).joinedload(ServiceNeed.need),
        *(selectinload(part) for part in (Service.place_links, Service.schedules, Service.alerts)),
    )


def get_service(slug: str) -> Service:
    """The published listing with this slug, whole, also when it has lapsed. Raises ServiceNotFound."""
    return _get(slug, HAS_PAGE)


def get_known_service(slug: str) -> Service:
    """The listing that this address shows, whole: published, paused or retired. Raises ServiceNotFound."""
    return _get(slug, IS_KNOWN)


def _get(slug: str, condition: ColumnElement[bool]) -> Service:
    statement = with_everything(select(Service).where(Service.slug == slug, condition))
    service = db.session.execute(statement).scalar_one_or_none()
    if service is None:
        raise ServiceNotFound(slug)
    return service


def get_winner_slug_or_none(slug: str) -> str | None:
    """The slug of the listing with a page that a merged listing is part of now, through however many merges."""
    columns = select(Service.slug, Service.status, Service.merged_into_id)
    row = db.session.execute(columns.where(Service.slug == slug, Service.status == Status.MERGED)).one_or_none()
    while row is not None and row.status == Status.MERGED:
        row = db.session.execute(columns.where(Service.id == row.merged_into_id)).one_or_none()
    return row.slug if row is not None and row.status == Status.PUBLISHED else None


def find_related(service: Service) -> list[tuple[str, str]]:
    """Slug and name of the published listings that go with this one, in its own order."""
    if not service.related:
        return []
    statement = select(Service.slug, Service.name).where(Service.slug.in_(service.related), published())
    found = {slug: (slug, name) for slug, name in db.session.execute(statement)}
    return [found[slug] for slug in service.related if slug in found]


def find_of_organisation(service: Service, *, most: int) -> list[tuple[str, str]]:
    """Slug and name of other published listings that the same organisation runs, by name, at most so many."""
    others = and_(Service.organisation_id == service.organisation_id, Service.id != service.id)
    statement = select(Service.slug, Service.name).where(others, published()).order_by(Service.slug).limit(most)
    return [(slug, name) for slug, name in db.session.execute(statement)]


def load_whole(ids: Sequence[int]) -> list[Service]:
    """The listings with these ids, whatever their status, with all that hangs on them."""
    return list(db.session.scalars(with_everything(select(Service).where(Service.id.in_(ids))))) if ids else []


def load_published(ids: Sequence[int]) -> list[Service]:
    """The listings with these ids that the public may find now, whole, in the order of the ids."""
    if not ids:
        return []
    statement = with_everything(select(Service).where(Service.id.in_(ids), published()))
    found = {service.id: service for service in db.session.scalars(statement)}
    return [found[id_] for id_ in ids if id_ in found]


def find_services(*, kind: str | None = None, locality: str | None = None) -> list[Service]:
    """Published listings of a kind or in a locality, by name."""
    statement = select(Service).where(published()).order_by(Service.slug)
    if kind:
        statement = statement.where(Service.kind == kind)
    if locality:
        statement = statement.where(Service.locality == locality)
    return list(db.session.scalars(for_cards(statement)))


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
    """Every published listing by slug, loaded a batch at a time.

    By a query for each batch, not by one cursor: a file that is sent while it is made outlives the transaction in which
    it was begun.
    """
    after, statement = "", with_everything(select(Service).where(published()).order_by(Service.slug).limit(BATCH))
    while True:
        some = list(db.session.scalars(statement.where(Service.slug > after)))
        yield from some
        if len(some) < BATCH:
            return
        after = some[-1].slug


def iterate_stored() -> Iterator[Service]:
    """Every listing, hidden and lapsed ones too: they may come back, and their words must still be there."""
    statement = with_everything(select(Service).order_by(Service.slug))
    yield from db.session.scalars(statement.execution_options(yield_per=500))
