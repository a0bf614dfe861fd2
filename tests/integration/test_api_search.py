"""/api/search and /services.geojson: the promised shapes, and the same answers as the page."""

import gc
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from flask.testing import FlaskClient

from hub_finder.directory import search
from hub_finder.directory.asking import Asked
from hub_finder.directory.cards import Card
from hub_finder.directory.search import load_cards
from hub_finder.directory.times import ZONE
from tests.factories import Catalogue
from tests.reading import listed, read

RESULT = {
    "slug": str,
    "uuid": str,
    "name": str,
    "former_names": list,
    "kind": str,
    "organisation": str,
    "summary": str,
    "needs": list,
    "distance_m": int | None,
    "round_water": bool,
    "latitude": float | None,
    "longitude": float | None,
    "approximate": bool,
    "locality": str | None,
    "places": int,
    "outside_area": bool,
    "ages": dict,
    "eligibility": str | None,
    "languages": list,
    "cost": dict,
    "alerts": list,
    "when": str | None,
    "open_now": dict | None,
    "next_session": str | None,
    "phone": str | None,
    "website": str | None,
    "checked_on": str | None,
    "freshness": str,
    "why": list,
    "fits": dict,
}
ANSWER = {
    "query": dict,
    "origin": dict | None,
    "total": int,
    "page": int,
    "per_page": int,
    "widened_to_miles": int | float | None,
    "results": list,
    "without_a_place": list,
    "facets": dict,
}
QUERIES = [
    "",
    "postcode=FA1+1AA",
    "postcode=FA1+1AA&sort=name",
    "postcode=FA1+1AA&per_page=3&page=2",
    "postcode=NX1+1AA",
    "postcode=FA1+1AA&within=2&age=3&age=pregnant",
    "q=group&sort=best",
    "need=sleep&need=debt",
    "kind=youth",
    "locality=north-fair&cost=free&send=1",
    "referral=self&per_page=2",
    "q=zzzzzz",
]


@pytest.fixture
def town(catalogue: Catalogue) -> Catalogue:
    catalogue.add_places()
    for number in range(1, 6):
        catalogue.add(name=f"Group {number}", latitude=f"52.1{number}", longitude="-1.2", locality="north-fair")
    catalogue.add(name="Free Youth", kind="youth", needs="debt", cost="free", latitude="52.1", longitude="-1.2")
    catalogue.add(name="Small Ones", needs="sleep", min_age="0", max_age="4", latitude="52.11", longitude="-1.21")
    catalogue.add(name="Line", delivery="phone", service_area="council:E09999001", needs="sleep")
    catalogue.add(name="Over There", latitude="52.301", longitude="-1.0", postal_code="NX1 1AA")
    return catalogue


def misshapen(given: dict[str, Any], shape: dict[str, Any]) -> list[str]:
    return [name for name, kind in shape.items() if name not in given or not isinstance(given[name], kind)]


@pytest.mark.parametrize("query", QUERIES)
def test_answer_has_the_promised_shape(town: Catalogue, client: FlaskClient, query: str) -> None:
    answer = client.get(f"/api/search?{query}").get_json()

    assert misshapen(answer, ANSWER) == []
    for result in (*answer["results"], *answer["without_a_place"]):
        assert misshapen(result, RESULT) == []
        assert set(result["ages"]) == {"min", "max", "stated"}
        assert set(result["cost"]) == {"state", "note"}
        assert set(result["fits"]) == set(answer["query"]["age"])
        assert set(result["fits"].values()) <= {True, False, None}
    for facets in answer["facets"].values():
        assert all(set(facet) == {"value", "label", "count"} for facet in facets)
    assert {"need", "kind", "locality", "cost"} <= set(answer["facets"])


@pytest.mark.parametrize("query", QUERIES)
def test_a_search_leaves_nothing_that_holds_itself(town: Catalogue, client: FlaskClient, query: str) -> None:
    """Else thousands of answers stay in memory, with all that they were made of, until the collector comes by."""
    client.get(f"/api/search?{query}")
    gc.collect()
    gc.freeze()  # What other tests left, and dies only now, is not of this search
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        client.get(f"/api/search?{query}")
        gc.collect()
        left = {type(one).__name__ for one in gc.garbage if type(one).__module__.startswith("hub_finder")}
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.unfreeze()

    assert left == set()


