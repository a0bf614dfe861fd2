"""A listing in two feeds is one listing, with both named; and families are told how each feed is."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy import event, select

from hub_finder.directory.catalogue import get_service
from hub_finder.directory.feeds import mark_failed
from hub_finder.extensions import db
from hub_finder.models.feeds import Feed, FeedMention, Health
from hub_finder.models.services import Status
from tests.factories import Catalogue
from tests.feed_server import FeedServer, feed_id, service, serving
from tests.integration.feeding import Read, edit, slugs
from tests.merging import Merging

Json = dict[str, Any]


def at_hall(number: int = 1, postcode: str = "FA1 1AA", **given: Any) -> Json:
    """A service at a hall in Oakham Green."""
    address = {"address_1": "1 Mill Lane", "city": "Oakham Green", "postal_code": postcode, "country": "GB"}
    place = {"id": feed_id(f"place {number}"), "name": "Mill Hall", "latitude": 52.1, "longitude": -1.2}
    link = {"id": feed_id(f"link {number}"), "location": {**place, "addresses": [address]}}
    return service(number, **{"service_at_locations": [link], **given})


def with_other_id(item: Json, **given: Any) -> Json:
    return {**item, "id": feed_id(f"other {item['id']}"), **given}


@pytest.fixture
def ash() -> Iterator[FeedServer]:
    """The feed of another directory."""
    with serving() as server:
        yield server


@pytest.fixture(autouse=True)
def _first(read: Read, feed: FeedServer, catalogue: Catalogue) -> None:
    catalogue.add_places()
    feed.services = [at_hall(number) for number in range(1, 5)]
    read()


def said() -> list[tuple[str, str]]:
    """(slug, name of the feed) of all that feeds say of listings that follow another, as it is committed."""
    db.session.rollback()
    rows = db.session.execute(select(FeedMention, Feed.name).join(Feed, Feed.id == FeedMention.feed_id))
    return sorted((one.service.slug, name) for one, name in rows)


def chips(client: FlaskClient, name: str) -> list[str]:
    """What the card of a result says besides."""
    page = BeautifulSoup(client.get("/search?postcode=FA1+1AA&per_page=50").data, "html5lib")
    card = next(one for one in page.select("article") if one.h3 and one.h3.get_text(strip=True) == name)
    return [" ".join(chip.get_text().split()) for chip in card.select(".hf-chip")]


def sure(client: FlaskClient, slug: str) -> str:
    """The page of a listing, as words in one line."""
    return " ".join(BeautifulSoup(client.get(f"/services/{slug}").data, "html5lib").get_text().split())


@pytest.mark.parametrize("same", [lambda item: item, with_other_id], ids=["the same id", "the same name and place"])
def test_a_listing_in_two_feeds_shows_once_and_names_both(
    read: Read, ash: FeedServer, client: FlaskClient, same: Any
) -> None:
    ash.services = [same(at_hall(1, description="Other words.")), at_hall(9)]

    first, second = (read(ash.address, name="Ash") for _ in range(2))

    assert (first.added, second.added, second.unchanged) == (1, 0, 1)
    assert slugs() == [f"reading-club-{number}" for number in (1, 2, 3, 4, 9)]
    assert get_service("reading-club-1").summary == "Stories for small children."
    assert {"From Ash", "From Elm"} <= set(chips(client, "Reading club 1"))
    assert "From Ash" not in chips(client, "Reading club 2")
    page = sure(client, "reading-club-1")
    assert "Elm. We last read it on" in page
    assert "What you read here is from this one. Ash. We last read it on" in page


def test_all_that_the_other_feed_says_is_kept(read: Read, ash: FeedServer) -> None:
    ash.services = [with_other_id(at_hall(1, description="Other words.", email="ash@example.org"))]
    read(ash.address, name="Ash")
    ash.services = [with_other_id(at_hall(1, description="Newer words."))]
    read(ash.address, name="Ash")

    db.session.rollback()
    [one] = db.session.scalars(select(FeedMention))

    assert one.rows[0]["summary"] == "Newer words."
    assert one.rows[0]["postal_code"] == "FA1 1AA"


@pytest.mark.parametrize(
    "given",
    [{"name": "Reading group 1"}, {"organization": {"id": feed_id("x"), "name": "Oak Readers", "description": ""}}],
    ids=["name", "organisation"],
)
def test_what_has_another_name_or_organisation_is_another_listing(read: Read, ash: FeedServer, given: Json) -> None:
    ash.services = [with_other_id(at_hall(1), **given)]

    assert read(ash.address, name="Ash").added == 1
    assert said() == []


def test_what_is_elsewhere_is_another_listing(read: Read, ash: FeedServer) -> None:
    ash.services = [with_other_id(at_hall(1, postcode="FA3 1ZZ")), with_other_id(service(2))]

    assert read(ash.address, name="Ash").added == 2


def test_a_town_stands_for_a_place_without_a_postcode(read: Read, feed: FeedServer, ash: FeedServer) -> None:
    feed.services = [at_hall(number, postcode="") for number in range(1, 5)]
    read()
    ash.services = [with_other_id(at_hall(1, postcode="", name="READING CLUB 1")), with_other_id(at_hall(2))]

    assert read(ash.address, name="Ash").added == 1
    assert said() == [("reading-club-1", "Ash")]


def test_help_without_a_place_is_known_by_its_name_and_organisation(
    read: Read, feed: FeedServer, ash: FeedServer, catalogue: Catalogue
) -> None:
    feed.services = [service(number) for number in range(1, 5)]
    read()
    catalogue.add(name="Safe house", organisation="Elm Readers", sensitive="yes")
    ash.services = [with_other_id(service(1)), with_other_id(at_hall(2)), service(9, name="Safe House")]

    assert read(ash.address, name="Ash").added == 2
    assert said() == [("reading-club-1", "Ash")]


def test_what_fits_two_listings_is_neither(read: Read, feed: FeedServer, ash: FeedServer) -> None:
    feed.services = [at_hall(1), at_hall(2, name="Reading club 1"), *feed.services[2:]]
    read()
    ash.services = [with_other_id(at_hall(1))]

    assert read(ash.address, name="Ash").added == 1


def test_a_listing_kept_here_is_named_beside_and_not_doubled(
    read: Read, ash: FeedServer, catalogue: Catalogue, client: FlaskClient
) -> None:
    place = {"latitude": "52.1", "longitude": "-1.2", "postal_code": "FA1 1AA"}
    catalogue.add(name="Chess for all", organisation="Elm Readers", summary="Ours.", **place)
    ash.services = [at_hall(7, name="Chess for All")]

    report = read(ash.address, name="Ash")

    assert (report.added, report.changed) == (0, 0)
    assert get_service("chess-for-all").summary == "Ours."
    assert "From Ash" in chips(client, "Chess for all")
    assert "What you read here is from this one" not in sure(client, "chess-for-all")


def test_a_listing_follows_the_other_feed_when_its_own_has_it_no_more(
    read: Read, feed: FeedServer, ash: FeedServer, client: FlaskClient
) -> None:
    ash.services = [with_other_id(at_hall(1, description="Other words."))]
    read(ash.address, name="Ash")
    before = get_service("reading-club-1").uid
    feed.services = feed.services[1:]

    reports = [read(), read()]
    assert "1 are gone from the feed, and follow another that has them." in reports[1].lines()
    read(ash.address, name="Ash")

    here = get_service("reading-club-1")
    assert (here.uid, here.status, here.summary) == (before, Status.PUBLISHED, "Other words.")
    assert said() == []
    assert "From Elm" not in chips(client, "Reading club 1")
    assert "From Ash" in chips(client, "Reading club 1")


def test_a_feed_that_has_it_no_more_is_not_named_any_more(read: Read, ash: FeedServer, client: FlaskClient) -> None:
    ash.services = [with_other_id(at_hall(1)), at_hall(8), at_hall(9)]
    read(ash.address, name="Ash")
    assert "From Ash" in chips(client, "Reading club 1")
    ash.services = ash.services[1:]

    read(ash.address, name="Ash")

    assert said() == []
    assert "From Ash" not in chips(client, "Reading club 1")


def test_what_moved_away_by_the_other_feed_is_a_listing_of_its_own(read: Read, ash: FeedServer) -> None:
    ash.services = [with_other_id(at_hall(1))]
    read(ash.address, name="Ash")
    ash.services = [with_other_id(at_hall(1, postcode="FA3 1ZZ"))]

    assert read(ash.address, name="Ash").added == 1
    assert said() == []


def test_an_edit_here_makes_no_second_listing(read: Read, ash: FeedServer, catalogue: Catalogue) -> None:
    ash.services = [with_other_id(at_hall(1))]
    read(ash.address, name="Ash")
    edit(catalogue, "reading-club-1", name="Reading for the smallest")

    report = read(ash.address, name="Ash")

    assert report.added == 0
    assert said() == [("reading-club-1", "Ash")]


def test_what_people_here_took_out_does_not_come_back_by_the_other_feed(read: Read, ash: FeedServer) -> None:
    ash.services = [with_other_id(at_hall(1))]
    read(ash.address, name="Ash")
    get_service("reading-club-1").status = Status.RETIRED
    db.session.commit()

    reports = [read(ash.address, name="Ash") for _ in range(2)]

    assert [report.added for report in reports] == [0, 0]
    assert "reading-club-1" not in slugs()


def test_families_are_told_of_a_feed_that_cannot_be_read(client: FlaskClient) -> None:
    feed = db.session.scalars(select(Feed)).one()
    feed.succeeded_at = datetime(2026, 11, 3, 12, tzinfo=UTC)
    mark_failed(feed, Health.UNREACHABLE, "Timed out.")
    db.session.commit()

    assert "From Elm, not read since 3 November 2026" in chips(client, "Reading club 1")
    page = sure(client, "reading-club-1")
    assert "Elm. We could not read it since 3 November 2026, so this may be out of date." in page
    assert "Timed out" not in page


@pytest.mark.parametrize(
    ("health", "words"),
    [
        (Health.STALE, "It has had nothing new for a long time."),
        (Health.INVALID, "Not all of it could be read."),
        (Health.HEALTHY, ""),
    ],
)
def test_families_are_told_how_the_last_read_went(client: FlaskClient, health: Health, words: str) -> None:
    feed = db.session.scalars(select(Feed)).one()
    feed.health = health
    feed.attempted_at = feed.succeeded_at = datetime.now(UTC) - timedelta(days=1)
    db.session.commit()

    page = sure(client, "reading-club-1")

    told = ["It has had nothing new for a long time.", "Not all of it could be read."]
    assert [one for one in told if one in page] == [words] * bool(words)


def test_a_listing_of_no_feed_names_none(catalogue: Catalogue, client: FlaskClient) -> None:
    catalogue.add(latitude="52.1", longitude="-1.2")

    assert not [chip for chip in chips(client, "Acorn Stay and Play") if chip.startswith("From ")]
    assert "It is listed in" not in sure(client, "acorn-stay-and-play")


def test_a_name_of_a_feed_is_escaped(client: FlaskClient) -> None:
    db.session.scalars(select(Feed)).one().name = "<script>x</script>"
    db.session.commit()

    assert b"<script>x" not in client.get("/search?postcode=FA1+1AA").data
    assert b"<script>x" not in client.get("/services/reading-club-1").data


def test_programs_are_told_which_feeds_a_listing_stands_in_and_how_each_is(
    read: Read, ash: FeedServer, client: FlaskClient
) -> None:
    ash.services = [with_other_id(at_hall(1)), at_hall(9)]
    read(ash.address, name="Ash")
    elm = db.session.scalars(select(Feed).where(Feed.name == "Elm")).one()
    elm.succeeded_at = datetime(2026, 11, 3, 12, tzinfo=UTC)
    mark_failed(elm, Health.UNREACHABLE, "Timed out at 10.0.0.1.")
    db.session.commit()

    whole = client.get("/services/reading-club-1.json").get_json()["feeds"]
    found = client.get("/api/search?postcode=FA1+1AA&q=reading+club+1").get_json()["results"][0]
    other = client.get("/services/reading-club-9.json").get_json()["feeds"]

    assert whole[0] == {
        "name": "Elm", "health": "unreachable", "read_on": "2026-11-03", "failing": True, "followed": True,
    }  # fmt: skip
    assert [(one["name"], one["health"], one["failing"], one["followed"]) for one in whole[1:]] == [
        ("Ash", "healthy", False, False)
    ]
    assert found["slug"] == "reading-club-1"
    assert [(one["name"], one["health"]) for one in found["feeds"]] == [("Elm", "unreachable"), ("Ash", "healthy")]
    assert [one["name"] for one in other] == ["Ash"]


def test_programs_are_told_of_no_feed_where_there_is_none(catalogue: Catalogue, client: FlaskClient) -> None:
    catalogue.add()

    assert client.get("/services/acorn-stay-and-play.json").get_json()["feeds"] == []


# ---- made one by hand


@pytest.fixture
def merging(read: Read, ash: FeedServer, catalogue: Catalogue) -> Merging:
    """Reading club 1 of Elm, with the club of Ash that nobody but people could know to be the same made part of it."""
    ash.services = [at_hall(7, name="The book corner"), *(at_hall(number) for number in (8, 9))]
    read(ash.address, name="Ash")
    merging = Merging(catalogue)
    merging.merge("reading-club-1", "the-book-corner")
    db.session.commit()
    return merging


def test_a_merge_by_hand_names_the_feeds_of_both(
    merging: Merging, ash: FeedServer, client: FlaskClient, read: Read
) -> None:
    once = chips(client, "Reading club 1")
    again = [read(), read(ash.address, name="Ash")]

    assert {"From Elm", "From Ash"} <= set(once)
    assert {"From Elm", "From Ash"} <= set(chips(client, "Reading club 1"))
    assert "What you read here is from this one. Ash. We last read it on" in sure(client, "reading-club-1")
    assert said() == [("reading-club-1", "Ash")]
    assert [report.added for report in again] == [0, 0]
    assert "the-book-corner" not in slugs()


def test_what_the_other_feed_drops_after_a_merge_is_not_named_any_more(
    merging: Merging, ash: FeedServer, read: Read, client: FlaskClient
) -> None:
    ash.services = ash.services[1:]

    read(ash.address, name="Ash")

    assert said() == []
    assert "From Ash" not in chips(client, "Reading club 1")


def test_a_merge_that_is_undone_gives_each_its_feed_again(
    merging: Merging, ash: FeedServer, read: Read, client: FlaskClient
) -> None:
    merging.undo("the-book-corner")
    db.session.commit()
    parted = [one for one in chips(client, "Reading club 1") if one.startswith("From")]
    read(ash.address, name="Ash")

    assert parted == ["From Elm"]
    assert said() == []
    assert [one for one in chips(client, "The book corner") if one.startswith("From")] == ["From Ash"]


def test_a_third_feed_goes_along_with_a_merge_and_back(
    read: Read, feed: FeedServer, ash: FeedServer, catalogue: Catalogue, client: FlaskClient
) -> None:
    catalogue.add(name="The book corner", organisation="Elm Readers", postal_code="FA1 1AA")
    ash.services = [at_hall(7, name="The book corner"), at_hall(8)]
    read(ash.address, name="Ash")
    assert said() == [("the-book-corner", "Ash")]
    merging = Merging(catalogue)

    merging.merge("reading-club-1", "the-book-corner")
    db.session.commit()
    together = said()
    read(ash.address, name="Ash")
    later = said()
    merging.undo("the-book-corner")
    db.session.commit()

    assert (together, later) == ([("reading-club-1", "Ash")], [("reading-club-1", "Ash")])
    assert said() == [("the-book-corner", "Ash")]


def test_a_merged_listing_follows_the_other_feed_when_its_own_has_it_no_more(
    read: Read, feed: FeedServer, ash: FeedServer, catalogue: Catalogue
) -> None:
    ash.services = [at_hall(7, name="The book corner"), at_hall(8)]
    read(ash.address, name="Ash")
    merging = Merging(catalogue)
    fields = [one.name for one in merging.preview("reading-club-1", "the-book-corner").fields]
    merging.merge("reading-club-1", "the-book-corner", **dict.fromkeys([*fields, "alternate_names"], "keep"))
    db.session.commit()
    feed.services = feed.services[1:]

    for _ in range(2):
        read()
    read(ash.address, name="Ash")

    here = get_service("reading-club-1")
    assert (here.status, here.name) == (Status.PUBLISHED, "The book corner")
    assert said() == []


def test_a_chain_of_merges_names_the_feed_at_its_end(
    merging: Merging, ash: FeedServer, read: Read, catalogue: Catalogue
) -> None:
    merging.merge("reading-club-2", "reading-club-1")
    db.session.commit()

    read(ash.address, name="Ash")
    read()

    assert said() == [("reading-club-2", "Ash"), ("reading-club-2", "Elm")]


def test_naming_many_asks_the_database_no_more(read: Read, feed: FeedServer, ash: FeedServer) -> None:
    feed.services = [at_hall(number) for number in range(1, 41)]
    read()
    asked: list[str] = []

    def note(*arguments: Any) -> None:
        asked.append(arguments[2])

    def read_and_count(numbers: range) -> int:
        ash.services = [with_other_id(at_hall(number)) for number in numbers]
        asked.clear()
        read(ash.address, name="Ash")
        return len(asked)

    read_and_count(range(1, 2))
    event.listen(db.engine, "before_cursor_execute", note)
    few, many = read_and_count(range(1, 4)), read_and_count(range(1, 41))
    event.remove(db.engine, "before_cursor_execute", note)

    assert len(said()) == 40
    assert few == many
