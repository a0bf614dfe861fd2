"""Which of several databases a session asks: the primary, unless it was told of another."""

from typing import Any, cast

from flask_sqlalchemy.session import Session as PlainSession
from sqlalchemy import Engine
from sqlalchemy.orm import Session

_READS_FROM = "reads_from"


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
