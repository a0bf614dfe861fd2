"""What is gone from a feed is taken out with care; how feeds are; reads that were cut off."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from hub_finder.directory import freshness
from hub_finder.directory.catalogue import find_services, get_service
from hub_finder.directory.history import find_history
from hub_finder.extensions import db
from hub_finder.importers.report import UnreadableFile
from hub_finder.models.feeds import FeedAnswer, Health
from hub_finder.models.services import Service
from tests.factories import Catalogue
from tests.feed_server import Answer, FeedServer, feed_id, service
from tests.integration.feeding import HASTY, Read, edit, events, slugs, the_feed

TODAY = date(2026, 11, 26)


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch, feed: FeedServer) -> None:
    monkeypatch.setattr(freshness, "today", lambda: TODAY)
    feed.services = [service(number) for number in range(1, 5)]


# ---- gone


def test_a_service_is_taken_out_when_it_is_missing_twice_and_comes_back(read: Read, feed: FeedServer) -> None:
    read()
    everything, feed.services = feed.services, feed.services[1:]

    once = read()
    there = slugs()
    twice = read()

    assert (once.removed, len(there)) == (0, 4)
    assert (twice.removed, slugs()) == (1, ["reading-club-2", "reading-club-3", "reading-club-4"])
    feed.services = everything
    back = read()
    assert "1 came back." in back.lines()
    assert slugs()[0] == "reading-club-1"
    steps = [step.event.kind for step in find_history(get_service("reading-club-1"))]
    assert steps == ["returned", "retired", "added"]


def test_a_service_that_is_missing_only_now_and_then_stays(read: Read, feed: FeedServer) -> None:
    everything = feed.services
    for here in (everything, everything[1:], everything, everything[1:], everything):
        feed.services = here
        assert read().removed == 0

    assert len(slugs()) == 4


def test_a_feed_that_lost_over_half_takes_nothing_out_unless_that_is_accepted(read: Read, feed: FeedServer) -> None:
    read()
    feed.services = feed.services[:1]

    for _ in range(3):
        assert read().removed == 0
    health, note = the_feed().health, the_feed().note
    accepted = read(accept=True)

    assert (health, note) == (
        Health.CHANGED,
        "3 of 4 listings are gone from it. Nothing was taken out: is that right?",
    )
    assert (accepted.removed, slugs()) == (3, ["reading-club-1"])
    assert the_feed().health == Health.HEALTHY


def test_an_empty_feed_takes_nothing_out(read: Read, feed: FeedServer) -> None:
    read()
    feed.services = []

    for _ in range(3):
        read()

    assert len(slugs()) == 4
    assert the_feed().health == Health.CHANGED


def test_a_read_that_is_not_whole_takes_nothing_out(read: Read, feed: FeedServer) -> None:
    read()
    feed.services, feed.total = feed.services[:3], 4

    for _ in range(3):
        assert read().removed == 0

    assert len(slugs()) == 4
    assert the_feed().health == Health.INVALID


def test_a_refused_service_is_not_missing(read: Read, feed: FeedServer) -> None:
    read()
    feed.services = [service(1, minimum_age="young"), *feed.services[1:]]

    reports = [read() for _ in range(3)]

    assert [(one.removed, one.exit_code) for one in reports] == [(0, 1)] * 3
    assert str(reports[0].refused[0]).endswith("minimum_age: “young” must be a number")
    assert len(slugs()) == 4


def test_what_was_edited_here_stays_when_it_is_gone_from_the_feed(
    read: Read, feed: FeedServer, catalogue: Catalogue
) -> None:
    read()
    edit(catalogue, "reading-club-1", summary="Our own words.")
    feed.services = feed.services[1:]

    reports = [read() for _ in range(3)]

    assert len(slugs()) == 4
    assert "reading-club-1 was edited here and is gone from the feed: it stays." in reports[-1].lines()


def test_what_has_ended_by_the_feed_is_taken_out_or_not_taken_in(read: Read, feed: FeedServer) -> None:
    read()
    feed.services = [service(1, status="defunct"), *feed.services[1:], service(5, status="inactive")]

    report = read()

    assert (report.removed, report.added) == (1, 0)
    assert "1 have ended, by the feed, and were not taken in." in report.lines()
    assert slugs() == ["reading-club-2", "reading-club-3", "reading-club-4"]


@pytest.mark.parametrize("status", ["paused", "merged", "retired"])
def test_what_people_here_took_out_stays_so(read: Read, feed: FeedServer, status: str) -> None:
    read()
    db.session.execute(update(Service).where(Service.slug == "reading-club-1").values(status=status))
    db.session.commit()

    feed.services = [service(1, description="News."), *feed.services[1:]]
    report = read()

    assert "1 were merged, paused or taken out here, and were left so." in report.lines()
    assert slugs() == ["reading-club-2", "reading-club-3", "reading-club-4"]


# ---- health and checks


def test_the_health_of_a_feed_is_told(read: Read, feed: FeedServer) -> None:
    read()
    first = the_feed().health
    feed.services = [service(number) for number in range(1, 30)]
    read()
    grown = the_feed()
    grew = (grown.health, grown.note)
    read()
    again = the_feed().health
    feed.files[""] = {"version": "HSDS-UK-4.0"}
    read()
    version = the_feed()

    assert first == again == Health.HEALTHY
    assert grew == (Health.CHANGED, "It had 4 services and has 29.")
    assert (version.health, version.note) == (Health.CHANGED, "It was version HSDS-UK-3.0 and is HSDS-UK-4.0.")


@pytest.mark.parametrize(
    ("modified", "assured", "health"),
    [
        ("2025-11-20", None, Health.STALE),
        ("2025-11-27", None, Health.HEALTHY),
        ("2019-01-01", "2026-06-01", Health.HEALTHY),
        (None, None, Health.HEALTHY),
    ],
)
def test_a_feed_without_news_for_a_year_is_stale(
    read: Read, feed: FeedServer, modified: str | None, assured: str | None, health: Health
) -> None:
    feed.services = [service(1, last_modified=modified, assured_date=assured)]

    read()

    assert the_feed().health == health


def test_a_feed_of_undated_services_is_stale_when_they_stay_the_same(
    read: Read, feed: FeedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed.services = [service(1, last_modified=None)]
    read()
    changed_on = the_feed().changed_at
    assert changed_on

    monkeypatch.setattr(freshness, "today", lambda: changed_on.date() + timedelta(days=400))
    read()
    same = the_feed().health
    feed.services = [service(1, last_modified=None, description="News.")]
    read()

    assert (same, the_feed().health) == (Health.STALE, Health.HEALTHY)


def test_a_feed_with_most_services_refused_is_invalid_and_its_good_ones_come_in(read: Read, feed: FeedServer) -> None:
    feed.services = [service(1), *(service(number, status="who knows") for number in (2, 3, 4))]

    report = read()

    assert (report.added, report.exit_code) == (1, 1)
    assert (the_feed().health, the_feed().note) == (Health.INVALID, "3 of its 4 services were refused.")


def test_only_a_trusted_feeds_dates_are_checks(read: Read, feed: FeedServer) -> None:
    feed.services = [service(1, assured_date="2026-10-01"), service(2, assured_date="2027-01-01"), service(3)]
    read()
    untrusted = [(one.checked_on, one.checked_by) for one in find_services()]

    read(trusted=True)
    trusted = [(one.checked_on, one.checked_by) for one in find_services()]
    before = events()
    read()

    assert untrusted == [(None, None)] * 3
    assert trusted == [(date(2026, 10, 1), "Elm"), (None, None), (None, None)]
    assert events() == before
    assert the_feed().trusted


def test_an_older_assurance_does_not_undo_a_newer_check(read: Read, feed: FeedServer) -> None:
    feed.services = [service(1, assured_date="2026-09-01")]
    read(trusted=True)
    freshness.mark_checked(get_service("reading-club-1"), by="Kim", on=date(2026, 11, 1))
    db.session.commit()

    read()

    assert get_service("reading-club-1").checked_by == "Kim"


# ---- cut off


def test_a_read_that_was_cut_off_goes_on_from_there(read: Read, feed: FeedServer) -> None:
    feed.per_page, feed.full = 2, False
    feed.trouble[feed_id("service 3")] = Answer(b"{}", cut=1)
    with pytest.raises(UnreadableFile):
        read()
    assert slugs() == []
    feed.trouble.clear()
    feed.asked.clear()

    report = read()

    assert report.added == 4
    assert "The read that was cut off was gone on with." in report.notes
    asked_again = [asked for asked in feed.asked if asked != "/"]
    assert [asked.split("?")[0].removeprefix("/services") for asked in asked_again] == [
        "",
        f"/{feed_id('service 3')}",
        f"/{feed_id('service 4')}",
    ]
    assert db.session.scalar(select(func.count()).select_from(FeedAnswer)) == 0


@pytest.mark.parametrize("change", ["a day", "another total"])
def test_old_answers_are_not_gone_on_from(read: Read, feed: FeedServer, change: str) -> None:
    feed.per_page = 2
    feed.trouble["page=2"] = [Answer(b"", 500)] * HASTY.attempts
    with pytest.raises(UnreadableFile):
        read()
    if change == "a day":
        db.session.execute(update(FeedAnswer).values(read_at=datetime.now(UTC) - timedelta(hours=25)))
        db.session.commit()
    else:
        feed.services = [*feed.services, service(5)]

    report = read()

    assert report.notes[:1] != ["The read that was cut off was gone on with."]
    assert report.added == len(feed.services)
