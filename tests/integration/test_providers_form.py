"""The form of a listing: one part a page, kept as it is typed, right or not."""

from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from hub_finder.models.accounts import Role
from hub_finder.providers.parts import PARTS
from tests.factories import Catalogue
from tests.providing import begin_new, fill, held, provider, send, stored, write_whole
from tests.reading import main_words, read, said_beside
from tests.signing_in import sign_in, token_of


@pytest.fixture
def maker(app: Flask, catalogue: Catalogue) -> FlaskClient:
    catalogue.add_places()
    return provider(app)


@pytest.fixture
def path(maker: FlaskClient) -> str:
    return begin_new(maker)


def test_each_part_has_a_page_and_stands_in_the_list(maker: FlaskClient, path: str) -> None:
    listed = read(maker.get(path)).select(".hf-parts a")

    assert [str(link["href"]) for link in listed] == [f"{path}/{part.slug}" for part in PARTS]
    assert {maker.get(str(link["href"])).status_code for link in listed} == {200}


def test_parts_lead_from_one_to_the_next(maker: FlaskClient, path: str) -> None:
    write_whole(maker, path)

    seen = [f"{path}/{PARTS[0].slug}"]
    while not seen[-1].endswith("/check"):
        seen.append(str(fill(maker, seen[-1]).location))

    assert seen == [*(f"{path}/{part.slug}" for part in PARTS), f"{path}/check"]


def test_whole_form_makes_a_listing(app: Flask, maker: FlaskClient, path: str) -> None:
    write_whole(maker, path)

    answer = send(maker, path)

    assert answer.location == f"{path}/sent"
    assert stored(app, path).status == "submitted"
    assert stored(app, path).rows[0]["name"] == "Tiny Tunes"


@pytest.mark.parametrize(
    ("part", "typed", "box", "said"),
    [
        ("name", {"name": ""}, "name", "Enter the name that families know"),
        ("contact", {"phone": "ask Jo"}, "phone", "Enter one phone number"),
        ("contact", {"email": "jo at home"}, "email", "Enter one email address"),
        ("contact", {"website": "our page"}, "website", "Enter one web address"),
        ("who", {"ages": "some", "min_age": "nine"}, "min_age", "Enter the youngest age"),
        ("who", {"ages": "some", "min_age": "9", "max_age": "4"}, "max_age", "under the youngest"),
        ("summary", {"summary": "x" * 301}, "summary", "301 characters"),
        ("languages", {"other_languages": "Nepali, Klingonese"}, "other_languages", "“Klingonese”"),
        ("price", {"cost_option-0": "Each child", "cost_amount-0": "two"}, "cost_amount-0", "Enter pounds"),
    ],
)
def test_what_is_wrong_stands_beside_its_box_and_is_kept(
    app: Flask, maker: FlaskClient, path: str, part: str, typed: dict[str, str], box: str, said: str
) -> None:
    answer = fill(maker, f"{path}/{part}", **typed)

    assert answer.status_code == 400
    assert said in said_beside(read(answer), box)
    again = held(maker.get(f"{path}/{part}"), f"/{part}")
    assert {name: again[name] for name in typed} == typed
    assert "needs a look" in main_words(maker.get(path))


def test_nothing_that_was_typed_is_lost_when_somebody_else_was_faster(
    app: Flask, maker: FlaskClient, path: str
) -> None:
    page = f"{path}/summary"
    opened = held(maker.get(page), "/summary")
    fill(maker, page, summary="Theirs.")

    answer = maker.post(page, data={**opened, "summary": "Mine.", "do": ""})

    assert answer.status_code == 409
    assert "Theirs." in main_words(answer)
    assert held(answer, "/summary")["summary"] == "Mine."
    assert stored(app, path).rows[0]["summary"] == "Theirs."
    again = maker.post(page, data=held(answer, "/summary"))
    assert again.status_code == 303
    assert stored(app, path).rows[0]["summary"] == "Mine."


def test_two_who_write_in_two_parts_do_not_stop_each_other(app: Flask, maker: FlaskClient, path: str) -> None:
    opened = held(maker.get(f"{path}/contact"), "/contact")
    fill(maker, f"{path}/summary", summary="Songs.")

    answer = maker.post(f"{path}/contact", data={**opened, "phone": "01632 960123", "do": ""})

    assert answer.status_code == 303
    row = stored(app, path).rows[0]
    assert (row["summary"], row["phone"]) == ("Songs.", "01632 960123")


