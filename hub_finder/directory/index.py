"""Keeps the search index: a row for each listing, written in the transaction that changes the listing.

The index can be thrown away: `rebuild` makes it again from the rows. Processes see by a clock that it has changed, and
read what is new (`snapshot`); the clock is set at the commit, so what is rolled back was never there.
"""

import json
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from secrets import randbits, token_hex
from typing import cast

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Table,
    any_,
    delete,
    event,
    func,
    insert,
    inspect,
    literal,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import InstrumentedAttribute, ORMExecuteState, Session, UOWTransaction

from hub_finder.database import address_of, aware, begin_writing, fill, look_up_by_keys
from hub_finder.directory import snapshot
from hub_finder.directory.making import Row, batched, make_here, make_in_processes, make_rows
from hub_finder.directory.postings import intersect, unite
from hub_finder.extensions import db
from hub_finder.models.search import SearchChange, SearchClock, SearchEntry
from hub_finder.models.services import Location, Need, Service, ServiceAtLocation, ServiceNeed
from hub_finder.routing import kept

# From as many listings on, a rebuild is worth the start of other processes.
MANY = 30_000
NUMBER, STALE, PENDING, WRITTEN, GONE, CURRENT = (
    f"search_{what}" for what in ("batch", "stale", "pending", "written", "gone", "current")
)
_TOLD_OF_NEEDS = ("label", "group", "covers", "start_for_life_service")
_entries, _clock, _changes = (cast("Table", model.__table__) for model in (SearchEntry, SearchClock, SearchChange))
_service_id = _entries.c.service_id


def put(session: Session, ids: Iterable[int]) -> int:
    """Bring the index up to date with stored services, in the caller's transaction; returns how many there were.

    Those that are not stored any more leave the index, and the memory of every process after the commit.
    """
    touch(session)
    session.info[WRITTEN] = True
    number, count = session.info[NUMBER], 0
    for some in batched(sorted(set(ids))):
        session.execute(delete(_entries).where(SearchEntry.service_id.in_(some)))
        made = make_rows(session, some, batch=number)
        count += fill(session.connection(), _entries, made)
        session.info[PENDING].update(some)
        there = {row[0] for row in made}
        # A later listing may get the id of one that was deleted.
        session.info[GONE].difference_update(there)
        session.info[GONE].update(id_ for id_ in some if id_ not in there)
    return count


def touch(session: Session) -> None:
    """Let every process read the vocabulary again after the commit."""
    session.info.setdefault(NUMBER, randbits(62))
    session.info.setdefault(PENDING, set())
    session.info.setdefault(GONE, set())
    kept(session).pop(CURRENT, None)


def rebuild(session: Session) -> int:
    """Make the row of every service again, and leave no other; returns how many there are."""
    session.flush()
    connection = session.connection()
    others_see_all = not _has_written(connection)
    _keep_others_out(connection)
    look_up_by_keys(connection)
    touch(session)
    ids = _all_ids(connection)
    session.info[PENDING].update(ids)
    in_processes = len(ids) >= MANY and others_see_all
    make = partial(make_in_processes, address=address_of(connection)) if in_processes else make_here
    with make(session, ids, batch=session.info[NUMBER]) as made:
        connection.execute(delete(_changes))
        connection.execute(update(_clock).values(epoch=token_hex(16)))
        count = sum(_put_in_place(connection, ids, rows) for rows in made if rows)
        connection.execute(delete(_entries).where(_service_id > (ids[-1] if ids else 0)))
        return count


def _put_in_place(connection: Connection, ids: Sequence[int], rows: Sequence[Row]) -> int:
    """Write the rows of one batch of all ids, in the place of the old ones since the batch before; returns how many.

    All old ones are not taken out at once, since the processes that make the new ones would stand idle meanwhile.
    """
    first = bisect_left(ids, rows[0][0])
    before = ids[first - 1] if first else 0
    connection.execute(delete(_entries).where(_service_id > before, _service_id <= rows[-1][0]))
    return fill(connection, _entries, rows)


def is_whole(session: Session) -> bool:
    """Whether every service has its row, and nothing else has: not so after an upgrade that made the index anew."""
    return session.scalar(select(func.count(Service.id))) == session.scalar(select(func.count(SearchEntry.service_id)))


def _all_ids(connection: Connection) -> list[int]:
    """The ids of all stored services, ascending, as the driver gives them: rows of a million would take seconds."""
    services = cast("Table", Service.__table__)
    found = connection.execute(select(services.c.id).order_by(services.c.id))
    return [row[0] for row in found.cursor.fetchall()]


def _has_written(connection: Connection) -> bool:
    """Whether the transaction holds anything that only this connection sees."""
    if connection.dialect.name == "postgresql":
        return connection.scalar(select(func.txid_current_if_assigned())) is not None
    driver = connection.connection.driver_connection
    return driver is None or bool(driver.in_transaction)


