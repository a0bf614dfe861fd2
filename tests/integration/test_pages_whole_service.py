"""The page of a listing that fills everything, and of one that is paused or has ended."""

from datetime import date, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from hub_finder.directory import freshness
from hub_finder.directory.times import ZONE
from hub_finder.extensions import db
from hub_finder.models.services import Service, Status
from tests.factories import Catalogue
from tests.integration.asking import north
from tests.page_client import words_of
from tests.reading import answers, main_words, only, read
from tests.whole_listing import add_whole_listing

NOW = datetime(2026, 11, 24, 11, tzinfo=ZONE)
PAGE = "/services/everything-group"


@pytest.fixture(autouse=True)
def _a_moment_that_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub_finder.directory.times.now", lambda: NOW)


@pytest.fixture
def whole(catalogue: Catalogue) -> Catalogue:
    add_whole_listing(catalogue, NOW.date())
    catalogue.add(id="hidden-group", name="Hidden Group")
    store(catalogue, "hidden-group", status=Status.PAUSED)
    return catalogue


def store(catalogue: Catalogue, slug: str, **columns: object) -> None:
    with catalogue.app.app_context():
        db.session.execute(update(Service).where(Service.slug == slug).values(**columns))
        db.session.commit()


def test_each_question_is_answered_with_all_that_is_known(whole: Catalogue, client: FlaskClient) -> None:
    found = answers(read(client.get(PAGE)))

    assert {question: said.removeprefix(question).strip() for question, said in found.items()} == {
        "Is it for us?": "Up to age 11 Babies too. Families new to the village. "
        "Does my parent have to know? They say no. Ask them when they would have to tell someone. "
        "It helps with: Baby and toddler groups Sleep Food",
        "When is it?": "Open now, closes at 12pm – at Mill Hall Monday, 9am to 9:30am Not in August. "
        "Each place has its own times. They are below. "
        "Next dates Wednesday 25 November, 2pm to 4pm – at Library "
        "Friday 27 November, 6pm to 8pm – at Mill Hall "
        "Monday 30 November, 9am to 9:30am "
        "Tuesday 1 December, 10am to 12pm – at Mill Hall "
        "Add the next date to your calendar Add all dates",
        "How do we book?": "Christmas week 19 December to 22 December 2026 Places left "
        "Free for: Children on free school meals Food: yes Book: Christmas week "
        "New Year week 29 December 2026 Full Who goes free: not stated Food: no "
        "Some time in spring Dates: not stated. Places left: not stated. Ask them. "
        "Who goes free: not stated Food: not stated",
        "Where is it?": "There are 3 places. "
        "Place 1 Mill Hall 1 Mill Lane Oakham Green FA1 1AA Open now, closes at 12pm "
        "Tuesday, 10am to 12pm, in term time Last Friday of the month, 6pm to 8pm "
        "Getting in: A ramp at the side. Show on the map How to get there: place 1 "
        "Place 2 Library Marlow Cross The pin on the map shows the postcode, not the door. "
        "Tomorrow, 2pm to 4pm Wednesday, 2pm to 4pm Show on the map How to get there: place 2 "
        "Place 3 Church Little Wending We do not have the full address. Ask them before you go. "
        "Times at this place: not stated.",
        "What does it cost?": "There is a charge: £5 a family £2.50 – each further child "
        "Members: price not stated Free – under 2s",
        "How do we start?": "You can contact them yourself. Just turn up. Form to ask for this help "
        "Phone to ask for this help: 01632 960126 Who has to agree first: A parent has to sign the form. "
        "How long you may wait: About six weeks. (September 2026)",
        "Who else can we ask?": "Ann Quill, Youth worker Call 01632 960124 ann@trust.example "
        "Out of hours Call 01632 960125",
        "What can we expect?": "In person, or by phone. wifi: yes room: The blue one",
        "Can everyone get in and take part?": "A hearing loop.",
        "Which languages do they speak?": "English, Polish and British Sign Language.",
        "Who runs it?": "Everything Trust A small charity in the town. Their own website",
        "What goes with it?": "Sister Group",
        "How sure are we?": "We have not checked this ourselves yet The source is clear. Still, times and prices can "
        "change. We read this in: First leaflet – May 2026 Second leaflet – 2025",
    }


def test_what_to_know_before_going_comes_first(whole: Catalogue, client: FlaskClient) -> None:
    page = read(client.get(PAGE))

    notes = [words_of(note) for note in page.select("main .hf-note")]
    assert notes == [
        "Closed from 4 December to 14 December. Closed for a new floor.",
        "Until 29 November. The lift is broken.",
        "Check before you go. Ring first.",
    ]
    cautions = [words_of(note)[:6] for note in page.select("main .hf-note--caution")]
    assert cautions == ["Closed", "Check "]


