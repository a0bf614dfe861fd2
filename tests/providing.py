"""Listing a group as its people do: pages opened and forms sent, with all that the page held."""

from typing import Any

from bs4 import Tag
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from hub_finder.directory.speaking import let_speak
from hub_finder.extensions import db
from hub_finder.models.accounts import Account, Role
from hub_finder.models.services import Organisation
from hub_finder.models.submissions import Submission
from tests.reading import read
from tests.signing_in import sign_in

PROVIDER = "provider@fairshire.example"


def provider(app: Flask, *, name: str = "Jo Bell") -> FlaskClient:
    """A client signed in as a provider."""
    return sign_in(app.test_client(), Role.PROVIDER, name=name)


def speaks(app: Flask, organisation: str, *, email: str = PROVIDER, trusted: bool = False) -> None:
    """Let an account speak for a stored organisation."""
    with app.app_context():
        account = db.session.scalars(select(Account).where(Account.email == email)).one()
        found = db.session.scalars(select(Organisation).where(Organisation.name == organisation)).one()
        let_speak(account.id, found.id, by="a test")
        found.trusted = trusted
        db.session.commit()


def held(response: TestResponse, action: str) -> dict[str, Any]:
    """All that the boxes of a form hold, as a browser sends it."""
    page = read(response)
    form = next(one for one in page.select("form") if str(one["action"]).endswith(action))
    sent: dict[str, Any] = {}
    for field in form.select("input, textarea, select"):
        name, kind = str(field.get("name") or ""), field.get("type")
        if not name or (kind in ("checkbox", "radio") and not field.has_attr("checked")):
            continue
        if kind == "checkbox":
            sent.setdefault(name, []).append(str(field["value"]))
        elif field.name == "textarea":
            sent[name] = field.get_text().removeprefix("\n")
        elif field.name == "select":
            chosen = field.select_one("option[selected]") or field.select_one("option")
            sent[name] = str(chosen["value"]) if isinstance(chosen, Tag) else ""
        else:
            sent[name] = str(field.get("value") or "")
    return sent


def fill(client: FlaskClient, path: str, **typed: Any) -> TestResponse:
    """Open a page of the form, type into it, and press "Save and continue" or another of its buttons (`do`)."""
    return client.post(path, data={**held(client.get(path), path), "do": "", **typed})


def begin_new(client: FlaskClient, name: str = "Bell Choir") -> str:
    """Begin a listing of a new organisation; returns the path of the proposal."""
    answer = fill(client, "/providers/begin", name=name)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return str(answer.location)


def write_whole(client: FlaskClient, path: str, *, name: str = "Tiny Tunes") -> None:
    """Fill in what a listing must say."""
    assert fill(client, f"{path}/name", name=name).status_code == 303
    assert fill(client, f"{path}/kind", kind="early_years").status_code == 303
    assert fill(client, f"{path}/summary", summary="Songs and rhymes for babies.").status_code == 303
    assert fill(client, f"{path}/contact", phone="01632 960123").status_code == 303


def send(client: FlaskClient, path: str) -> TestResponse:
    """Send a proposal to the team."""
    page = client.get(f"{path}/check")
    return client.post(f"{path}/send", data={**held(page, "/send"), "do": "send"})


def stored(app: Flask, path: str) -> Submission:
    """The proposal of a path, as it is stored."""
    with app.app_context():
        reference = path.rstrip("/").rpartition("/")[2]
        found = db.session.scalars(select(Submission).where(Submission.reference == reference)).one()
        db.session.expunge(found)
        return found
