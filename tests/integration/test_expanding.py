"""Updating while serving: the code that runs goes on, whatever a next version has added to its tables meanwhile."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import text

from hub_finder.extensions import db
from tests.conftest import DATABASES, FAIRSHIRE, build_app
from tests.factories import Catalogue
from tests.reading import read

# What psycopg asks more often than five times, the server keeps a plan for.
OFTEN = 8
# Pages, files and feeds that read each of the tables.
READ = (
    "/",
    "/search?q=acorn",
    "/services/acorn-stay-and-play",
    "/hubs",
    "/needs",
    "/api/search?q=acorn",
    "/services.csv",
    "/api/v3/services?full=true",
)


@pytest.fixture(params=DATABASES)
def app(request: pytest.FixtureRequest, make_database: Callable[[str, str], str]) -> Iterator[Flask]:
    """An app with a database of its own, whose tables a test may change."""
    app = build_app(make_database(request.param, "expanding"), HUB_AREA=str(FAIRSHIRE))
    Catalogue(app).add()
    yield app
    with app.app_context():
        db.engine.dispose()


def expand(app: Flask) -> int:
    """What a next version's migration may do at any time: a column in each table that may be empty, and a new table."""
    with app.app_context(), db.engine.begin() as connection:
        for table in db.metadata.sorted_tables:
            connection.execute(text(f'ALTER TABLE "{table.name}" ADD COLUMN next_version_has_it TEXT'))
        connection.execute(text("CREATE TABLE next_version_has_this (id INTEGER PRIMARY KEY)"))
        return len(db.metadata.sorted_tables)


def answers(app: Flask) -> list[int]:
    return [app.test_client().get(path).status_code for path in READ for _ in range(OFTEN)]


def test_code_that_runs_reads_and_writes_beside_columns_that_it_does_not_know(app: Flask) -> None:
    before = answers(app)

    expanded = expand(app)
    after = answers(app)
    Catalogue(app).add(name="Willow Group")
    found = read(app.test_client().get("/search?q=willow"))

    assert expanded > 30
    assert before == after == [200] * len(READ) * OFTEN
    assert "Willow Group" in found.get_text()
