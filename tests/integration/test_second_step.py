"""A second step of signing in: a code of an app, or a recovery code."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pyotp import TOTP, parse_uri
from sqlalchemy import select
from werkzeug.test import TestResponse

from hub_finder.directory import accounts, second_step
from hub_finder.directory.second_step import MOST_TRIES, RECOVERY_CODES, TooManyTries, WrongCode
from hub_finder.extensions import db
from hub_finder.models.accounts import Account, RecoveryCode, Role, SecondStep
from tests.page_client import words_of
from tests.reading import main_words, only, read, said_beside, summary
from tests.signing_in import add_account, forget_tries, link_for, press, sign_in, token_of

START = "/moderation"
SET_UP = "/accounts/second-step"
OFF = "/accounts/second-step/off"
CODE = "/accounts/code"
ACCOUNT = "/accounts"
ROBIN = "moderator@fairshire.example"
MORNING = datetime(2026, 3, 2, 9, 0, 10, tzinfo=UTC)


class Clock:
    """The time of accounts, which stands still until it is put on."""

    def __init__(self) -> None:
        self.now = MORNING

    def later(self, **much: float) -> None:
        self.now += timedelta(**much)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(accounts, "now", lambda: clock.now)
    return clock


def secret_on(page: TestResponse) -> str:
    return words_of(only(read(page), "main strong")).replace(" ", "")


def turn_on(client: FlaskClient, clock: Clock) -> tuple[TOTP, list[str]]:
    """Set it up as people do. Returns the app, and the recovery codes; the clock is a minute further."""
    page = client.get(SET_UP)
    app = TOTP(secret_on(page))
    done = client.post(SET_UP, data={"csrf_token": token_of(page), "code": app.at(clock.now)})
    assert done.status_code == 200
    clock.later(minutes=1)
    return app, [words_of(code) for code in read(done).select("main code")]


def use_link(client: FlaskClient, email: str = ROBIN, **data: str) -> TestResponse:
    path = link_for(client.application, email)
    return client.post(path, data={"csrf_token": token_of(client.get(path)), **data})


def give(client: FlaskClient, code: str) -> TestResponse:
    return press(client, CODE, code=code)


def is_in(client: FlaskClient) -> bool:
    return client.get(START).status_code == 200


@pytest.fixture
def enrolled(staff: FlaskClient, clock: Clock) -> tuple[TOTP, list[str]]:
    return turn_on(staff, clock)


def test_key_on_the_page_is_what_the_square_says(staff: FlaskClient, app: Flask) -> None:
    secret = secret_on(staff.get(SET_UP))

    address = second_step.address_of(secret, email=ROBIN, site="Hub Finder")

    told = parse_uri(address)
    assert isinstance(told, TOTP)
    assert (told.secret, told.name, told.issuer) == (secret, ROBIN, "Hub Finder")
    assert len(secret) == 32
    assert "Set up a second step" in main_words(staff.get(ACCOUNT))


def test_signing_in_then_takes_a_code(app: Flask, clock: Clock, enrolled: tuple[TOTP, list[str]]) -> None:
    client = app.test_client()

    asked = use_link(client, next="/moderation/quality")

    assert (asked.status_code, asked.location) == (303, CODE)
    assert not is_in(client), "a link alone signs nobody in"
    done = give(client, f" {enrolled[0].at(clock.now)[:3]} {enrolled[0].at(clock.now)[3:]} ")
    assert (done.status_code, done.location) == (303, "/moderation/quality")
    assert is_in(client)


def test_who_has_no_second_step_signs_in_as_before(
    app: Flask, client: FlaskClient, enrolled: tuple[TOTP, list[str]]
) -> None:
    assert use_link(client, add_account(app, email="ann@fairshire.example")).location == START


def test_secret_stays_until_the_code_is_right(staff: FlaskClient, clock: Clock) -> None:
    page = staff.get(SET_UP)

    wrong = staff.post(SET_UP, data={"csrf_token": token_of(page), "code": "no code"})

    assert wrong.status_code == 400
    assert said_beside(read(wrong), "code").startswith("This code is not right")
    assert only(read(wrong), "#code")["value"] == "no code"
    assert secret_on(wrong) == secret_on(page)
    assert is_in(staff), "a slip ends no session"


def test_turning_it_on_ends_the_other_sessions(app: Flask, staff: FlaskClient, clock: Clock) -> None:
    other = sign_in(app.test_client())

    turn_on(staff, clock)

    assert (is_in(staff), is_in(other)) == (True, False)
    assert staff.get(SET_UP).location == ACCOUNT


def test_one_code_works_once_that_of_setting_up_too(app: Flask, staff: FlaskClient, clock: Clock) -> None:
    page = staff.get(SET_UP)
    phone = TOTP(secret_on(page))
    first = phone.at(clock.now)
    staff.post(SET_UP, data={"csrf_token": token_of(page), "code": first})
    one, other = app.test_client(), app.test_client()
    use_link(one)
    use_link(other)

    again = give(one, first)
    clock.later(seconds=30)
    second = phone.at(clock.now)
    done = [give(client, second).status_code for client in (one, other)]

    assert said_beside(read(again), "code").startswith("This code is not right, or was used before")
    assert done == [303, 400]


@pytest.mark.parametrize(("seconds", "works"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_clock_of_a_phone_may_be_half_a_minute_off(
    app: Flask, clock: Clock, enrolled: tuple[TOTP, list[str]], seconds: int, works: bool
) -> None:
    client = app.test_client()
    clock.later(minutes=5)
    use_link(client)

    give(client, enrolled[0].at(clock.now + timedelta(seconds=seconds)))

    assert is_in(client) == works


def test_recovery_code_works_once_however_it_is_typed(
    app: Flask, staff: FlaskClient, enrolled: tuple[TOTP, list[str]]
) -> None:
    code = enrolled[1][3]
    one, other = app.test_client(), app.test_client()
    use_link(one)
    use_link(other)

    done = [give(one, f" {code.upper().replace('-', ' ').replace('0', 'O').replace('1', 'l')}"), give(other, code)]

    assert len(set(enrolled[1])) == RECOVERY_CODES
    assert all(re.fullmatch(r"([0-9a-hjkmnp-tv-z]{4}-){3}[0-9a-hjkmnp-tv-z]{4}", one) for one in enrolled[1])
    assert [answer.status_code for answer in done] == [303, 400]
    assert f"{RECOVERY_CODES - 1} recovery codes left" in main_words(one.get(ACCOUNT))


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "x" * 41, "<b>", "abcd-efgh-jkmn-pqrs", "١٢٣٤٥٦"])
def test_what_is_no_code_is_told_beside_the_box(app: Flask, enrolled: tuple[TOTP, list[str]], typed: str) -> None:
    client = app.test_client()
    use_link(client)

    response = give(client, typed)

    assert response.status_code == 400
    assert said_beside(read(response), "code")
    assert list(summary(read(response)).values()) == ["#code"]
    assert only(read(response), "#code")["value"] == typed
    assert not is_in(client)


def test_tries_are_limited_whoever_makes_them(app: Flask, clock: Clock, enrolled: tuple[TOTP, list[str]]) -> None:
    phone, recovery = enrolled
    for number in range(MOST_TRIES):
        forget_tries(app)
        client = app.test_client()
        client.environ_base["REMOTE_ADDR"] = f"192.0.2.{number}"
        use_link(client)
        assert give(client, "nonsense").status_code == 400

    refused = [give(client, code) for code in (phone.at(clock.now), recovery[0])]
    clock.later(minutes=9)
    still = give(client, phone.at(clock.now))
    clock.later(minutes=7)
    use_link(client)

    assert [answer.status_code for answer in (*refused, still)] == [429] * 3
    assert "Wait 15 minutes" in said_beside(read(still), "code")
    assert give(client, recovery[0]).status_code == 303, "a code that was not looked at is not used up"


def test_right_code_ends_the_count(app: Flask, clock: Clock, enrolled: tuple[TOTP, list[str]]) -> None:
    client = app.test_client()

    for _ in range(3):
        use_link(client)
        wrong = [give(client, "nonsense").status_code for _ in range(2)]
        clock.later(seconds=60)
        assert [*wrong, give(client, enrolled[0].at(clock.now)).status_code] == [400, 400, 303]
        forget_tries(app)
        press(client, START, "/accounts/sign-out")


def test_those_who_try_at_once_are_counted_and_one_gets_in(
    app: Flask, staff: FlaskClient, clock: Clock, enrolled: tuple[TOTP, list[str]]
) -> None:
    def try_alone(code: str) -> str:
        with app.app_context():
            account_id = accounts.get_account(ROBIN).id
            db.session.rollback()
            try:
                second_step.use_code(account_id, code=code, keys=[app.config["SECRET_KEY"]])
            except TooManyTries:
                return "not looked at"
            except WrongCode:
                db.session.commit()
                return "wrong"
            db.session.commit()
            return "in"

    def try_all(codes: list[str]) -> list[str]:
        with ThreadPoolExecutor(4) as several:
            return sorted(several.map(try_alone, codes))

    same = try_all([enrolled[0].at(clock.now)] * 4)
    clock.later(minutes=20)
    guessed = try_all(["nonsense"] * 8)

    assert same == ["in", "wrong", "wrong", "wrong"]
    assert guessed == ["not looked at"] * 3 + ["wrong"] * MOST_TRIES


def test_who_waits_too_long_or_is_switched_off_begins_again(
    app: Flask, clock: Clock, enrolled: tuple[TOTP, list[str]]
) -> None:
    slow, off = app.test_client(), app.test_client()
    use_link(slow)
    token = token_of(slow.get(CODE))
    clock.later(minutes=11)
    late = slow.post(CODE, data={"csrf_token": token, "code": enrolled[0].at(clock.now)})
    use_link(off)
    token = token_of(off.get(CODE))
    with app.app_context():
        accounts.disable_account(ROBIN, by="a test")
        db.session.commit()

    shut = off.post(CODE, data={"csrf_token": token, "code": enrolled[0].at(clock.now)})

    assert [answer.location for answer in (late, shut)] == ["/accounts/sign-in"] * 2
    assert not is_in(slow)
    assert not is_in(off)


def test_page_for_the_code_is_only_for_who_had_a_good_link(client: FlaskClient) -> None:
    assert client.get(CODE).location == "/accounts/sign-in"


def test_turning_it_off_takes_a_code(app: Flask, staff: FlaskClient, clock: Clock) -> None:
    phone, _recovery = turn_on(staff, clock)

    wrong = press(staff, ACCOUNT, OFF, code="nonsense")
    right = press(staff, ACCOUNT, OFF, code=phone.at(clock.now))

    assert wrong.status_code == 400
    assert said_beside(read(wrong), "code").startswith("This code is not right")
    assert right.location == ACCOUNT
    assert "Set up a second step" in main_words(staff.get(ACCOUNT))
    assert use_link(app.test_client()).location == START


def test_setting_it_up_again_makes_another_secret_and_other_codes(app: Flask, staff: FlaskClient, clock: Clock) -> None:
    first, recovery = turn_on(staff, clock)
    press(staff, ACCOUNT, OFF, code=first.at(clock.now))
    clock.later(minutes=1)

    second, others = turn_on(staff, clock)

    client = app.test_client()
    use_link(client)
    assert first.secret != second.secret
    assert [give(client, code).status_code for code in (recovery[0], others[0])] == [400, 303]


def test_second_of_two_who_turn_it_on_at_once_is_told(app: Flask, staff: FlaskClient, clock: Clock) -> None:
    page = staff.get(SET_UP)
    data = {"csrf_token": token_of(page), "code": TOTP(secret_on(page)).at(clock.now)}
    copied = staff.get_cookie("session")
    assert copied
    staff.post(SET_UP, data=data)
    with app.app_context(), pytest.raises(second_step.AlreadyOn):
        second_step.turn_on(accounts.get_account(ROBIN).id, salt="s", code="nonsense", key="k")
    late = app.test_client()
    late.set_cookie("session", copied.value)

    assert late.post(SET_UP, data=data).status_code == 403, "its session has ended"


def test_database_alone_gives_no_codes(app: Flask, enrolled: tuple[TOTP, list[str]]) -> None:
    with app.app_context():
        kept = db.session.scalars(select(SecondStep)).one()
        held = [row.hash for row in db.session.scalars(select(RecoveryCode))]

    guess = second_step.secret_of(kept.account_id, salt=kept.salt, key="not the site's key")

    assert guess != enrolled[0].secret
    assert enrolled[0].secret not in str(vars(kept))
    assert {len(one) for one in held} == {64}


def test_secrets_of_two_people_differ(app: Flask, client: FlaskClient) -> None:
    secrets = {second_step.secret_of(number, salt="same", key="same") for number in range(5)}

    assert len(secrets) == 5


@pytest.mark.parametrize("role", Role)
def test_everybody_with_an_account_may_set_it_up(client: FlaskClient, role: Role) -> None:
    assert sign_in(client, role).get(SET_UP).status_code == 200


def test_administrator_lets_in_who_lost_everything(app: Flask, enrolled: tuple[TOTP, list[str]]) -> None:
    run = app.test_cli_runner().invoke

    done = run(args=["hub", "remove-second-step", ROBIN.upper()])
    unknown = run(args=["hub", "remove-second-step", "nobody@example.org"])

    assert (done.exit_code, done.stdout) == (0, f"{ROBIN} signs in with a link alone.\n")
    assert use_link(app.test_client()).location == START
    assert unknown.exit_code == 1
    assert "Nobody has an account" in unknown.stderr


def test_account_that_goes_takes_its_codes_along(app: Flask, enrolled: tuple[TOTP, list[str]]) -> None:
    with app.app_context():
        db.session.delete(db.session.scalars(select(Account)).one())
        db.session.commit()

        assert db.session.scalars(select(SecondStep)).all() == []
        assert db.session.scalars(select(RecoveryCode)).all() == []
