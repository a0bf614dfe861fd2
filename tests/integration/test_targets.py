"""Published totals against the catalogue, never padded."""

from datetime import date

import pytest
from sqlalchemy import update

from hub_finder.directory.freshness import months_before, today
from hub_finder.directory.targets import Tally, measure
from hub_finder.extensions import db
from hub_finder.models.services import Service, Status
from tests.factories import Catalogue

pytestmark = pytest.mark.usefixtures("session")


def tally(catalogue: Catalogue, slug: str) -> Tally:
    return measure(catalogue.area, [catalogue.area.targets[slug]])[0]


def counted(tally: Tally) -> tuple[int | None, int | None, int | None]:
    return tally.listed, tally.checked, tally.missing


def behind(tally: Tally) -> tuple[list[str], list[str]]:
    """The listings that count, and those that would if we were surer."""
    return [one.slug for one in tally.listings], [one.slug for one in tally.unsure]


def check(slug: str, on: date) -> None:
    db.session.execute(update(Service).where(Service.slug == slug).values(checked_on=on))


def test_only_confirmed_listings_of_the_kind_count(catalogue: Catalogue) -> None:
    catalogue.add(id="sure", kind="family_hub", confidence="high")
    catalogue.add(id="likely", kind="family_hub", confidence="medium")
    catalogue.add(id="doubtful", kind="family_hub", confidence="low")
    catalogue.add(id="other", kind="outreach", confidence="high")

    hubs = tally(catalogue, "family-hubs")

    assert counted(hubs) == (1, 0, 2)
    assert behind(hubs) == (["sure"], ["doubtful", "likely"])


def test_nothing_listed_is_none_of_them_not_unknown(catalogue: Catalogue) -> None:
    assert counted(tally(catalogue, "family-hubs")) == (0, 0, 3)
    assert counted(tally(catalogue, "start-for-life")) == (0, 0, 24)


def test_a_target_that_cannot_be_counted_says_why(catalogue: Catalogue) -> None:
    sheds = tally(catalogue, "sheds")

    assert counted(sheds) == (None, None, None)
    assert sheds.target.note == "Nobody has told us what a toy shed is."


def test_more_than_were_published_is_told_as_it_is_and_nothing_is_missing(catalogue: Catalogue) -> None:
    for number in range(5):
        catalogue.add(id=f"hub-{number}", kind="family_hub")

    hubs = tally(catalogue, "family-hubs")

    assert counted(hubs) == (5, 0, 0)
    assert hubs.over == 2


@pytest.mark.parametrize(
    ("months", "checked", "listed"), [(0, 1, 1), (7, 1, 1), (12, 1, 1), (13, 0, 1), (18, 0, 1), (19, 0, 0)]
)
def test_a_check_counts_while_it_is_no_longer_ago_than_overdue(
    catalogue: Catalogue, months: int, checked: int, listed: int
) -> None:
    catalogue.add(id="hub", kind="family_hub")
    check("hub", months_before(today(), months))

    assert counted(tally(catalogue, "family-hubs"))[:2] == (listed, checked)


def test_a_listing_that_ended_no_longer_counts(catalogue: Catalogue) -> None:
    catalogue.add(kind="family_hub", confidence="medium")
    db.session.execute(update(Service).values(status=Status.RETIRED))

    assert behind(tally(catalogue, "family-hubs")) == ([], [])


def test_a_provider_counts_once_and_the_council_not_at_all(catalogue: Catalogue) -> None:
    catalogue.add(id="a", kind="haf", organisation="Oak Club", confidence="medium")
    catalogue.add(id="b", kind="haf", organisation="Oak Club")
    catalogue.add(id="c", kind="haf", organisation=catalogue.area.council)
    catalogue.add(id="d", kind="haf", organisation="Elm Club", confidence="low")
    catalogue.add(id="e", kind="youth", organisation="Ash Club")
    check("b", today())

    providers = tally(catalogue, "providers")

    assert counted(providers) == (1, 1, 1)
    assert behind(providers) == (["a", "b"], ["d"])


def test_a_venue_needs_an_address_and_counts_once(catalogue: Catalogue) -> None:
    catalogue.add(id="a", kind="haf", postal_code="FA1 1AA", address_1="Oak Road", city="Oakham Green")
    catalogue.add(id="b", kind="haf", postal_code="FA1 1AA", location_name="Oak Hall", city="Oakham Green")
    catalogue.add(id="c", kind="haf", address_1="oak road", city="Oakham Green")
    catalogue.add(
        {"address_1": "Elm Road", "city": "Oakham Green"}, id="d", kind="haf", address_1="Ash Road", city="Oakham Green"
    )
    catalogue.add(id="e", kind="haf", location_name="A hall", city="Oakham Green")
    catalogue.add(id="f", kind="haf")
    catalogue.add(id="g", kind="haf", address_1="High Road", city="Oakham Green", confidence="low")

    venues = tally(catalogue, "venues")

    assert counted(venues) == (3, 0, 2)
    assert behind(venues) == (["a", "b", "c", "d"], ["g"])


def test_only_a_listing_that_is_marked_counts_as_marked(catalogue: Catalogue) -> None:
    catalogue.add(id="paid", kind="youth", attributes="lift=yes|funded-by=council")
    catalogue.add(id="by-others", kind="youth", attributes="funded-by=council-of-elders")
    catalogue.add(id="unsaid", kind="youth")
    catalogue.add(id="hub", kind="family_hub", attributes="funded-by=council")

    youth = tally(catalogue, "youth")

    assert counted(youth) == (1, 0, 1)
    assert behind(youth) == (["paid"], [])


def test_service_types_are_counted_once_each(catalogue: Catalogue) -> None:
    catalogue.add(id="a", needs="health-visiting|toileting")
    catalogue.add(id="b", needs="health-visiting|maternity")
    check("b", today())

    assert counted(tally(catalogue, "start-for-life")) == (2, 2, 22)


def test_all_targets_of_the_area_come_in_their_order(catalogue: Catalogue) -> None:
    assert [one.target.slug for one in measure(catalogue.area)] == list(catalogue.area.targets)
