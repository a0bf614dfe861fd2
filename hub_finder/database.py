"""How connections are opened and filled: what SQLite needs to serve and write at once, where its file may live."""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

import psycopg
from flask import Flask, has_request_context
from psycopg.sql import SQL, Identifier
from sqlalchemy import (
    URL,
    Connection,
    CursorResult,
    Delete,
    Dialect,
    Engine,
    ExceptionContext,
    Row,
    Select,
    Table,
    Update,
    bindparam,
    event,
    func,
    insert,
    make_url,
    select,
)
from sqlalchemy import column as column_clause
from sqlalchemy import table as table_clause
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from hub_finder.extensions import db

Rows = Sequence[tuple[Any, ...]]
AnySelect = Select[*tuple[Any, ...]]
Maker = Callable[[Any], Any]
# In seconds, and in milliseconds.
POOL_WAITS, CONNECT_WAITS, SILENCE_MS = 5, 5, 10_000
# By how much the clocks of several machines may differ. A moment that is further ahead was told by a clock that was.
CLOCKS_DIFFER = timedelta(minutes=5)


def prepare(app: Flask) -> None:
    """Make the folder of a SQLite file, before the extension looks for it."""
    url = make_url(app.config["SQLALCHEMY_DATABASE_URI"])
    # An error's text goes into a log: the values of its statement, a family's own words among them, must not.
    options = app.config.setdefault("SQLALCHEMY_ENGINE_OPTIONS", {})
    options.setdefault("hide_parameters", True)
    if url.get_backend_name() == "sqlite" and url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    elif url.get_backend_name() == "postgresql":
        options.setdefault("pool_pre_ping", True)
        # Who waits longer for a connection is told to come again.
        options.setdefault("pool_timeout", POOL_WAITS)
        # A server that has lost its power does not say so.
        options.setdefault("connect_args", {"connect_timeout": CONNECT_WAITS, "tcp_user_timeout": SILENCE_MS})


def init_app(app: Flask) -> None:
    with app.app_context():
        set_up(db.engine, limit_ms=app.config["HUB_QUERY_LIMIT_MS"])


def set_up(engine: Engine, *, limit_ms: int) -> None:
    """Let connections of an engine be what the site needs; a statement of a request takes `limit_ms` at most, 0: any.

    Commands are not cut: an import may take its time.
    """
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_up_sqlite)
        return

    @event.listens_for(engine, "checkout")
    def limit(connection: psycopg.Connection, record: ConnectionPoolEntry, _given: object) -> None:
        wanted = limit_ms if has_request_context() else 0
        if record.info.get("limit_ms", 0) != wanted:
            try:
                connection.execute(f"SET statement_timeout = {wanted}")
                connection.commit()
            except psycopg.OperationalError as error:  # it was cut while nobody used it
                raise DisconnectionError from error
            record.info["limit_ms"] = wanted

    @event.listens_for(engine, "handle_error")
    def leave_copy(context: ExceptionContext) -> None:
        # It was the primary, and is a copy now: the next connection looks for the one that takes changes.
        if isinstance(context.original_exception, psycopg.errors.ReadOnlySqlTransaction):
            context.is_disconnect = True


def _set_up_sqlite(connection: sqlite3.Connection, _record: ConnectionPoolEntry) -> None:
    # A file that is there keeps the size of its pages.
    for pragma in ("page_size=8192", "journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=10000"):
        connection.execute(f"PRAGMA {pragma}")


def look_up_by_keys(connection: Connection) -> None:
    """Let PostgreSQL read tables by their keys until the transaction ends, however small it takes them to be.

    It knows the size of a table from before: what a long import looks up of its own rows, it would search from end to
    end, and each batch would take longer than the one before.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")


def aware(moment: datetime) -> datetime:
    """A stored moment in UTC: SQLite gives it back without saying so."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def begin_reading(session: Session) -> None:
    """Let all that is read until the end of the transaction be of one moment, which is now: what was begun is ended."""
    session.rollback()
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    else:
        session.connection().exec_driver_sql("BEGIN")


def reading_one_moment(engine: Engine) -> Connection:
    """A connection whose first transaction sees what was there at its beginning, and nothing that came later."""
    connection = engine.connect()
    return (
        connection.execution_options(isolation_level="REPEATABLE READ") if engine.name == "postgresql" else connection
    )


