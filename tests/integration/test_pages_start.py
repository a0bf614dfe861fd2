"""The first page."""

from datetime import datetime

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from hub_finder.directory.times import ZONE
from tests.factories import Catalogue
from tests.page_client import words_of
from tests.reading import main_words, only, read


def test_start_asks_for_words_a_place_and_ages(catalogue: Catalogue, client: FlaskClient) -> None:
    page = read(client.get("/"))

    form = only(page, "main form")
    assert form["action"] == "/search"
    assert str(form.get("method", "get")).lower() == "get"
    assert {str(field["name"]) for field in form.select("input, select")} == {"q", "postcode", "age"}
    assert not form.select("[required], [autofocus]")


def test_start_offers_under_one_and_a_baby_on_the_way_as_ages(catalogue: Catalogue, client: FlaskClient) -> None:
    page = read(client.get("/"))

    boxes = {str(box["id"]): box["value"] for box in page.select("input[type=checkbox][name=age]")}
    choices = {words_of(label): boxes.get(str(label["for"])) for label in page.select("fieldset label")}

    assert choices["Expecting a baby"] == "pregnant"
    assert choices["Under 1"] == "0"
    assert choices["17"] == "17"
    assert len(choices) == 27
    assert not page.select("[name=age][checked]")


def test_start_names_urgent_help_and_the_front_door_of_the_area(catalogue: Catalogue, client: FlaskClient) -> None:
    response = client.get("/")

    page, words = read(response), main_words(response)
    assert "999" in words
    assert "Fairshire Family Line" in words
    assert "tel:999" in [link["href"] for link in page.select("a")]
    assert "tel:+441632960001" in [link["href"] for link in page.select("a")]


def test_start_leads_to_every_group_of_needs(catalogue: Catalogue, client: FlaskClient) -> None:
    groups = {words_of(title.select_one("a")) for title in read(client.get("/needs")).select("main section h2")}
    groups |= {words_of(title) for title in read(client.get("/needs")).select("main section h2")}

    words = main_words(client.get("/"))

    assert all(group in words for group in groups if group)


def test_start_speaks_of_the_area_in_its_data_and_of_no_other(catalogue: Catalogue, client: FlaskClient) -> None:
    text = client.get("/").get_data(as_text=True)

    assert "Fairshire" in text
    assert "Dorset" not in text


def test_start_works_before_anything_was_loaded(client: FlaskClient) -> None:
    response = client.get("/")

    assert response.status_code == 200


# ---- things to do


@pytest.fixture
def thursday(monkeypatch: pytest.MonkeyPatch) -> None:
    """A Thursday afternoon in a school term of the made-up area."""
    monkeypatch.setattr("hub_finder.directory.times.now", lambda: datetime(2026, 11, 26, 15, 30, tzinfo=ZONE))


def outings(page: BeautifulSoup) -> dict[str, list[str]]:
    """The names under each day."""
    section = only(page, "section[aria-labelledby=on-title]")
    return {
        words_of(day): [words_of(name) for name in day.find_next_sibling("ul").select("h4")]  # type: ignore[union-attr]
        for day in section.select("h3")
    }


def add(catalogue: Catalogue, name: str, schedule: str = "", **given: str) -> None:
    catalogue.add(**{"name": name, "latitude": "52.101", "longitude": "-1.2", "schedule": schedule, **given})


def test_start_tells_what_is_on_today_and_this_week_and_claims_nothing_else(
    catalogue: Catalogue, client: FlaskClient, thursday: None
) -> None:
    add(catalogue, "Now Group", "WEEKLY TH 15:00-17:00")
    add(catalogue, "Next Thursday Group", "WEEKLY TH 10:00-12:00")
    add(catalogue, "Monday Group", "WEEKLY MO 10:00-12:00", kind="youth")
    add(catalogue, "Unknown Group", kind="library")
    add(catalogue, "Advice", "WEEKLY FR 10:00-12:00", kind="advice")

    page = read(client.get("/"))

    assert outings(page) == {"Today": ["Now Group"], "Later this week": ["Monday Group"]}
    assert "Open now, closes at 5pm" in words_of(only(page, "main"))
    assert words_of(only(page, "#on-title")) == "Things to do in Fairshire"


def test_start_shows_at_most_two_of_a_kind(catalogue: Catalogue, client: FlaskClient, thursday: None) -> None:
    for number in range(4):
        add(catalogue, f"Library {number}", "WEEKLY FR 10:00-12:00", kind="library")
    add(catalogue, "Youth Club", "WEEKLY SA 10:00-12:00", kind="youth")

    page = read(client.get("/"))

    assert outings(page) == {"Later this week": ["Library 0", "Library 1", "Youth Club"]}


def test_start_near_the_place_in_its_address_and_for_the_ages_there(
    catalogue: Catalogue, client: FlaskClient, thursday: None
) -> None:
    catalogue.add_places()
    add(catalogue, "Near Group", "WEEKLY MO 10:00-12:00", max_age="4", min_age="0", city="Oakham Green")
    add(catalogue, "Teen Group", "WEEKLY MO 10:00-12:00", kind="youth", min_age="13", max_age="17")

    page = read(client.get("/?postcode=FA1+1AA&age=3"))

    assert words_of(only(page, "#on-title")) == "Things to do near FA1 1AA"
    assert outings(page) == {"Later this week": ["Near Group"]}
    assert "0.1 miles, Oakham Green" in words_of(only(page, "main"))
    assert only(page, "#postcode")["value"] == "FA1 1AA"
    assert [box["value"] for box in page.select("[name=age][checked]")] == ["3"]


@pytest.mark.parametrize("query", ["postcode=qqqqqq", "postcode=BT1+1AA&age=99", "age=x&q=%00"])
def test_start_with_an_address_that_cannot_be_read_is_the_start_for_the_whole_area(
    catalogue: Catalogue, client: FlaskClient, thursday: None, query: str
) -> None:
    add(catalogue, "Monday Group", "WEEKLY MO 10:00-12:00")

    page = read(client.get(f"/?{query}"))

    assert outings(page) == {"Later this week": ["Monday Group"]}
    assert not page.select(".govuk-error-summary")


def test_start_says_when_it_knows_of_no_times(catalogue: Catalogue, client: FlaskClient) -> None:
    add(catalogue, "Unknown Group")

    assert "We know of no times for the next seven days" in main_words(client.get("/"))


def test_start_says_what_becomes_of_a_location_beside_the_button(catalogue: Catalogue, client: FlaskClient) -> None:
    part = only(read(client.get("/")), ".hf-locate")

    assert words_of(only(part, "button")) == "Use my location"
    assert "rounded to about a mile before it leaves your phone" in words_of(part)
