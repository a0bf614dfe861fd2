"""A form that is sent after the session has ended: what was typed comes back, and is sent once more."""

import io
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from pyotp import TOTP
from sqlalchemy import select
from werkzeug.test import TestResponse

from hub_finder.directory import accounts
from hub_finder.extensions import db
from hub_finder.models.accounts import Role
from hub_finder.models.pictures import Picture
from hub_finder.models.services import Service
from tests.factories import Catalogue
from tests.page_client import words_of
from tests.pictures import drawn
from tests.providing import begin_new, held, provider
from tests.providing import stored as stored_draft
from tests.reading import main_words, only, read
from tests.signing_in import sign_in, token_of

EDIT = "/moderation/listings/acorn/edit"
SUMMARY = "Songs & <b>rhymes</b> for “little ones”, every week."
FROM_HERE = {"Sec-Fetch-Site": "same-origin"}
FROM_ELSEWHERE = {"Sec-Fetch-Site": "cross-site", "Origin": "https://elsewhere.example"}


def hours_later(monkeypatch: pytest.MonkeyPatch, hours: float = 12.1) -> None:
    moment = datetime.now(UTC) + timedelta(hours=hours)
    monkeypatch.setattr(accounts, "now", lambda: moment)


def fields(page: BeautifulSoup) -> dict[str, Any]:
    """What the button of the page sends."""
    sent: dict[str, Any] = {}
    for one in only(page, "main form[method=post]").select("input[type=hidden]"):
        sent.setdefault(str(one["name"]), []).append(str(one["value"]))
    return sent


def send(client: FlaskClient, path: str, data: Mapping[str, Any], **headers: str) -> TestResponse:
    return client.post(path, data=data, headers={**FROM_HERE, **headers})


