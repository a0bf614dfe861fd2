"""What families looked for: what is counted, and what is not."""

import threading
from collections.abc import Callable, Iterator
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select

from hub_finder import counting
from hub_finder.directory import looked_for
from hub_finder.directory.looked_for import KNOWN_DAYS
from hub_finder.extensions import db
from hub_finder.models.looked_for import Counted, ListingCount, SearchCount, SearchPhrase
from tests.counting import PHONE, counting_searches
from tests.factories import HALL, Catalogue
from tests.reading import read
from tests.signing_in import sign_in

BOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
UNKNOWN = "zumba quizzle"
On = Callable[[date], None]


@pytest.fixture
def counted(app: Flask, catalogue: Catalogue) -> Iterator[Catalogue]:
    """A council that counts searches, with a listing in a place."""
    catalogue.add_places()
    catalogue.add(id="acorn", needs="sleep", locality="north-fair", **HALL)
    with counting_searches(app):
        yield catalogue


@pytest.fixture
def on(monkeypatch: pytest.MonkeyPatch) -> On:
    """Call with a day: it is that day for what counts."""

    def travel(day: date) -> None:
        for module in (counting, looked_for):
            monkeypatch.setattr(module, "today", lambda: day)

    return travel


def look(client: FlaskClient, address: str, *, agent: str = PHONE, **headers: str) -> None:
    assert client.get(address, headers={"User-Agent": agent, **headers}).status_code == 200


def stored(app: Flask, table: type = SearchCount) -> list[tuple[object, ...]]:
    """The rows of a table after the process stored what it counted, without their months."""
    app.extensions[counting.EXTENSION].store()
    return rows_of(app, table)


def rows_of(app: Flask, table: type) -> list[tuple[object, ...]]:
    columns = [column for column in table.__table__.columns if column.name != "month"]  # type: ignore[attr-defined]
    with app.app_context():
        return sorted(tuple(row) for row in db.session.execute(select(*columns)))


def test_search_adds_to_counts_of_its_place_needs_and_ages(app: Flask, counted: Catalogue, client: FlaskClient) -> None:
    look(client, "/search?postcode=FA1+1AA&need=sleep&age=3&age=4&age=7")
    look(client, "/search?postcode=FA1+1AA&need=sleep")

    assert stored(app) == [
        (Counted.AGE, "2-4", "", "", False, 1),
        (Counted.AGE, "5-10", "", "", False, 1),
        (Counted.NEED, "sleep", "FA1", "1-4", False, 2),
        (Counted.SEARCH, "", "FA1", "1-4", False, 2),
    ]


def test_later_counts_are_added_to_those_that_are_stored(app: Flask, counted: Catalogue, client: FlaskClient) -> None:
    for _ in range(3):
        look(client, "/search?need=sleep&locality=north-fair")
        rows = stored(app)

    assert (Counted.NEED, "sleep", "north-fair", "1-4", False, 3) in rows


def test_search_from_a_search_is_a_refined_one(app: Flask, counted: Catalogue, client: FlaskClient) -> None:
    here = "http://localhost/search?need=sleep"
    look(client, "/search?need=sleep&age=3", Referer=here)
    look(client, "/search?need=sleep&age=3", Referer="https://other.example/search")
    look(client, "/search?need=sleep&page=1", Referer="http://localhost/")

    refined = [(row[4], row[5]) for row in stored(app) if row[0] == Counted.SEARCH]

    assert refined == [(False, 2), (True, 1)]


@pytest.mark.parametrize(
    ("agent", "headers"),
    [(BOT, {}), ("curl/8.0", {}), ("", {}), (PHONE, {"Sec-Fetch-Dest": "empty"}), (PHONE, {"Sec-Purpose": "prefetch"})],
)
def test_program_is_not_counted(
    app: Flask, counted: Catalogue, client: FlaskClient, agent: str, headers: dict[str, str]
) -> None:
    for address in ("/search?need=sleep", "/services/acorn", "/health/ready", "/api/search?need=sleep"):
        look(client, address, agent=agent, **headers)

    assert stored(app) == []
    assert rows_of(app, ListingCount) == []


