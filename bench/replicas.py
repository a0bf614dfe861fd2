"""What it costs to read from a copy of the database: .venv/bin/python -m bench.replicas

The same pages in process, with and without a copy, in turn, from real servers. Times are of this process alone, so a
busy machine changes little; waiting for the database is not in them, so the clock's are there too.
"""

import time
from statistics import median

from flask import Flask
from sqlalchemy import event

from hub_finder import create_app
from hub_finder.replicas import engines
from tests.cluster import Cluster, cluster_of
from tests.conftest import FAIRSHIRE, build_app
from tests.factories import Catalogue

PAGES = ("/search?q=group", "/services/group-7", "/api/search?q=group")
ROUNDS, LISTINGS = 300, 200


def ask(app: Flask, path: str) -> tuple[float, float]:
    """Milliseconds of one answer: of the processor, and on the clock."""
    client, spent, begun = app.test_client(), time.process_time(), time.perf_counter()
    status = client.get(path).status_code
    took = (time.process_time() - spent) * 1000, (time.perf_counter() - begun) * 1000
    if status != 200:
        raise RuntimeError(f"{path}: {status}")
    return took


def count_queries(app: Flask, path: str) -> int:
    """Statements of one answer, on all servers."""
    said: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        said.append(statement)

    for engine in engines(app):
        event.listen(engine, "before_cursor_execute", note)
    try:
        ask(app, path)
    finally:
        for engine in engines(app):
            event.remove(engine, "before_cursor_execute", note)
    return len(said)


def measure(cluster: Cluster) -> None:
    primary = cluster.address("primary")
    alone = build_app(primary, HUB_AREA=str(FAIRSHIRE))
    settings = {"DATABASE_URL": primary, "DATABASE_READ_URL": cluster.address("copy"), "HUB_AREA": str(FAIRSHIRE)}
    with_copy = create_app({"TESTING": True, **settings})
    catalogue = Catalogue(alone)
    for number in range(LISTINGS):
        catalogue.add(name=f"Group {number}", id=f"group-{number}")
    cluster.catch_up("copy")
    print(f"{'page':24}{'queries':>16}{'processor, ms':>20}{'clock, ms':>20}")  # noqa: T201
    for path in PAGES:
        both = [(ask(alone, path), ask(with_copy, path)) for _ in range(ROUNDS)]
        columns = [[median(one[which][kind] for one in both) for which in (0, 1)] for kind in (0, 1)]
        queries = f"{count_queries(alone, path)} -> {count_queries(with_copy, path)}"
        print(f"{path:24}{queries:>16}", *(f"{before:>9.2f} -> {after:.2f}" for before, after in columns), sep="  ")  # noqa: T201
    for app in (alone, with_copy):
        for engine in engines(app):
            engine.dispose()


if __name__ == "__main__":
    with cluster_of("copy") as found:
        measure(found)
