"""Open Referral UK 3.0: what other directories, and those who plan, take from here. docs/api.md describes it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

import orjson
from flask import Blueprint, Response, jsonify, redirect, request, stream_with_context, url_for
from werkzeug import Response as WerkzeugResponse

from hub_finder.access import public
from hub_finder.api.asking import Answer, BadParameter, read_asked, read_flag, read_format, read_page, read_words
from hub_finder.area import current_area
from hub_finder.directory import freshness, giving_out
from hub_finder.directory.giving_out import Asked
from hub_finder.manners import dated, link_pages
from hub_finder.models.services import Service, ServiceAtLocation, Status
from hub_finder.open_referral.services import Teller, moment
from hub_finder.open_referral.terms import (
    TAXONOMIES,
    Json,
    TaxonomyTerm,
    Terms,
    current_terms,
    taxonomy_json,
    taxonomy_uid,
)
from hub_finder.web import error_json, etagged, public_url

blueprint = Blueprint("open_referral", __name__, url_prefix="/api/v3")

VERSION = "HSDS-UK-3.0"
PROFILE = "https://docs.openreferraluk.org/en/latest/"
SHORT, LONG = 60, 3600


@blueprint.errorhandler(BadParameter)
def tell_parameter(problem: BadParameter) -> WerkzeugResponse:
    return error_json("bad_value", str(problem), 400, parameter=problem.parameter)


@blueprint.get("/", strict_slashes=False)
@public
def read_details() -> WerkzeugResponse:
    described = public_url("api.read_description")
    return etagged(jsonify({"version": VERSION, "profile": PROFILE, "openapi_url": described}), seconds=LONG)


# ---- services


@blueprint.get("/services")
@public
def list_services() -> WerkzeugResponse:
    room = Room()
    asked = _bounded(read_asked(request.args, room.terms))
    tell: Callable[[Service], Json] = room.teller.basic
    if read_flag(request.args, "minimal"):
        tell = room.teller.minimal
    elif read_flag(request.args, "full"):
        tell = room.teller.full
    if read_format(request.args) == "ndjson":
        return _lines(tell(service) for service in giving_out.iterate_services(asked))
    page = read_page(request.args)
    if tell == room.teller.minimal:
        # All in one answer, as the specification asks of this.
        told = [tell(service) for service in giving_out.iterate_services(asked)]
        return _page(told, len(told), Answer(page=1, per_page=max(1, len(told))))
    after, _position = page.after or giving_out.NOTHING
    found = giving_out.find_services(asked, limit=page.per_page + 1, offset=page.offset, after=after)
    told = [tell(service) for service in found[: page.per_page]]
    return _page(told, giving_out.count_services(asked), page, further_of(asked, page, [one.id for one in found]))


@blueprint.get("/services/<uid>")
@public
def read_service(uid: str) -> WerkzeugResponse:
    service = giving_out.get_by_uid_or_none(uid) if "\0" not in uid else None
    if service is None:
        return not_found("service", uid)
    if service.status == Status.MERGED and service.merged_into:
        return redirect(url_for(".read_service", uid=service.merged_into.uid), 301)
    room = Room()
    return dated(etagged(jsonify(room.teller.full(service)), seconds=SHORT), room.teller.moved_at(service))


# ---- places


@blueprint.get("/service_at_locations")
@public
def list_places() -> WerkzeugResponse:
    room, full = Room(), read_flag(request.args, "full")
    asked = _bounded(read_asked(request.args, room.terms))

    def tell(service: Service, link: ServiceAtLocation) -> Json:
        return room.teller.at_location(service, link.location, full=full)

    if read_format(request.args) == "ndjson":
        return _lines(tell(*one) for one in giving_out.iterate_places(asked))
    page = read_page(request.args)
    after = page.after or giving_out.NOTHING
    found = giving_out.find_places(asked, limit=page.per_page + 1, offset=page.offset, after=after)
    told = [tell(*one) for one in found[: page.per_page]]
    keys = [f"{link.service_id}.{link.position}" for _service, link in found]
    return _page(told, giving_out.count_places(asked), page, further_of(asked, page, keys))


@blueprint.get("/service_at_locations/<uid>")
@public
def read_place(uid: str) -> WerkzeugResponse:
    found = giving_out.get_place_by_uid_or_none(uid) if "\0" not in uid else None
    if found is None:
        return not_found("service_at_location", uid)
    return etagged(jsonify(Room().teller.at_location(*found, full=True)), seconds=SHORT)


# ---- organisations


@blueprint.get("/organizations")
@public
def list_organisations() -> WerkzeugResponse:
    words, teller = read_words(request.args), Room().teller
    full, whole = read_flag(request.args, "full"), read_flag(request.args, "full_service")
    if read_format(request.args) == "ndjson":
        every = giving_out.iterate_organisations(words, with_services=full or whole)
        return _lines(teller.organisation(one, services, full=whole) for one, services in every)
    page = read_page(request.args)
    found = giving_out.find_organisations(words, limit=page.per_page, offset=page.offset)
    services = giving_out.find_services_of(found) if full or whole else {}
    told = [teller.organisation(one, services.get(one.id, ()), full=whole) for one in found]
    return _page(told, giving_out.count_organisations(words), page)


@blueprint.get("/organizations/<uid>")
@public
def read_organisation(uid: str) -> WerkzeugResponse:
    found = giving_out.get_organisation_by_uid_or_none(uid) if "\0" not in uid else None
    if found is None:
        return not_found("organization", uid)
    services = giving_out.find_services_of([found])[found.id]
    whole = read_flag(request.args, "full_service")
    return etagged(jsonify(Room().teller.organisation(found, services, full=whole)), seconds=SHORT)


# ---- vocabulary


@blueprint.get("/taxonomies")
@public
def list_taxonomies() -> WerkzeugResponse:
    return _whole([taxonomy_json(name) for name in TAXONOMIES])


@blueprint.get("/taxonomies/<uid>")
@public
def read_taxonomy(uid: str) -> WerkzeugResponse:
    name = next((name for name in TAXONOMIES if taxonomy_uid(name) == uid), None)
    if name is None:
        return not_found("taxonomy", uid)
    terms = [term.json() for term in Room().terms.of(name)]
    return etagged(jsonify({**taxonomy_json(name), "taxonomy_terms": terms}), seconds=LONG)


@blueprint.get("/taxonomy_terms")
@public
def list_terms() -> WerkzeugResponse:
    terms = Room().terms
    chosen: Iterable[TaxonomyTerm] = terms.all.values()
    if taxonomy := request.args.get("taxonomy_id"):
        chosen = [term for term in chosen if taxonomy_uid(term.taxonomy) == taxonomy]
    if parent := request.args.get("parent_id"):
        above = terms.all.get(parent)
        chosen = [term for term in chosen if above and (term.taxonomy, term.parent) == (above.taxonomy, above.value)]
    if read_flag(request.args, "top_only"):
        chosen = [term for term in chosen if term.parent is None]
    return _whole([term.json() for term in chosen])


@blueprint.get("/taxonomy_terms/<uid>")
@public
def read_term(uid: str) -> WerkzeugResponse:
    term = Room().terms.all.get(uid)
    return etagged(jsonify(term.json()), seconds=LONG) if term else not_found("taxonomy term", uid)


# ---- answers


class Room:
    """What one answer needs of the vocabulary, read when it is first needed."""

    @cached_property
    def terms(self) -> Terms:
        return current_terms(current_area())

    @cached_property
    def teller(self) -> Teller:
        return Teller(self.terms, current_area(), today=freshness.today())


def _bounded(asked: Asked) -> Asked:
    """Changes up to the latest there is: what changes while a client reads the pages comes when it asks next."""
    if asked.modified_after is None or asked.until is not None:
        return asked
    return replace(asked, until=giving_out.stands_at())


def further_of(asked: Asked, page: Answer, found: Sequence[int | str]) -> Mapping[str, object]:
    """What the link to the next page says besides; nothing where there is none. Of one more than the page holds."""
    if len(found) <= page.per_page:
        return {}
    return {"after": found[page.per_page - 1], "until": asked.until and moment(asked.until)}


def _page(
    contents: Sequence[Json], total: int, page: Answer, further: Mapping[str, object] | None = None
) -> WerkzeugResponse:
    """One page in its wrapper, with a link to the next, which holds whatever changes where `further` is given.

    What is left is told by it, for the total may have become less since the first page.
    """
    pages = -(-total // page.per_page)
    last = page.page >= pages if further is None else not further
    response = jsonify(
        {
            "total_items": total,
            "total_pages": pages,
            "page_number": page.page,
            "size": len(contents),
            "first_page": page.page == 1,
            "last_page": last,
            "empty": not contents,
            "contents": contents,
        }
    )
    link_pages(response, page.page, pages, further)
    return etagged(response, seconds=SHORT)


def _whole(contents: Sequence[Json]) -> WerkzeugResponse:
    """One page of a list that is at hand whole, with those that hold the words of `search` in their names."""
    words = read_words(request.args).lower().split()
    found = [one for one in contents if all(word in one["name"].lower() for word in words)]
    if read_format(request.args) == "ndjson":
        return _lines(found)
    page = read_page(request.args)
    return _page(found[page.offset : page.offset + page.per_page], len(found), page)


def _lines(items: Iterable[Json]) -> WerkzeugResponse:
    """All of it, a line of JSON for each, sent while it is read."""

    def lines() -> Iterator[bytes]:
        for item in items:
            yield orjson.dumps(item) + b"\n"

    response = Response(stream_with_context(lines()), mimetype="application/x-ndjson")
    response.headers["Cache-Control"] = f"public, max-age={SHORT}"
    return response


def not_found(what: str, uid: str) -> WerkzeugResponse:
    return error_json("not_found", f"There is no {what} with the id “{uid[:60]}”", 404)
