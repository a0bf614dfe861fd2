"""Our feed as a second reader takes it: each thing in it against the schemas that others published, formats included.

The published checker looks at samples; this reads all pages, all things and all lines.
"""

import json
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator, FormatChecker

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
# The same profile as its authors publish it, and as their validator holds feeds to it.
FOLDERS = ("schema-3.0-profile/compiled", "schema-3.0-validator")
MISSING = [name for name in FOLDERS if not (OTHERS / name).exists()]
pytestmark = pytest.mark.skipif(
    bool(MISSING),
    reason=f"not here: {', '.join(MISSING)} of ../shared/oruk, which are others' and no part of this project",
)
# Kind of things -> (the schema of one in a list, of one alone).
SCHEMAS = {
    "services": ("service_list", "service"),
    "service_at_locations": ("service_at_location_list", "service_at_location"),
    "organizations": ("organization_list", "organization"),
    "taxonomies": ("taxonomy_list", "taxonomy"),
    "taxonomy_terms": ("taxonomy_term_list", "taxonomy_term"),
}
CHECKED_FORMATS = {"uuid", "email", "date", "date-time", "time", "uri"}
Json = Any


@cache
def reader(folder: str, name: str) -> Draft202012Validator | None:
    """A reader by a published schema; None where this folder has none. What the schema does not name is refused."""
    file = OTHERS / folder / f"{name}.json"
    if not file.exists():
        return None
    schema = closed(json.loads(file.read_text("utf-8")))
    # Some tell of the page around the things, in words of their own.
    schema = schema.get("properties", {}).get("contents", {}).get("items", schema)
    return Draft202012Validator(schema, format_checker=FormatChecker())


def closed(schema: Json) -> Json:
    if isinstance(schema, list):
        return [closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    told = {name: value if name in ("example", "enum") else closed(value) for name, value in schema.items()}
    if isinstance(told.get("properties"), dict):
        told.setdefault("additionalProperties", False)
    return told


def faults(name: str, thing: Json) -> Iterator[str]:
    """What is wrong with an answer by each of the published schemas of this name."""
    for folder in FOLDERS:
        read = reader(folder, name)
        for error in read.iter_errors(thing) if read else ():
            where = "/".join("#" if isinstance(step, int) else step for step in error.absolute_path)
            yield f"{folder} {name} {where}: {error.message[:200]}"


def take(client: FlaskClient, path: str) -> Json:
    answer = client.get(path)
    assert answer.status_code == 200, f"{path}: {answer.status_code}"
    return answer.get_json()


def pages(client: FlaskClient, kind: str) -> Iterator[Json]:
    number, last = 1, False
    while not last:
        page = take(client, f"/api/v3/{kind}?page={number}&per_page=100")
        yield page
        number, last = number + 1, page["last_page"]


def read_everything(client: FlaskClient) -> tuple[set[str], int]:
    """All faults of all that the feed gives, and how many things there were."""
    found: set[str] = set()
    count = 0
    for kind, (in_list, alone) in SCHEMAS.items():
        uids = []
        for page in pages(client, kind):
            found.update(fault for one in page["contents"] for fault in faults(in_list, one))
            uids += [one["id"] for one in page["contents"]]
        for uid in uids:
            found.update(faults(alone, take(client, f"/api/v3/{kind}/{uid}")))
        lines = client.get(f"/api/v3/{kind}?format=ndjson").data.splitlines()
        assert [json.loads(line)["id"] for line in lines] == uids
        count += len(uids)
    for path, name in (("services?full=true", "service"), ("service_at_locations?full=true", "service_at_location")):
        for line in client.get(f"/api/v3/{path}&format=ndjson").data.splitlines():
            found.update(faults(name, json.loads(line)))
    return found, count


def test_the_reader_checks_formats_and_refuses_what_it_does_not_know() -> None:
    uid = "ac148810-d857-441c-9679-408f346de14b"
    organisation = {"id": uid, "name": "A", "description": "B"}
    good = {"id": uid, "name": "A", "status": "active", "organization": organisation}
    bad = {
        "id": "no-uuid",
        "email": "nobody",
        "url": "not a uri",
        "schedules": [{"id": uid, "opens_at": 9}],
        "last_modified": "yesterday",
        "phone": "01632 960123",
    }

    assert FormatChecker().checkers.keys() >= CHECKED_FORMATS
    assert list(faults("service", good)) == []
    for name, value in bad.items():
        assert list(faults("service", good | {name: value})), name


def test_a_second_reader_takes_our_feed_with_every_field_filled(catalogue: Catalogue, app: Flask) -> None:
    add_whole_listing(catalogue, freshness.today())
    catalogue.add({"location_name": "Elm Hall", "city": "Elm", "schedule": "MONTHLY 1SA 10:00-12:00"}, **FULL)
    catalogue.add(id="birch-helpline", name="Birch helpline", delivery="phone", service_area="national", phone="")

    found, count = read_everything(FlaskClient(app))

    assert found == set()
    assert count > 20


@pytest.mark.parametrize("kind", DATABASES)
def test_a_second_reader_takes_all_of_our_real_feed(make_database: Callable[[str, str], str], kind: str) -> None:
    app = build_app(make_database(kind, "taken"), HUB_API_PER_MINUTE="0")
    with app.app_context():
        area = app.extensions["hub_area"]
        import_needs(ROOT / "data/needs.csv")
        assert import_services(area.services_file, area=area).added > 100

    try:
        found, count = read_everything(FlaskClient(app))
    finally:
        with app.app_context():
            db.engine.dispose()

    assert found == set()
    assert count > 500
