"""The contract of our own: each answer by the tables of fields, each filter against a plain reading of the listings.

It needs nothing that others published, so it runs wherever the tests do.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from itertools import combinations
from math import asin, cos, radians, sin, sqrt
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from hub_finder.directory import freshness, standing
from hub_finder.directory.catalogue import with_everything
from hub_finder.directory.stock import get_stored
from hub_finder.extensions import db
from hub_finder.models.services import Location, Schedule, Service, Status
from hub_finder.open_referral.terms import exact_types, term_uid
from tests.factories import Catalogue
from tests.integration.giving_out import FULL, read
from tests.open_referral_fields import faults_of
from tests.whole_listing import add_whole_listing

Test = Callable[[Service], bool]
PLACED = {"latitude": "52.1", "longitude": "-1.2", "location_name": "Oak Hall"}
NEAR = {"latitude": "52.108", "longitude": "-1.2", "location_name": "Elm Hall"}
FAR = {"latitude": "52.3", "longitude": "-1.0", "location_name": "Ash Hall"}
HERE = (52.1, -1.2)
METRES = 1000
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@pytest.fixture
def stock(catalogue: Catalogue) -> Catalogue:
    """Listings that differ in all that a filter asks for."""
    add_whole_listing(catalogue, freshness.today())
    catalogue.add({"location_name": "Elm Hall", "city": "Elm", "schedule": "MONTHLY 1SA 10:00-12:00"}, **FULL)
    more: Sequence[Mapping[str, str]] = (
        {"name": "Quartz one", "needs": "sleep", "kind": "youth", "min_age": "0", "max_age": "4", **PLACED},
        {"name": "Quartz two", "needs": "food", "min_age": "5", "max_age": "11", **NEAR, "schedule": DAILY},
        {"name": "Quartz three", "needs": "", "min_age": "11", "schedule": "WEEKLY SA 14:00-16:00", **FAR},
        {"name": "Quartz four", "max_age": "18", "service_area": "council:E09999001", "delivery": "phone"},
        {"name": "Basalt one", "service_area": "council:E09999002", "delivery": "online", "needs": "sleep"},
        {"name": "Basalt two", "service_area": "outcode:FA1", "delivery": "phone", "needs": "food|debt|short-breaks"},
        {"name": "Basalt three", "service_area": "national", "organisation": "Basalt Trust", **FAR},
        {"name": "Basalt four", "service_area": "outcode:NX1", "schedule": "ONCE 2099-06-02 18:00-20:00", **NEAR},
        {"name": "Basalt five", "schedule": "WEEKLY TU 09:00-10:00|WEEKLY TU 17:00-19:00", "max_age": "4", **PLACED},
    )
    for row in more:
        catalogue.add(**{"organisation": "Quartz Trust", **row})
    with catalogue.app.app_context():
        standing.move(get_stored("quartz-three"), Status.RETIRED, actor="Jo")
        db.session.commit()
    return catalogue


DAILY = "WEEKLY MO,TU,WE 09:30-11:30"

# ---- each answer by the tables


COLLECTIONS = {
    "services": "service",
    "service_at_locations": "service_at_location",
    "organizations": "organization",
    "taxonomies": "taxonomy",
    "taxonomy_terms": "taxonomy_term",
}
ENVELOPE = {
    **dict.fromkeys(("total_items", "total_pages", "page_number", "size"), int),
    **dict.fromkeys(("first_page", "last_page", "empty"), bool),
    "contents": list,
}


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_each_list_has_its_envelope_and_each_object_its_fields(
    stock: Catalogue, client: FlaskClient, collection: str
) -> None:
    kind, items = COLLECTIONS[collection], list[Any]()
    for per_page in (500, 3):
        pages = [read(client, f"/{collection}?per_page={per_page}")]
        while not pages[-1]["last_page"]:
            pages.append(read(client, f"/{collection}?per_page={per_page}&page={len(pages) + 1}"))
        for number, page in enumerate(pages, 1):
            assert {name: type(value) for name, value in page.items()} == ENVELOPE
            assert (page["page_number"], page["total_pages"]) == (number, len(pages))
            assert page["size"] == len(page["contents"]) == (per_page if number < len(pages) else page["size"])
            assert (page["first_page"], page["empty"]) == (number == 1, False)
        found = [one for page in pages for one in page["contents"]]
        assert len(found) == pages[0]["total_items"]
        items = items or found
        assert found == items
    assert len({one["id"] for one in items}) == len(items) > 2

    assert [fault for one in items for fault in faults_of(one, f"{kind} in a list")] == []
    assert [fault for one in items for fault in faults_of(read(client, f"/{collection}/{one['id']}"), kind)] == []
    beyond = read(client, f"/{collection}?page=900")
    assert (beyond["contents"], beyond["empty"], beyond["last_page"], beyond["first_page"]) == ([], True, True, False)


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ("services?full=true", "service"),
        ("service_at_locations?full=true", "service_at_location"),
        ("organizations?full=true", "organization"),
    ],
)
def test_a_full_list_tells_of_each_what_it_tells_alone(
    stock: Catalogue, client: FlaskClient, query: str, kind: str
) -> None:
    collection = query.split("?")[0]
    for item in read(client, f"/{query}")["contents"]:
        assert faults_of(item, kind) == []
        assert item == read(client, f"/{collection}/{item['id']}")


def test_organisations_tell_their_services_as_much_as_is_asked(stock: Catalogue, client: FlaskClient) -> None:
    for item in read(client, "/organizations?full_service=true")["contents"]:
        assert item == read(client, f"/organizations/{item['id']}?full_service=true")
        assert item["services"] == [read(client, f"/services/{one['id']}") for one in item["services"]]


@pytest.mark.parametrize(
    "query",
    [
        *COLLECTIONS,
        *("services?full=true", "service_at_locations?full=true", "organizations?full_service=true"),
        *("services?search=quartz", "organizations?search=trust&full=true", "services?minimal=true"),
        "service_at_locations?postcode=FA1+1AA&proximity=1000",
        "services?modified_after=2000-01-01T00:00:00Z",
    ],
)
def test_lines_are_the_list_whatever_the_page(stock: Catalogue, client: FlaskClient, query: str) -> None:
    joined = query + ("&" if "?" in query else "?")
    response = client.get(f"/api/v3/{joined}format=ndjson&per_page=1&page=9")

    assert response.mimetype == "application/x-ndjson"
    assert response.is_streamed
    told = [json.loads(line) for line in response.get_data(as_text=True).splitlines()]
    assert told == read(client, f"/{joined}per_page=500")["contents"]
    assert len(told) > 1


def test_a_minimal_list_has_the_ids_of_the_whole_one(stock: Catalogue, client: FlaskClient) -> None:
    for query in ("", "&search=quartz", "&modified_after=2000-01-01T00:00:00Z"):
        whole = read(client, f"/services?per_page=500{query}")["contents"]
        assert read(client, f"/services?minimal=true&per_page=1{query}")["contents"] == [
            {"id": one["id"], "modified_date": one["last_modified"]} for one in whole
        ]


# ---- each filter against a plain reading


@dataclass(frozen=True)
class Asked:
    """A parameter with its value; whether a listing meets it, one of its places, and one of its sessions."""

    query: str
    meets: Test = bool
    place_meets: Callable[[Location], bool] = bool
    session_meets: Callable[[Schedule], bool] | None = None

    @property
    def names(self) -> set[str]:
        return {part.split("=")[0] for part in self.query.split("&")}


def filters(stock: Sequence[Service], client: FlaskClient) -> Iterator[Asked]:
    """All that a list of services may be asked, each read in the plainest way."""
    for word in ("quartz", "basalt"):
        yield Asked(f"search={word}", lambda one, word=word: is_named(one, word))  # type: ignore[misc]
    for slug in ("sleep", "debt"):
        uid = term_uid("needs", slug)
        yield Asked(f"taxonomy_term_id={uid}", lambda one, slug=slug: slug in slugs(one))  # type: ignore[misc]
    group = next(need.group for one in stock for need in one.needs if need.slug == "food")
    yield Asked(
        f"taxonomy_term_id={term_uid('needs', f'group:{group}')}",
        lambda one: any(need.group == group for need in one.needs),
    )
    yield Asked(f"taxonomy_term_id={term_uid('kinds', 'youth')}", lambda one: one.kind == "youth")
    taxonomies = {one["name"]: one["id"] for one in read(client, "/taxonomies")["contents"]}
    yield Asked(f"taxonomy_id={taxonomies['Hub Finder needs']}", lambda one: bool(one.needs))
    yield Asked(f"taxonomy_id={taxonomies['Hub Finder kinds']}", bool)
    yield Asked(
        f"taxonomy_id={taxonomies['Start for Life services']}",
        lambda one: any(need.start_for_life_service for need in one.needs),
    )
    short_breaks = term_uid("lga-service-types", exact_types()["short-breaks"])
    yield Asked(f"taxonomy_term_id={short_breaks}", lambda one: "short-breaks" in slugs(one))
    trust = next(one.organisation for one in stock if one.organisation.name == "Quartz Trust")
    yield Asked(f"organization_id={trust.uid}", lambda one: one.organisation_id == trust.id)
    yield Asked("minimum_age=5", lambda one: one.min_age is not None and one.min_age >= 5)
    yield Asked("maximum_age=4.5", lambda one: one.max_age is not None and one.max_age <= 4.5)
    for day in ("TU", "SA"):
        yield Asked(f"day={day}", session_meets=lambda one, day=day: on_day(one, day))  # type: ignore[misc]
    yield Asked("start_time=10:00", session_meets=lambda one: one.opens_at is not None and one.opens_at >= time(10))
    yield Asked("end_time=11:30", session_meets=lambda one: one.closes_at is not None and one.closes_at <= time(11, 30))
    yield Asked("postcode=FA1+1AA", lambda one: covers(one) or not one.areas)
    yield Asked(f"postcode=FA1+1AA&proximity={METRES}", is_near, place_is_near)
    moments = sorted(one.modified_at for one in stock if one.modified_at)
    middle = moments[len(moments) // 2]
    told = middle.isoformat().replace("+00:00", "") + "Z"
    yield Asked(f"modified_after={told}", lambda one: bool(one.modified_at and one.modified_at >= middle))
    yield Asked("full=true", bool)


def is_named(service: Service, word: str) -> bool:
    """In its own name or its organisation's; what was taken out is not searched."""
    return service.status == Status.PUBLISHED and word in f"{service.name} {service.organisation.name}".lower()


