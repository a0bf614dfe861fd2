"""How somebody is referred, who has to agree and how long the wait is, as it is stated and where it is not."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from hub_finder.directory.history import find_history
from hub_finder.directory.stock import get_stored
from hub_finder.languages import OWN_NAMES
from tests.factories import Catalogue
from tests.family_lists import begin, boxes, handed_over, save
from tests.page_client import words_of
from tests.reading import main_words, only, read
from tests.signing_in import forget_tries

SAID = {
    "referral": "professional",
    "referral_note": "Send the form.",
    "referral_url": "https://elm.example/refer",
    "referral_phone": "01632 960777",
    "referral_consent": "A parent has to sign the form.",
    "wait_time": "About 12 weeks for a first visit.",
    "wait_time_date": "2026-09",
}
FACTS = ("01632 960777", "A parent has to sign the form.", "About 12 weeks for a first visit.", "September 2026")
UNKNOWN = "How long you may wait: not stated"


def told(answer: TestResponse, term: str) -> str:
    """What a page for practitioners says beside the only term of this name."""
    [said] = [words_of(one.find_next_sibling("dd")) for one in read(answer).select("dt") if words_of(one) == term]
    return said


@pytest.fixture
def trees(catalogue: Catalogue) -> Catalogue:
    catalogue.add(id="elm", name="Elm", **SAID)
    catalogue.add(id="fir", name="Fir", referral="either")
    catalogue.add(id="oak", name="Oak", referral="self")
    return catalogue


def test_page_of_a_listing_says_how_to_refer(client: FlaskClient, trees: Catalogue) -> None:
    page = read(client.get("/services/elm"))

    said = main_words(client.get("/services/elm"))
    for fact in FACTS:
        assert fact in said
    link = only(page, f'main a[href="{SAID["referral_url"]}"]')
    assert (link.get_text(), link["rel"]) == ("Form to ask for this help", ["noreferrer", "nofollow"])


def test_what_is_not_stated_is_said_where_somebody_may_be_referred(client: FlaskClient, trees: Catalogue) -> None:
    fir, oak = (main_words(client.get(f"/services/{slug}")) for slug in ("fir", "oak"))

    for gap in ("how long you may wait", "who has to agree first"):
        assert gap in fir
        assert gap not in oak


def test_easy_read_says_it_in_short_sentences(client: FlaskClient, trees: Catalogue) -> None:
    elm, fir = (main_words(client.get(f"/easy/services/{slug}")) for slug in ("elm", "fir"))

    for fact in (*FACTS, "Somebody has to agree first.", "You may have to wait.", "They said this in: September 2026"):
        assert fact in elm
    assert "We do not know how long you wait." in fir


def test_practitioner_sees_what_is_stated_and_what_is_not(signposter: FlaskClient, trees: Catalogue) -> None:
    elm, fir = (signposter.get(f"/signposting/listings/{slug}") for slug in ("elm", "fir"))

    assert told(elm, "Referral form") == "https://elm.example/refer"
    assert told(elm, "Phone for referrals") == "01632 960777"
    assert told(elm, "Who has to agree") == "A parent has to sign the form."
    wait = "Expected wait, as they say it"
    assert told(elm, wait) == "About 12 weeks for a first visit. (September 2026)"
    for name in ("Referral form", "Phone for referrals", "Who has to agree", wait):
        assert told(fir, name) == "Not stated"
    assert told(signposter.get("/signposting/find?q=elm"), "Phone for referrals") == "01632 960777"


def test_wait_without_a_date_says_that_it_has_none(signposter: FlaskClient, catalogue: Catalogue) -> None:
    catalogue.add(id="elm", name="Elm", wait_time="Six weeks")

    said = told(signposter.get("/signposting/listings/elm"), "Expected wait, as they say it")

    assert said == "Six weeks (date not stated)"
    assert "Six weeks (date not stated)" in main_words(signposter.get("/services/elm"))


def test_list_of_a_family_says_it_in_each_form_and_language(
    app: Flask, signposter: FlaskClient, trees: Catalogue
) -> None:
    link = handed_over(signposter, begin(signposter, "elm", "fir"))

    for way in ("", "/print", "/print?size=large", "/easy"):
        forget_tries(app)
        said = main_words(app.test_client().get(link + way))
        for fact in FACTS:
            assert fact in said, way
    for way in ("", "/print"):
        assert UNKNOWN in main_words(app.test_client().get(link + way))
    assert "Send the form." in main_words(app.test_client().get(f"{link}/print"))
    forget_tries(app)
    for tag in OWN_NAMES.keys() - {"en"}:
        for way in ("", "/print", "/easy"):
            forget_tries(app)
            said = main_words(app.test_client().get(f"/{tag}{link}{way}"))
            assert UNKNOWN not in said
            assert "None" not in said
        assert "01632 960777" in main_words(app.test_client().get(f"/{tag}{link}"))


def test_referral_phone_of_a_listing_on_the_list_is_no_number_of_a_family(
    signposter: FlaskClient, trees: Catalogue
) -> None:
    path = begin(signposter, "elm")
    [box] = boxes(signposter, path)

    answers = [save(signposter, path, do="save", **{box: f"Ring {number}"}) for number in FACTS[:1]]
    other = save(signposter, path, do="save", **{box: "Ring 01632 960778"})

    assert [one.status_code for one in answers] == [303]
    assert other.status_code == 400


def test_change_of_a_wait_stands_in_the_history(app: Flask, client: FlaskClient, trees: Catalogue) -> None:
    trees.add(id="elm", name="Elm", **{**SAID, "wait_time": "A year", "wait_time_date": "2026-11"})

    with app.app_context():
        steps = find_history(get_stored("elm"))

    changed = {column: (before, after) for column, before, after in steps[0].changes}
    assert changed == {
        "wait_time": ("About 12 weeks for a first visit.", "A year"),
        "wait_time_date": ("2026-09", "2026-11"),
    }


def test_open_referral_carries_it_as_our_columns(client: FlaskClient, trees: Catalogue) -> None:
    services = client.get("/api/v3/services?full=true").get_json()["contents"]

    [elm] = [one for one in services if one["name"] == "Elm"]
    terms = [link["taxonomy_term"] for link in elm["attributes"]]
    told = {one["name"]: one["description"] for one in terms if one.get("taxonomy") == "Hub Finder columns"}
    assert {name: told[name] for name in SAID} == SAID
