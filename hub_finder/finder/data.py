"""The same facts for machines: JSON and CSV twins of the pages, the site map, health."""

from dataclasses import asdict
from datetime import UTC, datetime, time, timedelta

from flask import Response, abort, current_app, jsonify, make_response
from werkzeug import Response as WerkzeugResponse

from hub_finder.access import public
from hub_finder.area import current_area
from hub_finder.directory.catalogue import find_related, iterate_services
from hub_finder.directory.feed_sources import find_sources_of
from hub_finder.directory.readiness import look
from hub_finder.finder import blueprint
from hub_finder.finder.find import get_service_or_404
from hub_finder.models.services import Service, Status
from hub_finder.serialisers import place_features_json, service_json
from hub_finder.taking_away import asks_for_all, features_file, read_query, services_of, table_file
from hub_finder.web import calendar, etagged, public_url

MINUTE, DAY = 60, 86_400
CONTACT_HOLDS = timedelta(days=180)


@blueprint.get("/services/<slug>.json")
@public
def read_service(slug: str) -> WerkzeugResponse:
    service = _get_service(slug)
    response = jsonify(service_json(service, calendar(), related=find_related(service), feeds=find_sources_of(service)))
    return etagged(response, seconds=5 * MINUTE)


def _get_service(slug: str) -> Service:
    """The listing to give out, also when it is paused; one that has ended answers 410."""
    service = get_service_or_404(slug)
    if service.status == Status.RETIRED:
        abort(410)
    return service


@blueprint.get("/services.csv")
@public
def download_services() -> WerkzeugResponse:
    """What a search finds, in its order; everything, by id, when nothing is asked."""
    query = read_query()
    if isinstance(query, Response):
        return query
    if asks_for_all():
        return table_file(iterate_services(), name="services", seconds=5 * MINUTE)
    found = (service for some in services_of(query) for service in some)
    return table_file(found, name="services", seconds=MINUTE, private=True)


@blueprint.get("/services/<slug>.csv")
@public
def download_service(slug: str) -> WerkzeugResponse:
    return table_file([_get_service(slug)], name=slug, seconds=5 * MINUTE)


@blueprint.get("/services/<slug>.geojson")
@public
def read_service_features(slug: str) -> WerkzeugResponse:
    service = _get_service(slug)
    address = public_url("finder.show_service", slug=slug)
    return features_file(place_features_json(service, address, calendar()), seconds=5 * MINUTE)


@blueprint.get("/basemap.json")
@public
def show_basemap() -> WerkzeugResponse:
    from hub_finder.maps import basemap  # brings folium, which pages without a map do without

    return etagged(Response(basemap(current_area()), mimetype="application/json"), seconds=DAY)


@blueprint.get("/robots.txt")
@public
def show_robots() -> WerkzeugResponse:
    lines = (
        "User-agent: *",
        "Disallow: /search",
        "Disallow: /leave",
        "Disallow: /accounts",
        "Disallow: /moderation",
        "Disallow: /providers/still-right",
        f"Sitemap: {public_url('finder.show_sitemap')}",
        "",
    )
    return etagged(Response("\n".join(lines), mimetype="text/plain"), seconds=DAY)


@blueprint.get("/.well-known/security.txt")
@public
def show_security_contact() -> WerkzeugResponse:
    """Whom to tell of a hole, as RFC 9116 has it. It ends within a year, counted anew each day."""
    contact = current_app.config["HUB_SECURITY_CONTACT"]
    if not contact:
        abort(404)
    ends = datetime.combine(datetime.now(UTC).date() + CONTACT_HOLDS, time.min, UTC)
    lines = [f"Contact: {contact}", f"Expires: {ends:%Y-%m-%dT%H:%M:%SZ}", "Preferred-Languages: en"]
    if current_app.config["HUB_BASE_URL"]:
        lines.append(f"Canonical: {public_url('finder.show_security_contact')}")
    return etagged(Response("\n".join([*lines, ""]), mimetype="text/plain"), seconds=DAY)


@blueprint.get("/health/live")
@public
def show_live() -> WerkzeugResponse:
    return jsonify({"status": "ok"})


@blueprint.get("/health/ready")
@public
def show_ready() -> WerkzeugResponse:
    """Ready when the database answers, has our tables, needs and postcodes, and an index; else it says what is not."""
    found = look()
    told = {"warnings": [asdict(one) for one in found.warnings]} if found.warnings else {}
    if found.is_ready:
        return jsonify({"status": "ok", **told})
    for problem in found.problems:
        current_app.logger.error("Not ready: %s", problem.message)
    problems = [asdict(problem) for problem in found.problems]
    return make_response(jsonify({"status": "unavailable", "problems": problems, **told}), 503)
