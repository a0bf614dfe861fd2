"""Open Referral UK 1.0, for clients that know no later version. docs/api.md describes it."""

from collections.abc import Iterator, Mapping, Sequence

from flask import Blueprint, jsonify, redirect, request, url_for
from werkzeug import Response
from werkzeug.datastructures import MultiDict

from hub_finder.access import public
from hub_finder.api.asking import (
    MOST_YEARS,
    Answer,
    BadParameter,
    read_metres,
    read_number,
    read_origin,
    read_page,
    read_session,
    read_words,
    stand_for,
)
from hub_finder.api.open_referral import SHORT, Room, further_of, not_found, tell_parameter
from hub_finder.directory import giving_out
from hub_finder.directory.giving_out import Asked, AskedTerms
from hub_finder.manners import link_pages
from hub_finder.models.services import Status
from hub_finder.open_referral.first_version import FIELDS, HANGING, OlderTeller
from hub_finder.open_referral.terms import TAXONOMIES, Json, Terms, taxonomy_uid
from hub_finder.web import etagged

blueprint = Blueprint("open_referral_first", __name__, url_prefix="/api/v1")
blueprint.register_error_handler(BadParameter, tell_parameter)

Args = MultiDict[str, str]
# What a term may be said of; ours are all said of services.
TERMS_OF = ("service", "organization", "eligibility", "cost_option", "area", "any")
_OURS = ("", "service", "any")
# How often parameters may be given that go together in sets.
MOST_SETS = 20


@blueprint.get("/services")
@public
def list_services() -> Response:
    room, page = Room(), read_page(request.args)
    asked, include = read_asked(request.args, room.terms), read_include(request.args)
    after, _position = page.after or giving_out.NOTHING
    found = giving_out.find_services(asked, limit=page.per_page + 1, offset=page.offset, after=after)
    teller, total = OlderTeller(room.teller), giving_out.count_services(asked)
    further = further_of(asked, page, [one.id for one in found])
    return _page([teller.basic(one, include) for one in found[: page.per_page]], total, page, further)


@blueprint.get("/services/<uid>")
@public
def read_service(uid: str) -> Response:
    service = giving_out.get_by_uid_or_none(uid) if "\0" not in uid else None
    if service is None:
        return not_found("service", uid)
    if service.status == Status.MERGED and service.merged_into:
        return redirect(url_for(".read_service", uid=service.merged_into.uid), 301)
    return etagged(jsonify(OlderTeller(Room().teller).full(service)), seconds=SHORT)


# ---- what is asked


def read_asked(args: Args, terms: Terms) -> Asked:
    """Raises BadParameter."""
    origin, covered = read_origin(args, "postcode"), read_origin(args, "coverage")
    metres = read_metres(args, origin)
    return Asked(
        words=read_words(args, "text"),
        terms=list(_read_terms(args, terms)),
        minimum_age=read_number(args, "minimum_age", MOST_YEARS),
        maximum_age=read_number(args, "maximum_age", MOST_YEARS),
        sessions=[one for one in map(read_session, _sets(args, "day", "start_time", "end_time")) if one],
        covers=[one for one in (covered, origin if metres is None else None) if one],
        near=None if origin is None or metres is None else (origin, metres),
    )


def read_include(args: Args) -> frozenset[str]:
    """Fields that a list tells besides. Raises BadParameter."""
    given = args.getlist("include")
    if len(given) > MOST_SETS:
        raise BadParameter("include", f"must be given at most {MOST_SETS} times")
    names = {name.strip() for text in given for name in text.split(",")} - {""}
    if unknown := sorted(names - {*FIELDS, *HANGING}):
        raise BadParameter("include", f"must name fields of a service; there is no “{unknown[0][:60]}”")
    return frozenset(names)


def _read_terms(args: Args, terms: Terms) -> Iterator[AskedTerms]:
    """Each set of a term, a vocabulary and what it is said of; a service must meet all sets."""
    for one in _sets(args, "taxonomy_id", "vocabulary", "taxonomy_type"):
        said_of, uid, vocabulary = (
            one[name].strip().lower() for name in ("taxonomy_type", "taxonomy_id", "vocabulary")
        )
        if said_of and said_of not in TERMS_OF:
            raise BadParameter("taxonomy_type", f"must be one of {', '.join(TERMS_OF)}")
        if not uid and not vocabulary:
            continue
        term = terms.all.get(uid)
        chosen = terms.with_children(term) if term else [] if uid else list(terms.all.values())
        named = {name for name in TAXONOMIES if vocabulary in ("", taxonomy_uid(name), TAXONOMIES[name][0].lower())}
        of_it = [term for term in chosen if term.taxonomy in named and said_of in _OURS]
        yield stand_for("taxonomy_id" if uid else "vocabulary", of_it, terms)


def _sets(args: Args, *names: str) -> list[dict[str, str]]:
    """Parameters that go together, a set for each time that they are given; "" for what is not. Raises BadParameter."""
    given = {name: args.getlist(name) for name in names}
    times = max(map(len, given.values()))
    for name, values in given.items():
        if times > MOST_SETS or (values and len(values) != times):
            often = f"at most {MOST_SETS} times" if times > MOST_SETS else "as often as those that go with it"
            raise BadParameter(name, f"must be given {often}: {', '.join(names)}")
    return [{name: values[number] if values else "" for name, values in given.items()} for number in range(times)]


# ---- answers


def _page(content: Sequence[Json], total: int, page: Answer, further: Mapping[str, object]) -> Response:
    pages = -(-total // page.per_page)
    response = jsonify(
        {
            "totalElements": total,
            "totalPages": pages,
            "number": page.page,
            "size": len(content),
            "first": page.page == 1,
            "last": not further,
            "empty": not content,
            "content": content,
        }
    )
    link_pages(response, page.page, pages, further)
    return etagged(response, seconds=SHORT)
