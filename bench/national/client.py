"""Asking a server over and over: with wrk where it is installed, else with a client of our own in a process of its own.

Our own client takes more of the processor than wrk does. What that costs shows in the figures of the bare greeting.
"""

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import cycle
from pathlib import Path

from hub_finder.config import ROOT

LENGTH = re.compile(rb"^content-length: *(\d+)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Load:
    """How a server answered: requests a second, the median and 95th percentile in ms, and how many answers failed."""

    requests_s: float
    p50: float
    p95: float
    errors: int


def name_of_client() -> str:
    """What `measure` asks with."""
    return "wrk" if shutil.which("wrk") else "our own client"


def measure(port: int, paths: Path, *, clients: int, seconds: int) -> Load:
    """Ask the paths of a file (a line each) in turn, each client its next as soon as it has an answer."""
    if program := shutil.which("wrk"):
        script = str(Path(__file__).with_name("wrk.lua"))
        command = [program, "-t1", f"-c{clients}", f"-d{seconds}s", "--timeout", "30s", "-s", script]
        command.append(f"http://127.0.0.1:{port}")
    else:
        command = [sys.executable, "-m", "bench.national.client", *map(str, (port, paths, clients, seconds))]
    told = subprocess.run(  # noqa: S603
        command, capture_output=True, check=True, cwd=ROOT, env={**os.environ, "PATHS": str(paths)}, text=True
    )
    return Load(**json.loads(told.stdout.strip().splitlines()[-1]))


def percentile(times: list[float], share: float) -> float:
    """The time that such a share of the times does not exceed; the list may not be empty."""
    return sorted(times)[min(int(len(times) * share), len(times) - 1)]


async def ask(port: int, paths: list[str], *, clients: int, seconds: float) -> Load:
    """The same with our own client, over connections that stay open."""
    turns = cycle(paths)
    started = time.perf_counter()
    told = await asyncio.gather(*(_ask_in_turn(port, turns, started + seconds) for _ in range(clients)))
    elapsed = time.perf_counter() - started
    times = [taken for one, _ in told for taken in one]
    return Load(
        requests_s=round(len(times) / elapsed, 1),
        p50=round(percentile(times, 0.5), 3),
        p95=round(percentile(times, 0.95), 3),
        errors=sum(errors for _, errors in told),
    )


async def _ask_in_turn(port: int, turns: Iterator[str], until: float) -> tuple[list[float], int]:
    """The time of each answer in ms, and how many of them were not 200."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    times, errors = [], 0
    while (asked_at := time.perf_counter()) < until:
        writer.write(f"GET {next(turns)} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
        errors += not await read_answer(reader)
        times.append(1000 * (time.perf_counter() - asked_at))
    writer.close()
    return times, errors


async def read_answer(reader: asyncio.StreamReader) -> bool:
    """Read one answer to its end; whether it was 200."""
    head = await reader.readuntil(b"\r\n\r\n")
    if length := LENGTH.search(head):
        await reader.readexactly(int(length[1]))
    else:  # in chunks, each after a line with its length, the last of them empty
        while size := int(await reader.readline(), 16):
            await reader.readexactly(size + 2)
        await reader.readline()
    return head.split(maxsplit=2)[1] == b"200"


if __name__ == "__main__":
    port, file, clients, seconds = sys.argv[1:]
    asked = Path(file).read_text(encoding="utf-8").splitlines()
    load = asyncio.run(ask(int(port), asked, clients=int(clients), seconds=float(seconds)))
    print(json.dumps(asdict(load)))  # noqa: T201
