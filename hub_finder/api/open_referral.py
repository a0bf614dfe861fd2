"""Open Referral UK 3.0: what other directories, and those who plan, take from here. docs/api.md describes it."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property

import orjson
from flask import Blueprint, Response, jsonify, redirect, request, stream_with_context, url_for
from werkzeug import Response as WerkzeugResponse

from hub_finder.access import public
from hub_finder.api.asking import Answer, BadParameter, read_asked, read_flag, read_format, read_page, read_words
from hub_finder.api.told import Told, lines_of, tell_services
from hub_finder.area import current_area
from hub_finder.directory import freshness, giving_out
from hub_finder.directory.giving_out import Asked, Standing
from hub_finder.directory.origins import Origin
from hub_finder.manners import dated, link_pages, started
from hub_finder.models.services import Service, ServiceAtLocation
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
    room, full, page = Room(), read_flag(request.args, "full"), read_page(request.args)
    asked = _bounded(read_asked(request.args, lambda: room.terms))
    if read_flag(request.args, "minimal"):
        return _minimal(room, asked)
    if read_format(request.args) == "ndjson":
        lines = lines_of(giving_out.iterate_pages(asked), lambda: room.teller, today=room.today, full=full)
        return _sent(lines, asked.places)
    after, _position = page.after or giving_out.NOTHING
    found = giving_out.find_page(asked, limit=page.per_page + 1, offset=page.offset, after=after)
    contents = [orjson.Fragment(one.text) for one in room.tell(found[: page.per_page], full=full)]
    return _page(contents, giving_out.count_services(asked), page, further_of(asked, page, [one.id for one in found]))


def _minimal(room: "Room", asked: Asked) -> WerkzeugResponse:
    """Ids and moments: all in one answer, as the specification asks of this."""
    contents = (room.teller.minimal(service) for service in giving_out.iterate_services(asked))
    if read_format(request.args) == "ndjson":
        return _lines(contents, asked.places)
    whole = list(contents)
    return _page(whole, len(whole), Answer(page=1, per_page=max(1, len(whole))))


@blueprint.get("/services/<uid>")
@public
def read_service(uid: str) -> WerkzeugResponse:
    found = giving_out.get_standing_or_none(uid) if "\0" not in uid else None
    if found is None:
        return not_found("service", uid)
    standing, winner = found
    if winner:
        return redirect(url_for(".read_service", uid=winner.uid), 301)
    for one in Room().tell([standing], full=True):
        response = Response(one.text + b"\n", mimetype="application/json")
        return dated(etagged(response, seconds=SHORT), one.moved_at)
    return not_found("service", uid)


# ---- places


@blueprint.get("/service_at_locations")
@public
def list_places() -> WerkzeugResponse:
    room, full, page = Room(), read_flag(request.args, "full"), read_page(request.args)
    asked = _bounded(read_asked(request.args, lambda: room.terms))

    def tell(service: Service, link: ServiceAtLocation) -> Json:
        return room.teller.at_location(service, link.location, full=full)

    if read_format(request.args) == "ndjson":
        return _lines((tell(*one) for one in giving_out.iterate_places(asked)), asked.places)
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
    words, page, teller = read_words(request.args), read_page(request.args), Room().teller
    full, whole = read_flag(request.args, "full"), read_flag(request.args, "full_service")
    if read_format(request.args) == "ndjson":
        every = giving_out.iterate_organisations(words, with_services=full or whole)
        return _lines(teller.organisation(one, services, full=whole) for one, services in every)
    after, _position = page.after or giving_out.NOTHING
    some = giving_out.find_organisations(words, limit=page.per_page + 1, offset=page.offset, after=after)
    found = some[: page.per_page]
    services = giving_out.find_services_of(found) if full or whole else {}
    told = [teller.organisation(one, services.get(one.id, ()), full=whole) for one in found]
    further = {"after": found[-1].id} if len(some) > len(found) else {}
    return _page(told, giving_out.count_organisations(words), page, further)


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
    def today(self) -> date:
        return freshness.today()

    @cached_property
    def teller(self) -> Teller:
        return Teller(self.terms, current_area(), today=self.today)

    def tell(self, standings: Sequence[Standing], *, full: bool) -> list[Told]:
        return [one for _id, one in tell_services(standings, lambda: self.teller, today=self.today, full=full)]


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
    contents: Sequence[Json | orjson.Fragment], total: int, page: Answer, further: Mapping[str, object] | None = None
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
    words, page = read_words(request.args).lower().split(), read_page(request.args)
    found = [one for one in contents if all(word in one["name"].lower() for word in words)]
    if read_format(request.args) == "ndjson":
        return _lines(found)
    return _page(found[page.offset : page.offset + page.per_page], len(found), page)


def _lines(items: Iterable[Json], places: Sequence[Origin] = ()) -> WerkzeugResponse:
    """All of it, a line of JSON for each, sent while it is read."""
    return _sent((orjson.dumps(item) + b"\n" for item in items), places)


def _sent(lines: Iterator[bytes], places: Sequence[Origin] = ()) -> WerkzeugResponse:
    """With a weak tag over all that it follows from: who has it is told so, and nothing is read.

    `places` are those that were asked for, as they were found: where they are may change without the listings.
    """
    response = Response(mimetype="application/x-ndjson")
    response.headers["Cache-Control"] = f"public, max-age={SHORT}"
    asked_at = f"{request.script_root}{request.full_path}"
    state = f"{giving_out.state()} {freshness.today()} {started()} {places} {asked_at}"
    tag = hashlib.sha256(state.encode()).hexdigest()[:32]
    response.set_etag(tag, weak=True)
    if request.if_none_match.contains_weak(tag):
        return response.make_conditional(request)
    response.response = stream_with_context(lines)
    return response


def not_found(what: str, uid: str) -> WerkzeugResponse:
    return error_json("not_found", f"There is no {what} with the id “{uid[:60]}”", 404)
