"""Ways in without typing: by need, by Family Hub, by part of the area."""

from itertools import groupby

from flask import abort, render_template, url_for

from hub_finder.access import public
from hub_finder.area import current_area
from hub_finder.directory.catalogue import count_by_need, find_services
from hub_finder.directory.query import SearchQuery
from hub_finder.directory.search import find
from hub_finder.directory.targets import measure
from hub_finder.directory.terms import Term
from hub_finder.directory.urgent import urgent_of
from hub_finder.directory.vocabulary import find_terms
from hub_finder.finder import blueprint
from hub_finder.listing_page import NETWORK
from hub_finder.mapping import map_of_services
from hub_finder.models.services import Confidence, Service
from hub_finder.web import be_discreet


def needs_by_group() -> dict[str, list[Term]]:
    return {group: list(needs) for group, needs in groupby(find_terms(), key=lambda need: need.group)}


@blueprint.get("/needs")
@public
def list_needs() -> str:
    return render_template("finder/list_needs.html", needs_by_group=needs_by_group(), counts=count_by_need())


@blueprint.get("/needs/<need>")
@public
def show_need(need: str) -> str:
    chosen = next((known for known in find_terms() if known.slug == need), None)
    if chosen is None:
        abort(404)
    area = current_area()
    if chosen.sensitive:
        be_discreet()
    page = find(SearchQuery(needs=(need,)), area=area, facets=False)
    return render_template(
        "finder/show_need.html",
        need=chosen,
        urgent=urgent_of(chosen.danger, area=area) if chosen.danger else None,
        services=[*page.results, *page.without_a_place],
        search_url=url_for("finder.search", need=need),
    )


@blueprint.get("/hubs")
@public
def list_hubs() -> str:
    area = current_area()
    hubs, outreach = find_services(kind="family_hub"), find_services(kind="outreach")
    confirmed = [service for service in outreach if _is_confirmed(service)]
    return render_template(
        "finder/list_hubs.html",
        hubs=hubs,
        unconfirmed=[hub.slug for hub in hubs if not _is_confirmed(hub)],
        outreach=confirmed,
        outreach_possible=[service for service in outreach if not _is_confirmed(service)],
        online=[service for service in find_services(kind="online") if service.slug == area.online_hub],
        tallies=measure(area, [target for target in area.targets.values() if set(target.kinds) & NETWORK]),
        map=map_of_services([*hubs, *confirmed]),
    )


def _is_confirmed(service: Service) -> bool:
    """Whether a source names this as part of the network, and not only as likely."""
    return service.confidence == Confidence.HIGH


@blueprint.get("/localities")
@public
def list_localities() -> str:
    return render_template("finder/list_localities.html")


@blueprint.get("/localities/<slug>")
@public
def show_locality(slug: str) -> str:
    area = current_area()
    locality = area.localities.get(slug)
    if locality is None:
        abort(404)
    services = find_services(locality=slug)
    groups: dict[str, list[Service]] = {}
    for kind in area.kinds.values():
        if listed := [service for service in services if service.kind == kind.slug]:
            groups[kind.plural_label] = listed
    return render_template(
        "finder/show_locality.html",
        locality=locality,
        groups=groups,
        note=locality.note,
        map=map_of_services(services),
    )
