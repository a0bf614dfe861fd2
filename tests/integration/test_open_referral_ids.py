"""Ids in feeds: the same after a file is read again, after a rename, after a merge, and in the other database."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from hub_finder.directory.catalogue import iterate_services
from hub_finder.directory.listings import rows_of
from hub_finder.directory.records import listing_of
from hub_finder.directory.stock import get_stored
from hub_finder.extensions import db
from hub_finder.importers.export import export_services
from hub_finder.importers.services import import_services
from tests.conftest import DATABASES, FAIRSHIRE, build_app
from tests.factories import Catalogue
from tests.integration.giving_out import FULL, add_town, read

Json = Any


@pytest.fixture
def town(catalogue: Catalogue) -> Catalogue:
    add_town(catalogue)
    return catalogue


@pytest.fixture(scope="module")
def other_app(make_database: Callable[[str, str], str], fairshire_app: Flask) -> Iterator[Flask]:
    """An app on an empty database of the other kind."""
    here = "sqlite" if fairshire_app.config["DATABASE_URL"].startswith("sqlite") else "postgresql"
    [kind] = set(DATABASES) - {here}
    app = build_app(make_database(kind, f"moved-from-{here}"), HUB_AREA=str(FAIRSHIRE))
    yield app
    with app.app_context():
        db.engine.dispose()


def everything(client: FlaskClient) -> dict[str, Json]:
    """All that the feed tells, by collection, without the moments."""
    told: dict[str, Json] = {}
    for collection in ("services", "service_at_locations", "organizations"):
        told[collection] = read(client, f"/{collection}?full=true&per_page=500")["contents"]
    return {name: without_moments(items) for name, items in told.items()}


def without_moments(told: Json) -> Json:
    if isinstance(told, list):
        return sorted(map(without_moments, told), key=str)
    if isinstance(told, dict):
        return {name: without_moments(one) for name, one in told.items() if name != "last_modified"}
    return told


def export(app: Flask, file: Path) -> Path:
    with app.app_context():
        file.write_text("".join(export_services(iterate_services())), encoding="utf-8", newline="")
    return file


def load(app: Flask, file: Path, *, whole: bool = False) -> None:
    with app.app_context():
        report = import_services(file, area=app.extensions["hub_area"], whole=whole)
        assert not report.refused


def test_a_file_that_is_read_again_changes_nothing(
    town: Catalogue, app: Flask, client: FlaskClient, tmp_path: Path
) -> None:
    before = read(client, "/services?full=true")["contents"]

    for whole in (False, True):
        load(app, export(app, tmp_path / "out.csv"), whole=whole)

        assert read(client, "/services?full=true")["contents"] == before


def test_another_database_tells_the_same_with_the_same_ids(
    town: Catalogue, app: Flask, client: FlaskClient, other_app: Flask, tmp_path: Path
) -> None:
    elsewhere = Catalogue(other_app)
    elsewhere.add_places()
    load(other_app, export(app, tmp_path / "out.csv"))

    before, after = everything(client), everything(other_app.test_client())

    assert before["services"]
    assert after == before


def test_a_file_without_ids_keeps_those_that_were_given_here(
    town: Catalogue, app: Flask, client: FlaskClient, tmp_path: Path
) -> None:
    given = "11111111-1111-4111-8111-111111111111"
    town.add(id="from-a-feed", **{**FULL, "name": "Dogwood", "uuid": given})
    town.add(id="from-a-feed", **{**FULL, "name": "Dogwood trees"})

    told = read(client, f"/services/{given}")

    assert told["name"] == "Dogwood trees"
    for link in told["service_at_locations"]:
        assert read(client, f"/service_at_locations/{link['id']}")["service"]["id"] == given


def test_every_id_that_a_list_tells_can_be_read(town: Catalogue, client: FlaskClient) -> None:
    for collection in ("services", "service_at_locations", "organizations"):
        for one in read(client, f"/{collection}?full=true")["contents"]:
            assert read(client, f"/{collection}/{one['id']}")["id"] == one["id"]


def test_a_rename_keeps_every_id(town: Catalogue, app: Flask, client: FlaskClient) -> None:
    [item] = read(client, "/services?search=drink&full=true")["contents"]
    with app.app_context():
        first, *further = rows_of(listing_of(get_stored("acorn-toddler-group")))
    renamed = {"name": "Quite another name", "organisation": "Another trust"}
    town.add(*further, **{**first, **renamed, "organisation_uuid": item["organization"]["id"]})

    told = read(client, f"/services/{item['id']}")

    assert (told["name"], told["organization"]["name"]) == ("Quite another name", "Another trust")
    assert told["organization"]["id"] == item["organization"]["id"]
    assert places_of(told) == places_of(item)
    assert read(client, f"/organizations/{item['organization']['id']}")["name"] == "Another trust"


def places_of(item: Json) -> list[tuple[str, str]]:
    return [(link["id"], link["location"]["id"]) for link in item["service_at_locations"]]


def test_an_organisation_that_is_renamed_by_one_listing_is_told_among_the_changes_of_its_others(
    town: Catalogue, app: Flask, client: FlaskClient
) -> None:
    town.add(id="elder-club", **{**FULL, "name": "Elder club"})
    rows = {**FULL, "id": "elder-club", "name": "Elder club", "organisation": "Oak and Elder"}
    uid = read(client, "/organizations?search=oak")["contents"][0]["id"]
    moments = [one["modified_date"] for one in read(client, "/services?minimal=true")["contents"]]
    town.add(**{**rows, "organisation_uuid": uid})

    told = read(client, f"/services?modified_after={max(moments)}")["contents"]
    acorn = [one for one in told if one["name"].startswith("Acorn")]
    assert [one["organization"]["name"] for one in acorn] == ["Oak and Elder"]
    assert acorn[0]["last_modified"] > max(moments)