def test_former_names_stand_apart_from_other_names(whole: Catalogue, client: FlaskClient) -> None:
    said = main_words(client.get(PAGE))

    assert "It used to be called Zebra Club and The Yellow Room. Also called The Group" in said


def test_every_number_and_address_can_be_followed(whole: Catalogue, client: FlaskClient) -> None:
    addresses = {str(link["href"]) for link in read(client.get(PAGE)).select("main a")}

    assert {
        "tel:+441632960124",
        "mailto:ann@trust.example",
        "https://trust.example/",
        "https://book.example/christmas",
        "https://trust.example/leaflet",
        "/services/sister-group",
    } <= addresses
    assert "https://book.example/summer" not in addresses
    assert not addresses & {"/services/hidden-group", "/services/no-such-group"}


def test_each_place_with_a_point_has_its_numbered_pin(whole: Catalogue, client: FlaskClient) -> None:
    page = read(client.get(PAGE))

    drawing = next(str(script.string) for script in page.select("script") if "hubFinderMap" in str(script.string))
    assert [f'"number": {number}' in drawing for number in (1, 2, 3)] == [True, True, False]
    assert "#place-2" in drawing
    assert only(page, "#place-2")
    shown = [link["data-map-result"] for link in page.select("[data-map-result]")]
    assert shown == ["1", "2"]


def test_listing_with_all_its_dates_past_offers_nothing_to_book(catalogue: Catalogue, client: FlaskClient) -> None:
    catalogue.add(id="a", booking_for="Summer", booking_to="2026-08-21", booking_url="https://book.example/")

    page = read(client.get("/services/a"))

    assert answers(page)["How do we book?"] == (
        "How do we book? There is nothing to book now that we know of. The last dates are over."
    )
    assert not page.select("a[href='https://book.example/']")


def test_programme_that_ended_is_not_open_on_monday(catalogue: Catalogue, client: FlaskClient) -> None:
    catalogue.add(id="a", schedule="WEEKLY MO,TU 10:00-14:00 from 2026-07-27 to 2026-08-21")

    for address in ("/services/a", "/search?q=acorn"):
        assert "Ended on 21 August 2026" in main_words(client.get(address))
    twin = client.get("/services/a.json").get_json()
    assert (twin["open_now"], twin["next_session"], twin["when"]) == (None, None, "Ended on 21 August 2026")


def test_times_in_words_alone_are_a_note_and_never_open(catalogue: Catalogue, client: FlaskClient) -> None:
    catalogue.add(id="a", schedule_note="Every Tuesday from 10am to 12pm.")

    found = answers(read(client.get("/services/a")))["When is it?"]

    assert found == "When is it? Every Tuesday from 10am to 12pm."
    twin = client.get("/services/a.json").get_json()
    assert (twin["when"], twin["open_now"], twin["next_session"]) == (None, None, None)


def test_other_listings_of_the_organisation_are_named_up_to_five(catalogue: Catalogue, client: FlaskClient) -> None:
    for number in range(1, 8):
        catalogue.add(id=f"group-{number}", name=f"Group {number}")
    catalogue.add(id="stranger", organisation="Somebody Else")

    page = read(client.get("/services/group-2"))

    section = next(part for part in page.select("main section") if "Who runs it?" in words_of(part.h2))
    links = [str(link["href"]) for link in section.select("a")]
    assert links == [*(f"/services/group-{number}" for number in (1, 3, 4, 5, 6)), "/search?q=Acorn+Families"]


def test_access_known_of_a_place_alone_is_not_called_unknown(catalogue: Catalogue, client: FlaskClient) -> None:
    catalogue.add(id="a", city="Oakham Green", location_accessibility="Level floor.")

    found = answers(read(client.get("/services/a")))

    assert "Getting in: Level floor." in found["Where is it?"]
    assert "not stated" not in found["Can everyone get in and take part?"]
    assert "ramp" not in found["What do we not know?"]


def test_price_known_by_options_alone_is_not_called_unknown(catalogue: Catalogue, client: FlaskClient) -> None:
    catalogue.add(id="a", cost_option="A child", cost_amount="3.00")

    found = answers(read(client.get("/services/a")))

    assert found["What does it cost?"] == "What does it cost? £3 – a child"
    assert "the price" not in found["What do we not know?"]


# ---- closed for a while