def _keep_others_out(connection: Connection) -> None:
    """Who changes a listing meanwhile waits before its row of the index, and then writes it anew."""
    begin_writing(connection)
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE search_entry IN SHARE ROW EXCLUSIVE MODE"))


def current() -> snapshot.Snapshot:
    """The index as it stands for the caller: what is committed, and what its own session has not committed yet.

    Read once in each transaction.
    """
    session = db.session()
    catch_up(session)
    found = kept(session).get(CURRENT)
    if found is None:
        found = snapshot.load(session, pending=session.info.get(PENDING))
        # Reading it may have begun a transaction.
        kept(session)[CURRENT] = found
    return cast("snapshot.Snapshot", found)


@event.listens_for(Session, "after_flush")
def _note_changes(session: Session, _flush: UOWTransaction) -> None:
    """A listing changed as an object, such as its standing or its check, has a new row in the index by the commit."""
    # Not `is_modified`: what the database was told to count up, the session has forgotten by now.
    changed = set(session.dirty) | set(session.deleted)
    _note(session, (one.id for one in changed if isinstance(one, Service)))
    moved = [one.id for one in changed if isinstance(one, Location)]
    if moved:
        there = select(ServiceAtLocation.service_id).where(ServiceAtLocation.location_id.in_(moved))
        _note(session, session.connection().scalars(there))
    if any(isinstance(one, Need) for one in (*changed, *session.new)):
        touch(session)
    if renamed := [one.id for one in changed if isinstance(one, Need) and _is_told_otherwise(one)]:
        its = select(ServiceNeed.service_id).where(ServiceNeed.need_id.in_(renamed))
        _note(session, session.connection().scalars(its))


def _is_told_otherwise(need: Need) -> bool:
    """Whether what the listings of a need tell of it has changed, and not only its place among the others."""
    return any(inspect(need).attrs[name].history.has_changes() for name in _TOLD_OF_NEEDS)


@event.listens_for(Session, "do_orm_execute")
def _note_statement(state: ORMExecuteState) -> None:
    """The same for a statement that changes listings at once."""
    table = getattr(state.statement, "table", None)
    of_services = state.bind_mapper is Service.__mapper__ or table is Service.__table__
    if (state.is_update or state.is_delete) and of_services:
        clause = getattr(state.statement, "whereclause", None)
        ids = select(Service.id) if clause is None else select(Service.id).where(clause)
        _note(state.session, state.session.scalars(ids))


def _note(session: Session, ids: Iterable[int]) -> None:
    session.info.setdefault(STALE, set()).update(ids)


def catch_up(session: Session) -> None:
    """Write the rows of the listings that the session changed as objects."""
    session.flush()
    if stale := session.info.pop(STALE, None):
        put(session, stale)


@event.listens_for(Session, "before_commit")
def _set_clock(session: Session) -> None:
    catch_up(session)
    number = session.info.pop(NUMBER, None)
    session.info.pop(PENDING, None)
    written = session.info.pop(WRITTEN, False)
    gone = sorted(session.info.pop(GONE, ()))
    if number is None:
        return
    # The row is held until the commit is through: numbers, and moments, are in the order of the commits.
    clock = session.execute(
        update(_clock).values(number=_clock.c.number + 1).returning(_clock.c.number, _clock.c.at)
    ).one_or_none()
    moved, last = clock or (1, None)
    at = datetime.now(UTC) if last is None else max(datetime.now(UTC), aware(last) + timedelta(microseconds=1))
    if clock is None:
        session.execute(insert(_clock).values(id=1, epoch=token_hex(16), number=moved, at=at))
    else:
        session.execute(update(_clock).values(at=at))
    if written:
        here = select(_entries.c.service_id).where(_entries.c.batch == number)
        services = cast("Table", Service.__table__)
        session.connection().execute(update(services).where(services.c.id.in_(here)).values(modified_at=at))
    session.execute(insert(_changes).values(number=moved, batch=number, gone=gone or None))


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    for name in (NUMBER, STALE, PENDING, WRITTEN, GONE):
        session.info.pop(name, None)


def named(terms: Sequence[str], *, any_of_them: bool = False) -> ColumnElement[bool]:
    """A condition on Service, whatever its status: its names hold the stems; the last may be the beginning of one.

    With `any_of_them` one stem is enough.
    """
    held = current()
    meant = held.stems_meant(terms)
    ids: list[int] = []
    for segment, live in held.parts:
        lists = [unite(segment.named.of(stem).all for stem in some) for some in meant]
        rows = unite(lists) if any_of_them else intersect(lists)
        ids += segment.ids[rows[live[rows]]].tolist()
    return is_one_of(ids)


def is_one_of(ids: Sequence[int], column: InstrumentedAttribute[int] = Service.id) -> ColumnElement[bool]:
    """A condition on Service, or on another id: it is one of these, however many."""
    if db.engine.dialect.name == "postgresql":
        return column == any_(literal(ids, ARRAY(Integer)))
    # As one value: SQLite takes only so many.
    return column.in_(select(func.json_each(json.dumps(ids)).table_valued("value").c.value))
