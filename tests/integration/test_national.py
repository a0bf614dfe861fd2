"""The national data set through our own commands and addresses, and the servers it is measured beside."""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import pytest
from flask import Flask

from bench.national import floor
from bench.national.answers import SAME, Truth, read_ours
from bench.national.area import write_area
from bench.national.client import ask
from bench.national.engines import FLOOR, find_engines
from bench.national.listings import write_listings
from bench.national.loading import load_here, reindex_here
from bench.national.processes import get, memory_mb, serve
from bench.national.queries import find_queries
from bench.national.steady import ask_at_rate
from bench.national.towns import find_postcodes
from hub_finder import create_app
from hub_finder.directory import times
from hub_finder.extensions import db
from tests.conftest import DATABASES

LISTINGS, ASKED = 400, 60
Answer = TypeVar("Answer")


def run_apart(work: Coroutine[Any, Any, Answer]) -> Answer:
    """Run to its end in a thread of its own: a browser test may have left a loop in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The area, some listings, and the floor's file of them; of the postcodes only those that are asked from."""
    folder = tmp_path_factory.mktemp("national")
    asked = {query.postcode for query in find_queries()}
    write_area(folder / "area", (unit for unit in find_postcodes() if unit.postcode in asked))
    write_listings(folder / "listings.csv", LISTINGS)
    floor.build(folder / "listings.csv", folder / "floor.sqlite")
    return folder


@pytest.fixture(scope="module", params=DATABASES)
def national(request: pytest.FixtureRequest, make_database: Callable[[str, str], str], folder: Path) -> Flask:
    """The app with the national data set loaded by our commands, which stop when they refuse a row."""
    address = make_database(request.param, "national")
    load_here(address, folder / "area", folder / "listings.csv")
    assert reindex_here(address, folder / "area").database_mb > 0
    return create_app({"TESTING": True, "DATABASE_URL": address, "HUB_AREA": str(folder / "area")})


def test_every_listing_goes_in_and_every_question_is_answered(national: Flask, folder: Path) -> None:
    client = national.test_client()
    truth = Truth(floor.connect(folder / "floor.sqlite"))

    verdicts, found = [], 0
    for query in find_queries(ASKED):
        answer = client.get(query.path(sort="nearest"))
        assert answer.status_code == 200, answer.get_data(as_text=True)
        judged, slugs = read_ours(query, answer.data)
        found += len(slugs)
        if not query.words:
            verdicts.append(truth.judge(judged, slugs))
    total = client.get("/api/search").get_json()["total"]
    truth.connection.close()
    with national.app_context():
        db.engine.dispose()

    assert total == LISTINGS
    assert found > 100
    assert set(verdicts) == {SAME}


def test_both_databases_give_the_same_answers_in_the_same_order(
    make_database: Callable[[str, str], str], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What is open changes by the minute, and one is asked after the other.
    moment = times.now()
    monkeypatch.setattr(times, "now", lambda: moment)
    answers: list[list[bytes]] = []
    for kind in DATABASES:
        address = make_database(kind, "alike")
        load_here(address, folder / "area", folder / "listings.csv")
        app = create_app({"TESTING": True, "DATABASE_URL": address, "HUB_AREA": str(folder / "area")})
        client = app.test_client()
        answers.append([client.get(query.path()).data for query in find_queries()])
        with app.app_context():
            db.engine.dispose()

    first, second = answers
    assert len(first) == 1000
    assert [at for at, pair in enumerate(zip(first, second, strict=True)) if pair[0] != pair[1]] == []


def test_the_floor_is_served_asked_and_weighed(folder: Path) -> None:
    engines = find_engines({}, area=folder / "area", floor=folder / "floor.sqlite", datasette_python=None)
    engine = next(one for one in engines if one.name == FLOOR)
    queries = find_queries(ASKED)
    paths = [engine.path(query) for query in queries]
    truth = Truth(floor.connect(folder / "floor.sqlite"))

    with serve(engine.command, engine.environment, first=paths[0], log=folder / "log") as running:
        same = [truth.judge(query, engine.slugs(get(running.port, engine.path(query))[1])) for query in queries]
        load = run_apart(ask(running.port, paths, clients=2, seconds=0.3))
        steady = run_apart(ask_at_rate(running.port, paths, rate=50, seconds=0.4))
        lost = run_apart(ask_at_rate(running.port, ["/nowhere"], rate=10, seconds=0.2))
        memory = memory_mb(running.pid)
    truth.connection.close()

    assert set(same) == {SAME}
    assert load.errors == 0
    assert 0 < load.p50 <= load.p95
    assert load.requests_s > 0
    assert memory > 5
    assert steady.errors == 0
    assert lost.errors == 2
    with pytest.raises(OSError, match="refused"):
        get(running.port, paths[0])


def test_a_server_that_does_not_start_tells_what_its_log_says(tmp_path: Path) -> None:
    command = ["python3", "-c", "raise SystemExit('no room here')"]

    with pytest.raises(RuntimeError, match="no room here"), serve(command, {}, first="/", log=tmp_path / "log"):
        pass
