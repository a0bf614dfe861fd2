"""Forms that come after the session has ended, or after another began: nothing that was typed is lost.

Who is signed out sees what they sent, signs in beside it, and sends it from there once more. Only a form that a page of
ours sent can be sent once more: else any site could put words into a page of ours, for somebody to press its button.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from flask import Flask, Response, current_app, make_response, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import Forbidden, HTTPException

from hub_finder import access, uploads
from hub_finder.forgery import was_sent_from_here
from hub_finder.languages import _, marked_
from hub_finder.web import show_error, wants_json

# What a form sends besides what somebody typed.
NOT_TYPED = frozenset({"csrf_token"})
# A message is a few hundred characters: what is longer goes with the form, and is shown cut.
LONGEST_SHOWN = 2000
SIGNED_OUT = "You are signed out", "Nothing that was saved is lost. What you sent just now was not saved."
NO_SECOND_STEP = "Set up a second step first", "Your organisation asks for it. What you sent just now was not saved."
CHECK = marked_("Check this, then send it again")
NOT_SENT = marked_("Nothing was saved or sent yet. This page may have been open since before you signed in.")


@dataclass(frozen=True, kw_only=True)
class Typed:
    """What a form sent: all of its `fields`, to send once more to the path `action`; what of it is `shown`."""

    action: str
    fields: Sequence[tuple[str, str]]
    shown: Sequence[str]
    had_files: bool

    @classmethod
    def of_request(cls) -> Self:
        """Raises HTTPException where the request is too large to be read."""
        fields = [(name, value) for name, value in request.form.items(multi=True) if name not in NOT_TYPED]
        return cls(
            action=request.script_root + request.full_path.removesuffix("?"),
            fields=fields,
            shown=[value[:LONGEST_SHOWN] for _name, value in fields if _is_words(value)],
            had_files=any(file.filename for file in request.files.values()),
        )


def init_app(app: Flask) -> None:
    app.register_error_handler(CSRFError, show_unchecked)
    app.register_error_handler(403, show_refused)


def show_refused(error: Forbidden, *, way_in: str = "accounts.show_sign_in") -> Response | HTTPException:
    """What somebody sent who is signed in no more, and how to go on by the page `way_in`; else the usual page."""
    if request.method != "POST" or access.get_signed_in_or_none() or wants_json():
        return show_error(error)
    can_send_again = was_sent_from_here()
    if can_send_again:
        _let_files_pass()
    try:
        typed = Typed.of_request()
    except HTTPException:
        return show_error(error)
    owes = access.owes_second_step()
    # Beside the page they read this on: another would be a second form, without what they typed.
    beside = can_send_again or not _can_be_opened()
    way_on = url_for("accounts.show_set_up" if owes else way_in, next=None if beside else request.path)
    heading, message = NO_SECOND_STEP if owes else SIGNED_OUT
    page = render_template(
        "accounts/show_signed_out.html",
        heading=heading,
        message=message,
        typed=typed,
        owes=owes,
        way_on=way_on,
        can_send_again=can_send_again,
    )
    return _answer(page, 403)


def show_unchecked(error: CSRFError) -> Response | HTTPException:
    """What was sent, with the token of the session that is now, to look over and send; else the usual page."""
    if request.method != "POST" or wants_json() or not was_sent_from_here():
        return show_error(error)
    heading, message, typed = _(CHECK), _(NOT_SENT), Typed.of_request()
    page = render_template("errors/check_again.html", code=400, heading=heading, message=message, typed=typed)
    return _answer(page, 400)


def _answer(page: str, code: int) -> Response:
    response = make_response(page, code)
    # What somebody typed is for their eyes.
    response.headers["Cache-Control"] = "no-store"
    return response


def _is_words(value: str) -> bool:
    """Whether somebody typed it: what boxes and hidden fields send is one word."""
    return " " in value.strip() or "@" in value


def _can_be_opened() -> bool:
    """Whether the page that the form was sent to can also be asked for."""
    adapter = current_app.create_url_adapter(request._get_current_object())  # type: ignore[attr-defined]
    return adapter is not None and adapter.test(method="GET")


class _Nowhere(io.BytesIO):
    """Takes a file of somebody who may be anybody, and keeps nothing of it."""

    def write(self, data: Any) -> int:
        return len(data)


def _let_files_pass() -> None:
    """Read what was typed beside a picture as well, which goes nowhere."""
    uploads.let_files_in()
    request._get_file_stream = lambda *_given, **_named: _Nowhere()  # type: ignore[method-assign]
