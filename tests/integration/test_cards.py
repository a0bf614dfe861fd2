"""Facts read straight from the tables, and the cards made of them, beside the stored listing."""

import json
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event
from sqlalchemy.orm import Session

from hub_finder import words
from hub_finder.directory import facts as reading
from hub_finder.directory.cards import pack_card, unpack_card
from hub_finder.directory.catalogue import iterate_stored, load_whole
from hub_finder.directory.facts import read_facts
from hub_finder.directory.opening import opening_of
from hub_finder.directory.times import ZONE, Calendar
from hub_finder.directory.vocabulary import find_terms
from hub_finder.extensions import db
from hub_finder.models.services import Status
from tests.cards import check_every_listing
from tests.factories import Catalogue
from tests.integration.asking import ask
from tests.patterns import CALENDAR, NEAR_DAYS, schedule_facts
from tests.whole_listing import add_whole_listing

TODAY = date(2026, 11, 24)
# What no card is without.
BARE = {
    "id": 1,
    "slug": "a",
    "uid": "u",
    "status": "published",
    "name": "A",
    "kind": "food",
    "organisation": "O",
    "summary": "",
    "cost": "free",
    "referral": "self",
    "sensitive": False,
    "confidence": "high",
    "unreachable_times": 0,
}


def test_facts_and_card_of_a_whole_listing_are_those_that_are_stored(catalogue: Catalogue, session: Session) -> None:
    add_whole_listing(catalogue, TODAY)

    assert check_every_listing() == 2


def test_a_card_reads_dates_and_times_as_such(catalogue: Catalogue, session: Session) -> None:
    add_whole_listing(catalogue, TODAY)
    needs = {need.slug: need for need in find_terms()}
    [facts] = (one for one in read_facts(session) if one["slug"] == "everything-group")

    card = unpack_card(pack_card(facts), needs)

    assert (card.schedules[0].opens_at, card.schedules[0].closes_at) == (time(10), time(12))
    assert card.bookings[1].starts_on == date(2026, 12, 19)
    assert card.bookings[3].places is None
    assert card.bookings[3].starts_on is None


def test_listings_of_every_status_are_read_in_the_order_of_their_ids(catalogue: Catalogue, session: Session) -> None:
    slugs = [catalogue.add(name=name) for name in ("Zebra Club", "Acorn Club", "Mill Club")]
    for service, status in zip(iterate_stored(), (Status.RETIRED, Status.MERGED, Status.PAUSED), strict=True):
        service.status = status

    assert [facts["slug"] for facts in read_facts(session)] == slugs


def test_only_the_listings_asked_for_are_read_once_each(catalogue: Catalogue, session: Session) -> None:
    for number in range(5):
        catalogue.add(name=f"Club {number}", needs="sleep|food", service_area="council:E09999001")
    ids = [facts["id"] for facts in read_facts(session)]

    read = list(read_facts(session, [ids[3], ids[0], ids[3], max(ids) + 1]))

    assert [facts["id"] for facts in read] == [ids[0], ids[3]]
    assert [facts["needs"] for facts in read] == [["sleep", "food"]] * 2
    assert list(read_facts(session, [])) == []


def test_many_batches_give_what_one_gives(
    catalogue: Catalogue, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_whole_listing(catalogue, TODAY)
    for number in range(5):
        catalogue.add(name=f"Club {number}")
    ids = [facts["id"] for facts in read_facts(session)]
    at_once = list(read_facts(session)), list(read_facts(session, ids[::2]))

    monkeypatch.setattr(reading, "BATCH", 2)

    assert (list(read_facts(session)), list(read_facts(session, ids[::2]))) == at_once


def test_a_batch_takes_as_many_statements_for_many_listings_as_for_one(catalogue: Catalogue, session: Session) -> None:
    for number in range(4):
        catalogue.add(name=f"Club {number}")
    ids = [service.id for service in iterate_stored()]
    said: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        said.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        list(read_facts(session, ids[:1]))
        for_one = len(said)
        list(read_facts(session, ids))
    finally:
        event.remove(db.engine, "before_cursor_execute", note)

    assert len(said) == 2 * for_one == 2 * 7


def test_what_waits_to_be_written_is_read(catalogue: Catalogue, session: Session) -> None:
    catalogue.add(name="Acorn Club")
    [service] = iterate_stored()
    [service] = load_whole([service.id])

    service.summary = "Another one."

    assert [facts["summary"] for facts in read_facts(session)] == ["Another one."]


def test_a_term_that_has_gone_is_left_out_of_a_card(catalogue: Catalogue, session: Session) -> None:
    catalogue.add(name="Acorn Club", needs="sleep|food")
    needs = {need.slug: need for need in find_terms() if need.slug != "sleep"}

    card = unpack_card(pack_card(next(read_facts(session))), needs)

    assert [need.slug for need in card.needs] == ["food"]


def test_a_card_is_read_once_until_something_changes(catalogue: Catalogue, session: Session) -> None:
    slug = catalogue.add(name="Acorn Club", summary="For all.")
    [first] = ask(catalogue).without_a_place

    session.rollback()
    [again] = ask(catalogue).without_a_place
    catalogue.add(id=slug, name="Acorn Club", summary="For some.")
    session.rollback()
    [changed] = ask(catalogue).without_a_place

    assert again.service is first.service
    assert (first.service.summary, changed.service.summary) == ("For all.", "For some.")


def test_what_is_not_committed_is_on_no_card_of_others(catalogue: Catalogue, session: Session) -> None:
    catalogue.add(name="Acorn Club", summary="For all.")
    ask(catalogue)
    [service] = load_whole([one.id for one in iterate_stored()])

    service.summary = "For some."
    [own] = ask(catalogue).without_a_place
    session.rollback()
    [after] = ask(catalogue).without_a_place

    assert (own.service.summary, after.service.summary) == ("For some.", "For all.")


def test_cards_with_the_same_times_share_them(catalogue: Catalogue, session: Session) -> None:
    for name, times in (("Acorn", "10:00-12:00"), ("Mill", "10:00-12:00"), ("Oak", "10:00-13:00")):
        catalogue.add(name=f"{name} Club", schedule=f"WEEKLY TU {times}")

    acorn, mill, oak = (result.service.schedules for result in ask(catalogue, sort="name").without_a_place)

    assert acorn is mill
    assert acorn is not oak


@settings(max_examples=50, deadline=None)
@given(
    facts=st.lists(schedule_facts(), min_size=1, max_size=3),
    day=NEAR_DAYS,
    hops=st.lists(st.integers(-1500, 1500), min_size=1, max_size=6),
    calendars=st.lists(st.sampled_from([CALENDAR, Calendar()]), min_size=6, max_size=6),
)
def test_what_is_told_of_shared_times_is_what_they_say_at_that_moment(
    facts: list[dict[str, Any]], day: date, hops: list[int], calendars: list[Calendar]
) -> None:
    stated = [{name: value for name, value in one.items() if value is not None} for one in facts]
    places = [{"id": 1, "precision": "exact"}, {"id": 1, "precision": "exact"}]
    text = json.dumps({**BARE, "schedules": stated, "places": places})
    moment = datetime.combine(day, time(9, 59), ZONE)

    for hop, calendar in zip(hops, calendars, strict=False):
        moment += timedelta(minutes=hop)
        card = unpack_card(text, {})
        for place in (None, *card.places):
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr("hub_finder.directory.times.now", lambda moment=moment: moment)
                told = words.opening(card, calendar, place)

            assert told == opening_of(words.schedules_at(card, place), calendar=calendar, now=moment)
