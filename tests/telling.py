"""Telling the team what is wrong, as visitors do: open the form, then send it."""

from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from hub_finder.directory.references import read_reference
from tests.signing_in import token_of


def send_report(client: FlaskClient, slug: str, **typed: Any) -> TestResponse:
    """Send a report of a wrong time, or what is typed instead."""
    path = f"/services/{slug}/report"
    return client.post(path, data={"csrf_token": token_of(client.get(path)), "reason": "time", **typed})


def report(app: Flask, slug: str, **typed: Any) -> str:
    """Send one from a browser of its own; returns its reference as it is said."""
    response = send_report(app.test_client(), slug, **typed)
    assert response.status_code == 303, response.get_data(as_text=True)
    spoken = response.headers["Location"].removeprefix("/reports/").partition("?")[0]
    assert read_reference(spoken)
    return spoken
