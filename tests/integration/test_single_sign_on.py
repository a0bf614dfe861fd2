"""Signing in where a council's people sign in already: who gets in, as whom, and how."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from time import sleep
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pyotp import TOTP
from sqlalchemy import func, select, update

from hub_finder.directory import accounts, second_step
from hub_finder.directory.accounts import NoAccount, disable_account
from hub_finder.directory.identities import get_account_of
from hub_finder.directory.journal import find_entries_about
from hub_finder.extensions import db
from hub_finder.models.accounts import AccountIdentity, Role
from tests.openid_issuer import (
    CLIENT,
    LEAVE,
    NAME,
    OTHER_KEY,
    RETURN,
    SIGN_IN,
    Faults,
    Issuer,
    leave,
    sign_on,
    way_back,
)
from tests.page_client import words_of
from tests.reading import main_words, only, read
from tests.signing_in import add_account, press, sign_in

START = "/moderation"
ROBIN = "moderator@fairshire.example"


def is_in(client: FlaskClient) -> bool:
    return client.get(START).status_code == 200


def give_second_step(app: Flask) -> TOTP:
    """A second step for Robin; returns their app."""
    with app.app_context():
        account, salt, key = accounts.get_account(ROBIN).id, "salt", app.config["SECRET_KEY"]
        totp = TOTP(second_step.secret_of(account, salt=salt, key=key))
        second_step.turn_on(account, salt=salt, code=totp.at(datetime.now(UTC) - timedelta(seconds=30)), key=key)
        db.session.commit()
    return totp


def test_without_settings_there_is_no_single_sign_on(client: FlaskClient, robin: str) -> None:
    page = client.get(SIGN_IN)

    assert "Sign in with" not in main_words(page)
    assert press(client, SIGN_IN, LEAVE).status_code == 404
    assert client.get(RETURN).status_code == 404


def test_page_of_the_way_in_asks_nobody(issuer: Issuer, client: FlaskClient) -> None:
    page = client.get(SIGN_IN)

    buttons = [words_of(button) for button in read(page).select("main button")]
    assert buttons == [f"Sign in with {NAME}", "Send me a link"]
    assert issuer.asked == []


def test_button_leads_on_without_a_script(issuer: Issuer, client: FlaskClient) -> None:
    page = leave(client)

    link = str(only(read(page), "main a")["href"])
    assert page.status_code == 200
    assert only(read(page), "meta[http-equiv=refresh]")["content"] == f"0; url={link}"
    assert "form-action 'self';" in page.headers["Content-Security-Policy"]
    asked = parse_qs(urlsplit(link).query)
    assert link.startswith(f"{issuer.address}/authorize?tenant=fairshire&")
    assert asked["redirect_uri"] == [f"http://localhost{RETURN}"]
    assert asked["code_challenge_method"] == ["S256"]
    assert len({asked[name][0] for name in ("state", "nonce", "code_challenge")}) == 3


def test_who_has_an_account_gets_in(issuer: Issuer, client: FlaskClient, robin: str) -> None:
    response = sign_on(client)

    assert (response.status_code, response.location) == (303, START)
    assert "Robin Moss, moderator" in words_of(only(read(client.get(START)), ".hf-staff-bar"))


def test_session_is_a_fresh_one(issuer: Issuer, client: FlaskClient, robin: str) -> None:
    sign_on(client)

    with client.session_transaction() as session:
        assert set(session) == {"_permanent", "account", "epoch", "key", "since"}


@pytest.mark.parametrize(
    ("asked", "led_to"),
    [
        ("/moderation/listings?q=a", "/moderation/listings?q=a"),
        ("//elsewhere.example", START),
        ("https://elsewhere.example", START),
    ],
)
def test_whoever_asked_for_a_page_of_ours_gets_it(
    issuer: Issuer, client: FlaskClient, robin: str, asked: str, led_to: str
) -> None:
    assert sign_on(client, then=asked).location == led_to


def test_page_that_was_asked_for_stands_in_the_form(issuer: Issuer, client: FlaskClient) -> None:
    page = client.get(SIGN_IN, query_string={"next": START})

    assert only(read(page), f"form[action='{LEAVE}'] [name=next]")["value"] == START


def test_account_is_bound_to_who_came_first(issuer: Issuer, app: Flask, client: FlaskClient, robin: str) -> None:
    sign_on(client)
    issuer.claims["sub"] = "robin-2"
    second = app.test_client()

    response = sign_on(second)

    assert response.status_code == 400
    assert not is_in(second)
    with app.app_context():
        bound = db.session.execute(select(AccountIdentity.issuer, AccountIdentity.subject)).all()
    assert [tuple(row) for row in bound] == [(issuer.address, "robin-1")]


@pytest.mark.parametrize(
    "now", [{"email": "moss@fairshire.example"}, {"email_verified": False}, {"email": None, "email_verified": None}]
)
def test_who_is_bound_gets_in_whatever_their_address_has_become(
    issuer: Issuer, app: Flask, client: FlaskClient, robin: str, now: dict[str, object]
) -> None:
    sign_on(client)
    issuer.faults.claims = now
    later = app.test_client()

    sign_on(later)

    assert is_in(later)


def test_who_is_bound_does_not_get_the_account_of_another_address(
    issuer: Issuer, app: Flask, client: FlaskClient, robin: str
) -> None:
    add_account(app, Role.MANAGER, name="Alex Elm")
    sign_on(client)
    issuer.claims["email"] = "manager@fairshire.example"
    later = app.test_client()

    sign_on(later)

    assert "Robin Moss" in words_of(only(read(later.get(START)), ".hf-staff-bar"))


def test_new_provider_is_bound_anew(issuer: Issuer, app: Flask, client: FlaskClient, robin: str) -> None:
    sign_on(client)
    with app.app_context():
        db.session.execute(update(AccountIdentity).values(issuer="https://old.example", subject="r"))
        db.session.commit()
    later = app.test_client()

    sign_on(later)

    assert is_in(later)


def test_command_lets_the_next_person_with_an_address_have_it(
    issuer: Issuer, app: Flask, client: FlaskClient, robin: str
) -> None:
    sign_on(client)
    issuer.claims["sub"] = "robin-2"

    result = app.test_cli_runner().invoke(args=["hub", "remove-single-sign-on", " Moderator@fairshire.example"])

    assert result.exit_code == 0, result.output
    assert not is_in(client), "who had it before is signed out"
    sign_on(client)
    assert is_in(client)
    with app.app_context():
        about = find_entries_about(accounts.get_account(robin).id)
        deeds = [(entry.deed, entry.actor) for entry in reversed(about) if "bound" in entry.deed]
    assert deeds == [("bound", "Robin Moss"), ("unbound", "flask hub"), ("bound", "Robin Moss")]
    unknown = app.test_cli_runner().invoke(args=["hub", "remove-single-sign-on", "nobody@fairshire.example"])
    assert (unknown.exit_code, "Nobody has an account" in unknown.output) == (1, True)


def test_account_that_is_switched_off_stays_out(issuer: Issuer, app: Flask, client: FlaskClient, robin: str) -> None:
    sign_on(client)
    with app.app_context():
        disable_account(robin, by="Ann")
        db.session.commit()

    responses = [sign_on(client), sign_on(app.test_client())]

    assert [response.status_code for response in responses] == [400, 400]
    assert not is_in(client)


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "nobody@fairshire.example"},
        {"email_verified": False},
        {"email_verified": None},
        {"email_verified": "false"},
        {"email_verified": []},
        {"email": None},
        {"email": ""},
        {"email": [ROBIN]},
        {"email": f"{ROBIN}\0"},
        {"email": "\ud800@fairshire.example"},
        # In small letters the sign for kelvin is a "k", and this "ß" two letters: another address all the same.
        {"email": "\u212aim@fairshire.example"},
        {"email": "ro\u00df@fairshire.example"},
        {"sub": "robin\n1"},
        {"sub": ""},
        {"sub": "r" * 256},
    ],
)
def test_nobody_learns_who_has_an_account(
    issuer: Issuer, app: Flask, client: FlaskClient, robin: str, claims: dict[str, object]
) -> None:
    for name in ("kim", "ross"):
        add_account(app, email=f"{name}@fairshire.example")
    off = add_account(app, email="off@fairshire.example")
    with app.app_context():
        disable_account(off, by="Ann")
        db.session.commit()
    issuer.faults.claims = {"email": off}
    to_compare = [sign_on(client)]
    issuer.faults = Faults(returns={"error": "access_denied"})
    to_compare.append(sign_on(client))
    issuer.faults = Faults(claims=claims)

    response = sign_on(client)

    assert {answer.status_code for answer in [response, *to_compare]} == {400}
    assert {main_words(answer) for answer in to_compare} == {main_words(response)}
    assert response.headers.getlist("Set-Cookie")[0].partition("=")[0] == "session"
    assert not is_in(client)
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(AccountIdentity)) == 0


@pytest.mark.parametrize("said", [True, "true", "1", 1])
def test_another_claim_can_say_that_an_address_is_theirs(
    issuer: Issuer, app: Flask, client: FlaskClient, robin: str, monkeypatch: pytest.MonkeyPatch, said: object
) -> None:
    monkeypatch.setitem(app.config, "HUB_OIDC_VERIFIED_CLAIM", "xms_edov")
    assert sign_on(client).status_code == 400, "the usual one does not count then"
    issuer.claims["xms_edov"] = said

    sign_on(client)

    assert is_in(client)


def test_address_may_be_written_in_large_letters(issuer: Issuer, client: FlaskClient, robin: str) -> None:
    issuer.claims["email"] = robin.upper()

    sign_on(client)

    assert is_in(client)


@pytest.mark.parametrize(
    ("setting", "claims", "is_asked"),
    [
        ("no", {}, True),
        ("no", {"amr": ["pwd", "mfa"]}, True),
        ("yes", {}, True),
        ("yes", {"amr": ["pwd"]}, True),
        ("yes", {"amr": ["pwd", "mfa"]}, False),
        ("yes", {"acr": "https://refeds.org/profile/mfa"}, False),
        ("yes", {"acr": "urn:example:no-mfa"}, True),
        ("yes", {"acr": 2}, True),
    ],
)
def test_code_of_the_app_is_asked_for_unless_theirs_counts(
    issuer: Issuer,
    app: Flask,
    client: FlaskClient,
    robin: str,
    monkeypatch: pytest.MonkeyPatch,
    setting: str,
    claims: dict[str, object],
    is_asked: bool,
) -> None:
    phone = give_second_step(app)
    monkeypatch.setitem(app.config, "HUB_OIDC_SECOND_STEP_COUNTS", setting)
    issuer.claims |= claims

    response = sign_on(client, then="/moderation/quality")

    assert response.location == ("/accounts/code" if is_asked else "/moderation/quality")
    assert is_in(client) != is_asked
    if is_asked:
        given = press(client, "/accounts/code", code=phone.now())
        assert given.location == "/moderation/quality"
        assert is_in(client)


def test_browser_that_was_not_sent_there_is_not_signed_in(
    issuer: Issuer, app: Flask, client: FlaskClient, robin: str
) -> None:
    back = way_back(leave(client))
    strangers = app.test_client()
    leave(strangers)

    responses = [app.test_client().get(back), strangers.get(back)]

    assert [response.status_code for response in responses] == [400, 400]
    assert not is_in(strangers)
    assert client.get(back).status_code == 303


def test_way_back_works_once(issuer: Issuer, app: Flask, client: FlaskClient, robin: str) -> None:
    left = leave(client)
    cookie = client.get_cookie("session")
    back = way_back(left)
    client.get(back)
    assert cookie
    other = app.test_client()
    other.set_cookie("session", cookie.value)

    assert client.get(back).status_code == 400
    assert is_in(client), "who is signed in stays so"
    assert other.get(back).status_code == 400, "the provider takes no code twice"
    assert not is_in(other)


@pytest.mark.parametrize(("minutes", "works"), [(14.9, True), (15.1, False)])
def test_way_back_is_open_for_fifteen_minutes(
    issuer: Issuer, client: FlaskClient, robin: str, monkeypatch: pytest.MonkeyPatch, minutes: float, works: bool
) -> None:
    back = way_back(leave(client, then="/moderation/quality"))
    moment = datetime.now(UTC) + timedelta(minutes=minutes)
    monkeypatch.setattr(accounts, "now", lambda: moment)

    response = client.get(back)

    assert (response.status_code == 303) == works
    assert is_in(client) == works
    if not works:
        assert only(read(response), "main p a")["href"] == f"{SIGN_IN}?next=/moderation/quality"


def test_button_needs_the_token_of_its_form(issuer: Issuer, client: FlaskClient) -> None:
    response = client.post(LEAVE)

    assert response.status_code == 400
    assert issuer.asked == []


@pytest.mark.parametrize("way", [LEAVE, RETURN])
def test_trying_again_and_again_is_stopped(issuer: Issuer, client: FlaskClient, way: str) -> None:
    page = leave(client)
    data = {"csrf_token": str(only(read(client.get(SIGN_IN)), f"form[action='{LEAVE}'] [name=csrf_token]")["value"])}
    assert page.status_code == 200

    codes = [client.open(way, method="POST" if way == LEAVE else "GET", data=data).status_code for _ in range(11)]

    assert codes[-1] == 429
    assert client.get(SIGN_IN).status_code == 200


def test_signing_out_says_that_one_may_still_be_signed_in_there(
    issuer: Issuer, client: FlaskClient, robin: str
) -> None:
    sign_on(client)

    response = press(client, START, "/accounts/sign-out")

    assert f"You may still be signed in with {NAME}" in main_words(client.get(response.location))
    assert not is_in(client)


def test_keys_may_change_at_any_time(issuer: Issuer, app: Flask, client: FlaskClient, robin: str) -> None:
    sign_on(app.test_client())
    back = way_back(leave(client))
    issuer.key = OTHER_KEY

    client.get(back)

    assert is_in(client)


@pytest.mark.parametrize(
    ("methods", "is_basic"),
    [
        (None, True),
        (["client_secret_post", "client_secret_basic", "private_key_jwt"], True),
        (["client_secret_post"], False),
    ],
)
def test_secret_is_given_as_the_provider_takes_it(
    issuer: Issuer, client: FlaskClient, robin: str, methods: list[str] | None, is_basic: bool
) -> None:
    issuer.faults = Faults(discovery={"token_endpoint_auth_methods_supported": methods})

    sign_on(client)

    assert is_in(client)
    assert issuer.was_basic == is_basic


def test_token_may_say_more_than_the_standards_know(issuer: Issuer, client: FlaskClient, robin: str) -> None:
    issuer.faults = Faults(header={"x_tenant": "fairshire"}, claims={"aud": [CLIENT], "azp": CLIENT, "ver": "2.0"})

    sign_on(client)

    assert is_in(client)


def test_links_go_on_working_beside_it(issuer: Issuer, app: Flask, client: FlaskClient, robin: str) -> None:
    sign_on(client)

    other = sign_in(app.test_client())

    assert is_in(client)
    assert is_in(other)


def test_of_two_who_come_first_at_once_one_is_bound(app: Flask, robin: str) -> None:
    at_once = Barrier(2, timeout=10)

    def come(subject: str) -> str:
        with app.app_context():
            at_once.wait()
            try:
                get_account_of(subject, issuer="https://issuer.example", email=robin)
            except NoAccount:
                return ""
            sleep(0.05)
            db.session.commit()
            return subject

    with ThreadPoolExecutor(2) as pool:
        let_in = sorted(pool.map(come, ("one", "two")))

    assert let_in[0] == ""
    with app.app_context():
        assert db.session.scalars(select(AccountIdentity.subject)).all() == [let_in[1]]
