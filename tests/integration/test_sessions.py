"""Where somebody is signed in: they see each of their sessions, and end one alone."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from hub_finder.directory import accounts
from hub_finder.directory.journal import find_entries_about
from hub_finder.extensions import db
from hub_finder.models.accounts import AccountSession, Role
from tests.page_client import words_of
from tests.reading import main_words, only, read
from tests.signing_in import press, sign_in

ACCOUNT = "/accounts"
END = "/accounts/sessions/end"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Version/18.1 Mobile Safari/604.1"
OFFICE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


def arrive(app: Flask, user_agent: str, role: Role = Role.MODERATOR) -> FlaskClient:
    client = app.test_client()
    client.environ_base["HTTP_USER_AGENT"] = user_agent
    return sign_in(client, role)


@pytest.fixture
def office(app: Flask) -> FlaskClient:
    return arrive(app, OFFICE)


@pytest.fixture
def phone(app: Flask, office: FlaskClient) -> FlaskClient:
    return arrive(app, PHONE)


def is_in(client: FlaskClient) -> bool:
    return client.get(ACCOUNT).status_code == 200


def listed(client: FlaskClient) -> dict[str, str]:
    """The key of each session on somebody's page, by the words of its button."""
    forms = read(client.get(ACCOUNT)).select(f'main form[action="{END}"]')
    return {
        words_of(only(one, "button")).partition(", since")[0]: str(only(one, "[name=key]")["value"]) for one in forms
    }


def count_sessions(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(AccountSession)) or 0


def test_one_session_is_ended_and_the_others_go_on(app: Flask, office: FlaskClient, phone: FlaskClient) -> None:
    seen = listed(office)
    assert seen.keys() == {"Sign out here only: Firefox on Windows", "End it: Safari on an iPhone"}

    ended = press(office, ACCOUNT, END, key=seen["End it: Safari on an iPhone"])

    assert ended.location == ACCOUNT
    assert "That session has ended." in main_words(office.get(ACCOUNT))
    assert (is_in(office), is_in(phone)) == (True, False)
    assert listed(office).keys() == {"Sign out here only: Firefox on Windows"}
    with app.app_context():
        latest = find_entries_about(accounts.get_account("moderator@fairshire.example").id)[0]
        assert (latest.deed, latest.actor) == ("session_ended", "Robin Moss")


def test_copy_of_the_cookie_of_an_ended_session_opens_nothing(
    app: Flask, office: FlaskClient, phone: FlaskClient
) -> None:
    copied = phone.get_cookie("session")
    assert copied
    press(office, ACCOUNT, END, key=listed(office)["End it: Safari on an iPhone"])
    arrive(app, PHONE)

    thief = app.test_client()
    thief.set_cookie("session", copied.value)

    assert not is_in(thief)


def test_signing_out_here_alone_leaves_the_other_devices(office: FlaskClient, phone: FlaskClient) -> None:
    left = press(office, ACCOUNT, END, key=listed(office)["Sign out here only: Firefox on Windows"])

    assert "signed out here. Your other sessions go on" in main_words(office.get(left.location))
    assert (is_in(office), is_in(phone)) == (False, True)


def test_nobody_ends_a_session_of_somebody_else(app: Flask, office: FlaskClient) -> None:
    other = arrive(app, PHONE, Role.MANAGER)
    theirs = listed(office)["Sign out here only: Firefox on Windows"]

    answer = press(other, ACCOUNT, END, key=theirs)

    assert answer.location == ACCOUNT
    assert "had ended already" in main_words(other.get(ACCOUNT))
    assert (is_in(office), is_in(other)) == (True, True)


@pytest.mark.parametrize("key", ["", "x" * 5000, "\0", "%00", "’; DROP TABLE account_session", "0" * 32])
def test_what_is_no_key_ends_nothing(office: FlaskClient, phone: FlaskClient, key: str) -> None:
    assert press(office, ACCOUNT, END, key=key).location == ACCOUNT

    assert len(listed(office)) == 2


def test_ending_all_ends_each(app: Flask, office: FlaskClient, phone: FlaskClient) -> None:
    press(office, ACCOUNT, "/accounts/sign-out")

    assert (is_in(office), is_in(phone)) == (False, False)
    assert count_sessions(app) == 0


def test_sessions_that_are_over_are_neither_shown_nor_kept(
    app: Flask, office: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = datetime.now(UTC) + timedelta(hours=12.1)
    monkeypatch.setattr(accounts, "now", lambda: moment)

    phone = arrive(app, PHONE)

    assert listed(phone).keys() == {"Sign out here only: Safari on an iPhone"}
    assert count_sessions(app) == 1


def test_purge_forgets_sessions_that_are_over(app: Flask, office: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    moment = datetime.now(UTC) + timedelta(hours=12.1)
    monkeypatch.setattr(accounts, "now", lambda: moment)

    done = app.test_cli_runner().invoke(args=["hub", "purge"])

    assert done.exit_code == 0, done.output
    assert "1  sessions that are over\n" in done.output
    assert count_sessions(app) == 0


def test_nothing_of_a_browser_is_kept_but_its_name(app: Flask, phone: FlaskClient) -> None:
    with app.app_context():
        kept = {one.browser for one in db.session.scalars(select(AccountSession))}

    assert kept == {"Firefox on Windows", "Safari on an iPhone"}
