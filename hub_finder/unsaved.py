"""When nothing can be saved: the site only reads for a while, the disk is full, or the database does not answer.

Families search on. Who sends a form is told plainly that it was not saved, with what they typed, to send it again.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import click
import psycopg
from flask import Flask, Response, current_app, make_response, render_template, request
from sqlalchemy import event

from hub_finder.extensions import db
from hub_finder.languages import _, marked_
from hub_finder.late_forms import Typed
from hub_finder.web import error_json, wants_json

View = TypeVar("View", bound=Callable[..., Any])
# In seconds: when a program may ask again.
AGAIN = 300
HEADING = marked_("We could not save that")
MESSAGE = marked_("We cannot take anything in just now. Nothing was saved or sent. Searching works as always.")


def keeps_nothing(view: View) -> View:
    """Mark a view that takes a form and writes nothing into the database: it works while the site only reads."""
    view.keeps_nothing = True  # type: ignore[attr-defined]
    return view


def init_app(app: Flask) -> None:
    app.jinja_env.globals["is_read_only"] = is_read_only
    if app.config["HUB_READ_ONLY"] == "yes":
        app.before_request(_refuse)
        with app.app_context():
            event.listen(db.engine, "checkout", _let_only_read)


def is_read_only() -> bool:
    return bool(current_app.config["HUB_READ_ONLY"] == "yes")


def _refuse() -> Response | None:
    view = current_app.view_functions.get(request.endpoint or "")
    if request.method in ("GET", "HEAD", "OPTIONS") or view is None or getattr(view, "keeps_nothing", False):
        return None
    return say_unsaved()


def _let_only_read(connection: Any, *_: object) -> None:
    """Whatever a view does, it cannot write. Commands can: whoever runs one means it."""
    only_read = click.get_current_context(silent=True) is None
    if isinstance(connection, psycopg.Connection):
        connection.read_only = only_read
    else:
        connection.execute(f"PRAGMA query_only = {int(only_read)}")


def say_unsaved(*, again: int = AGAIN) -> Response:
    """The answer to a request that should have been kept; `again` is in how many seconds it may be tried."""
    if wants_json() or getattr(current_app.view_functions.get(request.endpoint or ""), "from_a_program", False):
        answer = error_json("not_saved", "Nothing can be saved just now. Try again later.", 503)
    else:
        page = render_template(
            "errors/unsaved.html",
            code=503,
            heading=_(HEADING),
            message=_(MESSAGE),
            typed=Typed.of_request(),
            can_send_again=request.method == "POST",
        )
        answer = make_response(page, 503)
        # What somebody typed is for their eyes.
        answer.headers["Cache-Control"] = "no-store"
    answer.headers["Retry-After"] = str(again)
    return answer