def test_a_listing_that_changed_while_it_was_found_is_told_as_far_as_it_goes(
    town: Catalogue, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cards are read after the index: one may be gone by then, another has no place any more."""
    path = "/api/search?postcode=FA1+1AA"
    before = client.get(path).get_json()
    gone, moved, *others = before["results"]

    def changed(asked: Asked, ids: Sequence[int]) -> dict[int, Card]:
        cards = load_cards(asked, ids)
        by_slug = {card.slug: id_ for id_, card in cards.items()}
        del cards[by_slug[gone["slug"]]]
        cards[by_slug[moved["slug"]]] = replace(cards[by_slug[moved["slug"]]], places=())
        return cards

    monkeypatch.setattr(search, "load_cards", changed)
    after = client.get(path).get_json()["results"]

    assert after == [{**moved, "latitude": None, "longitude": None, "places": 0}, *others]


def listed_on_page(client: FlaskClient, query: str) -> list[str]:
    page = read(client.get(f"/search?{query}"))
    # Where nothing is found, the page names what comes closest.
    return [] if page.select("#closest") else listed(page)


@pytest.mark.parametrize("query", [query for query in QUERIES if query])
def test_page_and_its_twins_give_the_same_results_in_the_same_order(
    town: Catalogue, client: FlaskClient, query: str
) -> None:
    answer = client.get(f"/api/search?{query}").get_json()
    features = client.get(f"/services.geojson?{query}").get_json()["features"]

    slugs = [result["slug"] for result in (*answer["results"], *answer["without_a_place"])]
    assert slugs == listed_on_page(client, query)
    assert slugs == [feature["id"] for feature in features]


def test_what_is_told_again_is_the_same_and_what_has_changed_is_told_anew(town: Catalogue, client: FlaskClient) -> None:
    def small_ones() -> dict[str, Any]:
        result: dict[str, Any] = client.get("/api/search?q=small+ones").get_json()["results"][0]
        return result

    first = small_ones()
    assert small_ones() == first
    town.add(name="Small Ones", needs="sleep", min_age="0", max_age="9", latitude="52.11", longitude="-1.21")
    second = small_ones()

    assert first["ages"] == {"min": 0, "max": 4, "stated": True}
    assert second == first | {"ages": {"min": 0, "max": 9, "stated": True}}


@pytest.mark.parametrize("query", ["postcode=FA1+1AA", "need=sleep", "kind=youth"])
def test_results_for_programs_and_the_files_of_listings_tell_the_same(
    town: Catalogue, client: FlaskClient, query: str
) -> None:
    answer = client.get(f"/api/search?{query}").get_json()
    features = client.get(f"/services.geojson?{query}").get_json()["features"]
    results = [*answer["results"], *answer["without_a_place"]]

    assert results
    assert [feature["properties"].pop("url").rpartition("/")[2] for feature in features] == [r["slug"] for r in results]
    assert [feature["properties"] for feature in features] == results
    for result in results:
        whole = client.get(f"/services/{result['slug']}.json").get_json()
        of_the_search = set(result) - set(whole)
        assert "distance_m" in of_the_search
        differing = {name for name in set(result) & set(whole) if result[name] != whole[name]}
        assert differing <= {"cost", "organisation", "places", "feeds"}


def test_every_result_comes_once_when_the_pages_are_walked_through(town: Catalogue, client: FlaskClient) -> None:
    slugs = []
    for page in (1, 2, 3, 4, 5):
        answer = client.get(f"/api/search?per_page=2&page={page}").get_json()
        assert (answer["page"], answer["per_page"], answer["total"]) == (page, 2, 8)
        slugs += [result["slug"] for result in answer["results"]]

    assert len(slugs) == len(set(slugs)) == 8


@pytest.mark.parametrize("address", ["/api/search", "/services.geojson"])
@pytest.mark.parametrize("query", ["age=&age=3", "page=2&per_page=2", "sort=name", "view=map", "utm_source=x"])
def test_search_for_everything_needs_no_place(town: Catalogue, client: FlaskClient, address: str, query: str) -> None:
    assert client.get(f"{address}?{query}").status_code == 200


def test_age_after_an_empty_box_counts(town: Catalogue, client: FlaskClient) -> None:
    answer = client.get("/api/search?age=&age=40").get_json()
    old = client.get("/api/search?age=&age=20").get_json()

    assert answer["error"] == "bad_value"
    assert "small-ones" not in [result["slug"] for result in old["results"]]


def test_result_says_distance_place_and_fit(town: Catalogue, client: FlaskClient) -> None:
    answer = client.get("/api/search?postcode=FA1+1AA&need=sleep&age=3").get_json()

    small = answer["results"][0]
    assert small["slug"] == "small-ones"
    assert 1200 < small["distance_m"] < 1400
    assert (small["latitude"], small["longitude"], small["approximate"]) == (52.11, -1.21, False)
    assert small["fits"] == {"3": True}
    assert small["ages"] == {"min": 0, "max": 4, "stated": True}
    assert small["cost"] == {"state": "not_stated", "note": None}
    assert small["freshness"] == "not_checked"
    assert small["checked_on"] is None
    line = answer["without_a_place"][0]
    assert (line["slug"], line["distance_m"], line["latitude"], line["ages"]["stated"]) == ("line", None, None, False)
    assert line["fits"] == {"3": None}
    assert answer["widened_to_miles"] == 80


def test_next_session_is_told_by_the_school_calendar(
    catalogue: Catalogue, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub_finder.directory.times.now", lambda: datetime(2026, 10, 25, 11, tzinfo=ZONE))
    catalogue.add(id="term", schedule="WEEKLY TU 10:00-12:00 term", latitude="52.1", longitude="-1.2")
    catalogue.add(id="half-term", schedule="WEEKLY TU 10:00-12:00 holidays", latitude="52.1", longitude="-1.2")
    catalogue.add(id="not-known", schedule="WEEKLY TU 10:00 term from 2028-01-01", latitude="52.1", longitude="-1.2")

    answer, twin = client.get("/api/search?q=acorn").get_json(), client.get("/services/term.json").get_json()

    assert {one["slug"]: one["next_session"] for one in answer["results"]} == {
        "term": "2026-11-03T10:00:00+00:00",
        "half-term": "2026-10-27T10:00:00+00:00",
        "not-known": None,
    }
    assert twin["next_session"] == "2026-11-03T10:00:00+00:00"


def test_origin_says_how_the_place_was_read(town: Catalogue, client: FlaskClient) -> None:
    origin = client.get("/api/search?postcode=nx11aa").get_json()["origin"]

    assert origin["label"] == "NX1 1AA"
    assert origin["in_area"] is False
    assert origin["council"] == "Nextshire Council"
    results = client.get("/api/search?postcode=nx11aa").get_json()["results"]
    assert [result["outside_area"] for result in results][:2] == [True, False]


@pytest.mark.parametrize("address", ["/api/search", "/services.geojson"])
@pytest.mark.parametrize(
    ("query", "parameter", "code"),
    [
        ("need=nonsense", "need", "bad_value"),
        ("need=sleep&need=nonsense", "need", "bad_value"),
        ("age=x", "age", "bad_value"),
        ("age=26", "age", "bad_value"),
        ("kind=x", "kind", "bad_value"),
        ("locality=x", "locality", "bad_value"),
        ("cost=cheap", "cost", "bad_value"),
        ("send=2", "send", "bad_value"),
        ("referral=x", "referral", "bad_value"),
        ("sort=x", "sort", "bad_value"),
        ("view=x", "view", "bad_value"),
        ("within=x&postcode=FA1+1AA", "within", "bad_value"),
        ("within=5", "postcode", "empty"),
        ("page=0", "page", "bad_value"),
        ("per_page=101", "per_page", "bad_value"),
        ("q=" + "a" * 201, "q", "bad_value"),
        ("q=" + "a" * 201 + "&postcode=nowhere", "q", "bad_value"),
        ("postcode=nowhere", "postcode", "unknown_place"),
        ("postcode=BT1+1AA", "postcode", "northern_ireland"),
        ("postcode=FA1+1A", "postcode", "incomplete_postcode"),
    ],
)
def test_bad_value_answers_400_and_names_the_parameter(
    town: Catalogue, client: FlaskClient, address: str, query: str, parameter: str, code: str
) -> None:
    response = client.get(f"{address}?{query}")

    answer = response.get_json()
    assert response.status_code == 400
    assert (answer["error"], answer["parameter"]) == (code, parameter)
    assert answer["message"]
    assert response.headers["Access-Control-Allow-Origin"] == "*"


def test_unknown_parameters_are_ignored(town: Catalogue, client: FlaskClient) -> None:
    plain = client.get("/api/search?postcode=FA1+1AA").get_json()

    assert client.get("/api/search?postcode=FA1+1AA&x=1&_scheme=a&Q=zzz&need[]=y").get_json() == plain


def test_features_are_rfc_7946(town: Catalogue, client: FlaskClient) -> None:
    response = client.get("/services.geojson?postcode=FA1+1AA&need=sleep")

    collection = response.get_json()
    assert response.mimetype == "application/geo+json"
    assert set(collection) == {"type", "features"}
    assert collection["type"] == "FeatureCollection"
    small, line = collection["features"]
    for feature in (small, line):
        assert set(feature) == {"type", "id", "geometry", "properties"}
        assert feature["type"] == "Feature"
        assert misshapen(feature["properties"], RESULT) == []
        assert feature["properties"]["url"] == f"http://localhost/services/{feature['id']}"
    assert small["geometry"] == {"type": "Point", "coordinates": [-1.21, 52.11]}
    assert line["geometry"] is None


def test_widening_is_null_when_nothing_was_widened(town: Catalogue, client: FlaskClient) -> None:
    assert client.get("/api/search").get_json()["widened_to_miles"] is None
    assert client.get("/api/search?postcode=FA1+1AA&within=5").get_json()["widened_to_miles"] is None
