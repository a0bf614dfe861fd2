"""Putting a list together as a browser does: a form of ours, sent from a page of ours."""

from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.reading import read

HERE = "http://localhost"


def send(client: FlaskClient, path: str, *, page: str = "/shortlist", json: bool = False, **data: Any) -> TestResponse:
    """Send a form of a page of ours."""
    headers = {"Origin": HERE, "Referer": HERE + page}
    if json:
        headers["Accept"] = "application/json"
    return client.post(path, data=data, headers=headers)


def add(client: FlaskClient, *slugs: str) -> None:
    for slug in slugs:
        answer = send(client, "/shortlist/add", service=slug)
        assert answer.status_code == 303, answer.status


def names(client: FlaskClient) -> list[str]:
    """The names in the reader's list, in their order."""
    return [" ".join(heading.get_text().split()) for heading in read(client.get("/shortlist")).select("ol h2")]
