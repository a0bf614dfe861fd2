"""Filters and pages of the search: links that change one thing and keep the rest."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

import pytest
from bs4 import BeautifulSoup
from flask import Flask, request
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from hub_finder.area import current_area
from hub_finder.directory.facets import Facet, FacetName
from hub_finder.directory.search import find
from hub_finder.directory.times import ZONE
from hub_finder.finder import find as views
from hub_finder.finder.boxes import boxes_of, counts_of
from hub_finder.finder.narrowing import standing
from hub_finder.forms import SearchForm, read_search
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
    "access": ["step-free", "bsl"],
    "language": ["pl"],
    "border": ["inside"],
    "day": ["MO", "SA"],
    "on": ["2026-12-05"],
    "time": ["morning"],
    "when": ["term"],
    "within": ["5"],
    "cost": ["free"],
    "send": ["1"],
    "referral": ["self"],
    "sort": ["name"],
    "view": ["map"],
}


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    """A Thursday in a school term of the made-up area."""
    monkeypatch.setattr("hub_finder.directory.times.now", lambda: datetime(2026, 11, 26, 15, 30, tzinfo=ZONE))


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
    assert sorted(len(one) for one in removed.values()) == [1] * 20
    assert {pair for one in removed.values() for pair in one} == {
        (name, value)
        for name, values in EVERYTHING.items()
        for value in values
        if name not in ("q", "postcode", "sort", "view")
    }
    assert {words.removeprefix("Take off: ") for words in removed} == {
        *("Youth clubs and youth workers", "Baby and toddler groups", "Youth club or youth group", "North Fair"),
        *("Under 1", "Age 6", "Expecting a baby", "Within 5 miles", "Free", "For SEND", "No referral needed"),
        *("Step-free or wheelchair access", "British Sign Language", "Polish", "Only in Fairshire"),
        *("Monday", "Saturday", "Saturday 5 December 2026", "In the morning", "In term time"),
    }


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


# ---- the panel


def facet(value: str, label: str, count: int, chosen: bool = False) -> Facet:
    return Facet(value=value, label=label, count=count, chosen=chosen)


FACETS: Mapping[FacetName, list[Facet]] = {
    "need": [facet("sleep", "Sleep", 3)],
    "kind": [facet("youth", "Youth club or youth group", 4)],
    "locality": [facet("north-fair", "North Fair", 5)],
    "cost": [facet("free", "Free, or price not stated", 6)],
    "access": [facet("step-free", "Step-free or wheelchair access", 7)],
    "language": [facet("pl", "Polish", 8)],
    "day": [facet("SA", "Saturday", 9, chosen=True)],
    "send": [facet("1", "For SEND", 10)],
    "referral": [facet("self", "No referral needed", 11)],
    "border": [facet("over", "Over the border", 12)],
}


def panel(app: Flask, facets: Mapping[FacetName, list[Facet]], **asked: str) -> BeautifulSoup:
    """The panel of filters alone, with these counts."""
    with app.test_request_context():
        form = SearchForm(MultiDict(asked), current_area())
        macros = app.jinja_env.get_template("components/filters.html").module
        parts = (boxes_of(form, facets), counts_of(facets), standing(form))
        drawn = macros.search_again(form, current_area(), *parts, open=False)  # type: ignore[attr-defined]
        return BeautifulSoup(str(drawn), "html5lib")


def test_each_filter_shows_how_many_it_would_leave(app: Flask, catalogue: Catalogue) -> None:
    page = panel(app, FACETS, day="SA")

    choices = [words_of(label) for label in page.select(".govuk-checkboxes label, .hf-pick label")]
    options = [words_of(option) for option in page.select("#cost option, #border option")]
    assert {
        *("Sleep (3)", "Youth club or youth group (4)", "North Fair (5)", "Step-free or wheelchair access (7)"),
        *("Polish (8)", "Saturday (9)", "Sunday (0)", "Only help that I can contact myself (11)"),
        "Help with special educational needs or disabilities only (10)",
    } <= set(choices)
    assert {"Free, or not stated (6)", "Only over the border (12)", "Any price", "On both sides"} <= set(options)
    assert not page.select(".hf-part[open]")


def test_filter_that_was_not_counted_has_no_group(app: Flask, catalogue: Catalogue) -> None:
    page = panel(app, {})

    assert not page.select(".hf-filters summary")
    assert "(" not in words_of(only(page, "form"))


@pytest.mark.parametrize("name", ["need", "kind", "locality", "access", "language", "day"])
def test_choice_that_leaves_nothing_stays_and_can_be_taken_off(app: Flask, catalogue: Catalogue, name: str) -> None:
    page = panel(app, {other: FACETS[other] for other in FACETS if other != name}, **{name: EVERYTHING[name][0]})

    box = only(page, f"input[name={name}][checked]")
    assert box["value"] == EVERYTHING[name][0]
    assert all(part.has_attr("open") for part in box.find_parents("details", class_="hf-more")[:1])


@pytest.mark.parametrize("field", ["q", "postcode", "age", "within", "day", "cost", "sort"])
def test_what_matters_most_is_one_tap_away_with_a_button_of_its_own(
    app: Flask, catalogue: Catalogue, field: str
) -> None:
    page = panel(app, FACETS)

    around = page.select_one(f"[name={field}]")
    assert around
    folded = [part for part in around.find_parents("details") if "hf-picks-more" not in str(part["class"])]
    assert len(folded) == 1
    assert folded[0].select("button[type=submit]")


def test_each_part_of_the_form_says_how_it_stands(app: Flask, catalogue: Catalogue) -> None:
    asked = {"q": "my baby will not go to sleep", "postcode": "FA1 1AA", "age": "0", "within": "5", "cost": "free"}
    page = panel(app, FACETS, **asked, sort="soonest", day="SA", time="morning", need="sleep", send="1")

    assert [words_of(part) for part in page.select(".hf-part > summary")] == [
        *("What: my baby will not go to …", "Where: FA1 1AA", "Ages: Under 1", "How far: Within 5 miles"),
        *("When: 2 chosen", "Price: Free", "More filters: 2 chosen", "Sort: Soonest first"),
    ]
    nothing = [words_of(part) for part in panel(app, {}).select(".hf-part > summary")]
    assert nothing == ["What", "Where", "Ages", "How far", "When", "Price", "More filters", "Sort"]
    assert "Where: Near you" in words_of(panel(app, {}, postcode="52.10,-1.20"))


def test_panel_is_one_form(app: Flask, catalogue: Catalogue) -> None:
    page = panel(app, FACETS)

    form = only(page, "form")
    assert {tag["name"] for tag in form.select("[name]")} == {
        *("q", "postcode", "age", "within", "cost", "sort", "send", "referral", "day", "on", "time", "when"),
        *("need", "kind", "locality", "border", "access", "language"),
    }


# ---- why nothing was found


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("kind=food", "listed as “Food help”"),
        ("need=sleep&within=5", "both for “Sleep” and within 5 miles"),
        (
            "kind=food&cost=free&day=SA&day=SU",
            "listed as “Food help”, free and on Saturday or Sunday",
        ),
        (
            "kind=food&on=2026-12-05&time=morning&when=term",
            "listed as “Food help”, on Saturday 5 December 2026, in the morning and in term time",
        ),
        (
            "kind=food&age=0&age=6&send=1&referral=self",
            "listed as “Food help”, for a baby under 1 or age 6, for special educational needs"
            " and open to you without a referral",
        ),
        (
            "kind=food&access=lift&access=bsl&language=pl&language=uk&border=inside",
            "listed as “Food help”, with “Lift and British Sign Language”, in Polish or Ukrainian and in Fairshire",
        ),
        (
            "kind=food&border=over&locality=north-fair&when=now",
            "listed as “Food help”, in North Fair, over the border and open now",
        ),
    ],
)
def test_page_says_what_nothing_is(town: Catalogue, client: FlaskClient, asked: str, told: str) -> None:
    assert f"Nothing is {told} near FA1 1AA." in main_words(client.get(f"/search?postcode=FA1+1AA&{asked}"))


def test_nothing_is_explained_only_when_nothing_was_found_because_of_filters(
    town: Catalogue, client: FlaskClient
) -> None:
    for address in (
        "/search?postcode=FA1+1AA",
        "/search?postcode=FA1+1AA&cost=free",
        "/search?q=zzzz&postcode=FA1+1AA",
    ):
        assert "Nothing is" not in main_words(client.get(address))


def results(app: Flask, address: str, **known: object) -> BeautifulSoup:
    """The page of results of a search, with more known of its answer than the search itself can tell."""
    with app.test_request_context(address):
        read_ = read_search(request.args, current_area())
        assert read_.query
        page = find(read_.query, area=current_area())
        if "mended" in known:
            known = {"meaning": replace(page.meaning, mended=known["mended"])}  # type: ignore[arg-type]
        page = replace(page, **known)  # type: ignore[arg-type]
        return BeautifulSoup(views._results(read_.form, None, page=page), "html5lib")


def test_page_offers_to_take_away_what_stands_in_the_way_the_best_first(app: Flask, town: Catalogue) -> None:
    address = "/search?q=group&postcode=FA1+1AA&kind=food&cost=free&day=SA&day=SU"

    page = results(app, address, without={"cost": 0, "day": 2, "kind": 7, "q": 1})

    ways = {words_of(link): asked(link) for link in page.select(".hf-note a")}
    everything = {"q": ["group"], "postcode": ["FA1 1AA"], "kind": ["food"], "cost": ["free"], "day": ["SA", "SU"]}
    assert list(ways) == [
        "Take away “Food help” to see 7",
        "Take away “Saturday” and “Sunday” to see 2",
        "Take away “group” to see 1",
    ]
    for link, gone in zip(ways.values(), ("kind", "day", "q"), strict=True):
        assert link == {name: values for name, values in everything.items() if name != gone}
    assert not page.select(".hf-part[open]")


def test_words_put_right_are_said_with_a_way_to_those_typed(app: Flask, town: Catalogue) -> None:
    page = results(app, "/search?q=grup&postcode=FA1+1AA&page=2", mended="group")
    plain = results(app, "/search?q=grup&postcode=FA1+1AA&exact=1")

    assert "Showing results for “group”." in words_of(page.main)
    link = next(link for link in page.select("main a") if words_of(link) == "Search for “grup” as you typed it")
    assert asked(link) == {"q": ["grup"], "postcode": ["FA1 1AA"], "exact": ["1"]}
    assert "Showing results" not in words_of(plain.main)
    assert not plain.select("form [name=exact]")


def test_choices_that_cannot_both_be_met_are_said(town: Catalogue, client: FlaskClient) -> None:
    response = client.get("/search?postcode=FA1+1AA&kind=food&on=2026-12-05&day=MO&when=holidays")

    told = main_words(response)
    assert "Saturday 5 December 2026 is not a Monday." in told
    assert "Saturday 5 December 2026 is not in the school holidays." in told
    assert "Take one of these choices off." in told
    assert "Nothing is" not in told
