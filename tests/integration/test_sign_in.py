"""Signing in with a link that works once, and out again."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_sqlalchemy.session import Session
from sqlalchemy import select, update
from sqlalchemy.orm import scoped_session

from hub_finder.directory import accounts
from hub_finder.extensions import db
from hub_finder.mailed_links import own_path
from hub_finder.models.accounts import Account, Role, SignInToken
from tests.page_client import words_of
from tests.reading import main_words, only, read
from tests.signing_in import add_account, link_for, press, sign_in, token_of

START = "/moderation"


@pytest.fixture
def link(app: Flask) -> str:
    return link_for(app, add_account(app))


def later(monkeypatch: pytest.MonkeyPatch, **much: float) -> None:
    """Put the clock of accounts forward."""
    moment = datetime.now(UTC) + timedelta(**much)
    monkeypatch.setattr(accounts, "now", lambda: moment)


def is_in(client: FlaskClient) -> bool:
    return client.get(START).status_code == 200


def test_link_says_who_will_be_signed_in_and_changes_nothing(client: FlaskClient, link: str) -> None:
    pages = [client.get(link) for _ in range(3)]

    assert [page.status_code for page in pages] == [200, 200, 200]
    assert "moderator@fairshire.example" in main_words(pages[0])
    assert words_of(only(read(pages[0]), "main button")) == "Sign in"
    assert not is_in(client)


def test_button_of_the_link_signs_in(client: FlaskClient, link: str) -> None:
    response = client.post(link, data={"csrf_token": token_of(client.get(link))})

    assert (response.status_code, response.location) == (303, START)
    assert "Robin Moss, moderator" in words_of(only(read(client.get(START)), ".hf-staff-bar"))


def test_link_works_once(app: Flask, client: FlaskClient, link: str) -> None:
    other = app.test_client()
    data, again = ({"csrf_token": token_of(one.get(link))} for one in (client, other))
    client.post(link, data=data)

    response = other.post(link, data=again)

    assert response.status_code == 410
    assert is_in(client)
    assert not is_in(other)


@pytest.mark.parametrize(("minutes", "works"), [(14.9, True), (15.1, False)])
def test_link_works_for_fifteen_minutes(
    client: FlaskClient, link: str, monkeypatch: pytest.MonkeyPatch, minutes: float, works: bool
) -> None:
    token = token_of(client.get(link))
    later(monkeypatch, minutes=minutes)

    client.post(link, data={"csrf_token": token})

    assert is_in(client) == works


def test_new_link_ends_the_older_ones_of_the_same_account_only(app: Flask, client: FlaskClient, link: str) -> None:
    other = link_for(app, add_account(app, email="other@fairshire.example"))

    newer = link_for(app, "moderator@fairshire.example")

    assert [client.get(path).status_code for path in (link, newer, other)] == [410, 200, 200]


def test_links_that_do_not_work_all_say_the_same(
    app: Flask, client: FlaskClient, link: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    void, link = link, link_for(app, "moderator@fairshire.example")
    data = {"csrf_token": token_of(client.get(link))}
    client.post(link, data=data)
    off = link_for(app, add_account(app, email="off@fairshire.example"))
    with app.app_context():
        db.session.execute(update(Account).where(Account.email == "off@fairshire.example").values(disabled=True))
        db.session.commit()
    old = link_for(app, add_account(app, email="old@fairshire.example"))
    later(monkeypatch, minutes=16)

    answers = [app.test_client().get(path) for path in (void, link, off, old, "/accounts/sign-in/%00%F0x", link + "é")]

    assert {answer.status_code for answer in answers} == {410}
    assert len({main_words(answer) for answer in answers}) == 1
    assert all("Set-Cookie" not in answer.headers for answer in answers)


def test_only_a_hash_of_the_link_is_kept(session: scoped_session[Session], link: str) -> None:
    secret = link.rpartition("/")[2]

    kept = session.scalars(select(SignInToken)).one()

    assert len(secret) >= 43
    assert len(kept.hash) == 64
    assert secret not in (kept.hash, str(vars(kept)))


def test_signing_in_begins_a_new_session_in_a_safe_cookie(client: FlaskClient, link: str) -> None:
    page = client.get(link)
    before = page.headers["Set-Cookie"]

    response = client.post(link, data={"csrf_token": token_of(page)})

    after = response.headers["Set-Cookie"]
    assert "Expires" not in before, "a visitor who has not signed in keeps nothing"
    assert before.partition(";")[0] != after.partition(";")[0]
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(after.split("; "))
    with client.session_transaction() as session:
        assert "csrf_token" not in session


def test_session_ends_after_twelve_hours_however_busy_it_is(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(client)
    later(monkeypatch, hours=11.9)
    assert is_in(client)

    later(monkeypatch, hours=12.1)

    assert not is_in(client)


def test_signing_out_ends_the_session_everywhere(app: Flask, client: FlaskClient) -> None:
    sign_in(client)
    phone = sign_in(app.test_client())
    stranger = sign_in(app.test_client(), Role.MANAGER)
    copied = client.get_cookie("session")
    assert copied

    response = press(client, START, "/accounts/sign-out")

    assert response.status_code == 303
    assert "signed out" in main_words(client.get(response.location))
    assert not is_in(client)
    assert not is_in(phone)
    assert is_in(stranger)
    client.set_cookie("session", copied.value)
    assert not is_in(client)


@pytest.mark.parametrize(("changed", "status"), [({"disabled": True}, 302), ({"role": "practitioner"}, 403)])
def test_account_that_is_changed_is_changed_at_once(
    app: Flask, client: FlaskClient, changed: dict[str, object], status: int
) -> None:
    sign_in(client)
    with app.app_context():
        db.session.execute(update(Account).values(**changed))
        db.session.commit()

    assert client.get(START).status_code == status


def test_form_without_its_token_is_refused_in_plain_words(client: FlaskClient, link: str) -> None:
    client.get(link)

    response = client.post(link)

    assert response.status_code == 400
    assert "where that came from" in words_of(only(read(response), "h1"))
    assert client.get(link).status_code == 200, "the link is not used up"


def test_token_of_another_visitor_is_refused(app: Flask, client: FlaskClient, link: str) -> None:
    stolen = token_of(app.test_client().get(link))
    client.get(link)

    assert client.post(link, data={"csrf_token": stolen}).status_code == 400


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_trying_links_one_after_the_other_is_stopped(client: FlaskClient, link: str, method: str) -> None:
    data = {"csrf_token": token_of(client.get(link))}

    answers = [client.open(f"/accounts/sign-in/{number}", method=method, data=data) for number in range(12)]

    codes = [answer.status_code for answer in answers]
    assert codes[:9] == [410] * 9
    assert codes[10:] == [429, 429]
    assert "Too many tries" in main_words(answers[-1])
    assert client.get("/accounts/sign-in").status_code == 200


@pytest.mark.parametrize("path", ["/moderation/listings?show=lapsed&q=a+b", "/moderation/quality", "/"])
def test_whoever_asked_for_a_page_gets_it_after_signing_in(client: FlaskClient, link: str, path: str) -> None:
    page = client.get(link, query_string={"next": path})

    response = client.post(link, data={"csrf_token": token_of(page), "next": only(read(page), "[name=next]")["value"]})

    assert response.location == path


def test_way_to_sign_in_leads_back_to_the_page(client: FlaskClient) -> None:
    asked = client.get("/moderation/listings?show=lapsed")
    page = client.get(asked.location)

    links = [link["href"] for link in read(page).select("main a")]

    assert links == ["/moderation/listings?show=lapsed"]
    assert only(read(page), "main [name=next]")["value"] == "/moderation/listings?show=lapsed"
    assert sign_in(client).get(asked.location).location == "/moderation/listings?show=lapsed"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://elsewhere.example",
        "//elsewhere.example",
        "/\\elsewhere.example",
        "\\\\elsewhere.example",
        "/%09/elsewhere.example\t",
        "/\t/elsewhere.example",
        "/\n/elsewhere.example",
        "javascript:alert(1)",
        "moderation",
        " /moderation",
        "/" + "x" * 1000,
        "",
        None,
    ],
)
def test_nobody_is_sent_to_another_site(elsewhere: str | None) -> None:
    assert own_path(elsewhere) == ""


def test_signing_in_with_another_site_in_mind_leads_home(client: FlaskClient, link: str) -> None:
    page = client.get(link, query_string={"next": "//elsewhere.example"})

    response = client.post(link, data={"csrf_token": token_of(page), "next": "//elsewhere.example"})

    assert read(page).select("[name=next]") == []
    assert response.location == START


@pytest.mark.parametrize(
    ("role", "home"),
    [
        (Role.PROVIDER, "/providers/listings"),
        (Role.PRACTITIONER, "/signposting"),
        (Role.PLANNER, "/insight"),
        (Role.MANAGER, START),
    ],
)
def test_everyone_begins_where_their_work_is(app: Flask, client: FlaskClient, role: Role, home: str) -> None:
    path = link_for(app, add_account(app, role))

    response = client.post(path, data={"csrf_token": token_of(client.get(path))})

    assert response.location == home


def test_only_staff_see_the_way_to_their_pages(app: Flask, client: FlaskClient) -> None:
    assert "For the team" not in client.get("/").get_data(as_text=True)

    seen = {role: START in str(read(sign_in(app.test_client(), role).get("/")).select(".hf-nav")) for role in Role}

    assert {role for role, there in seen.items() if there} == {Role.MODERATOR, Role.MANAGER, Role.ADMINISTRATOR}


@pytest.mark.parametrize("path", [START, "/moderation/quality.csv", "/", "/nowhere", "/accounts/sign-in"])
def test_what_was_seen_signed_in_is_kept_by_no_browser(staff: FlaskClient, path: str) -> None:
    assert staff.get(path).headers["Cache-Control"] == "no-store"


def test_page_with_a_link_in_its_address_is_kept_by_no_browser(client: FlaskClient, link: str) -> None:
    assert client.get(link).headers["Cache-Control"] == "no-store"


def test_failing_database_is_told_of_to_staff_too(
    app: Flask, staff: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object, **_named: object) -> None:
        raise RuntimeError("the database is away")

    monkeypatch.setattr(accounts, "get_signed_in_or_none", fail)
    monkeypatch.setattr(app, "testing", False)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)

    response = staff.get(START)

    assert response.status_code == 500
    assert "something went wrong" in main_words(response)
