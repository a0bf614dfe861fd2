"""The link to a list, mailed to a family whose address is kept nowhere."""

import logging
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from hub_finder.delivery import deliver
from hub_finder.directory import outbox
from hub_finder.extensions import db
from hub_finder.models.base import Base
from tests.factories import Catalogue
from tests.family_lists import begin, handed_over, save
from tests.mail_server import Mailbox, taking_mail
from tests.reading import main_words, read, said_beside
from tests.signing_in import press

FAMILY = "kayleigh.planted@example.org"


@pytest.fixture
def server(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    with taking_mail() as mailbox:
        monkeypatch.setitem(app.config, "HUB_MAIL_URL", mailbox.address)
        yield mailbox


@pytest.fixture
def page(signposter: FlaskClient, groups: Catalogue) -> str:
    """The path of the page that hands a list over."""
    path = begin(signposter, "acorn")
    save(signposter, path, title="After a loss", do="save")
    handed_over(signposter, path)
    return f"{path}/hand-over"


def send(client: FlaskClient, page: str, email: str, language: str = "en") -> int:
    sent = press(client, page, page.replace("hand-over", "email"), email=email, language=language)
    return sent.status_code


def everything() -> str:
    """Every value of every table, as text."""
    return repr([db.session.execute(table.select()).all() for table in Base.metadata.sorted_tables])


def test_link_is_mailed_and_the_address_is_kept_nowhere(
    app: Flask, signposter: FlaskClient, server: Mailbox, page: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    link = str(read(signposter.get(page)).select("#link")[0]["value"])

    assert send(signposter, page, FAMILY) == 303
    with app.app_context():
        waits = everything()
        deliver()
        afterwards = everything()

    assert "planted" in waits
    assert "planted" not in afterwards
    assert "planted" not in caplog.text
    assert [to for to, _mail in server.mails] == [[FAMILY]]
    body = server.read(0).get_body(("plain",))
    assert body is not None
    text = body.get_content()
    assert link in text
    assert "The link works until" in text
    # Others may read a family's mail.
    assert "loss" not in server.mails[0][1]
    assert "Acorn" not in server.mails[0][1]
    assert "planted" not in main_words(signposter.get(page))


def test_mail_is_in_the_chosen_language(app: Flask, signposter: FlaskClient, server: Mailbox, page: str) -> None:
    send(signposter, page, FAMILY, "pl")
    with app.app_context():
        deliver()

    body = server.read(0).get_body(("plain",))
    assert body is not None
    text = body.get_content()
    assert "/pl/lists/" in text
    assert "Nie zapisaliśmy Twojego adresu" in text
    assert "Somebody" not in text


def test_address_that_takes_no_mail_is_forgotten_too(
    app: Flask, signposter: FlaskClient, server: Mailbox, page: str
) -> None:
    send(signposter, page, f"{server.refuses}planted.example.org")

    with app.app_context():
        assert deliver().given_up == 1
        assert "planted" not in everything()


def test_message_that_cannot_leave_in_a_day_goes_with_its_address(
    app: Flask, signposter: FlaskClient, server: Mailbox, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(signposter, page, FAMILY)
    then = outbox.now() + timedelta(days=1, minutes=1)
    monkeypatch.setattr(outbox, "now", lambda: then)

    with app.app_context():
        assert deliver().too_late == 1
        assert "planted" not in everything()
    assert server.mails == []


def test_private_message_of_a_process_that_stopped_goes_with_its_address(
    app: Flask, signposter: FlaskClient, server: Mailbox, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(signposter, page, FAMILY)
    with app.app_context():
        letter = outbox.get_next_or_none(0)
        assert letter is not None
        outbox.claim(letter)
        db.session.commit()
        then = outbox.now() + outbox.CLAIM_HOLDS + timedelta(minutes=1)
        monkeypatch.setattr(outbox, "now", lambda: then)

        assert deliver().given_up == 1
        assert "planted" not in everything()


def test_what_is_no_address_is_told_beside_the_box(signposter: FlaskClient, server: Mailbox, page: str) -> None:
    answer = press(signposter, page, page.replace("hand-over", "email"), email="kayleigh", language="en")

    assert answer.status_code == 400
    assert said_beside(read(answer), "email") == "Enter an email address, like name@example.org"
    assert read(answer).select("#email")[0]["value"] == "kayleigh"


@pytest.mark.parametrize("language", ["", "xx"])
def test_language_that_is_none_of_ours_sends_nothing(
    signposter: FlaskClient, server: Mailbox, page: str, language: str
) -> None:
    assert send(signposter, page, FAMILY, language) == 400


def test_ten_an_hour_is_the_most_of_one_account(
    app: Flask, signposter: FlaskClient, colleague: FlaskClient, server: Mailbox, page: str
) -> None:
    sent = [send(signposter, page, f"family{number}@example.org") for number in range(11)]
    theirs = begin(colleague, "birch")
    handed_over(colleague, theirs)

    assert sent == [*[303] * 10, 429]
    assert send(colleague, f"{theirs}/hand-over", FAMILY) == 303


def test_without_mail_there_is_no_form(
    app: Flask, signposter: FlaskClient, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_mail = "By email" in main_words(signposter.get(page))
    monkeypatch.setitem(app.config, "HUB_MAIL_URL", "")

    assert with_mail
    assert "By email" not in main_words(signposter.get(page))
    assert send(signposter, page, FAMILY) == 400


def test_list_without_a_link_is_not_mailed(signposter: FlaskClient, server: Mailbox, page: str) -> None:
    press(signposter, page, days="end")

    assert send(signposter, page, FAMILY) == 400
