"""Families' pages from streaming replicas: real servers that lag, stop, die, are promoted, and cut who asks them."""

from collections.abc import Iterator
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select, text
from werkzeug.test import TestResponse

from hub_finder.access import PUBLIC, rule_of
from hub_finder.directory import index
from hub_finder.directory.query import SearchQuery
from hub_finder.directory.search import find
from hub_finder.extensions import db
from hub_finder.models.reports import Report
from hub_finder.replicas import EXTENSION, READS, Fleet, Server
from hub_finder.routing import read_from
from tests.cluster import Cluster, cluster_of, until
from tests.conftest import FAIRSHIRE, build_app
from tests.factories import Catalogue
from tests.page_client import words_of
from tests.reading import read
from tests.signing_in import sign_in, token_of

# Servers are started once for all of these.
pytestmark = pytest.mark.xdist_group("replicas")
HALT, GO_ON = "SELECT pg_wal_replay_pause()", "SELECT pg_wal_replay_resume()"
CUT_ALL = """SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
    WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"""


def app_of(cluster: Cluster, primary: str, *copies: str, **settings: str) -> Flask:
    read_url = ",".join(map(cluster.address, copies))
    return build_app(primary, DATABASE_READ_URL=read_url, HUB_AREA=str(FAIRSHIRE), **settings)


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """A primary with two copies. A test leaves all three running, and streaming."""
    with cluster_of("north", "south") as found:
        yield found


@pytest.fixture(scope="module")
def cluster_app(cluster: Cluster) -> Iterator[Flask]:
    app = app_of(cluster, cluster.address("primary"), "north", "south", HUB_REPLICA_LAG_SECONDS="5")
    yield app
    dispose(app)


@pytest.fixture
def app(cluster_app: Flask, cluster: Cluster) -> Iterator[Flask]:
    """The app, with "Acorn Stay and Play" on every server."""
    Catalogue(cluster_app).add()
    cluster.catch_up("north", "south")
    # What was in memory of the test before, which is emptied and begins to count anew, goes.
    assert finds(cluster_app, "Acorn Stay and Play")
    yield cluster_app
    with cluster_app.app_context():
        for table in reversed(db.metadata.sorted_tables):
            db.session.execute(table.delete())
        db.session.commit()
    cluster.catch_up("north", "south")


@pytest.fixture
def fleet(app: Flask) -> Fleet:
    """The servers as the app sees them, seen just now."""
    fleet: Fleet = app.extensions[EXTENSION]
    fleet.check()
    return fleet


def dispose(app: Flask) -> None:
    with app.app_context():
        db.engine.dispose()
    for server in (app.extensions[EXTENSION].primary, *app.extensions[EXTENSION].copies):
        server.checks.dispose()
        if server.engine:
            server.engine.dispose()


def asked(app: Flask, path: str, client: FlaskClient | None = None) -> dict[str, int]:
    """How many statements each server is asked for a page, by its name; the page is right."""
    counts: dict[str, int] = {}
    fleet: Fleet = app.extensions[EXTENSION]
    with app.app_context():
        engines = {"primary": db.engine}
    names = ("north", "south")
    engines |= {name: copy.engine for name, copy in zip(names, fleet.copies, strict=False) if copy.engine}
    listeners = []
    for name, engine in engines.items():

        def count(*_: object, name: str = name) -> None:
            counts[name] = counts.get(name, 0) + 1

        event.listen(engine, "before_cursor_execute", count)
        listeners.append((engine, count))
    try:
        response = (client or app.test_client()).get(path)
    finally:
        for engine, count in listeners:
            event.remove(engine, "before_cursor_execute", count)
    assert response.status_code == 200, response.get_data(as_text=True)[:300]
    return counts


def finds(app: Flask, words: str, client: FlaskClient | None = None) -> bool:
    """Whether the search for these words shows a listing with this name."""
    response = (client or app.test_client()).get("/search", query_string={"q": words})
    assert response.status_code == 200
    return any(words in str(link.get_text()) for link in read(response).select("main h3 a, main h2 a"))


