"""Families who ask all the time: errors, how long they wait, and whether the processes grow.

    python -m bench.load [MINUTES]

Eight clients ask gunicorn as configured for the real pages, in the mix of `MIX`, each on a new connection as from a
proxy, with the real listings on SQLite. Before that every page is opened once that links lead to. Ten minutes unless
told otherwise. Ends with 1 when an answer was an error, p99 was over ten times p50, or a worker grew by a tenth from
the second quarter of the time to the last: the first fills what is kept.
"""

import random
import re
import statistics
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from http.client import HTTPException
from pathlib import Path
from threading import Thread

from bench.national.processes import Running, get, memory_mb, serve
from bench.pages import load
from hub_finder.extensions import db

CLIENTS, MINUTES, EVERY_S = 8, 10.0, 5.0
# Pages, each with how often it is asked for beside the others; "*" is any listing.
MIX = {
    "/": 10,
    "/search?q=stay+and+play&postcode=DT1+1XJ": 15,
    "/search?need=sleep&postcode=BH1+1AA&age=1": 10,
    "/search?q=my+baby+cries+all+night": 10,
    "/search?postcode=DT4+8PD&day=TU&view=timetable": 5,
    "/search?postcode=BH15+1AA&view=map": 5,
    "/services/*": 25,
    "/needs": 5,
    "/hubs": 3,
    "/api/needs?q=sle": 7,
    "/api/search?postcode=DT1+1XJ&need=sleep": 5,
}
MOST_PER_MEDIAN, MOST_GROWTH = 10.0, 1.1
LINK = re.compile(r'<a\s[^>]*href="(/[^"#?]*)')


@dataclass
class Asked:
    """What became of what was asked: seconds of each answer, and errors in words."""

    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    memory: list[tuple[float, dict[int, float]]] = field(default_factory=list)


def main() -> int:
    minutes = float(sys.argv[1]) if len(sys.argv) > 1 else MINUTES
    with tempfile.TemporaryDirectory() as folder:
        address = f"sqlite:///{folder}/load.sqlite"
        app = load(address)
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
        command = [sys.executable, "-m", "gunicorn", "wsgi:app"]
        settings = {"DATABASE_URL": address, "SECRET_KEY": "k" * 40}
        with serve(command, settings, first="/health/live", log=Path(folder) / "log") as server:
            pages, wrong = crawl(server)
            say(f"Every page that links lead to: {len(pages):,} opened, {len(wrong)} errors")
            slugs = [path.removeprefix("/services/") for path in pages if re.fullmatch(r"/services/[^/]+", path)]
            asked = ask_all(server, slugs, minutes)
    return tell(asked, wrong, minutes)


def crawl(server: Running) -> tuple[list[str], list[str]]:
    """Open the start and every page below it, in English, without what a query says; the pages, and what failed."""
    waiting, seen, wrong = deque(["/"]), {"/"}, []
    while waiting:
        path = waiting.popleft()
        status, body = get(server.port, path)
        # Leaving, and pages for those who sign in, lead away.
        if status not in (200, 302, 303, 308):
            wrong.append(f"{path}: {status}")
        if body.lstrip().startswith(b"<!DOCTYPE"):
            for link in map(unescape, LINK.findall(body.decode())):
                if link not in seen and not re.match(r"/(uk|pl|ro|pt|ar)(/|$)|/static/", link):
                    seen.add(link)
                    waiting.append(link)
    return sorted(seen), wrong


def ask_all(server: Running, slugs: list[str], minutes: float) -> Asked:
    asked, until = Asked(), time.monotonic() + minutes * 60
    threads = [Thread(target=ask, args=(server, slugs, until, seed, asked)) for seed in range(CLIENTS)]
    for thread in threads:
        thread.start()
    started = time.monotonic()
    while any(thread.is_alive() for thread in threads):
        workers = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
        asked.memory.append((time.monotonic() - started, {int(pid): memory_mb(int(pid)) for pid in workers}))
        time.sleep(EVERY_S)
    return asked


def ask(server: Running, slugs: list[str], until: float, seed: int, asked: Asked) -> None:
    for path in mixed(slugs, random.Random(seed)):  # noqa: S311  which page comes next is no secret
        if time.monotonic() > until:
            return
        began = time.perf_counter()
        try:
            status, _body = get(server.port, path)
        except (OSError, HTTPException) as error:
            asked.errors.append(f"{path}: {type(error).__name__}")
            continue
        asked.seconds.append(time.perf_counter() - began)
        if status != 200:
            asked.errors.append(f"{path}: {status}")


def mixed(slugs: list[str], chance: random.Random) -> Iterator[str]:
    while True:
        path = chance.choices(list(MIX), list(MIX.values()))[0]
        yield path.replace("*", chance.choice(slugs))


def tell(asked: Asked, wrong: list[str], minutes: float) -> int:
    cuts = statistics.quantiles(asked.seconds, n=100)
    p50, p99 = cuts[49], cuts[98]
    say(f"{len(asked.seconds):,} answers in {minutes:g} minutes, {len(asked.errors)} errors")
    say(f"p50 {p50 * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms: {p99 / p50:.1f} times")
    growth = 1.0
    for pid in asked.memory[-1][1]:
        held = [memory[pid] for _at, memory in asked.memory if pid in memory]
        quarter = max(1, len(held) // 4)
        early, late = statistics.median(held[quarter : 2 * quarter] or held), statistics.median(held[-quarter:])
        growth = max(growth, late / early)
        say(f"A worker: {early:.1f} MB in the second quarter, {late:.1f} MB in the last")
    for error in [*wrong, *asked.errors][:10]:
        say(f"  {error}")
    return int(bool(wrong or asked.errors) or p99 > MOST_PER_MEDIAN * p50 or growth > MOST_GROWTH)


def say(line: str) -> None:
    print(line, flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