def begin_writing(connection: Connection) -> None:
    """Make sure that a transaction is open, on SQLite as the one writer: its driver opens none before the first write.

    What is read after this holds until the commit.
    """
    driver = connection.connection.driver_connection
    if connection.dialect.name == "sqlite" and driver is not None and not driver.in_transaction:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def take_turns(connection: Connection, turn: int) -> None:
    """Wait until every other transaction that takes turns by this number has ended; on SQLite, each that writes."""
    begin_writing(connection)
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(turn)))


def change(statement: Update | Delete) -> int:
    """Run a statement that changes rows in this session; returns how many. Rows that were read before stay as read."""
    bare = statement.execution_options(synchronize_session=False)
    return cast("CursorResult[Any]", db.session.execute(bare)).rowcount


def address_of(connection: Connection) -> URL:
    """Where a connection's database is. Of several servers that DATABASE_URL names, the one that it is with."""
    address, driver = connection.engine.url, connection.connection.driver_connection
    if "host" in address.query and isinstance(driver, psycopg.Connection):
        return address.update_query_dict({"host": driver.info.host, "port": str(driver.info.port)})
    return address


def find_by_keys(
    connection: Connection, statement: AnySelect, keys: Sequence[object]
) -> Sequence[Row[*tuple[Any, ...]]]:
    """The rows of a statement whose first column is one of some keys, with values as the driver gives them.

    For what every search asks: SQLAlchemy takes as long to put such a list into a statement as the database to read it.
    """
    if not keys:
        return []
    sql, names = _with_keys(statement, len(keys), connection.dialect)
    return connection.exec_driver_sql(sql, dict(zip(names, keys, strict=True)) if names else tuple(keys)).all()


@lru_cache(maxsize=500)
def _with_keys(statement: AnySelect, count: int, dialect: Dialect) -> tuple[str, Sequence[str]]:
    """Its text for so many keys, and the names of these where the driver knows them by names."""
    names = [f"key_{number}" for number in range(count)]
    key = statement.selected_columns[0]
    found = statement.where(key.in_([bindparam(name, type_=key.type) for name in names]))
    compiled = found.compile(dialect=dialect)
    return str(compiled), [] if compiled.positional else names


def fill(connection: Connection, table: Table, rows: Rows) -> int:
    """Add rows to a table, the fast way of each database: COPY, or one prepared statement. Returns their number.

    Rows hold a value for each column, in the order of the columns, as the driver takes it.
    """
    return _fill(connection, table, tuple(table.columns.keys()), rows)


def fill_from(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> int:
    """The same for rows that name their columns, all of them the same ones, with values as the columns have them.

    The database gives the other columns the defaults that it has for them.
    """
    if not rows:
        return 0
    names = tuple(rows[0])
    makers = _makers(table, names, connection.dialect)
    made = [tuple([make(row[name]) if make else row[name] for name, make in makers]) for row in rows]
    return _fill(connection, table, names, made)


def _fill(connection: Connection, table: Table, names: tuple[str, ...], rows: Rows) -> int:
    if not rows:
        return 0
    driver = connection.connection.driver_connection
    if isinstance(driver, psycopg.Connection):
        columns = SQL(", ").join(map(Identifier, names))
        statement = SQL("COPY {} ({}) FROM STDIN").format(Identifier(table.name), columns)
        try:
            with driver.cursor() as cursor, cursor.copy(statement) as copy:
                for row in rows:
                    copy.write_row(row)
        except psycopg.Error as error:
            raise DBAPIError.instance("COPY", None, error, psycopg.Error, dialect=connection.dialect) from error
        return len(rows)
    connection.exec_driver_sql(_insertion(table, names, connection.dialect), list(rows))
    return len(rows)


# A table has few sets of columns that are filled, and to compile a statement takes as long as to add many rows.
@lru_cache(maxsize=100)
def _insertion(table: Table, names: tuple[str, ...], dialect: Dialect) -> str:
    # As a mere name: the table itself would bring the columns that have defaults in Python.
    bare = table_clause(table.name, *map(column_clause, names))
    return str(insert(bare).compile(dialect=dialect))


@lru_cache(maxsize=100)
def _makers(table: Table, names: tuple[str, ...], dialect: Dialect) -> Sequence[tuple[str, Maker | None]]:
    """The names of columns, each with what makes of its values what the driver takes, if anything must be made."""
    return [(name, table.columns[name].type.dialect_impl(dialect).bind_processor(dialect)) for name in names]
