"""From a page to the same one in another language; and what there is in English alone."""

from typing import NamedTuple
from urllib.parse import quote

from flask import Flask, Response, current_app, g, redirect, request
from werkzeug import Response as WerkzeugResponse

from hub_finder.languages import ENGLISH, OWN_NAMES, language, root_without_language

# What staff and providers read, and what other programs read.
_ENGLISH_ROOMS = frozenset(
    {"accounts", "providers", "moderation", "still_right", "signposting", "api", "callbacks", "metrics", "static"}
)
_ENGLISH_FILES = (".json", ".geojson", ".csv", ".atom", ".xlsx", ".jpg", ".css")
# Of calendar files, this one answers with no page.
_ENGLISH_ENDPOINTS = frozenset({"finder.download_calendar"})
# Families read what it suggests while they type.
_IN_EACH_LANGUAGE = frozenset({"api.read_needs"})


class LanguageLink(NamedTuple):
    """A language by its tag and its own name, with an address."""

    tag: str
    name: str
    address: str


def init_app(app: Flask) -> None:
    app.before_request(_leave_language)
    app.jinja_env.globals.update(language_links=language_links, alternates=alternates)


def is_english_only(endpoint: str, path: str) -> bool:
    """Whether what stands at an address is there in English alone."""
    if endpoint in _IN_EACH_LANGUAGE:
        return False
    if endpoint in _ENGLISH_ENDPOINTS:
        return True
    return (
        endpoint.partition(".")[0] in _ENGLISH_ROOMS
        or path.endswith(_ENGLISH_FILES)
        or path.startswith(("/health/", "/.well-known/"))
    )


def language_links() -> list[LanguageLink]:
    """The way to this page in each language, with all that was asked of it; from what answers a form, to the start.

    A page of an error says nothing again of what was asked.
    """
    if request.method not in ("GET", "HEAD"):
        here = "/"
    elif request.query_string and not g.get("is_error"):
        here = f"{quote(request.path)}?{request.query_string.decode('latin-1')}"
    else:
        here = quote(request.path)
    return [LanguageLink(tag, name, address_in(tag, here)) for tag, name in OWN_NAMES.items()]


def alternates() -> list[tuple[str, str]]:
    """The whole address of this page, without what was asked of it, in each language, by tag; and for any other."""
    here = quote(request.path)
    found = [(tag, full_address(tag, here)) for tag in OWN_NAMES]
    return [*found, ("x-default", full_address(ENGLISH, here))]


def full_address(tag: str, path: str) -> str:
    """A whole address of this site in a language, for what leaves it."""
    base = current_app.config["HUB_BASE_URL"].rstrip("/") or request.host_url.rstrip("/")
    return base + address_in(tag, path)


def address_in(tag: str, path: str) -> str:
    """An address of this site in a language."""
    root = root_without_language()
    return f"{root}{path}" if tag == ENGLISH else f"{root}/{tag}{path}"


def _leave_language() -> WerkzeugResponse | Response | None:
    """Lead from "/uk/moderation" to "/moderation": before anything else is asked of a request."""
    if language() == ENGLISH or not request.endpoint or not is_english_only(request.endpoint, request.path):
        return None
    query = request.query_string.decode("latin-1")
    address = address_in(ENGLISH, quote(request.path))
    return redirect(f"{address}?{query}" if query else address, 308)
