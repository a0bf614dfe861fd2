"""Which of several databases a session asks: the primary, unless it was told of another."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from flask import has_request_context
from flask_sqlalchemy.session import Session as PlainSession
from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import Session, SessionTransaction

_READS_FROM = "reads_from"
_PRIMARY = "primary"
_KEPT = "kept"


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


def kept(session: Session) -> dict[str, Any]:
    """What a session goes by, by name, until its transaction ends; in a request also before it has begun one.

    Elsewhere nothing is kept without a transaction, and each begins with nothing.
    """
    moment = session.get_transaction() or (session.info.get(_READS_FROM, _PRIMARY) if has_request_context() else None)
    kept_in, values = session.info.get(_KEPT, (None, {}))
    if moment is None or kept_in is not moment:
        values = {}
        session.info[_KEPT] = moment, values
    return cast("dict[str, Any]", values)


@event.listens_for(Session, "after_transaction_end")
def _forget(session: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is None:
        session.info.pop(_KEPT, None)
