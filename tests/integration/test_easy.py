"""Easy Read: one question at a time, few answers, each fact in a sentence, and what is not known said."""

from datetime import date
from itertools import takewhile

import pytest
from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient
from sqlalchemy import update

from hub_finder.directory import freshness
from hub_finder.extensions import db
from hub_finder.models.services import Service, Status
from tests.factories import HALL, Catalogue
from tests.page_client import words_of
from tests.reading import asked, main_words, only, read, said_beside
from tests.whole_listing import add_whole_listing

LINE = {"delivery": "phone", "service_area": "council:E09999001", "phone": "01632 960200"}


@pytest.fixture
def town(catalogue: Catalogue) -> Catalogue:
    catalogue.add_places()
    return catalogue


def heading(page: BeautifulSoup) -> str:
    return words_of(only(page, "h1"))


def hidden(page: BeautifulSoup) -> list[tuple[str, str]]:
    return [(str(field["name"]), str(field["value"])) for field in page.select("main form input[type=hidden]")]


def cards(page: BeautifulSoup) -> list[str]:
    return [words_of(card.h3) for card in page.select("main article")]


def link(page: BeautifulSoup | Tag, words: str) -> str:
    """The address of the one link with these words."""
    return str(only_link(page, words)["href"])


def only_link(page: BeautifulSoup | Tag, words: str) -> Tag:
    found = [one for one in page.select("a") if words_of(one) == words]
    assert len(found) == 1, f"{len(found)} links “{words}”"
    return found[0]


def lines(page: BeautifulSoup, title: str) -> str:
    """What stands below a heading, up to the next one."""
    start = next(one for one in page.select("main h2") if words_of(one) == title)
    parts = takewhile(lambda part: part.name != "h2", start.find_next_siblings())
    return " ".join(" ".join(part.get_text(" ").split()) for part in parts)


def test_first_question_offers_needs_that_listings_help_with(town: Catalogue, client: FlaskClient) -> None:
    town.add(id="bank", name="Bank", needs="food|domestic-abuse")
    town.add(id="tots", name="Tots", needs="baby-toddler-groups")

    page = read(client.get("/easy"))

    assert heading(page) == "What do you need help with?"
    tiles = [words_of(tile.strong) for tile in page.select(".ez-tile") if tile.strong]
    assert tiles == ["Play groups", "Food", "Someone hurts you or scares you"]
    assert asked(page.select(".ez-tile")[1]) == {"need": ["food"]}
    assert [str(field["name"]) for field in page.select("main form input")] == ["q"]


def test_questions_lead_from_a_need_to_answers(town: Catalogue, client: FlaskClient) -> None:
    town.add(id="tots", name="Tots", min_age="0", max_age="4", **HALL)

    place = read(client.get("/easy/place?need=baby-toddler-groups"))
    ages = read(client.get("/easy/ages?need=baby-toddler-groups&postcode=FA1+1AA"))
    answers = read(client.get("/easy/search?need=baby-toddler-groups&postcode=FA1+1AA&age=2"))

    assert heading(place) == "Where do you live?"
    assert "You want help with: Play groups" in words_of(only(place, "main"))
    assert only(place, "main form")["action"] == "/easy/ages"
    assert hidden(place) == [("need", "baby-toddler-groups")]
    assert heading(ages) == "How old are your children?"
    assert only(ages, "main form")["action"] == "/easy/search"
    assert hidden(ages) == [("need", "baby-toddler-groups"), ("postcode", "FA1 1AA")]
    assert [len(row.select("input")) for row in ages.select("main fieldset")] == [1, 1, 4, 7, 7, 7]
    assert heading(answers) == "We found 1 group that may help"
    assert cards(answers) == ["Tots"]


def test_words_of_ones_own_go_along(town: Catalogue, client: FlaskClient) -> None:
    page = read(client.get("/easy/place?q=my+baby+cries&age=0"))

    assert hidden(page) == [("q", "my baby cries"), ("age", "0")]
    assert "“my baby cries”" in words_of(only(page, "main"))


