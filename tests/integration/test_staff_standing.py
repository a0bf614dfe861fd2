"""Pausing a listing, taking it out and publishing it again."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from hub_finder.directory.history import find_history
from hub_finder.extensions import db
from hub_finder.models.feeds import Feed, FeedListing
from hub_finder.models.history import EventKind
from hub_finder.models.services import Service, Status
from tests.factories import Catalogue
from tests.merging import stored
from tests.page_client import words_of
from tests.reading import main_words, read
from tests.signing_in import press

PAGE = "/moderation/listings/acorn-stay-and-play"
MOVE = f"{PAGE}/standing"


@pytest.fixture
def listing(catalogue: Catalogue) -> str:
    return catalogue.add()


def put(slug: str, status: Status) -> None:
    stored(slug).status = status
    db.session.commit()


def now(slug: str) -> str:
    db.session.rollback()
    return stored(slug).status


@pytest.mark.parametrize(
    ("old", "new", "kind", "said"),
    [
        (Status.PUBLISHED, Status.PAUSED, EventKind.PAUSED, "It is paused."),
        (Status.PUBLISHED, Status.RETIRED, EventKind.RETIRED, "It is taken out."),
        (Status.PAUSED, Status.PUBLISHED, EventKind.RETURNED, "It is published again."),
        (Status.PAUSED, Status.RETIRED, EventKind.RETIRED, "It is taken out."),
        (Status.RETIRED, Status.PUBLISHED, EventKind.RETURNED, "It is published again."),
    ],
)
def test_listing_is_moved_in_ones_own_name(
    listing: str, staff: FlaskClient, session: object, old: Status, new: Status, kind: EventKind, said: str
) -> None:
    put(listing, old)

    response = press(staff, PAGE, MOVE, **{"from": old, "to": new})

    assert (response.status_code, response.location) == (303, PAGE)
    assert now(listing) == new
    event = find_history(stored(listing))[0].event
    assert (event.kind, event.actor) == (kind, "Robin Moss")
    assert said in main_words(staff.get(PAGE))


@pytest.mark.parametrize(
    ("old", "shown", "to", "said"),
    [
        (Status.PAUSED, "published", "retired", "Someone has changed this"),
        (Status.RETIRED, "retired", "paused", "It is no longer running now, and cannot become paused from there."),
        (Status.PUBLISHED, "published", "published", "It is published now, and cannot become published from there."),
        (Status.MERGED, "merged", "published", "It is part of another listing now, and cannot become published"),
        (Status.PUBLISHED, "published", "merged", "Choose one of the buttons."),
        (Status.PUBLISHED, "published", "\0zzz", "Choose one of the buttons."),
        (Status.PUBLISHED, "", "", "Someone has changed this"),
    ],
)
def test_move_that_is_not_allowed_changes_nothing_and_says_so(
    listing: str, staff: FlaskClient, session: object, old: Status, shown: str, to: str, said: str
) -> None:
    put(listing, old)

    press(staff, PAGE, MOVE, **{"from": shown, "to": to})

    assert now(listing) == old
    assert len(find_history(stored(listing))) == 1
    words = main_words(staff.get(PAGE))
    assert said in words
    assert "Nothing was changed." in words


@pytest.mark.parametrize(
    ("status", "buttons"),
    [
        (Status.PUBLISHED, ["Yes, pause it", "Yes, take it out"]),
        (Status.PAUSED, ["Yes, publish it again", "Yes, take it out"]),
        (Status.RETIRED, ["Yes, publish it again"]),
        (Status.MERGED, []),
    ],
)
def test_page_offers_the_moves_that_are_allowed(
    listing: str, staff: FlaskClient, session: object, status: Status, buttons: list[str]
) -> None:
    put(listing, status)

    page = read(staff.get(PAGE))

    assert [words_of(button) for button in page.select("details form button")] == buttons


def test_families_do_not_find_what_is_paused(listing: str, staff: FlaskClient, client: FlaskClient) -> None:
    press(staff, PAGE, MOVE, **{"from": "published", "to": "paused"})

    assert "Acorn Stay and Play" not in main_words(client.get("/search?q=acorn"))

    press(staff, PAGE, MOVE, **{"from": "paused", "to": "published"})
    assert "Acorn Stay and Play" in main_words(client.get("/search?q=acorn"))


def test_what_a_feed_took_out_stands_by_a_persons_word_once_published(
    listing: str, staff: FlaskClient, session: object
) -> None:
    feed = Feed(name="Elm", address="https://elm.example", note="", trusted=False)
    db.session.add(feed)
    db.session.flush()
    id_ = db.session.scalars(select(Service.id)).one()
    db.session.add(
        FeedListing(service_id=id_, feed_id=feed.id, uid="1", fingerprint="", missing_times=2, taken_out=True)
    )
    put(listing, Status.RETIRED)

    press(staff, PAGE, MOVE, **{"from": "retired", "to": "published"})

    db.session.rollback()
    link = db.session.scalars(select(FeedListing)).one()
    assert (link.taken_out, link.missing_times, link.service.status) == (False, 0, Status.PUBLISHED)


def test_listing_that_is_not_there_cannot_be_moved(listing: str, staff: FlaskClient) -> None:
    answer = press(staff, PAGE, "/moderation/listings/none/standing", **{"from": "published", "to": "paused"})

    assert answer.status_code == 404
