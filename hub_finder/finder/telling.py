"""What the forms that anybody may send have in common: how many, and how to lose nothing that was typed."""

from collections.abc import Callable

from flask import Response as Answer
from flask import make_response, request
from flask_limiter import RequestLimit
from flask_wtf.csrf import CSRFError
from werkzeug import Response
from werkzeug.exceptions import HTTPException

from hub_finder.area import current_area
from hub_finder.directory.urgent import Urgent, urgent_of
from hub_finder.extensions import limiter
from hub_finder.finder import blueprint
from hub_finder.languages import _, marked_
from hub_finder.web import show_error

# Endpoint -> its form once more, as it was sent, with a word at its top.
FormAgain = Callable[[str], str]
_FORMS: dict[str, FormAgain] = {}

NOT_OURS = marked_("We could not check that this came from our page. Look it over, then press the button again")
TOO_MANY = marked_("Many have been sent from here in a short while. Wait a minute, then press the button again")


def shown_again_at(endpoint: str) -> Callable[[FormAgain], FormAgain]:
    """Name the function that shows an endpoint's form again when the request did not get as far as the view."""

    def name(show: FormAgain) -> FormAgain:
        _FORMS[endpoint] = show
        return show

    return name


def _was_kept(response: Answer) -> bool:
    """Whether a form was taken: only those count towards the limit."""
    return response.status_code == 303


def _ask_to_wait(_limit: RequestLimit) -> Answer:
    response = make_response(_FORMS[request.endpoint or ""](_(TOO_MANY)), 429)
    response.headers["Retry-After"] = "60"
    return response


# From one address: a library or a school has many people behind one.
limited = limiter.shared_limit(
    "5 per minute;60 per hour", scope="telling", deduct_when=_was_kept, on_breach=_ask_to_wait
)


@blueprint.errorhandler(CSRFError)
def show_form_again(error: CSRFError) -> Response:
    """The form with all that was typed, when its token is missing or not ours; else the usual page."""
    try:
        page = _FORMS[request.endpoint or ""](_(NOT_OURS))
    except (KeyError, HTTPException):  # no such form, or nothing to tell of
        return make_response(show_error(error))
    return make_response(page, 400)


def number_of(kind: str | None) -> int | None:
    """What stands for a kind of danger in an address, which the browser keeps: a number, and no words."""
    return list(current_area().urgent_kinds).index(kind) + 1 if kind else None


def urgent_numbered(number: str | None) -> Urgent | None:
    """The kind of danger that a number in an address stands for."""
    area = current_area()
    kind = {str(at): kind for at, kind in enumerate(area.urgent_kinds, start=1)}.get(number or "")
    return urgent_of(kind, area=area) if kind else None
