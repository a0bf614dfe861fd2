"""What other programs may read: no key, any origin, plain errors. docs/api.md describes it."""

from flask import Blueprint, jsonify, render_template, request
from werkzeug import Response

from hub_finder.access import public
from hub_finder.api import open_referral as open_referral
from hub_finder.api import open_referral_first as open_referral_first
from hub_finder.api import told as told
from hub_finder.api.asking import MOST_PER_PAGE, NOT_FROM_A_LINK
from hub_finder.api.description import describe, groups_of
from hub_finder.area import current_area
from hub_finder.directory.ends import Unfollowed, read_ends
from hub_finder.directory.needs import understand
from hub_finder.directory.origins import PlaceProblem
from hub_finder.directory.search import find
from hub_finder.directory.suggesting import suggest
from hub_finder.directory.urgent import recognise
from hub_finder.forms import LONGEST_WORDS
from hub_finder.geocoder import find_place
from hub_finder.manners import link_pages
from hub_finder.parameters import tidy
from hub_finder.said import said_bare
from hub_finder.serialisers import features_json, origin_json, page_json
from hub_finder.taking_away import features_file, read_query, results_of
from hub_finder.web import calendar, error_json, etagged, public_url

blueprint = Blueprint("api", __name__)

SHORT, LONG = 60, 3600


@blueprint.get("/api/needs")
@public
def read_needs() -> Response:
    words = tidy(request.args.get("q"))
    if len(words) > LONGEST_WORDS:
        return error_json("too_long", f"q must be {LONGEST_WORDS} characters or fewer", 400, parameter="q")
    urgent = recognise(words, area=current_area())
    understood = [
        {"need": one.need.slug, "label": said_bare(one.need.label), "score": one.score, "matched": list(one.matched)}
        for one in (understand(words) if words else ())
    ]
    answer = {
        "q": words,
        "urgent": urgent and {"kind": urgent.kind, "message": said_bare(urgent.message)},
        "needs": understood,
    }
    if request.args.get("typing"):
        # Words of danger are to be sent, not to be put into other words. Half a word may sound like them: no harm.
        suggested = () if urgent else suggest(words, area=current_area())
        answer["suggestions"] = [
            {"text": said_bare(one.text) if one.kind == "need" else one.text, "kind": one.kind} for one in suggested
        ]
    return etagged(jsonify(answer), seconds=LONG, private=True)


@blueprint.get("/api/places/<path:text>")
@public
def read_place(text: str) -> Response:
    try:
        origin = find_place(tidy(text), area=current_area())
    except PlaceProblem as problem:
        return error_json(problem.code, problem.message, 404, suggestions=list(problem.suggestions))
    return etagged(jsonify(origin_json(origin)), seconds=LONG, private=True)


@blueprint.get("/api/search")
@public
def read_search_results() -> Response:
    query = read_query()
    if isinstance(query, Response):
        return query
    try:
        typed = tidy(request.args.get("after"))
        page = find(query, area=current_area(), after=read_ends(typed) if typed else None)
    except Unfollowed:
        return error_json("bad_value", f"after {NOT_FROM_A_LINK}", 400, parameter="after")
    response = jsonify(page_json(page, calendar()))
    link_pages(response, query.page, page.pages, {"after": page.ends} if page.ends else {})
    return etagged(response, seconds=SHORT, private=True)


@blueprint.get("/api/openapi.json")
@public
def read_description() -> Response:
    site = public_url("api.show_page").removesuffix("/api")
    return etagged(jsonify(describe(site, current_area())), seconds=LONG)


@blueprint.get("/api")
@public
def show_page() -> str:
    """For people who write programs; in English alone."""
    return render_template("finder/show_api.html", groups=groups_of(current_area()), most=MOST_PER_PAGE)


@blueprint.get("/services.geojson")
@public
def read_features() -> Response:
    query = read_query()
    if isinstance(query, Response):
        return query
    known = calendar()

    def url_of(slug: str) -> str:
        return public_url("finder.show_service", slug=slug)

    features = (one for some in results_of(query) for one in features_json(some, known, url_of=url_of))
    return features_file(features, seconds=SHORT, private=True)