def test_coming_back_later_finds_all_that_was_typed(app: Flask, maker: FlaskClient, path: str) -> None:
    answer = fill(maker, f"{path}/contact", phone="ask Jo", do="later")

    assert answer.location == "/providers/listings"
    elsewhere = provider(app)
    assert path in str(read(elsewhere.get("/providers/listings")).select(".hf-lines-list"))
    assert held(elsewhere.get(f"{path}/contact"), "/contact")["phone"] == "ask Jo"


def test_form_of_a_session_that_is_over_is_shown_again_with_a_new_token(
    app: Flask, maker: FlaskClient, path: str
) -> None:
    opened = held(maker.get(f"{path}/name"), "/name")

    answer = maker.post(f"{path}/name", data={**opened, "csrf_token": "old", "name": "Tiny Tunes"})

    assert answer.status_code == 400
    assert "could not check" in main_words(answer)
    assert held(answer, "/name")["name"] == "Tiny Tunes"
    assert stored(app, path).rows[0]["name"] == ""


def test_who_was_signed_out_meanwhile_reads_what_they_typed(app: Flask, maker: FlaskClient, path: str) -> None:
    opened = held(maker.get(f"{path}/name"), "/name")
    visitor = app.test_client()
    visitor.get("/providers/join")
    token = held(visitor.get("/providers/join"), "/join")["csrf_token"]

    answer = visitor.post(f"{path}/name", data={**opened, "csrf_token": token, "name": "Tiny Tunes"})

    assert answer.status_code == 403
    assert "Tiny Tunes" in main_words(answer)
    [way_on] = read(answer).select("main .hf-text a.hf-button")
    assert parse_qs(urlsplit(str(way_on["href"])).query) == {"next": [f"{path}/name"]}


@pytest.mark.parametrize("page", ["", "/name", "/where/0", "/when/0", "/preview", "/check", "/sent"])
def test_stranger_sees_nothing_of_a_proposal(
    app: Flask, maker: FlaskClient, path: str, page: str, caplog: pytest.LogCaptureFixture
) -> None:
    stranger = sign_in(app.test_client(), Role.PRACTITIONER, name="Sam Field")

    assert stranger.get(path + page).status_code == 404
    assert "was refused GET providers." in caplog.text
    assert maker.get(path + page).status_code in (200, 302)


@pytest.mark.parametrize("page", ["/name", "/where/0", "/when/0", "/send", "/move"])
def test_stranger_writes_nothing_in_a_proposal(app: Flask, maker: FlaskClient, path: str, page: str) -> None:
    stranger = sign_in(app.test_client(), Role.PRACTITIONER, name="Sam Field")
    token = token_of(stranger.get("/providers/listings"))
    before = stored(app, path).version

    answer = stranger.post(
        path + page, data={"csrf_token": token, "version": before, "do": "save", "action": "withdraw"}
    )

    assert answer.status_code == 404
    assert stored(app, path).version == before


def in_order(value: object) -> object:
    """What is ticked has no order of its own on the page."""
    return sorted(value) if isinstance(value, list) else value


def test_what_is_ticked_and_typed_comes_back_as_it_was(maker: FlaskClient, path: str) -> None:
    typed: dict[str, dict[str, object]] = {
        "name": {"name": "Tiny Tunes", "alternate_names": "Tunes\nThe Tinies"},
        "needs": {"needs": ["sleep", "baby-toddler-groups"], "first": "baby-toddler-groups"},
        "who": {"ages": "some", "min_age": "0", "max_age": "4", "ages_note": "Babies too", "eligibility": "Families"},
        "how": {"delivery": ["in_person", "online"]},
        "where": {"service_area": ["council:E09999001", "locality:north-fair"]},
        "price": {"cost": "paid", "cost_note": "£3", "cost_option-0": "Each child", "cost_amount-0": "2.50"},
        "start": {
            "referral": "either",
            "referral_note": "Come in.",
            "referral_url": "https://bell.example/refer",
            "referral_phone": "01632 960005",
            "referral_consent": "A parent has to sign.",
            "wait_time": "About six weeks",
            "wait_time_date": "2026-09",
            "booking_for-0": "May",
            "booking_food-0": "yes",
        },
        "access": {"access": ["step-free", "lift"], "accessibility": "There is no hoist."},
        "languages": {"languages": ["en", "bfi"], "other_languages": "Nepali"},
        "organisation": {"organisation": "Bell Choir", "organisation_description": "A choir."},
        "safeguarding": {"policy": "yes", "checks": "not_sure", "insurance": "no", "more": "Ask Jo."},
        "note": {"note": "We start in May."},
    }
    for part, given in typed.items():
        answer = fill(maker, f"{path}/{part}", **given)
        assert answer.status_code == 303, (part, main_words(answer))

        again = held(maker.get(f"{path}/{part}"), f"/{part}")

        assert {name: in_order(again.get(name)) for name in given} == {name: in_order(given[name]) for name in given}


