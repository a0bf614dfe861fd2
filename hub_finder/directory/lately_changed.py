"""What changed, and when: for search engines and for those who follow. Nothing here commits."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from hub_finder.database import aware
from hub_finder.directory.catalogue import published, with_everything
from hub_finder.directory.index import is_one_of
from hub_finder.extensions import db
from hub_finder.models.history import Event, EventKind
from hub_finder.models.services import Service


@dataclass(frozen=True, kw_only=True)
class Block:
    """The listings whose ids here are so many, counted from 1: none ever moves to another one.

    `changed_at` (UTC) is when the last of them changed, appeared or went; a check that lapsed is no change.
    """

    number: int
    changed_at: datetime | None


def find_blocks(size: int) -> list[Block]:
    """Those that hold a listing that may be found, in one query."""
    number = (Service.id - 1) // size
    here = func.max(Service.id).filter(published())
    found = select(number, func.max(Service.modified_at)).group_by(number).having(here.is_not(None)).order_by(number)
    return [Block(number=at + 1, changed_at=_aware(changed_at)) for at, changed_at in db.session.execute(found)]


def iterate_block(number: int, size: int) -> Iterator[tuple[str, datetime | None]]:
    """The slug of each listing of a block that may be found, and when it last changed."""
    first, last = (number - 1) * size, number * size
    statement = select(Service.slug, Service.modified_at).where(Service.id > first, Service.id <= last, published())
    for slug, changed_at in db.session.execute(statement.order_by(Service.id).execution_options(yield_per=5000)):
        yield slug, _aware(changed_at)


def find_lately_changed(ids: Sequence[int], *, most: int) -> list[Service]:
    """Of some listings those that may be found and changed last, whole, the last first."""
    statement = with_everything(select(Service).where(is_one_of(ids), published()))
    newest_first = statement.order_by(Service.modified_at.desc().nulls_last(), Service.id.desc())
    return list(db.session.scalars(newest_first.limit(most)))


def find_added_at(ids: Collection[int]) -> dict[int, datetime]:
    """When each of some listings was first added here, by its id, where that is known."""
    first = select(Event.service_id, func.min(Event.at)).where(Event.service_id.in_(ids), Event.kind == EventKind.ADDED)
    return {id_: aware(at) for id_, at in db.session.execute(first.group_by(Event.service_id))}


def _aware(moment: datetime | None) -> datetime | None:
    return aware(moment) if moment else None
