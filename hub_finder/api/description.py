"""What programs may ask and what they get, as OpenAPI 3.1 says it, made of the tables that the code itself reads."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from hub_finder import web
from hub_finder.api import described_answers, described_first, described_parameters, described_profile
from hub_finder.api.described_answers import ref
from hub_finder.api.described_parameters import (
    FILTERS,
    IF_NONE_MATCH,
    NEEDS,
    PAGED,
    SESSION_ON,
    in_path,
    profile_parameters,
    results_parameters,
    search_parameters,
)
from hub_finder.api.described_profile import page_of
from hub_finder.area import Area

Json = dict[str, Any]
JSON, NDJSON, PROBLEM = "application/json", "application/x-ndjson", web.PROBLEM
SEARCH, OTHER = "Search and listings", "Words and places"
PROFILE, FIRST = "Open Referral UK 3.0", "Open Referral UK 1.0"
GROUPS = (SEARCH, OTHER, PROFILE, FIRST)
BAD_VALUE, NOT_FOUND, GONE = "A parameter cannot be read.", "There is none.", "It has ended."


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """An address: what it gives, in which forms, what may be asked of it, which failures it knows, and one to try."""

    group: str
    about: str
    content: Mapping[str, Json]
    parameters: Sequence[Json] = ()
    failures: Mapping[int, str] | None = None
    failures_as: str = PROBLEM
    headers: Sequence[str] = ()
    tagged: bool = True
    example: str = ""


def endpoints(area: Area) -> dict[str, Endpoint]:
    """All there is, by path."""
    return {**_own(area), **_profile(), **_first_version()}


def describe(server: str, area: Area) -> Json:
    """The whole description; `server` is the address that the paths go after."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Hub Finder",
            "version": "3.0",
            "description": "No key, any origin. What is not stated is null, and left out of Open Referral UK.",
        },
        "servers": [{"url": server}],
        "tags": [{"name": name} for name in GROUPS],
        "paths": {path: {"get": _operation(one)} for path, one in endpoints(area).items()},
        "components": {
            "schemas": {
                **described_parameters.schemas(),
                **described_answers.SCHEMAS,
                **described_profile.SCHEMAS,
                **described_first.SCHEMAS,
            },
            "headers": _HEADERS,
        },
    }


def groups_of(area: Area) -> dict[str, dict[str, Endpoint]]:
    """The addresses by their groups, for a page."""
    told = endpoints(area)
    return {group: {path: one for path, one in told.items() if one.group == group} for group in GROUPS}


# ---- the addresses


def _own(area: Area) -> dict[str, Endpoint]:
    searched, postcode = search_parameters(area), area.postcode_example.replace(" ", "+")
    slug = in_path("slug", "The last part of a listing's address.")
    ended = {404: NOT_FOUND, 410: GONE, 301: "It is part of another listing now."}
    found = partial(Endpoint, group=SEARCH, parameters=searched, failures={400: BAD_VALUE})
    one = partial(Endpoint, group=SEARCH, parameters=[slug], failures=ended)
    return {
        "/api/search": found(
            about="Search results.",
            parameters=results_parameters(area),
            content={JSON: ref("SearchPage")},
            headers=("Link",),
            example=f"/api/search?postcode={postcode}&per_page=5",
        ),
        "/services.geojson": found(
            about="The same search as GeoJSON: all that it finds, or the page that is asked for.",
            content={"application/geo+json": ref("Features")},
            example=f"/services.geojson?postcode={postcode}&per_page=5",
        ),
        "/services.csv": found(
            about="All that a search finds as a table, everything when nothing is asked; or the page asked for.",
            content={"text/csv": {"type": "string"}},
            headers=("Content-Disposition",),
            example=f"/services.csv?postcode={postcode}&within=5",
        ),
        "/services.ics": found(
            about="The sessions of all that a search finds as a calendar file; where it asks for times, those.",
            content={"text/calendar": {"type": "string"}},
            headers=("Content-Disposition",),
            example=f"/services.ics?postcode={postcode}&within=5",
        ),
        "/services.atom": found(
            about="News to follow: of all that a search finds, the 50 listings that were added or changed last.",
            content={"application/atom+xml": {"type": "string"}},
            headers=("Last-Modified",),
            example="/services.atom?need=sleep",
        ),
        "/services/{slug}.json": one(
            about="One listing, whole.",
            content={JSON: ref("Listing")},
        ),
        "/services/{slug}.geojson": one(
            about="One listing as GeoJSON: each of its places.",
            content={"application/geo+json": ref("PlaceFeatures")},
        ),
        "/services/{slug}.csv": one(
            about="One listing as a table that can be imported again.",
            content={"text/csv": {"type": "string"}},
            headers=("Content-Disposition",),
        ),
        "/services/{slug}.ics": Endpoint(
            group=SEARCH,
            about="The sessions of one listing as a calendar file, or a page that says why there are none.",
            content={"text/calendar": {"type": "string"}, "text/html": {"type": "string"}},
            parameters=[slug, SESSION_ON],
            failures={400: "The day is none.", **ended},
            failures_as="text/html",
            # A page is not to be kept, and has no tag.
            tagged=False,
        ),
        "/api/needs": Endpoint(
            group=OTHER,
            about="Needs that a family's own words speak for, and urgent help.",
            content={JSON: ref("Needs")},
            parameters=NEEDS,
            failures={400: BAD_VALUE},
            example="/api/needs?q=baby+not+sleeping",
        ),
        "/api/places/{text}": Endpoint(
            group=OTHER,
            about="The point of a postcode, part of one, town or village.",
            content={JSON: ref("Origin")},
            parameters=[in_path("text", "What someone typed.")],
            failures={404: "It cannot be found: error says why, suggestions what may be meant."},
            example=f"/api/places/{postcode.replace('+', '%20')}",
        ),
        "/api/openapi.json": Endpoint(
            group=OTHER,
            about="This description.",
            content={JSON: {"type": "object", "required": ["openapi", "info", "paths"]}},
            example="/api/openapi.json",
        ),
        "/api": Endpoint(
            group=OTHER,
            about="The same for people to read.",
            content={"text/html": {"type": "string"}},
            tagged=False,
            example="/api",
        ),
    }


