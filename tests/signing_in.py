"""Signing in as people do: with a link, a page and a button."""

from typing import Any

from bs4 import Tag
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from hub_finder.directory.accounts import keep_account
from hub_finder.directory.sign_in_links import make_link
from hub_finder.extensions import db, limiter
from hub_finder.models.accounts import Role
from tests.reading import read


def add_account(app: Flask, role: Role = Role.MODERATOR, *, email: str = "", name: str = "Robin Moss") -> str:
    """An account, committed; returns its address."""
    address = email or f"{role}@fairshire.example"
    with app.app_context():
        keep_account(address, role=role, name=name)
        db.session.commit()
    return address


def link_for(app: Flask, email: str) -> str:
    """The path of a new sign-in link."""
    with app.app_context():
        secret = make_link(email)
        db.session.commit()
    return f"/accounts/sign-in/{secret}"


def token_of(response: TestResponse) -> str:
    """The token of a page's forms, which a browser sends back."""
    field = read(response).select_one("input[name=csrf_token]")
    assert isinstance(field, Tag), "the page has no form with a token"
    return str(field["value"])


def sign_in(client: FlaskClient, role: Role = Role.MODERATOR, *, name: str = "Robin Moss") -> FlaskClient:
    """Sign the client in; it then sends what a browser would."""
    app = client.application
    path = link_for(app, add_account(app, role, name=name))
    response = client.post(path, data={"csrf_token": token_of(client.get(path))})
    assert response.status_code == 303
    return client


def press(client: FlaskClient, page: str, path: str | None = None, **data: Any) -> TestResponse:
    """Open a page of staff, then send a form of it: to `path`, or to the page itself."""
    return client.post(path or page, data={"csrf_token": token_of(client.get(page)), **data})


def forget_tries(app: Flask) -> None:
    """As if a while had passed, for limits that count what comes from one address."""
    with app.app_context():
        limiter.reset()
