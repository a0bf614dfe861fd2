"""Taking out listings that a whole list no longer names. Nothing here commits."""

from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, datetime

from sqlalchemy import insert, select, update

from hub_finder.directory.catalogue import HAS_PAGE
from hub_finder.extensions import db
from hub_finder.models.feeds import FeedListing
from hub_finder.models.history import Event, EventKind
from hub_finder.models.services import Service, Status


def iterate_kept_here(kinds: Collection[str] | None = None) -> Iterator[tuple[int, str, str]]:
    """(id, slug, name) of every published listing, of these kinds only if given, but for those that a feed keeps."""
    kept_elsewhere = select(FeedListing.service_id)
    statement = select(Service.id, Service.slug, Service.name).where(HAS_PAGE, Service.id.not_in(kept_elsewhere))
    if kinds is not None:
        statement = statement.where(Service.kind.in_(kinds))
    statement = statement.order_by(Service.slug).execution_options(yield_per=1000)
    yield from db.session.execute(statement)


def retire(ids: Sequence[int], *, actor: str, note: str) -> None:
    """Take out listings: they are found no more, and their history says since when. Their facts stay."""
    if not ids:
        return
    said = {"at": datetime.now(UTC), "actor": actor, "kind": str(EventKind.RETIRED), "note": note, "record": None}
    db.session.execute(update(Service).where(Service.id.in_(ids)).values(status=str(Status.RETIRED)))
    db.session.execute(insert(Event), [{**said, "service_id": id_} for id_ in ids])
