"""Published totals against the catalogue, never padded."""

from dataclasses import replace

import pytest
from sqlalchemy import update

from hub_finder.area import Area, Target
from hub_finder.directory.targets import count_listed
from hub_finder.extensions import db
from hub_finder.models.services import Need, Service, Status
from tests.factories import Catalogue

pytestmark = pytest.mark.usefixtures("session")


def listed(area: Area) -> dict[str, int | None]:
    return {slug: count for slug, (_, count) in count_listed(area).items()}


def with_target(area: Area, counts: str) -> Area:
    target = Target(
        slug="one", label="One", target=24, counts=counts, kinds=("haf",), source_title="", source_date="", note=""
    )
    return replace(area, targets={"one": target})


def test_only_confirmed_listings_of_the_kind_count(catalogue: Catalogue) -> None:
    catalogue.add(id="sure", kind="family_hub", confidence="high")
    catalogue.add(id="likely", kind="family_hub", confidence="medium")
    catalogue.add(id="doubtful", kind="family_hub", confidence="low")
    catalogue.add(id="other", kind="outreach", confidence="high")
    catalogue.add(id="neither", kind="haf", confidence="high")

    assert listed(catalogue.area) == {"family-hubs": 1, "outreach-points": 1}


def test_nothing_listed_is_none_of_them_not_unknown(catalogue: Catalogue) -> None:
    assert listed(catalogue.area) == {"family-hubs": 0, "outreach-points": 0}


def test_a_listing_that_ended_no_longer_counts(catalogue: Catalogue) -> None:
    catalogue.add(kind="family_hub")
    db.session.execute(update(Service).values(status=Status.RETIRED))

    assert listed(catalogue.area)["family-hubs"] == 0


def test_service_types_are_counted_once_each(catalogue: Catalogue) -> None:
    catalogue.add(id="a", needs="health-visiting|toileting")
    catalogue.add(id="b", needs="health-visiting|maternity")
    catalogue.add(id="c", needs="food")
    db.session.execute(update(Need).where(Need.slug == "food").values(start_for_life_service=""))

    assert listed(with_target(catalogue.area, "service_types")) == {"one": 2}


def test_a_target_that_cannot_be_counted_is_unknown(catalogue: Catalogue) -> None:
    catalogue.add(kind="haf")

    assert listed(with_target(catalogue.area, "")) == {"one": None}
