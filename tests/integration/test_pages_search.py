"""The search page: what it finds, what it says about the place, and what it says when it cannot."""

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from hub_finder.extensions import db
from hub_finder.models.places import Outcode
from tests.factories import Catalogue
from tests.page_client import words_of
from tests.reading import asked, listed, main_words, only, read, said_beside, summary


@pytest.fixture
def town(catalogue: Catalogue) -> Catalogue:
    """A group in the middle of Oakham Green, one further off, and a phone line for the whole area."""
    catalogue.add_places()
    catalogue.add(name="Near Group", latitude="52.101", longitude="-1.2", city="Oakham Green", phone="01632 960111")
    catalogue.add(name="Far Group", latitude="52.13", longitude="-1.2", kind="youth", needs="youth-clubs")
    catalogue.add(name="Phone Line", delivery="phone", service_area="council:E09999001", needs="debt")
    return catalogue


def test_search_without_a_question_shows_an_empty_form_and_no_error(town: Catalogue, client: FlaskClient) -> None:
    for address in ("/search", "/search?utm_source=leaflet", "/search?age=&age="):
        page = read(client.get(address))

        assert not listed(page)
        assert summary(page) == {}
        assert page.select_one("main form")


def test_postcode_search_lists_places_nearest_first_and_what_has_none_apart(
    town: Catalogue, client: FlaskClient
) -> None:
    response = client.get("/search?q=&postcode=fa1+1aa&age=&age=&age=")

    page = read(response)
    assert response.status_code == 200
    assert listed(page) == ["near-group", "far-group", "phone-line"]
    assert [words_of(card.select_one("h3")) for card in page.select("ol article")] == ["Near Group", "Far Group"]
    assert "0.1 miles" in words_of(page.select("ol article")[0])
    assert "2.1 miles" in words_of(page.select("ol article")[1])
    assert page.h1
    assert words_of(page.h1) == "Help near FA1 1AA"


def test_answers_that_only_mention_the_words_say_that_none_is_for_the_need(
    catalogue: Catalogue, client: FlaskClient
) -> None:
    catalogue.add(id="clothes", summary="Clothes for your baby.", needs="clothing-essentials")

    mentioned = main_words(client.get("/search?q=my+baby+will+not+sleep"))
    catalogue.add(id="sleep", summary="Quiet nights.", needs="sleep")
    met = main_words(client.get("/search?q=my+baby+will+not+sleep"))

    assert "None of these says that it helps with: Sleep. Find a Family Hub" in mentioned
    assert "None of these says" not in met


def test_what_was_asked_stands_in_the_form(town: Catalogue, client: FlaskClient) -> None:
    address = "/search?q=group&postcode=FA1+1AA&age=0&age=6&within=5&cost=free&sort=name&send=1&referral=self"
    page = read(client.get(f"{address}&need=youth-clubs&kind=youth&locality=north-fair"))

    assert only(page, "#q")["value"] == "group"
    assert only(page, "#postcode")["value"] == "FA1 1AA"
    for name, value in (("within", "5"), ("cost", "free"), ("sort", "name")):
        assert only(page, f"#{name} option[selected]")["value"] == value
    ticked = {(box["name"], box["value"]) for box in page.select("main input[type=checkbox][checked]")}
    assert ticked == {
        ("age", "0"),
        ("age", "6"),
        ("send", "1"),
        ("referral", "self"),
        ("need", "youth-clubs"),
        ("kind", "youth"),
        ("locality", "north-fair"),
    }


