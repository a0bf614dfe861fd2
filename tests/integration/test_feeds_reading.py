"""Reading a feed over http: whole, patiently, and no further than its host."""

import json

import pytest

from hub_finder.directory.catalogue import find_services
from hub_finder.extensions import db
from hub_finder.importers.report import UnreadableFile
from hub_finder.models.feeds import Health
from tests.feed_server import Answer, FeedServer, feed_id, service, serving
from tests.integration.feeding import Read, the_feed


def names() -> list[str]:
    db.session.rollback()  # only what was committed counts
    return [one.name for one in find_services()]


@pytest.mark.parametrize("shape", ["3.0", "1.0"])
@pytest.mark.parametrize("full", [True, False])
@pytest.mark.parametrize("per_page", [1, 2, 100])
def test_all_pages_are_read_and_each_service_whole(
    read: Read, feed: FeedServer, shape: str, full: bool, per_page: int
) -> None:
    feed.services, feed.shape, feed.full, feed.per_page = [service(n) for n in range(1, 6)], shape, full, per_page

    report = read()

    assert (report.added, report.refused) == (5, [])
    assert names() == [f"Reading club {number}" for number in range(1, 6)]
    assert {one.contacts[0].name for one in find_services()} == {"Jo Elm"}
    assert the_feed().health == Health.HEALTHY
    assert any(f"services/{feed_id('service 3')}" in asked for asked in feed.asked) != full


def test_pages_counted_from_nought_are_read_too(read: Read, feed: FeedServer) -> None:
    feed.files["services"] = {"content": [service(2)], "totalPages": 1, "number": 1, "first": False, "last": True}
    feed.trouble["page=0"] = Answer(json.dumps({"content": [service(1)], "first": True, "number": 0}).encode())

    read()

    assert names() == ["Reading club 1", "Reading club 2"]


def test_a_bare_list_is_one_page(read: Read, feed: FeedServer) -> None:
    feed.files["services"] = [service(1), service(2)]

    assert read().added == 2


def test_a_server_that_knows_only_pages_is_asked_for_them_plainly(read: Read, feed: FeedServer) -> None:
    feed.services, feed.per_page = [service(1), service(2)], 1
    feed.trouble["full=true"] = Answer(b"{}", 400)

    assert read().added == 2
    assert f"/services/{feed_id('service 1')}" in feed.asked


def test_an_organisation_named_only_by_its_id_is_asked_for(read: Read, feed: FeedServer) -> None:
    feed.services = [service(1, organization=None, organization_id="o-1"), service(2)]
    feed.files["organizations/o-1"] = {"id": "o-1", "name": "Ash Readers"}

    read()

    assert {one.organisation.name for one in find_services()} == {"Ash Readers", "Elm Readers"}


TROUBLES = {
    "an error": Answer(b"oh", 500),
    "busy": Answer(b"", 503, {"Retry-After": "0"}),
    "too many requests": Answer(b"", 429, {"Retry-After": "soon"}),
    "a cut connection": Answer(b'{"contents": []}', cut=5),
    "a cut chunk": Answer(b'40\r\n{"contents"', headers={"Transfer-Encoding": "chunked"}, cut=14),
}


@pytest.mark.parametrize("trouble", TROUBLES.values(), ids=TROUBLES)
def test_passing_trouble_is_waited_out(read: Read, feed: FeedServer, trouble: Answer) -> None:
    feed.services, feed.per_page, feed.full = [service(1), service(2)], 1, False
    for part in ("page=1", "page=2", feed_id("service 1")):
        feed.trouble[part] = [trouble, trouble]

    report = read()

    assert (report.added, report.exit_code) == (2, 0)


@pytest.mark.parametrize("trouble", TROUBLES.values(), ids=TROUBLES)
def test_lasting_trouble_leaves_the_old_listings_and_is_told(read: Read, feed: FeedServer, trouble: Answer) -> None:
    feed.services = [service(1)]
    read()
    feed.services, feed.trouble = [service(1, name="New name")], {"/services": trouble}

    with pytest.raises(UnreadableFile, match=r"could not be read: .* It was tried 3 times"):
        read()

    assert names() == ["Reading club 1"]
    assert the_feed().health == Health.UNREACHABLE
    assert the_feed().note


def test_a_server_that_is_not_there_is_unreachable(read: Read, feed: FeedServer) -> None:
    with serving() as gone:
        address = gone.address

    with pytest.raises(UnreadableFile, match="The connection failed"):
        read(address)

    assert the_feed().health == Health.UNREACHABLE


NO_FEEDS = {
    "a web page": (Answer(b"<!DOCTYPE html><title>Sign in</title>"), "a web page"),
    "half a page": (Answer(b'{"contents": [{"id": '), "not JSON, or cut off"),
    "nothing": (Answer(b""), "not JSON"),
    "a number": (Answer(b"12"), "no list of services"),
    "another thing": (Answer(b'{"contents": {"id": 1}}'), "no list of services"),
    "no number": (Answer(b'{"contents": [NaN]}'), "not JSON"),
    "a pit": (Answer(b'{"contents": ' + b"[" * 200_000), "not JSON"),
    "a flood": (Answer(b'{"contents": ["' + b"x" * 2_100_000 + b'"]}'), "larger than 2,000,000 bytes"),
    "other letters": (Answer(b'{"contents": ["\xff\xfe\xfa"]}'), "not JSON"),
}


