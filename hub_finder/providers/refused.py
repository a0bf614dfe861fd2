"""When a form does not get as far as its view: nothing that was typed is lost."""

from collections.abc import Sequence

from flask import make_response, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug import Response
from werkzeug.exceptions import Forbidden, HTTPException

from hub_finder import access
from hub_finder.parameters import tidy_lines
from hub_finder.providers import blueprint
from hub_finder.providers.writing import AGAIN
from hub_finder.web import show_error

NOT_OURS = "We could not check that this came from our page. Look it over, then press the button again"
# What a form sends that nobody typed.
_NOT_TYPED = frozenset({"csrf_token", "version", "shown", "from", "do", "step", "next", "key"})


@blueprint.errorhandler(CSRFError)
def _show_form_again(error: CSRFError) -> Response:
    """The form with what was typed, when its token is missing or of a session that is over; else the usual page."""
    try:
        page = AGAIN[request.endpoint or ""](NOT_OURS)
    except (KeyError, HTTPException):  # no such form, or nothing to write in
        return make_response(show_error(error))
    return make_response(page, 400)


@blueprint.errorhandler(403)
def _show_signed_out(error: Forbidden) -> Response:
    """Who sends a form after the session has ended reads what they typed, and how to go on."""
    if access.get_signed_in_or_none() or request.method != "POST":
        return make_response(show_error(error))
    page = render_template("providers/show_signed_out.html", typed=_typed(), way_back=request.path)
    return make_response(page, 403)


def _typed() -> Sequence[str]:
    return [
        text
        for name, values in request.form.lists()
        if name not in _NOT_TYPED
        for text in map(tidy_lines, values)
        if len(text) > len("yes")
    ]
