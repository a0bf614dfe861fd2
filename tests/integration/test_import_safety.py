"""A kill, a full disk or another writer: the old catalogue or the new one, never anything between."""

import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event, func, select, text

from hub_finder.config import ROOT
from hub_finder.directory.catalogue import iterate_services
from hub_finder.directory.query import SearchQuery
from hub_finder.directory.search import find
from hub_finder.extensions import db
from hub_finder.importers.export import export_services
from hub_finder.importers.needs import import_needs
from hub_finder.importers.services import import_services
from hub_finder.models.history import Event
from hub_finder.models.services import Service
from tests.conftest import DATABASES, FAIRSHIRE, build_app
from tests.factories import cells
from tests.integration.test_import_services import table

numbers = iter(range(1000))
OLD = table(*(cells(id=f"n-{number}", summary="Trampolines.") for number in range(20)))
NEW = table(*(cells(id=f"n-{number}", summary="Painting.", city="Oakham") for number in range(1200)))


@pytest.fixture(params=DATABASES)
def filled(request: pytest.FixtureRequest, make_database: Callable[[str, str], str], tmp_path: Path) -> Iterator[Flask]:
    """An app of its own with 20 listings; old.csv and new.csv stand in the test's folder."""
    app = build_app(make_database(request.param, f"safety-{next(numbers)}"), HUB_AREA=str(FAIRSHIRE))
    (tmp_path / "old.csv").write_text(OLD)
    (tmp_path / "new.csv").write_text(NEW)
    with app.app_context():
        import_needs(ROOT / "data/needs.csv")
        import_services(tmp_path / "old.csv", area=app.extensions["hub_area"])
        db.session.remove()
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def state(app: Flask) -> tuple[str, int, int, int]:
    """The export, the number of events, and how many listings the index finds by an old and by a new word."""
    with app.app_context():
        out = "".join(export_services(iterate_services()))
        events = db.session.scalar(select(func.count()).select_from(Event)) or 0
        area = app.extensions["hub_area"]
        totals = [find(SearchQuery(words=word), area=area) for word in ("trampolines", "painting")]
        return out, events, *(page.total + page.total_without_a_place for page in totals)  # type: ignore[return-value]


def run(app: Flask, file: Path) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["hub", "import-services", str(file)])
    return result.exit_code, result.output


@pytest.mark.parametrize("when", ["2", "30", "60", "commit"])
def test_a_kill_leaves_the_old_catalogue_and_the_next_run_finishes(filled: Flask, tmp_path: Path, when: str) -> None:
    before = state(filled)
    with filled.app_context():
        address = db.engine.url.render_as_string(hide_password=False)

    program = [sys.executable, "-m", "tests.integration.killed_import", address, str(tmp_path / "new.csv"), when]
    killed = subprocess.run(program, cwd=ROOT, capture_output=True, check=False)

    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()[-500:]
    assert state(filled) == before
    assert before[2:] == (20, 0)
    assert run(filled, tmp_path / "new.csv") == (0, "1,180 added, 20 changed, 0 unchanged.\n")
    after = state(filled)
    assert after[0].count("Painting.") == 1200
    assert after[1:] == (20 + 1200, 0, 1200)


def test_a_full_disk_is_told_and_harms_nothing(filled: Flask, tmp_path: Path) -> None:
    before = state(filled)
    with filled.app_context():
        fill()

    code, said = run(filled, tmp_path / "new.csv")

    assert code == 2
    assert said == "There is no room left on the disk, or as much as may be used is used; nothing was changed.\n"
    assert state(filled) == before
    with filled.app_context():
        make_room()
    assert run(filled, tmp_path / "new.csv")[0] == 0


def _limit(connection: sqlite3.Connection, _record: object) -> None:
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages + 8}")


def fill() -> None:
    """No more room: SQLite by a limit on its pages, PostgreSQL by a trigger that raises what a full disk does."""
    if db.engine.dialect.name == "sqlite":
        event.listen(db.engine, "connect", _limit)
        db.engine.dispose()
        return
    body = "BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END"
    db.session.execute(text(f"CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $${body}$$"))
    db.session.execute(text("CREATE TRIGGER no_room BEFORE INSERT ON source EXECUTE FUNCTION no_room()"))
    db.session.commit()


def make_room() -> None:
    if db.engine.dialect.name == "sqlite":
        event.remove(db.engine, "connect", _limit)
        db.engine.dispose()
        return
    db.session.execute(text("DROP TRIGGER no_room ON source"))
    db.session.commit()


def _impatient(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA busy_timeout = 20")


@pytest.mark.parametrize("filled", ["sqlite"], indirect=True)
def test_another_writer_is_told(filled: Flask, tmp_path: Path) -> None:
    with filled.app_context():
        event.listen(db.engine, "connect", _impatient)
        db.engine.dispose()
        other = sqlite3.connect(str(db.engine.url.database))
    other.execute("BEGIN IMMEDIATE")

    code, said = run(filled, tmp_path / "new.csv")

    other.close()
    assert code == 2
    assert said.startswith("The database is locked: another program is writing to it.")
    with filled.app_context():
        assert db.session.scalar(select(func.count()).select_from(Service)) == 20


def test_a_full_disk_while_an_export_is_written_is_told(filled: Flask) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("There is no /dev/full here, so a full disk was not tried")

    result = filled.test_cli_runner().invoke(args=["hub", "export-services", "/dev/full"])

    assert result.exit_code == 2
    assert "There is no room left on the disk" in result.output