@pytest.mark.parametrize(
    ("query", "field", "typed", "message"),
    [
        ("postcode=", "postcode", "", "Enter a postcode or town, like FA1 1AA or Oakham Green"),
        ("postcode=+%C2%A0+", "postcode", "", "Enter a postcode or town, like FA1 1AA or Oakham Green"),
        ("postcode=qqqqqq", "postcode", "qqqqqq", "We could not find “qqqqqq”"),
        ("postcode=FA1+9ZZ", "postcode", "FA1 9ZZ", "We could not find the postcode FA1 9ZZ"),
        ("postcode=FA1+1A", "postcode", "FA1 1A", "FA1 1A is only part of a postcode"),
        ("postcode=BT1+1AA", "postcode", "BT1 1AA", "You cannot search by a Northern Ireland postcode"),
        ("postcode=FA1+1AA&q=" + "a" * 201, "q", "a" * 201, "What you need help with must be 200 characters or fewer"),
    ],
)
def test_error_stands_beside_its_field_with_what_was_typed(
    town: Catalogue, client: FlaskClient, query: str, field: str, typed: str, message: str
) -> None:
    page = read(client.get(f"/search?{query}"))

    assert said_beside(page, field).startswith(message)
    assert only(page, f"#{field}").get("value", "") == typed
    assert [target for said, target in summary(page).items() if said.startswith(message)] == [f"#{field}"]
    assert words_of(page.title).startswith("Error: ")
    assert not listed(page)


@pytest.mark.parametrize("field", ["within", "cost", "sort"])
def test_choice_that_is_not_offered_is_told_beside_its_field(town: Catalogue, client: FlaskClient, field: str) -> None:
    page = read(client.get(f"/search?postcode=FA1+1AA&q=group&{field}=x"))

    assert said_beside(page, field)
    assert list(summary(page).values()) == [f"#{field}"]
    assert only(page, f"#{field} option[selected]")["value"] == "x"
    assert only(page, "#postcode")["value"] == "FA1 1AA"
    assert only(page, "#q")["value"] == "group"


def test_unknown_age_is_told_beside_the_ages(town: Catalogue, client: FlaskClient) -> None:
    page = read(client.get("/search?postcode=FA1+1AA&age=5&age=99"))

    assert "99" in said_beside(page, "age")
    assert list(summary(page).values()) == ["#age"]
    assert ticked_ages(page) == ["5", "99"]


def test_eleven_ages_are_too_many_and_all_of_them_stay(town: Catalogue, client: FlaskClient) -> None:
    ages = [*map(str, range(10)), "pregnant"]
    page = read(client.get("/search", query_string={"postcode": "FA1 1AA", "age": ages}))

    assert said_beside(page, "age") == "Ages: choose at most 10"
    assert ticked_ages(page) == ["pregnant", *ages[:-1]]


def ticked_ages(page: BeautifulSoup) -> list[str]:
    return [str(box["value"]) for box in page.select("input[name=age][checked]")]


def test_ages_of_four_children_and_a_baby_on_the_way_can_be_given(town: Catalogue, client: FlaskClient) -> None:
    page = read(client.get("/search?postcode=FA1+1AA&age=0&age=6&age=9&age=12&age=pregnant"))

    assert ticked_ages(page) == ["pregnant", "0", "6", "9", "12"]
    assert not only(page, ".hf-picks-more").has_attr("open")


def test_ages_of_grown_children_are_folded_away_until_one_is_chosen(town: Catalogue, client: FlaskClient) -> None:
    page = read(client.get("/search?postcode=FA1+1AA&age=20"))

    assert only(page, ".hf-picks-more").has_attr("open")
    assert ticked_ages(page) == ["20"]


@pytest.mark.parametrize(
    "field",
    ["need", "kind", "locality", "access", "language", "day", "on", "time", "when", "border", "send", "referral"],
)
def test_choice_that_cannot_be_read_is_told_in_its_group_and_stays_there(
    town: Catalogue, client: FlaskClient, field: str
) -> None:
    page = read(client.get(f"/search?postcode=FA1+1AA&q=group&{field}=nonsense"))

    assert said_beside(page, field)
    assert list(summary(page).values()) == [f"#{field}"]
    kept = page.select(f"[name={field}][value=nonsense], #{field} option[selected]")
    assert [box["value"] for box in kept] == ["nonsense"]
    assert kept[0].has_attr("checked") or kept[0].has_attr("selected") or kept[0]["type"] == "text"
    assert all(part.has_attr("open") for part in kept[0].find_parents("details"))
    assert only(page, "#q")["value"] == "group"
    assert not listed(page)


