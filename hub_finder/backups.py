"""The whole database as one file, taken while the site serves, and put back in one transaction.

SQLite's own backup, and PostgreSQL's own `pg_dump`, `pg_restore` and `psql`, do the work. What is put back gets new
epochs, so that every process reads into memory what is there now.
"""

import os
import re
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory

from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import inspect

from hub_finder.config import ROOT
from hub_finder.database import address_of
from hub_finder.extensions import db

SQLITE, POSTGRESQL = b"SQLite format 3\0", b"PGDMP"
KINDS = {SQLITE: "sqlite", POSTGRESQL: "postgresql"}
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
# The rows by which processes see that what they keep in memory is of another filling: `directory.stamps`.
CLOCKS = ("search_clock", "thesaurus")


class BadBackup(ValueError):
    """The file is no backup that can be put back here; the message says why. Nothing was changed."""


class BackupFailed(RuntimeError):
    """The database could not be written out or put back; the message says why. Nothing was changed."""


def back_up(file: Path) -> int:
    """Write the database as it is at one moment; returns the bytes of the file, which only its owner may read.

    Others read and write meanwhile. A file that is there already is replaced by a whole one, or stays. Raises
    BackupFailed, for a damaged database too.
    """
    with _beside(file) as part:
        part.touch(mode=0o600)
        if db.engine.dialect.name == "sqlite":
            _copy_sqlite(part)
        else:
            _run("pg_dump", "--format=custom", f"--file={part}", f"--dbname={_address()}")
        with part.open("rb") as written:
            os.fsync(written.fileno())
        part.replace(file)
    return file.stat().st_size


def keep_backing_up(file: Path, *, every: float) -> Iterator[int]:
    """Write the database whenever something was saved since the last time, looked at every so many seconds.

    Goes on for as long as it is asked for more; each is the bytes of the file, as `back_up` writes it. Raises
    BackupFailed, on PostgreSQL too: that copies each change by itself.
    """
    if db.engine.dialect.name != "sqlite":
        raise BackupFailed("PostgreSQL keeps each change by itself: archive its log, and leave out --every.")
    written_at = None
    with closing(db.engine.raw_connection()) as pooled:
        while True:
            # Another number when another connection has saved something. Read first: what is saved meanwhile counts.
            (saved_at,) = _driver(pooled).execute("PRAGMA data_version").fetchone()
            if saved_at != written_at:
                yield back_up(file)
                written_at = saved_at
            time.sleep(every)


def restore(file: Path) -> str:
    """Make the database what it was when `file` was written; returns the version of its tables, maybe an older one.

    Whoever reads meanwhile sees what was, or what is now. Raises BadBackup, BackupFailed and OSError.
    """
    with file.open("rb") as beginning:
        first = beginning.read(len(SQLITE))
    kind = next((kind for mark, kind in KINDS.items() if first.startswith(mark)), None)
    here = db.engine.dialect.name
    if kind is None:
        raise BadBackup("It is not a backup: neither of SQLite nor of PostgreSQL.")
    if kind != here:
        raise BadBackup(f"It is a backup of {NAMES[kind]}, and this database is {NAMES[here]}.")
    db.session.remove()
    if kind == "sqlite":
        with _beside(Path(str(db.engine.url.database))) as part:
            return _restore_sqlite(file, part)
    with TemporaryDirectory() as folder:
        return _restore_postgresql(file, Path(folder))


@contextmanager
def _beside(file: Path) -> Iterator[Path]:
    """A path for a file in the making in the same folder; what is left there at the end goes."""
    with TemporaryDirectory(prefix=f".{file.name}.", dir=file.resolve().parent) as folder:
        yield Path(folder) / "part"


def _copy_sqlite(part: Path) -> None:
    with closing(sqlite3.connect(part)) as copy, closing(db.engine.raw_connection()) as pooled:
        _driver(pooled).backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")
        if what := _damage(copy):
            raise BackupFailed(f"The database is damaged ({what}), so no backup of it was kept. See “Restoring”.")


