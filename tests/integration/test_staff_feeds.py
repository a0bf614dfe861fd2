"""The pages of feeds, and of what they say of listings that were edited here."""

from datetime import UTC, datetime

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy import select

from hub_finder.directory import feeds, proposals
from hub_finder.directory.history import find_history
from hub_finder.directory.listings import parse_listing
from hub_finder.extensions import db
from hub_finder.models.feeds import Feed, FeedListing, Health, Proposal, ProposalStatus
from hub_finder.models.services import Status
from tests.factories import Catalogue
from tests.integration.feeding import edit, words
from tests.merging import rows, stored
from tests.page_client import words_of
from tests.reading import main_words, only, read, summary
from tests.signing_in import press

LIST = "/moderation/proposals"


@pytest.fixture
def elm(catalogue: Catalogue, staff: FlaskClient, session: object) -> Feed:
    """A feed whose two listings were edited here."""
    feed = feeds.keep_feed("https://elm.example/v1", name="Elm", trusted=True)
    db.session.commit()
    for number in (1, 2):
        slug = catalogue.add(id=f"club-{number}", name=f"Club {number}", phone="01632 960001")
        link = {"uid": str(number), "fingerprint": "as it came"}
        db.session.add(FeedListing(service_id=stored(slug).id, feed_id=feed.id, **link))
    db.session.commit()
    return feed


def say(catalogue: Catalogue, feed: Feed, slug: str, **cells: str) -> int:
    """Let the feed say something else of a listing; returns the number of the proposal."""
    listing, problems = parse_listing([rows(slug)[0] | cells], words(catalogue)[1])
    assert listing, problems
    proposal = proposals.propose(stored(slug), feed, listing)
    assert proposal
    number = proposal.id
    db.session.commit()
    return number


def decided(number: int) -> tuple[str, str | None]:
    db.session.rollback()
    proposal = db.session.get(Proposal, number)
    assert proposal
    return proposal.status, proposal.decided_by


def form_of(page: BeautifulSoup, button: str) -> tuple[str, dict[str, str]]:
    """Where a button's form goes, and what a browser sends with it."""
    [form] = [one for one in page.select("main form") if words_of(only(one, "button")) == button]
    return str(form["action"]), {str(one["name"]): str(one["value"]) for one in form.select("input")}


# ---- feeds


def test_feeds_say_how_they_are(catalogue: Catalogue, elm: Feed, staff: FlaskClient) -> None:
    elm.health, elm.note, elm.version = Health.CHANGED, "It had 2 services and has 40.", "3.0"
    elm.attempted_at = elm.succeeded_at = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
    feeds.keep_feed("https://oak.example", name="Oak", trusted=None)
    db.session.commit()
    say(catalogue, elm, "club-1", phone="01632 960002")

    page = read(staff.get("/moderation/feeds"))

    first, second = (words_of(one) for one in page.select(".hf-panel"))
    for said in (
        "Elm Not what it was: look at it. It had 2 services and has 40.",
        "Address https://elm.example/v1 Version 3.0 Its checks count as ours Yes",
        "Last changed Never Listings in use 2 Proposals to decide 1",
    ):
        assert said in first, said
    assert "20 November" in first
    assert "Oak Not read yet." in second
    assert "Version Not stated Its checks count as ours No Last tried Never Last read Never" in second


def test_page_without_feeds_says_so(staff: FlaskClient) -> None:
    assert "There are none." in main_words(staff.get("/moderation/feeds"))


def test_start_counts_open_proposals_and_feeds_to_look_at(catalogue: Catalogue, elm: Feed, staff: FlaskClient) -> None:
    elm.health = Health.STALE
    db.session.commit()
    say(catalogue, elm, "club-1", phone="01632 960002")
    say(catalogue, elm, "club-2", phone="01632 960002")

    page = read(staff.get("/moderation"))

    tasks = {words_of(only(one, "a")): words_of(only(one, "strong")) for one in page.select(".hf-tasks li")}
    assert (tasks["Feeds to look at"], tasks["Proposals from feeds"]) == ("1", "2")


# ---- proposals


def test_open_proposals_are_listed_the_oldest_first(catalogue: Catalogue, elm: Feed, staff: FlaskClient) -> None:
    numbers = [say(catalogue, elm, slug, phone="01632 960002") for slug in ("club-2", "club-1")]
    declined = say(catalogue, elm, "club-2", phone="01632 960003")
    proposals.decline(proposals.get_open_proposal(declined), actor="Kim")
    db.session.commit()

    links = read(staff.get(LIST)).select(".hf-rows__link")

    assert [(words_of(link), link["href"]) for link in links] == [("Club 1", f"{LIST}/{numbers[1]}")]


