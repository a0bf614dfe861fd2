"""A database as the first release made it, with real listings in it, serves families after the upgrade."""

import json
from collections.abc import Callable, Iterator
from datetime import date, time
from typing import Any

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import Date, MetaData, Table, Time

from hub_finder.config import ROOT
from hub_finder.directory import index
from hub_finder.directory.catalogue import iterate_stored
from hub_finder.directory.schedules import format_schedules
from hub_finder.extensions import db
from tests.conftest import DATABASES, build_app

MIGRATIONS = str(ROOT / "migrations")
FIRST = "0001"
Rows = list[dict[str, Any]]
OLD: dict[str, Rows] = json.loads((ROOT / "tests/data/first_release.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module", params=DATABASES)
def upgraded(request: pytest.FixtureRequest, make_database: Callable[[str, str], str]) -> Iterator[Flask]:
    app = build_app(make_database(request.param, "first-release"))
    with app.app_context():
        downgrade(directory=MIGRATIONS, revision=FIRST)
        fill_as_then()
        upgrade(directory=MIGRATIONS)
        index.rebuild(db.session())
        db.session.commit()
    yield app
    with app.app_context():
        db.engine.dispose()


def fill_as_then() -> None:
    with db.engine.begin() as connection:
        for name, rows in OLD.items():
            table = Table(name, MetaData(), autoload_with=connection)
            kinds: dict[type, Callable[[str], object]] = {Date: date.fromisoformat, Time: time.fromisoformat}
            readers = {
                column.name: read
                for column in table.columns
                for kind, read in kinds.items()
                if isinstance(column.type, kind)
            }
            typed = [
                {key: readers[key](value) if value and key in readers else value for key, value in row.items()}
                for row in rows
            ]
            connection.execute(table.insert(), typed)


def of_old(table: str, service: int) -> Rows:
    return [row for row in OLD[table] if row["service_id"] == service]


def test_the_first_release_had_something_to_lose() -> None:
    assert len(OLD["service"]) > 20
    assert all(OLD.values())


def test_every_listing_says_what_it_said(upgraded: Flask) -> None:
    organisations = {row["id"]: row["name"] for row in OLD["organisation"]}
    needs = {row["id"]: row["slug"] for row in OLD["need"]}
    with upgraded.app_context():
        there = {service.slug: service for service in iterate_stored()}
        assert there.keys() == {row["slug"] for row in OLD["service"]}
        for row in OLD["service"]:
            service = there[row["slug"]]
            for name, value in row.items():
                stored = getattr(service, name)
                assert (str(stored) if isinstance(stored, date) else stored) == value, (row["slug"], name)
            assert service.organisation.name == organisations[row["organisation_id"]]
            linked = sorted(of_old("service_need", row["id"]), key=lambda link: link["position"])
            assert [need.slug for need in service.needs] == [needs[link["need_id"]] for link in linked]
            assert {(area.scope, area.value) for area in service.areas} == {
                (area["scope"], area["value"]) for area in of_old("service_area", row["id"])
            }
            assert [(source.title, source.url) for source in service.sources] == [
                (source["title"], source["url"]) for source in of_old("source", row["id"])
            ]


def test_places_and_times_are_what_they_were(upgraded: Flask) -> None:
    with upgraded.app_context():
        for service in iterate_stored():
            places = of_old("location", service.id)
            assert [(place.name, place.postal_code, place.latitude, place.longitude) for place in service.places] == [
                (place["name"], place["postal_code"], place["latitude"], place["longitude"]) for place in places
            ]
            told = format_schedules(service.schedules)
            for old in of_old("schedule", service.id):
                assert (old["opens_at"] or "")[:5] in told
                assert all(day in told for day in old["byday"])


@pytest.mark.parametrize("service", OLD["service"], ids=lambda row: row["slug"])
def test_families_find_it_and_read_it(upgraded: Flask, service: dict[str, Any]) -> None:
    client = upgraded.test_client()

    found = client.get("/api/search", query_string={"q": service["name"]}).get_json()
    page = client.get(f"/services/{service['slug']}")

    assert service["slug"] in [result["slug"] for result in found["results"] + found["without_a_place"]]
    assert page.status_code == 200