def _restore_sqlite(file: Path, part: Path) -> str:
    with closing(sqlite3.connect(part)) as copy:
        try:
            with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as kept:
                kept.backup(copy)
            what = _damage(copy)
        except sqlite3.DatabaseError as error:
            what = str(error)
        if what:
            raise BadBackup(f"It is damaged: {what}.")
        try:
            (revision,) = copy.execute("SELECT version_num FROM alembic_version").fetchone()
        except (sqlite3.OperationalError, TypeError) as error:
            raise BadBackup("It is no database of Hub Finder.") from error
        _check_revision(revision)
        for statement in _new_epochs():
            copy.execute(statement)
        copy.commit()
        with closing(db.engine.raw_connection()) as pooled:
            _take_pages_of(_driver(pooled), copy)
            copy.backup(_driver(pooled))
    return str(revision)


def _take_pages_of(site: sqlite3.Connection, copy: sqlite3.Connection) -> None:
    """Give a copy pages as large as those of the site's file, which takes no others."""
    wanted = _page_size(site)
    if _page_size(copy) != wanted:
        for statement in ("PRAGMA journal_mode = DELETE", f"PRAGMA page_size = {wanted}", "VACUUM"):
            copy.execute(statement)


def _page_size(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA page_size").fetchone()[0])


def _driver(pooled: object) -> sqlite3.Connection:
    connection: sqlite3.Connection = pooled.driver_connection  # type: ignore[attr-defined]
    return connection


def _damage(connection: sqlite3.Connection) -> str | None:
    """What SQLite finds wrong with a file, in its words, or None."""
    try:
        found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    except sqlite3.DatabaseError as error:
        return str(error)
    return None if found == "ok" else str(found)


def _restore_postgresql(file: Path, folder: Path) -> str:
    version = _read_dump(file, "--data-only", "--table=alembic_version", "--file=-")
    revision = re.search(r"^COPY \S*alembic_version .*\n(\S+)$", version, re.MULTILINE)
    if revision is None:
        raise BadBackup("It is no database of Hub Finder.")
    _check_revision(revision[1])
    quote = db.engine.dialect.identifier_preparer.quote
    drop = [f"DROP TABLE {quote(name)} CASCADE" for name in inspect(db.engine).get_table_names()]
    scripts = [folder / name for name in ("before.sql", "dump.sql", "after.sql")]
    # The search path is empty after what pg_dump writes.
    for script, statements in ((scripts[0], drop), (scripts[2], ["SET search_path = public", *_new_epochs()])):
        script.write_text("".join(f"{statement};\n" for statement in statements), encoding="utf-8")
    _read_dump(file, f"--file={scripts[1]}")
    how = ("--quiet", "--no-psqlrc", "--single-transaction", "--set=ON_ERROR_STOP=1", "--output=/dev/null")
    _run("psql", *how, *(f"--file={script}" for script in scripts), f"--dbname={_address()}")
    # A connection remembers plans for tables that are no more.
    db.engine.dispose()
    return revision[1]


def _read_dump(file: Path, *how: str) -> str:
    try:
        return _run("pg_restore", "--no-owner", "--no-privileges", *how, str(file))
    except BackupFailed as error:
        raise BadBackup(f"It cannot be read: {error}") from error


def _run(program: str, *how: str) -> str:
    """What a program of PostgreSQL prints. It gets the password where no other user of the machine can read it."""
    path = shutil.which(program)
    if path is None:
        raise BackupFailed(f"{program} is not installed: it comes with PostgreSQL’s client programs.")
    password = {"PGPASSWORD": db.engine.url.password} if db.engine.url.password else {}
    env = os.environ | password
    done = subprocess.run([path, *how], env=env, capture_output=True, text=True, check=False)  # noqa: S603  ours alone
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if "error" in line.lower()] or done.stderr.splitlines()
        raise BackupFailed(lines[0] if lines else f"{program} ended with code {done.returncode}.")
    return done.stdout


def _address() -> str:
    """Where the database is for the programs of PostgreSQL. Of several servers, the one that we ask."""
    with db.engine.connect() as connection:
        address = address_of(connection).set(drivername="postgresql", password=None)
    return address.render_as_string()


def _new_epochs() -> list[str]:
    return [f"UPDATE {clock} SET epoch = '{token_hex(16)}'" for clock in CLOCKS]  # noqa: S608  names of ours


def _check_revision(revision: str) -> None:
    try:
        ScriptDirectory(str(ROOT / "migrations")).get_revision(revision)
    except CommandError as error:
        message = f"It is of a later version of Hub Finder: its tables are at {revision}. Update first."
        raise BadBackup(message) from error
