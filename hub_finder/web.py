"""What every answer has in common: headers, the content security policy, error pages and template helpers."""

import hashlib
import secrets
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import orjson
from flask import Flask, Response, current_app, g, jsonify, render_template, request, session, url_for
from flask.json.provider import DefaultJSONProvider
from flask_wtf.csrf import CSRFError
from jinja2 import ChoiceLoader, PackageLoader, PrefixLoader
from werkzeug import Response as WerkzeugResponse
from werkzeug.exceptions import BadHost, BadRequest, HTTPException, InternalServerError
from werkzeug.http import HTTP_STATUS_CODES
from werkzeug.routing import IntegerConverter, ValidationError

from hub_finder import access, config, languages
from hub_finder.area import current_area
from hub_finder.directory.days import comma
from hub_finder.directory.times import Calendar
from hub_finder.languages import _, marked_
from hub_finder.logs import request_id
from hub_finder.models.base import LARGEST_NUMBER
from hub_finder.switching import is_english_only
from hub_finder.template_filters import FILTERS

SITE_NAME = config.SITE_NAME
# In seconds: what stands at an address for ever is kept for so long.
YEAR = 31_536_000
# In a Content-Security-Policy.
NOBODY = "'none'"
# In which form errors come that machines read.
PROBLEM = "application/problem+json"

# Heading and message of each error page, for a parent and not for a programmer.
ERRORS = {
    400: (
        marked_("We could not read that"),
        marked_("Something in the address of this page is not right. Go back and try again."),
    ),
    403: (marked_("You cannot open this page"), marked_("It is only for people who are signed in and may see it.")),
    404: (
        marked_("We cannot find that page"),
        marked_("If you typed the address, check it. The page may have moved or ended."),
    ),
    405: (
        marked_("That does not work here"),
        marked_("This page cannot be used in that way. Start again from the search."),
    ),
    410: (
        marked_("This has ended"),
        marked_("It is no longer running. Look for something like it from the start page."),
    ),
    413: (
        marked_("That is too big"),
        marked_("What you sent is larger than we can take. Make it smaller and try again."),
    ),
    429: (
        marked_("Too many tries"),
        marked_("You have asked for this many times in a short while. Wait a minute and try again."),
    ),
    500: (marked_("Sorry, something went wrong"), marked_("It is our fault, not yours. Try again in a few minutes.")),
    503: (
        marked_("Sorry, this page does not work just now"),
        marked_("It is our fault, not yours. Wait a minute and try again."),
    ),
}
NOT_FROM_HERE = (
    marked_("We could not check where that came from"),
    marked_(
        "Nothing was changed. The page may have been open since before you signed in. Go back, load it again, then try."
    ),
)


class JsonAnswers(DefaultJSONProvider):
    """Answers in JSON, made by orjson: five times as fast. All else that Flask makes of JSON is as it was."""

    def response(self, *args: Any, **kwargs: Any) -> Response:
        text = orjson.dumps(self._prepare_response_obj(args, kwargs), option=orjson.OPT_APPEND_NEWLINE)
        return current_app.response_class(text, mimetype=self.mimetype)


class Site(Flask):
    """The application. Nothing in it is `async`: Flask would look fourteen times an answer whether something is."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        return func


def init_app(app: Flask) -> None:
    app.json = JsonAnswers(app)
    app.url_map.converters["row"] = RowNumber
    app.jinja_loader = ChoiceLoader(
        [
            app.jinja_loader,  # type: ignore[list-item]
            PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
        ]
    )
    app.jinja_env.filters.update(FILTERS)
    app.jinja_env.globals.update(
        comma=comma, calendar=calendar, csp_nonce=csp_nonce, query_url=query_url, service_url=service_url
    )
    app.jinja_env.globals["url_for"] = page_url
    app.jinja_env.globals["site_name"] = SITE_NAME
    app.jinja_env.globals["is_discreet"] = lambda: g.get("discreet", False)
    app.context_processor(lambda: {"area": current_area()})
    app.url_defaults(_version_static)
    app.after_request(_set_headers)
    app.after_request(_close_file)
    app.register_error_handler(HTTPException, show_error)
    app.register_error_handler(Exception, show_failure)


def calendar() -> Calendar:
    """School terms and holidays of the area, and bank holidays: what times are told by."""
    return Calendar.of(current_area())


def csp_nonce() -> str:
    """This answer's nonce: the key with which our own scripts, and no others, may run."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    nonce: str = g.csp_nonce
    return nonce


