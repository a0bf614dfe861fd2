"""For search engines: an index of maps of this site, each with at most as many addresses as the protocol allows."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from flask import abort
from markupsafe import escape
from werkzeug import Response as WerkzeugResponse

from hub_finder.access import public
from hub_finder.area import current_area
from hub_finder.directory.catalogue import find_needs
from hub_finder.directory.lately_changed import find_blocks, iterate_block
from hub_finder.finder import blueprint
from hub_finder.taking_away import sent
from hub_finder.web import public_url

HOUR = 3600
# https://www.sitemaps.org/protocol.html: the most addresses of one file.
MOST = 50_000
DECLARED = '<?xml version="1.0" encoding="UTF-8"?>\n'
NAMED = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
Entry = tuple[str, datetime | None]


@blueprint.get("/sitemap.xml")
@public
def show_sitemap() -> WerkzeugResponse:
    """The index: the map of the pages that are always there, and those of listings."""
    maps: list[Entry] = [(public_url("finder.show_pages_map"), None)]
    maps += [
        (public_url("finder.show_services_map", number=block.number), block.changed_at) for block in find_blocks(MOST)
    ]
    return _xml("sitemapindex", "sitemap", maps)


@blueprint.get("/sitemap/pages.xml")
@public
def show_pages_map() -> WerkzeugResponse:
    first = "show_start", "list_needs", "list_hubs", "list_localities", "show_start_for_life", "show_coverage"
    pages = [public_url(f"finder.{page}") for page in first]
    pages += [public_url("finder.show_need", need=need.slug) for need in find_needs()]
    pages += [public_url("finder.show_service_type", slug=one.slug) for one in current_area().service_types]
    pages += [public_url("finder.show_locality", slug=slug) for slug in current_area().localities]
    return _xml("urlset", "url", ((page, None) for page in pages))


@blueprint.get("/sitemap/services-<number>.xml")
@public
def show_services_map(number: str) -> WerkzeugResponse:
    block = next((block for block in find_blocks(MOST) if str(block.number) == number), None)
    if block is None:
        abort(404)
    listed = iterate_block(block.number, MOST)
    return _xml("urlset", "url", ((public_url("finder.show_service", slug=slug), at) for slug, at in listed))


def _xml(root: str, name: str, entries: Iterable[Entry]) -> WerkzeugResponse:
    return sent(_parts(root, name, entries), mimetype="application/xml", seconds=HOUR)


def _parts(root: str, name: str, entries: Iterable[Entry]) -> Iterator[bytes]:
    yield f"{DECLARED}<{root} {NAMED}>\n".encode()
    for address, changed_at in entries:
        changed = f"<lastmod>{changed_at.isoformat(timespec='seconds')}</lastmod>" if changed_at else ""
        yield f"<{name}><loc>{escape(address)}</loc>{changed}</{name}>\n".encode()
    yield f"</{root}>\n".encode()
