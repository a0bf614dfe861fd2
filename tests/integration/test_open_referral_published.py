"""The checker of the profile that others published, on their golden answers and on ours."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from werkzeug import Request, Response
from werkzeug.serving import make_server

from hub_finder.config import ROOT
from hub_finder.directory import freshness
from hub_finder.extensions import db
from hub_finder.importers.needs import import_needs
from hub_finder.importers.services import import_services
from tests.conftest import DATABASES, build_app
from tests.factories import Catalogue
from tests.integration.giving_out import FULL
from tests.whole_listing import add_whole_listing

OTHERS = ROOT.parent / "shared/oruk"
NEEDED = ("oruk_check.py", "mocks/V3.0-UK-Default", "schema-3.0-validator")
MISSING = [name for name in NEEDED if not (OTHERS / name).exists()]
pytestmark = pytest.mark.skipif(
    bool(MISSING),
    reason=f"not here: {', '.join(MISSING)} of ../shared/oruk, which are others' and no part of this project; "
    "tests/integration/test_open_referral_contract.py holds the feed to the same tables without them",
)
SINGLE: Mapping[str, str] = {
    "services": "service",
    "service_at_locations": "service_at_location",
    "organizations": "organization",
    "taxonomies": "taxonomy",
    "taxonomy_terms": "taxonomy_term",
}


@dataclass(frozen=True)
class Verdict:
    passed: bool
    failures: list[str]
    warnings: list[str]


def check(app: Any, path: str = "") -> Verdict:
    """What the checker says of an app, strictly."""
    with serving(app) as address:
        done = subprocess.run(
            [sys.executable, str(OTHERS / NEEDED[0]), f"{address}{path}", "--strict", "--json"],
            capture_output=True,
            text=True,
            check=False,
        )
    told = json.loads(done.stdout)
    assert done.returncode == (0 if told["pass"] else 1)
    return Verdict(told["pass"], told["fails"], told["warnings"])


@contextmanager
def serving(app: Any) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()


def golden(folder: Path) -> Any:
    """An app that gives the answers of a folder: one page of each list, and one of each thing, whatever is asked."""

    def file_of(path: str) -> Path | None:
        collection, _, uid = path.strip("/").partition("/")
        if not collection:
            return folder / "api_details.json"
        name = SINGLE.get(collection, "")
        files = (f"{name}_full.json", f"{name}.json") if uid else (f"{name}_list.json",)
        return next((folder / one for one in files if (folder / one).exists()), None)

    @Request.application
    def app(request: Request) -> Response:
        file = file_of(request.path)
        if file is None:
            return Response(status=404)
        headers = {"Access-Control-Allow-Origin": "*"}
        return Response(file.read_bytes(), mimetype="application/json", headers=headers)

    return app


@pytest.mark.parametrize(
    ("folder", "passed"),
    [("V3.0-UK-Default", True), ("V3.0-UK-Warn", True), ("V3.0-UK-Test", False), ("V3.0-UK-Fail", False)],
)
def test_the_golden_answers_pass_or_fail_as_they_should(folder: str, passed: bool) -> None:
    verdict = check(golden(OTHERS / "mocks" / folder))

    assert verdict.passed is passed, verdict.failures
    # They are one page each, and say that there are ten.
    assert verdict.warnings


def test_our_feed_passes_with_every_field_filled(catalogue: Catalogue, app: Flask) -> None:
    add_whole_listing(catalogue, freshness.today())
    catalogue.add({"location_name": "Elm Hall", "city": "Elm", "schedule": "MONTHLY 1SA 10:00-12:00"}, **FULL)
    catalogue.add(id="birch-helpline", name="Birch helpline", delivery="phone", service_area="national", phone="")

    assert check(app, "/api/v3") == Verdict(True, [], [])


@pytest.mark.parametrize("kind", DATABASES)
def test_our_feed_passes_with_the_real_listings(make_database: Callable[[str, str], str], kind: str) -> None:
    app = build_app(make_database(kind, "checked"))
    with app.app_context():
        area = app.extensions["hub_area"]
        import_needs(ROOT / "data/needs.csv")
        assert import_services(area.services_file, area=area).added > 100

    try:
        assert check(app, "/api/v3") == Verdict(True, [], [])
    finally:
        with app.app_context():
            db.engine.dispose()