def test_who_is_signed_in_is_not_counted(app: Flask, counted: Catalogue) -> None:
    look(sign_in(app.test_client()), "/search?need=sleep")

    assert stored(app) == []


def test_listing_is_counted_when_it_is_found_and_when_it_is_opened(
    app: Flask, counted: Catalogue, client: FlaskClient
) -> None:
    counted.add(id="birch", name="Birch")
    look(client, "/search?need=sleep")
    look(client, "/search?need=sleep&view=timetable")
    look(client, "/easy/search?need=sleep")
    look(client, "/services/acorn")
    look(client, "/easy/services/acorn")

    assert [row[1:] for row in stored(app, ListingCount)] == [(2, 2)]


def test_listing_that_was_deleted_meanwhile_spoils_no_other_count(
    app: Flask, counted: Catalogue, client: FlaskClient
) -> None:
    look(client, "/services/acorn")
    with app.app_context():
        app.extensions[counting.EXTENSION].count_opening(999_999)

    assert [row[1:] for row in stored(app, ListingCount)] == [(0, 1)]


def test_rare_words_are_kept_as_a_hash_alone_until_their_fifth_day(
    app: Flask, counted: Catalogue, client: FlaskClient, on: On
) -> None:
    for day in range(1, KNOWN_DAYS):
        on(date(2026, 3, day))
        for _ in range(9):
            look(client, "/search?q=Zumba++quizzle")
        rows = stored(app, SearchPhrase)
        assert [(row[3], row[4]) for row in rows] == [(day, None)]
        assert UNKNOWN not in str(vars(app.extensions[counting.EXTENSION]))

    on(date(2026, 3, KNOWN_DAYS))
    look(client, f"/search?q={UNKNOWN}")

    assert [row[3:] for row in stored(app, SearchPhrase)] == [(KNOWN_DAYS, UNKNOWN)]


def test_words_are_kept_though_the_process_is_new(app: Flask, counted: Catalogue, client: FlaskClient, on: On) -> None:
    for day in range(1, KNOWN_DAYS + 1):
        on(date(2026, 3, day))
        app.extensions[counting.EXTENSION] = counting.Collector(app)
        look(client, f"/search?q={UNKNOWN}")
        stored(app, SearchPhrase)

    look(client, f"/search?q={UNKNOWN}")

    assert [row[3:] for row in stored(app, SearchPhrase)] == [(KNOWN_DAYS, UNKNOWN)]


@pytest.mark.parametrize(
    "words",
    [
        "kayleigh zumba",
        "Kayleigh’s quizzle",
        "mrs quizzle",
        "quizzle FA1 1AA",
        "quizzle 12",
        "zumba@example.org",
        "my quizzle",
        "one two quizzle zumba three four five",
        "sleep",
    ],
)
def test_words_that_are_personal_or_that_a_need_understands_leave_no_hash(
    app: Flask, counted: Catalogue, client: FlaskClient, words: str
) -> None:
    client.get("/search", query_string={"q": words, "need": "sleep"}, headers={"User-Agent": PHONE})

    assert stored(app, SearchPhrase) == []
    assert rows_of(app, SearchCount)


def test_words_that_may_mean_danger_leave_no_hash(app: Flask, counted: Catalogue, client: FlaskClient) -> None:
    look(client, "/search?q=he+hits+me")

    assert stored(app, SearchPhrase) == []


def test_nobody_can_fill_the_table_of_phrases(
    app: Flask, counted: Catalogue, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looked_for, "MOST_RARE", 1)
    for words in ("zumba quizzle", "quizzle wumba", "wumba zumba"):
        look(client, f"/search?q={words}")
        stored(app, SearchPhrase)

    assert len(rows_of(app, SearchPhrase)) == 1


def test_search_writes_nothing_itself(app: Flask, counted: Catalogue, client: FlaskClient) -> None:
    statements: list[str] = []
    with app.app_context():
        engine = db.engine

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    look(client, f"/search?q={UNKNOWN}&postcode=FA1+1AA")
    look(client, "/services/acorn")
    event.remove(engine, "before_cursor_execute", note)

    assert statements
    assert not [one for one in statements if not one.lstrip().upper().startswith("SELECT")]


