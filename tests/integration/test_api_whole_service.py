"""What programs are told of a listing that fills everything, alone and as an answer of a search."""

from datetime import datetime
from typing import Any

import pytest
from flask.testing import FlaskClient

from hub_finder.directory.times import ZONE
from tests.factories import Catalogue
from tests.integration.asking import north
from tests.reading import main_words
from tests.whole_listing import add_whole_listing

NOW = datetime(2026, 11, 24, 11, tzinfo=ZONE)
ALERTS = [
    {"text": "Closed for a new floor.", "closed": True, "from": "2026-12-04", "to": "2026-12-14"},
    {"text": "The lift is broken.", "closed": False, "from": "2026-11-19", "to": "2026-11-29"},
]


@pytest.fixture(autouse=True)
def _a_moment_that_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub_finder.directory.times.now", lambda: NOW)


@pytest.fixture
def whole(catalogue: Catalogue) -> Catalogue:
    add_whole_listing(catalogue, NOW.date())
    return catalogue


def test_listing_tells_all_that_its_page_tells(whole: Catalogue, client: FlaskClient) -> None:
    answer = client.get("/services/everything-group.json").get_json()

    assert answer["organisation"] == "Everything Trust"
    assert answer["organisation_details"].pop("uuid")
    expected: dict[str, Any] = {
        "status": "published",
        "sensitive": False,
        "former_names": ["Zebra Club", "The Yellow Room"],
        "organisation_details": {
            "name": "Everything Trust",
            "description": "A small charity in the town.",
            "website": "https://trust.example/",
        },
        "eligibility": "Families new to the village.",
        "referral": {
            "state": "self",
            "note": "Just turn up.",
            "url": "https://group.example/refer",
            "phone": "01632 960126",
            "consent": "A parent has to sign the form.",
            "wait_time": "About six weeks.",
            "wait_time_date": "2026-09",
        },
        "confidential": True,
        "languages": [
            {"code": "en", "name": "English"},
            {"code": "pl", "name": "Polish"},
            {"code": "bfi", "name": "British Sign Language"},
        ],
        "contacts": [
            {"name": "Ann Quill", "role": "Youth worker", "phone": "01632 960124", "email": "ann@trust.example"},
            {"name": None, "role": "Out of hours", "phone": "01632 960125", "email": None},
        ],
        "cost": {
            "state": "paid",
            "note": "£5 a family",
            "options": [
                {"option": "Each further child", "amount": 2.5},
                {"option": "Members", "amount": None},
                {"option": "Under 2s", "amount": 0.0},
            ],
        },
        "alerts": ALERTS,
        "related": [{"slug": "sister-group", "name": "Sister Group"}],
        "attributes": [{"name": "wifi", "value": "yes"}, {"name": "room", "value": "The blue one"}],
        "when": "Open now, closes at 12pm",
        "open_now": {"closes_at": "2026-11-24T12:00:00+00:00"},
        "next_session": "2026-11-25T14:00:00+00:00",
    }
    assert {name: answer[name] for name in expected} == expected
    assert len(answer["uuid"]) == 36


def test_dates_to_book_that_are_over_are_left_out(whole: Catalogue, client: FlaskClient) -> None:
    bookings = client.get("/services/everything-group.json").get_json()["bookings"]

    assert [one["for"] for one in bookings] == ["Christmas week", "New Year week", "Some time in spring"]
    assert bookings[0] == {
        "for": "Christmas week",
        "from": "2026-12-19",
        "to": "2026-12-22",
        "url": "https://book.example/christmas",
        "free_for": "Children on free school meals",
        "food": True,
        "places": "some",
    }
    assert (bookings[1]["food"], bookings[1]["places"]) == (False, "full")
    assert (bookings[2]["food"], bookings[2]["places"], bookings[2]["from"]) == (None, None, None)


def test_each_place_has_its_own_times(whole: Catalogue, client: FlaskClient) -> None:
    places = client.get("/services/everything-group.json").get_json()["places"]

    told = [(one["name"], one["accessibility"], one["schedule"], one["next_session"]) for one in places]
    assert told == [
        (
            "Mill Hall",
            "A ramp at the side.",
            "WEEKLY TU 10:00-12:00 term|MONTHLY -1FR 18:00-20:00",
            "2026-11-27T18:00:00+00:00",
        ),
        ("Library", None, "WEEKLY WE 14:00-16:00", "2026-11-25T14:00:00+00:00"),
        ("Church", None, None, None),
    ]
    assert len({one["uuid"] for one in places}) == 3


