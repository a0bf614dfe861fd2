"""When a database does not answer: families' pages are asked of another one, and all else says so and loses nothing."""

import sqlite3

import psycopg
from flask import Flask, Response, current_app, g, request
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from werkzeug.exceptions import HTTPException, ServiceUnavailable
from werkzeug.wrappers import Response as WerkzeugResponse

from hub_finder import replicas
from hub_finder.extensions import db
from hub_finder.logs import request_id
from hub_finder.unsaved import say_unsaved
from hub_finder.web import show_error, show_failure

# When to come again, in seconds: a copy takes the primary's place in less.
COME_AGAIN = 30
# How often a page is asked for before we say so.
MOST_TRIES = 3

# How SQLite says that it cannot now: somebody else writes, no room, only for reading, the disk fails.
SQLITE_CODES = (
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
)


def init_app(app: Flask) -> None:
    app.register_error_handler(SQLAlchemyError, _answer)


def is_outage(error: BaseException) -> bool:
    """Whether an error says that the database cannot answer now, and not that we asked something wrong."""
    if isinstance(error, NoConnectionFree):
        return True
    if not isinstance(error, DBAPIError):
        return False
    cause = error.orig
    if isinstance(cause, sqlite3.OperationalError):
        return getattr(cause, "sqlite_errorcode", 0) & 0xFF in SQLITE_CODES
    return isinstance(cause, psycopg.OperationalError | psycopg.errors.ReadOnlySqlTransaction)


def _answer(error: SQLAlchemyError) -> WerkzeugResponse | HTTPException:
    if not is_outage(error):
        return show_failure(error)
    # Where the server was too slow or too busy, another try would make it busier.
    cause = getattr(error, "orig", None)
    may_ask_again = isinstance(error, DBAPIError) and not isinstance(cause, psycopg.errors.QueryCanceled)
    g.asked = g.get("asked", 0) + 1
    if may_ask_again and replicas.is_read() and g.asked < MOST_TRIES:
        return _ask_again()
    kind = type(cause or error).__name__
    current_app.logger.error("The database cannot answer: %s at %s, request %s", kind, request.url_rule, request_id())
    db.session.remove()
    g.is_error = True
    if request.method == "POST":
        return say_unsaved(again=COME_AGAIN)
    return show_error(ServiceUnavailable(retry_after=COME_AGAIN))


def _ask_again() -> Response | WerkzeugResponse:
    """The same page, of another server or by another connection. Everybody may read it, and reading changes nothing."""
    replicas.leave()
    db.session.remove()
    try:
        replicas.choose()
        return current_app.make_response(current_app.dispatch_request())
    except Exception as error:  # noqa: BLE001  as Flask does with what a view raises
        return current_app.make_response(current_app.handle_user_exception(error))
