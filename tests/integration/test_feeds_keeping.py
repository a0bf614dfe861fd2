"""What a feed's reads do to the catalogue: known listings found again, edits kept, what is gone taken out with care."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import event, func, select, text, update
from sqlalchemy.exc import OperationalError

from hub_finder.database import begin_writing
from hub_finder.directory import freshness, proposals
from hub_finder.directory.catalogue import find_services, get_service
from hub_finder.directory.feeds import find_feeds, find_links, hold
from hub_finder.directory.history import find_history
from hub_finder.extensions import db
from hub_finder.importers.open_referral import import_open_referral
from hub_finder.importers.report import UnreadableFile
from hub_finder.models.feeds import FeedAnswer
from hub_finder.models.services import Organisation, Service
from tests.factories import Catalogue
from tests.feed_server import FeedServer, feed_id, service, serving
from tests.integration.feeding import HASTY, Read, edit, events, slugs, the_feed, words

TODAY = date(2026, 11, 26)


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch, feed: FeedServer) -> None:
    monkeypatch.setattr(freshness, "today", lambda: TODAY)
    feed.services = [service(number) for number in range(1, 5)]


# ---- found again


def test_the_second_read_changes_nothing_and_says_so(read: Read) -> None:
    first, before = read(), events()

    second = read()

    assert (first.added, first.exit_code) == (4, 0)
    assert "Nothing changed (4 rows)." in second.lines()
    assert (second.exit_code, events()) == (0, before)


def test_listings_keep_the_ids_of_the_feed_and_their_own_slug(read: Read, feed: FeedServer) -> None:
    read()
    feed.services = [service(1, name="A new name", description="New words."), *feed.services[1:]]

    report = read()

    changed = get_service("reading-club-1")
    assert (report.changed, report.unchanged) == (1, 3)
    assert (changed.name, changed.summary, changed.uid) == ("A new name", "New words.", feed_id("service 1"))
    assert changed.organisation.uid == feed_id("organization")
    assert find_history(changed)[0].event.actor == "Elm"


def test_services_of_one_name_get_slugs_of_their_own(read: Read, feed: FeedServer, catalogue: Catalogue) -> None:
    catalogue.add(id="elm", name="Elm")
    feed.services = [service(n, name="Elm") for n in (1, 2)] + [service(3, name="Український клуб")]

    read()
    first = slugs()
    read()

    pieces = [feed_id(f"service {number}")[:8] for number in (1, 2, 3)]
    assert first == slugs() == sorted(["elm", f"elm-{pieces[0]}", f"elm-{pieces[1]}", f"listing-{pieces[2]}"])


def test_ids_that_are_no_uuids_are_made_into_some_that_stay(read: Read, feed: FeedServer) -> None:
    feed.services = [service(1, id="13082"), service(2, id=13083)]

    read()
    first = [one.uid for one in find_services()]
    second = read()

    assert second.unchanged == 2
    assert [one.uid for one in find_services()] == first
    assert len(set(first)) == 2


def test_an_id_in_capitals_is_the_same_id(read: Read, feed: FeedServer) -> None:
    read()
    feed.services = [service(1, id=feed_id("service 1").upper()), service(1), *feed.services[1:]]

    report = read()

    assert (report.unchanged, [one.line for one in report.refused]) == (4, [2])


def test_a_dry_run_keeps_nothing_at_all(read: Read) -> None:
    report = read(dry_run=True)

    assert report.added == 4
    assert slugs() == []
    assert find_feeds() == []
    assert db.session.scalar(select(func.count()).select_from(FeedAnswer)) == 0


def test_a_listing_of_another_feed_is_left_to_it(read: Read, feed: FeedServer, catalogue: Catalogue) -> None:
    read()

    with serving() as other:
        other.services = [service(1, description="Other words.")]
        report = import_open_referral(other.address, area=catalogue.area, manners=HASTY)

    assert get_service("reading-club-1").summary == "Stories for small children."
    assert "1 are here from elsewhere already: this feed is named beside it." in report.lines()


def test_a_name_of_another_feed_is_refused_and_a_moved_feed_keeps_its_listings(
    read: Read, feed: FeedServer, catalogue: Catalogue
) -> None:
    read()

    with serving() as moved:
        moved.services = feed.services
        report = import_open_referral(moved.address, name="Elm", area=catalogue.area, manners=HASTY)
        address = moved.address
    with serving() as other:
        import_open_referral(other.address, area=catalogue.area, manners=HASTY)
        with pytest.raises(UnreadableFile, match="is the name of the feed at"):
            import_open_referral(other.address, name="Elm", area=catalogue.area, manners=HASTY)
        with pytest.raises(UnreadableFile, match="The name has 81 characters"):
            import_open_referral(other.address, name="E" * 81, area=catalogue.area, manners=HASTY)

    assert (report.added, report.changed, report.unchanged) == (0, 0, 4)
    assert address in {one.feed.address for one in find_feeds()}


# ---- edited here


def test_what_a_person_here_edited_is_not_overwritten_but_proposed(
    read: Read, feed: FeedServer, catalogue: Catalogue
) -> None:
    read()
    edit(catalogue, "reading-club-1", summary="Our own words.")
    feed.services = [service(1, description="Newer words.", email="club@elm.example"), *feed.services[1:]]

    report = read()

    assert get_service("reading-club-1").summary == "Our own words."
    assert (report.changed, report.unchanged) == (0, 4)
    [proposal] = proposals.find_open_proposals()
    assert proposals.compare(proposal) == [
        ("summary", "Our own words.", "Newer words."),
        ("email", "", "club@elm.example"),
    ]


def test_an_edit_without_news_of_the_feed_makes_no_proposal(read: Read, catalogue: Catalogue) -> None:
    read()
    edit(catalogue, "reading-club-1", summary="Our own words.")

    for _ in range(2):
        read()

    assert get_service("reading-club-1").summary == "Our own words."
    assert proposals.find_open_proposals() == []


def test_newer_news_take_the_place_of_older_ones(read: Read, feed: FeedServer, catalogue: Catalogue) -> None:
    read()
    edit(catalogue, "reading-club-1", summary="Our own words.")
    numbers = []
    for words_then in ("First news.", "Second news.", "Second news."):
        feed.services = [service(1, description=words_then), *feed.services[1:]]
        read()
        [proposal] = proposals.find_open_proposals()
        numbers.append(proposal.id)

    assert proposal.rows[0]["summary"] == "Second news."
    assert numbers[1] == numbers[2]
    assert numbers[0] != numbers[1]
    with pytest.raises(proposals.ProposalNotFound):
        proposals.get_open_proposal(numbers[0])


def test_taking_a_proposal_lets_the_feed_go_on(read: Read, feed: FeedServer, catalogue: Catalogue) -> None:
    read()
    edit(catalogue, "reading-club-1", summary="Our own words.")
    feed.services = [service(1, description="Newer words."), *feed.services[1:]]
    read()
    needs, vocabulary = words(catalogue)

    [proposal] = proposals.find_open_proposals()
    proposals.take(proposal, needs=needs, vocabulary=vocabulary, actor="Kim")
    db.session.commit()

    taken = get_service("reading-club-1")
    assert taken.summary == "Newer words."
    assert (find_history(taken)[0].event.actor, find_history(taken)[0].event.note) == ("Kim", "Taken from Elm")
    assert proposals.find_open_proposals() == []
    feed.services = [service(1, description="Newest words."), *feed.services[1:]]
    assert read().changed == 1
    with pytest.raises(proposals.ProposalNotFound):
        proposals.take(proposal, needs=needs, vocabulary=vocabulary, actor="Kim")


def test_declined_news_are_not_proposed_again(read: Read, feed: FeedServer, catalogue: Catalogue) -> None:
    read()
    edit(catalogue, "reading-club-1", summary="Our own words.")

    def say(description: str) -> list[str]:
        feed.services = [service(1, description=description), *feed.services[1:]]
        read()
        return [one.rows[0]["summary"] for one in proposals.find_open_proposals()]

    assert say("Unwanted words.") == ["Unwanted words."]
    proposals.decline(proposals.find_open_proposals()[0], actor="Kim")
    db.session.commit()

    assert say("Unwanted words.") == []
    assert say("Wanted words.") == ["Wanted words."]
    assert say("Unwanted words.") == []
    assert get_service("reading-club-1").summary == "Our own words."


def test_a_proposal_ends_when_the_feed_says_what_stands_here(
    read: Read, feed: FeedServer, catalogue: Catalogue
) -> None:
    read()
    edit(catalogue, "reading-club-1", summary="Our own words.")
    for words_then in ("Newer words.", "Our own words."):
        feed.services = [service(1, description=words_then), *feed.services[1:]]
        read()

    assert proposals.find_open_proposals() == []
    feed.services = [service(1, description="And on it goes."), *feed.services[1:]]
    assert read().changed == 1


def test_a_listing_that_stood_here_with_the_feeds_id_is_not_overwritten(
    read: Read, feed: FeedServer, catalogue: Catalogue
) -> None:
    catalogue.add(id="ours", name="Ours", uuid=feed_id("service 1"))

    report = read()

    assert (report.added, get_service("ours").name) == (3, "Ours")
    assert [one.service.slug for one in proposals.find_open_proposals()] == ["ours"]


def test_what_is_said_here_of_an_organisation_is_not_overwritten(
    read: Read, feed: FeedServer, catalogue: Catalogue
) -> None:
    catalogue.add(id="ours", organisation="Elm Readers", organisation_description="Our words of them.")

    def say(**given: str) -> Organisation:
        organisation = {"id": feed_id("organization"), "name": "Elm Readers", **given}
        feed.services = [service(number, organization=organisation) for number in (1, 2, 3, 4)]
        read()
        return get_service("reading-club-1").organisation

    assert say(description="Their words.", website="https://elm.example").description == "Our words of them."
    assert say(website="https://new.elm.example").website == "https://new.elm.example"
    db.session.execute(update(Organisation).values(website="https://ours.example"))
    db.session.commit()
    assert say(website="https://newest.elm.example").website == "https://ours.example"


def test_two_names_of_one_organisation_do_not_change_places_at_each_read(read: Read, feed: FeedServer) -> None:
    feed.services = [
        service(number, organization={"id": feed_id("organization"), "name": name, "description": name})
        for number, name in ((1, "Elm"), (2, "Ash"))
    ]

    first, second = read(), read()

    assert (first.added, first.refused) == (2, [])
    assert (second.changed, second.unchanged) == (0, 2)
    assert {one.organisation.name for one in find_services()} == {"Elm"}


def test_a_read_asks_the_database_no_more_for_more_services(read: Read, feed: FeedServer) -> None:
    asked: list[str] = []

    def note(*arguments: Any) -> None:
        asked.append(arguments[2])

    def read_and_count(number: int) -> int:
        feed.services = [service(one) for one in range(number)]
        read()
        feed.services = [service(0, description=f"One of {number} is new."), *feed.services[1:]]
        asked.clear()
        read()
        return len(asked)

    event.listen(db.engine, "before_cursor_execute", note)
    few, many = read_and_count(5), read_and_count(60)
    event.remove(db.engine, "before_cursor_execute", note)

    assert few == many


def test_an_edit_waits_until_a_read_is_applied(read: Read) -> None:
    """The one that waits sees what was kept, so neither undoes the other unseen."""
    read()
    feed = the_feed()
    link = next(iter(find_links(feed).values()))
    wait_a_little = "PRAGMA busy_timeout = 50" if db.engine.dialect.name == "sqlite" else "SET lock_timeout = '50ms'"

    begin_writing(db.session.connection())
    hold(feed, {link.uid}, set())

    edit_it = update(Service).where(Service.id == link.service_id).values(name="Edited")
    with db.engine.connect() as other:
        # It never goes back to the others: it waits too little for them.
        other.detach()
        other.execute(text(wait_a_little))
        with pytest.raises(OperationalError, match=r"lock timeout|database is locked"):
            other.execute(edit_it)
