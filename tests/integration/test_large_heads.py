"""The server as it is set up: a head of a megabyte is refused, and the next one who asks is answered."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from hub_finder.config import ROOT
from tests.conftest import FAIRSHIRE

MEGABYTE = 1_000_000
WAITS_S = 60


@contextmanager
def gunicorn(database: str) -> Iterator[int]:
    """Our server with our settings; gives its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {**os.environ, "PORT": str(port), "DATABASE_URL": database, "HUB_AREA": str(FAIRSHIRE)}
    command = [sys.executable, "-m", "gunicorn", "--workers", "1", "-c", "gunicorn.conf.py", "wsgi:app"]
    process = subprocess.Popen(command, cwd=ROOT, env=settings, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert any("is ready" in line for line in process.stdout)
        yield port
    finally:
        process.terminate()
        process.communicate(timeout=WAITS_S)


def ask(port: int, *heads: str, target: str = "/health/live") -> bytes:
    """The first bytes of the answer; none when the server hung up on what is too much."""
    with socket.create_connection(("127.0.0.1", port), timeout=WAITS_S) as link:
        try:
            link.sendall("\r\n".join([f"GET {target} HTTP/1.1", "Host: hubs.example", *heads, "", ""]).encode())
            return link.recv(100)
        except (BrokenPipeError, ConnectionResetError):
            return b""


@pytest.mark.parametrize(
    "heads",
    [[f"X-Long: {'a' * MEGABYTE}"], [f"Cookie: session={'a' * MEGABYTE}"], [f"X-{n}: a" for n in range(50_000)]],
    ids=["one", "cookie", "many"],
)
def test_head_of_a_megabyte_is_refused_and_others_are_answered(
    make_database: Callable[[str, str], str], heads: list[str]
) -> None:
    with gunicorn(make_database("sqlite", "heads")) as port:
        assert ask(port).startswith(b"HTTP/1.1 200")
        refused = ask(port, *heads)

        assert not refused or refused.startswith((b"HTTP/1.1 4", b"HTTP/1.0 4"))
        assert ask(port).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(
    "heads",
    [["Content-Length: 5", "Content-Length: 6"], ["Content-Length: 5", "Transfer-Encoding: chunked"]],
    ids=["two lengths", "length and parts"],
)
def test_request_whose_length_can_be_read_in_two_ways_is_refused(
    make_database: Callable[[str, str], str], heads: list[str]
) -> None:
    with gunicorn(make_database("sqlite", "lengths")) as port:
        refused = ask(port, *heads)

        assert refused.startswith((b"HTTP/1.1 4", b"HTTP/1.0 4"))
