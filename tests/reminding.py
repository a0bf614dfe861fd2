"""Listings with checks of a day, people who speak for them, and mails that ask them, for tests."""

import re
from datetime import date

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select, update

from hub_finder.directory import freshness
from hub_finder.directory.accounts import get_account
from hub_finder.directory.speaking import let_speak
from hub_finder.directory.stock import get_stored
from hub_finder.extensions import db
from hub_finder.models.accounts import Role
from hub_finder.models.reports import OutgoingMail
from hub_finder.models.services import Service
from tests.factories import Catalogue
from tests.signing_in import add_account

CHECKED_ON = date(2026, 5, 23)
DUE_ON = date(2026, 11, 23)
BASE = "https://hub.fairshire.example"
LINK = re.compile(rf"{BASE}(/providers/still-right/[\w-]+)")


def go_to(monkeypatch: pytest.MonkeyPatch, day: date) -> None:
    """Let it be a day."""
    monkeypatch.setattr(freshness, "today", lambda: day)


def add_checked(catalogue: Catalogue, name: str = "Acorn Stay and Play", *, on: date = CHECKED_ON, **given: str) -> str:
    """A listing that somebody checked on a day; returns its slug."""
    slug = catalogue.add(name=name, **given)
    with catalogue.app.app_context():
        checked = {"checked_on": on, "checked_by": "A test"}
        db.session.execute(update(Service).where(Service.slug == slug).values(checked))
        db.session.commit()
    return slug


def add_speaker(app: Flask, slug: str, email: str = "sam@acorn.example", name: str = "Sam Field") -> str:
    """Somebody who may speak for the organisation of a listing."""
    add_account(app, Role.PROVIDER, email=email, name=name)
    with app.app_context():
        let_speak(get_account(email).id, get_stored(slug).organisation_id, by="a test")
        db.session.commit()
    return email


def review(app: Flask) -> Result:
    """Run the command; it must end well."""
    result = app.test_cli_runner().invoke(args=["hub", "review-due"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result


def take_mails(app: Flask) -> list[tuple[str, str, str]]:
    """(address, subject, body) of what waits to be sent, by address; it is gone afterwards, as if it had left."""
    with app.app_context():
        mails = db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.address, OutgoingMail.id)).all()
        found = [(one.address, one.subject, one.body) for one in mails]
        for one in mails:
            db.session.delete(one)
        db.session.commit()
    return found


def review_and_take(app: Flask) -> list[tuple[str, str, str]]:
    review(app)
    return take_mails(app)


def links_in(body: str) -> list[str]:
    """The paths of the links of a mail."""
    return LINK.findall(body)
