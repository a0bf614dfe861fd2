"""A migration only adds: the code of the version before it goes on reading and writing while machines are restarted.

What a migration did is seen by looking at the tables before and after it, however it says it. A migration may contract
what no running code uses any more: `UNUSED_SINCE` of its module names each such thing, with the released version that
no longer used it.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from types import ModuleType
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import op
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, inspect

from hub_finder.config import ROOT, database_address
from hub_finder.extensions import db
from tests.conftest import DATABASES

# Made before this rule; and of those, what docs/scaling.md says that the site must be stopped for.
LAST_WITHOUT_RULE = "0031"
CONTRACTED = {"0004", "0008", "0010", "0012", "0013"}
NUMBERS = count()
RELEASED = re.compile(r"^## (\d+\.\d+\.\d+), (?!not released)", re.MULTILINE)


@dataclass(frozen=True)
class Column:
    kind: str
    may_be_empty: bool
    has_default: bool


@dataclass(frozen=True)
class Shape:
    """The columns of a table by their names, and which of them together may be there only once."""

    columns: Mapping[str, Column]
    unique: frozenset[tuple[str, ...]] = field(default_factory=frozenset)


Tables = Mapping[str, Shape]


def shapes(connection: Connection) -> Tables:
    """All tables as the database has them now."""
    found = inspect(connection)
    return {name: _shape(found, name) for name in found.get_table_names() if name != "alembic_version"}


def _shape(found: sa.Inspector, table: str) -> Shape:
    columns = {
        one["name"]: Column(str(one["type"]), may_be_empty=one["nullable"], has_default=one["default"] is not None)
        for one in found.get_columns(table)
    }
    unique = {tuple(sorted(one["column_names"])) for one in found.get_unique_constraints(table)}
    indexes = (one["column_names"] for one in found.get_indexes(table) if one["unique"])
    return Shape(columns, frozenset(unique | {tuple(sorted(str(name) for name in names)) for names in indexes}))


def breaks(before: Tables, after: Tables) -> dict[str, str]:
    """What code that knows the tables of before meets, by the name of the thing."""
    found = {}
    for table, old in before.items():
        new = after.get(table)
        if new is None:
            found[table] = "the table is gone"
            continue
        for name, column in old.columns.items():
            if told := _change(column, new.columns.get(name)):
                found[f"{table}.{name}"] = told
        for name, column in new.columns.items():
            if name not in old.columns and not column.may_be_empty and not column.has_default:
                found[f"{table}.{name}"] = "it is new, may not be empty, and the database has no default for it"
        for names in new.unique - old.unique:
            if set(names) <= set(old.columns):
                found[f"{table}.{'+'.join(names)}"] = "may be there only once"
    return found


def _change(old: Column, new: Column | None) -> str | None:
    if new is None:
        return "the column is gone"
    if new.kind != old.kind:
        return f"was {old.kind} and is {new.kind}"
    if old.may_be_empty and not new.may_be_empty:
        return "may no longer be empty"
    return "has no default any more" if old.has_default and not new.has_default else None


def run(connection: Connection, migrate: Callable[[], object]) -> dict[str, str]:
    """Run a migration's function on these tables: what it breaks."""
    before = shapes(connection)
    with Operations.context(MigrationContext.configure(connection, opts={"target_metadata": db.metadata})):
        migrate()
    return breaks(before, shapes(connection))


def refused(broken: Mapping[str, str], module: ModuleType, released: set[str]) -> dict[str, str]:
    """What of it the module does not account for, and what it accounts for wrongly."""
    unused: Mapping[str, str] = getattr(module, "UNUSED_SINCE", {})
    found = {thing: told for thing, told in broken.items() if thing not in unused}
    found |= dict.fromkeys(unused.keys() - broken.keys(), "it is named, and nothing happens to it")
    return found | {
        thing: f"{version} is no released version"
        for thing, version in unused.items()
        if thing in broken and version not in released
    }


