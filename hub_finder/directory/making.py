"""The rows of the search index for many listings at once: made here, or in as many processes as there are cores."""

import os
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_all_start_methods, get_context
from operator import itemgetter
from types import ModuleType
from typing import Any

from sqlalchemy import URL, create_engine, text
from sqlalchemy.orm import Session

from hub_finder.directory.collecting import without_collecting
from hub_finder.directory.entries import entry_of
from hub_finder.directory.facts import read_facts
from hub_finder.models.search import SearchEntry

Row = tuple[Any, ...]
Made = deque[Future[list[Row]]]
# Listings that are read and made at once: few enough for batches to spread over the processes evenly.
BATCH = 1000
# Batches that wait to be written: no process stands idle, and what they hold does not grow with the catalogue.
AHEAD = 16
_values = itemgetter(*(column.name for column in SearchEntry.__table__.columns))


def batched(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """The ids in batches for `make_rows`."""
    return (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))


def make_rows(session: Session, ids: Sequence[int], *, batch: int) -> list[Row]:
    """The rows of the index for stored services, by id, each with a value for every column of its table."""
    with without_collecting():
        return [_values({**entry_of(facts), "batch": batch}) for facts in read_facts(session, ids)]


@contextmanager
def make_here(session: Session, ids: Sequence[int], *, batch: int) -> Iterator[Iterator[Sequence[Row]]]:
    """The same in batches, as they are asked for."""
    yield (make_rows(session, some, batch=batch) for some in batched(ids))


@contextmanager
def make_in_processes(
    session: Session, ids: Sequence[int], *, batch: int, address: URL
) -> Iterator[Iterator[Sequence[Row]]]:
    """The rows of `make_rows` for very many services, in any order, made by as many processes as there are cores.

    They open the database at `address`, begin at once, while the caller does something else, and see only what is
    committed. When rows are asked for before they have started, this one makes some; it makes all where none can be
    started.
    """
    left = deque(batched(ids))
    with ThreadPoolExecutor(1) as starter, _no_program():
        starting = starter.submit(_start, address, left, batch)
        try:
            yield _make_with(starting, session, left, batch)
        finally:
            if (pool := starting.result()[0]) is not None:
                pool.shutdown(cancel_futures=True)


def _start(address: URL, left: deque[Sequence[int]], batch: int) -> tuple[Executor | None, Made]:
    """The processes, with the first of the batches that are left at work in them."""
    pool, made = start_pool(address), Made()
    while pool and len(made) < AHEAD and (some := _next(left)):
        made.append(pool.submit(_make, some, batch))
    return pool, made


def _make_with(
    starting: Future[tuple[Executor | None, Made]], session: Session, left: deque[Sequence[int]], batch: int
) -> Iterator[Sequence[Row]]:
    while not starting.done() and (some := _next(left)):
        yield make_rows(session, some, batch=batch)
    pool, made = starting.result()
    while some := _next(left):
        if pool is None:
            yield make_rows(session, some, batch=batch)
        else:
            made.append(pool.submit(_make, some, batch))
            yield made.popleft().result()
    yield from (one.result() for one in made)


def _next(left: deque[Sequence[int]]) -> Sequence[int] | None:
    """The next batch, for one thread alone; None when all are taken."""
    try:
        return left.popleft()
    except IndexError:
        return None


def start_pool(address: URL) -> Executor | None:
    """As many processes as cores that have a database open; None where they cannot be had."""
    context = get_context("forkserver" if "forkserver" in get_all_start_methods() else "spawn")
    # The modules are read once, by the process that the others are copies of.
    context.set_forkserver_preload([__name__])
    count = os.cpu_count() or 1
    pool = None
    try:
        pool = ProcessPoolExecutor(count, context, _open, (address,))
        # Each starts one more process, or a later batch does; the first answer shows that they can be had.
        started = [pool.submit(os.getpid) for _ in range(count)]
        started[0].result()
    except (BrokenExecutor, NotImplementedError, OSError):
        if pool:
            pool.shutdown()
        return None
    return pool


@contextmanager
def _no_program() -> Iterator[None]:
    """Let new processes not begin with reading the program that runs here: they need none of it, and it might run."""
    program = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = program


# The database as a process of `start_pool` has it open.
_session: Session


def _open(address: URL) -> None:
    global _session
    _session = Session(create_engine(address, hide_parameters=True))
    with _session:
        if address.get_backend_name() == "postgresql":
            # For good what `database.look_up_by_keys` does, which is more than these processes are to read.
            _session.execute(text("SET enable_seqscan = off"))
            _session.commit()
        _session.connection()


def _make(ids: Sequence[int], batch: int) -> list[Row]:
    with _session:
        return make_rows(_session, ids, batch=batch)
