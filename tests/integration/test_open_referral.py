"""Listings for other directories: the shape of each answer, what may be asked for, and what changes and ends."""

import json

import pytest
from flask.testing import FlaskClient

from hub_finder.directory.stock import get_stored
from tests.factories import Catalogue
from tests.integration.giving_out import add_town, names, read
from tests.open_referral_fields import faults_of

pytestmark = pytest.mark.usefixtures("session")


@pytest.fixture
def town(catalogue: Catalogue) -> Catalogue:
    add_town(catalogue)
    return catalogue


# ---- shapes


@pytest.mark.parametrize(
    ("collection", "kind"),
    [
        ("services", "service"),
        ("service_at_locations", "service_at_location"),
        ("organizations", "organization"),
        ("taxonomies", "taxonomy"),
        ("taxonomy_terms", "taxonomy_term"),
    ],
)
def test_every_item_holds_fields_of_the_profile_and_no_others(
    town: Catalogue, client: FlaskClient, collection: str, kind: str
) -> None:
    listed = read(client, f"/{collection}?per_page=500")["contents"]
    whole = [read(client, f"/{collection}/{one['id']}") for one in listed]

    assert listed
    assert [fault for one in listed for fault in faults_of(one, f"{kind} in a list")] == []
    assert [fault for one in whole for fault in faults_of(one, kind)] == []


def test_a_full_listing_says_all_that_the_profile_has_a_field_for(town: Catalogue, client: FlaskClient) -> None:
    [item] = read(client, "/services?search=drink&full=true")["contents"]

    assert (item["minimum_age"], item["maximum_age"]) == (0, 4)
    assert item["fees"] == "£2 a family."
    assert item["accreditations"] == "Gold"
    assert item["alert"] == "Use the side door."
    assert item["status"] == "active"
    assert [one["source"] for one in item["funding"]] == ["The Oak Fund"]
    assert [(one["option"], one["amount"]) for one in item["cost_options"]] == [("A family", 2.0)]
    assert [(one["name"], one["title"]) for one in item["contacts"]] == [("Jo Elm", "Leader")]
    weekly, once, monthly = item["schedules"]
    assert (weekly["freq"], weekly["byday"], weekly["opens_at"]) == ("WEEKLY", "TU,TH", "09:30")
    assert "in term time" in weekly["description"]
    assert "freq" not in once
    assert (once["valid_from"], once["valid_to"], once["dtstart"]) == ("2026-12-20",) * 3
    assert (monthly["freq"], monthly["byday"]) == ("MONTHLY", "1SA")
    here, there = item["service_at_locations"]
    assert weekly["service_at_location_id"] == here["id"] != monthly["service_at_location_id"] == there["id"]
    assert here["location"]["addresses"][0]["postal_code"] == "FA1 1AA"
    terms = {(one["taxonomy_term"]["taxonomy"], one["taxonomy_term"]["name"]) for one in item["attributes"]}
    assert ("Hub Finder columns", "phone") in terms


def test_what_is_not_stated_is_left_out(town: Catalogue, client: FlaskClient) -> None:
    [item] = read(client, "/services?search=birch&full=true")["contents"]

    assert not {"minimum_age", "fees", "alert", "schedules", "service_at_locations", "url"} & set(item)


def test_all_pages_together_are_the_list_and_each_says_which_it_is(town: Catalogue, client: FlaskClient) -> None:
    pages = [read(client, f"/services?per_page=2&page={number}") for number in (1, 2, 3)]

    assert [(one["size"], one["first_page"], one["last_page"], one["empty"]) for one in pages] == [
        (2, True, False, False),
        (1, False, True, False),
        (0, False, True, True),
    ]
    assert {(one["total_items"], one["total_pages"]) for one in pages} == {(3, 2)}
    ids = [item["id"] for page in pages for item in page["contents"]]
    assert ids == [item["id"] for item in read(client, "/services")["contents"]]


def test_ndjson_is_all_of_it_a_line_for_each(town: Catalogue, client: FlaskClient) -> None:
    response = client.get("/api/v3/services?format=ndjson&full=true&per_page=1")

    assert response.mimetype == "application/x-ndjson"
    lines = [json.loads(line) for line in response.get_data(as_text=True).splitlines()]
    assert lines == read(client, "/services?full=true")["contents"]


def test_minimal_gives_all_ids_with_their_moments(town: Catalogue, client: FlaskClient) -> None:
    page = read(client, "/services?minimal=true&per_page=1")

    assert page["size"] == page["total_items"] == 3
    assert all(set(one) == {"id", "modified_date"} for one in page["contents"])


# ---- what may be asked for


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("search=birch", ["Birch helpline"]),
        ("search=zzzzz", []),
        ("minimum_age=11", ["Cedar club"]),
        ("maximum_age=4", ["Acorn toddler group"]),
        ("minimum_age=0&maximum_age=18", ["Acorn toddler group", "Cedar club"]),
        ("day=TU", ["Acorn toddler group"]),
        ("day=sa", ["Acorn toddler group"]),
        # The one date is a Sunday.
        ("day=Sunday", ["Acorn toddler group"]),
        ("day=MO", []),
        ("day=TU&start_time=09:30&end_time=11:00", ["Acorn toddler group"]),
        # One session must be all of it: on Tuesday it ends at eleven, on Saturday it starts at ten.
        ("day=TU&start_time=10:00", []),
        ("start_time=10:00", ["Acorn toddler group"]),
        ("postcode=FA1+1AA", ["Acorn toddler group", "Birch helpline", "Cedar club"]),
        ("postcode=FA1+1AA&proximity=1000", ["Acorn toddler group", "Birch helpline"]),
        ("postcode=FA1+1AA&proximity=1000&search=drink", ["Acorn toddler group"]),
        ("organization_id=00000000-0000-4000-8000-000000000000", []),
        ("taxonomy_term_id=00000000-0000-4000-8000-000000000000", []),
        ("full", ["Acorn toddler group", "Birch helpline", "Cedar club"]),
    ],
)
def test_filters_add_up(town: Catalogue, client: FlaskClient, query: str, found: list[str]) -> None:
    assert names(client, f"/services?{query}") == found


