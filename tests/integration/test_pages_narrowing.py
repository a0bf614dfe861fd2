"""Filters and pages of the search: links that change one thing and keep the rest."""

import pytest
from flask.testing import FlaskClient

from tests.factories import Catalogue
from tests.page_client import words_of
from tests.reading import asked, listed, main_words, only, read

EVERYTHING = {
    "q": ["group"],
    "postcode": ["FA1 1AA"],
    "need": ["youth-clubs", "baby-toddler-groups"],
    "kind": ["youth"],
    "locality": ["north-fair"],
    "age": ["0", "6", "pregnant"],
    "within": ["5"],
    "cost": ["free"],
    "send": ["1"],
    "referral": ["self"],
    "sort": ["name"],
    "view": ["map"],
}


@pytest.fixture
def town(catalogue: Catalogue) -> Catalogue:
    catalogue.add_places()
    for number in range(1, 8):
        catalogue.add(name=f"Group {number}", latitude=f"52.10{number}", longitude="-1.2")
    return catalogue


def test_each_filter_is_a_tag_whose_link_removes_exactly_that(town: Catalogue, client: FlaskClient) -> None:
    page = read(client.get("/search", query_string=EVERYTHING))

    removed = {}
    for link in page.select("main ul[aria-label^=Chosen] a"):
        rest = asked(link)
        gone = {name: set(values) - set(rest.get(name, [])) for name, values in EVERYTHING.items()}
        removed[words_of(link)] = {(name, value) for name, values in gone.items() for value in values}
        assert set(rest) <= set(EVERYTHING)
    assert sorted(len(one) for one in removed.values()) == [1] * 11
    assert {pair for one in removed.values() for pair in one} == {
        (name, value)
        for name, values in EVERYTHING.items()
        for value in values
        if name not in ("q", "postcode", "sort", "view")
    }
    assert {"Take off: Free", "Take off: Within 5 miles", "Take off: Age 6", "Take off: North Fair"} <= set(removed)


def test_no_filter_no_tags(town: Catalogue, client: FlaskClient) -> None:
    page = read(client.get("/search?postcode=FA1+1AA"))

    assert not page.select("ul[aria-label^=Chosen]")


def test_taking_a_filter_off_starts_at_the_first_page(town: Catalogue, client: FlaskClient) -> None:
    page = read(client.get("/search?postcode=FA1+1AA&per_page=2&page=2&within=10"))

    assert asked(only(page, "ul[aria-label^=Chosen] a")) == {"postcode": ["FA1 1AA"], "per_page": ["2"]}


def test_one_mile_is_one_mile(town: Catalogue, client: FlaskClient) -> None:
    page = read(client.get("/search?postcode=FA1+1AA&within=1"))

    assert words_of(only(page, "ul[aria-label^=Chosen] a")) == "Take off: Within 1 mile"


def test_paging_links_walk_through_every_result_once(town: Catalogue, client: FlaskClient) -> None:
    address: str | None = "/search?postcode=FA1+1AA&per_page=3&cost=free"
    seen: list[str] = []
    while address:
        page = read(client.get(address))
        seen += listed(page)
        following = page.select_one("nav[aria-label='Pages of results'] a[rel=next]")
        if following:
            assert asked(following).items() >= {"postcode": ["FA1 1AA"], "per_page": ["3"], "cost": ["free"]}.items()
        address = str(following["href"]) if following else None

    assert seen == [f"group-{number}" for number in range(1, 8)]


def test_results_go_on_counting_on_the_next_page(town: Catalogue, client: FlaskClient) -> None:
    response = client.get("/search?postcode=FA1+1AA&per_page=3&page=2")

    page = read(response)
    assert [str(item["id"]) for item in page.select("main ol > li[id^=result]")] == ["result-4", "result-5", "result-6"]
    assert "Showing 4 to 6" in main_words(response)
    current = only(page, "nav[aria-label='Pages of results'] [aria-current=page]")
    assert words_of(current) == "2"


@pytest.mark.parametrize("query", ["postcode=FA1+1AA", "postcode=FA1+1AA&per_page=3", "q=zzzz&postcode=FA1+1AA"])
def test_page_beyond_the_last_answers_404_with_a_way_back(town: Catalogue, client: FlaskClient, query: str) -> None:
    response = client.get(f"/search?{query}&page=50")

    page = read(response)
    assert response.status_code == 404
    assert page.h1
    assert words_of(page.h1) == "There is no page 50"
    back = [
        link
        for link in page.select("main a[href^='/search?']")
        if "page" not in asked(link) or asked(link)["page"][0] in "123"
    ]
    same = [link for link in back if asked(link).get("postcode") == ["FA1 1AA"]]
    assert same, "no link leads back to the results"
    for link in page.select("main a[href^='/search?']"):
        assert client.get(str(link["href"])).status_code == 200


@pytest.mark.parametrize(
    "extra", ["_scheme=javascript&_external=1", "endpoint=x", "_anchor=x", "_method=POST", "values=1", "self=1"]
)
def test_parameters_of_others_never_change_where_links_lead(town: Catalogue, client: FlaskClient, extra: str) -> None:
    page = read(client.get(f"/search?postcode=FA1+1AA&within=10&per_page=2&{extra}"))

    for link in page.select("main ul[aria-label^=Chosen] a, nav[aria-label='Pages of results'] a"):
        assert str(link["href"]).startswith("/search?")
