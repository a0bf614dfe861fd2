"""What this program tells those who run it: a line for each event, with the id of the request that it happened in.

Never an address, or what a family typed. An answer carries its id as `X-Request-ID`, and a page that says that
something went wrong shows it, so that the line can be found by who is told of it.
"""

import json
import logging
import re
from datetime import UTC, datetime
from secrets import token_hex
from time import monotonic
from typing import Any

from flask import Flask, Response, current_app, g, has_request_context, request
from flask.logging import default_handler
from sqlalchemy import Connection, event

from hub_finder import replicas

# What a proxy in front may call a request.
GIVEN = re.compile(r"[0-9A-Za-z._-]{8,64}")
LONGEST_STATEMENT = 1000
_STARTED = "statement_started"


def init_app(app: Flask) -> None:
    if app.config["HUB_LOG_FORMAT"] == "json":
        # Flask's own, which writes to where the server wants errors.
        default_handler.setFormatter(JsonLines())
        app.logger.addHandler(default_handler)
    app.jinja_env.globals["request_id"] = request_id
    app.after_request(_name_request)
    if app.config["HUB_SLOW_QUERY_MS"]:
        for engine in replicas.engines(app):
            event.listen(engine, "before_cursor_execute", _note_start)
            event.listen(engine, "after_cursor_execute", _tell_slow)


def request_id() -> str:
    """The id of this request: from the proxy that is trusted in front, or made here."""
    if "request_id" not in g:
        given = request.headers.get("X-Request-ID", "") if int(current_app.config["HUB_PROXIES"]) else ""
        g.request_id = given if GIVEN.fullmatch(given) else token_hex(8)
    return str(g.request_id)


class JsonLines(logging.Formatter):
    """An object on each line: `at` (UTC), `level`, `message`, and of a request its `id`, `method` and `route`.

    `account` where a line is about somebody: the number of their account.
    """

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "message": record.getMessage(),
        }
        if has_request_context():
            # The rule of the address, such as /search: not what stood behind it.
            line |= {"id": request_id(), "method": request.method, "route": str(request.url_rule)}
        if account := getattr(record, "account", None):
            line["account"] = account
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def _name_request(response: Response) -> Response:
    response.headers["X-Request-ID"] = request_id()
    return response


def _note_start(connection: Connection, *_: object) -> None:
    connection.info[_STARTED] = monotonic()


def _tell_slow(connection: Connection, _cursor: object, statement: str, *_: object) -> None:
    took = (monotonic() - connection.info[_STARTED]) * 1000
    if took >= current_app.config["HUB_SLOW_QUERY_MS"]:
        # Its values are not in it: they are bound.
        words = " ".join(statement.split())[:LONGEST_STATEMENT]
        current_app.logger.warning("A statement took %d ms: %s", took, words)
