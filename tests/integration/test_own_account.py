"""The page of whoever is signed in."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from hub_finder.models.accounts import Role
from tests.reading import main_words, read
from tests.signing_in import press, sign_in

PAGE = "/accounts"


@pytest.mark.parametrize("role", Role)
def test_page_says_who_is_signed_in_and_as_what(client: FlaskClient, role: Role) -> None:
    said = main_words(sign_in(client, role).get(PAGE))

    assert all(word in said for word in ("Robin Moss", f"{role}@fairshire.example", role.label, "Signed in until"))


def test_page_signs_out_everywhere(app: Flask, client: FlaskClient) -> None:
    sign_in(client, Role.PROVIDER)
    phone = sign_in(app.test_client(), Role.PROVIDER)

    response = press(client, PAGE, str(read(client.get(PAGE)).select("main form")[-1]["action"]))

    assert "on every device" in main_words(client.get(response.location))
    assert [one.get(PAGE).status_code for one in (client, phone)] == [302, 302]


@pytest.mark.parametrize(
    ("role", "start"),
    [
        (Role.PRACTITIONER, "/signposting"),
        (Role.PLANNER, "/insight"),
        (Role.PROVIDER, "/providers/listings"),
        (Role.MODERATOR, "/moderation"),
    ],
)
def test_way_to_the_page_is_in_the_header(client: FlaskClient, role: Role, start: str) -> None:
    page = read(sign_in(client, role).get(start))

    assert page.select(f'.hf-nav a[href="{PAGE}"], .hf-staff-bar a[href="{PAGE}"]')


def test_name_is_shown_as_it_was_given(client: FlaskClient) -> None:
    sign_in(client, name="<b>Robin</b>")

    assert "<b>Robin</b>" in main_words(client.get(PAGE))
