from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import event, update

from hub_finder.directory import postcode_table
from hub_finder.directory.postcode_table import find_postcodes
from hub_finder.extensions import db
from hub_finder.models.places import POSTCODES, Dataset, Postcode

CODES = ("FA11AA", "FA19AA", "FA31ZZ", "FA9", "AA11AA", "ZZ99ZZ", "A")


@pytest.fixture
def loaded(app: Flask) -> Iterator[Flask]:
    """Some postcodes, loaded from a source and held in memory."""
    with app.app_context():
        db.session.add_all(
            [
                # In no order, as a database may give them.
                Postcode(code="FA31ZZ", latitude_e5=5_200_000, longitude_e5=-110_000, council=None, terminated=True),
                Postcode(code="FA11AA", latitude_e5=5_210_000, longitude_e5=-120_000, council="E1", terminated=False),
                Postcode(code="FA19AA", council="E1", terminated=True, terminated_on="2019-03"),
                Dataset(name=POSTCODES, source="made up", fingerprint="one", rows=3, loaded_at=datetime.now(UTC)),
            ]
        )
        db.session.commit()
        postcode_table.hold(db.session())
    yield app
    app.extensions.pop(postcode_table.EXTENSION, None)


@pytest.fixture
def asked(loaded: Flask) -> Iterator[list[str]]:
    """What the database is asked of postcodes."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if "FROM postcode" in statement:
            sent.append(statement)

    with loaded.test_request_context():
        event.listen(db.engine, "before_cursor_execute", note)
        yield sent
        event.remove(db.engine, "before_cursor_execute", note)


def test_memory_tells_what_the_database_does(loaded: Flask, asked: list[str]) -> None:
    held = find_postcodes(db.session(), CODES)
    assert asked == []

    del loaded.extensions[postcode_table.EXTENSION]
    assert held == find_postcodes(db.session(), CODES)
    assert set(held) == {"FA11AA", "FA19AA", "FA31ZZ"}
    assert len(asked) == 1


def test_postcodes_that_were_loaded_since_are_found(loaded: Flask, asked: list[str]) -> None:
    assert set(find_postcodes(db.session(), CODES)) == {"FA11AA", "FA19AA", "FA31ZZ"}
    db.session.add(Postcode(code="AA11AA", council="E2", terminated=False))
    db.session.execute(update(Dataset).values(fingerprint="two"))
    db.session.commit()

    assert set(find_postcodes(db.session(), CODES)) == {"AA11AA", "FA11AA", "FA19AA", "FA31ZZ"}
    assert asked


def test_what_came_from_no_source_is_not_held(app: Flask) -> None:
    with app.app_context():
        db.session.add(Postcode(code="FA11AA", council="E1", terminated=False))
        db.session.commit()

        postcode_table.hold(db.session())

        assert postcode_table.EXTENSION not in app.extensions