@pytest.mark.parametrize("field", ["exact", "view", "page", "per_page"])
def test_value_that_has_no_box_of_its_own_is_told_in_the_summary(
    town: Catalogue, client: FlaskClient, field: str
) -> None:
    page = read(client.get(f"/search?postcode=FA1+1AA&{field}=nonsense"))

    assert len(summary(page)) == 1
    assert not listed(page)
    assert only(page, "#postcode")["value"] == "FA1 1AA"


def test_several_errors_are_all_told(town: Catalogue, client: FlaskClient) -> None:
    page = read(client.get("/search?postcode=qqqqqq&within=x&q=" + "a" * 201))

    assert sorted(summary(page).values()) == ["#postcode", "#q", "#within"]


def test_misspelt_town_is_offered_as_a_link_that_keeps_the_rest(town: Catalogue, client: FlaskClient) -> None:
    page = read(client.get("/search?q=group&postcode=Oakhm+Green&age=4"))

    link = next(link for link in page.select("main a") if words_of(link) == "Oakham Green")
    assert listed(read(client.get(str(link["href"])))) == ["near-group", "far-group"]
    assert "age=4" in str(link["href"])


def test_distance_without_a_place_asks_for_the_place(town: Catalogue, client: FlaskClient) -> None:
    page = read(client.get("/search?q=group&within=1"))

    assert said_beside(page, "postcode").startswith("Enter a postcode or town")
    assert not listed(page)


def test_words_need_no_place(town: Catalogue, client: FlaskClient) -> None:
    page = read(client.get("/search?q=group&postcode="))

    assert summary(page) == {}
    assert sorted(listed(page)) == ["far-group", "near-group"]


@pytest.mark.parametrize(
    ("typed", "note"),
    [
        ("FA3 1ZZ", "We could not check that FA3 1ZZ is in use. It may be new, or it may have been replaced."),
        ("FAI 1AA", "We read FAI 1AA as FA1 1AA."),
        ("NX1 1AA", "This postcode is in the Nextshire Council area, outside the Fairshire Council area."),
        ("Nextham", "This place is in the Nextshire Council area, outside the Fairshire Council area."),
        ("FA9", "FA9 is a large area. Type your full postcode for better distances."),
        ("1 High Street, Oakham Green FA1 1AA", "We used the postcode FA1 1AA."),
    ],
)
def test_page_says_how_the_place_was_read(
    town: Catalogue, client: FlaskClient, app: Flask, typed: str, note: str
) -> None:
    with app.app_context():
        wide = Outcode(code="FA9", latitude=52.1, longitude=-1.2, postcodes=9, radius_m=5000, council="E09999001")
        db.session.add(wide)
        db.session.commit()

    response = client.get("/search", query_string={"postcode": typed})

    assert note in main_words(response)
    assert listed(read(response))


def test_place_that_is_not_exact_says_about(town: Catalogue, client: FlaskClient) -> None:
    town.add(name="Vague Group", latitude="52.102", longitude="-1.2", location_precision="postcode")

    cards = {
        words_of(card.select_one("h3")): words_of(card)
        for card in read(client.get("/search?postcode=FA1+1AA")).select("article")
    }

    assert "(about)" in cards["Vague Group"]
    assert "(about)" not in cards["Near Group"]


