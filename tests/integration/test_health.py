"""Whether the site can answer, as machines ask it, and what it says when it cannot."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, text, update
from sqlalchemy.orm import Session, scoped_session

from hub_finder import create_app
from hub_finder.directory.readiness import look
from hub_finder.extensions import db
from hub_finder.models.places import Postcode
from hub_finder.models.search import SearchClock
from hub_finder.models.services import Need, ServiceNeed
from tests.conftest import FAIRSHIRE, build_app
from tests.factories import Catalogue


@pytest.fixture(autouse=True)
def listing(catalogue: Catalogue) -> None:
    catalogue.add_places()
    catalogue.add(name="Sleep clinic")


@pytest.fixture
def tables_at(app: Flask) -> Iterator[Callable[[str], None]]:
    """Make the tables say that they are of another version, until the test ends."""

    def write(revision: str) -> None:
        with app.app_context():
            db.session.execute(text("UPDATE alembic_version SET version_num = :now"), {"now": revision})
            db.session.commit()

    with app.app_context():
        before = look().revision
    yield write
    write(str(before))


def problems(client: FlaskClient) -> dict[str, str]:
    response = client.get("/health/ready")
    assert (response.status_code, response.get_json()["status"]) == (503, "unavailable")
    return {one["check"]: one["message"] for one in response.get_json()["problems"]}


def test_tables_of_an_older_version_are_not_ready(client: FlaskClient, tables_at: Callable[[str], None]) -> None:
    tables_at("0026")

    said = problems(client)

    assert list(said) == ["migrations"]
    assert said["migrations"].startswith("The tables are at 0026, and this program needs ")


def test_tables_of_a_later_version_are_ready_while_old_processes_go(
    client: FlaskClient, tables_at: Callable[[str], None]
) -> None:
    tables_at("9999")

    assert client.get("/health/ready").get_json() == {"status": "ok"}


def test_what_was_not_loaded_is_named(client: FlaskClient, session: scoped_session[Session]) -> None:
    session.execute(delete(ServiceNeed))
    session.execute(delete(Need))
    session.execute(delete(Postcode))
    session.commit()

    assert problems(client) == {"data": "There are no needs and no postcodes. Run: flask hub setup"}


def test_listings_without_an_index_are_not_ready(client: FlaskClient, session: scoped_session[Session]) -> None:
    session.execute(delete(SearchClock))
    session.commit()

    assert problems(client) == {"index": "The search index was never made. Run: flask hub reindex"}


def test_database_without_tables_is_told_from_one_that_does_not_answer(
    make_database: Callable[[str, str], str], caplog: pytest.LogCaptureFixture
) -> None:
    bare = create_app({"DATABASE_URL": make_database("sqlite", "no-tables"), "HUB_AREA": str(FAIRSHIRE)})
    gone = create_app(
        {"DATABASE_URL": "postgresql://hub:very-secret@127.0.0.1:1/hub", "HUB_AREA": str(FAIRSHIRE), "TESTING": True}
    )

    without, unreachable = problems(bare.test_client()), gone.test_client().get("/health/ready")

    for app in (bare, gone):
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
    assert without == {"migrations": "The database has no tables of this program. Run: flask hub setup"}
    assert unreachable.get_json() == {
        "status": "unavailable",
        "problems": [{"check": "database", "message": "The database does not answer."}],
    }
    assert "very-secret" not in caplog.text


def test_damaged_file_is_told_by_ready_and_by_the_backup(
    make_database: Callable[[str, str], str], tmp_path: Path
) -> None:
    address = make_database("sqlite", "damaged")
    app = build_app(address, HUB_AREA=str(FAIRSHIRE))
    Catalogue(app).add(name="Sleep clinic")
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    damage(Path(address.removeprefix("sqlite:///")), "postcode", "sqlite_autoindex_postcode_1")

    with app.app_context():
        found = look()
        db.session.remove()
    backup = app.test_cli_runner().invoke(args=["hub", "backup", str(tmp_path / "night.backup")])

    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    assert [one.message for one in found.problems] == ["The database is damaged. Restore the last backup."]
    assert backup.exit_code == 2
    assert "The database is damaged" in backup.output
    assert list(tmp_path.iterdir()) == []


def damage(file: Path, *names: str) -> None:
    """Write nonsense over the first page of some tables and indexes of a SQLite file."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (size,) = connection.execute("PRAGMA page_size").fetchone()
        rows = connection.execute("SELECT name, rootpage FROM sqlite_master WHERE rootpage").fetchall()
    with file.open("r+b") as opened:
        for name, page in rows:
            if name in names:
                opened.seek((page - 1) * size)
                opened.write(b"\x7f" * size)


def test_jobs_leave_a_note_that_staff_and_machines_read(app: Flask, staff: FlaskClient, tmp_path: Path) -> None:
    runner = app.test_cli_runner()

    runner.invoke(args=["hub", "purge"])
    runner.invoke(args=["hub", "backup", str(tmp_path / "no-folder" / "night.backup")])

    page = staff.get("/moderation/status").get_data(as_text=True)
    purge, backup = (page.split(f"<h3>{name}</h3>")[1].split("</li>")[0] for name in ("purge", "backup"))
    assert "Well." in purge
    assert "It failed: FileNotFoundError." in backup
    assert "Never" in backup
    assert "It did not run in time." in page.split("<h3>review-due</h3>")[1].split("</li>")[0]
    assert "<h3>dump</h3>" not in page


def test_status_says_what_waits(staff: FlaskClient, session: scoped_session[Session]) -> None:
    session.execute(update(SearchClock).values(number=SearchClock.number + 1))
    session.commit()

    page = staff.get("/moderation/status").get_data(as_text=True)

    assert "It answers families." in page
    assert "There are none. All listings are kept here." in page
