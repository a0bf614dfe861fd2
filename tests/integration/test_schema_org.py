"""The data of schema.org on a listing's page: what validators would find, and that our own rules find it."""

from collections.abc import Callable
from copy import deepcopy
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from hub_finder.extensions import db
from hub_finder.for_programs import linked_data
from hub_finder.models.services import Service
from tests.factories import Catalogue
from tests.schema_org_rules import faults
from tests.whole_listing import add_whole_listing

Data = dict[str, Any]


@pytest.fixture
def tell(catalogue: Catalogue) -> Callable[[str], Data]:
    def told(slug: str) -> Data:
        with catalogue.app.test_request_context():
            return linked_data(db.session.scalars(select(Service).where(Service.slug == slug)).one()) or {}

    return told


@pytest.fixture
def good(catalogue: Catalogue, tell: Callable[[str], Data]) -> Data:
    add_whole_listing(catalogue, date(2026, 11, 24))
    data = tell("everything-group")
    assert faults(data) == []
    assert [thing["@type"] for thing in data["@graph"]][:2] == ["Service", "Event"]
    return data


def break_service(name: str, value: object) -> Callable[[Data], None]:
    return lambda data: data["@graph"][0].update({name: value})


def break_event(name: str, value: object) -> Callable[[Data], None]:
    return lambda data: data["@graph"][1].update({name: value})


def take(at: int, *names: str) -> Callable[[Data], None]:
    def taken(data: Data) -> None:
        thing = data["@graph"][at]
        for name in names[:-1]:
            thing = thing[name]
        del thing[names[-1]]

    return taken


@pytest.mark.parametrize(
    ("spoil", "where"),
    [
        (lambda data: data.update({"@context": "http://schema.org"}), "@context"),
        (break_service("@type", "Servise"), "0"),
        (break_service("name", ""), "0.Service.name"),
        (break_service("name", None), "0.Service.name"),
        (break_service("url", "/services/x"), "0.Service.url"),
        (break_service("image", "/pictures/x.jpg"), "0.Service.image"),
        (break_service("provider", "Acorn Trust"), "0.Service.provider"),
        (break_service("alternateName", []), "0.Service.alternateName"),
        (break_service("colour", "red"), "0.Service.colour"),
        (
            break_service("offers", [{"@type": "Offer", "price": "£2", "priceCurrency": "GBP"}]),
            "0.Service.offers.Offer",
        ),
        (break_service("offers", [{"@type": "Offer", "price": "2.00"}]), "0.Service.offers.Offer"),
        (
            break_service("audience", {"@type": "PeopleAudience", "suggestedMinAge": 9, "suggestedMaxAge": 3}),
            "0.Service.audience.PeopleAudience",
        ),
        (take(0, "provider"), "0.Service"),
        (break_event("startDate", "2026-11-24T10:00"), "1.Event.startDate"),
        (break_event("startDate", "24/11/2026"), "1.Event.startDate"),
        (break_event("endDate", "2001-01-01T10:00:00+00:00"), "1.Event"),
        (break_event("eventStatus", "EventScheduled"), "1.Event.eventStatus"),
        (break_event("@id", "#times-1"), "@id"),
        (lambda data: data["@graph"].append(data["@graph"][1]), "@id"),
        (take(1, "startDate"), "1.Event"),
        (take(1, "location"), "1.Event"),
        (take(1, "location", "address"), "1.Event.location"),
        (take(1, "location", "address", "addressCountry"), "1.Event.location.Place.address.PostalAddress"),
        (lambda data: data["@graph"][1]["eventSchedule"].update(byDay=["Tuesday"]), "1.Event.eventSchedule.Schedule"),
        (lambda data: data["@graph"][1]["eventSchedule"].update(startTime="9am"), "1.Event.eventSchedule.Schedule"),
    ],
)
def test_what_a_validator_would_refuse_is_found(good: Data, spoil: Callable[[Data], object], where: str) -> None:
    spoilt = deepcopy(good)

    spoil(spoilt)

    found = faults(spoilt)
    assert found
    assert all(one.startswith(where) for one in found), found


def test_event_without_an_address_is_not_told(catalogue: Catalogue, tell: Callable[[str], Data]) -> None:
    catalogue.add(id="hall", location_name="A hall", country="", schedule="WEEKLY TU 10:00-11:00")
    catalogue.add(id="street", address_1="1 Oak Street", country="GB", schedule="WEEKLY TU 10:00-11:00")

    assert [thing["@type"] for thing in tell("hall")["@graph"]] == ["Service"]
    assert [thing["@type"] for thing in tell("street")["@graph"]] == ["Service", "Event"]


def test_area_served_names_councils_and_parts_of_the_area(catalogue: Catalogue, tell: Callable[[str], Data]) -> None:
    catalogue.add(
        id="line", delivery="phone", service_area="council:E09999001|locality:north-fair|outcode:FA1|national"
    )

    assert tell("line")["@graph"][0]["areaServed"] == [
        {"@type": "AdministrativeArea", "name": "Fairshire Council"},
        {"@type": "AdministrativeArea", "name": "North Fair"},
    ]