def test_neighbours_postcode_finds_help_there_and_marks_it(town: Catalogue, client: FlaskClient) -> None:
    town.add(name="Next Door Group", latitude="52.301", longitude="-1.0", postal_code="NX1 1AA")

    cards = read(client.get("/search?postcode=NX1+1AA")).select("article")

    words = {words_of(card.select_one("h3")): words_of(card) for card in cards}
    assert next(iter(words)) == "Next Door Group"
    assert "Outside the Fairshire Council area" in words["Next Door Group"]
    assert "Outside" not in words["Near Group"]
    assert "Phone Line" not in words


def test_widening_is_said(town: Catalogue, client: FlaskClient) -> None:
    assert "this goes up to 80 miles" in main_words(client.get("/search?postcode=FA1+1AA"))
    assert "this goes up to" not in main_words(client.get("/search?postcode=FA1+1AA&within=3"))


def test_some_of_the_words_is_said(town: Catalogue, client: FlaskClient) -> None:
    assert "Nothing has all of your words" in main_words(client.get("/search?q=group+zebra"))
    assert "Nothing has all of your words" not in main_words(client.get("/search?q=group"))


def test_age_that_is_not_stated_stays_and_says_so(town: Catalogue, client: FlaskClient) -> None:
    town.add(name="Teen Group", latitude="52.1", longitude="-1.2", min_age="13", max_age="17")
    town.add(name="Small Group", latitude="52.1", longitude="-1.2", min_age="0", max_age="4")

    cards = read(client.get("/search?postcode=FA1+1AA&age=3")).select("article")

    words = {words_of(card.select_one("h3")): words_of(card) for card in cards}
    assert "Does not say if it is for age 3" in words["Near Group"]
    assert "For age 3" in words["Small Group"]
    assert "Teen Group" not in words


def test_each_of_several_children_is_answered(town: Catalogue, client: FlaskClient) -> None:
    town.add(name="Small Group", latitude="52.1", longitude="-1.2", min_age="0", max_age="4")

    cards = read(client.get("/search?postcode=FA1+1AA&age=3&age=9")).select("article")

    small = next(words_of(card) for card in cards if "Small Group" in words_of(card))
    assert "For age 3" in small
    assert "Not for age 9" in small


@pytest.mark.parametrize(
    "query", ["q=zzzzzz&postcode=FA1+1AA", "postcode=FA1+1AA&need=bereavement&within=1", "q=zzzzzz&postcode="]
)
def test_no_result_is_no_dead_end(town: Catalogue, client: FlaskClient, query: str) -> None:
    response = client.get(f"/search?{query}")

    page = read(response)
    assert response.status_code == 200
    assert not page.select("ol article")
    assert "Fairshire Family Line" in main_words(response)
    addresses = [str(link["href"]) for link in page.select("main a")]
    assert "/hubs" in addresses
    assert "tel:+441632960001" in addresses


def test_empty_ring_offers_what_lies_beyond(town: Catalogue, client: FlaskClient) -> None:
    page = read(client.get("/search?postcode=FA1+1AA&need=youth-clubs&within=1"))

    link = next(link for link in page.select("main a") if "Look further away: 1 place" in words_of(link))
    assert listed(read(client.get(str(link["href"])))) == ["far-group"]


@pytest.mark.parametrize(
    ("query", "heading", "shown"),
    [
        ("need=youth-clubs&within=1", "The nearest to what you asked", ["far-group"]),
        ("need=youth-clubs&access=lift&language=pl", "The nearest to what you asked", ["far-group"]),
        ("q=zzzzzz", "Ask at a Family Hub", ["the-hub"]),
    ],
)
def test_where_nothing_is_found_the_nearest_to_it_is_shown(
    town: Catalogue, client: FlaskClient, query: str, heading: str, shown: list[str]
) -> None:
    town.add(name="The Hub", kind="family_hub", needs="", latitude="52.11", longitude="-1.2")

    page = read(client.get(f"/search?postcode=FA1+1AA&{query}"))

    assert words_of(only(page, "#closest")) == heading
    assert listed(page) == shown
    assert not page.select("article [data-map-result]")