def query_url(**changes: object) -> str:
    """The address of the present search with parameters changed; None takes one out. The page starts anew."""
    # What was left empty says nothing, and would make every link on the page longer.
    given = {name: [value for value in values if value] for name, values in request.args.lists() if name != "page"}
    args = {name: values for name, values in given.items() if values} | changes
    # Not as arguments of url_for, where a visitor's "_scheme" or "endpoint" would have a meaning.
    query = urlencode({name: value for name, value in args.items() if value is not None}, doseq=True)
    address = url_for(request.endpoint or "finder.search", **(request.view_args or {}))
    return f"{address}?{query}" if query else address


def page_url(endpoint: str, **values: Any) -> str:
    """`url_for` for templates: a page has thirty addresses that are the same on each, made once in a process.

    Only those are kept that hold nothing of what a visitor asked.
    """
    if endpoint == "static" and values.keys() == {"filename"}:
        return _static_url(values["filename"], languages.root_without_language())
    address = url_for(endpoint, **values) if values else _kept_url(endpoint, request.script_root)
    if languages.language() == languages.ENGLISH:
        return address
    path = address.removeprefix(request.script_root)
    return languages.root_without_language() + path if is_english_only(endpoint, path) else address


@lru_cache(maxsize=500)
def _kept_url(endpoint: str, _root: str) -> str:
    return url_for(endpoint)


@lru_cache(maxsize=500)
def _static_url(filename: str, root: str) -> str:
    """The same in every language, so that a browser keeps a file once."""
    return root + url_for("static", filename=filename).removeprefix(request.script_root)


def service_url(slug: str) -> str:
    """The address of a listing's page: a page of results has fifty of them."""
    return _service_url(slug, request.script_root)


@lru_cache(maxsize=5000)
def _service_url(slug: str, _root: str) -> str:
    return url_for("finder.show_service", slug=slug)


def public_url(endpoint: str, **values: Any) -> str:
    """A full address of a page, under HUB_BASE_URL when it is set."""
    base = current_app.config["HUB_BASE_URL"].rstrip("/")
    return base + url_for(endpoint, **values) if base else url_for(endpoint, _external=True, **values)


def be_discreet() -> None:
    """Let the title and description of this answer's page say nothing of what it is about."""
    g.discreet = True


def let_be_framed() -> None:
    """Let this answer stand in a frame on the pages of HUB_EMBED_ANCESTORS. It runs no script and sends no form."""
    g.framed = True


def forget_form_token() -> None:
    """Take out the token of a visitor's forms: with nothing else in it, their browser's cookie goes too."""
    if "account" not in session:
        session.pop("csrf_token", None)
        g.pop("csrf_token", None)


def as_csv(text: str, *, name: str) -> Response:
    """A table to keep as a file."""
    response = Response(text, mimetype="text/csv")
    response.headers["Content-Disposition"] = f"attachment; filename={name}.csv"
    return response


def etagged(response: Response, *, seconds: int, private: bool = False) -> WerkzeugResponse:
    """Let anyone keep an answer for a while, and ask again with its tag; a private one only the asker may keep."""
    response.headers["Cache-Control"] = f"{'private' if private else 'public'}, max-age={seconds}"
    response.add_etag()
    # Most ask for the first time, and bring no tag to compare.
    asks_again = any(name in request.headers for name in ("If-None-Match", "If-Match"))
    return response.make_conditional(request) if asks_again else response


@lru_cache(maxsize=500)
def _digest(folder: str, name: str) -> str:
    return hashlib.sha256((Path(folder) / name).read_bytes()).hexdigest()[:10]


