"""The search in process, without HTTP and JSON, in a process of its own.

    python -m bench.national.inside ADDRESS AREA          our own `find`
    python -m bench.national.inside FLOOR.sqlite          the bare tuned query

prints one line of JSON: the median and the 95th percentile in ms, of the 1,000 queries after as many to warm up.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from werkzeug.datastructures import MultiDict

from bench.national.client import percentile
from bench.national.floor import Tuned, connect
from bench.national.queries import find_queries
from hub_finder import create_app
from hub_finder.area import current_area
from hub_finder.config import ROOT
from hub_finder.directory.search import find
from hub_finder.extensions import db
from hub_finder.forms import read_search

# A slow engine is asked fewer of the queries.
LONGEST_S = 60


@dataclass(frozen=True, kw_only=True)
class Times:
    """Milliseconds."""

    p50: float
    p95: float


def measure(*arguments: str) -> Times:
    """What a process of its own measured with such arguments."""
    program = [sys.executable, "-m", "bench.national.inside", *arguments]
    told = subprocess.run(program, cwd=ROOT, stdout=subprocess.PIPE, check=True, text=True)  # noqa: S603
    return Times(**json.loads(told.stdout.splitlines()[-1]))


def measure_ours(address: str, area: Path) -> Times:
    """The times of `find`; reading the parameters and looking the postcode up are not counted."""
    app = create_app({"DATABASE_URL": address, "HUB_AREA": str(area)})

    def ask_all() -> list[float]:
        times: list[float] = []
        until = time.monotonic() + LONGEST_S
        for query in find_queries():
            with app.app_context():
                read = read_search(MultiDict(query.parameters()), current_area()).query
                if read is None:
                    raise RuntimeError(f"{query.path()} cannot be read")
                times.append(_timed(lambda asked=read: find(asked, area=current_area())))  # type: ignore[misc]
            if time.monotonic() > until:
                break
        return times

    times = _second(ask_all)
    with app.app_context():
        db.engine.dispose()
    return times


def measure_floor(database: Path) -> Times:
    """The times of the bare tuned query."""
    connection = connect(database)
    search = Tuned(connection)
    return _second(
        lambda: [_timed(lambda asked=query: search(connection, asked)) for query in find_queries()]  # type: ignore[misc]
    )


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - started)


def _second(ask_all: Callable[[], list[float]]) -> Times:
    """What the second of two runs took: the first is to warm up."""
    ask_all()
    times = ask_all()
    return Times(p50=percentile(times, 0.5), p95=percentile(times, 0.95))


if __name__ == "__main__":
    address, *area = sys.argv[1:]
    measured = measure_ours(address, Path(area[0])) if area else measure_floor(Path(address))
    print(json.dumps(asdict(measured)))  # noqa: T201