def test_counts_that_cannot_be_stored_are_lost_and_told_without_what_was_asked(
    app: Flask, counted: Catalogue, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    look(client, "/search?postcode=FA1+1AA&need=sleep")
    with app.app_context():
        db.session.execute(SearchCount.__table__.delete())  # type: ignore[attr-defined]
        db.session.connection().exec_driver_sql("ALTER TABLE search_count RENAME TO elsewhere")
        db.session.commit()
    try:
        app.extensions[counting.EXTENSION].store()
    finally:
        with app.app_context():
            db.session.connection().exec_driver_sql("ALTER TABLE elsewhere RENAME TO search_count")
            db.session.commit()

    assert "counts of searches are lost" in caplog.text
    assert "FA1" not in caplog.text
    assert stored(app) == []


def test_counts_are_stored_by_themselves_after_a_while(
    app: Flask, counted: Catalogue, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "SECONDS", 0)
    monkeypatch.setitem(app.config, "TESTING", False)
    look(client, "/services/acorn")
    for thread in threading.enumerate():
        if isinstance(thread, threading.Timer):
            thread.join()

    assert [row[1:] for row in rows_of(app, ListingCount)] == [(0, 1)]


def test_nothing_is_counted_unless_the_council_says_so(app: Flask, catalogue: Catalogue, client: FlaskClient) -> None:
    catalogue.add(id="acorn", needs="sleep")
    for address in ("/search?need=sleep", "/services/acorn", f"/search?q={UNKNOWN}"):
        look(client, address)

    assert counting.EXTENSION not in app.extensions
    assert [rows_of(app, table) for table in (SearchCount, ListingCount, SearchPhrase)] == [[], [], []]


def test_purge_deletes_what_is_over_thirteen_months_old_and_rare_words_sooner(
    app: Flask, counted: Catalogue, client: FlaskClient, on: On
) -> None:
    on(date(2026, 3, 31))
    look(client, f"/search?q={UNKNOWN}&postcode=FA1+1AA")
    look(client, "/services/acorn")
    stored(app)

    kept = []
    for day in (date(2026, 6, 29), date(2026, 6, 30), date(2027, 3, 31), date(2027, 4, 1)):
        on(day)
        assert app.test_cli_runner().invoke(args=["hub", "purge"]).exit_code == 0
        kept.append([bool(rows_of(app, table)) for table in (SearchPhrase, SearchCount, ListingCount)])

    assert kept == [[True, True, True], [False, True, True], [False, True, True], [False, False, False]]


def test_purge_deletes_all_counts_where_nothing_is_counted_any_more(
    app: Flask, counted: Catalogue, client: FlaskClient
) -> None:
    look(client, f"/search?q={UNKNOWN}")
    assert stored(app)
    app.config["HUB_COUNT_SEARCHES"] = "no"

    app.test_cli_runner().invoke(args=["hub", "purge"])

    assert rows_of(app, SearchCount) == []


def test_families_are_told_whether_searches_are_counted(app: Flask, client: FlaskClient, counted: Catalogue) -> None:
    told = read(client.get("/about/privacy")).get_text()
    promise = read(client.get("/")).get_text()

    assert "What we count" in told
    assert "We do not keep what you type" not in promise
    assert "we do not keep what you search for" not in promise
    assert "We do not keep what you write" not in read(client.get("/easy/place?need=sleep")).get_text()


def test_families_are_told_that_nothing_is_counted(app: Flask, client: FlaskClient) -> None:
    assert "What we count" not in read(client.get("/about/privacy")).get_text()
    assert "We do not keep what you type" in read(client.get("/")).get_text()


def test_two_processes_that_store_the_same_add_up(app: Flask, counted: Catalogue, client: FlaskClient) -> None:
    for _ in range(2):
        app.extensions[counting.EXTENSION] = counting.Collector(app)
        look(client, "/search?need=sleep")
        stored(app)

    with app.app_context():
        assert db.session.scalar(select(func.sum(SearchCount.count)).where(SearchCount.what == Counted.SEARCH)) == 2