@pytest.fixture(params=DATABASES)
def connection(request: pytest.FixtureRequest, make_database: Callable[[str, str], str]) -> Iterator[Connection]:
    """A new, empty database."""
    engine: Engine = create_engine(database_address(make_database(request.param, f"expand-{next(NUMBERS)}")))
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def test_every_migration_only_adds(connection: Connection) -> None:
    scripts = ScriptDirectory(str(ROOT / "migrations"))
    released = set(RELEASED.findall((ROOT / "CHANGELOG.md").read_text(encoding="utf-8")))
    broken, wrong = {}, {}

    for script in reversed(list(scripts.walk_revisions())):
        broken[script.revision] = run(connection, script.module.upgrade)
        if script.revision > LAST_WITHOUT_RULE:
            wrong[script.revision] = refused(broken[script.revision], script.module, released)

    assert {revision: told for revision, told in wrong.items() if told} == {}
    assert {revision for revision, told in broken.items() if told and revision <= LAST_WITHOUT_RULE} == CONTRACTED


# ---- what it refuses


def make_hall(connection: Connection) -> None:
    hall = sa.Table(
        "hall",
        sa.MetaData(),
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("floor", sa.Integer),
        sa.Column("note", sa.Text, nullable=False, server_default=""),
    )
    hall.create(connection)


def alter(column: str, **change: Any) -> None:
    with op.batch_alter_table("hall") as batch:
        batch.alter_column(column, **change)


def add(column: sa.Column[Any]) -> None:
    with op.batch_alter_table("hall") as batch:
        batch.add_column(column)


CONTRACTING: Mapping[str, tuple[str, Callable[[], object]]] = {
    "a table goes": ("hall", lambda: op.drop_table("hall")),
    "a table has another name": ("hall", lambda: op.rename_table("hall", "room")),
    "a column goes": ("hall.floor", lambda: op.drop_column("hall", "floor")),
    "a column has another name": ("hall.floor", lambda: alter("floor", new_column_name="level")),
    "a column has another name, in SQL": (
        "hall.floor",
        lambda: op.execute("ALTER TABLE hall RENAME COLUMN floor TO level"),
    ),
    "a column may no longer be empty": ("hall.floor", lambda: alter("floor", nullable=False)),
    "a column has another type": ("hall.floor", lambda: alter("floor", type_=sa.String(20))),
    "a column has no default any more": ("hall.note", lambda: alter("note", server_default=None)),
    "a new column must be filled": ("hall.seats", lambda: add(sa.Column("seats", sa.Integer, nullable=False))),
    "names are there only once": ("hall.name", lambda: op.create_index("ux_hall", "hall", ["name"], unique=True)),
}


def expand() -> None:
    """All that a migration may do at any time."""
    add(sa.Column("seats", sa.Integer))
    add(sa.Column("opened", sa.Boolean, nullable=False, server_default=sa.false()))
    add(sa.Column("code", sa.String(8)))
    op.create_index("ux_hall_code", "hall", ["code"], unique=True)
    alter("name", nullable=True)
    op.create_index("ix_hall_name", "hall", ["name"])
    op.create_table(
        "tower", sa.Column("id", sa.Integer, primary_key=True), sa.Column("height", sa.Float, nullable=False)
    )


def module(**unused: str) -> ModuleType:
    made = ModuleType("a_migration")
    if unused:
        made.UNUSED_SINCE = {thing.replace("__", "."): version for thing, version in unused.items()}  # type: ignore[attr-defined]
    return made


@pytest.mark.parametrize("what", CONTRACTING)
def test_migration_that_contracts_is_refused(connection: Connection, what: str) -> None:
    make_hall(connection)
    thing, migrate = CONTRACTING[what]

    broken = run(connection, migrate)

    assert list(broken) == [thing]
    assert refused(broken, module(), {"0.1.0"}) == broken


def test_migration_that_expands_is_not(connection: Connection) -> None:
    make_hall(connection)

    assert run(connection, expand) == {}


def test_what_a_released_version_no_longer_used_may_go(connection: Connection) -> None:
    make_hall(connection)
    broken = run(connection, lambda: op.drop_column("hall", "floor"))

    assert refused(broken, module(hall__floor="0.1.0"), {"0.1.0"}) == {}
    assert refused(broken, module(hall__floor="0.2.0"), {"0.1.0"}) == {"hall.floor": "0.2.0 is no released version"}
    assert set(refused(broken, module(hall__floor="0.1.0", hall__name="0.1.0"), {"0.1.0"})) == {"hall.name"}
