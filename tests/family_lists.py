"""Lists for families as a practitioner makes them: begun, and handed over."""

from typing import Any
from urllib.parse import urlsplit

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.page_client import words_of
from tests.reading import only, read
from tests.signing_in import press, token_of


def begin(client: FlaskClient, *slugs: str) -> str:
    """A list with these listings; its path."""
    path = str(press(client, "/signposting", "/signposting/lists", service=slugs[0]).location)
    for slug in slugs[1:]:
        assert press(client, path, f"{path}/add", service=slug).status_code == 303
    return path


def handed_over(client: FlaskClient, path: str, days: str = "90") -> str:
    """The path of its link."""
    page = f"{path}/hand-over"
    assert press(client, page, days=days).status_code == 303
    return urlsplit(str(only(read(client.get(page)), "#link")["value"])).path


def legends(client: FlaskClient, path: str) -> list[str]:
    return [words_of(legend) for legend in read(client.get(path)).select("legend")]


def boxes(client: FlaskClient, path: str) -> list[str]:
    return [str(box["name"]) for box in read(client.get(path)).select("fieldset textarea")]


def save(client: FlaskClient, path: str, **data: Any) -> TestResponse:
    """Open a list, and send its form as the page has it, with what was typed or pressed."""
    page = client.get(path)
    version = str(only(read(page), "input[name=version]")["value"])
    return client.post(path, data={"csrf_token": token_of(page), "version": version, **data})
