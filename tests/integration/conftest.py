"""Fixtures: a few listings, proposals, and other programs: feeds of other directories, who signs people in."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_sqlalchemy.session import Session
from sqlalchemy.orm import scoped_session

from hub_finder.config import ROOT
from hub_finder.directory.references import spoken
from hub_finder.directory.speaking import let_speak
from hub_finder.extensions import db
from hub_finder.importers.feed_apply import FeedReport
from hub_finder.importers.needs import import_needs
from hub_finder.importers.open_referral import import_open_referral
from hub_finder.models.accounts import Role
from hub_finder.models.services import Service
from tests.acting import Someone
from tests.conftest import DATABASES, FAIRSHIRE, build_app
from tests.factories import HALL, Catalogue
from tests.feed_server import FeedServer, serving
from tests.integration.feeding import HASTY, Read
from tests.merging import stored
from tests.openid_issuer import Issuer, issuing_for
from tests.proposing import change_of, moderator, person, proposed, submit
from tests.signing_in import add_account, sign_in

numbers = iter(range(1000))


@pytest.fixture(params=DATABASES)
def own_app(request: pytest.FixtureRequest, make_database: Callable[[str, str], str]) -> Iterator[Flask]:
    """An app with a database of its own, which other processes and threads may use."""
    app = build_app(make_database(request.param, f"at-once-{next(numbers)}"), HUB_AREA=str(FAIRSHIRE))
    with app.app_context():
        import_needs(ROOT / "data/needs.csv")
        db.session.commit()
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def groups(catalogue: Catalogue) -> Catalogue:
    """Four listings: acorn, birch, cedar, damson."""
    for name in ("Acorn", "Birch", "Cedar", "Damson"):
        catalogue.add(id=name.lower(), name=name, phone="01632 960001", latitude="52.1", longitude="-1.2")
    return catalogue


@pytest.fixture
def signposter(app: Flask) -> FlaskClient:
    return sign_in(app.test_client(), Role.PRACTITIONER, name="Ann Quill")


@pytest.fixture
def colleague(app: Flask) -> FlaskClient:
    return sign_in(app.test_client(), Role.MODERATOR, name="Bo Reed")


@pytest.fixture
def feed() -> Iterator[FeedServer]:
    with serving() as server:
        yield server


@pytest.fixture
def robin(app: Flask) -> str:
    """The address of a moderator called Robin Moss."""
    return add_account(app)


@pytest.fixture
def issuer(app: Flask) -> Iterator[Issuer]:
    """Who signs people in for the app."""
    with issuing_for(app) as one:
        yield one


@pytest.fixture
def read(catalogue: Catalogue, session: object, feed: FeedServer) -> Read:
    """Reads the feed, by the name of Elm, or another address, into the catalogue."""

    def read_it(source: str | None = None, **given: object) -> FeedReport:
        options: dict[str, object] = {"name": None if source else "Elm", **given}
        return import_open_referral(
            source or feed.address,
            area=catalogue.area,
            manners=HASTY,
            **options,  # type: ignore[arg-type]
        )

    return read_it


@pytest.fixture
def mo(catalogue: Catalogue, session: scoped_session[Session]) -> Someone:
    return person("Mo Hill")


@pytest.fixture
def ann(catalogue: Catalogue, session: scoped_session[Session]) -> Someone:
    return moderator("Ann Lee")


@pytest.fixture
def acorn(catalogue: Catalogue, mo: Someone) -> Service:
    """A listing of an organisation that Mo speaks for."""
    service = stored(catalogue.add(phone="01632 960001", cost="free", min_age="0", max_age="4"))
    let_speak(mo.account_id, service.organisation_id, by="a test")
    db.session.commit()
    return service


@pytest.fixture
def sent_new(app: Flask, catalogue: Catalogue) -> str:
    """The reference of a new listing that waits."""
    with app.app_context():
        submission = proposed(person("Mo Hill"), schedule="WEEKLY MO 10:00-11:00", **HALL)
        db.session.commit()
        return spoken(submission.reference)


@pytest.fixture
def send_change(app: Flask, catalogue: Catalogue) -> Callable[..., str]:
    """Sends a change of a stored listing by who speaks for it; returns its reference."""
    catalogue.add(phone="01632 960001", cost="free")

    def send(**given: str) -> str:
        with app.app_context():
            service, mo = stored("acorn-stay-and-play"), person("Mo Hill")
            let_speak(mo.account_id, service.organisation_id, by="a test")
            submission = submit(change_of(service, mo, **given), mo)
            db.session.commit()
            return spoken(submission.reference)

    return send
