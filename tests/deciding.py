"""Deciding about a proposal as the team does: open its page, then press a button."""

from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from hub_finder.directory.submissions import get_submission
from hub_finder.extensions import db
from hub_finder.models.reports import OutgoingMail
from tests.reading import only, read


def path(reference: str, action: str = "") -> str:
    return f"/moderation/submissions/{reference}" + (f"/{action}" if action else "")


def form_of(page: BeautifulSoup, action: str) -> dict[str, str]:
    """What a browser sends with the form of an action, but for what is typed."""
    form = only(page, f"form[action$='/{action}']")
    return {str(one["name"]): str(one["value"]) for one in form.select("input[type=hidden]")}


def do(client: FlaskClient, reference: str, action: str, **typed: str) -> TestResponse:
    """Press the button of an action on the page."""
    sent = form_of(read(client.get(path(reference))), action)
    return client.post(path(reference, action), data={**sent, **typed})


def state(app: Flask, reference: str) -> str:
    with app.app_context():
        return get_submission(reference.replace("-", "")).status


def mails(app: Flask) -> list[tuple[str, str, str]]:
    with app.app_context():
        return [
            (one.address, one.subject, one.body)
            for one in db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id))
        ]