@pytest.mark.parametrize("query", ["", "?q=", "?q=+&postcode=FA1+1AA"])
def test_question_without_an_answer_is_asked_again(town: Catalogue, client: FlaskClient, query: str) -> None:
    page = read(client.get(f"/easy/place{query}"))

    assert heading(page) == "What do you need help with?"
    assert str(page.title.string if page.title else "").startswith("Error: ")
    assert said_beside(page, "q") == "Write what you need, or tap a picture"


def test_words_that_are_too_many_are_told_beside_their_box_and_kept(town: Catalogue, client: FlaskClient) -> None:
    page = read(client.get("/easy/place", query_string={"q": "a" * 201}))

    assert "200 characters" in said_beside(page, "q")
    assert only(page, "#q")["value"] == "a" * 201


@pytest.mark.parametrize("path", ["/easy/ages", "/easy/search"])
def test_place_that_is_not_known_is_asked_again_and_nothing_is_lost(
    town: Catalogue, client: FlaskClient, path: str
) -> None:
    page = read(client.get(f"{path}?need=food&age=3&postcode=Oakhm+Green"))

    assert heading(page) == "Where do you live?"
    assert said_beside(page, "postcode")
    assert only(page, "#postcode")["value"] == "Oakhm Green"
    assert hidden(page) == [("need", "food"), ("age", "3")]
    assert asked(only_link(page, "Oakham Green")) == {"need": ["food"], "age": ["3"], "postcode": ["Oakham Green"]}


def test_place_may_be_left_out(town: Catalogue, client: FlaskClient) -> None:
    town.add(id="tots", name="Tots", needs="food")

    page = read(client.get("/easy/place?need=food"))

    assert asked(only_link(page, "Leave this question out")) == {"need": ["food"]}
    assert cards(read(client.get("/easy/search?need=food&postcode="))) == ["Tots"]


def test_search_for_nothing_begins_with_the_first_question(town: Catalogue, client: FlaskClient) -> None:
    response = client.get("/easy/search")

    assert (response.status_code, response.location) == (302, "/easy")


def test_answers_are_few_at_a_time(town: Catalogue, client: FlaskClient) -> None:
    for number in range(7):
        town.add(id=f"tots-{number}", name=f"Tots {number}", needs="food", **HALL)

    first = read(client.get("/easy/search?need=food"))
    second = read(client.get(link(first, "Show 2 more")))

    assert heading(first) == "We found 7 groups that may help"
    assert len(cards(first)) == 5
    assert len(cards(second)) == 2
    assert sorted(cards(first) + cards(second)) == [f"Tots {number}" for number in range(7)]
    assert asked(only_link(second, "Go back")) == {"need": ["food"], "page": ["1"]}
    assert only(second, "ol[start]")["start"] == "6"


def test_page_after_the_last_says_so(town: Catalogue, client: FlaskClient) -> None:
    town.add(id="tots", name="Tots", needs="food", **HALL)

    response = client.get("/easy/search?need=food&page=2")

    assert response.status_code == 404
    assert heading(read(response)) == "There is no page 2"
    assert link(read(response), "Go to the first page") == "/easy/search?need=food"


def test_help_without_a_place_is_one_tap_away(town: Catalogue, client: FlaskClient) -> None:
    town.add(id="tots", name="Tots", needs="food", **HALL)
    town.add(id="line", name="Line", needs="food", **LINE)

    page = read(client.get("/easy/search?need=food&postcode=FA1+1AA"))
    other = read(client.get(link(page, "Other help: 1")))

    assert cards(page) == ["Tots"]
    assert cards(other) == ["Line"]
    assert "By phone" in words_of(only(other, "article"))
    assert only(other, ".ez-tab[aria-current]").get_text() == "Other help: 1"