# ---- which server is asked


def test_families_read_from_copies_in_turn_and_with_no_more_queries(app: Flask, fleet: Fleet) -> None:
    asked(app, "/search?q=acorn")

    first, second = asked(app, "/search?q=acorn"), asked(app, "/search?q=acorn")

    assert {*first, *second} == {"north", "south"}
    assert sum(first.values()) <= 5


@pytest.mark.parametrize(
    "path", ["/", "/services/acorn-stay-and-play", "/api/search?q=acorn", "/services.csv", "/services.geojson"]
)
def test_pages_files_and_api_ask_no_primary(app: Flask, fleet: Fleet, path: str) -> None:
    assert "primary" not in asked(app, path)


def test_signed_in_people_see_what_they_wrote(app: Flask, fleet: Fleet, cluster: Cluster) -> None:
    staff = sign_in(app.test_client())
    with halted(cluster, "north", "south"):
        Catalogue(app).add(name="Willow Group")

        counts = asked(app, "/services/willow-group", staff)

    assert set(counts) == {"primary"}


def test_every_view_that_reads_from_copies_is_open_to_all_and_takes_nothing(app: Flask) -> None:
    rules = {rule.endpoint: rule for rule in app.url_map.iter_rules()}

    assert set(rules) >= READS
    for name in READS:
        assert rule_of(app, name) == PUBLIC
        assert set(rules[name].methods or ()) == {"GET", "HEAD", "OPTIONS"}


# ---- copies that lag


class halted:  # noqa: N801  reads as a state
    """Copies that take over nothing while it lasts."""

    def __init__(self, cluster: Cluster, *names: str) -> None:
        self.cluster, self.names = cluster, names

    def __enter__(self) -> None:
        for name in self.names:
            self.cluster.run(name, HALT)

    def __exit__(self, *_: object) -> None:
        for name in self.names:
            self.cluster.run(name, GO_ON)
        self.cluster.catch_up(*self.names)


def test_copy_that_is_too_far_behind_is_not_asked(app: Flask, fleet: Fleet, cluster: Cluster) -> None:
    fleet.most_lag = 0
    try:
        with halted(cluster, "north"):
            Catalogue(app).add(name="Willow Group")
            cluster.catch_up("south")
            fleet.check()

            assert [fleet.is_well(copy) for copy in fleet.copies] == [False, True]
            assert all(set(asked(app, "/search?q=willow")) == {"south"} for _ in range(4))
        fleet.check()

        assert [fleet.is_well(copy) for copy in fleet.copies] == [True, True]
    finally:
        fleet.most_lag = 5


def test_process_never_goes_back_behind_what_it_has_read(app: Flask, fleet: Fleet, cluster: Cluster) -> None:
    with halted(cluster, "north", "south"):
        Catalogue(app).add(name="Willow Group")
        staff = sign_in(app.test_client())
        assert finds(app, "Willow Group", staff)
        held = held_in(app)

        found = [finds(app, "Willow Group") for _ in range(4)]

        assert [fleet.is_well(copy) for copy in fleet.copies] == [True, True]
    assert found == [True] * 4
    # Nor was all read anew to and fro.
    assert held_in(app) is held


def held_in(app: Flask) -> object:
    return app.extensions["hub_search"].snapshot


def test_process_tells_what_a_copy_has_until_the_copy_catches_up(app: Flask, cluster: Cluster) -> None:
    other = app_of(cluster, cluster.address("primary"), "north", "south", HUB_REPLICA_LAG_SECONDS="60")
    assert finds(other, "Acorn Stay and Play")
    with halted(cluster, "north", "south"):
        Catalogue(app).add(name="Willow Group")

        assert finds(other, "Acorn Stay and Play")
        assert not finds(other, "Willow Group")
        assert other.test_client().get("/services/willow-group").status_code == 404
    found = finds(other, "Willow Group")
    dispose(other)

    assert found


