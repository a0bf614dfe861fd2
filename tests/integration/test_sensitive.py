"""The place of a sensitive listing is nowhere: it cannot be stored, so no address of this site gives it away."""

import csv
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from hub_finder.access import PUBLIC, rule_of
from hub_finder.directory.columns import COLUMNS
from hub_finder.extensions import db
from hub_finder.importers.services import import_services
from hub_finder.models.services import Location, Service
from tests.factories import Catalogue, cells
from tests.reading import answers, read

SAFE = {
    "id": "safe-house",
    "name": "Safe House",
    "kind": "family_hub",
    "locality": "north-fair",
    "sensitive": "yes",
    "phone": "01632 960999",
    "contact_role": "Night line",
    "contact_phone": "01632 960998",
    "service_area": "council:E09999001",
    "schedule": "WEEKLY TU 10:00-12:00",
}
SECRET = {
    "location_name": "Hawthorn Cottage",
    "address_1": "7 Secret Lane",
    "city": "Hiddenham",
    "postal_code": "FA1 9ZZ",
    "latitude": "52.12345",
    "longitude": "-1.23456",
    "location_precision": "exact",
    "location_accessibility": "A gate with a bell.",
}
# What an address may hold in the place of its parts; for parts that are not named here, the listing's own names.
VALUES = {"need": ["baby-toddler-groups"], "text": ["FA1", "Oakham Green"]}
QUERIES = {
    "/search": ["", "?q=safe", "?postcode=FA1+1AA", "?postcode=FA1+1AA&view=map", "?locality=north-fair"],
    "/api/search": ["", "?postcode=FA1+1AA", "?q=hawthorn+secret+hiddenham"],
    "/services.geojson": ["", "?postcode=FA1+1AA"],
}


def rows_that_name_the_place() -> Iterator[list[dict[str, str]]]:
    """The listing with its whole place, with each part of it alone, in its own row and in a row under it."""
    whole = [{"location_precision": "none", **SECRET}]
    parts = [{name: SECRET[name]} for name in SECRET if not name.startswith(("latitude", "longitude", "location_prec"))]
    point = {name: SECRET[name] for name in ("latitude", "longitude", "location_precision")}
    for place in (*whole, *parts, point):
        yield [cells(**{**SAFE, **place})]
        yield [cells(**SAFE), {"id": "safe-house", **place}]


def addresses(app: Flask, service: Service) -> Iterator[str]:
    """Every public address that can be asked for, with all that may stand in it."""
    own = [service.slug, service.uid, service.organisation.uid, "north-fair"]
    for rule in app.url_map.iter_rules():
        if rule_of(app, rule.endpoint) != PUBLIC or "GET" not in (rule.methods or ()) or rule.endpoint == "static":
            continue
        names = sorted(rule.arguments)
        for values in product(*(VALUES.get(name, own) for name in names)):
            path = app.url_map.bind("").build(rule.endpoint, dict(zip(names, values, strict=True)))
            yield from (f"{path}{query}" for query in QUERIES.get(rule.rule, [""]))


def test_hostile_file_gives_a_sensitive_listing_no_place_on_any_address(
    catalogue: Catalogue, app: Flask, client: FlaskClient, tmp_path: Path
) -> None:
    catalogue.add_places()
    catalogue.add(**SAFE)
    catalogue.add(id="open-house", name="Open House", latitude="52.1", longitude="-1.2", related="safe-house")
    path = tmp_path / "hostile.csv"
    tried = 0

    for rows in rows_that_name_the_place():
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(COLUMNS))
            writer.writeheader()
            writer.writerows(rows)
        with app.app_context():
            report = import_services(path, area=catalogue.area)
            assert report.exit_code == 1, rows
        tried += 1

    assert tried == 14
    with app.app_context():
        service = db.session.scalars(select(Service).where(Service.slug == "safe-house")).one()
        assert service.places == []
        assert not db.session.scalars(select(Location).where(Location.city == "Hiddenham")).all()
        asked = list(addresses(app, service))
    opened = 0
    for address in asked:
        response = client.get(address)
        said = response.data.decode(errors="replace")
        opened += response.status_code == 200 and "safe house" in said.lower()
        for name, value in SECRET.items():
            assert name == "location_precision" or value not in said, f"{address} gives away {name}"
    assert opened >= 10, "the listing itself was hardly seen, so nothing was proved"


def test_page_of_a_sensitive_listing_says_why_there_is_no_place(catalogue: Catalogue, client: FlaskClient) -> None:
    catalogue.add(**SAFE)

    page = read(client.get("/services/safe-house"))

    assert answers(page)["Where is it?"] == (
        "Where is it? We do not show where it is. This keeps people safe. Ask them."
    )
    assert not page.select("#map, address, a[href*='google']")
    assert page.select("a[href='tel:+441632960998']")


def test_sensitive_listing_has_no_point_for_programs(catalogue: Catalogue, client: FlaskClient) -> None:
    catalogue.add(**SAFE)

    twin = client.get("/services/safe-house.json").get_json()
    [feature] = client.get("/services.geojson").get_json()["features"]

    assert (twin["sensitive"], twin["places"]) == (True, [])
    assert feature["geometry"] is None
    assert [feature["properties"][name] for name in ("latitude", "longitude", "distance_m")] == [None] * 3


@pytest.mark.parametrize("address", ["/hubs", "/localities/north-fair"])
def test_sensitive_listing_is_on_no_map(catalogue: Catalogue, client: FlaskClient, address: str) -> None:
    catalogue.add(**SAFE)

    page = read(client.get(address))

    assert "Safe House" in page.get_text()
    assert not page.select("#map")