def test_answer_tells_one_fact_in_a_sentence(town: Catalogue, client: FlaskClient) -> None:
    town.add(
        id="tots",
        name="Tots",
        needs="food",
        summary="Soup at St. Ann’s. All are welcome.",
        cost="free",
        phone="01632 960123",
        **{**HALL, "latitude": "52.13"},
    )

    page = read(client.get("/easy/search?need=food&postcode=FA1+1AA"))

    card = only(page, "article")
    words = words_of(card)
    assert "We were told: Soup at St. Ann’s. Oakham Green About 2 miles away" in words
    assert "All are welcome" not in words
    assert "We do not know when it is. Free Call 01632 960123 Read more: Tots" in words
    assert link(card, "Call 01632 960123") == "tel:+441632960123"


def test_answer_says_what_is_not_known(town: Catalogue, client: FlaskClient) -> None:
    town.add(id="tots", name="Tots", needs="food", delivery="in_person")

    words = words_of(only(read(client.get("/easy/search?need=food")), "article"))

    assert "We do not know where it is." in words
    assert "We do not know when it is." in words
    assert "We do not know if it costs money" in words
    assert "Call" not in words


def test_answer_tells_of_times_what_it_was_told(town: Catalogue, client: FlaskClient) -> None:
    town.add(id="noted", name="Noted", needs="food", schedule_note="Most Wednesdays", **HALL)

    page = read(client.get("/easy/search?need=food&postcode=FA1+1AA"))

    told = next(words_of(one) for one in page.select("article") if "Noted" in words_of(one))
    assert "We were told: Most Wednesdays" in told
    assert "We do not know when it is." not in told


def test_nothing_found_leads_to_a_person_and_to_hubs(town: Catalogue, client: FlaskClient) -> None:
    town.add(id="hub", name="Oakham Hub", kind="family_hub", needs="food", **HALL)

    page = read(client.get("/easy/search?q=zzzzz&postcode=FA1+1AA"))

    assert heading(page) == "We found nothing yet"
    assert cards(page) == ["Oakham Hub"]
    assert link(only(page, "main"), "Call 01632 960001") == "tel:+441632960001"


def test_what_was_asked_can_be_taken_away(town: Catalogue, client: FlaskClient) -> None:
    town.add(id="tots", name="Tots", needs="food", cost="free", **HALL)

    page = read(client.get("/easy/search?q=tots&need=food&postcode=FA1+1AA&age=3&cost=free"))

    labels = [words_of(row.span) for row in page.select(".ez-asked")]
    assert labels == ["“tots”", "FA1 1AA", "Food", "Age 3", "Free"]
    assert "q" not in asked(page.select(".ez-asked a")[0])
    assert "cost" not in asked(page.select(".ez-asked a")[4])
    assert asked(only_link(page, "Change the ages"))["q"] == ["tots"]


def test_value_that_cannot_be_read_is_told(town: Catalogue, client: FlaskClient) -> None:
    response = client.get("/easy/search?need=food&within=x")

    assert response.status_code == 200
    assert heading(read(response)) == "There is something to put right"
    assert "Distance must be a number of miles" in main_words(response)


@pytest.mark.parametrize(
    ("address", "number"),
    [
        ("/easy/place?q=he+hits+me+every+night", "999"),
        ("/easy/ages?q=he+hits+me+every+night", "999"),
        ("/easy/search?q=he+hits+me+every+night", "999"),
        ("/easy/place?need=domestic-abuse", "0808 2000 247"),
        ("/easy/search?need=domestic-abuse", "0808 2000 247"),
    ],
)
def test_danger_comes_first_with_its_numbers_and_the_title_says_nothing(
    town: Catalogue, client: FlaskClient, address: str, number: str
) -> None:
    page = read(client.get(address))

    urgent = only(page, "section.ez-urgent")
    assert words_of(urgent.h2) == "Get help now"
    assert only_link(urgent, f"Call {number}")
    assert only(page, "title").get_text() == "Hub Finder"
    assert "domestic" not in str(page.head)


