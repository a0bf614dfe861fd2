"""Open Referral UK 1.0 for older clients: its names, its pages, what it may be asked, and the same ids as 3.0."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from hub_finder.directory import standing
from hub_finder.directory.freshness import today
from hub_finder.directory.merging import merge
from hub_finder.directory.stock import get_stored
from hub_finder.extensions import db
from hub_finder.models.services import Status
from hub_finder.open_referral.first_version import HANGING
from tests.factories import Catalogue
from tests.integration.feeding import words
from tests.integration.giving_out import FULL, add_town, next_of
from tests.integration.giving_out import read as read_3
from tests.open_referral_fields import faults_of
from tests.whole_listing import add_whole_listing

pytestmark = pytest.mark.usefixtures("session")
ALL = ["Acorn toddler group", "Birch helpline", "Cedar club"]


@pytest.fixture
def town(catalogue: Catalogue) -> Catalogue:
    add_town(catalogue)
    return catalogue


def read(client: FlaskClient, address: str) -> Any:
    response = client.get(f"/api/v1{address}")
    assert response.status_code == 200, response.get_data(as_text=True)
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    return response.get_json()


def names(client: FlaskClient, query: str) -> list[str]:
    return [one["name"] for one in read(client, f"/services?{query}")["content"]]


def test_every_item_holds_fields_of_1_0_and_no_others(catalogue: Catalogue, client: FlaskClient) -> None:
    add_whole_listing(catalogue, today())
    catalogue.add({"location_name": "Elm Hall", "city": "Elm", "schedule": "MONTHLY 1SA 10:00-12:00"}, **FULL)
    listed = read(client, "/services?per_page=500")["content"]
    whole = [read(client, f"/services/{one['id']}") for one in listed]

    assert len(whole) == 3
    assert [fault for one in (*listed, *whole) for fault in faults_of(one, "first service")] == []
    assert all(not set(HANGING) & set(one) for one in listed)
    assert {name for one in whole for name in HANGING if name in one} == set(HANGING)


def test_an_item_with_other_names_would_be_found(town: Catalogue, client: FlaskClient) -> None:
    [item] = read(client, "/services?text=drink")["content"]
    later = read_3(client, f"/services/{item['id']}")

    assert faults_of(item, "first service") == []
    assert "first service.schedules is not in the table" in faults_of(later, "first service")
    assert faults_of({**item, "organization": None}, "first service") == ["first service.organization is no object"]
    item.pop("organization")
    assert faults_of(item, "first service") == ["first service.organization is not there"]


def test_ids_are_those_of_3_0(town: Catalogue, client: FlaskClient) -> None:
    for later in read_3(client, "/services?full=true")["contents"]:
        item = read(client, f"/services/{later['id']}")

        assert item["organization"]["id"] == later["organization"]["id"]
        places = {one["id"]: one["location"]["id"] for one in later.get("service_at_locations", ())}
        assert {one["id"]: one["location"]["id"] for one in item.get("service_at_locations", ())} == places
        times = {one["id"] for one in later.get("schedules", ())}
        there = [one for link in item.get("service_at_locations", ()) for one in link.get("regular_schedule", ())]
        assert {one["id"] for one in (*there, *item.get("regular_schedules", ()))} == times


def test_a_whole_service_says_what_1_0_has_a_field_for(town: Catalogue, client: FlaskClient) -> None:
    [listed] = read(client, "/services?text=drink")["content"]
    item = read(client, f"/services/{listed['id']}")

    assert item["organization"]["url"] == "https://oak.example/"
    assert (item["attending_type"], item["fees"]) == ("venue", "£2 a family.")
    assert "attending_access" not in item
    own, jo = item["contacts"]
    assert [one["number"] for one in own["phones"]] == ["01632 960123"]
    assert (jo["name"], jo["title"], jo["phones"][0]["number"]) == ("Jo Elm", "Leader", "01632 960124")
    [ages] = item["eligibilitys"]
    assert (ages["minimum_age"], ages["maximum_age"]) == (0, 4)
    assert [one["language"] for one in item["languages"]] == ["en", "pl"]
    assert [one["source"] for one in item["fundings"]] == ["The Oak Fund"]
    here, there = item["service_at_locations"]
    assert here["location"]["physical_addresses"][0]["postal_code"] == "FA1 1AA"
    assert here["location"]["accessibility_for_disabilities"][0]["accessibility"] == "A ramp at the back."
    assert [one["byday"] for one in here["regular_schedule"] if "byday" in one] == ["TU,TH"]
    assert [one["byday"] for one in there["regular_schedule"]] == ["1SA"]
    terms = {(one["taxonomy"]["vocabulary"], one["taxonomy"]["name"]) for one in item["service_taxonomys"]}
    assert ("Hub Finder needs", "Sleep") in terms


def test_a_closure_with_both_its_days_is_a_holiday(catalogue: Catalogue, client: FlaskClient) -> None:
    days = {"alert_from": "2100-12-20", "alert_to": "2101-01-03"}
    catalogue.add({"alert": "Closed from then.", "alert_closed": "yes"}, alert="Closed.", alert_closed="yes", **days)
    [item] = read(client, "/services?include=holiday_schedules")["content"]

    [told] = item["holiday_schedules"]
    assert (told["closed"], told["start_date"], told["end_date"]) == (True, "2100-12-20", "2101-01-03")
    assert faults_of(item, "first service") == []


def test_only_by_referral_is_told_as_access(catalogue: Catalogue, client: FlaskClient) -> None:
    catalogue.add(referral="professional")

    assert read(client, "/services")["content"][0]["attending_access"] == "referral"


def test_each_page_says_which_it_is_and_leads_to_the_next(town: Catalogue, client: FlaskClient) -> None:
    pages = [read(client, f"/services?per_page=2&page={number}") for number in (1, 2, 3)]

    assert [(one["number"], one["size"], one["first"], one["last"], one["empty"]) for one in pages] == [
        (1, 2, True, False, False),
        (2, 1, False, True, False),
        (3, 0, False, True, True),
    ]
    assert {(one["totalElements"], one["totalPages"]) for one in pages} == {(3, 2)}
    assert [one["name"] for page in pages for one in page["content"]] == ALL
    following = next_of(client.get("/api/v1/services?per_page=2"))
    assert client.get(following).get_json()["content"] == pages[1]["content"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("text=birch", ["Birch helpline"]),
        ("minimum_age=11", ["Cedar club"]),
        ("maximum_age=4", ["Acorn toddler group"]),
        ("coverage=FA11AA", ALL),
        ("postcode=FA11AA", ALL),
        ("postcode=FA11AA&proximity=1000", ["Acorn toddler group", "Birch helpline"]),
        ("coverage=FA11AA&postcode=FA11AA&proximity=1000", ["Acorn toddler group", "Birch helpline"]),
        ("day=MO", []),
        ("day=MO&day=SA", ["Acorn toddler group"]),
        ("start_time=18:00", []),
        # Sets: one of them must be met, all of it by one session.
        ("day=TU&start_time=09:30&end_time=11:00&day=MO&start_time=00:00&end_time=23:00", ["Acorn toddler group"]),
        ("day=TU&start_time=10:00&day=SA&start_time=11:00", []),
        ("vocabulary=hub+finder+kinds", ALL),
        ("taxonomy_id=none", []),
        ("taxonomy_type=organization&vocabulary=Hub+Finder+kinds", []),
    ],
)
def test_what_may_be_asked_leaves_what_it_says(
    town: Catalogue, client: FlaskClient, query: str, found: list[str]
) -> None:
    assert names(client, query) == found


def test_terms_find_their_services_and_several_add_up(town: Catalogue, client: FlaskClient) -> None:
    terms = {one["name"]: one for one in read_3(client, "/taxonomy_terms?per_page=500")["contents"]}
    item = read_3(client, "/services?search=drink&full=true")["contents"][0]
    kind = next(
        one["taxonomy_term"]["id"]
        for one in item["attributes"]
        if one["taxonomy_term"]["taxonomy"] == "Hub Finder kinds"
    )

    sleep = terms["Sleep"]["id"]
    assert names(client, f"taxonomy_id={sleep}") == ["Acorn toddler group"]
    assert names(client, f"taxonomy_id={sleep}&vocabulary=Hub+Finder+needs") == ["Acorn toddler group"]
    assert names(client, f"taxonomy_id={sleep}&vocabulary=Hub+Finder+kinds") == []
    assert names(client, f"taxonomy_id={sleep}&taxonomy_id={kind}") == ["Acorn toddler group"]
    its = {one["taxonomy_term"]["id"] for one in item["attributes"]}
    other = next(one for one in terms.values() if one["taxonomy"] == "Hub Finder kinds" and one["id"] not in its)
    assert names(client, f"taxonomy_id={sleep}&taxonomy_id={other['id']}") == []


def test_a_list_tells_the_fields_that_are_asked_for(town: Catalogue, client: FlaskClient) -> None:
    [bare] = read(client, "/services?text=drink")["content"]
    whole = read(client, f"/services/{bare['id']}")

    for query in ("include=contacts&include=languages", "include=contacts,languages,name"):
        [item] = read(client, f"/services?text=drink&{query}")["content"]
        assert item == {**bare, "contacts": whole["contacts"], "languages": whole["languages"]}


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("page=0", "page"),
        ("per_page=x", "per_page"),
        (f"text={'x' * 201}", "text"),
        ("include=phones", "include"),
        ("minimum_age=old", "minimum_age"),
        ("day=XX", "day"),
        ("start_time=9", "start_time"),
        ("day=MO&day=TU&start_time=09:00", "start_time"),
        ("&".join(["day=MO"] * 21), "day"),
        ("taxonomy_type=person", "taxonomy_type"),
        ("taxonomy_id=a&taxonomy_id=b&vocabulary=c", "vocabulary"),
        ("vocabulary=Hub+Finder+columns", "vocabulary"),
        ("coverage=nowhere+at+all", "coverage"),
        ("postcode=nowhere+at+all", "postcode"),
        ("proximity=100", "proximity"),
        ("coverage=FA1+1AA&proximity=100", "proximity"),
    ],
)
def test_a_value_that_cannot_be_read_is_told_with_its_name(
    town: Catalogue, client: FlaskClient, query: str, parameter: str
) -> None:
    response = client.get(f"/api/v1/services?{query}")

    assert response.status_code == 400
    answer = response.get_json()
    assert (answer["error"], answer["parameter"]) == ("bad_value", parameter)
    assert answer["message"].startswith(parameter)
    assert response.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("uid", ["00000000-0000-4000-8000-000000000000", "x", "%00"])
def test_an_unknown_id_is_told(town: Catalogue, client: FlaskClient, uid: str) -> None:
    assert client.get(f"/api/v1/services/{uid}").status_code == 404


def test_the_id_of_a_merged_listing_leads_to_the_other(town: Catalogue, client: FlaskClient) -> None:
    needs, vocabulary = words(town)
    lose, keep = get_stored("cedar-club"), get_stored("acorn-toddler-group")
    merge(keep, lose, {}, needs=needs, vocabulary=vocabulary, actor="Jo")
    db.session.commit()

    response = client.get(f"/api/v1/services/{lose.uid}")

    assert (response.status_code, response.location) == (301, f"/api/v1/services/{keep.uid}")


def test_what_was_taken_out_is_in_no_list_and_says_so_by_itself(town: Catalogue, client: FlaskClient) -> None:
    standing.move(get_stored("cedar-club"), Status.RETIRED, actor="Jo")
    db.session.commit()

    assert names(client, "") == ALL[:2]
    assert read(client, f"/services/{get_stored('cedar-club').uid}")["status"] == "defunct"
