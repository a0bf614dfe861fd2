"""The language that an address says, and the way to others."""

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from hub_finder.languages import OWN_NAMES, _, language, n_, reading
from tests.factories import Catalogue
from tests.integration.asking import north
from tests.page_client import words_of
from tests.reading import only, read


def switch(page: BeautifulSoup) -> dict[str, str]:
    """The addresses of the page in each language, as the header has them."""
    return {str(link["hreflang"]): str(link["href"]) for link in page.select(".hf-languages a")}


def test_address_says_the_language_and_every_link_stays_in_it(catalogue: Catalogue, client: FlaskClient) -> None:
    catalogue.add(id="tots", name="Tots")

    page = read(client.get("/uk/search?q=tots"))

    assert only(page, "html")["lang"] == "uk"
    assert "/uk/services/tots" in {link["href"] for link in page.select("a[href]")}
    assert all(str(link["href"]).startswith("/static/") for link in page.select("link[rel=stylesheet]"))


def test_each_language_is_named_in_itself_and_leads_to_the_same_search(client: FlaskClient) -> None:
    page = read(client.get("/pl/search?q=a+%26+b&age=4&age=6"))

    links = page.select(".hf-languages a")
    assert {str(link["lang"]): words_of(link) for link in links} == OWN_NAMES
    assert switch(page)["en"] == "/search?q=a+%26+b&age=4&age=6"
    assert switch(page)["ar"] == "/ar/search?q=a+%26+b&age=4&age=6"
    assert [str(link["lang"]) for link in links if link.get("aria-current")] == ["pl"]
    assert [str(link["href"]) for link in page.select(".hf-footer__languages a")] == list(switch(page).values())


def test_an_answer_to_a_form_leads_to_the_start_page(client: FlaskClient) -> None:
    page = read(client.post("/uk/missing", data={}))

    assert switch(page)["en"] == "/"
    assert switch(page)["uk"] == "/uk/"


@pytest.mark.parametrize("address", ["/", "/hubs", "/uk/hubs"])
def test_a_page_that_may_be_indexed_names_itself_in_each_language(client: FlaskClient, address: str) -> None:
    page = read(client.get(address))

    path = address.removeprefix("/uk")
    found = {str(link["hreflang"]): str(link["href"]) for link in page.select("link[rel=alternate][hreflang]")}
    assert found == {
        **{tag: f"http://localhost/{tag}{path}" for tag in OWN_NAMES if tag != "en"},
        "en": f"http://localhost{path}",
        "x-default": f"http://localhost{path}",
    }


@pytest.mark.parametrize(
    "address", ["/search?q=sleep", "/uk/search?q=sleep", "/?postcode=FA1+1AA", "/shortlist", "/providers"]
)
def test_a_page_that_may_not_be_indexed_or_is_in_english_alone_names_none(client: FlaskClient, address: str) -> None:
    assert read(client.get(address)).select("link[rel=alternate][hreflang]") == []


def test_direction_of_the_page_is_that_of_the_language(client: FlaskClient) -> None:
    assert only(read(client.get("/ar/")), "html")["dir"] == "rtl"
    assert not only(read(client.get("/uk/")), "html").has_attr("dir")
    assert not only(read(client.get("/")), "html").has_attr("dir")


def test_a_page_that_a_machine_helped_with_says_so(client: FlaskClient) -> None:
    assert only(read(client.get("/ro/")), ".hf-translated a")["href"] == "/ro/about/accessibility"
    assert read(client.get("/")).select(".hf-translated") == []


def test_what_a_listing_says_of_itself_is_marked_as_english(catalogue: Catalogue, client: FlaskClient) -> None:
    catalogue.add(id="tots", name="Tots", summary="Play & talk", phone="01632 960001", **north(1))

    page, english = read(client.get("/ar/search?q=tots")), read(client.get("/search?q=tots"))

    card = only(page, ".hf-card")
    assert {words_of(tag) for tag in card.select("[lang=en][dir=ltr]")} >= {"Tots", "Play & talk"}
    assert words_of(only(card, "bdi[dir=ltr]")) == "01632 960001"
    assert only(english, ".hf-card").select("[lang], [dir]") == []


@pytest.mark.parametrize(
    "path",
    [
        "/moderation",
        "/moderation/reports?page=2",
        "/accounts/sign-in",
        "/api/search?q=sleep",
        "/basemap.json",
        "/about/coverage.csv",
        "/health/live",
        "/static/css/site.css",
    ],
)
def test_what_staff_and_programs_read_has_one_address(client: FlaskClient, path: str) -> None:
    response = client.get(f"/uk{path}")

    assert response.status_code == 308
    assert response.location == path


def test_what_is_suggested_while_typing_is_in_the_language_of_the_page(
    catalogue: Catalogue, client: FlaskClient
) -> None:
    page = read(client.get("/uk/"))

    address = only(page, "[data-suggestions]")["data-suggestions"]
    assert address == "/uk/api/needs"
    suggested = client.get(f"{address}?q=sle&typing=1").get_json()["suggestions"]
    assert {"text": "Сон", "kind": "need"} in suggested


def test_pages_for_staff_and_links_of_programs_carry_no_language(client: FlaskClient) -> None:
    page = read(client.get("/accounts/sign-in"))

    assert page.select(".hf-languages, .hf-footer__languages") == []


def test_times_that_are_kept_for_a_card_are_kept_for_each_language(catalogue: Catalogue, client: FlaskClient) -> None:
    catalogue.add(id="tots", name="Tots", schedule="WEEKLY MO,TU,WE,TH,FR,SA,SU 00:00-23:58", **north(1))

    first = words_of(only(read(client.get("/search?q=tots")), ".hf-card__facts"))
    polish = words_of(only(read(client.get("/pl/search?q=tots")), ".hf-card__facts"))
    again = words_of(only(read(client.get("/search?q=tots")), ".hf-card__facts"))

    assert "11:58pm" in first
    assert "23:58" in polish
    assert first == again


def test_outside_of_a_request_all_is_english(app: Flask, client: FlaskClient) -> None:
    client.get("/uk/")

    assert language() == "en"
    assert _("Open now, closes at %(time)s", time="5pm") == "Open now, closes at 5pm"
    assert n_("%(num)s place to go", "%(num)s places to go", 1) == "1 place to go"


def test_a_translation_is_plain_text_in_a_template(app: Flask) -> None:
    template = app.jinja_env.from_string(
        '<p title="{{ _(\'a \\" %(b)s\', b=b) }}">{% trans %}<b>c</b>{% endtrans %}</p>'
    )

    with app.test_request_context(), reading("uk"):
        assert template.render(b="<i>") == '<p title="a &#34; &lt;i&gt;"><b>c</b></p>'
