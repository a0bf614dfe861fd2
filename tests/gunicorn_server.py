"""The site as it is served: gunicorn as configured, on a socket that somebody else holds, as systemd does."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread

from hub_finder.config import ROOT
from tests.conftest import FAIRSHIRE

# What systemd does for a service whose socket it holds: the number of the socket, and the command.
LAUNCH = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.set_inheritable(3, True)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1")
os.execv(sys.argv[2], sys.argv[2:])
"""
# In seconds: a busy machine takes long to start a process.
PATIENCE = 300
HOST = {"Host": "hubs.example.org"}


@dataclass
class Server:
    """A socket that stays open, and the process that serves it: its workers come and go."""

    settings: Mapping[str, str]
    listening: socket.socket
    process: subprocess.Popen[bytes] | None = None

    @property
    def port(self) -> int:
        return int(self.listening.getsockname()[1])

    def start(self) -> None:
        fd = self.listening.fileno()
        given = {"SECRET_KEY": "k" * 40, "HUB_AREA": str(FAIRSHIRE), "PYTHONPATH": str(ROOT), **self.settings}
        program = [sys.executable, "-c", LAUNCH, str(fd), sys.executable, "-m", "gunicorn", "wsgi:app"]
        env = {**os.environ, **given}
        self.process = subprocess.Popen(program, cwd=ROOT, env=env, pass_fds=(fd,), stdout=subprocess.DEVNULL)

    def stop(self) -> None:
        if self.process:
            self.process.terminate()
            self.process.wait(PATIENCE)

    def workers(self) -> set[int]:
        assert self.process
        pid = self.process.pid
        return set(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()))

    def get(self, path: str, *, timeout: float = PATIENCE) -> tuple[int, bytes]:
        return ask(self.port, path, timeout=timeout)

    def wait_until_ready(self) -> None:
        until = time.monotonic() + PATIENCE
        while self.get("/health/ready")[0] != 200:
            assert time.monotonic() < until, "it never became ready"
            time.sleep(0.2)


@contextmanager
def serve(database: str, **settings: str) -> Iterator[Server]:
    """Serve a database that has been set up."""
    with socket.create_server(("127.0.0.1", 0), backlog=2048) as listening:
        server = Server({"DATABASE_URL": database, **settings}, listening)
        server.start()
        try:
            server.wait_until_ready()
            yield server
        finally:
            server.stop()


def ask(port: int, path: str, *, timeout: float = PATIENCE, **headers: str) -> tuple[int, bytes]:
    """One request on a connection of its own: the status and the body."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request("GET", path, headers={**HOST, **headers, "Connection": "close"})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


@dataclass
class Families:
    """Some who ask for pages, one after another, and what became of it."""

    port: int
    paths: tuple[str, ...]
    answered: int = 0
    failures: list[str] = field(default_factory=list)

    @contextmanager
    def asking(self, *, several: int = 4) -> Iterator["Families"]:
        ended = Event()
        threads = [Thread(target=self._ask, args=(number, ended)) for number in range(several)]
        for thread in threads:
            thread.start()
        try:
            yield self
        finally:
            ended.set()
            for thread in threads:
                thread.join()

    def _ask(self, number: int, ended: Event) -> None:
        while not ended.is_set():
            path = self.paths[number % len(self.paths)]
            number += 1
            try:
                status, body = ask(self.port, path)
            except (OSError, http.client.HTTPException) as error:
                self.failures.append(f"{path}: {type(error).__name__}")
                continue
            if status != 200 or b"</html>" not in body:
                self.failures.append(f"{path}: {status}, {len(body)} bytes")
            self.answered += 1
