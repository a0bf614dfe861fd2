"""Listings for other directories: what changes and ends, and what is read back."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from hub_finder.area import FreshnessLimits
from hub_finder.database import aware
from hub_finder.directory import freshness, giving_out, standing
from hub_finder.directory.listings import parse_listing, rows_of
from hub_finder.directory.merging import merge
from hub_finder.directory.records import listing_of
from hub_finder.directory.stock import get_stored
from hub_finder.extensions import db
from hub_finder.importers.feed_values import ItemReader
from hub_finder.importers.own_columns import read_own_rows
from hub_finder.models.search import SearchClock
from hub_finder.models.services import Status
from tests.factories import Catalogue
from tests.integration.feeding import words
from tests.integration.giving_out import add_town, names, next_of, read

pytestmark = pytest.mark.usefixtures("session")


@pytest.fixture
def town(catalogue: Catalogue) -> Catalogue:
    add_town(catalogue)
    return catalogue


def latest(client: FlaskClient) -> str:
    moments: list[str] = [one["modified_date"] for one in read(client, "/services?minimal=true")["contents"]]
    return max(moments)


def later(moment: str) -> str:
    return (datetime.fromisoformat(moment) + timedelta(microseconds=1)).isoformat().replace("+00:00", "Z")


def test_what_changed_after_a_moment_is_told_once(town: Catalogue, client: FlaskClient) -> None:
    seen = later(latest(client))
    assert names(client, f"/services?modified_after={seen}") == []

    freshness.mark_checked(get_stored("cedar-club"), by="Jo", on=freshness.today())
    db.session.commit()

    assert names(client, f"/services?modified_after={seen}") == ["Cedar club"]
    assert names(client, f"/services?modified_after={later(latest(client))}") == []


def test_what_was_taken_out_is_told_among_the_changes(town: Catalogue, client: FlaskClient) -> None:
    seen = later(latest(client))
    standing.move(get_stored("cedar-club"), Status.RETIRED, actor="Jo")
    standing.move(get_stored("birch-helpline"), Status.PAUSED, actor="Jo")
    db.session.commit()

    changed = read(client, f"/services?modified_after={seen}")["contents"]

    assert {one["name"]: one["status"] for one in changed} == {"Birch helpline": "inactive", "Cedar club": "defunct"}
    assert names(client, "/services") == ["Acorn toddler group"]
    assert read(client, f"/services/{get_stored('cedar-club').uid}")["status"] == "defunct"


def test_a_listing_whose_check_lapses_is_told_though_nobody_touched_it(
    town: Catalogue, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    freshness.mark_checked(get_stored("cedar-club"), by="Jo", on=freshness.today())
    db.session.commit()
    seen = later(latest(client))
    lapses = freshness.lapsed_on(get_stored("cedar-club"), FreshnessLimits())
    assert lapses

    monkeypatch.setattr(freshness, "today", lambda: lapses - timedelta(days=1))
    assert names(client, f"/services?modified_after={seen}") == []
    monkeypatch.setattr(freshness, "today", lambda: lapses)

    changed = read(client, f"/services?modified_after={seen}")["contents"]
    assert [(one["name"], one["status"]) for one in changed] == [("Cedar club", "inactive")]
    assert "Cedar club" not in names(client, "/services")


def test_a_later_commit_has_a_later_moment_even_when_the_clock_goes_back(town: Catalogue) -> None:
    db.session.execute(update(SearchClock).values(at=datetime(2100, 1, 1, tzinfo=UTC)))
    db.session.commit()
    moments = []
    for _ in range(3):
        service = get_stored("cedar-club")
        freshness.mark_unreachable(service, by="Jo")
        db.session.commit()
        moments.append(aware(service.modified_at) if service.modified_at else None)

    assert None not in moments
    assert all(one < other for one, other in pairwise(moments) if one and other)


def test_a_chain_of_links_leaves_nothing_out_when_listings_go_meanwhile(town: Catalogue, client: FlaskClient) -> None:
    first = client.get("/api/v3/services?per_page=2")
    standing.move(get_stored("acorn-toddler-group"), Status.PAUSED, actor="Jo")
    db.session.commit()

    following = client.get(next_of(first))

    assert [one["name"] for one in following.get_json()["contents"]] == ["Cedar club"]


def test_the_id_of_a_merged_listing_leads_to_the_other(town: Catalogue, client: FlaskClient) -> None:
    needs, vocabulary = words(town)
    lose, keep = get_stored("cedar-club"), get_stored("acorn-toddler-group")
    merge(keep, lose, {}, needs=needs, vocabulary=vocabulary, actor="Jo")
    db.session.commit()

    response = client.get(f"/api/v3/services/{get_stored('cedar-club').uid}")

    assert response.status_code == 301
    assert response.location.endswith(f"/api/v3/services/{get_stored('acorn-toddler-group').uid}")


# ---- there and back


def test_what_we_tell_is_read_back_word_for_word(town: Catalogue, client: FlaskClient) -> None:
    _needs, vocabulary = words(town)
    for item in read(client, "/services?full=true")["contents"]:
        service = giving_out.get_by_uid_or_none(item["id"])
        assert service
        stored = rows_of(listing_of(service))

        told = read_own_rows(ItemReader(), item)

        listing, problems = parse_listing([{**row, "id": service.slug} for row in told], vocabulary)
        assert listing, problems
        given = ("uuid", "organisation_uuid", "location_uuid")
        assert [{**row, **dict.fromkeys(given, "")} for row in rows_of(listing)] == [
            {**row, **dict.fromkeys(given, "")} for row in stored
        ]
