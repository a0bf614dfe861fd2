"""Mail that could not be sent: staff see it, try it again, or delete it."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from hub_finder.directory import outbox
from hub_finder.directory.outbox import CLAIM_HOLDS, STOPPED
from hub_finder.extensions import db
from hub_finder.models.reports import OutgoingMail
from tests.mail_server import taking_mail
from tests.reading import main_words, read
from tests.signing_in import press

PAGE = "/moderation/mail"


@pytest.fixture
def refused(app: Flask) -> list[int]:
    """Two messages that were refused for good, and one that waits; the numbers of the two."""
    with app.app_context():
        for name in ("ann", "bo"):
            outbox.post(f"{name}@a.example", subject=f"Your message, {name}", body="Only for you\n")
            letter = outbox.get_next_or_none(0)
            assert letter
            outbox.fail(letter, "The mail server does not take this message (554).", for_good=True, claimed_at=None)
        outbox.post("cat@a.example", subject="Your message, cat", body="Only for you\n")
        db.session.commit()
        return list(db.session.scalars(select(OutgoingMail.id).order_by(OutgoingMail.id)))[:2]


def left(app: Flask) -> dict[str, str]:
    """What becomes of each message, by its address."""
    with app.app_context():
        rows = db.session.scalars(select(OutgoingMail)).all()
        return {one.address.partition("@")[0]: "dead" if one.dead_at else "waits" for one in rows}


def test_page_says_what_waits_and_what_could_not_be_sent_to_whom_and_why(
    staff: FlaskClient, refused: list[int]
) -> None:
    response = staff.get(PAGE)

    said = main_words(response)
    assert "1 waits to be sent. The oldest was written on" in said
    assert "2 to decide, the latest first" in said
    rows = [row.get_text(" ", strip=True) for row in read(response).select(".hf-rows > li")]
    assert rows[0].startswith("Your message, bo To bo@a.example")
    assert rows[1].startswith("Your message, ann To ann@a.example")
    assert all("The mail server does not take this message (554)." in row and "Tried once" in row for row in rows)
    assert "Only for you" not in said
    assert "cat@a.example" not in said
    assert response.headers["Cache-Control"] == "no-store"


def test_page_without_mail_says_so(staff: FlaskClient) -> None:
    said = main_words(staff.get(PAGE))

    assert "None waits to be sent. Could not be sent 0 to decide" in said


def test_start_page_tells_only_when_something_could_not_be_sent(app: Flask, staff: FlaskClient) -> None:
    without = main_words(staff.get("/moderation"))
    with app.app_context():
        outbox.post("ann@a.example", subject="Hello", body="Hello\n")
        letter = outbox.get_next_or_none(0)
        assert letter
        outbox.fail(letter, "No.", for_good=True, claimed_at=None)
        db.session.commit()

    page = staff.get("/moderation")

    assert "Mail that could not be sent" not in without
    assert "1 Mail that could not be sent" in main_words(page)
    assert read(page).select(f".hf-tasks a[href='{PAGE}']")


def test_message_is_sent_when_staff_try_it_again(
    app: Flask, staff: FlaskClient, refused: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = press(staff, PAGE, f"{PAGE}/{refused[0]}/again")
    with taking_mail() as server:
        monkeypatch.setitem(app.config, "HUB_MAIL_URL", server.address)
        app.test_cli_runner().invoke(args=["hub", "send-mail"])

    assert (answer.status_code, answer.location) == (303, PAGE)
    assert [to for to, _ in server.mails] == [["ann@a.example"], ["cat@a.example"]]
    assert left(app) == {"bo": "dead"}


def test_message_is_deleted_with_its_address(app: Flask, staff: FlaskClient, refused: list[int]) -> None:
    press(staff, PAGE, f"{PAGE}/{refused[0]}/delete")

    assert "It is deleted." in main_words(staff.get(PAGE))
    assert left(app) == {"bo": "dead", "cat": "waits"}


def test_all_are_tried_again_but_for_those_that_may_have_arrived(
    app: Flask, staff: FlaskClient, refused: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        letter = outbox.get_next_or_none(0)
        assert letter
        outbox.claim(letter)
        with monkeypatch.context() as later:
            later.setattr(outbox, "now", lambda: datetime.now(UTC) + CLAIM_HOLDS + timedelta(minutes=1))
            outbox.give_up_stopped()
        db.session.commit()

    press(staff, PAGE, f"{PAGE}/again")

    assert left(app) == {"ann": "waits", "bo": "waits", "cat": "dead"}
    said = main_words(staff.get(PAGE))
    assert "2 are sent again in a minute or two." in said
    assert STOPPED in said


def test_what_is_too_late_is_shown_with_its_reason_and_is_not_tried_again(
    app: Flask, staff: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        end = datetime.now(UTC) + timedelta(minutes=15)
        mail = outbox.post("ann@a.example", subject="Hello", body="Hello\n", good_until=end)
        assert mail
        number = mail.id
        letter = outbox.get_next_or_none(0)
        assert letter
        outbox.fail(letter, "No.", for_good=True, claimed_at=None)
        db.session.commit()
    before = read(staff.get(PAGE)).select(".hf-rows button")
    monkeypatch.setattr(outbox, "now", lambda: datetime.now(UTC) + timedelta(minutes=16))

    after = read(staff.get(PAGE)).select(".hf-rows button")
    press(staff, PAGE, f"{PAGE}/{number}/again")
    press(staff, PAGE, f"{PAGE}/again")

    assert [button.get_text(strip=True) for button in before] == ["Try again: ann@a.example", "Delete: ann@a.example"]
    assert [button.get_text(strip=True) for button in after] == ["Delete: ann@a.example"]
    assert "It would come too late to be of use" in main_words(staff.get(PAGE))
    assert left(app) == {"ann": "dead"}


@pytest.mark.parametrize("what", ["again", "delete"])
@pytest.mark.parametrize("number", ["third", "0", str(2**31), str(2**80)])
def test_what_is_not_given_up_is_left_alone(
    app: Flask, staff: FlaskClient, refused: list[int], what: str, number: str
) -> None:
    waiting = refused[1] + 1
    before = left(app)

    answer = press(staff, PAGE, f"{PAGE}/{waiting if number == 'third' else number}/{what}")

    assert answer.status_code == 303
    assert "It is not here any more" in main_words(staff.get(PAGE))
    assert left(app) == before
