"""The page of a Family Hub tells what runs in the whole building this week."""

from datetime import datetime

import pytest
from flask.testing import FlaskClient

from hub_finder.directory.times import ZONE
from tests.factories import Catalogue
from tests.page_client import words_of
from tests.reading import only, read

NOW = datetime(2026, 11, 24, 11, tzinfo=ZONE)
HOUSE = {"location_name": "Mill House", "address_1": "Mill Lane", "city": "Oakham Green", "postal_code": "FA1 1AA"}


@pytest.fixture
def house(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> Catalogue:
    monkeypatch.setattr("hub_finder.directory.times.now", lambda: NOW)
    catalogue.add(id="hub", name="Oakham Hub", kind="family_hub", schedule="WEEKLY MO 09:00-12:00", **HOUSE)
    catalogue.add(id="play", name="Stay and play", schedule="WEEKLY WE 10:00-11:30", **HOUSE)
    catalogue.add(id="advice", name="Money advice", **HOUSE)
    return catalogue


def week(client: FlaskClient, slug: str = "hub") -> str:
    section = read(client.get(f"/services/{slug}")).select_one("#week")
    return words_of(section) if section else ""


def test_week_tells_the_sessions_of_all_in_the_building(house: Catalogue, client: FlaskClient) -> None:
    words = week(client)

    assert "Wednesday 25 November, 10am to 11:30am: Stay and play" in words
    assert words.index("Stay and play") < words.index("Monday 30 November, 9am to 12pm: Oakham Hub")


def test_who_does_not_say_when_is_named_apart(house: Catalogue, client: FlaskClient) -> None:
    before, apart = week(client).split("Also here: ask when")

    assert "Money advice" in apart
    assert "Money advice" not in before


@pytest.mark.parametrize(
    "elsewhere",
    [
        {**HOUSE, "location_name": "Mill Cottage"},
        {**HOUSE, "postal_code": "FA1 1AB"},
        {"city": "Oakham Green"},
    ],
)
def test_another_building_is_left_out(house: Catalogue, client: FlaskClient, elsewhere: dict[str, str]) -> None:
    house.add(id="other", name="Quite another", schedule="WEEKLY WE 10:00-11:30", **elsewhere)

    assert "Quite another" not in week(client)


def test_a_session_at_another_place_of_a_neighbour_is_left_out(house: Catalogue, client: FlaskClient) -> None:
    house.add(
        {
            "location_name": "Far Hall",
            "city": "Farville",
            "postal_code": "FA3 1AA",
            "schedule": "WEEKLY FR 10:00-11:30",
        },
        id="two",
        name="Two places",
        schedule="WEEKLY TH 10:00-11:30",
        **HOUSE,
    )

    words = week(client)

    assert "Thursday 26 November, 10am to 11:30am – at Mill House: Two places" in words
    assert "Friday" not in words


def test_only_hubs_and_outreach_points_tell_the_week_of_the_house(house: Catalogue, client: FlaskClient) -> None:
    assert week(client, "play") == ""
    assert only(read(client.get("/services/hub")), "#week h2")
