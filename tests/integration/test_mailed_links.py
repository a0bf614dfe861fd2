"""Asking for a sign-in link by mail: whoever has an account gets one, and nobody learns who has."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_sqlalchemy.session import Session
from sqlalchemy import event, func, select, update
from sqlalchemy.orm import scoped_session
from werkzeug.test import TestResponse

from hub_finder.directory import accounts
from hub_finder.directory.sign_in_links import MOST_ASKED, LinkEnded, TooManyAsked, ask_for_link, get_link
from hub_finder.extensions import db, limiter
from hub_finder.models.accounts import Account, SignInToken
from hub_finder.models.reports import OutgoingMail
from tests.page_client import words_of
from tests.reading import main_words, only, read, said_beside, summary
from tests.signing_in import add_account, link_for, sign_in, token_of

WAY_IN = "/accounts/sign-in"
START = "/moderation"
ROBIN = "moderator@fairshire.example"
NOBODY = "nobody@fairshire.example"

DbSession = scoped_session[Session]


@pytest.fixture(autouse=True)
def robin(app: Flask) -> str:
    return add_account(app)


def ask(client: FlaskClient, email: str = ROBIN, **data: str) -> TestResponse:
    """Open the page, type an address and press the button."""
    return client.post(WAY_IN, data={"csrf_token": token_of(client.get(WAY_IN)), "email": email, **data})


def mails(app: Flask) -> list[OutgoingMail]:
    with app.app_context():
        return list(db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)))


def mailed_link(app: Flask) -> str:
    """The path of the link in the newest mail."""
    found = re.search(r"^https?://[^/\s]+(/accounts/sign-in/[\w-]{43})$", mails(app)[-1].body, re.MULTILINE)
    assert found, mails(app)[-1].body
    return found[1]


def open_and_press(client: FlaskClient, link: str) -> TestResponse:
    page = client.get(link)
    fields = read(page).select("main form input[type=hidden]")
    return client.post(link, data={str(field["name"]): str(field["value"]) for field in fields})


def from_elsewhere(app: Flask, number: int) -> FlaskClient:
    """A client at another address of the network."""
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = f"192.0.2.{number}"
    return client


def switch_off(app: Flask) -> str:
    email = add_account(app, email="off@fairshire.example")
    with app.app_context():
        db.session.execute(update(Account).where(Account.email == email).values(disabled=True))
        db.session.commit()
    return email


def test_link_is_mailed_to_who_has_an_account_and_signs_in(app: Flask, client: FlaskClient) -> None:
    response = ask(client, " Moderator@Fairshire.Example ")

    assert (response.status_code, response.location) == (303, f"{WAY_IN}?sent=1")
    assert "If this address has an account, a link is on its way." in main_words(client.get(response.location))
    (mail,) = mails(app)
    assert mail.address.casefold() == ROBIN
    assert "15 minutes" in mail.body
    assert mail.good_until
    assert abs(mail.good_until - mail.written_at - timedelta(minutes=15)) < timedelta(seconds=1)
    assert open_and_press(client, mailed_link(app)).location == START
    assert client.get(START).status_code == 200


def test_answers_do_not_tell_who_has_an_account(app: Flask) -> None:
    seen = []
    for email in (ROBIN, NOBODY, switch_off(app)):
        client = app.test_client()
        response = ask(client, email)
        cookie = re.sub(r"=[^;]*", "=", response.headers["Set-Cookie"], count=1)
        page = main_words(client.get(response.location))
        seen.append((response.status_code, response.location, cookie, response.data, page))

    assert seen[0] == seen[1] == seen[2]
    assert [mail.address for mail in mails(app)] == [ROBIN]


@contextmanager
def statements(app: Flask) -> Iterator[list[str]]:
    """What is asked of the database meanwhile, each by its first three words."""
    said: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        said.append(" ".join(statement.split()[:3]))

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    yield said
    event.remove(engine, "before_cursor_execute", note)


def test_same_work_is_done_for_an_address_without_an_account(app: Flask, client: FlaskClient) -> None:
    ask(client)
    ask(client, NOBODY)
    token = token_of(client.get(WAY_IN))
    work = {}

    for email in (ROBIN, NOBODY):
        with statements(app) as said:
            client.post(WAY_IN, data={"csrf_token": token, "email": email})
        work[email] = [one for one in said if "SAVEPOINT" not in one]

    assert work[ROBIN] == work[NOBODY]
    assert any("outgoing_mail" in one for one in work[NOBODY])


def test_link_opened_on_another_device_says_so_and_takes_a_press(app: Flask, client: FlaskClient) -> None:
    ask(client, next="/moderation/quality")
    phone = app.test_client()

    page = phone.get(mailed_link(app))

    assert "You asked for this on another device" in main_words(page)
    assert words_of(only(read(page), "main button")) == "Sign in on this device"
    assert phone.get(START).status_code == 302, "opening it signs nobody in"
    assert open_and_press(phone, mailed_link(app)).location == START
    assert phone.get(START).status_code == 200


def test_browser_that_asked_is_led_to_the_page_it_wanted(app: Flask, client: FlaskClient) -> None:
    ask(client, next="/moderation/quality")

    page = client.get(mailed_link(app))

    assert "another device" not in main_words(page)
    assert client.get(START).status_code == 302, "opening it signs nobody in here either"
    assert open_and_press(client, mailed_link(app)).location == "/moderation/quality"


def test_nobody_is_sent_to_another_site_by_a_mailed_link(app: Flask, client: FlaskClient) -> None:
    ask(client, next="//elsewhere.example")

    assert open_and_press(client, mailed_link(app)).location == START


def test_link_of_an_administrator_speaks_of_no_device(app: Flask, client: FlaskClient) -> None:
    page = client.get(link_for(app, ROBIN))

    assert "device" not in main_words(page)
    assert "who gave you the link" in main_words(page)


def test_newer_link_ends_older_ones_mailed_or_handed_over(app: Flask, client: FlaskClient) -> None:
    handed = link_for(app, ROBIN)
    ask(client)
    first = mailed_link(app)
    ask(client, NOBODY)
    assert [client.get(path).status_code for path in (handed, first)] == [410, 200]

    ask(client)
    second = mailed_link(app)
    between = [client.get(path).status_code for path in (first, second)]
    newest = link_for(app, ROBIN)

    assert between == [410, 200]
    assert [client.get(path).status_code for path in (second, newest)] == [410, 200]


def test_link_that_nobody_has_lets_nobody_in(session: DbSession) -> None:
    secret, is_known = ask_for_link(NOBODY, browser="b", key="k")

    assert not is_known
    with pytest.raises(LinkEnded):
        get_link(secret)


@pytest.mark.parametrize("email", [ROBIN, NOBODY])
def test_one_address_is_asked_for_five_times_an_hour_from_wherever(
    app: Flask, email: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(MOST_ASKED):
        limiter.reset()  # as another process, which counts by itself
        assert ask(from_elsewhere(app, number), email.upper()).status_code == 303

    refused = ask(from_elsewhere(app, 9), email)

    assert refused.status_code == 429
    assert said_beside(read(refused), "email").startswith("Many links were asked for with this address")
    assert only(read(refused), "#email")["value"] == email
    assert ask(from_elsewhere(app, 9), "other@fairshire.example").status_code == 303
    if email == ROBIN:
        assert app.test_client().get(mailed_link(app)).status_code == 200, "the newest link still works"
    monkeypatch.setattr(accounts, "now", lambda: datetime.now(UTC) + timedelta(minutes=61))
    assert ask(from_elsewhere(app, 9), email).status_code == 303


def test_links_of_an_administrator_are_not_counted(app: Flask, client: FlaskClient) -> None:
    for _ in range(MOST_ASKED):
        link_for(app, ROBIN)

    assert ask(client).status_code == 303


def test_those_who_ask_at_once_are_counted_and_one_link_works(app: Flask) -> None:
    def ask_alone(_number: int) -> str | None:
        with app.app_context():
            try:
                secret, _is_known = ask_for_link(ROBIN, browser="b", key="k")
            except TooManyAsked:
                return None
            db.session.commit()
            return secret

    with ThreadPoolExecutor(4) as several:
        secrets = [secret for secret in several.map(ask_alone, range(MOST_ASKED + 3)) if secret]

    answers = [app.test_client().get(f"{WAY_IN}/{secret}").status_code for secret in secrets]
    assert sorted(answers) == [200, *[410] * (MOST_ASKED - 1)]


def test_asking_for_many_addresses_from_one_place_is_stopped(client: FlaskClient) -> None:
    answers = [ask(client, f"somebody-{number}@fairshire.example") for number in range(11)]

    assert [answer.status_code for answer in answers] == [*[303] * 10, 429]
    assert answers[-1].headers["Retry-After"] == "60"
    assert said_beside(read(answers[-1]), "email").endswith("Wait a minute, then press the button again")
    assert only(read(answers[-1]), "#email")["value"] == "somebody-10@fairshire.example"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Enter your email address"),
        ("  ", "Enter your email address"),
        ("robin", "Enter an email address, like name@example.org"),
        ("robin@fairshire", "Enter an email address, like name@example.org"),
        ("robin@a.example, ann@a.example", "Enter an email address, like name@example.org"),
        ("r" * 250 + "@a.example", "Enter an email address, like name@example.org"),
        ("<b>\x00", "Enter an email address, like name@example.org"),
    ],
)
def test_what_is_no_address_is_told_beside_the_box_and_kept(
    app: Flask, client: FlaskClient, typed: str, said: str
) -> None:
    response = ask(client, typed, next="/moderation/quality")

    page = read(response)
    assert response.status_code == 400
    assert said_beside(page, "email") == said
    assert summary(page) == {said: "#email"}
    assert words_of(page.title).startswith("Error: Sign in")
    assert only(page, "#email")["value"] == typed.strip().replace("\x00", "")
    assert only(page, "main [name=next]")["value"] == "/moderation/quality"
    assert mails(app) == []


def test_form_without_its_token_comes_back_filled_in(app: Flask, client: FlaskClient) -> None:
    response = client.post(WAY_IN, data={"email": ROBIN})

    assert response.status_code == 400
    assert said_beside(read(response), "email").startswith("We could not check")
    again = client.post(WAY_IN, data={"csrf_token": token_of(response), "email": ROBIN})
    assert again.status_code == 303
    assert len(mails(app)) == 1


def test_site_without_mail_says_how_to_get_in_and_keeps_nothing(
    app: Flask, client: FlaskClient, session: DbSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = token_of(client.get(WAY_IN))
    monkeypatch.setitem(app.config, "HUB_MAIL_URL", "")

    page = app.test_client().get(f"{WAY_IN}?email={ROBIN}")
    sent = client.post(WAY_IN, data={"csrf_token": token, "email": ROBIN})

    assert "administrator" in main_words(page)
    assert read(page).select("main form, main input") == []
    assert "Set-Cookie" not in page.headers
    assert (sent.status_code, sent.location) == (303, WAY_IN)
    assert session.scalar(select(func.count()).select_from(SignInToken)) == 0


def test_who_is_signed_in_is_not_asked_for_an_address(app: Flask, client: FlaskClient) -> None:
    assert sign_in(client).get(WAY_IN).location == START


def test_mail_holds_nothing_that_was_typed_and_leads_to_this_site(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "HUB_BASE_URL", "https://hubs.example")
    page = client.get(WAY_IN, base_url="http://elsewhere.example")
    data = {"csrf_token": token_of(page), "email": ROBIN, "next": "/call-01632-960000-now"}

    client.post(WAY_IN, data=data, base_url="http://elsewhere.example")

    (mail,) = mails(app)
    assert "\nhttps://hubs.example/accounts/sign-in/" in mail.body
    assert "elsewhere" not in mail.subject + mail.body
    assert "960000" not in mail.subject + mail.body
    assert ROBIN not in mail.subject + mail.body


def test_only_hashes_are_kept_of_who_asked_for_what(app: Flask, client: FlaskClient, session: DbSession) -> None:
    ask(client)
    with client.session_transaction() as cookie:
        browser = cookie["browser"]

    kept = session.scalars(select(SignInToken)).one()

    held = str(vars(kept))
    assert len(kept.hash) == len(kept.browser_hash or "") == len(kept.address_hash or "") == 64
    assert not any(plain in held for plain in (browser, ROBIN, mailed_link(app).rpartition("/")[2]))


def test_what_was_asked_is_forgotten_after_an_hour(
    client: FlaskClient, session: DbSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(client, NOBODY)
    monkeypatch.setattr(accounts, "now", lambda: datetime.now(UTC) + timedelta(minutes=61))

    ask(client)

    assert [token.account_id is None for token in session.scalars(select(SignInToken))] == [False]
