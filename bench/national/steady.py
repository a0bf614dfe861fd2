"""Asking at a fixed rate, whether or not answers came back: what families feel when more of them come at once.

Times count from the moment that a request was due, so waiting in a queue shows; a client that only asks once it has
been answered hides it. Each request has a connection of its own, as a new visitor's has.
"""

import asyncio
import time
from itertools import cycle

from bench.national.client import Load, percentile, read_answer


async def ask_at_rate(port: int, paths: list[str], *, rate: float, seconds: float) -> Load:
    """So many requests a second of the paths in turn; `requests_s` is what came back in the time that it took."""
    started = time.perf_counter()

    async def ask(number: int, path: str) -> tuple[float, bool]:
        good = await _ask_once(port, path)
        return 1000 * (time.perf_counter() - started - number / rate), good

    asking = []
    for number, path in zip(range(int(rate * seconds)), cycle(paths), strict=False):
        await asyncio.sleep(max(0.0, started + number / rate - time.perf_counter()))
        asking.append(asyncio.create_task(ask(number, path)))
    told = await asyncio.gather(*asking)
    times = [taken for taken, _ in told]
    return Load(
        requests_s=round(len(times) / (time.perf_counter() - started), 1),
        p50=round(percentile(times, 0.5), 3),
        p95=round(percentile(times, 0.95), 3),
        errors=sum(not good for _, good in told),
    )


async def _ask_once(port: int, path: str) -> bool:
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n".encode())
        good = await read_answer(reader)
        writer.close()
    except (OSError, asyncio.IncompleteReadError):
        return False
    return good
