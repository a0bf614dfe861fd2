"""The pages where staff put mails in their own words."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from hub_finder.directory.texts import Wording, find_texts, get_wording, keep_wording
from hub_finder.extensions import db
from hub_finder.models.accounts import Role
from hub_finder.models.texts import MessageText
from tests.reading import main_words, only, read, said_beside, summary
from tests.signing_in import press, sign_in

KEY = "speaking_approved"
PAGE = f"/moderation/texts/{KEY}"
WORDS = {"subject": "Welcome, {organisation}", "body": "Dear {name}\r\n\r\n<b>Go</b> to {link}"}


@pytest.fixture
def manager(app: Flask) -> FlaskClient:
    return sign_in(app.test_client(), Role.MANAGER, name="Mo Manager")


def kept(app: Flask) -> Wording:
    with app.app_context():
        return get_wording(KEY)


def count(app: Flask) -> int:
    with app.app_context():
        return len(db.session.scalars(select(MessageText)).all())


def test_list_names_every_mail_and_whose_words_it_has(app: Flask, manager: FlaskClient) -> None:
    press(manager, PAGE, **WORDS, save="1", version="0")

    page = read(manager.get("/moderation/texts"))

    rows = page.select(".hf-rows > li")
    assert len(rows) == len(find_texts())
    [changed] = [row.get_text(" ", strip=True) for row in rows if "In the words of" in row.get_text()]
    assert changed.startswith("Welcome, {organisation} To whoever asked to speak")
    assert "In the words of Mo Manager" in changed


def test_manager_sees_how_words_look_before_anything_is_kept(app: Flask, manager: FlaskClient) -> None:
    response = press(manager, PAGE, **WORDS, version="0")

    page = read(response)
    shown = page.select_one("div.hf-mail")
    assert shown
    assert shown.get_text(" ", strip=True).startswith("Welcome, Acorn Families Dear Sam Field <b>Go</b> to https://")
    assert only(shown, "a")["href"] == "https://hub.example.org/page"
    assert "Dear Sam Field\n\n<b>Go</b>" in only(page, "pre").get_text()
    assert only(page, "#subject")["value"] == WORDS["subject"]
    assert count(app) == 0


def test_words_that_are_kept_are_sent_and_their_author_named(app: Flask, manager: FlaskClient) -> None:
    answer = press(manager, PAGE, **WORDS, save="1", version="0")

    assert (answer.status_code, answer.location) == (303, PAGE)
    assert kept(app) == ("Welcome, {organisation}", "Dear {name}\n\n<b>Go</b> to {link}")
    said = main_words(manager.get(PAGE))
    assert "These words are sent from now on." in said
    assert "Mo Manager, " in said
    assert "Before: You can speak for {organisation} now After: Welcome, {organisation}" in said


def test_bad_words_are_told_beside_their_field_and_nothing_typed_is_lost(app: Flask, manager: FlaskClient) -> None:
    response = press(manager, PAGE, subject="", body="Dear {nam}, your 100% {", save="1", version="0")

    page = read(response)
    assert said_beside(page, "subject") == "Write the subject"
    assert summary(page) == {
        "Write the subject": "#subject",
        "{nam} is not something that this mail can say. Do you mean {name}?": "#body",
        "There is a “{” on its own. Write what the mail can say as it stands in the list below.": "#body",
        "The body must hold {link}: the address of the page where they go on": "#body",
    }
    assert only(page, "#body").get_text().strip() == "Dear {nam}, your 100% {"
    assert not page.select(".hf-mail")
    assert count(app) == 0


def test_standard_words_come_back_and_the_others_stay_in_the_history(app: Flask, manager: FlaskClient) -> None:
    press(manager, PAGE, **WORDS, save="1", version="0")

    answer = press(manager, PAGE, f"{PAGE}/standard", version="1")

    assert answer.status_code == 303
    assert kept(app).subject == "You can speak for {organisation} now"
    said = main_words(manager.get(PAGE))
    assert "back to the standard words" in said
    assert "<b>Go</b>" in said


def test_who_comes_second_is_told_and_keeps_what_they_typed(app: Flask, manager: FlaskClient) -> None:
    with app.app_context():
        keep_wording(KEY, Wording("First", "{link}"), version=0, actor="Somebody Else")
        db.session.commit()

    response = press(manager, PAGE, **WORDS, save="1", version="0")
    back = press(manager, PAGE, f"{PAGE}/standard", version="0")
    again = press(manager, PAGE, **WORDS, save="1", version="1")

    assert response.status_code == 409
    assert "Someone changed these words since you opened the page" in main_words(response)
    assert only(read(response), "#subject")["value"] == WORDS["subject"]
    assert {field["value"] for field in read(response).select("input[name=version]")} == {"1"}
    assert (back.status_code, again.status_code) == (303, 303)
    assert kept(app).subject == WORDS["subject"]


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 40, "²"])
def test_version_that_cannot_be_read_overwrites_nothing(app: Flask, manager: FlaskClient, version: str) -> None:
    response = press(manager, PAGE, **WORDS, save="1", version=version)

    assert response.status_code == 409
    assert count(app) == 0


def test_moderator_reads_and_cannot_change(app: Flask, staff: FlaskClient) -> None:
    page = read(staff.get(PAGE))
    token = str(only(page, "form[action='/accounts/sign-out'] input[name=csrf_token]")["value"])

    answers = [
        staff.post(path, data={"csrf_token": token, **WORDS, "save": "1", "version": "0"}).status_code
        for path in (PAGE, f"{PAGE}/standard")
    ]

    assert page.select(".hf-mail")
    assert not page.select("textarea")
    assert answers == [403, 403]
    assert count(app) == 0


def test_words_that_no_longer_fit_are_pointed_out(app: Flask, manager: FlaskClient) -> None:
    with app.app_context():
        keep_wording(KEY, Wording("Hello", "{link}"), version=0, actor="Mo Manager")
        db.session.scalars(select(MessageText)).one().body = "{link} {gone_since}"
        db.session.commit()

    assert "no longer fit, so the standard ones are sent" in main_words(manager.get("/moderation/texts"))
    said = main_words(manager.get(PAGE))
    assert "hold something that this mail can no longer say" in said
    assert "You can speak for Acorn Families now" in said


def test_there_is_no_page_for_another_mail(manager: FlaskClient) -> None:
    assert manager.get("/moderation/texts/nothing").status_code == 404
