"""One round of one engine: started, its answers compared, warmed up, asked, weighed, and stopped."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.national import answers, client, floor
from bench.national.answers import Agreement
from bench.national.client import Load
from bench.national.engines import FLOOR, HELLO, OURS, Engine
from bench.national.processes import get, memory_mb, serve
from bench.national.queries import Query
from bench.national.results import Served
from bench.national.steady import ask_at_rate

LONGEST_WARM_UP_S = 15
# Of so many questions the answers are compared.
COMPARED = 300


@dataclass(frozen=True, kw_only=True)
class Once:
    """What is measured in the first round only."""

    agreement: Agreement | None
    steady: Load | None


def measure(engine: Engine, queries: Sequence[Query], *, seconds: int, folder: Path) -> Served:
    """How an engine answers at 1 client and at 8. The folder takes its log and the list of what is asked."""
    paths = folder / "paths.txt"
    paths.write_text("".join(f"{engine.path(query)}\n" for query in queries), encoding="utf-8")
    with serve(engine.command, engine.environment, first=engine.path(queries[0]), log=folder / "server.log") as running:
        _warm_up(engine, queries, running.port)
        one = client.measure(running.port, paths, clients=1, seconds=seconds)
        eight = client.measure(running.port, paths, clients=8, seconds=seconds)
        memory = memory_mb(running.pid)
    return Served(one=one, eight=eight, memory_mb=memory, start_s=running.start_s)


def measure_once(
    engine: Engine, queries: Sequence[Query], *, seconds: int, rate: int, folder: Path, truth: Path
) -> Once:
    """Whether the answers are those of the floor's file `truth`; and how we, and the floor, bear a steady load."""
    agreement, steady = None, None
    with serve(engine.command, engine.environment, first=engine.path(queries[0]), log=folder / "server.log") as running:
        if engine.name not in (HELLO, FLOOR):
            agreement = _compare(engine, queries[:COMPARED], running.port, truth)
        if engine.name in (FLOOR, *OURS):
            _warm_up(engine, queries, running.port)
            paths = [engine.path(query) for query in queries]
            steady = asyncio.run(ask_at_rate(running.port, paths, rate=rate, seconds=seconds))
    return Once(agreement=agreement, steady=steady)


def _warm_up(engine: Engine, queries: Sequence[Query], port: int) -> None:
    until = time.monotonic() + LONGEST_WARM_UP_S
    for query in queries:
        get(port, engine.path(query))
        if time.monotonic() > until:
            return


def _compare(engine: Engine, queries: Sequence[Query], port: int, truth: Path) -> Agreement:
    def ask(query: Query) -> tuple[Query, list[str]]:
        if engine.name in OURS:
            return answers.read_ours(query, get(port, query.path(sort="nearest"))[1])
        return query, engine.slugs(get(port, engine.path(query))[1])

    connection = floor.connect(truth)
    agreement = answers.compare(queries, ask, answers.Truth(connection))
    connection.close()
    return agreement