def slugs(service: Service) -> set[str]:
    return {need.slug for need in service.needs}


def on_day(session: Schedule, day: str) -> bool:
    if session.freq == "ONCE":
        return session.valid_from is not None and DAYS[session.valid_from.weekday()] == day
    return any(one.endswith(day) for one in session.byday)


def covers(service: Service) -> bool:
    here = {("national", ""), ("council", "E09999001"), ("outcode", "FA1"), ("locality", "north-fair")}
    return any(area.scope == "national" or (str(area.scope), area.value) in here for area in service.areas)


def place_is_near(place: Location) -> bool:
    """By the half of a great circle's chord: not the way that the app goes."""
    if place.latitude is None or place.longitude is None:
        return False
    south, west, north, east = map(radians, (*HERE, place.latitude, place.longitude))
    chord = sin((north - south) / 2) ** 2 + cos(south) * cos(north) * sin((east - west) / 2) ** 2
    return 2 * 6_371_000 * asin(sqrt(chord)) <= METRES


def is_near(service: Service) -> bool:
    if any(place.latitude is not None for place in service.places):
        return any(place_is_near(place) for place in service.places)
    return covers(service)


def has_session(service: Service, several: Sequence[Asked]) -> bool:
    """With one session that meets all that is asked of sessions."""
    wanted = [asked.session_meets for asked in several if asked.session_meets]
    return not wanted or any(all(meets(one) for meets in wanted) for one in service.schedules)