def _version_static(endpoint: str, values: dict[str, Any]) -> None:
    """A version in the address of each static file, so that it can be kept for a year."""
    if endpoint == "static" and "v" not in values and current_app.static_folder:
        with suppress(OSError):  # an address of no file of ours has no version
            values["v"] = _digest(current_app.static_folder, values["filename"])


def _close_file(response: Response) -> Response:
    """Close the file behind an answer: compression puts a stream of its own before it, which leaves it open."""
    if close := getattr(response.response, "close", None):
        response.call_on_close(close)
    return response


def _policy(ancestors: str) -> str:
    if g.get("framed"):
        return (
            "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; form-action 'none'; "
            f"base-uri 'none'; frame-ancestors {ancestors or NOBODY}"
        )
    tiles = current_app.config["TILE_ORIGIN"]
    return (
        f"default-src 'none'; script-src 'nonce-{csp_nonce()}' 'self'; style-src 'self'; img-src 'self' data: {tiles}; "
        "font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; "
        f"frame-ancestors {NOBODY}"
    )


def _set_headers(response: Response) -> Response:
    ancestors = current_app.config["HUB_EMBED_ANCESTORS"] if g.get("framed") else ""
    response.headers["Content-Security-Policy"] = _policy(ancestors)
    if not ancestors:
        # For browsers that know no frame-ancestors. It cannot name who may, so it stands only where nobody may.
        response.headers["X-Frame-Options"] = "DENY"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(self)"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    if request.endpoint == "static" and "v" in request.args and response.status_code == 200:
        response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    elif request.blueprint == "accounts" or access.is_for_one_reader():
        # On a shared computer, "back" shows nothing of what was seen before signing out.
        response.headers["Cache-Control"] = "no-store"
    elif "Cache-Control" not in response.headers:
        # What a family looked for is kept by no cache on the way.
        response.headers["Cache-Control"] = "private, no-cache"
    return response


def wants_json() -> bool:
    """Whether the address asked for is one that machines read."""
    endings = (".json", ".geojson", ".csv", ".atom", "/services.ics")
    return request.path.startswith(("/api/", "/data/")) or request.path.endswith(endings)


def error_json(code: str, message: str, status: int, **more: object) -> Response:
    """The one shape of every error that machines read: ours, with what RFC 9457 calls it, and what is `more`."""
    title = HTTP_STATUS_CODES.get(status, "Error")
    response = jsonify({"error": code, "message": message, "status": status, "title": title, "detail": message, **more})
    response.mimetype = PROBLEM
    response.status_code = status
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


class RowNumber(IntegerConverter):
    """The number of a row, `<row:…>`: none greater than any that a table holds, which databases refuse to compare."""

    def to_python(self, value: str) -> Any:
        number = super().to_python(value)
        if number > LARGEST_NUMBER:
            raise ValidationError
        return number


class CannotRead(BadRequest):
    """A parameter that cannot be read. Its description names it, and says in the language of the page what it takes."""


def show_error(error: HTTPException) -> Response | HTTPException:
    """The page, or the JSON, that tells of an error."""
    code = error.code or 500
    if code < 400 or error.response is not None:
        return error
    heading, message = ERRORS.get(code, ERRORS[400 if code < 500 else 500])
    if isinstance(error, CSRFError):
        heading, message = NOT_FROM_HERE
    elif isinstance(error, CannotRead) and error.description:
        message = error.description
    if wants_json():
        answer = error_json((error.name or "error").lower().replace(" ", "_"), f"{heading}. {message}", code)
    elif isinstance(error, BadHost):  # no page: without a host there is no address to link to
        answer = Response(f"{heading}. {message}\n", code, mimetype="text/plain")
    else:
        g.is_error = True
        heading, message = _(heading), _(message)
        page = render_template("errors/error.html", code=code, heading=heading, message=message)
        answer = current_app.make_response((page, code))
    answer.headers.extend((name, value) for name, value in error.get_headers() if name != "Content-Type")
    return answer


def show_failure(error: Exception) -> Response | HTTPException:
    if current_app.testing or current_app.debug:
        raise error
    where = request.url_rule, request_id()
    current_app.logger.error("%s at %s, request %s", type(error).__name__, *where, exc_info=error)
    return show_error(InternalServerError(original_exception=error))