def test_result_tells_the_times_of_the_place_it_shows(whole: Catalogue, client: FlaskClient) -> None:
    near, far = (
        client.get(f"/api/search?q=everything&postcode={place}&within=5").get_json()["results"][0]
        for place in ("Oakham+Green", "Marlow+Cross")
    )

    assert (near["latitude"], near["when"]) == (52.1, "Open now, closes at 12pm")
    assert (far["latitude"], far["when"]) == (52.0, "Tomorrow, 2pm to 4pm")
    assert (far["next_session"], far["open_now"]) == ("2026-11-25T14:00:00+00:00", None)
    for one in (near, far):
        assert one["places"] == 3
        assert one["former_names"] == ["Zebra Club", "The Yellow Room"]
        assert one["alerts"] == ALERTS
        assert one["eligibility"] == "Families new to the village."
        assert [language["code"] for language in one["languages"]] == ["en", "pl", "bfi"]


def test_card_shows_the_nearest_place_with_its_times(whole: Catalogue, client: FlaskClient) -> None:
    near, far = (
        main_words(client.get(f"/search?q=everything&postcode={place}&within=5"))
        for place in ("FA1+1AA", "Marlow+Cross")
    )

    assert "under 0.1 miles, Oakham Green and 2 other places" in near
    assert "Open now, closes at 12pm" in near
    assert "under 0.1 miles, Marlow Cross (about) and 2 other places" in far
    assert "Tomorrow, 2pm to 4pm" in far


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ("zebra", ["Once called Zebra Club"]),
        ("zebra club", ["Once called Zebra Club"]),
        ("yellow room", ["Once called The Yellow Room"]),
        ("zebra meal", []),
        ("everything group", []),
    ],
)
def test_former_name_that_was_looked_for_is_said(
    whole: Catalogue, client: FlaskClient, asked: str, why: list[str]
) -> None:
    results = client.get(f"/api/search?q={asked}").get_json()["results"]

    assert {one["slug"]: one["why"] for one in results} == {"everything-group": why}


@pytest.mark.parametrize(
    ("asked", "found"),
    [("mill hall", True), ("library", True), ("village", True), ("quill", False), ("Ann", False)],
)
def test_venues_and_eligibility_are_searched_and_names_of_people_are_not(
    whole: Catalogue, client: FlaskClient, asked: str, found: bool
) -> None:
    assert bool(client.get(f"/api/search?q={asked}").get_json()["total"]) == found


def test_round_the_clock_is_open_now_without_an_end(catalogue: Catalogue, client: FlaskClient) -> None:
    catalogue.add(id="a", schedule="WEEKLY MO,TU,WE,TH,FR,SA,SU 00:00-23:59")

    answer = client.get("/services/a.json").get_json()

    assert answer["open_now"] == {"closes_at": None}
    assert answer["when"] == "Open now, all day and night"


def test_bank_holiday_is_not_called_open(
    catalogue: Catalogue, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub_finder.directory.times.now", lambda: datetime(2026, 12, 25, 11, tzinfo=ZONE))
    catalogue.add(id="a", schedule="WEEKLY FR 10:00-12:00", **north(0))

    answer = client.get("/services/a.json").get_json()

    assert answer["open_now"] is None
    assert answer["when"] == "Today, 10am to 12pm – it is a bank holiday, so check first"


def test_what_is_not_stated_is_null_or_empty_and_never_no(catalogue: Catalogue, client: FlaskClient) -> None:
    catalogue.add(id="bare")

    answer = client.get("/services/bare.json").get_json()

    for name in ("former_names", "languages", "contacts", "bookings", "alerts", "related", "attributes", "places"):
        assert answer[name] == [], name
    for name in ("eligibility", "accessibility", "when", "open_now", "next_session"):
        assert answer[name] is None, name
    assert answer["cost"] == {"state": "not_stated", "note": None, "options": []}
