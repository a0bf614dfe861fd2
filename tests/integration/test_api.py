"""The other addresses for machines: needs, places, one listing and all of them."""

import csv
import io

import pytest
from flask.testing import FlaskClient

from hub_finder.directory.checks import FILE_COLUMNS
from tests.factories import Catalogue


@pytest.fixture
def town(catalogue: Catalogue) -> Catalogue:
    catalogue.add_places()
    catalogue.add(
        name="Acorn",
        latitude="52.1",
        longitude="-1.2",
        location_precision="postcode",
        city="Oakham Green",
        postal_code="FA1 1AA",
        service_area="council:E09999001",
        alternate_names="Little Oaks",
        phone="01632 960123",
        email="a@oak.example",
        website="https://oak.example/",
    )
    return catalogue


def test_own_words_become_needs_best_first(town: Catalogue, client: FlaskClient) -> None:
    answer = client.get("/api/needs?q=+my+baby+will+not+sleep+").get_json()

    assert set(answer) == {"q", "urgent", "needs"}
    assert answer["q"] == "my baby will not sleep"
    assert answer["urgent"] is None
    assert all(set(need) == {"need", "label", "score", "matched"} for need in answer["needs"])
    assert answer["needs"][0]["need"] == "sleep"
    assert answer["needs"][0]["matched"] == ["sleep"]
    scores = [need["score"] for need in answer["needs"]]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize("query", ["", "?q=", "?q=%20%09", "?q=zzzzzz", "?other=1"])
def test_words_that_speak_for_nothing_give_no_need(town: Catalogue, client: FlaskClient, query: str) -> None:
    response = client.get(f"/api/needs{query}")

    assert response.status_code == 200
    assert response.get_json()["needs"] == []


def test_too_many_words_are_refused(town: Catalogue, client: FlaskClient) -> None:
    response = client.get("/api/needs", query_string={"q": "a" * 201})

    assert response.status_code == 400
    assert response.get_json()["parameter"] == "q"
    assert {"error", "message"} <= set(response.get_json())


@pytest.mark.parametrize(
    ("text", "kind", "label", "approximate", "in_area"),
    [
        ("FA1 1AA", "postcode", "FA1 1AA", False, True),
        ("fa11aa", "postcode", "FA1 1AA", False, True),
        ("FA1 1", "sector", "FA1 1", True, True),
        ("FA1", "outcode", "FA1", True, True),
        ("oakham green", "place", "Oakham Green", True, True),
        ("Nextham", "place", "Nextham", True, False),
    ],
)
def test_place_has_the_promised_shape(
    town: Catalogue, client: FlaskClient, text: str, kind: str, label: str, approximate: bool, in_area: bool
) -> None:
    answer = client.get(f"/api/places/{text}").get_json()

    assert {"kind", "label", "latitude", "longitude", "approximate", "council", "in_area"} <= set(answer)
    assert (answer["kind"], answer["label"]) == (kind, label)
    assert (answer["approximate"], answer["in_area"]) == (approximate, in_area)
    assert isinstance(answer["latitude"], float)
    assert isinstance(answer["longitude"], float)
    assert "terminated_on" not in answer
    assert "corrected_from" not in answer


def test_place_says_when_it_was_corrected_or_is_out_of_use(town: Catalogue, client: FlaskClient) -> None:
    assert client.get("/api/places/FAI 1AA").get_json()["corrected_from"] == "FAI 1AA"
    assert client.get("/api/places/FA3 1ZZ").get_json()["terminated"] is True


@pytest.mark.parametrize(
    "text", ["nowhere", "Oakhm Green", "BT1 1AA", "FA1 1A", "FA9 9ZZ", "%20", "a/b", "..%2F..", "?"]
)
def test_unknown_place_answers_404_with_suggestions(town: Catalogue, client: FlaskClient, text: str) -> None:
    response = client.get(f"/api/places/{text.replace('?', '%3F')}")

    answer = response.get_json()
    assert response.status_code == 404
    assert {"error", "message", "suggestions"} <= set(answer)
    assert isinstance(answer["suggestions"], list)
    assert answer["message"]


