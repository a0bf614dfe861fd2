"""Whether this program can answer families: its database answers, has our tables, is filled and has an index."""

import sqlite3
from dataclasses import dataclass
from functools import cache
from typing import Literal

from alembic.script import ScriptDirectory
from sqlalchemy import column, exists, select, table
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from hub_finder import primaries
from hub_finder.config import ROOT
from hub_finder.extensions import db
from hub_finder.models.places import Postcode
from hub_finder.models.search import SearchClock
from hub_finder.models.services import Need, Service

Check = Literal["database", "migrations", "data", "index"]
_version = table("alembic_version", column("version_num"))
SET_UP = "Run: flask hub setup"
DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


@dataclass(frozen=True, kw_only=True)
class Problem:
    """What stands in the way, in words without an address, a name or a value."""

    check: Check
    message: str


@dataclass(frozen=True, kw_only=True)
class Readiness:
    """What is wrong, the first thing first, and the version of the tables where it could be read."""

    problems: tuple[Problem, ...]
    revision: str | None = None
    # What somebody should look at, though families are answered.
    warnings: tuple[Problem, ...] = ()

    @property
    def is_ready(self) -> bool:
        return not self.problems


def look() -> Readiness:
    """Asks the database once. Raises nothing; what failed ends the transaction that was open."""
    asked = select(
        select(_version.c.version_num).scalar_subquery(),
        exists(select(Need.id)),
        exists(select(Postcode.code)),
        exists(select(SearchClock.id)) | ~exists(select(Service.id)),
    )
    try:
        revision, needs, postcodes, index = db.session.execute(asked).one()
    except SQLAlchemyError as error:
        db.session.rollback()
        return Readiness(problems=(_failure(error),), warnings=_warnings())
    problems = []
    if message := _about(revision):
        problems.append(Problem(check="migrations", message=message))
    if missing := [name for name, there in (("needs", needs), ("postcodes", postcodes)) if not there]:
        problems.append(Problem(check="data", message=f"There are no {' and no '.join(missing)}. {SET_UP}"))
    if not index:
        problems.append(Problem(check="index", message="The search index was never made. Run: flask hub reindex"))
    return Readiness(problems=tuple(problems), revision=revision, warnings=_warnings())


def _warnings() -> tuple[Problem, ...]:
    """Nothing is asked for it: see `primaries`."""
    message = f"More than one server takes changes. {primaries.SEVERAL}"
    return (Problem(check="database", message=message),) if primaries.are_several() else ()


def _failure(error: SQLAlchemyError) -> Problem:
    cause = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
    if "no such table" in str(cause) or getattr(cause, "sqlstate", "") == "42P01":
        return Problem(check="migrations", message=f"The database has no tables of this program. {SET_UP}")
    if isinstance(cause, primaries.OldPrimary):
        return Problem(check="database", message=f"No server takes changes but an old primary. {primaries.SEVERAL}")
    if code in DAMAGED:
        return Problem(check="database", message="The database is damaged. Restore the last backup.")
    return Problem(check="database", message="The database does not answer.")


def _about(revision: str | None) -> str | None:
    """What is wrong with tables of this version. Later ones are right: they are changed before the last process is."""
    head, _known = _revisions()
    if revision == head or is_later(revision):
        return None
    return f"The tables are at {revision}, and this program needs {head}. {SET_UP}"


def is_later(revision: str | None) -> bool:
    """Whether tables of this version were made by a later program than this."""
    return revision is not None and revision not in _revisions()[1]


@cache
def _revisions() -> tuple[str, frozenset[str]]:
    """The version that this program needs, and all that it knows."""
    scripts = ScriptDirectory(str(ROOT / "migrations"))
    return str(scripts.get_current_head()), frozenset(one.revision for one in scripts.walk_revisions())