@pytest.fixture
def typed(groups: Catalogue, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What somebody of the team typed until their session ended."""
    filled = held(sign_in(client).get(EDIT), EDIT) | {"summary-0": SUMMARY}
    hours_later(monkeypatch)
    return filled


def summary_of(app: Flask) -> str:
    with app.app_context():
        return db.session.scalars(select(Service.summary).where(Service.slug == "acorn")).one()


def test_form_of_a_session_that_has_ended_is_sent_after_signing_in_again(
    app: Flask, client: FlaskClient, typed: dict[str, Any]
) -> None:
    late = send(client, EDIT, typed)

    assert late.status_code == 403
    assert late.headers["Cache-Control"] == "no-store"
    assert words_of(only(read(late), "h1")) == "You are signed out"
    assert SUMMARY in main_words(late)
    link = only(read(late), "main a[target=_blank]")
    assert (link["href"], words_of(link)) == ("/accounts/sign-in", "Sign in (opens in a new tab)")
    kept = fields(read(late))
    assert kept.keys() == {name for name, value in typed.items() if value != []} - {"csrf_token"}
    assert send(client, EDIT, kept).status_code == 403, "who presses before they have signed in reads the same"
    sign_in(client)
    looked_over = send(client, EDIT, kept)
    assert looked_over.status_code == 400
    assert SUMMARY in main_words(looked_over)
    assert summary_of(app) != SUMMARY
    assert send(client, EDIT, fields(read(looked_over))).status_code == 303
    assert summary_of(app) == SUMMARY


def test_page_sends_to_where_the_form_was_sent(client: FlaskClient, typed: dict[str, Any]) -> None:
    late = send(client, f"{EDIT}?from=queue", typed)

    assert only(read(late), "main form[method=post]")["action"] == f"{EDIT}?from=queue"


def test_form_that_stood_open_while_another_session_began_is_looked_over_and_sent(
    app: Flask, client: FlaskClient, groups: Catalogue
) -> None:
    filled = held(sign_in(client).get(EDIT), EDIT) | {"summary-0": SUMMARY}
    sign_in(client)

    page = send(client, EDIT, filled)

    assert words_of(only(read(page), "h1")) == "Check this, then send it again"
    assert page.headers["Cache-Control"] == "no-store"
    assert send(client, EDIT, fields(read(page))).status_code == 303
    assert summary_of(app) == SUMMARY


@pytest.mark.parametrize("headers", [FROM_ELSEWHERE, {}])
def test_nobody_puts_words_into_a_page_of_ours_that_one_press_sends(
    app: Flask, client: FlaskClient, typed: dict[str, Any], headers: dict[str, str]
) -> None:
    """Browsers send no cookie with the form of another site, so whoever is signed in seems signed out."""
    stranger = app.test_client()

    late = stranger.post(EDIT, data=typed, headers=headers)
    forged = sign_in(client).post(EDIT, data={"summary-0": SUMMARY}, headers=headers)

    assert (late.status_code, forged.status_code) == (403, 400)
    assert SUMMARY in main_words(late), "to copy"
    assert SUMMARY not in main_words(forged)
    assert [read(page).select("main form[method=post]") for page in (late, forged)] == [[], []]
    assert only(read(late), "main .hf-text a.hf-button")["href"] == f"/accounts/sign-in?next={EDIT}"


def test_who_cannot_open_the_address_of_a_form_is_not_led_there(groups: Catalogue, app: Flask) -> None:
    late = app.test_client().post("/moderation/listings/acorn/check", data={"note": "I rang them."})

    assert late.status_code == 403
    assert only(read(late), "main .hf-text a.hf-button")["href"] == "/accounts/sign-in"


def test_what_was_typed_beside_a_large_picture_is_kept_and_the_picture_is_not(
    app: Flask, client: FlaskClient, typed: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "MAX_CONTENT_LENGTH", 100_000)
    picture = drawn("BMP", size=(200, 200))
    assert len(picture) > app.config["MAX_CONTENT_LENGTH"]

    late = send(client, EDIT, typed | {"picture-file": (io.BytesIO(picture), "hall.bmp")})

    assert late.status_code == 403
    assert SUMMARY in main_words(late)
    assert "Your file was not kept" in main_words(late)
    sign_in(client)
    looked_over = send(client, EDIT, fields(read(late)))
    assert send(client, EDIT, fields(read(looked_over))).status_code == 303
    assert summary_of(app) == SUMMARY
    with app.app_context():
        assert db.session.scalars(select(Picture.hash)).all() == []


def test_form_that_is_too_large_to_be_read_is_refused_as_before(app: Flask, client: FlaskClient) -> None:
    late = send(client, "/moderation/listings/acorn/check", {"note": "x " * app.config["MAX_CONTENT_LENGTH"]})

    assert late.status_code == 403
    assert words_of(only(read(late), "h1")) == "You cannot open this page"


def test_provider_sees_their_form_again_as_they_filled_it_in(
    app: Flask, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalogue.add_places()
    maker = provider(app)
    path = begin_new(maker)
    filled = held(maker.get(f"{path}/summary"), "/summary") | {"summary": SUMMARY}
    hours_later(monkeypatch)

    late = send(maker, f"{path}/summary", filled)
    again = provider(app)
    shown = send(again, f"{path}/summary", fields(read(late)))

    assert (late.status_code, shown.status_code) == (403, 400)
    assert only(read(late), "main a[target=_blank]")["href"] == "/providers/join"
    assert held(shown, "/summary")["summary"] == SUMMARY
    assert send(again, f"{path}/summary", held(shown, "/summary") | {"do": ""}).status_code == 303
    assert stored_draft(app, path).rows[0]["summary"] == SUMMARY


def test_who_is_asked_for_a_second_step_meanwhile_sets_it_up_and_sends_it(
    app: Flask, client: FlaskClient, groups: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled = held(sign_in(client).get(EDIT), EDIT) | {"summary-0": SUMMARY}
    monkeypatch.setitem(app.config, "HUB_REQUIRE_SECOND_STEP", "staff")

    late = send(client, EDIT, filled)

    assert words_of(only(read(late), "h1")) == "Set up a second step first"
    page = client.get(str(only(read(late), "main a[target=_blank]")["href"]))
    key = words_of(only(read(page), "main strong[translate]")).replace(" ", "")
    done = client.post("/accounts/second-step", data={"csrf_token": token_of(page), "code": TOTP(key).now()})
    assert done.status_code == 200
    looked_over = send(client, EDIT, fields(read(late)))
    assert send(client, EDIT, fields(read(looked_over))).status_code == 303
    assert summary_of(app) == SUMMARY


def test_who_is_signed_in_and_may_not_is_refused_as_before(app: Flask, groups: Catalogue) -> None:
    refused = send(sign_in(app.test_client(), Role.PROVIDER), EDIT, {"summary-0": SUMMARY})

    assert refused.status_code == 403
    assert SUMMARY not in main_words(refused)