@pytest.mark.parametrize(("answer", "reason"), NO_FEEDS.values(), ids=NO_FEEDS)
def test_what_is_no_feed_changes_nothing_and_is_told(read: Read, feed: FeedServer, answer: Answer, reason: str) -> None:
    feed.services = [service(1)]
    read()
    feed.trouble["/services"] = answer

    with pytest.raises(UnreadableFile, match=reason):
        read()

    assert names() == ["Reading club 1"]
    assert the_feed().health == Health.INVALID


def test_pages_without_an_end_are_given_up(read: Read, feed: FeedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub_finder.importers.feed_reader.MOST_ITEMS", 30)
    feed.services, feed.per_page = [service(number) for number in range(50)], 1

    with pytest.raises(UnreadableFile, match="Its pages do not end: 31 were read"):
        read()

    assert names() == []


def test_a_feed_that_does_not_turn_its_pages_is_noticed_and_takes_nothing_out(read: Read, feed: FeedServer) -> None:
    feed.services = [service(1), service(2)]
    read()
    feed.files["services"] = {"contents": [service(1)], "total_items": 9, "total_pages": 9, "first_page": True}

    for _ in range(3):
        report = read()

    assert "Page 2 is the same as a page before it: the feed does not turn its pages." in report.notes
    assert names() == ["Reading club 1", "Reading club 2"]
    assert the_feed().health == Health.INVALID


@pytest.mark.parametrize(("total", "health"), [(5, Health.INVALID), (1, Health.HEALTHY)])
def test_a_wrong_total_is_told(read: Read, feed: FeedServer, total: int, health: Health) -> None:
    feed.services, feed.total = [service(1), service(2)], total

    report = read()

    assert f"It says that it has {total} services; its pages have 2." in report.notes
    assert (report.added, the_feed().health) == (2, health)


@pytest.mark.parametrize("where", ["localhost", "127.0.0.2", "127.0.0.1:9"])
def test_a_redirect_to_another_host_is_not_followed(read: Read, feed: FeedServer, where: str) -> None:
    feed.trouble["/services"] = Answer(b"", 302, {"Location": f"http://{where}/services"})

    with pytest.raises(UnreadableFile, match="sends on to another host"):
        read()


@pytest.mark.parametrize("where", ["file:///etc/passwd", "ftp://127.0.0.1/services", "//[bad"])
def test_a_redirect_to_no_web_address_is_not_followed(read: Read, feed: FeedServer, where: str) -> None:
    feed.trouble["/services"] = Answer(b"", 302, {"Location": where})

    with pytest.raises(UnreadableFile):
        read()

    assert names() == []


def test_a_redirect_on_the_same_host_is_followed(read: Read, feed: FeedServer) -> None:
    feed.files["elsewhere/services"] = {"contents": [service(1)]}
    feed.trouble["/services?"] = [Answer(b"", 301, {"Location": "/elsewhere/services"})]

    assert read().added == 1


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("ftp://example.org/feed", "starts with http:// or https://"),
        ("file:///etc", "starts with http:// or https://"),
        ("http://me:secret@example.org", "plain address"),
        ("https://example.org/services?key=1", "plain address"),
        ("http://example.org:port/", "is not a web address"),
        (f"http://example.org/{'a' * 2000}", "2,019 characters long"),
        ("http://", "starts with http:// or https://"),
        ("no-such-folder", "no such file or folder"),
    ],
)
def test_what_is_no_address_of_a_feed_is_told(read: Read, source: str, reason: str) -> None:
    with pytest.raises(UnreadableFile, match=reason):
        read(source)


def test_a_service_whose_own_page_fails_is_refused_and_the_others_come_in(read: Read, feed: FeedServer) -> None:
    feed.services, feed.full = [service(1), service(2), service(3)], False
    feed.trouble[feed_id("service 2")] = Answer(b"", 500)
    feed.trouble[feed_id("service 3")] = Answer(b"", 404)

    report = read()

    assert report.added == 1
    assert [(one.line, one.column) for one in report.refused] == [(2, "id"), (3, "id")]
    assert "its own page cannot be read" in report.refused[0].reason


def test_a_feed_whose_own_pages_all_fail_is_unreachable(read: Read, feed: FeedServer) -> None:
    feed.services, feed.full = [service(number) for number in range(9)], False
    feed.trouble["/services/"] = Answer(b"", 500)

    with pytest.raises(UnreadableFile, match="It answers 500"):
        read()


def test_services_that_are_no_objects_or_come_twice_are_refused(read: Read, feed: FeedServer) -> None:
    feed.services = [service(1), "service", None, service(1), service(2, id=None), service(3, id="x" * 201)]

    report = read()

    assert report.added == 1
    assert [str(one) for one in report.refused] == [
        "line 2, (item): “service” is not an object",
        "line 3, (item): “None” is not an object",
        f"item 4 ({feed_id('service 1')}), id: “{feed_id('service 1')}” is the id of item 1 already",
        "item 5 (no id), id: “” must be there, with at most 200 characters",
        f"item 6 ({'x' * 60}), id: “{'x' * 39}…” must be there, with at most 200 characters",
    ]
