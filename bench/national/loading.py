"""Loading the national data set by our own commands, in a process of its own so that its peak of memory is its own.

    python -m bench.national.loading ADDRESS FOLDER LISTINGS

prints one line of JSON. The address is a new database's; the folder is an area's of `write_area`.
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
class Loaded:
    """What loading took: seconds, the most memory, and the size of the database after it."""

    import_s: float
    reindex_s: float
    peak_mb: float
    database_mb: float


def load(address: str, area: Path, listings: Path) -> Loaded:
    """Load the data set into a new database, in a process of its own. Raises CalledProcessError, its errors printed."""
    program = [sys.executable, "-m", "bench.national.loading", address, str(area), str(listings)]
    told = subprocess.run(program, cwd=ROOT, stdout=subprocess.PIPE, check=True, text=True)  # noqa: S603
    return Loaded(**json.loads(told.stdout.splitlines()[-1]))


def load_here(address: str, area: Path, listings: Path) -> Loaded:
    """The same in this process."""
    app = create_app({"DATABASE_URL": address, "HUB_AREA": str(area)})
    with app.app_context():
        upgrade(directory=str(ROOT / "migrations"))
        import_needs(area / "needs.csv")
    run(app, "import-postcodes", str(area / "postcodes.csv"))
    run(app, "import-places", str(area / "places.csv"))
    import_s = run(app, "import-services", str(listings))
    # The first filling of the index is part of the import; this makes it anew, as somebody does to a site that stands.
    _tidy(app)
    reindex_s = run(app, "reindex")
    size = _tidy(app)
    return Loaded(import_s=import_s, reindex_s=reindex_s, peak_mb=peak_mb(), database_mb=size)


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
    print(json.dumps(asdict(load_here(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])))))  # noqa: T201
