"""A council that asks for a second step: who has none sets it up before anything else."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pyotp import TOTP
from werkzeug.test import TestResponse

from hub_finder.access import REQUIRED_OF
from hub_finder.config import CHOICES
from hub_finder.directory import accounts, second_step
from hub_finder.extensions import db
from hub_finder.models.accounts import Role
from tests.openid_issuer import Issuer, sign_on
from tests.page_client import words_of
from tests.reading import main_words, only, read, said_beside
from tests.signing_in import add_account, link_for, press, sign_in, token_of

SET_UP = "/accounts/second-step"
PAGE = "/moderation/listings?show=lapsed"

Require = Callable[[str], None]


@pytest.fixture
def require(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Require:
    return lambda whom: monkeypatch.setitem(app.config, "HUB_REQUIRE_SECOND_STEP", whom)


def come_in(app: Flask, client: FlaskClient, role: Role = Role.MODERATOR, *, then: str = "") -> TestResponse:
    path = link_for(app, add_account(app, role))
    return client.post(path, data={"csrf_token": token_of(client.get(path)), "next": then})


def code_on(page: TestResponse) -> str:
    """What an app shows that was told the key of the page."""
    return TOTP(words_of(only(read(page), "main p > strong[translate]")).replace(" ", "")).now()


def send(client: FlaskClient, page: TestResponse, code: str) -> TestResponse:
    form = only(read(page), "form:has(#code)")
    hidden = {str(one["name"]): str(one["value"]) for one in form.select("input[type=hidden]")}
    return client.post(str(form["action"]), data={**hidden, "code": code})


def test_choices_of_the_setting_are_those_that_are_known() -> None:
    assert set(CHOICES["HUB_REQUIRE_SECOND_STEP"]) == set(REQUIRED_OF)


@pytest.mark.parametrize("whom", ["none", "administrators", "staff", "everyone"])
def test_who_has_none_is_led_to_set_it_up_before_anything_else(
    app: Flask, require: Require, role_pages: dict[Role, str], whom: str
) -> None:
    require(whom)

    led = {role: come_in(app, app.test_client(), role).location for role in Role}

    owing = {role for role, where in led.items() if where == SET_UP}
    assert owing == REQUIRED_OF[whom]
    assert {role: where for role, where in led.items() if role not in owing} == {
        role: page for role, page in role_pages.items() if role not in owing
    }


@pytest.fixture
def role_pages() -> dict[Role, str]:
    """Where each role's work begins."""
    team = dict.fromkeys((Role.MODERATOR, Role.MANAGER, Role.ADMINISTRATOR), "/moderation")
    others = {Role.PROVIDER: "/providers/listings", Role.PRACTITIONER: "/signposting", Role.PLANNER: "/insight"}
    return team | others


def test_page_that_was_asked_for_comes_after_the_recovery_codes(
    app: Flask, client: FlaskClient, require: Require
) -> None:
    require("staff")

    led = come_in(app, client, then=PAGE)
    page = client.get(led.location)
    wrong = send(client, page, "no code")
    done = send(client, wrong, code_on(wrong))

    assert "You need this before you go on" in main_words(page)
    assert said_beside(read(wrong), "code").startswith("This code is not right")
    assert code_on(page) == code_on(wrong)
    assert len(read(done).select("main code")) == second_step.RECOVERY_CODES
    assert only(read(done), "main a")["href"] == PAGE
    assert client.get(PAGE).status_code == 200


def test_without_a_page_in_mind_they_go_on_to_their_work(app: Flask, client: FlaskClient, require: Require) -> None:
    require("staff")
    page = client.get(come_in(app, client, Role.MANAGER).location)

    assert only(read(send(client, page, code_on(page))), "main a")["href"] == "/moderation"


def test_until_then_nothing_else_is_open(app: Flask, client: FlaskClient, require: Require) -> None:
    sign_in(client)
    token = token_of(client.get("/accounts"))
    require("staff")

    pages = [client.get(path) for path in (PAGE, "/accounts", "/moderation/quality.csv", "/signposting")]
    sent = client.post("/accounts/second-step/off", data={"csrf_token": token})

    assert [page.location for page in pages] == [
        f"{SET_UP}?next=/moderation/listings?show%3Dlapsed",
        f"{SET_UP}?next=/accounts",
        f"{SET_UP}?next=/moderation/quality.csv",
        f"{SET_UP}?next=/signposting",
    ]
    assert sent.status_code == 403
    assert "For the team" not in client.get("/").get_data(as_text=True), "families' pages take them for anybody"
    assert client.get("/").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("elsewhere", ["//elsewhere.example", "https://elsewhere.example", "javascript:alert(1)"])
def test_nobody_is_led_to_another_site(app: Flask, client: FlaskClient, require: Require, elsewhere: str) -> None:
    require("staff")
    come_in(app, client)
    page = client.get(SET_UP, query_string={"next": elsewhere})

    assert read(page).select("[name=next]") == []
    done = client.post(SET_UP, data={"csrf_token": token_of(page), "next": elsewhere, "code": code_on(page)})

    assert only(read(done), "main a")["href"] == "/moderation"


def test_who_cannot_set_it_up_now_signs_out(app: Flask, client: FlaskClient, require: Require) -> None:
    require("staff")
    come_in(app, client)

    left = press(client, SET_UP, "/accounts/sign-out")

    assert left.location == "/accounts/sign-in?left=1"
    assert client.get(SET_UP).location.startswith("/accounts/sign-in")


def test_who_has_one_is_asked_for_a_code_and_nothing_more(app: Flask, client: FlaskClient, require: Require) -> None:
    sign_in(client)
    send(client, client.get(SET_UP), code_on(client.get(SET_UP)))
    require("everyone")

    assert client.get(PAGE).status_code == 200
    assert "asks for a second step" in main_words(client.get("/accounts"))
    assert come_in(app, app.test_client()).location == "/accounts/code"


def test_who_turns_it_off_or_loses_it_sets_it_up_again_at_once(
    app: Flask, client: FlaskClient, require: Require
) -> None:
    require("staff")
    come_in(app, client)
    page = client.get(SET_UP)
    send(client, page, code_on(page))

    with app.app_context():
        account = accounts.get_account("moderator@fairshire.example")
        second_step.turn_off(account.id, by="a test")
        db.session.commit()

    assert client.get(PAGE).location.startswith(SET_UP)


@pytest.mark.parametrize(
    ("counts", "claims", "is_led"), [("yes", ["mfa"], False), ("yes", [], True), ("no", ["mfa"], True)]
)
def test_second_step_at_the_provider_is_enough_where_it_counts(
    issuer: Issuer,
    client: FlaskClient,
    robin: str,
    require: Require,
    monkeypatch: pytest.MonkeyPatch,
    counts: str,
    claims: list[str],
    is_led: bool,
) -> None:
    require("staff")
    monkeypatch.setitem(client.application.config, "HUB_OIDC_SECOND_STEP_COUNTS", counts)
    issuer.claims |= {"amr": claims}

    came = sign_on(client, then=PAGE)

    assert (came.location == PAGE) != is_led
    assert client.get(PAGE).status_code == (302 if is_led else 200)
