"""Connections: SQLite fit to serve and write at once, PostgreSQL that notices a lost connection."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.exc import IntegrityError

from hub_finder import create_app
from hub_finder.config import database_address
from hub_finder.extensions import db
from tests.conftest import FAIRSHIRE


def test_a_new_folder_is_made_for_the_file(tmp_path: Path) -> None:
    file = tmp_path / "new" / "folder" / "hub.sqlite"

    app = create_app({"DATABASE_URL": f"sqlite:///{file}", "HUB_AREA": str(FAIRSHIRE)})

    with app.app_context():
        db.session.execute(text("SELECT 1"))
        db.engine.dispose()
    assert file.exists()


def test_a_database_in_memory_needs_no_folder() -> None:
    app = create_app({"DATABASE_URL": "sqlite://", "HUB_AREA": str(FAIRSHIRE)})

    with app.app_context():
        assert db.session.scalar(text("SELECT 1")) == 1
        db.session.remove()
        db.engine.dispose()


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 1), ("foreign_keys", 1), ("busy_timeout", 10_000), ("page_size", 8192)],
)
def test_sqlite_is_set_up_on_every_connection(tmp_path: Path, pragma: str, value: str | int) -> None:
    app = create_app({"DATABASE_URL": f"sqlite:///{tmp_path / 'hub.sqlite'}", "HUB_AREA": str(FAIRSHIRE)})

    with app.app_context():
        with db.engine.connect() as first, db.engine.connect() as second:
            found = [connection.execute(text(f"PRAGMA {pragma}")).scalar() for connection in (first, second)]
        db.engine.dispose()

    assert found == [value, value]


def test_a_file_of_sqlite_keeps_the_size_of_its_pages(tmp_path: Path) -> None:
    file = tmp_path / "hub.sqlite"
    with closing(sqlite3.connect(file)) as older:
        older.executescript("PRAGMA page_size = 4096; PRAGMA journal_mode = WAL; CREATE TABLE kept (id INTEGER);")
    app = create_app({"DATABASE_URL": f"sqlite:///{file}", "HUB_AREA": str(FAIRSHIRE)})

    with app.app_context():
        db.session.execute(text("INSERT INTO kept VALUES (1)"))
        db.session.commit()
        found = db.session.execute(text("SELECT id, (SELECT page_size FROM pragma_page_size) FROM kept")).all()
        db.session.remove()
        db.engine.dispose()

    assert found == [(1, 4096)]


def test_postgresql_takes_a_new_connection_when_the_old_one_was_lost(make_database: Callable[[str, str], str]) -> None:
    address = make_database("postgresql", "lost-connections")
    app = create_app({"DATABASE_URL": address, "HUB_AREA": str(FAIRSHIRE)})
    server = create_engine(database_address(address), isolation_level="AUTOCOMMIT")
    with app.app_context():
        with db.engine.connect() as connection:
            lost = connection.execute(text("SELECT pg_backend_pid()")).scalar()
        with server.connect() as other:
            other.execute(text("SELECT pg_terminate_backend(:lost)"), {"lost": lost})

        with db.engine.connect() as connection:
            taken = connection.execute(text("SELECT pg_backend_pid()")).scalar()

        db.engine.dispose()
    server.dispose()
    assert taken != lost


def test_a_row_that_points_nowhere_is_refused(app: Flask) -> None:
    with app.app_context():
        with pytest.raises(IntegrityError):
            db.session.execute(text("INSERT INTO service_area (service_id, scope, value) VALUES (99, 'national', '')"))
        db.session.rollback()
