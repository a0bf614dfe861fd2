"""The page of one listing: every fact that is known, and plain words for what is not."""

from datetime import date, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from hub_finder.directory import freshness
from hub_finder.directory.times import ZONE
from hub_finder.extensions import db
from hub_finder.models.services import Service
from tests.factories import Catalogue
from tests.page_client import words_of
from tests.reading import answers, main_words, read

WHOLE = {
    "id": "oak-tree",
    "name": "Oak Tree Families",
    "alternate_names": "Little Oaks|The Acorn Room",
    "kind": "family_hub",
    "organisation": "Oak Tree Trust",
    "summary": "A place to walk into.",
    "needs": "baby-toddler-groups|sleep",
    "delivery": "in_person|phone",
    "location_name": "Oak Hall",
    "address_1": "1 Mill Lane",
    "city": "Oakham Green",
    "postal_code": "FA1 1AA",
    "latitude": "52.1",
    "longitude": "-1.2",
    "locality": "north-fair",
    "phone": "01632 960123",
    "email": "hello@oak.example",
    "website": "https://oak.example/",
    "min_age": "0",
    "max_age": "4",
    "ages_note": "Brothers and sisters are welcome.",
    "cost": "paid",
    "cost_note": "£2 a family",
    "referral": "self",
    "referral_note": "Just turn up.",
    "languages": "en|pl",
    "accessibility": "There is a ramp.",
    "schedule_note": "Closed in August.",
    "source_title": "Oak leaflet",
    "source_url": "https://oak.example/leaflet",
    "source_date": "2026-05",
    "confidence": "medium",
    "caution": "Ring first: the hall floods.",
}


def test_every_fact_is_on_the_page(catalogue: Catalogue, client: FlaskClient) -> None:
    catalogue.add_places()
    catalogue.add(**WHOLE)

    response = client.get("/services/oak-tree")

    words, page = main_words(response), read(response)
    assert page.h1
    assert words_of(page.h1) == "Oak Tree Families"
    said = [
        "Also called Little Oaks, The Acorn Room",
        "A place to walk into.",
        "Check before you go. Ring first: the hall floods.",
        "Up to age 4",
        "Brothers and sisters are welcome.",
        "Closed in August.",
        "Oak Hall",
        "1 Mill Lane",
        "Oakham Green",
        "FA1 1AA",
        "There is a charge: £2 a family",
        "You can contact them yourself",
        "Just turn up.",
        "There is a ramp.",
        "Oak Tree Trust",
        "Oak leaflet",
        "May 2026",
        "We have not checked this ourselves yet",
        "We are fairly sure.",
    ]
    assert [fact for fact in said if fact not in words] == []
    addresses = {str(link["href"]) for link in page.select("main a")}
    assert {
        "tel:+441632960123",
        "mailto:hello@oak.example",
        "https://oak.example/",
        "https://oak.example/leaflet",
        "/needs/baby-toddler-groups",
        "/needs/sleep",
        "/localities/north-fair",
    } <= addresses
    assert "not stated" not in words.lower()


def test_what_is_not_known_is_said_question_by_question(catalogue: Catalogue, client: FlaskClient) -> None:
    catalogue.add(id="bare", source_title="", source_date="")

    found = answers(read(client.get("/services/bare")))

    for question in (
        "Is it for us?",
        "When is it?",
        "Where is it?",
        "What does it cost?",
        "How do we start?",
        "Can everyone get in and take part?",
        "Which languages do they speak?",
    ):
        assert "not stated" in found[question].lower(), question
    assert "not stated" in found["How sure are we?"]
    assert found["What do we not know?"] == (
        "What do we not know? We have not been told which ages it is for, the times, where it is, the price, "
        "if you can go straight to them, if there is a ramp, parking, a quiet space or other access and "
        "which languages they speak. It does not mean no. Ask Fairshire Family Line on 01632 960001."
    )
    assert "Free" not in " ".join(found.values())
    assert "All ages" not in " ".join(found.values())


def test_source_without_a_date_says_so(catalogue: Catalogue, client: FlaskClient) -> None:
    catalogue.add(id="bare", source_date="")

    assert "A made-up leaflet – date not stated" in main_words(client.get("/services/bare"))


def test_listing_without_an_address_shows_none(catalogue: Catalogue, client: FlaskClient) -> None:
    catalogue.add(id="line", delivery="phone|online", service_area="national", phone="01632 960123")

    response = client.get("/services/line")

    page = read(response)
    assert not page.select("address")
    assert "By phone or online. You do not need to travel." in answers(page)["Where is it?"]
    assert "google" not in response.get_data(as_text=True)
    assert not page.select("#map")


def test_listing_with_only_a_town_gives_no_door_and_says_so(catalogue: Catalogue, client: FlaskClient) -> None:
    catalogue.add(id="vague", city="Oakham Green", latitude="52.1", longitude="-1.2", location_precision="place")

    found = answers(read(client.get("/services/vague")))["Where is it?"]

    assert "Oakham Green" in found
    assert "We only know the town or village." in found


def test_listing_with_a_door_offers_ways_to_get_there(catalogue: Catalogue, client: FlaskClient) -> None:
    catalogue.add(id="door", address_1="1 Mill Lane", latitude="52.1", longitude="-1.2")

    page = read(client.get("/services/door"))

    ways = {words_of(link): str(link["href"]) for link in page.select("a[href*='google.com/maps']")}
    assert set(ways) == {"Walking", "Bus and train", "Driving"}
    assert all("destination=52.1%2C-1.2" in address for address in ways.values())


