"""When a form does not get as far as its view: nothing that was typed is lost."""

from flask import make_response, request
from flask_wtf.csrf import CSRFError
from werkzeug import Response
from werkzeug.exceptions import Forbidden, HTTPException

from hub_finder import late_forms
from hub_finder.providers import blueprint
from hub_finder.providers.writing import AGAIN

NOT_OURS = "We could not check that this came from our page. Look it over, then press the button again"


@blueprint.errorhandler(CSRFError)
def _show_form_again(error: CSRFError) -> Response:
    """The form with what was typed, when its token is missing or of a session that is over; else the usual page."""
    try:
        page = AGAIN[request.endpoint or ""](NOT_OURS)
    except (KeyError, HTTPException):  # no such form, or nothing to write in
        return make_response(late_forms.show_unchecked(error))
    return make_response(page, 400)


@blueprint.errorhandler(403)
def _show_signed_out(error: Forbidden) -> Response:
    """Providers come in by a page of their own."""
    return make_response(late_forms.show_refused(error, way_in="providers.show_join"))