def test_process_that_begins_beside_copies_that_are_behind_asks_the_primary(app: Flask, cluster: Cluster) -> None:
    with halted(cluster, "north", "south"):
        Catalogue(app).add(name="Willow Group")
        other = app_of(cluster, cluster.address("primary"), "north", "south")
        found = finds(other, "Willow Group")
    dispose(other)

    assert found


def test_sessions_of_two_servers_never_share_a_state(app: Flask, fleet: Fleet, cluster: Cluster) -> None:
    """Searches of the primary and of a copy that is behind, at once, as threads of one process make them."""
    wrong: list[str] = []

    def search(server: Server | None, expected: int) -> None:
        for _ in range(30):
            with app.app_context():
                read_from(db.session(), server.engine if server else None)
                found = find(SearchQuery(), area=app.extensions["hub_area"])
                names = [one.service.name for one in (*found.results, *found.without_a_place)]
                if len(names) != expected or len(index.current()) != expected:
                    wrong.append(f"{names} where there are {expected}")

    with halted(cluster, "north"):
        Catalogue(app).add(name="Willow Group")
        threads = [Thread(target=search, args=one) for one in ((None, 2), (fleet.copies[0], 1)) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert wrong == []


# ---- copies that die, connections that are cut


def test_copy_that_dies_costs_no_family_an_answer(app: Flask, fleet: Fleet, cluster: Cluster) -> None:
    for _ in range(4):
        asked(app, "/search?q=acorn")
    cluster.kill("north")
    try:
        counts = [asked(app, "/search?q=acorn") for _ in range(6)]
        assert all(set(one) <= {"north", "south"} for one in counts)
        assert "north" not in counts[-1] | counts[-2]

        cluster.kill("south")
        assert [set(asked(app, "/search?q=acorn")) for _ in range(3)][-1] == {"primary"}
    finally:
        for name in ("north", "south"):
            cluster.start(name)
    until(lambda: all_well(fleet))
    assert set(asked(app, "/search?q=acorn")) < {"north", "south"}


def all_well(fleet: Fleet) -> bool:
    fleet.check()
    return all(map(fleet.is_well, fleet.copies))


def test_search_whose_connection_is_cut_is_asked_of_another(app: Flask, fleet: Fleet, cluster: Cluster) -> None:
    cut: list[str] = []

    def cut_once(connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "FROM service" in statement and not cut:
            cut.append(statement)
            for name in ("north", "south"):
                cluster.run(name, CUT_ALL)

    for copy in fleet.copies:
        event.listen(copy.engine, "before_cursor_execute", cut_once)
    try:
        response = app.test_client().get("/services/acorn-stay-and-play")
    finally:
        for copy in fleet.copies:
            event.remove(copy.engine, "before_cursor_execute", cut_once)

    assert cut
    assert response.status_code == 200
    assert "Toys and songs" in response.get_data(as_text=True)


def test_slow_statement_of_a_page_is_cut_at_its_limit(cluster: Cluster) -> None:
    app = app_of(cluster, cluster.address("primary"), HUB_QUERY_LIMIT_MS="200")

    @app.before_request
    def be_slow() -> None:
        db.session.execute(text("SELECT pg_sleep(20)"))

    response = app.test_client().get("/needs")
    with app.app_context():
        db.session.execute(text("SELECT pg_sleep(0.4)"))  # a command takes as long as it does
        db.session.remove()
        db.engine.dispose()

    assert response.status_code == 503
    assert response.headers["Retry-After"] == "30"


def test_write_whose_connection_is_cut_is_told_and_not_lost(app: Flask, fleet: Fleet, cluster: Cluster) -> None:
    client = app.test_client()
    typed = {"reason": "other", "details": "The hall is  closed\nin August", "csrf_token": form_token(client)}

    def cut(connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "INSERT INTO report" in statement:
            cluster.run("primary", CUT_ALL)

    with app.app_context():
        primary = db.engine
    event.listen(primary, "before_cursor_execute", cut)
    try:
        answer = client.post(REPORT, data=typed)
    finally:
        event.remove(primary, "before_cursor_execute", cut)
    again = client.post(**what_is_sent_again(answer))

    assert answer.status_code == 503
    assert "The hall is closed in August" in words_of(read(answer).main)
    assert again.status_code == 303
    with app.app_context():
        assert db.session.scalars(select(Report.details)).all() == ["The hall is closed\nin August"]


REPORT = "/services/acorn-stay-and-play/report"


def form_token(client: FlaskClient) -> str:
    return token_of(client.get(REPORT))


def what_is_sent_again(answer: TestResponse) -> dict[str, Any]:
    """Where the form of a page that says that nothing was saved goes, and what it sends."""
    form = next(one for one in read(answer).select("main form") if one.get("method") == "post")
    sent: dict[str, list[str]] = {}
    for one in form.select("input[name]"):
        sent.setdefault(str(one["name"]), []).append(str(one["value"]))
    return {"path": str(form["action"]), "data": sent}


def test_pool_without_a_free_connection_is_told_clearly(cluster: Cluster) -> None:
    options = {"pool_size": 1, "max_overflow": 0, "pool_timeout": 0.2}
    app = app_of(cluster, cluster.address("primary"), SQLALCHEMY_ENGINE_OPTIONS=options)  # type: ignore[arg-type]
    with app.app_context(), db.engine.connect():
        page, data = app.test_client().get("/hubs"), app.test_client().get("/api/search")

    with app.app_context():
        db.engine.dispose()
    assert (page.status_code, data.status_code) == (503, 503)
    assert "Wait a minute and try again" in page.get_data(as_text=True)
    assert data.get_json()["error"] == "service_unavailable"
    assert data.headers["Retry-After"] == "30"


# ---- the primary dies


def test_families_search_on_without_a_primary_and_nothing_confirmed_is_lost() -> None:
    with cluster_of("north") as cluster:
        # Confirmed is what a copy has too.
        cluster.run("primary", "ALTER SYSTEM SET synchronous_standby_names = '*'")
        cluster.run("primary", "SELECT pg_reload_conf()")
        app = app_of(cluster, cluster.address("primary", "north"), "north")
        Catalogue(app).add()
        cluster.catch_up("north")
        client, staff = app.test_client(), sign_in(app.test_client())
        sent = {"reason": "other", "details": "It has moved", "csrf_token": form_token(client)}
        confirmed = client.post(REPORT, data=sent)
        waiting = {"reason": "other", "details": "Nobody answers the phone", "csrf_token": form_token(client)}
        assert finds(app, "Acorn Stay and Play")
        app.extensions[EXTENSION].check()

        cluster.kill("primary")
        searches = [finds(app, "Acorn Stay and Play", one) for one in (client, staff, app.test_client(), client)]
        pages = [app.test_client().get(path).status_code for path in PAGES]
        ready = app.test_client().get("/health/ready").get_json()
        refused = client.post(REPORT, data=waiting)
        private = staff.get("/moderation")
        cluster.run("north", "SELECT pg_promote()")
        until(lambda: not cluster.run("north", "SELECT pg_is_in_recovery()"))
        repeated = client.post(**what_is_sent_again(refused))
        Catalogue(app).add(name="Willow Group")
        after = finds(app, "Willow Group"), finds(app, "Acorn Stay and Play")
        with app.app_context():
            reports = sorted(db.session.scalars(select(Report.details)))
        dispose(app)

    assert confirmed.status_code == 303
    assert searches == [True] * 4
    assert pages == [200] * len(PAGES)
    # It was never filled with postcodes, but it answers.
    assert [problem["check"] for problem in ready["problems"]] == ["data"]
    assert refused.status_code == 503
    assert refused.headers["Retry-After"] == "30"
    assert refused.headers["Cache-Control"] == "no-store"
    assert "Nobody answers the phone" in words_of(read(refused).main)
    assert private.status_code == 503
    assert repeated.status_code == 303
    assert reports == ["It has moved", "Nobody answers the phone"]
    assert after == (True, True)


PAGES = ("/", "/needs", "/hubs", "/services/acorn-stay-and-play", "/api/search", "/services.csv")