def test_the_time_of_the_next_session_comes_before_the_pattern(
    catalogue: Catalogue, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub_finder.directory.times.now", lambda: datetime(2026, 11, 24, 11, tzinfo=ZONE))
    catalogue.add(id="tots", schedule="WEEKLY TU 10:00-12:00 term", latitude="52.1", longitude="-1.2")

    page, results = client.get("/services/tots"), client.get("/search?q=acorn")

    said = "Open now, closes at 12pm Tuesday, 10am to 12pm, in term time"
    assert said in answers(read(page))["When is it?"]
    assert said in main_words(results)


def test_nothing_is_said_of_the_next_session_when_it_cannot_be_told(
    catalogue: Catalogue, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub_finder.directory.times.now", lambda: datetime(2026, 8, 4, 11, tzinfo=ZONE))
    catalogue.add(id="tots", schedule="WEEKLY TU 10:00-12:00 holidays to 2026-08-31")

    found = answers(read(client.get("/services/tots")))["When is it?"]

    assert found == "When is it? Tuesday, 10am to 12pm, in school holidays, until 31 August 2026"


def test_checked_listing_says_when(
    catalogue: Catalogue, client: FlaskClient, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(freshness, "today", lambda: date(2026, 11, 23))
    catalogue.add(id="sure")
    with app.app_context():
        db.session.execute(update(Service).values(checked_on=date(2026, 11, 2)))
        db.session.commit()

    words = main_words(client.get("/services/sure"))

    assert "Checked on 2 November 2026" in words
    assert "not checked" not in words


def test_other_places_close_by_are_offered(catalogue: Catalogue, client: FlaskClient) -> None:
    catalogue.add(id="here", latitude="52.1", longitude="-1.2")
    for number in range(1, 7):
        catalogue.add(name=f"Group {number}", latitude=f"52.1{number}", longitude="-1.2", needs="sleep")

    page = read(client.get("/services/here"))

    nearby = [str(link["href"]) for link in page.select("[aria-labelledby=nearby-title] a")]
    assert nearby == [f"/services/group-{number}" for number in range(1, 5)]


def test_unknown_listing_answers_404(client: FlaskClient) -> None:
    assert client.get("/services/no-such-thing").status_code == 404


HOSTILE = '<img src=x onerror="alert(1)"></script><script>alert(2)</script> {{ 7*7 }} " onclick="alert(3)'


def test_words_of_a_listing_stay_words(catalogue: Catalogue, client: FlaskClient) -> None:
    said = (
        "name",
        "organisation",
        "summary",
        "caution",
        "cost_note",
        "referral_note",
        "accessibility",
        "location_name",
    )
    texts = dict.fromkeys((*said, "ages_note", "schedule_note", "source_title", "city"), HOSTILE)
    catalogue.add(
        id="hostile",
        alternate_names="A|" + HOSTILE,
        latitude="52.1",
        longitude="-1.2",
        locality="north-fair",
        kind="family_hub",
        **texts,
    )

    for address in (
        "/services/hostile",
        "/search?q=img",
        "/hubs",
        "/localities/north-fair",
        "/needs/baby-toddler-groups",
    ):
        page = read(client.get(address))
        assert not page.select("img")
        assert not page.select("[onerror], [onclick]")
        assert HOSTILE in " ".join(text for text in page.strings)
        assert all(
            "alert" not in script.get_text().replace("\\u003c", "<").split("window.hubFinderMap")[0]
            for script in page.select("script")
        )


def test_needs_and_summary_that_are_not_known_are_said_to_be_so(catalogue: Catalogue, client: FlaskClient) -> None:
    catalogue.add(id="unsorted", name="Unsorted", needs="", kind="other", summary="")

    page = read(client.get("/services/unsorted"))

    assert "What it helps with: not stated." in words_of(page.main)
    assert page.select("main .hf-lead") == []
    assert [chip["href"] for chip in page.select("main a.hf-chip")] == []


def test_a_very_long_summary_is_whole_on_its_page_and_short_in_a_list(
    catalogue: Catalogue, client: FlaskClient
) -> None:
    catalogue.add(id="wordy", summary="word " * 1999 + "end.")

    page, search = read(client.get("/services/wordy")), read(client.get("/search?q=word"))

    assert words_of(page.select_one(".hf-lead")).endswith("word end.")
    assert "end." not in words_of(search.main)
    assert "word word …" in words_of(search.main)


@pytest.mark.parametrize(
    ("stated", "said"),
    [
        ("yes", "Does my parent have to know? They say no. Ask them when they would have to tell someone."),
        ("no", "Does my parent have to know? They say yes: a parent or carer is told."),
        ("", None),
    ],
)
def test_whether_a_parent_is_told_is_said_only_where_it_is_stated(
    client: FlaskClient, catalogue: Catalogue, stated: str, said: str | None
) -> None:
    catalogue.add(id="talk", name="Talk Group", confidential=stated)

    words = main_words(client.get("/services/talk"))

    assert said in words if said else "my parent" not in words
    assert client.get("/services/talk.json").get_json()["confidential"] is {"yes": True, "no": False, "": None}[stated]
