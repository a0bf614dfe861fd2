"""Which of several databases a session asks: the primary, unless it was told of another."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from flask import has_request_context
from flask_sqlalchemy.session import Session as PlainSession
from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

_READS_FROM = "reads_from"
_PRIMARY = "primary"


class RoutedSession(PlainSession):
    """A session that reads from one server until its end, and never from two."""

    def get_bind(self, *args: Any, **kwargs: Any) -> Any:
        return self.info.get(_READS_FROM) or super().get_bind(*args, **kwargs)


def read_from(session: Session, engine: Engine | None) -> None:
    """Let a session ask this server from here on, None: the primary. What it had begun is ended."""
    session.rollback()
    session.info.pop(_READS_FROM, None)
    if engine is not None:
        session.info[_READS_FROM] = engine


def engine_of(session: Session) -> Engine:
    """The server that a session asks."""
    return cast("Engine", session.get_bind())


@contextmanager
def reading(session: Session) -> Iterator[Connection]:
    """The connection of a session; in a request that has begun no transaction, one that is given back at once.

    For what every search asks: most ask nothing more, and to begin and end a transaction takes longer than to read.
    """
    if session.in_transaction() or not has_request_context():
        yield session.connection()
        return
    with engine_of(session).connect() as connection:
        yield connection


def moment_of(session: Session) -> object:
    """As long as this is the same, a session goes by what it has read: its transaction, or its request before one.

    None where nothing is kept. The end of a transaction forgets what was read before it, too.
    """
    return session.get_transaction() or (session.info.get(_READS_FROM, _PRIMARY) if has_request_context() else None)


def reading_one_moment(engine: Engine) -> Connection:
    """A connection whose first transaction sees what was there at its beginning, and nothing that came later."""
    connection = engine.connect()
    return (
        connection.execution_options(isolation_level="REPEATABLE READ") if engine.name == "postgresql" else connection
    )