def test_closure_is_told_on_page_card_and_row(catalogue: Catalogue, client: FlaskClient) -> None:
    closed = {"alert": "Closed for repairs.", "alert_closed": "yes", "alert_to": "2026-12-10"}
    catalogue.add(
        id="a", kind="family_hub", locality="north-fair", schedule="WEEKLY TU 10:00-12:00", **closed, **north(1)
    )

    said = "Closed until 10 December: repairs. Starts again on 15 December"
    assert said in answers(read(client.get("/services/a")))["When is it?"]
    assert said in main_words(client.get("/search?q=acorn"))
    for address in ("/hubs", "/localities/north-fair", "/services/a"):
        assert "Closed until 10 December. Closed for repairs." in main_words(client.get(address))


# ---- paused and retired


def test_paused_listing_says_so_and_is_not_to_be_indexed(whole: Catalogue, client: FlaskClient) -> None:
    store(whole, "everything-group", status=Status.PAUSED)

    response = client.get(PAGE)

    assert response.status_code == 200
    page = read(response)
    assert only(page, "meta[name=robots]")["content"] == "noindex"
    said = main_words(response)
    assert "Paused for now. This is not running at the moment." in said
    assert "Open now" not in said
    assert "Tomorrow" not in said
    assert "How do we book?" not in said
    twin = client.get(f"{PAGE}.json").get_json()
    assert (twin["status"], twin["open_now"], twin["next_session"], twin["bookings"]) == ("paused", None, None, [])


def test_published_listing_may_be_indexed(whole: Catalogue, client: FlaskClient) -> None:
    assert not read(client.get(PAGE)).select("meta[name=robots]")


def test_ended_listing_says_so_and_points_elsewhere(whole: Catalogue, client: FlaskClient) -> None:
    whole.add(id="near", name="Near Group", **north(1))
    store(whole, "everything-group", status=Status.RETIRED)

    response = client.get(PAGE)

    assert response.status_code == 410
    said = main_words(response)
    assert "This has ended." in said
    assert "Near Group" in said
    assert "Fairshire Family Line" in said
    assert "01632 960123" not in said
    assert only(read(response), "meta[name=robots]")["content"] == "noindex"


def test_lapsed_listing_keeps_what_we_last_knew(
    whole: Catalogue, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(freshness, "today", lambda: NOW.date())
    store(whole, "everything-group", checked_on=date(2024, 1, 1))

    response = client.get(PAGE)

    assert response.status_code == 200
    said = main_words(response)
    for fact in (
        "It used to be called Zebra Club and The Yellow Room.",
        "Families new to the village.",
        "They spoke English, Polish and British Sign Language",
        "£2.50 – each further child",
    ):
        assert fact in said
    assert "Open now" not in said


def test_ended_listing_answers_programs_that_it_is_gone(whole: Catalogue, client: FlaskClient) -> None:
    store(whole, "everything-group", status=Status.RETIRED)

    response = client.get(f"{PAGE}.json")

    assert response.status_code == 410
    assert response.get_json()["error"] == "gone"
    assert response.headers["Access-Control-Allow-Origin"] == "*"


def test_ended_listing_without_a_place_points_to_the_front_door(catalogue: Catalogue, client: FlaskClient) -> None:
    catalogue.add(id="a")
    store(catalogue, "a", status=Status.RETIRED, checked_on=date(2020, 1, 1))

    response = client.get("/services/a")

    assert response.status_code == 410
    assert "Fairshire Family Line" in main_words(response)


@pytest.mark.parametrize("status", [Status.PAUSED, Status.RETIRED])
def test_listing_that_is_not_running_is_found_nowhere(
    catalogue: Catalogue, client: FlaskClient, status: Status
) -> None:
    catalogue.add(id="gone", name="Gone Group", kind="family_hub", locality="north-fair", **north(0))
    catalogue.add(id="here", name="Here Group", related="gone", **north(0))
    store(catalogue, "gone", status=status)

    for address in (
        "/search?q=group",
        "/needs/baby-toddler-groups",
        "/hubs",
        "/localities/north-fair",
        "/services/here",
        "/services/here.json",
        "/api/search",
        "/services.csv",
        "/services.geojson",
        "/sitemap/services-1.xml",
        "/services.atom",
    ):
        answer = client.get(address)
        assert answer.status_code == 200
        assert "gone group" not in answer.get_data(as_text=True).lower(), address


def test_merged_listing_has_no_page_of_its_own(catalogue: Catalogue, client: FlaskClient) -> None:
    catalogue.add(id="a")
    store(catalogue, "a", status=Status.MERGED)

    assert client.get("/services/a").status_code == 404
