"""Loading the national data set by our own commands, in processes of their own so that a peak of memory is their own.

    python -m bench.national.loading ADDRESS AREA [LISTINGS]

imports the listings into a new database, or, without any, makes the index of one that stands anew; prints a line of
JSON. The area's folder is one of `write_area`.
"""

import json
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import text

from bench.national.processes import peak_mb
from hub_finder import create_app
from hub_finder.config import ROOT
from hub_finder.extensions import db
from hub_finder.importers.needs import import_needs


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What an import into a new database took: seconds, and the most memory."""

    import_s: float
    import_mb: float


@dataclass(frozen=True, kw_only=True)
class Reindexed:
    """What making the index anew took: seconds, and the most memory; and the size of the database after it."""

    reindex_s: float
    reindex_mb: float
    database_mb: float


def load(address: str, area: Path, listings: Path) -> Imported:
    """Load the data set into a new database. Raises CalledProcessError, its errors printed."""
    return Imported(**_told(address, area, listings))


def reindex(address: str, area: Path) -> Reindexed:
    """Make the index of a database anew. Raises CalledProcessError, its errors printed."""
    return Reindexed(**_told(address, area))


def _told(*arguments: str | Path) -> dict[str, float]:
    program = [sys.executable, "-m", "bench.national.loading", *map(str, arguments)]
    done = subprocess.run(program, cwd=ROOT, stdout=subprocess.PIPE, check=True, text=True)  # noqa: S603
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return told


def load_here(address: str, area: Path, listings: Path) -> Imported:
    """`load` in this process."""
    app = create_app({"DATABASE_URL": address, "HUB_AREA": str(area)})
    with app.app_context():
        upgrade(directory=str(ROOT / "migrations"))
        import_needs(area / "needs.csv")
    run(app, "import-postcodes", str(area / "postcodes.csv"))
    run(app, "import-places", str(area / "places.csv"))
    import_s = run(app, "import-services", str(listings))
    _tidy(app)
    return Imported(import_s=import_s, import_mb=peak_mb())


def reindex_here(address: str, area: Path) -> Reindexed:
    """`reindex` in this process."""
    app = create_app({"DATABASE_URL": address, "HUB_AREA": str(area)})
    reindex_s = run(app, "reindex")
    return Reindexed(reindex_s=reindex_s, reindex_mb=peak_mb(), database_mb=_tidy(app))


def run(app: Flask, *command: str) -> float:
    """The seconds that a command of `flask hub` takes, without the start of Python. Stops when it refuses anything."""
    started = time.perf_counter()
    result = app.test_cli_runner().invoke(args=["hub", *command])
    elapsed = time.perf_counter() - started
    if result.exit_code:
        raise RuntimeError(f"flask hub {' '.join(command)}: {result.output[-2000:]}") from result.exception
    return elapsed


def _tidy(app: Flask) -> float:
    """Do what the database would do by itself in a while, and tell its size in MB."""
    with app.app_context():
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("VACUUM ANALYZE"))
                connection.execute(text("CHECKPOINT"))
                size = connection.scalar(text("SELECT pg_database_size(current_database())"))
            else:
                connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
                size = Path(str(connection.engine.url.database)).stat().st_size
        db.engine.dispose()
    return int(size or 0) / 1e6


if __name__ == "__main__":
    address, area, *listings = sys.argv[1:]
    done = load_here(address, Path(area), Path(*listings)) if listings else reindex_here(address, Path(area))
    print(json.dumps(asdict(done)))  # noqa: T201
