"""Servers to measure: started, waited for, weighed, and stopped again. Nothing but this machine is asked."""

import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from hub_finder.config import ROOT

SLOWEST_START_S, SLOWEST_STOP_S = 300, 20


@dataclass(frozen=True, kw_only=True)
class Running:
    """A server that answers: the id of its first process, its port, and the seconds until it answered."""

    pid: int
    port: int
    start_s: float


@contextmanager
def serve(command: Sequence[str], environment: Mapping[str, str], *, first: str, log: Path) -> Iterator[Running]:
    """Run a server while the block runs, on a port of its own: PORT in its environment.

    It is up when it answers the path `first` with 200. Raises RuntimeError with the end of its log when it does not.
    """
    port = _free_port()
    settings = {**os.environ, **environment, "PORT": str(port)}
    started = time.perf_counter()
    with log.open("w", encoding="utf-8") as file:
        process = subprocess.Popen(  # noqa: S603
            command, cwd=ROOT, env=settings, stdout=file, stderr=file, start_new_session=True
        )
    try:
        _wait_for(process, port, first, log)
        yield Running(pid=process.pid, port=port, start_s=time.perf_counter() - started)
    finally:
        _stop(process)


def get(port: int, path: str, *, timeout_s: float = 60) -> tuple[int, bytes]:
    """The status and body of an answer."""
    connection = HTTPConnection("127.0.0.1", port, timeout=timeout_s)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def memory_mb(pid: int) -> float:
    """What a process and all below it take, each page that several share counted in parts (PSS)."""
    return sum(map(_pss_kb, _tree(pid))) / 1024


def peak_mb() -> float:
    """The most memory that this process has held. `getrusage` would count what its parent held when it was started."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(re.search(r"VmHWM:\s*(\d+)", status)[1]) / 1024  # type: ignore[index]


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


def _wait_for(process: subprocess.Popen[bytes], port: int, path: str, log: Path) -> None:
    until = time.monotonic() + SLOWEST_START_S
    said = ""
    while process.poll() is None and time.monotonic() < until:
        try:
            status, body = get(port, path)
        except (OSError, HTTPException):
            time.sleep(0.05)
            continue
        if status == 200:
            return
        said = f"{status} {body[:500].decode(errors='replace')}"
        break
    raise RuntimeError(f"The server did not answer {path}: {said}\n{log.read_text(encoding='utf-8')[-2000:]}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    try:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(SLOWEST_STOP_S)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    except ProcessLookupError:
        process.wait()


def _tree(pid: int) -> list[int]:
    """A process and all below it."""
    children: dict[int, list[int]] = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            # The name, in brackets, may hold anything; the parent is the second field after it.
            parent = int(status.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        children.setdefault(parent, []).append(int(status.parent.name))
    found = [pid]
    for one in found:
        found += children.get(one, [])
    return found


def _pss_kb(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