def asked_alone_and_in_pairs(every: Sequence[Asked]) -> Iterator[tuple[Asked, ...]]:
    yield from ((one,) for one in every)
    yield from ((one, other) for one, other in combinations(every, 2) if not one.names & other.names)


def test_each_filter_alone_and_with_each_other_leaves_what_a_plain_reading_does(
    stock: Catalogue, app: Flask, client: FlaskClient
) -> None:
    with app.app_context():
        every = list(db.session.scalars(with_everything(select(Service)).order_by(Service.id)).unique())
        told, empty = list(filters(every, client)), 0
        for several in asked_alone_and_in_pairs(told):
            query = "&".join(one.query for one in several)
            ended_too = "modified_after" in query
            found = [
                one
                for one in every
                if (ended_too or one.status == Status.PUBLISHED)
                and all(asked.meets(one) for asked in several)
                and has_session(one, several)
            ]
            places = [
                (one.uid, place.uid)
                for one in found
                for place in one.places
                if all(asked.place_meets(place) for asked in several)
            ]

            answer = read(client, f"/services?per_page=500&{query}")
            assert [one["id"] for one in answer["contents"]] == [one.uid for one in found], query
            assert answer["total_items"] == len(found), query
            links = read(client, f"/service_at_locations?per_page=500&{query}")
            assert [(one["service"]["id"], one["location"]["id"]) for one in links["contents"]] == places, query
            assert links["total_items"] == len(places), query
            empty += not found
            if len(several) == 1 and query != "full=true" and "kinds" not in query:
                assert found, query
        # Most pairs still find something, so that they are no empty promise.
        assert empty < 0.6 * len(told) ** 2 / 2


def test_terms_are_left_by_taxonomy_parent_top_and_words_alone_and_in_pairs(
    stock: Catalogue, client: FlaskClient
) -> None:
    every = read(client, "/taxonomy_terms?per_page=500")["contents"]
    parent = next(one["parent_id"] for one in every if one["name"] == "Sleep")
    taxonomy = next(one["taxonomy_id"] for one in every if one["name"] == "Sleep")
    told: Mapping[str, Callable[[Any], bool]] = {
        f"taxonomy_id={taxonomy}": lambda one: one["taxonomy_id"] == taxonomy,
        f"parent_id={parent}": lambda one: one.get("parent_id") == parent,
        "top_only=true": lambda one: "parent_id" not in one,
        "search=baby": lambda one: "baby" in one["name"].lower(),
    }
    for several in [*((one,) for one in told), *combinations(told, 2)]:
        query = "&".join(several)
        found = [one for one in every if all(told[part](one) for part in several)]
        assert read(client, f"/taxonomy_terms?per_page=500&{query}")["contents"] == found, query
        assert found or "parent_id" in query, query


def test_organisations_are_left_by_the_words_of_their_names(stock: Catalogue, client: FlaskClient) -> None:
    every = read(client, "/organizations")["contents"]
    for words in ("trust", "quartz trust", "QUARTZ", "nobody"):
        found = [one for one in every if all(word in one["name"].lower() for word in words.lower().split())]
        assert read(client, f"/organizations?search={words}")["contents"] == found
        assert bool(found) is (words != "nobody")
