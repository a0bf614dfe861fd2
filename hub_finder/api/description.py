"""What programs may ask and what they get, as OpenAPI 3.1 says it, made of one table."""

from collections.abc import Iterator, Mapping
from typing import Any

from hub_finder.api.asking import MOST_METRES, MOST_PAGES, MOST_PER_PAGE, MOST_YEARS
from hub_finder.directory.giving_out import WEEKDAYS
from hub_finder.forms import LONGEST_WORDS

Json = dict[str, Any]


def _text(about: str, **more: object) -> Json:
    return {"description": about, "schema": {"type": "string", **more}}


def _number(about: str, most: float, *, whole: bool = False, least: float = 0) -> Json:
    kind = "integer" if whole else "number"
    return {"description": about, "schema": {"type": kind, "minimum": least, "maximum": most}}


def _flag(about: str) -> Json:
    return {"description": about, "schema": {"type": "boolean"}}


PARAMETERS: Mapping[str, Json] = {
    "search": _text("Words that are looked for.", maxLength=LONGEST_WORDS),
    "page": _number("Which page, from 1.", MOST_PAGES, whole=True, least=1),
    "per_page": _number("How many on a page.", MOST_PER_PAGE, whole=True, least=1),
    "after": _number("Go on after what the Link header of the page before named.", 2**31 - 1, whole=True),
    "format": _text("ndjson: all of it, a line of JSON for each.", enum=["json", "ndjson"]),
    "full": _flag("With all that hangs on each."),
    "minimal": _flag("Only ids and moments of change, all in one answer."),
    "full_service": _flag("Each organisation with its services whole."),
    "taxonomy_id": _text("With any term of this taxonomy.", format="uuid"),
    "taxonomy_term_id": _text("With this term, or one below it.", format="uuid"),
    "organization_id": _text("Of this organisation.", format="uuid"),
    "modified_after": _text("Changed, or ended, at this moment or later.", format="date-time"),
    "minimum_age": _number("For nobody younger.", MOST_YEARS),
    "maximum_age": _number("For nobody older.", MOST_YEARS),
    "day": _text("With a session on this day.", enum=[*WEEKDAYS[1:], WEEKDAYS[0]]),
    "start_time": _text("With a session that starts then or later, such as 09:30."),
    "end_time": _text("With a session that ends then or earlier, such as 12:00."),
    "postcode": _text("For this place: a postcode, part of one, or a town. What covers it, or does not say."),
    "proximity": _number("With postcode: so many metres from it, or without a place and covering it.", MOST_METRES),
    "top_only": _flag("Only terms that stand below no other."),
    "parent_id": _text("Only terms that stand below this one.", format="uuid"),
}
PAGED = ("search", "page", "per_page", "format")
FILTERS = (
    *("taxonomy_id", "taxonomy_term_id", "organization_id", "modified_after", "minimum_age", "maximum_age"),
    *("day", "start_time", "end_time", "postcode", "proximity", "full"),
)
# Path -> what it gives, and the parameters that it takes.
PATHS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "/": ("Which version and profile this is.", ()),
    "/services": ("Services, a page at a time.", (*PAGED, *FILTERS, "minimal", "after")),
    "/services/{id}": ("One service, whole.", ()),
    "/service_at_locations": ("Services at each of their places.", (*PAGED, *FILTERS)),
    "/service_at_locations/{id}": ("One service at one of its places.", ()),
    "/organizations": ("Organisations that have services here.", (*PAGED, "full", "full_service")),
    "/organizations/{id}": ("One organisation with its services.", ("full_service",)),
    "/taxonomies": ("The taxonomies that are used here.", PAGED),
    "/taxonomies/{id}": ("One taxonomy with its terms.", ()),
    "/taxonomy_terms": ("The terms of all taxonomies.", (*PAGED, "taxonomy_id", "parent_id", "top_only")),
    "/taxonomy_terms/{id}": ("One term.", ()),
}
_ERROR = {
    "type": "object",
    "required": ["error", "message"],
    "properties": {"error": {"type": "string"}, "message": {"type": "string"}, "parameter": {"type": "string"}},
}
_ITEM = {"type": "object", "required": ["id"], "properties": {"id": {"type": "string", "format": "uuid"}}}
_PAGE = {
    "type": "object",
    "required": ["total_items", "total_pages", "page_number", "size", "first_page", "last_page", "empty", "contents"],
    "properties": {
        **{name: {"type": "integer"} for name in ("total_items", "total_pages", "page_number", "size")},
        **{name: {"type": "boolean"} for name in ("first_page", "last_page", "empty")},
        "contents": {"type": "array", "items": _ITEM},
    },
}


def describe(server: str) -> Json:
    """The whole description; `server` is the address that the paths go after."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Hub Finder: Open Referral UK 3.0", "version": "3.0"},
        "servers": [{"url": server}],
        "paths": {path: {"get": _operation(path, *said)} for path, said in PATHS.items()},
    }


def _operation(path: str, about: str, parameters: tuple[str, ...]) -> Json:
    details = {"type": "object", "required": ["version", "profile", "openapi_url"]}
    good = details if path == "/" else _ITEM if path.endswith("{id}") else _PAGE
    content: Json = {"application/json": {"schema": good}}
    if "format" in parameters:
        content["application/x-ndjson"] = {"schema": {"type": "string"}}
    return {
        "summary": about,
        "parameters": list(_parameters(path, parameters)),
        "responses": {"200": {"description": about, "content": content}, **_failures(path, parameters)},
    }


def _parameters(path: str, names: tuple[str, ...]) -> Iterator[Json]:
    if path.endswith("{id}"):
        yield {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    yield from ({"name": name, "in": "query", **PARAMETERS[name]} for name in names)


def _failures(path: str, parameters: tuple[str, ...]) -> Json:
    told = {"content": {"application/json": {"schema": _ERROR}}}
    failures: Json = {"400": {"description": "A parameter cannot be read.", **told}} if parameters else {}
    if path.endswith("{id}"):
        failures["404"] = {"description": "There is none with this id.", **told}
    if path == "/services/{id}":
        failures["301"] = {"description": "It is part of another listing now."}
    return failures