def test_proposals_are_paged(catalogue: Catalogue, elm: Feed, staff: FlaskClient) -> None:
    say(catalogue, elm, "club-1", phone="01632 960002")
    one = db.session.scalars(select(Proposal)).one()
    same = {name: getattr(one, name) for name in ("service_id", "feed_id", "rows", "fingerprint", "at", "status")}
    db.session.add_all([Proposal(**same) for _ in range(50)])
    db.session.commit()

    pages = [read(staff.get(f"{LIST}?page={number}")).select(".hf-rows__link") for number in (1, 2)]

    assert [len(links) for links in pages] == [50, 1]
    assert list(summary(read(staff.get(f"{LIST}?page=zzz"))).values()) == ["#main"]


def test_proposal_shows_ours_beside_the_feeds_and_is_taken(catalogue: Catalogue, elm: Feed, staff: FlaskClient) -> None:
    number = say(catalogue, elm, "club-1", phone="01632 960002")
    page = read(staff.get(f"{LIST}/{number}"))
    assert words_of(only(page, ".hf-diff")) == "Phone Ours: 01632 960001 The feed: 01632 960002"

    address, sent = form_of(page, "Take it")
    response = staff.post(address, data=sent)

    assert (response.status_code, response.location) == (303, "/moderation/listings/club-1")
    assert decided(number) == (ProposalStatus.TAKEN, "Robin Moss")
    step = find_history(stored("club-1"))[0]
    assert (step.event.actor, step.event.note) == ("Robin Moss", "Taken from Elm")
    assert step.changes == [("phone", "01632 960001", "01632 960002")]


def test_leaving_ours_changes_nothing_but_the_proposal(catalogue: Catalogue, elm: Feed, staff: FlaskClient) -> None:
    number = say(catalogue, elm, "club-1", phone="01632 960002")
    before = rows("club-1")

    address, sent = form_of(read(staff.get(f"{LIST}/{number}")), "Leave ours")
    response = staff.post(address, data=sent)

    assert (response.status_code, response.location) == (303, LIST)
    assert decided(number) == (ProposalStatus.DECLINED, "Robin Moss")
    assert rows("club-1") == before
    assert "Club 1 stays as it is." in main_words(staff.get(LIST))


def test_listing_that_changed_meanwhile_is_shown_again(catalogue: Catalogue, elm: Feed, staff: FlaskClient) -> None:
    number = say(catalogue, elm, "club-1", phone="01632 960002")
    address, sent = form_of(read(staff.get(f"{LIST}/{number}")), "Take it")
    edit(catalogue, "club-1", phone="01632 960009")

    response = staff.post(address, data=sent)

    assert response.status_code == 409
    assert "Someone changed the listing" in " ".join(summary(read(response)))
    assert "Ours: 01632 960009" in main_words(response)
    assert decided(number) == (ProposalStatus.OPEN, None)
    address, sent = form_of(read(response), "Take it")
    assert staff.post(address, data=sent).status_code == 303
    assert decided(number)[0] == ProposalStatus.TAKEN


def test_what_cannot_be_kept_today_is_told_and_stays_open(catalogue: Catalogue, elm: Feed, staff: FlaskClient) -> None:
    number = say(catalogue, elm, "club-1", phone="01632 960002")
    proposal = proposals.get_open_proposal(number)
    proposal.rows = [proposal.rows[0] | {"kind": "circus"}]
    db.session.commit()

    address, sent = form_of(read(staff.get(f"{LIST}/{number}")), "Take it")
    response = staff.post(address, data=sent)

    assert response.status_code == 409
    assert "It cannot be kept today: kind “circus”" in " ".join(summary(read(response)))
    assert decided(number) == (ProposalStatus.OPEN, None)


@pytest.mark.parametrize("button", ["Take it", "Leave ours"])
def test_proposal_that_was_decided_meanwhile_says_so(
    catalogue: Catalogue, elm: Feed, staff: FlaskClient, button: str
) -> None:
    number = say(catalogue, elm, "club-1", phone="01632 960002")
    address, sent = form_of(read(staff.get(f"{LIST}/{number}")), button)
    proposals.decline(proposals.get_open_proposal(number), actor="Kim")
    db.session.commit()

    response = staff.post(address, data=sent)

    assert (response.status_code, response.location) == (303, LIST)
    assert decided(number) == (ProposalStatus.DECLINED, "Kim")
    assert f"Proposal {number} is no longer open" in main_words(staff.get(LIST))


@pytest.mark.parametrize("number", [0, 999, 2**31, 2**80])
def test_proposal_that_is_not_there_is_told_plainly(elm: Feed, staff: FlaskClient, number: int) -> None:
    page = f"{LIST}/{number}"

    answers = [staff.get(page), press(staff, LIST, f"{page}/take"), press(staff, LIST, f"{page}/decline")]

    assert [(one.status_code, one.location) for one in answers] == [(303, LIST)] * 3


def test_proposal_of_a_hidden_listing_says_that_it_is(catalogue: Catalogue, elm: Feed, staff: FlaskClient) -> None:
    number = say(catalogue, elm, "club-1", phone="01632 960002")
    stored("club-1").status = Status.PAUSED
    db.session.commit()

    assert "Paused. Families do not find it, whatever you decide." in main_words(staff.get(f"{LIST}/{number}"))
