"""Who keeps a copy: reads pages while others write, remembers the latest moment, misses nothing, gets nothing twice."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from hub_finder.directory import freshness, standing
from hub_finder.directory.merging import merge
from hub_finder.directory.stock import get_stored
from hub_finder.extensions import db
from hub_finder.models.services import Status
from tests.factories import Catalogue
from tests.integration.feeding import words
from tests.integration.giving_out import add_town, next_of, read

SLUGS = [f"group-{number}" for number in range(12)]
EVERYTHING = "2000-01-01T00:00:00Z"


@pytest.fixture
def groups(catalogue: Catalogue) -> Catalogue:
    catalogue.add_places()
    for number, slug in enumerate(SLUGS):
        catalogue.add(id=slug, name=f"Group {number}", **PLACED[number % 3])
    return catalogue


PLACED: Sequence[dict[str, str]] = (
    {},
    {"latitude": "52.1", "longitude": "-1.2", "location_name": "Hall"},
    {"latitude": "52.1", "longitude": "-1.2", "location_name": "Barn", "city": "Elm"},
)


class Copy:
    """Keeps a copy of a collection: three a page, by the `Link` header, and remembers the latest moment it was told."""

    def __init__(self, client: FlaskClient, collection: str = "services") -> None:
        self.client, self.collection = client, collection
        self.held: dict[str, Any] = {}
        self.since, self.latest, self.following = EVERYTHING, EVERYTHING, ""
        self.told_again: list[str] = []

    def read_page(self) -> bool:
        """Read one page; returns whether it was the last of its round."""
        start = f"/api/v3/{self.collection}?per_page=3&modified_after={self.since}"
        response = self.client.get(self.following or start)
        assert response.status_code == 200, response.get_data(as_text=True)
        for item in response.get_json()["contents"]:
            if self.held.get(item["id"]) == item:
                self.told_again.append(item["id"])
            self.held[item["id"]] = item
            self.latest = max(self.latest, item.get("service", item)["last_modified"])
        self.following = next_of(response)
        if not self.following:
            self.since = later(self.latest)
        return not self.following

    def read_round(self) -> None:
        while not self.read_page():
            pass

    def active(self) -> dict[str, Any]:
        return {uid: item for uid, item in self.held.items() if shown(item.get("service", item))}


def shown(service: Any) -> bool:
    return service["status"] in ("active", "temporarily closed")


def later(moment: str) -> str:
    return (datetime.fromisoformat(moment) + timedelta(microseconds=1)).isoformat().replace("+00:00", "Z")


def told(client: FlaskClient, collection: str) -> dict[str, Any]:
    return {one["id"]: one for one in read(client, f"/{collection}?per_page=500")["contents"]}


def change(catalogue: Catalogue, chance: Random, turn: int, some: Sequence[str] = SLUGS) -> None:
    """One of the things that happen to listings, to one or to several at once."""
    what = chance.choice(["check", "save", "move", "move", "several"])
    slugs = chance.sample(some, 4 if what == "several" else 1)
    if what == "save":
        number = SLUGS.index(slugs[0])
        catalogue.add(id=slugs[0], name=f"Group {number}, turn {turn}", **PLACED[number % 3])
        return
    with catalogue.app.app_context():
        for slug in slugs:
            service = get_stored(slug)
            if what == "move" and service.status == Status.PUBLISHED:
                standing.move(service, chance.choice([Status.PAUSED, Status.RETIRED]), actor="Jo")
            elif what == "move":
                standing.move(service, Status.PUBLISHED, actor="Jo")
            else:
                freshness.mark_checked(service, by=f"Jo {turn}", on=freshness.today())
        db.session.commit()


@pytest.mark.parametrize("collection", ["services", "service_at_locations"])
@pytest.mark.parametrize("seed", range(3))
def test_what_changes_between_two_pages_is_neither_missed_nor_told_twice(
    groups: Catalogue, client: FlaskClient, collection: str, seed: int
) -> None:
    chance, copy = Random(seed), Copy(client, collection)  # noqa: S311
    for turn in range(30):
        if chance.random() < 0.5:
            copy.read_page()
        else:
            change(groups, chance, turn)
    copy.read_round()
    copy.read_round()

    assert copy.active() == told(client, collection)
    assert copy.told_again == []
    assert len(told(client, collection)) < len(copy.held)


def test_what_others_write_at_the_same_time_is_neither_missed_nor_told_twice(
    groups: Catalogue, client: FlaskClient
) -> None:
    def write(seed: int) -> None:
        # Each has listings of its own: that two change the same one is another matter.
        chance = Random(seed)  # noqa: S311
        for turn in range(25):
            change(groups, chance, seed * 100 + turn, SLUGS[seed::2])

    copy, rounds = Copy(client), 0
    with ThreadPoolExecutor() as pool:
        writers = [pool.submit(write, seed) for seed in range(2)]
        while not all(writer.done() for writer in writers):
            copy.read_round()
            rounds += 1
        for writer in writers:
            writer.result()
    copy.read_round()

    assert rounds > 2
    assert copy.active() == told(client, "services")
    assert copy.told_again == []


def test_pages_by_their_links_hold_all_that_stays_while_the_list_becomes_shorter(
    groups: Catalogue, client: FlaskClient
) -> None:
    response = client.get("/api/v3/services?per_page=3")
    found = [one["name"] for one in response.get_json()["contents"]]
    with groups.app.app_context():
        for slug in SLUGS[:4]:
            standing.move(get_stored(slug), Status.RETIRED, actor="Jo")
        db.session.commit()
    while address := next_of(response):
        response = client.get(address)
        found += [one["name"] for one in response.get_json()["contents"]]

    assert found == [f"Group {number}" for number in (0, 1, 2, *range(4, 12))]
    assert response.get_json()["last_page"] is True


# ---- what changes by itself


def set_day(monkeypatch: pytest.MonkeyPatch, day: date) -> None:
    monkeypatch.setattr(freshness, "today", lambda: day)
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    monkeypatch.setattr("hub_finder.directory.times.now", lambda: noon)


@pytest.mark.parametrize("checked_on", [date(2026, 8, day) for day in (27, 28, 29, 30, 31)] + [date(2026, 9, 30)])
def test_a_check_that_lapses_is_told_on_the_day_and_only_then(
    groups: Catalogue, app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, checked_on: date
) -> None:
    set_day(monkeypatch, checked_on)
    with app.app_context():
        freshness.mark_checked(get_stored(SLUGS[5]), by="Jo", on=checked_on)
        db.session.commit()
        uid = get_stored(SLUGS[5]).uid
        limit = app.extensions["hub_area"].freshness.lapsed
    copy, news = Copy(client), []
    for days in range(-4, 6):
        set_day(monkeypatch, freshness.months_before(checked_on, -limit) + timedelta(days=days))
        before = dict(copy.held)
        copy.read_round()
        changed = [one for one in copy.held if before.get(one) != copy.held[one]]
        news += [days] if changed == [uid] and before else []
        assert copy.active() == told(client, "services")

    assert len(news) == 1
    assert copy.told_again == []


def test_a_closure_that_begins_and_ends_is_told_on_both_days(
    groups: Catalogue, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    days = {"alert_from": "2030-04-03", "alert_to": "2030-04-10"}
    set_day(monkeypatch, date(2030, 4, 1))
    groups.add(id=SLUGS[0], name="Group 0", alert="Closed for the holidays.", alert_closed="yes", **days)
    copy, statuses = Copy(client), []
    for day in (1, 2, 3, 4, 10, 11, 12):
        set_day(monkeypatch, date(2030, 4, day))
        copy.read_round()
        assert copy.active() == told(client, "services")
        statuses += [one["status"] for one in copy.held.values() if one["name"] == "Group 0"]

    closed = "temporarily closed"
    assert statuses == ["active", "active", closed, closed, closed, "active", "active"]
    assert copy.told_again == []


# ---- what has gone


def test_a_merge_is_a_change_of_both(catalogue: Catalogue, app: Flask, client: FlaskClient) -> None:
    add_town(catalogue)
    copy = Copy(client)
    copy.read_round()
    with app.app_context():
        needs, vocabulary = words(catalogue)
        lose, keep = get_stored("cedar-club"), get_stored("acorn-toddler-group")
        gone, stays = lose.uid, keep.uid
        merge(keep, lose, {}, needs=needs, vocabulary=vocabulary, actor="Jo")
        db.session.commit()
    copy.read_round()

    assert copy.held[gone]["status"] == "defunct"
    assert copy.active() == told(client, "services")
    assert client.get(f"/api/v3/services/{gone}").location.endswith(stays)
