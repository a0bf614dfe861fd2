"""The part of the form that asks for a picture."""

import io

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories import Catalogue
from tests.pictures import drawn
from tests.providing import begin_new, fill, provider, send, stored, write_whole
from tests.reading import read, said_beside

WORDS = "A red door beside a blue one."


@pytest.fixture
def maker(app: Flask, catalogue: Catalogue) -> FlaskClient:
    catalogue.add_places()
    return provider(app)


@pytest.fixture
def path(maker: FlaskClient) -> str:
    return begin_new(maker)


def test_a_picture_is_kept_described_and_seen_before_it_is_sent(app: Flask, maker: FlaskClient, path: str) -> None:
    write_whole(maker, path)

    asked = fill(maker, f"{path}/picture", **{"picture-file": (io.BytesIO(drawn()), "door.jpg")})
    answer = fill(maker, f"{path}/picture", picture_description=WORDS)

    assert "What the picture shows must be filled in" in said_beside(read(asked), "picture_description")
    assert (asked.status_code, answer.status_code) == (400, 303)
    first = stored(app, path).rows[0]
    assert (len(first["picture"]), first["picture_description"]) == (64, WORDS)
    seen = read(maker.get(f"{path}/preview")).select_one(".hf-photo img")
    assert seen
    assert seen["alt"] == WORDS
    assert maker.get(str(seen["src"])).status_code == 200
    assert send(maker, path).status_code == 303


def test_what_is_no_picture_is_told_and_the_words_are_kept(app: Flask, maker: FlaskClient, path: str) -> None:
    sent = {"picture-file": (io.BytesIO(b"hello"), "door.jpg"), "picture_description": WORDS}

    answer = fill(maker, f"{path}/picture", **sent)

    assert answer.status_code == 400
    assert "no picture that we can read" in said_beside(read(answer), "picture")
    assert WORDS in answer.text
    assert stored(app, path).rows[0]["picture"] == ""


def test_a_picture_is_taken_away_with_its_words(app: Flask, maker: FlaskClient, path: str) -> None:
    sent = {"picture-file": (io.BytesIO(drawn()), "door.jpg"), "picture_description": WORDS}
    fill(maker, f"{path}/picture", **sent)

    answer = fill(maker, f"{path}/picture", **{"picture-remove": "yes"})

    assert answer.status_code == 303
    first = stored(app, path).rows[0]
    assert (first["picture"], first["picture_description"]) == ("", "")


def test_a_picture_that_is_not_stored_is_not_believed(maker: FlaskClient, path: str) -> None:
    answer = fill(maker, f"{path}/picture", picture="0" * 64, picture_description=WORDS)

    assert answer.status_code == 400
    assert "is not a picture that is stored here" in answer.text
