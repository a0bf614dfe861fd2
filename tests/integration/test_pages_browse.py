"""Needs, Family Hubs, localities and the pages about the site."""

import pytest
from flask.testing import FlaskClient

from hub_finder.directory.catalogue import find_needs
from tests.factories import Catalogue
from tests.page_client import words_of
from tests.reading import listed, main_words, only, read


def test_needs_page_names_every_need_with_its_count(catalogue: Catalogue, client: FlaskClient) -> None:
    catalogue.add(name="One", needs="sleep")
    catalogue.add(name="Two", needs="sleep|debt")

    page = read(client.get("/needs"))

    with catalogue.app.app_context():
        expected = {f"/needs/{need.slug}" for need in find_needs()}
    assert expected <= {str(link["href"]) for link in page.select("main a")}
    counts = {
        str(item.a["href"]): words_of(only(item, ".hf-count")) for item in page.select("main section li") if item.a
    }
    assert counts["/needs/sleep"] == "2 listed"
    assert counts["/needs/debt"] == "1 listed"
    assert counts["/needs/dads"].startswith(("0", "none"))


def test_page_of_a_need_lists_who_helps_and_can_be_searched_near_home(
    catalogue: Catalogue, client: FlaskClient
) -> None:
    catalogue.add(name="Sleep Group", needs="sleep", latitude="52.1", longitude="-1.2")
    catalogue.add(name="Sleep Line", needs="sleep", delivery="phone")
    catalogue.add(name="Debt Group", needs="debt", latitude="52.1", longitude="-1.2")

    page = read(client.get("/needs/sleep"))

    assert listed(page) == ["sleep-group", "sleep-line"]
    form = only(page, "main form")
    assert form["action"] == "/search"
    assert only(form, "[name=need]")["value"] == "sleep"
    assert only(form, "[name=postcode]").get("type", "text") == "text"
    assert "/search?need=sleep" in {link["href"] for link in page.select("main a")}


def test_page_of_a_need_that_nobody_meets_is_no_dead_end(catalogue: Catalogue, client: FlaskClient) -> None:
    words = main_words(client.get("/needs/bereavement"))

    assert "Nothing listed yet" in words
    assert "Fairshire Family Line" in words


def test_unknown_need_answers_404(catalogue: Catalogue, client: FlaskClient) -> None:
    assert client.get("/needs/no-such-need").status_code == 404


def test_hubs_are_counted_against_the_published_total_and_never_padded(
    catalogue: Catalogue, client: FlaskClient
) -> None:
    catalogue.add(name="Sure Hub", kind="family_hub", confidence="high", latitude="52.1", longitude="-1.2")
    catalogue.add(name="Unsure Hub", kind="family_hub", confidence="medium")
    catalogue.add(name="Sure Point", kind="outreach", confidence="high")
    catalogue.add(name="Unsure Point", kind="outreach", confidence="low")
    catalogue.add(id="family-hub-online", name="Family Hub Online", kind="online", delivery="online")
    catalogue.add(name="Other Site", kind="online", delivery="online")

    response = client.get("/hubs")

    words, page = main_words(response), read(response)
    assert "1 of 3 Family Hub sites" in words
    assert "1 of 4 outreach points" in words
    groups = {}
    for group in page.select("main ul[aria-labelledby]"):
        title = words_of(only(page, f"#{group['aria-labelledby']}"))
        groups[title] = [words_of(link) for link in group.select("h3 a")]
    assert groups == {
        "Family Hubs": ["Sure Hub", "Unsure Hub"],
        "Outreach points": ["Sure Point"],
        "Could be outreach points": ["Unsure Point"],
        "Family Hub online": ["Family Hub Online"],
    }


def test_hub_that_no_source_confirms_is_marked(catalogue: Catalogue, client: FlaskClient) -> None:
    catalogue.add(name="Sure Hub", kind="family_hub", confidence="high")
    catalogue.add(name="Unsure Hub", kind="family_hub", confidence="medium")

    rows = {
        words_of(row.h3): words_of(row) for row in read(client.get("/hubs")).select("ul[aria-labelledby=hubs] > li")
    }

    assert rows["Unsure Hub"].replace("Unsure", "Sure") != rows["Sure Hub"], "the two look the same"


def test_hubs_page_without_a_hub_says_so(client: FlaskClient) -> None:
    words = main_words(client.get("/hubs"))

    assert "No Family Hub is listed yet." in words
    assert "0 of 3 Family Hub sites" in words


def test_localities_are_those_of_the_area(client: FlaskClient) -> None:
    page = read(client.get("/localities"))

    links = {str(link["href"]): words_of(link) for link in page.select("main .hf-grid a")}
    assert links == {"/localities/north-fair": "North Fair", "/localities/south-fair": "South Fair"}


def test_locality_lists_what_is_in_it_by_kind(catalogue: Catalogue, client: FlaskClient) -> None:
    catalogue.add(name="North Hub", kind="family_hub", locality="north-fair", latitude="52.1", longitude="-1.2")
    catalogue.add(name="North Youth", kind="youth", locality="north-fair")
    catalogue.add(name="South Hub", kind="family_hub", locality="south-fair")

    response = client.get("/localities/north-fair")

    page = read(response)
    assert [words_of(link) for link in page.select("main .hf-rows h3 a")] == ["North Hub", "North Youth"]
    assert "South Hub" not in main_words(response)
    assert page.h1
    assert words_of(page.h1) == "North Fair"


def test_locality_with_nothing_in_it_says_so(client: FlaskClient) -> None:
    assert "Nothing is listed here yet." in main_words(client.get("/localities/south-fair"))


def test_unknown_locality_answers_404(client: FlaskClient) -> None:
    assert client.get("/localities/elsewhere").status_code == 404


def test_data_page_says_what_is_listed_of_the_published_totals(catalogue: Catalogue, client: FlaskClient) -> None:
    catalogue.add(name="Sure Hub", kind="family_hub", confidence="high")

    response = client.get("/about/data")

    words = main_words(response)
    assert "1 of 3 Family Hub sites" in words
    assert "Fairshire plan" in words
    assert "Contains OS data © Crown copyright and database right" in words
    assert "/services.csv" in {str(link["href"]) for link in read(response).select("main a")}


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/about/privacy", ["We set no cookie while you look for help.", "without saying who you are."]),
        ("/about/accessibility", ["Fairshire Family Line"]),
    ],
)
def test_statements_say_what_holds(client: FlaskClient, address: str, said: list[str]) -> None:
    words = main_words(client.get(address))

    assert [one for one in said if one not in words] == []


@pytest.mark.parametrize("address", ["/", "/search", "/needs", "/hubs", "/localities", "/about/data"])
def test_every_page_leads_to_the_main_parts_and_to_the_way_out(client: FlaskClient, address: str) -> None:
    page = read(client.get(address))

    links = {str(link["href"]) for link in page.select("header a, footer a")}
    assert {"/", "/needs", "/hubs", "/localities", "/about/data", "/about/privacy", "/about/accessibility"} <= links
    assert "/about/hide-your-tracks" in links
    way_out = only(page, "a[data-leave]")
    assert way_out["href"] == "/leave"
    assert str(way_out["data-leave"]).startswith("https://")
    assert "noreferrer" in str(way_out["rel"])
    first = page.select("body a")[0]
    assert first["href"] == "#main"
    assert only(page, "main")["id"] == "main"