def test_need_that_matters_most_comes_first_and_the_others_keep_their_order(
    app: Flask, maker: FlaskClient, path: str
) -> None:
    fill(maker, f"{path}/needs", needs=["sleep", "childcare", "food"], first="food")
    fill(maker, f"{path}/needs", needs=["childcare", "food", "sleep", "debt"], first="sleep")

    assert stored(app, path).rows[0]["needs"].split("|") == ["sleep", "food", "childcare", "debt"]


def test_more_than_six_needs_are_too_many(maker: FlaskClient, path: str) -> None:
    needs = ["sleep", "childcare", "food", "debt", "housing", "toileting", "immunisations"]

    answer = fill(maker, f"{path}/needs", needs=needs)

    assert answer.status_code == 400
    assert "Choose at most 6" in main_words(answer)


def test_needs_that_the_words_speak_of_come_first(maker: FlaskClient, path: str) -> None:
    fill(maker, f"{path}/name", name="Breastfeeding support")

    first = read(maker.get(f"{path}/needs")).select_one("input[name=needs]")

    assert first
    assert first["value"] == "infant-feeding"


def test_any_age_and_no_age_are_told_apart(app: Flask, maker: FlaskClient, path: str) -> None:
    seen = []
    for ages in ("any", "not_stated"):
        fill(maker, f"{path}/who", ages=ages, min_age="", max_age="")
        row = stored(app, path).rows[0]
        seen.append((row["min_age"], row["max_age"]))

    assert seen == [("0", ""), ("", "")]


def test_another_entry_can_be_added_and_taken_away(app: Flask, maker: FlaskClient, path: str) -> None:
    page = f"{path}/price"
    more = fill(maker, page, **{"cost_option-0": "Adult", "cost_amount-0": "3", "do": "add-cost_option"})

    maker.post(page, data={**held(more, "/price"), "cost_option-1": "Child", "cost_amount-1": "0", "do": ""})
    both = [(row["cost_option"], row["cost_amount"]) for row in stored(app, path).rows]
    fill(maker, page, **{"cost_option-0": "", "cost_amount-0": ""})

    assert both == [("Adult", "3"), ("Child", "0")]
    assert [(row["cost_option"], row["cost_amount"]) for row in stored(app, path).rows] == [("Child", "0")]


@pytest.mark.parametrize(
    "typed",
    [
        {"name": "a\0b"},
        {"name": "\ud83d"},
        {"name": "x" * 50_000},
        {"name": "<script>alert(1)</script>"},
        {"name": "a|b\r\nc\u202e"},
        {"alternate_names": "a|b\n|\n\n|c"},
        {"version": "no"},
        {"version": "9" * 30, "name": "x"},
        {"do": "session-99999999"},
        {"do": "place--1"},
    ],
)
def test_odd_input_is_kept_or_told_and_never_fails(maker: FlaskClient, path: str, typed: dict[str, str]) -> None:
    typed = {name: text.encode("utf-8", "replace").decode() for name, text in typed.items()}

    answer = fill(maker, f"{path}/name", **typed)

    assert answer.status_code in (303, 400, 409)
    assert maker.get(f"{path}/check").status_code == 200
    assert maker.get(f"{path}/preview").status_code == 200


def test_part_that_is_not_there_is_not_found(maker: FlaskClient, path: str) -> None:
    assert maker.get(f"{path}/nowhere").status_code == 404
    assert maker.get("/providers/submissions/nowhere").status_code == 404
