"""What is measured over HTTP, beside what: how each is started, how it is asked, and how its answer is read."""

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from bench.national import datasette
from bench.national.queries import Query

BIN = Path(sys.executable).parent
NATIONAL = Path(__file__).parent


@dataclass(frozen=True, kw_only=True)
class Engine:
    """A server. `slugs` reads the listings out of an answer."""

    name: str
    command: Sequence[str]
    path: Callable[[Query], str]
    slugs: Callable[[bytes], list[str]]
    environment: Mapping[str, str] = field(default_factory=dict)


OURS = ("SQLite", "PostgreSQL")
HELLO, FLOOR, TUNED, DOCUMENTED = "hello", "floor", "datasette, tuned", "datasette, as documented"
LABELS = {
    HELLO: "A bare greeting",
    FLOOR: "The bare tuned query",
    "SQLite": "Hub Finder on SQLite",
    "PostgreSQL": "Hub Finder on PostgreSQL",
    TUNED: "Datasette, asked with our tuned SQL",
    DOCUMENTED: "Datasette, asked as its documentation leads",
}


def find_engines(
    addresses: Mapping[str, str], *, area: Path, floor: Path, datasette_python: Path | None
) -> list[Engine]:
    """The engines in the order they are told of; `addresses` are our databases by their names."""
    serve = [str(BIN / "gunicorn"), "-c", str(NATIONAL / "floor_server.py"), "bench.national.floor_app:app"]
    database = {"BENCH_DATABASE": str(floor)}
    engines = [
        Engine(name=HELLO, command=serve, path=lambda _query: "/hello", slugs=lambda _body: [], environment=database),
        Engine(name=FLOOR, command=serve, path=_floor_path, slugs=_slugs_of_results, environment=database),
        *(
            Engine(
                name=name,
                command=[str(BIN / "gunicorn"), "wsgi:app"],
                path=Query.path,
                slugs=_slugs_of_results,
                environment={"DATABASE_URL": address, "HUB_AREA": str(area), "HUB_API_PER_MINUTE": "0"},
            )
            for name, address in addresses.items()
        ),
    ]
    if datasette_python:
        engines += _datasettes(datasette_python, floor)
    return engines


def _datasettes(python: Path, floor: Path) -> list[Engine]:
    command = [str(python), "-m", "gunicorn", "-c", str(NATIONAL / "datasette_server.py")]
    command.append("bench.national.datasette_app:app")
    ways = {TUNED: datasette.tuned_path, DOCUMENTED: datasette.documented_path}
    return [
        Engine(
            name=name,
            command=command,
            path=lambda query, way=way: way(query, floor.stem),  # type: ignore[misc]
            slugs=lambda body: [row["slug"] for row in json.loads(body)],
            environment={"BENCH_DATABASE": str(floor)},
        )
        for name, way in ways.items()
    ]


def _floor_path(query: Query) -> str:
    asked = query.parameters(latitude=str(query.latitude), longitude=str(query.longitude))
    return f"/search?{urlencode(asked)}"


def _slugs_of_results(body: bytes) -> list[str]:
    return [row["slug"] for row in json.loads(body)["results"]]
