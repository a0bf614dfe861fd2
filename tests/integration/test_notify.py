"""Mail by GOV.UK Notify: each message once, and what it tells us of those that did not arrive."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from hub_finder.directory import outbox
from hub_finder.directory.bounces import find_marks
from hub_finder.directory.letter_ids import letter_id
from hub_finder.directory.outbox import PAUSES, UNSURE
from hub_finder.extensions import db
from hub_finder.models.reports import OutgoingMail
from tests.notify_server import HANG_UP, KEY, TAKE_AND_HANG_UP, TEMPLATE, NotifyServer, taking_notifications
from tests.reading import main_words
from tests.signing_in import press

ANN = "ann@a.example"
KNOWN_BY = "a token that Notify sends along"
STATUS = "/mail/notify-status"


@pytest.fixture(autouse=True)
def notify(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[NotifyServer]:
    with taking_notifications() as server:
        settings = {
            "HUB_MAIL_URL": f"notify://{TEMPLATE}",
            "HUB_NOTIFY_KEY": KEY,
            "HUB_NOTIFY_URL": server.address,
            "HUB_NOTIFY_TOKEN": KNOWN_BY,
        }
        for name, value in settings.items():
            monkeypatch.setitem(app.config, name, value)
        monkeypatch.setattr("hub_finder.notify.PAUSE_S", 0)
        yield server


def send(app: Flask, *names: str) -> tuple[int, str]:
    with app.app_context():
        for name in names:
            outbox.post(f"{name}@a.example", subject=f"For {name}", body="Dear – you\n")
        db.session.commit()
    result = app.test_cli_runner().invoke(args=["hub", "send-mail"])
    return result.exit_code, result.output


def rows(app: Flask) -> list[OutgoingMail]:
    with app.app_context():
        return list(db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)))


def wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "now", lambda: datetime.now(UTC) + PAUSES[0])


def test_mail_leaves_by_the_template_with_a_reference_that_proves_its_address(app: Flask, notify: NotifyServer) -> None:
    outcome = send(app, "ann", "bo")

    assert outcome == (0, "2 sent, 0 waiting.\n")
    assert notify.connections == 1
    first, second = notify.took
    assert first.pop("reference").count(".") == 2
    assert first == {
        "email_address": ANN,
        "template_id": TEMPLATE,
        "personalisation": {"subject": "For ann", "body": "Dear – you\n"},
    }
    assert second["email_address"] == "bo@a.example"
    assert rows(app) == []


@pytest.mark.parametrize("status", [400, 404, 413, 302])
def test_what_is_refused_is_given_up_and_holds_up_no_other(app: Flask, notify: NotifyServer, status: int) -> None:
    notify.says = {"POST": status}

    send(app, "ann", "bo")

    assert [one.problem for one in rows(app)] == [f"GOV.UK Notify does not take it ({status})."] * 2
    assert all(one.dead_at for one in rows(app))
    assert notify.asked == ["POST /v2/notifications/email"] * 2


@pytest.mark.parametrize("status", [401, 403, 408, 429])
def test_what_it_would_take_another_time_is_tried_again(
    app: Flask, notify: NotifyServer, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    notify.says = {"POST": status}

    first = send(app, "ann")
    notify.says = {}
    wait(monkeypatch)
    second = send(app)

    assert first[1].endswith(f"GOV.UK Notify does not take it ({status}).\n0 sent, 1 waiting.\n")
    assert second == (0, "1 sent, 0 waiting.\n")


def test_wrong_key_sends_nothing_and_says_nothing_of_it(
    app: Flask, notify: NotifyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "HUB_NOTIFY_KEY", KEY.replace("3d844edf", "aaaaaaaa"))

    code, said = send(app, "ann")

    assert (code, notify.took) == (1, [])
    assert "(403)" in said
    assert "aaaaaaaa" not in said
    assert "a.example" not in said


def test_a_server_that_is_not_there_is_tried_again_and_asked_once_for_all(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "HUB_NOTIFY_URL", "http://127.0.0.1:1")

    code, said = send(app, "ann", "bo")

    assert code == 1
    assert said.count("GOV.UK Notify could not be reached (ConnectionRefusedError).") == 2
    assert [(one.attempts, one.claimed_at, one.dead_at) for one in rows(app)] == [(1, None, None)] * 2


# ---- an answer that says nothing


def test_what_was_taken_without_a_word_is_found_by_its_reference_and_not_sent_again(
    app: Flask, notify: NotifyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    notify.says = {"POST": TAKE_AND_HANG_UP}

    first = send(app, "ann")
    notify.says = {}
    wait(monkeypatch)
    second = send(app)

    assert (first, second) == ((0, "1 sent, 0 waiting.\n"), (0, "0 sent, 0 waiting.\n"))
    assert len(notify.took) == 1
    assert notify.asked[1:] == [f"GET /v2/notifications?reference={notify.took[0]['reference']}"]


@pytest.mark.parametrize("trouble", [HANG_UP, 500, 502, 504])
def test_what_was_not_taken_is_sent_once_at_another_time(
    app: Flask, notify: NotifyServer, monkeypatch: pytest.MonkeyPatch, trouble: int
) -> None:
    notify.says = {"POST": trouble}

    first = send(app, "ann")
    notify.says = {}
    wait(monkeypatch)
    second = send(app)

    assert first[1].endswith("GOV.UK Notify could not take it just now.\n0 sent, 1 waiting.\n")
    assert second == (0, "1 sent, 0 waiting.\n")
    assert len(notify.took) == 1


@pytest.mark.parametrize("says", [{"GET": 500}, {"GET": HANG_UP}, {"GET": 403}])
@pytest.mark.parametrize("post", [TAKE_AND_HANG_UP, HANG_UP, 500])
def test_what_nobody_knows_is_given_up_for_a_person_to_decide(
    app: Flask, staff: FlaskClient, notify: NotifyServer, says: dict[str, int], post: int
) -> None:
    notify.says = {"POST": post, **says}

    code, said = send(app, "ann")
    press(staff, "/moderation/mail", "/moderation/mail/again")

    assert code == 1
    assert said.endswith("0 sent, 0 waiting. 1 given up: see /moderation/mail.\n")
    assert [(one.problem, bool(one.dead_at)) for one in rows(app)] == [(UNSURE, True)]
    assert UNSURE in main_words(staff.get("/moderation/mail"))


@pytest.mark.parametrize(
    "answer", [b"<html>", b"\xff", b"[]", b"[" * 5000, {"notifications": [1]}, {"notifications": None}, {"other": []}]
)
def test_odd_answer_is_none(app: Flask, notify: NotifyServer, answer: object) -> None:
    notify.says, notify.answer = {"POST": 500}, answer

    send(app, "ann")

    assert [one.problem for one in rows(app)] == [UNSURE]


def test_mail_of_another_reference_is_not_taken_for_ours(app: Flask, notify: NotifyServer) -> None:
    notify.says, notify.answer = {"POST": 500}, {"notifications": [{"reference": "another"}]}

    assert send(app, "ann")[1].endswith("GOV.UK Notify could not take it just now.\n0 sent, 1 waiting.\n")


def test_answer_that_takes_too_long_is_none(app: Flask, notify: NotifyServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub_finder.notify.LONGEST_PATIENCE", 0.2)
    with taking_notifications() as asleep:
        # It is listened to, and nobody answers.
        asleep.shutdown()
        monkeypatch.setitem(app.config, "HUB_NOTIFY_URL", asleep.address)

        send(app, "ann")

    assert [one.problem for one in rows(app)] == [UNSURE]


# ---- what Notify tells us


def reference(app: Flask, address: str = ANN, *, days_ago: int = 0) -> str:
    with app.app_context():
        return letter_id("0" * 32, address=address, written_at=datetime.now(UTC) - timedelta(days=days_ago))


def tell(client: FlaskClient, said: object, *, shown: str | None = KNOWN_BY) -> TestResponse:
    headers = {"Authorization": f"Bearer {shown}"} if shown else {}
    body = said if isinstance(said, (bytes, str)) else json.dumps(said)
    return client.post(STATUS, data=body, headers=headers, content_type="application/json")


def marks(app: Flask) -> list[tuple[str, str, str]]:
    with app.app_context():
        return [(one.hint, one.kind, one.reason) for one in find_marks(most=100)]


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("permanent-failure", "hard"),
        ("temporary-failure", "soft"),
        ("technical-failure", "soft"),
        ("delivered", None),
        ("sending", None),
        ("anything", None),
    ],
)
def test_what_could_not_be_delivered_marks_its_address(
    app: Flask, client: FlaskClient, status: str, kind: str | None
) -> None:
    answer = tell(client, {"id": "1", "reference": reference(app), "to": "Ann@a.example", "status": status})

    assert (answer.status_code, answer.data) == (204, b"")
    assert "Set-Cookie" not in answer.headers
    told = f"GOV.UK Notify could not deliver it ({status})."
    assert marks(app) == ([("a…@a.example", kind, told)] if kind else [])


def test_only_the_address_that_a_reference_was_made_for_is_marked(app: Flask, client: FlaskClient) -> None:
    for said in (
        {"reference": reference(app), "to": "bo@a.example", "status": "permanent-failure"},
        {"reference": "0" * 32, "to": ANN, "status": "permanent-failure"},
        {"reference": None, "to": ANN, "status": "permanent-failure"},
        {"reference": reference(app, days_ago=91), "to": ANN, "status": "permanent-failure"},
        {"reference": "\ud800", "to": "\ud800\0", "status": "\ud800"},
    ):
        assert tell(client, said).status_code == 204

    assert marks(app) == []


@pytest.mark.parametrize(
    "said", ["", "{", "[]", "null", "1", '"reference"', "{}", b"\xff", "[" * 5000, {"reference": "1", "to": ANN}]
)
def test_what_is_no_status_is_refused(app: Flask, client: FlaskClient, said: object) -> None:
    answer = tell(client, said)

    assert answer.status_code == 400
    assert answer.get_json()["error"] == "bad_value"


def test_more_than_a_status_is_not_read(app: Flask, client: FlaskClient) -> None:
    assert tell(client, "x" * 10_001).status_code == 413


@pytest.mark.parametrize("shown", [None, "", "a guess", KNOWN_BY + "x", KNOWN_BY[:-1], "é"])
def test_without_the_token_nobody_is_believed(app: Flask, client: FlaskClient, shown: str | None) -> None:
    answer = tell(client, {"reference": reference(app), "to": ANN, "status": "permanent-failure"}, shown=shown)

    assert answer.status_code == 401
    assert marks(app) == []


@pytest.mark.parametrize("shown", ["", "None", KNOWN_BY])
def test_where_no_token_is_set_nobody_is_believed(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, shown: str
) -> None:
    monkeypatch.setitem(app.config, "HUB_NOTIFY_TOKEN", "")

    assert tell(client, {}, shown=shown).status_code == 401


def test_guesses_at_the_token_are_limited_and_what_notify_tells_is_not(app: Flask, client: FlaskClient) -> None:
    told = [tell(client, {"reference": "", "to": "", "status": ""}).status_code for _ in range(40)]
    guessed = [tell(client, {}, shown="a guess").status_code for _ in range(31)]

    assert told == [204] * 40
    assert guessed == [401] * 30 + [429]