def test_misspelt_place_suggests_the_right_one(town: Catalogue, client: FlaskClient) -> None:
    assert client.get("/api/places/Oakhm Green").get_json()["suggestions"] == ["Oakham Green"]


def test_listing_as_json_says_what_its_page_says(town: Catalogue, client: FlaskClient) -> None:
    answer = client.get("/services/acorn.json").get_json()

    assert answer["slug"] == "acorn"
    assert answer["organisation"] == "Acorn Families"
    assert answer["alternate_names"] == ["Little Oaks"]
    assert answer["ages"] == {"min": None, "max": None, "stated": False}
    assert answer["cost"] == {"state": "not_stated", "note": None, "options": []}
    unstated = dict.fromkeys(("note", "url", "phone", "consent", "wait_time", "wait_time_date"))
    assert answer["referral"] == {"state": "not_stated", **unstated}
    assert answer["service_areas"] == [{"scope": "council", "value": "E09999001"}]
    assert answer["times"] == {"stated": [], "schedule": None, "note": None}
    assert answer["sources"] == [{"title": "A made-up leaflet", "url": None, "date": "2026-05"}]
    assert answer["places"][0]["postal_code"] == "FA1 1AA"
    assert answer["places"][0]["precision"] == "postcode"
    assert answer["places"][0]["address_1"] is None


def test_listing_without_a_place_has_none_in_json(town: Catalogue, client: FlaskClient) -> None:
    town.add(name="Line", delivery="phone")

    assert client.get("/services/line.json").get_json()["places"] == []


def test_table_holds_every_published_listing_in_the_columns_of_the_import(town: Catalogue, client: FlaskClient) -> None:
    town.add(name="Line", delivery="phone", summary='It says "hello", twice')

    response = client.get("/services.csv")

    rows = list(csv.DictReader(io.StringIO(response.get_data(as_text=True))))
    assert response.mimetype == "text/csv"
    assert response.headers["Content-Disposition"] == "attachment; filename=services.csv"
    assert tuple(rows[0]) == FILE_COLUMNS
    assert [row["id"] for row in rows] == ["acorn", "line"]
    assert rows[0]["phone"] == "01632 960123"
    assert rows[1]["summary"] == 'It says "hello", twice'


@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        ("/services/none.json", 404, "not_found"),
        ("/api/none", 404, "not_found"),
        ("/none.csv", 404, "not_found"),
        ("/none.geojson", 404, "not_found"),
    ],
)
def test_error_has_one_shape(client: FlaskClient, address: str, status: int, code: str) -> None:
    response = client.get(address)

    assert response.status_code == status
    assert response.is_json
    assert set(response.get_json()) == {"error", "message", "status", "title", "detail"}
    assert response.get_json()["error"] == code
    assert response.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    "address", ["/api/search", "/api/needs", "/services.csv", "/services.geojson", "/services/acorn.json"]
)
def test_only_reading_is_allowed(town: Catalogue, client: FlaskClient, address: str) -> None:
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        response = client.open(address, method=method, data=b"x")
        assert response.status_code == 405
        assert response.get_json()["error"] == "method_not_allowed"
        assert "GET" in response.headers["Allow"]


@pytest.mark.parametrize(
    "address",
    [
        "/api/search",
        "/api/needs?q=sleep",
        "/api/places/FA1",
        "/services.csv",
        "/services.geojson",
        "/services/acorn.json",
    ],
)
def test_any_origin_may_read(town: Catalogue, client: FlaskClient, address: str) -> None:
    response = client.get(address, headers={"Origin": "https://elsewhere.example"})

    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in response.headers


def test_change_of_a_listing_changes_the_tag(town: Catalogue, client: FlaskClient) -> None:
    before = {address: client.get(address).headers["ETag"] for address in ("/services.csv", "/services/acorn.json")}

    town.add(id="acorn", name="Acorn Again")

    for address, tag in before.items():
        response = client.get(address, headers={"If-None-Match": tag})
        assert response.status_code == 200
        assert "Acorn Again" in response.get_data(as_text=True)