def test_listing_answers_the_six_questions(catalogue: Catalogue, client: FlaskClient) -> None:
    add_whole_listing(catalogue, freshness.today())

    page = read(client.get("/easy/services/everything-group"))

    asked_for = [words_of(title) for title in page.select("main h2")][:6]
    assert asked_for == [
        "What is it?",
        "Who is it for?",
        "When is it?",
        "Where is it?",
        "What does it cost?",
        "How do you start?",
    ]
    assert "We were told: Play, talk and a hot meal." in lines(page, "What is it?")
    assert "Up to age 11" in lines(page, "Who is it for?")
    assert "1 Mill Lane" in lines(page, "Where is it?")
    assert "You pay We were told: £5 a family £2.50 – each further child" in lines(page, "What does it cost?")
    assert "You can ask them yourself." in lines(page, "How do you start?")
    assert link(only(page, "main"), "Call 01632 960123") == "tel:+441632960123"
    assert link(page, "See the map").endswith("query=52.1,-1.2")


def test_listing_that_says_nothing_more_says_so_plainly(town: Catalogue, client: FlaskClient) -> None:
    town.add(id="bare", name="Bare", summary="A group.", delivery="in_person")

    page = read(client.get("/easy/services/bare"))

    for title, words in {
        "Who is it for?": "We do not know which ages it is for.",
        "When is it?": "We do not know when it is.",
        "Where is it?": "We do not know where it is.",
        "What does it cost?": "We do not know if it costs money",
        "How do you start?": "We do not know how you start.",
    }.items():
        assert lines(page, title) == f"{words} Call Fairshire Family Line and ask."
    assert "We do not know how to call them." in words_of(only(page, "main"))
    assert only_link(only(page, "main"), "Call 01632 960001")
    assert "See the map" not in words_of(only(page, "main"))


def test_listing_that_keeps_its_place_secret_shows_no_place(town: Catalogue, client: FlaskClient) -> None:
    town.add(id="safe", name="Safe House", sensitive="yes", needs="housing", service_area="council:E09999001")

    page = read(client.get("/easy/services/safe"))
    card = read(client.get("/easy/search?need=housing"))

    assert lines(page, "Where is it?") == "We do not show where it is. This keeps people safe. Ask them."
    assert only(page, "title").get_text() == "Hub Finder"
    assert "We do not show where it is." in words_of(only(card, "article"))


@pytest.mark.parametrize(
    ("columns", "status", "words"),
    [
        ({"status": Status.RETIRED}, 410, "This has ended. You cannot go there now."),
        ({"status": Status.PAUSED}, 200, "This has stopped for now. Ask them when it starts again."),
        ({"checked_on": date(2020, 1, 1)}, 200, "This may have ended. Call and ask before you go."),
    ],
)
def test_listing_that_does_not_run_says_so(
    town: Catalogue, client: FlaskClient, columns: dict[str, object], status: int, words: str
) -> None:
    town.add(id="tots", name="Tots", phone="01632 960123")
    with town.app.app_context():
        db.session.execute(update(Service).where(Service.slug == "tots").values(**columns))
        db.session.commit()

    response = client.get("/easy/services/tots")

    assert response.status_code == status
    assert words in " ".join(only(read(response), "main").get_text(" ").split())
    assert ("Call 01632 960123" in main_words(response)) == (status == 200)


def test_listing_that_is_none_of_ours_is_not_found(town: Catalogue, client: FlaskClient) -> None:
    assert client.get("/easy/services/none").status_code == 404


def test_way_back_keeps_the_search(town: Catalogue, client: FlaskClient) -> None:
    town.add(id="tots", name="Tots", needs="food", **HALL)
    search = "need=food&postcode=FA1+1AA&age=3"

    results = read(client.get(f"/easy/search?{search}"))
    listing = read(client.get(link(results, "Tots")))

    assert link(listing, "Back to the list") == f"/easy/search?{search}"
    assert link(listing, "See this page with more words") == "/services/tots"
    assert link(results, "See this page with more words") == f"/search?{search}"
    assert "Back to the list" not in main_words(client.get("/easy/services/tots?other=1"))


