"""The tables come from the migrations alone, there and back, on both databases."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask_migrate import check, downgrade, upgrade
from sqlalchemy import inspect, select, text

from hub_finder.config import ROOT
from hub_finder.directory.catalogue import iterate_stored
from hub_finder.directory.geometry import unit_vector
from hub_finder.directory.listings import rows_of
from hub_finder.directory.records import listing_of
from hub_finder.directory.schedules import format_schedules
from hub_finder.extensions import db
from hub_finder.models.services import Schedule
from tests.conftest import DATABASES, FAIRSHIRE, build_app
from tests.factories import Catalogue
from tests.integration.asking import ask, north, slugs

MIGRATIONS = str(ROOT / "migrations")
OLD_ROWS = (
    "INSERT INTO organisation (id, name) VALUES (1, 'Acorn Families')",
    """INSERT INTO service (id, slug, status, name, alternate_names, kind, organisation_id, summary, delivery, cost,
    referral, confidence) VALUES (1, 'old', 'published', 'Old', '[]', 'food', 1, '', '[]', 'free', 'self', 'high')""",
    """INSERT INTO schedule (id, service_id, freq, "interval", byday, opens_at)
    VALUES (1, 1, 'WEEKLY', 1, '["TU"]', '09:30:00.000000')""",
)
numbers = iter(range(1000))


@pytest.fixture(params=DATABASES)
def own_app(request: pytest.FixtureRequest, make_database: Callable[[str, str], str]) -> Iterator[Flask]:
    """An app with a database of its own, just made by the migrations."""
    app = build_app(make_database(request.param, f"migrated-{next(numbers)}"), HUB_AREA=str(FAIRSHIRE))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def tables() -> set[str]:
    return set(inspect(db.engine).get_table_names())


def whole_listings() -> list[list[dict[str, str]]]:
    """All that is stored of each listing, its places too."""
    found = [rows_of(listing_of(service)) for service in iterate_stored()]
    db.session.rollback()
    return found


def test_the_migrations_make_every_table_of_the_models(own_app: Flask) -> None:
    assert set(db.metadata.tables) <= tables()


def test_the_migrations_and_the_models_do_not_differ(own_app: Flask) -> None:
    check(directory=MIGRATIONS)


def test_a_difference_would_be_found(own_app: Flask) -> None:
    with db.engine.begin() as connection:
        connection.execute(text("ALTER TABLE dataset ADD COLUMN stray INTEGER"))

    with pytest.raises(SystemExit):
        check(directory=MIGRATIONS)


def test_upgrading_again_changes_nothing(own_app: Flask) -> None:
    before = tables()

    upgrade(directory=MIGRATIONS)

    assert tables() == before


def test_rows_from_before_dates_could_be_left_out_have_none(own_app: Flask) -> None:
    downgrade(directory=MIGRATIONS, revision="0001")
    with db.engine.begin() as connection:
        for statement in OLD_ROWS:
            connection.execute(text(statement))

    upgrade(directory=MIGRATIONS)

    schedule = db.session.scalars(select(Schedule)).one()
    assert schedule.except_dates == []
    assert format_schedules([schedule]) == "WEEKLY TU 09:30"


def test_points_lose_their_vectors_and_get_them_back_on_the_way_down(own_app: Flask) -> None:
    catalogue = Catalogue(own_app)
    for number in range(3):
        catalogue.add(id=f"at-{number}", **north(number))
    catalogue.add(id="in-town", city="Oakham Green")
    before = whole_listings()

    downgrade(directory=MIGRATIONS, revision="0009")
    with db.engine.connect() as connection:
        points = "SELECT latitude, longitude, x, y, z FROM location ORDER BY id"
        *placed, unplaced = connection.execute(text(points)).all()
    upgrade(directory=MIGRATIONS)

    assert len(placed) == 3
    assert all(row[2:] == pytest.approx(unit_vector(*row[:2])) for row in placed)
    assert [*unplaced] == [None] * 5
    assert whole_listings() == before
    assert not {"x", "y", "z"} & {column["name"] for column in inspect(db.engine).get_columns("location")}
    if db.engine.dialect.name == "sqlite":
        assert db.session.execute(text("PRAGMA foreign_key_check")).all() == []


def test_the_way_down_leaves_nothing_and_the_way_up_works_again(own_app: Flask) -> None:
    Catalogue(own_app).add(id="before", **north(1))

    downgrade(directory=MIGRATIONS, revision="base")
    left = tables()
    upgrade(directory=MIGRATIONS)

    assert left == {"alembic_version"}
    again = Catalogue(own_app)
    again.add(id="after", **north(1))
    assert slugs(ask(again, words="acorn").results) == ["after"]


def test_lists_for_families_keep_their_entries_up_and_down(own_app: Flask) -> None:
    """SQLite makes their table again, and the entries would go with the old one."""
    downgrade(directory=MIGRATIONS, revision="0026")
    entries = "SELECT list_id, position, words FROM family_list_entry ORDER BY position"
    add = "INSERT INTO family_list_entry (list_id, position, service_uid, words) VALUES (7, :position, :uid, 'y')"
    with db.engine.begin() as connection:
        connection.execute(
            text("INSERT INTO family_list (id, title, is_template, made_at, opened) VALUES (7, 'New', :no, :at, 0)"),
            {"no": False, "at": "2026-11-01 10:00:00"},
        )
        for position in range(3):
            connection.execute(text(add), {"position": position, "uid": f"uid-{position}"})
        before = connection.execute(text(entries)).all()

    upgrade(directory=MIGRATIONS)
    with db.engine.connect() as connection:
        after = connection.execute(text(entries)).all()
    downgrade(directory=MIGRATIONS, revision="0026")
    with db.engine.connect() as connection:
        again = connection.execute(text(entries)).all()

    assert before == after == again == [(7, position, "y") for position in range(3)]
    upgrade(directory=MIGRATIONS)