def test_page_offers_to_tell_what_is_missing_and_passes_no_words_of_danger_on(
    town: Catalogue, client: FlaskClient
) -> None:
    page = read(client.get("/search?q=zzzzzz&postcode=FA1+1AA"))
    of_danger = read(client.get("/search?q=i+want+to+die&postcode=FA1+1AA"))

    assert page.select("main a[href='/missing?q=zzzzzz']")
    assert of_danger.select("main a[href='/missing']")
    assert not of_danger.select("main a[href*='missing?']")


def test_result_tells_how_far_it_is_in_which_direction_and_where(town: Catalogue, client: FlaskClient) -> None:
    places = [words_of(card) for card in read(client.get("/search?postcode=FA1+1AA")).select("ol .hf-where")]

    assert places == ["under 0.1 miles, Oakham Green", "2.1 miles north, Place not stated"]


def test_result_over_the_border_says_whose_area_it_is_in(town: Catalogue, client: FlaskClient) -> None:
    town.add(name="Next Door Group", latitude="52.301", longitude="-1.0", postal_code="NX1 1AA")

    page = read(client.get("/search?postcode=NX1+1AA"))

    assert words_of(only(page, ".hf-chip--away")) == "Outside the Fairshire Council area: Nextshire Council"


def test_help_without_a_place_is_one_tap_from_the_top_and_folds_away_after_a_few(
    town: Catalogue, client: FlaskClient
) -> None:
    for number in range(5):
        town.add(name=f"Line {number}", delivery="phone", service_area="council:E09999001", phone="01632 960222")

    page = read(client.get("/search?postcode=FA1+1AA"))

    link = next(link for link in page.select("main a") if "help by phone, online or at home" in words_of(link))
    assert words_of(only(page, str(link["href"]))) == "Help by phone, online or at home"
    assert len(page.select("ul article")) == 4
    assert [words_of(row.h3) for row in page.select("details .hf-rows > li") if row.h3] == ["Line 4", "Phone Line"]


def test_links_leave_out_what_was_left_empty(town: Catalogue, client: FlaskClient) -> None:
    page = read(client.get("/search?q=&postcode=FA1+1AA&age=&within=5&cost=&sort=&on=&time=&when="))

    assert str(only(page, "ul[aria-label^=Chosen] a")["href"]) == "/search?postcode=FA1+1AA"


def test_way_back_to_the_start_keeps_the_place_and_the_ages(town: Catalogue, client: FlaskClient) -> None:
    page = read(client.get("/search?q=group&postcode=FA1+1AA&age=3&age=pregnant&cost=free"))

    assert asked(only(page, ".govuk-breadcrumbs a")) == {"postcode": ["FA1 1AA"], "age": ["3", "pregnant"]}


def test_search_tells_search_engines_to_stay_away(town: Catalogue, client: FlaskClient) -> None:
    page = read(client.get("/search?postcode=FA1+1AA"))

    assert only(page, "meta[name=robots]")["content"] == "noindex"


def test_words_of_danger_bring_the_numbers_first_and_stand_in_no_heading(town: Catalogue, client: FlaskClient) -> None:
    page = read(client.get("/search?postcode=FA1+1AA&q=i+want+to+die"))

    assert words_of(page.h1) == "Help near FA1 1AA"
    assert "die" not in words_of(page.title)
    assert page.select_one("main a[href='tel:116123']"), "no number to call"


def test_links_to_listings_are_those_of_where_the_site_stands(town: Catalogue, client: FlaskClient) -> None:
    address = "/search?postcode=FA1+1AA"
    links = [
        [link["href"] for link in read(client.get(address, environ_overrides=place)).select("article h3 a")]
        for place in ({}, {"SCRIPT_NAME": "/finder"})
    ]

    slugs = ["near-group", "far-group", "phone-line"]
    assert links == [[f"/services/{slug}" for slug in slugs], [f"/finder/services/{slug}" for slug in slugs]]
