"""How often a page asks the database: seldom, and as often for a thousand listings as for one."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import event

from hub_finder.extensions import db
from tests.factories import Catalogue

# Address -> the most queries it may need.
MOST = {
    "/": 2,
    "/search": 1,
    "/search?postcode=FA1+1AA": 26,
    "/search?postcode=FA1+1AA&q=stay&age=3&need=sleep&need=baby-toddler-groups": 26,
    "/search?q=stay+play": 18,
    "/search?q=zzzz&postcode=FA1+1AA&within=1": 40,
    "/services/group-0": 20,
    "/needs": 2,
    "/needs/baby-toddler-groups": 12,
    "/hubs": 26,
    "/localities": 0,
    "/localities/north-fair": 7,
    "/about/coverage": 6,
    "/about/coverage.csv": 6,
    "/about/data": 5,
    "/start-for-life": 3,
    "/start-for-life?postcode=FA1+1AA": 26,
    "/start-for-life/activities": 4,
    "/about/privacy": 0,
    "/about/accessibility": 0,
    "/nowhere": 0,
    "/api/search?postcode=FA1+1AA": 26,
    "/api/needs?q=sleep": 1,
    "/api/places/FA1": 3,
    "/api/places/Oakhm+Green": 3,
    "/services.geojson": 12,
    "/services/group-0.json": 10,
    "/services.csv": 10,
    "/sitemap.xml": 2,
    "/robots.txt": 0,
    "/health/live": 0,
    "/health/ready": 1,
}


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """The statements that reach the database meanwhile."""
    said: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        said.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(engine, "before_cursor_execute", note)


@pytest.fixture
def add_groups(catalogue: Catalogue) -> Callable[[int, int], None]:
    """Adds listings with everything that a page may load, from one number to another."""
    catalogue.add_places()

    def add(start: int, end: int) -> None:
        for number in range(start, end):
            catalogue.add(
                id=f"group-{number}",
                name=f"Group {number}",
                organisation=f"Organisation {number}",
                kind="family_hub" if number % 2 else "outreach",
                latitude=f"52.1{number:02}",
                longitude="-1.2",
                city="Oakham Green",
                locality="north-fair",
                needs="baby-toddler-groups|sleep",
                service_area="council:E09999001",
                source_title=f"Leaflet {number}",
            )
            catalogue.add(id=f"line-{number}", name=f"Line {number}", delivery="phone", organisation=f"Line {number}")

    return add


@pytest.mark.parametrize("address", MOST)
def test_page_asks_the_database_as_often_for_many_listings_as_for_few(
    app: Flask, add_groups: Callable[[int, int], None], address: str
) -> None:
    client = app.test_client()
    add_groups(0, 11)
    client.get(address)
    with counted(app) as few:
        client.get(address)

    add_groups(11, 18)
    with counted(app) as many:
        client.get(address)

    assert len(many) == len(few), "one more query for each listing"
    assert len(many) <= MOST[address], "\n".join(many)


def test_every_address_without_a_slug_is_counted(app: Flask) -> None:
    counted_paths = {address.partition("?")[0] for address in MOST}
    plain = {rule.rule for rule in app.url_map.iter_rules() if not rule.arguments}

    assert plain - counted_paths == {"/basemap.json"}