@pytest.mark.parametrize(
    ("full", "easy"),
    [
        ("/", "/easy"),
        ("/?postcode=FA1+1AA&age=3", "/easy?postcode=FA1+1AA&age=3"),
        ("/search?q=tots&postcode=FA1+1AA&view=map", "/easy/search?q=tots&postcode=FA1+1AA&view=map"),
        ("/search?q=tots&page=1&x=y", "/easy/search?q=tots"),
        ("/services/tots", "/easy/services/tots"),
        ("/hubs", "/easy"),
        ("/nowhere", "/easy"),
        ("/services/none", "/easy"),
    ],
)
def test_pages_lead_to_the_same_in_easy_read(town: Catalogue, client: FlaskClient, full: str, easy: str) -> None:
    town.add(id="tots", name="Tots", needs="food", **HALL)

    assert link(only(read(client.get(full)), "header"), "Easy Read") == easy


@pytest.mark.parametrize("path", ["/easy/place?q=tots&age=3", "/easy/ages?q=tots&age=3"])
def test_questions_lead_back_to_the_start_with_what_was_answered(
    town: Catalogue, client: FlaskClient, path: str
) -> None:
    assert link(read(client.get(path)), "See this page with more words") == "/?q=tots&age=3"


def test_how_to_get_help_tells_whom_to_call_and_every_urgent_number(town: Catalogue, client: FlaskClient) -> None:
    page = read(client.get("/easy/how-to-get-help"))

    main = only(page, "main")
    assert "You can call Fairshire Family Line." in lines(page, "Call and talk to a person")
    assert "Weekdays" in lines(page, "Call and talk to a person")
    numbers = {link_["href"] for link_ in only(page, "#urgent-help").select("a[href^='tel:']")}
    assert numbers == {link_["href"] for link_ in read(client.get("/")).select("#urgent-help a[href^='tel:']")}
    assert "You can ask for an interpreter." in words_of(main)
    assert asked(only_link(main, "Find a Family Hub")) == {"q": ["family hub"]}


@pytest.mark.parametrize(
    "path",
    [
        "/easy",
        "/easy/place?need=food",
        "/easy/ages?need=food",
        "/easy/search?need=food",
        "/easy/search?q=zzzz",
        "/easy/services/everything-group",
        "/easy/how-to-get-help",
    ],
)
def test_every_sentence_has_a_picture_that_is_drawn_and_hidden_from_screen_readers(
    catalogue: Catalogue, client: FlaskClient, path: str
) -> None:
    add_whole_listing(catalogue, freshness.today())
    catalogue.add(id="tots", name="Tots", needs="food", **HALL)

    page = read(client.get(path))

    drawn = {f"#{symbol['id']}" for symbol in page.select("symbol")}
    pictures = page.select("svg.ez-pic")
    assert pictures
    assert {str(only(picture, "use")["href"]) for picture in pictures} <= drawn
    assert all(picture.get("aria-hidden") == "true" for picture in pictures)
    alone = [str(line)[:200] for line in page.select(".ez-line, .ez-tile, .ez-button") if not words_of(line)]
    assert alone == []
    assert only(page, "a[data-leave]")


def test_every_link_stays_in_the_language_that_is_read(town: Catalogue, client: FlaskClient) -> None:
    town.add(id="tots", name="Tots", needs="food", **HALL)

    page = read(client.get("/ar/easy/search?need=food"))

    assert only(page, "html")["dir"] == "rtl"
    addresses = [str(one["href"]) for one in page.select("main a")]
    assert all(address.startswith(("/ar/", "tel:")) for address in addresses), addresses
