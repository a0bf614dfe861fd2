"""The rows of the search index for many listings at once: made here, or in as many processes as there are cores."""

import os
import sys
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_all_start_methods, get_context
from operator import itemgetter
from types import ModuleType
from typing import Any

from sqlalchemy import URL, create_engine
from sqlalchemy.orm import Session

from hub_finder.directory.collecting import without_collecting
from hub_finder.directory.entries import entry_of
from hub_finder.directory.facts import read_facts
from hub_finder.models.search import SearchEntry

Row = tuple[Any, ...]
# Listings that are read and made at once: few enough for batches to spread over the processes evenly.
BATCH = 1000
# Batches that wait to be written: no process stands idle, and what they hold does not grow with the catalogue.
AHEAD = 8
_values = itemgetter(*(column.name for column in SearchEntry.__table__.columns))


def batched(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """The ids in batches for `make_rows`."""
    return (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))


def make_rows(session: Session, ids: Sequence[int], *, batch: int) -> list[Row]:
    """The rows of the index for stored services, by id, each with a value for every column of its table."""
    with without_collecting():
        return [_values({**entry_of(facts), "batch": batch}) for facts in read_facts(session, ids)]


def make_in_processes(session: Session, ids: Sequence[int], *, batch: int) -> Iterator[Sequence[Row]]:
    """The rows of `make_rows` for very many services, in the order of `ids`, made by as many processes as cores.

    They see only what is committed. This one begins while they start, and does it all where none can be started.
    """
    left = deque(batched(ids))
    with ThreadPoolExecutor(1) as starter:
        starting = starter.submit(start_pool, session.connection().engine.url)
        while left and not starting.done():
            yield make_rows(session, left.popleft(), batch=batch)
        pool = starting.result()
    if pool is None:
        yield from (make_rows(session, some, batch=batch) for some in left)
    else:
        with pool:
            yield from make_apart(pool, left, batch=batch)


def start_pool(address: URL) -> Executor | None:
    """As many processes as cores that have a database open; None where they cannot be had."""
    context = get_context("forkserver" if "forkserver" in get_all_start_methods() else "spawn")
    # The modules are read once, by the process that the others are copies of.
    context.set_forkserver_preload([__name__])
    count = os.cpu_count() or 1
    pool = None
    try:
        pool = ProcessPoolExecutor(count, context, _open, (address,))
        # Each starts one more process; the first answer shows that they can be had.
        with _no_program():
            started = [pool.submit(os.getpid) for _ in range(count)]
        started[0].result()
    except (BrokenExecutor, NotImplementedError, OSError):
        if pool:
            pool.shutdown()
        return None
    return pool


@contextmanager
def _no_program() -> Iterator[None]:
    """Let new processes not begin with reading the program that runs here: they need none of it."""
    program = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = program


def make_apart(pool: Executor, batches: Iterable[Sequence[int]], *, batch: int) -> Iterator[Sequence[Row]]:
    """The rows that the processes of `start_pool` make of each batch, in order, a few batches ahead."""
    waiting: deque[Future[list[Row]]] = deque()
    for some in batches:
        waiting.append(pool.submit(_make, some, batch))
        if len(waiting) > AHEAD:
            yield waiting.popleft().result()
    yield from (made.result() for made in waiting)


# The database as a process of `start_pool` has it open.
_session: Session


def _open(address: URL) -> None:
    global _session
    _session = Session(create_engine(address, hide_parameters=True))
    with _session:
        _session.connection()


def _make(ids: Sequence[int], batch: int) -> list[Row]:
    with _session:
        return make_rows(_session, ids, batch=batch)
