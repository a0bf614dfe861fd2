"""The first page."""

from flask.testing import FlaskClient

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

    choices = {words_of(option): option["value"] for option in only(page, "select#age").select("option")}

    baby = only(page, "input[name=age]")
    assert baby["value"] == "pregnant"
    assert words_of(only(page, f"label[for={baby['id']}]")) == "Expecting a baby"
    assert choices["Under 1"] == "0"
    assert choices["17"] == "17"


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