def test_terms_of_needs_kinds_and_groups_find_their_services(town: Catalogue, client: FlaskClient) -> None:
    terms = {one["name"]: one for one in read(client, "/taxonomy_terms?per_page=500")["contents"]}
    sleep = next(one for one in terms.values() if one["name"] == "Sleep")

    assert names(client, f"/services?taxonomy_term_id={sleep['id']}") == ["Acorn toddler group"]
    assert names(client, f"/services?taxonomy_term_id={sleep['parent_id']}") == [
        "Acorn toddler group",
        "Birch helpline",
    ]
    assert "Acorn toddler group" in names(client, f"/services?taxonomy_id={sleep['taxonomy_id']}")


def test_an_organisation_has_its_services(town: Catalogue, client: FlaskClient) -> None:
    [oak] = read(client, "/organizations?search=oak")["contents"]

    assert "services" not in oak
    assert [one["name"] for one in read(client, f"/organizations/{oak['id']}")["services"]] == ["Acorn toddler group"]
    whole = read(client, f"/organizations/{oak['id']}?full_service=true")["services"]
    assert whole[0]["schedules"]
    assert names(client, f"/services?organization_id={oak['id']}") == ["Acorn toddler group"]


def test_places_near_a_postcode_are_those_places_alone(town: Catalogue, client: FlaskClient) -> None:
    near = read(client, "/service_at_locations?postcode=FA1+1AA&proximity=1000")["contents"]

    assert [one["location"]["name"] for one in near] == ["Oak Hall"]


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("page=0", "page"),
        ("page=x", "page"),
        ("per_page=501", "per_page"),
        ("per_page=-1", "per_page"),
        ("after=x", "after"),
        ("format=xml", "format"),
        ("full=perhaps", "full"),
        ("minimal=2", "minimal"),
        ("minimum_age=old", "minimum_age"),
        ("maximum_age=1e3", "maximum_age"),
        ("day=XX", "day"),
        ("start_time=25:00", "start_time"),
        ("end_time=9", "end_time"),
        ("modified_after=yesterday", "modified_after"),
        ("modified_after=9999-99-99", "modified_after"),
        ("postcode=nowhere+at+all", "postcode"),
        ("proximity=100", "proximity"),
        ("postcode=FA1+1AA&proximity=far", "proximity"),
        (f"search={'x' * 201}", "search"),
        # Lines are not in pages, and what asks for a page is read all the same.
        ("format=ndjson&page=x", "page"),
        ("minimal=true&after=x", "after"),
    ],
)
def test_a_value_that_cannot_be_read_is_told_with_its_name(
    town: Catalogue, client: FlaskClient, query: str, parameter: str
) -> None:
    response = client.get(f"/api/v3/services?{query}")

    assert response.status_code == 400
    answer = response.get_json()
    assert (answer["error"], answer["parameter"]) == ("bad_value", parameter)
    assert answer["message"].startswith(parameter)
    assert response.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    "query",
    [
        "page=2.0&per_page=2",
        "page=2&per_page=2.00&proximity=&postcode=&day=&minimum_age=&modified_after=",
        "page=2&per_page=2&until=9999-12-31T23:59:59-14:00",
        "page=2&per_page=2&modified_after=0001-01-01T00:00:00%2B14:00",
    ],
)
def test_numbers_as_json_has_them_empty_values_and_far_moments_ask_the_same(
    town: Catalogue, client: FlaskClient, query: str
) -> None:
    assert names(client, f"/services?{query}") == names(client, "/services?page=2&per_page=2") != []


@pytest.mark.parametrize("query", ["until=0001-01-01T00:00:00Z", "modified_after=9999-12-31T23:59:59-14:00"])
def test_before_all_time_and_after_it_nothing_changed(town: Catalogue, client: FlaskClient, query: str) -> None:
    assert names(client, f"/services?{query}") == []


@pytest.mark.parametrize(
    "collection", ["services", "service_at_locations", "organizations", "taxonomies", "taxonomy_terms"]
)
@pytest.mark.parametrize("uid", ["00000000-0000-4000-8000-000000000000", "x", "%00", "%F0%9F%A6%8A"])
def test_an_unknown_id_is_told(town: Catalogue, client: FlaskClient, collection: str, uid: str) -> None:
    response = client.get(f"/api/v3/{collection}/{uid}")

    assert response.status_code == 404
    assert response.get_json()["error"] == "not_found"


def test_a_tag_and_a_moment_save_a_second_reading(town: Catalogue, client: FlaskClient) -> None:
    address = f"/api/v3/services/{get_stored('cedar-club').uid}"
    response = client.get(address)

    again = client.get(address, headers={"If-None-Match": response.headers["ETag"]})

    assert response.headers["Last-Modified"]
    assert (again.status_code, again.data) == (304, b"")


def test_the_first_answer_leads_to_the_description(client: FlaskClient) -> None:
    assert read(client, "/")["openapi_url"].endswith("/api/openapi.json")