def _profile() -> dict[str, Endpoint]:
    told = {
        "/": Endpoint(
            group=PROFILE,
            about="Which version and profile this is.",
            content={JSON: ref("Version")},
            example="/api/v3/",
        ),
        "/services": _pages(
            "Services.", (*PAGED, *FILTERS, "minimal", "after"), "ServiceInList", "Service", "ServiceMinimal"
        ),
        "/services/{id}": _single("One service, whole.", "Service", moved=True),
        "/service_at_locations": _pages(
            "Services at each of their places.",
            (*PAGED, *FILTERS, "after"),
            "ServiceAtLocationInList",
            "ServiceAtLocation",
        ),
        "/service_at_locations/{id}": _single("One service at one of its places.", "ServiceAtLocation"),
        "/organizations": _pages(
            "Organisations that have services here.", (*PAGED, "full", "full_service", "after"), "Organization"
        ),
        "/organizations/{id}": _single("One organisation with its services.", "Organization", "full_service"),
        "/taxonomies": _pages("The taxonomies that are used here.", PAGED, "Taxonomy"),
        "/taxonomies/{id}": _single("One taxonomy with its terms.", "TaxonomyWithTerms"),
        "/taxonomy_terms": _pages(
            "The terms of all taxonomies.", (*PAGED, "taxonomy_id", "parent_id", "top_only"), "TaxonomyTerm"
        ),
        "/taxonomy_terms/{id}": _single("One term.", "TaxonomyTerm"),
    }
    return {f"/api/v3{path}": _tried(path, one) for path, one in told.items()}


def _first_version() -> dict[str, Endpoint]:
    single = _single("One service, whole, for clients that know 1.0.", "FirstService", moved=True)
    return {
        "/api/v1/services": Endpoint(
            group=FIRST,
            about="Services, for clients that know 1.0.",
            content={JSON: ref("FirstPage")},
            parameters=described_first.parameters(),
            failures={400: BAD_VALUE},
            headers=("Link",),
            example="/api/v1/services?per_page=5",
        ),
        "/api/v1/services/{id}": replace(single, group=FIRST, headers=()),
    }


def _pages(about: str, names: Sequence[str], *kinds: str) -> Endpoint:
    """A list, a page at a time, or all of it, a line for each."""
    return Endpoint(
        group=PROFILE,
        about=about,
        content={JSON: page_of(*kinds), NDJSON: {"type": "string"}},
        parameters=profile_parameters(names),
        failures={400: BAD_VALUE},
        headers=("Link",),
        # Lines are sent while they are read: what their tag is, nobody knows before the end.
        tagged=False,
    )


def _single(about: str, kind: str, *names: str, moved: bool = False) -> Endpoint:
    return Endpoint(
        group=PROFILE,
        about=about,
        content={JSON: ref(kind)},
        parameters=[in_path("id", "Its id."), *profile_parameters(names)],
        failures={
            404: "There is none with this id.",
            **({400: BAD_VALUE} if names else {}),
            **({301: "It is part of another listing now."} if moved else {}),
        },
        headers=("Last-Modified",) if moved else (),
    )


def _tried(path: str, one: Endpoint) -> Endpoint:
    """A list with an address to try; a single thing has none, for its id is not known here."""
    return one if "{" in path or one.example else replace(one, example=f"/api/v3{path}?per_page=5")


# ---- what OpenAPI makes of them

_HEADERS: Mapping[str, Json] = {
    "ETag": {"description": "Send it back in If-None-Match.", "schema": {"type": "string"}},
    "Cache-Control": {"description": "For how long an answer may be kept.", "schema": {"type": "string"}},
    "Access-Control-Allow-Origin": {"description": "Any origin.", "schema": {"const": "*"}},
    "Link": {"description": "The pages next, prev, first and last, as far as there are.", "schema": {"type": "string"}},
    "Last-Modified": {"description": "When it last changed.", "schema": {"type": "string"}},
    "Content-Disposition": {"description": "The name of the file.", "schema": {"type": "string"}},
}
# Those that every answer has that is not a page.
_ALWAYS = ("Cache-Control", "Access-Control-Allow-Origin")


def _operation(one: Endpoint) -> Json:
    return {
        "summary": one.about,
        "tags": [one.group],
        "parameters": [*one.parameters, *([IF_NONE_MATCH] if one.tagged else [])],
        "responses": dict(_responses(one)),
    }


def _responses(one: Endpoint) -> Iterator[tuple[str, Json]]:
    content = {kind: {"schema": schema} for kind, schema in one.content.items()}
    yield "200", {"description": one.about, "headers": _headers(one), "content": content}
    if one.tagged:
        yield "304", {"description": "What is at hand still holds."}
    for status, about in (one.failures or {}).items():
        schema = ref("Error") if one.failures_as == PROBLEM else {"type": "string"}
        answer: Json = {"description": about}
        yield str(status), answer if status < 400 else {**answer, "content": {one.failures_as: {"schema": schema}}}


def _headers(one: Endpoint) -> Json:
    named = [*_ALWAYS, *(["ETag"] if one.tagged else []), *one.headers]
    return {name: {"$ref": f"#/components/headers/{name}"} for name in named if "text/html" not in one.content}
