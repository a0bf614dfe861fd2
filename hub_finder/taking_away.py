"""What may be taken away as a file: all that a search finds, or one listing."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

import orjson
from flask import Response, request, stream_with_context
from werkzeug import Response as WerkzeugResponse

from hub_finder.area import current_area
from hub_finder.directory.catalogue import load_published
from hub_finder.directory.query import SearchQuery
from hub_finder.directory.search import Result, find, find_all
from hub_finder.forms import RULES, asks_nothing, read_search
from hub_finder.importers.export import export_services
from hub_finder.models.services import Service
from hub_finder.web import error_json, etagged

# A file of at most so many bytes is made whole before it is sent: so it has a tag, and its length is known.
MOST_WHOLE = 2**21
# A longer one is sent in parts of about this size.
PART = 2**16
# What says which part of an answer a page shows, and how: in a file it means one page, or nothing.
PAGES = ("page", "per_page")
ONLY_SHOWN = (*PAGES, "view", "week")


def read_query() -> SearchQuery | Response:
    """The query that the parameters make, or the 400 that says which of them cannot be read."""
    read = read_search(request.args, current_area(), place_needed=False)
    if read.query:
        return read.query
    name, (message, *_) = next(iter(read.form.errors.items()))
    return error_json(read.error_code or "bad_value", message, 400, parameter=name, suggestions=list(read.suggestions))


def results_of(query: SearchQuery) -> Iterator[Sequence[Result]]:
    """All that a search finds, some at once; one page of it where one is asked for."""
    if not any(request.args.get(name) for name in PAGES):
        yield from find_all(query, area=current_area())
        return
    page = find(query, area=current_area(), facets=False)
    yield (*page.results, *page.without_a_place)


def services_of(query: SearchQuery) -> Iterator[Sequence[Service]]:
    """The same as whole listings."""
    for some in results_of(query):
        yield load_published([result.service.id for result in some])


def asks_for_all() -> bool:
    """Whether a file of everything is asked for: no filter, no page."""
    return asks_nothing(request.args)


def asked_again() -> dict[str, list[str]]:
    """The parameters of the search that is shown, for the address of a file of all that it finds."""
    given = ((rule.name, request.args.getlist(rule.name)) for rule in RULES if rule.name not in ONLY_SHOWN)
    return {name: [value for value in values if value] for name, values in given if any(values)}


def table_file(services: Iterable[Service], *, name: str, seconds: int, private: bool = False) -> WerkzeugResponse:
    """A CSV file in the columns of `import-services`."""
    lines = (line.encode() for line in export_services(services))
    return sent(lines, mimetype="text/csv", name=f"{name}.csv", seconds=seconds, private=private)


def features_file(features: Iterable[Mapping[str, Any]], *, seconds: int, private: bool = False) -> WerkzeugResponse:
    """A GeoJSON file."""
    return sent(collection_parts(features), mimetype="application/geo+json", seconds=seconds, private=private)


def collection_parts(features: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    """A GeoJSON file, a part for each feature."""
    yield b'{"type":"FeatureCollection","features":['
    for number, feature in enumerate(features):
        yield (b"," if number else b"") + orjson.dumps(feature)
    yield b"]}\n"


def sent(
    parts: Iterable[bytes], *, mimetype: str, seconds: int, private: bool = False, name: str | None = None
) -> WerkzeugResponse:
    """A file of some parts, for any origin. A long one is sent while it is made: what its tag is, nobody knows yet.

    `name`: a browser keeps it as a file with this name. `private`: only the asker may keep it.
    """
    rest = _joined(parts)
    begun: list[bytes] = []
    while sum(map(len, begun)) <= MOST_WHOLE and (part := next(rest, None)):
        begun.append(part)
    further = next(rest, None)
    if further is None:
        response = Response(b"".join(begun), mimetype=mimetype)
    else:
        response = Response(stream_with_context(chain(begun, [further], rest)), mimetype=mimetype)
    response.headers["Access-Control-Allow-Origin"] = "*"
    if name:
        response.headers["Content-Disposition"] = f"attachment; filename={name}"
    if further is None:
        return etagged(response, seconds=seconds, private=private)
    response.headers["Cache-Control"] = f"{'private' if private else 'public'}, max-age={seconds}"
    return response


def _joined(parts: Iterable[bytes]) -> Iterator[bytes]:
    held: list[bytes] = []
    size = 0
    for part in parts:
        held.append(part)
        size += len(part)
        if size >= PART:
            yield b"".join(held)
            held, size = [], 0
    if held:
        yield b"".join(held)
