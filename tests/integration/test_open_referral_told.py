"""Services are told from memory only as long as they say the same."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from hub_finder.directory import freshness, giving_out
from hub_finder.directory.catalogue import get_service
from hub_finder.extensions import db
from hub_finder.models.services import Need
from tests.factories import Catalogue
from tests.integration.feeding import edit

SLUG = "acorn-stay-and-play"
LISTS = ("/api/v3/services", "/api/v3/services?full=true", "/api/v3/services?full=true&format=ndjson")


@pytest.fixture(autouse=True)
def _listing(catalogue: Catalogue) -> Iterator[None]:
    catalogue.add_places()
    catalogue.add(needs="sleep", alert="Closed for a new floor.", alert_closed="yes", alert_from="2026-12-10")
    with catalogue.app.app_context():
        yield


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    asked: list[str] = []

    def note(*arguments: Any) -> None:
        asked.append(arguments[2])

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    yield asked
    event.remove(engine, "before_cursor_execute", note)


def everything(client: FlaskClient) -> list[str]:
    """All that is told of the one service, by each address."""
    uid = client.get(LISTS[0]).get_json()["contents"][0]["id"]
    return [client.get(path).get_data(as_text=True) for path in (*LISTS, f"/api/v3/services/{uid}")]


def test_what_is_told_again_is_the_same_and_asks_the_database_little(app: Flask, client: FlaskClient) -> None:
    first = everything(client)

    with counted(app) as asked:
        again = everything(client)

    assert again == first
    # A page with its total, twice over, all of them in one more, and one of them.
    assert len([one for one in asked if one.lstrip().upper().startswith("SELECT")]) <= 10
    assert not [one for one in asked if "contact" in one]


@pytest.mark.parametrize(
    "cells",
    [
        {"summary": "Newer words."},
        {"organisation_description": "A charity of newer words."},
        {"schedule": "WEEKLY TH 10:00-11:00", "schedule_note": "Newer words."},
        {"contact_name": "Newer words"},
        {"address_1": "Newer words", "city": "Oakham Green"},
    ],
    ids=lambda cells: next(iter(cells)),
)
def test_a_change_is_told_at_once(client: FlaskClient, catalogue: Catalogue, cells: dict[str, str]) -> None:
    before = everything(client)
    edit(catalogue, SLUG, **cells)

    after = everything(client)

    assert not [one for one in before[1:] if "ewer words" in one]
    assert [one for one in after[1:] if "ewer words" not in one] == []


def test_another_word_for_a_need_is_told_and_is_a_change_of_its_listings(
    client: FlaskClient, catalogue: Catalogue
) -> None:
    catalogue.add(id="other", name="Other", needs="food")
    other_uid = get_service("other").uid
    before = {one["id"]: one["last_modified"] for one in client.get(LISTS[0]).get_json()["contents"]}
    need = db.session.scalars(select(Need).where(Need.slug == "sleep")).one()
    need.label = "Nights without sleep"
    db.session.commit()

    told_now = client.get(LISTS[1]).get_data(as_text=True)
    after = {one["id"]: one["last_modified"] for one in client.get(LISTS[0]).get_json()["contents"]}

    assert "Nights without sleep" in told_now
    assert [uid for uid in before if after[uid] != before[uid]] == [uid for uid in before if uid != other_uid]
    changed = client.get(f"/api/v3/services?modified_after={max(after.values())}").get_json()["contents"]
    assert [one["id"] for one in changed] == [uid for uid in before if uid != other_uid]


def test_a_need_in_another_place_of_the_list_changes_no_listing(client: FlaskClient) -> None:
    before = everything(client)
    db.session.scalars(select(Need).where(Need.slug == "sleep")).one().position += 100
    db.session.commit()

    assert everything(client) == before


def test_a_day_that_begins_is_told(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(freshness, "today", lambda: date(2026, 12, 9))
    before = client.get(LISTS[0]).get_json()["contents"][0]["status"]
    monkeypatch.setattr(freshness, "today", lambda: date(2026, 12, 10))

    assert (before, client.get(LISTS[0]).get_json()["contents"][0]["status"]) == ("active", "temporarily closed")


def test_what_changes_while_it_is_read_is_not_kept(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    real = giving_out.find_standings
    read_again: list[int] = []

    def find_moved(ids: Collection[int]) -> list[giving_out.Standing]:
        read_again.extend(ids)
        return [one._replace(moment=one.moment and one.moment + timedelta(seconds=1)) for one in real(ids)]

    monkeypatch.setattr(giving_out, "find_standings", find_moved)

    for _ in range(3):
        client.get(LISTS[1])

    assert len(read_again) == 3
