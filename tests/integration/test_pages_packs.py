"""What is on in a part of the area, as a sheet to print."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from bs4 import Tag
from flask.testing import FlaskClient

from tests.factories import Catalogue
from tests.reading import main_words, read

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Europe/London"))


@pytest.fixture
def village(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> Catalogue:
    monkeypatch.setattr("hub_finder.directory.times.now", lambda: MONDAY)
    catalogue.add(
        id="stay-and-play",
        name="Stay and play",
        locality="north-fair",
        location_name="Village hall",
        city="Oakham Green",
        schedule="WEEKLY TU 10:00-11:30",
        min_age="0",
        max_age="4",
        phone="01632 960001",
    )
    catalogue.add(id="ask-us", name="Ask us", locality="north-fair", min_age="11", phone="01632 960002")
    catalogue.add(id="elsewhere", name="Elsewhere", locality="south-fair", schedule="WEEKLY TU 10:00-11:30")
    return catalogue


def day(client: FlaskClient, on: date, query: str = "") -> Tag | None:
    return read(client.get(f"/localities/north-fair/pack{query}")).select_one(f"section:has(> #day-{on})")


def test_two_weeks_are_told_by_day(village: Catalogue, client: FlaskClient) -> None:
    for on in (date(2026, 11, 24), date(2026, 12, 1)):
        section = day(client, on)

        assert section is not None
        words = " ".join(section.get_text(" ").split())
        assert "10am to 11:30am Stay and play Village hall, Oakham Green" in words
        assert "01632 960001" in words
        assert "Elsewhere" not in words


def test_what_does_not_say_when_stands_apart(village: Catalogue, client: FlaskClient) -> None:
    page = read(client.get("/localities/north-fair/pack"))

    others = page.select_one("section:has(> #others)")

    assert others is not None
    assert "Ask us" in others.get_text()
    assert "Stay and play" not in others.get_text()


def test_a_pack_says_when_it_was_made_and_whom_to_call(village: Catalogue, client: FlaskClient) -> None:
    words = main_words(client.get("/localities/north-fair/pack"))

    assert "Made on 23 November 2026" in words
    assert "Fairshire Family Line" in words
    assert "999" in words


def test_a_pack_is_narrowed_as_a_search_is(village: Catalogue, client: FlaskClient) -> None:
    words = main_words(client.get("/localities/north-fair/pack?age=12"))

    assert "Ask us" in words
    assert "Stay and play" not in words
    assert "Only: Age 12" in words


def test_another_place_does_not_come_into_the_pack(village: Catalogue, client: FlaskClient) -> None:
    assert "Elsewhere" not in main_words(client.get("/localities/north-fair/pack?locality=south-fair&postcode=FA1+1AA"))


def test_what_cannot_be_read_is_told_by_the_search_page(village: Catalogue, client: FlaskClient) -> None:
    answer = client.get("/localities/north-fair/pack?age=old", follow_redirects=True)

    assert answer.status_code == 200
    assert read(answer).select_one(".govuk-error-summary") is not None


def test_a_pack_in_large_letters_keeps_what_it_is_narrowed_by(village: Catalogue, client: FlaskClient) -> None:
    page = read(client.get("/localities/north-fair/pack?age=12&size=large"))

    assert page.select_one(".hf-pack--large") is not None
    assert [str(link["href"]) for link in page.select("main .hf-actions a")] == ["/localities/north-fair/pack?age=12"]


def test_a_place_of_which_nothing_is_known_is_no_dead_end(village: Catalogue, client: FlaskClient) -> None:
    words = main_words(client.get("/localities/south-fair/pack?cost=paid"))

    assert "Fairshire Family Line" in words


def test_a_part_of_the_area_that_does_not_exist_answers_404(client: FlaskClient) -> None:
    assert client.get("/localities/none/pack").status_code == 404
