"""News of a search to follow: what is new and what changed, as Atom (RFC 4287). In English, as all files."""

from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import urlencode
from xml.etree import ElementTree

from flask import Response
from werkzeug import Response as WerkzeugResponse

from hub_finder.access import public
from hub_finder.area import current_area
from hub_finder.database import aware
from hub_finder.directory.lately_changed import find_added_at, find_lately_changed
from hub_finder.directory.query import SearchQuery
from hub_finder.directory.search import find_ids
from hub_finder.directory.vocabulary import find_terms
from hub_finder.finder import blueprint
from hub_finder.models.services import Service, derived_uid
from hub_finder.taking_away import asked_again, asks_for_all, read_query
from hub_finder.web import SITE_NAME, etagged, public_url

MINUTE = 60
# How many listings are told of.
MOST = 50
ATOM = "http://www.w3.org/2005/Atom"
# Of what was stored before changes were noted with their moment.
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@blueprint.get("/services.atom")
@public
def follow_services() -> WerkzeugResponse:
    """Of all that a search finds, the listings that were added or changed last."""
    query = read_query()
    if isinstance(query, Response):
        return query
    services = find_lately_changed(find_ids(query, area=current_area()), most=MOST)
    response = Response(_feed(query, services), mimetype="application/atom+xml")
    response.last_modified = _updated_at(services)
    return etagged(response, seconds=5 * MINUTE, private=not asks_for_all())


def _feed(query: SearchQuery, services: Sequence[Service]) -> bytes:
    # In one order, whatever that of the address was, so that the id is always the same.
    asked = urlencode(sorted((name, value) for name, values in asked_again().items() for value in values))
    with_query = f"?{asked}" if asked else ""
    feed = ElementTree.Element("feed", {"xmlns": ATOM, "xml:lang": "en-GB"})
    _add(feed, "id", f"urn:uuid:{derived_uid('atom', f'{current_area().name}?{asked}')}")
    _add(feed, "title", _title(query))
    _add(feed, "updated", _updated_at(services).isoformat())
    _add(feed, "link", rel="self", type="application/atom+xml", href=public_url("finder.follow_services") + with_query)
    _add(feed, "link", rel="alternate", type="text/html", href=public_url("finder.search") + with_query)
    _add(_add(feed, "author"), "name", SITE_NAME)
    added_at = find_added_at([service.id for service in services])
    for service in services:
        _add_entry(feed, service, added_at.get(service.id))
    ElementTree.indent(feed)
    told: bytes = ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True)
    return told


def _add_entry(feed: ElementTree.Element, service: Service, added_at: datetime | None) -> None:
    changed_at = _changed_at(service)
    entry = _add(feed, "entry")
    _add(entry, "id", f"urn:uuid:{service.uid}")
    _add(entry, "title", service.name)
    _add(entry, "updated", changed_at.isoformat())
    if added_at:
        _add(entry, "published", min(added_at, changed_at).isoformat())
    _add(entry, "link", rel="alternate", type="text/html", href=public_url("finder.show_service", slug=service.slug))
    _add(_add(entry, "author"), "name", service.organisation.name)
    for need in service.needs:
        _add(entry, "category", term=need.slug, label=need.label, scheme=public_url("finder.list_needs"))
    if service.locality:
        label = current_area().localities[service.locality].name
        _add(entry, "category", term=service.locality, label=label, scheme=public_url("finder.list_localities"))
    if service.summary:
        _add(entry, "summary", service.summary)


def _add(parent: ElementTree.Element, name: str, text: str | None = None, **attributes: str) -> ElementTree.Element:
    element = ElementTree.SubElement(parent, name, attributes)
    element.text = text
    return element


def _title(query: SearchQuery) -> str:
    area = current_area()
    labels = {need.slug: need.label for need in find_terms()}
    asked = [labels[slug] for slug in query.needs] + [area.localities[slug].name for slug in query.localities]
    return f"New and changed: {', '.join(asked) or area.name}"


def _updated_at(services: Sequence[Service]) -> datetime:
    return max(map(_changed_at, services), default=LONG_AGO)


def _changed_at(service: Service) -> datetime:
    return aware(service.modified_at).astimezone(UTC) if service.modified_at else LONG_AGO
