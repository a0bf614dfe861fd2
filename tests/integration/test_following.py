"""What changed: as Atom for those who follow a search, and in the maps for search engines."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import cast
from urllib.parse import urlsplit
from uuid import UUID
from xml.etree import ElementTree

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Table, func, select, true, update
from werkzeug.test import TestResponse

from hub_finder.directory.lately_changed import find_blocks, iterate_block
from hub_finder.extensions import db
from hub_finder.finder import following, sitemaps
from hub_finder.models.services import Service, Status
from tests.factories import Catalogue
from tests.integration.test_pages_whole_service import store
from tests.reading import read

ATOM = "{http://www.w3.org/2005/Atom}"
MAPS = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.fixture
def town(catalogue: Catalogue) -> Catalogue:
    catalogue.add_places()
    catalogue.add(id="tots", name="Tots", needs="sleep|food", locality="north-fair", summary="Songs & <play>.")
    catalogue.add(id="teens", name="Teens", needs="food", locality="north-fair", latitude="52.1", longitude="-1.2")
    catalogue.add(id="line", name="Line", needs="sleep", delivery="phone")
    return catalogue


def parsed(response: TestResponse) -> ElementTree.Element:
    return ElementTree.fromstring(response.data)  # noqa: S314  our own answer


def note(town: Catalogue, moment: datetime | None, *slugs: str) -> None:
    """Let some listings, or all, have changed at a moment."""
    services = cast("Table", Service.__table__)
    which = services.c.slug.in_(slugs) if slugs else true()
    with town.app.app_context():
        # Past the session, which would note the moment of its commit.
        db.session.connection().execute(update(services).where(which).values(modified_at=moment))
        db.session.commit()


def feed(client: FlaskClient, address: str = "/services.atom") -> ElementTree.Element:
    """A feed, held to what RFC 4287 asks of one."""
    response = client.get(address)
    assert (response.status_code, response.mimetype) == (200, "application/atom+xml")
    root = parsed(response)
    assert root.tag == f"{ATOM}feed"
    assert root.find(f"{ATOM}author/{ATOM}name") is not None
    for element in (root, *entries(root)):
        for name in ("id", "title", "updated"):
            assert [one.text for one in element.findall(f"{ATOM}{name}") if one.text], f"one {name}"
            assert len(element.findall(f"{ATOM}{name}")) == 1
        assert UUID(text(element, "id").removeprefix("urn:uuid:"))
        assert datetime.fromisoformat(text(element, "updated")).tzinfo
        for link in element.findall(f"{ATOM}link"):
            assert urlsplit(link.attrib["href"]).scheme in ("http", "https")
        assert len(element.findall(f"{ATOM}link[@rel='alternate']")) == 1
    assert len({text(entry, "id") for entry in entries(root)}) == len(entries(root))
    moments = [moment(entry) for entry in entries(root)]
    assert moments == sorted(moments, reverse=True)
    assert not moments or moment(root) == moments[0]
    return root


def entries(root: ElementTree.Element) -> list[ElementTree.Element]:
    return root.findall(f"{ATOM}entry")


def text(element: ElementTree.Element, name: str) -> str:
    return element.findtext(f"{ATOM}{name}") or ""


def moment(element: ElementTree.Element, name: str = "updated") -> datetime:
    return datetime.fromisoformat(text(element, name))


def titles(root: ElementTree.Element) -> list[str]:
    return [text(entry, "title") for entry in entries(root)]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Line", "Teens", "Tots"]),
        ("?need=sleep", ["Line", "Tots"]),
        ("?locality=north-fair", ["Teens", "Tots"]),
        ("?need=sleep&locality=north-fair", ["Tots"]),
        ("?need=sleep&need=food", ["Line", "Teens", "Tots"]),
        ("?q=teens", ["Teens"]),
        ("?q=zzzz", []),
    ],
)
def test_feed_tells_of_what_a_search_finds_the_latest_first(
    town: Catalogue, client: FlaskClient, query: str, expected: list[str]
) -> None:
    assert titles(feed(client, f"/services.atom{query}")) == expected


def test_change_moves_a_listing_up_and_keeps_its_id(town: Catalogue, client: FlaskClient) -> None:
    before = feed(client)

    town.add(id="tots", name="Tots and Babies", needs="sleep|food", locality="north-fair")

    after = feed(client)
    assert titles(after) == ["Tots and Babies", "Line", "Teens"]
    assert text(after, "id") == text(before, "id")
    assert {text(entry, "id") for entry in entries(after)} == {text(entry, "id") for entry in entries(before)}
    first, old = entries(after)[0], entries(before)[-1]
    assert moment(first) > moment(old)
    assert moment(first, "published") == moment(old, "published") <= moment(old)


def test_what_did_not_change_is_not_told_as_new(town: Catalogue, client: FlaskClient) -> None:
    before = client.get("/services.atom")

    town.add(id="line", name="Line", needs="sleep", delivery="phone")

    after = client.get("/services.atom", headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 304
    root = parsed(before)
    seen = parsedate_to_datetime(before.headers["Last-Modified"])
    assert seen == moment(root).replace(microsecond=0)


def test_entry_says_what_and_where_and_for_what(town: Catalogue, client: FlaskClient) -> None:
    [entry] = entries(feed(client, "/services.atom?need=sleep&locality=north-fair"))

    assert text(entry, "summary") == "Songs & <play>."
    assert entry.findtext(f"{ATOM}author/{ATOM}name")
    assert entry.find(f"{ATOM}link").attrib["href"] == "http://localhost/services/tots"  # type: ignore[union-attr]
    assert [one.attrib["term"] for one in entry.findall(f"{ATOM}category")] == ["sleep", "food", "north-fair"]


def test_id_of_a_feed_is_that_of_its_question_in_whatever_order(town: Catalogue, client: FlaskClient) -> None:
    one, same, other = (
        text(feed(client, f"/services.atom?{query}"), "id")
        for query in ("need=food&locality=north-fair", "x=1&locality=north-fair&need=food&page=1", "need=food")
    )

    assert one == same != other


def test_what_is_not_to_be_found_is_not_told(town: Catalogue, client: FlaskClient) -> None:
    store(town, "tots", status=Status.PAUSED)
    town.add(id="refuge", name="Refuge", sensitive="yes", delivery="phone")

    root = feed(client)

    assert titles(root) == ["Refuge", "Line", "Teens"]


def test_feed_tells_of_the_last_fifty(town: Catalogue, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "MOST", 2)

    assert titles(feed(client)) == ["Line", "Teens"]
    assert following.MOST == 2


def test_listing_of_before_moments_were_noted_comes_last(town: Catalogue, client: FlaskClient) -> None:
    note(town, None, "line")

    root = feed(client)

    assert titles(root) == ["Teens", "Tots", "Line"]
    assert moment(entries(root)[-1]) == datetime(2000, 1, 1, tzinfo=UTC)


def test_bad_value_answers_400_and_names_the_parameter(town: Catalogue, client: FlaskClient) -> None:
    response = client.get("/services.atom?need=nonsense")

    assert (response.status_code, response.get_json()["parameter"]) == (400, "need")


@pytest.mark.parametrize(
    ("page", "query"),
    [
        ("/needs/sleep", "?need=sleep"),
        ("/localities/north-fair", "?locality=north-fair"),
        ("/search?need=sleep&locality=north-fair&page=1", "?need=sleep&locality=north-fair"),
    ],
)
def test_page_leads_to_its_feed(town: Catalogue, client: FlaskClient, page: str, query: str) -> None:
    soup = read(client.get(page))

    [link] = soup.select("head link[rel='alternate'][type='application/atom+xml']")
    assert link["href"] == f"/services.atom{query}"
    assert link["title"]
    assert soup.select(f"main a[href='/services.atom{query}']")
    feed(client, str(link["href"]))


# ---- maps for search engines


def entries_of(client: FlaskClient, address: str, name: str = "url") -> dict[str, str | None]:
    """Addresses of a map, each with when it changed."""
    response = client.get(address)
    assert (response.status_code, response.mimetype) == (200, "application/xml")
    root = parsed(response)
    assert root.tag == MAPS + ("urlset" if name == "url" else "sitemapindex")
    found = {one.findtext(f"{MAPS}loc") or "": one.findtext(f"{MAPS}lastmod") for one in root.findall(MAPS + name)}
    assert all(address.startswith("http://localhost/") for address in found)
    assert all(datetime.fromisoformat(moment).tzinfo for moment in found.values() if moment)
    return found


def path_of(address: str) -> str:
    return address.removeprefix("http://localhost")


def test_index_leads_to_every_map(town: Catalogue, client: FlaskClient) -> None:
    maps = entries_of(client, "/sitemap.xml", "sitemap")

    assert [path_of(address) for address in maps] == ["/sitemap/pages.xml", "/sitemap/services-1.xml"]
    listed = entries_of(client, "/sitemap/services-1.xml")
    assert {path_of(address) for address in listed} == {"/services/tots", "/services/teens", "/services/line"}
    assert maps["http://localhost/sitemap/services-1.xml"] == max(filter(None, listed.values()))


def test_map_tells_when_a_listing_last_changed(town: Catalogue, client: FlaskClient) -> None:
    note(town, datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC))

    town.add(id="tots", name="Tots and Babies")

    told = entries_of(client, "/sitemap/services-1.xml")
    assert told["http://localhost/services/line"] == "2020-01-02T03:04:05+00:00"
    changed = datetime.fromisoformat(told["http://localhost/services/tots"] or "")
    assert timedelta(0) <= datetime.now(UTC) - changed < timedelta(minutes=5)


def test_map_of_what_went_says_that_it_changed(town: Catalogue, client: FlaskClient) -> None:
    went_at = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)
    store(town, "tots", status=Status.RETIRED)
    note(town, went_at, "tots")

    maps = entries_of(client, "/sitemap.xml", "sitemap")

    assert "http://localhost/services/tots" not in entries_of(client, "/sitemap/services-1.xml")
    assert maps["http://localhost/sitemap/services-1.xml"] == went_at.isoformat()


def test_many_listings_are_parted_and_each_stays_in_its_map(
    town: Catalogue, client: FlaskClient, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sitemaps, "MOST", 2)

    def maps() -> dict[str, set[str]]:
        index = [path_of(address) for address in entries_of(client, "/sitemap.xml", "sitemap")]
        return {path: set(entries_of(client, path)) for path in index[1:]}

    before = maps()
    town.add(id="aaa", name="First by name")
    store(town, "tots", status=Status.PAUSED)
    after = maps()

    gone, new = "http://localhost/services/tots", "http://localhost/services/aaa"
    assert len(before) == 2
    assert all(len(listed) <= 2 for listed in (*before.values(), *after.values()))
    for path, listed in before.items():
        assert after.get(path, set()) - {new} == listed - {gone}
    assert {one for listed in after.values() for one in listed} == {
        f"http://localhost/services/{slug}" for slug in ("teens", "line", "aaa")
    }


def test_map_without_a_listing_is_none(town: Catalogue, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemaps, "MOST", 1)
    with town.app.app_context():
        number = db.session.scalar(select(Service.id).where(Service.slug == "tots"))
        last = db.session.scalar(select(func.max(Service.id)))
    store(town, "tots", status=Status.RETIRED)

    assert f"/sitemap/services-{number}.xml" not in client.get("/sitemap.xml").get_data(as_text=True)
    for wrong in (number, (last or 0) + 1, 0, 10**20):
        assert client.get(f"/sitemap/services-{wrong}.xml").status_code == 404


def test_blocks_are_asked_for_in_one_query_and_read_in_order(town: Catalogue) -> None:
    with town.app.app_context():
        [block] = find_blocks(50_000)
        slugs = [slug for slug, _ in iterate_block(1, 50_000)]

    assert block.number == 1
    assert slugs == ["tots", "teens", "line"]
