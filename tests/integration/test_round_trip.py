"""Our feed, read by our importer into an empty site, is told there as it was here: ids, facts, places and people."""

import json
from collections.abc import Callable, Iterator
from operator import itemgetter
from typing import Any, NamedTuple

import pytest
from flask import Flask

from hub_finder.area import load_area
from hub_finder.config import ROOT
from hub_finder.directory import freshness
from hub_finder.extensions import db
from hub_finder.importers.feed_apply import FeedReport
from hub_finder.importers.needs import import_needs
from hub_finder.importers.open_referral import import_open_referral
from hub_finder.importers.places import import_places
from hub_finder.importers.services import import_services
from tests.conftest import DATABASES, build_app
from tests.factories import Catalogue
from tests.whole_listing import add_whole_listing

AREA = ROOT / "data/areas/dorset"
Json = dict[str, Any]


class Trip(NamedTuple):
    """The two sites, and what the first read and a second one say."""

    here: Flask
    there: Flask
    first: FeedReport
    again: FeedReport


@pytest.fixture(scope="module", params=DATABASES)
def trip(
    request: pytest.FixtureRequest, make_database: Callable[[str, str], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Trip]:
    """The real listings and one that fills everything, read from one site's feed into an empty one."""
    apps = [build_app(make_database(request.param, f"trip-{end}"), HUB_AREA=str(AREA)) for end in ("from", "to")]
    for app in apps:
        with app.app_context():
            import_needs(ROOT / "data/needs.csv")
            import_places(load_area(AREA).places_file)
    with apps[0].app_context():
        assert import_services(load_area(AREA).services_file, area=load_area(AREA)).refused == []
    add_whole_listing(Catalogue(apps[0]), freshness.today())
    file = tmp_path_factory.mktemp("feed") / "service_list.json"
    file.write_text(json.dumps({"contents": told(apps[0])}), encoding="utf-8")
    with apps[1].app_context():
        first, again = (import_open_referral(str(file), area=load_area(AREA), name="The other") for _ in range(2))
    yield Trip(here=apps[0], there=apps[1], first=first, again=again)
    for app in apps:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def told(app: Flask, collection: str = "services") -> list[Json]:
    """All that a site tells of a collection, in full, by id."""
    client, found, page = app.test_client(), [], 1
    while True:
        response = client.get(f"/api/v3/{collection}?full=true&per_page=100&page={page}")
        assert response.status_code == 200
        answer = response.get_json()
        found += answer["contents"]
        if answer["last_page"]:
            return sorted(found, key=lambda item: str(item["id"]))
        page += 1


def without_moments(told: Any) -> Any:
    """The same but for when services last changed, and the order of an organisation's: these are each site's own."""
    if isinstance(told, list):
        return [without_moments(one) for one in told]
    if not isinstance(told, dict):
        return told
    kept = {name: without_moments(value) for name, value in told.items() if name != "last_modified"}
    return kept | {"services": sorted(kept["services"], key=itemgetter("id"))} if "services" in kept else kept


def test_our_feed_comes_back_the_same_after_a_journey(trip: Trip) -> None:
    before = told(trip.here)

    assert len(before) > 200
    assert (trip.first.added, trip.first.refused) == (len(before), [])
    # One by one: a difference between two services can be read, one between two lists cannot.
    for one, other in zip(before, told(trip.there), strict=True):
        assert without_moments(other) == without_moments(one)


def test_a_second_journey_changes_nothing(trip: Trip) -> None:
    assert (trip.again.added, trip.again.changed, trip.again.unchanged) == (0, 0, len(told(trip.here)))


@pytest.mark.parametrize("collection", ["service_at_locations", "organizations"])
def test_places_and_organisations_keep_their_ids_and_facts(trip: Trip, collection: str) -> None:
    before = told(trip.here, collection)

    assert before
    assert without_moments(told(trip.there, collection)) == without_moments(before)
