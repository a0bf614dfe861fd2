"""Lists that are read in pages while they change, and files that are sent while they are made."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from hub_finder import taking_away
from hub_finder.api.told import init_app as forget_told
from hub_finder.directory import giving_out, standing
from hub_finder.directory.stock import get_stored
from hub_finder.extensions import db
from hub_finder.models.services import Status
from tests.factories import Catalogue

PLACE = {"latitude": "52.1", "longitude": "-1.2", "location_precision": "exact"}


@pytest.fixture
def row_of_groups(catalogue: Catalogue) -> Catalogue:
    """Twelve listings of as many organisations, each with two places."""
    for number in range(12):
        catalogue.add(
            {**PLACE, "location_name": f"Annexe {number}"},
            id=f"group-{number}",
            name=f"Group {number:02}",
            organisation=f"Trust {number:02}",
            location_name=f"Hall {number}",
            **PLACE,
        )
    return catalogue


def change_all_round(catalogue: Catalogue) -> None:
    """Take the first listing out, change the third and the tenth, and add one before, between and after by name."""
    with catalogue.app.app_context():
        standing.move(get_stored("group-0"), Status.PAUSED, actor="Jo")
        standing.move(get_stored("group-3"), Status.PAUSED, actor="Jo")
        db.session.commit()
    for number in (2, 9):
        catalogue.add(
            id=f"group-{number}", name=f"Group {number:02}", organisation=f"Trust {number:02}", summary="New."
        )
    for name in ("Aardvark", "Group 05a", "Zebra"):
        catalogue.add(id=name.lower().replace(" ", "-"), name=name, organisation=f"{name} Trust", **PLACE)


def told_by(item: dict[str, Any]) -> str:
    """What stays the same of a listing, or a place of one."""
    if "service" in item:
        return f"{item['service']['name']} at {item['location'].get('name')}"
    return str(item["name"])


def pages_of(client: FlaskClient, address: str) -> Iterator[list[str]]:
    """The names on each page, from link to link."""
    following: str | None = address
    while following:
        response = client.get(following)
        answer = response.get_json()
        yield [told_by(one) for one in answer.get("contents") or answer.get("content")]
        found = re.search(r'<([^>]+)>; rel="next"', response.headers["Link"])
        following = found and found[1]


@pytest.mark.parametrize(
    ("path", "stays"),
    [
        ("/api/v3/services", lambda number: [f"Group {number:02}"]),
        ("/api/v1/services", lambda number: [f"Group {number:02}"]),
        (
            "/api/v3/service_at_locations",
            lambda number: [f"Group {number:02} at {kind} {number}" for kind in ("Hall", "Annexe")],
        ),
        ("/api/v3/organizations", lambda number: [f"Trust {number:02}"]),
    ],
)
@pytest.mark.parametrize("per_page", [2, 3, 5])
def test_what_did_not_change_comes_once_whatever_changes_between_two_pages(
    row_of_groups: Catalogue, client: FlaskClient, path: str, stays: Any, per_page: int
) -> None:
    pages = pages_of(client, f"{path}?per_page={per_page}")
    told = next(pages)
    change_all_round(row_of_groups)
    for page in pages:
        told += page

    unchanged = [one for number in (1, 4, 5, 6, 7, 8, 10, 11) for one in stays(number)]
    assert [one for one in told if one in unchanged] == unchanged
    assert len(told) == len(set(told))


@pytest.mark.parametrize("after", ["x", "1.", "-1", "1.2.3", "99999999999.1", "1-5"])
def test_what_a_page_of_places_comes_after_is_read_or_refused(client: FlaskClient, after: str) -> None:
    response = client.get("/api/v3/service_at_locations", query_string={"after": after})

    assert (response.status_code, response.get_json()["parameter"]) == (400, "after")


# ---- sent while they are made


def parts_of(app: Flask, address: str) -> tuple[list[bytes], list[int]]:
    """The parts of an answer as a server sends them, and how many queries had been asked when each came."""
    queries: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        queries.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        response = app.test_client().get(address, headers={"Accept-Encoding": "identity"})
        parts, asked = [], []
        for part in response.response:
            parts.append(bytes(part) if not isinstance(part, str) else part.encode())
            asked.append(len(queries))
        response.close()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return parts, asked


def queries_for_each(asked: Sequence[int]) -> list[int]:
    """How many queries came between parts, where there were any."""
    return [later - earlier for earlier, later in pairwise(asked) if later > earlier]


def test_lines_are_sent_while_they_are_read_a_few_at_a_time(
    row_of_groups: Catalogue, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(giving_out, "BATCH", 3)
    parts, asked = parts_of(app, "/api/v3/services?format=ndjson&full=true")
    lines = [part for part in parts if part.strip()]

    _, asked_again = parts_of(app, "/api/v3/services?format=ndjson&full=true")
    monkeypatch.setattr(giving_out, "BATCH", 6)
    forget_told(app)
    _, asked_of_more = parts_of(app, "/api/v3/services?format=ndjson&full=true")

    assert len(lines) == 12
    assert set(queries_for_each(asked_again)) == {1}
    # Four times three, and the end: the queries of a batch are as many however many listings it has.
    each, each_of_more = queries_for_each(asked), queries_for_each(asked_of_more)
    assert (len(each), len(each_of_more)) == (3, 1)
    assert set(each) == set(each_of_more)


@pytest.mark.parametrize("address", ["/services.csv", "/services.csv?q=group", "/services.geojson"])
def test_a_long_file_is_sent_in_parts(
    row_of_groups: Catalogue, app: Flask, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    whole = app.test_client().get(address, headers={"Accept-Encoding": "identity"}).data
    monkeypatch.setattr(taking_away, "MOST_WHOLE", 1000)
    monkeypatch.setattr(taking_away, "PART", 500)

    parts, _asked = parts_of(app, address)

    assert b"".join(parts) == whole
    assert len(parts) > 6
    assert max(map(len, parts)) < len(whole) / 4


# ---- searches


@pytest.fixture
def lines_and_groups(row_of_groups: Catalogue) -> Catalogue:
    """The same, and as many listings without a place."""
    row_of_groups.add_places()
    for number in range(12):
        row_of_groups.add(
            id=f"line-{number}", name=f"Group line {number:02}", delivery="phone", service_area="national", phone="111"
        )
    return row_of_groups


def results_of(client: FlaskClient, address: str) -> Iterator[list[str]]:
    """The names on each page of a search, from link to link."""
    following: str | None = address
    while following:
        response = client.get(following)
        answer = response.get_json()
        assert response.status_code == 200, answer
        yield [one["name"] for one in (*answer["results"], *answer["without_a_place"])]
        found = re.search(r'<([^>]+)>; rel="next"', response.headers["Link"])
        following = found and found[1]


SEARCHES = (
    *("", "q=group", "q=group&sort=best", "sort=name", "sort=soonest", "postcode=FA1+1AA", "postcode=FA1+1AA&q=group"),
    *("postcode=FA1+1AA&sort=nearest", "postcode=FA1+1AA&within=40&age=3", "age=3&cost=free"),
)


@pytest.mark.parametrize("query", SEARCHES)
@pytest.mark.parametrize("per_page", [2, 5])
def test_a_result_that_did_not_change_comes_once_whatever_changes_between_two_pages(
    lines_and_groups: Catalogue, client: FlaskClient, query: str, per_page: int
) -> None:
    whole = next(results_of(client, f"/api/search?{query}&per_page=100"))
    changed = [f"Group {number:02}" for number in (0, 2, 3, 9)] + ["Group line 01", "Group line 07"]
    unchanged = [name for name in whole if name not in changed]
    pages = results_of(client, f"/api/search?{query}&per_page={per_page}")
    told = next(pages)
    change_all_round(lines_and_groups)
    with lines_and_groups.app.app_context():
        for slug in ("line-1", "line-7"):
            standing.move(get_stored(slug), Status.PAUSED, actor="Jo")
        db.session.commit()
    lines_and_groups.add(id="a-line", name="A line", delivery="phone", service_area="national", phone="111")
    for page in pages:
        told += page

    assert len(unchanged) == 18
    assert sorted(name for name in told if name in unchanged) == sorted(unchanged)


def test_a_ring_stays_as_it_was_on_the_first_page(lines_and_groups: Catalogue, client: FlaskClient) -> None:
    """What would be near enough for a smaller ring came in between: what lies further out is still told."""
    far = {**PLACE, "latitude": "52.16"}
    for number in range(12):
        lines_and_groups.add(id=f"group-{number}", name=f"Group {number:02}", location_name=f"Hall {number}", **far)
    pages = results_of(client, "/api/search?postcode=FA1+1AA&per_page=5")
    told = next(pages)
    for number in range(12):
        lines_and_groups.add(id=f"near-{number}", name=f"Near {number}", location_name=f"Den {number}", **PLACE)

    for page in pages:
        told += page

    groups = [name for name in told if re.fullmatch(r"Group \d\d", name)]
    assert sorted(groups) == [f"Group {number:02}" for number in range(12)]


@pytest.mark.parametrize("query", SEARCHES)
def test_pages_by_link_are_the_pages_by_number(lines_and_groups: Catalogue, client: FlaskClient, query: str) -> None:
    by_link = list(results_of(client, f"/api/search?{query}&per_page=5"))

    by_number = [
        next(results_of(client, f"/api/search?{query}&per_page=5&page={number}"))
        for number in range(1, len(by_link) + 1)
    ]

    assert by_link == by_number
    assert len(by_link) == 3


@pytest.mark.parametrize("after", ["x", "~", "~~", "3~~~", "7~a~b", "3~1_2_3_a~", "~nan_a~", "~1_a~", "~1_2_3_a~"])
def test_what_a_page_of_results_comes_after_is_read_or_refused(
    lines_and_groups: Catalogue, client: FlaskClient, after: str
) -> None:
    response = client.get("/api/search", query_string={"sort": "name", "after": after})

    assert (response.status_code, response.get_json().get("parameter")) == (
        (200, None) if after == "~~" else (400, "after")
    )
