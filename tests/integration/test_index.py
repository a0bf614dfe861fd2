"""The search index: kept in step, served by the database's own structures, and made again when thrown away."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import delete, event, select, text

from hub_finder.directory import index
from hub_finder.directory.catalogue import iterate_services
from hub_finder.directory.geometry import METRES_PER_MILE, unit_vector
from hub_finder.directory.needs import understand
from hub_finder.extensions import db
from hub_finder.models.services import Location, Service
from tests.factories import Catalogue, origin
from tests.integration.asking import ask, north, slugs

pytestmark = pytest.mark.usefixtures("session")


def on_sqlite() -> bool:
    return db.engine.dialect.name == "sqlite"


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that are sent to the database meanwhile."""
    sent: list[str] = []

    def note(*args: object) -> None:
        sent.append(str(args[2]))

    event.listen(db.engine, "before_cursor_execute", note)
    yield sent
    event.remove(db.engine, "before_cursor_execute", note)


def fill(catalogue: Catalogue, number: int) -> None:
    for one in range(number):
        catalogue.add(id=f"place-{one}", needs="sleep|food", schedule="WEEKLY TU 09:30", **north(one / 100))
        catalogue.add(id=f"line-{one}", needs="sleep|food", service_area="national|outcode:FA1")


SEARCHES: list[Callable[[Catalogue], object]] = [
    lambda catalogue: ask(catalogue, origin=origin(), within_miles=5, per_page=100),
    lambda catalogue: ask(catalogue, words="acorn play", ages=("3",), needs=("sleep",), per_page=100),
    lambda catalogue: ask(catalogue, words="acorn", origin=origin(), within_miles=5, sort="best", send=False),
    lambda _catalogue: list(iterate_services()),
    lambda _catalogue: understand("sleep and food"),
]


@pytest.mark.parametrize("search", SEARCHES, ids=range(len(SEARCHES)))
def test_the_number_of_queries_does_not_depend_on_the_number_of_listings(
    catalogue: Catalogue, search: Callable[[Catalogue], object]
) -> None:
    fill(catalogue, 3)
    with counted() as few:
        search(catalogue)
    db.session.rollback()
    for slug in range(3, 60):
        catalogue.add(id=f"place-{slug}", needs="sleep|food", **north(slug / 100))
    with counted() as many:
        search(catalogue)

    assert len(few) == len(many) <= 16


def plan(condition_on: str) -> str:
    """How the database would answer a search for places within a mile."""
    near = index.within(52.1, -1.2, METRES_PER_MILE)
    statement = select(Location.id).where(Location.x.is_not(None), near)
    sql = str(statement.compile(db.engine, compile_kwargs={"literal_binds": True}))
    return "\n".join(str(row) for row in db.session.execute(text(f"{condition_on} {sql}".replace(":", r"\:"))))


def test_places_nearby_are_found_through_the_index(catalogue: Catalogue) -> None:
    fill(catalogue, 3)

    if on_sqlite():
        assert "search_point VIRTUAL TABLE INDEX" in plan("EXPLAIN QUERY PLAN")
    else:
        db.session.execute(text("SET LOCAL enable_seqscan = off"))
        assert "ix_location_cube" in plan("EXPLAIN")


def test_words_are_found_through_the_index(catalogue: Catalogue) -> None:
    catalogue.add()

    if on_sqlite():
        rows = db.session.execute(text("EXPLAIN QUERY PLAN SELECT rowid FROM search_text WHERE search_text MATCH 'x'"))
        assert "VIRTUAL TABLE INDEX" in str(rows.all())
    else:
        db.session.execute(text("SET LOCAL enable_seqscan = off"))
        rows = db.session.execute(text("EXPLAIN SELECT 1 FROM search_document WHERE document @@ 'x'\\:\\:tsquery"))
        assert "ix_search_document_document" in str(rows.all())


def found(catalogue: Catalogue) -> tuple[list[str], list[str]]:
    return (
        slugs(ask(catalogue, words="acorn").results),
        slugs(ask(catalogue, origin=origin(), within_miles=2).results),
    )


def test_an_index_that_was_thrown_away_is_made_again(catalogue: Catalogue) -> None:
    catalogue.add(id="near", **north(1))
    catalogue.add(id="far", **north(9))
    catalogue.add(id="line")
    for table in ("search_text", "search_point") if on_sqlite() else ("search_document",):
        db.session.execute(text(f"DELETE FROM {table}"))  # noqa: S608  the names stand here
    assert found(catalogue)[0] == []

    count = index.rebuild(db.session(), iterate_services())

    assert count == 3
    assert found(catalogue) == (["far", "near"], ["near"])


def test_making_the_index_again_changes_no_answer(catalogue: Catalogue) -> None:
    fill(catalogue, 2)
    before = found(catalogue)

    index.rebuild(db.session(), iterate_services())
    index.rebuild(db.session(), iterate_services())

    assert found(catalogue) == before


def test_a_point_that_moves_is_found_where_it_is_now(catalogue: Catalogue) -> None:
    catalogue.add(id="mover", **north(1))
    catalogue.add(id="loser", **north(1.1))
    mover, loser = (place for one in iterate_services() for place in one.places)

    mover.latitude, loser.latitude = 54.0, None
    mover.x, mover.y, mover.z = unit_vector(54.0, -1.2)
    loser.x = loser.y = loser.z = None
    db.session.flush()

    assert found(catalogue)[1] == []


def test_a_listing_that_is_deleted_leaves_nothing_in_the_index(catalogue: Catalogue) -> None:
    catalogue.add(id="gone", **north(1))

    db.session.delete(db.session.scalars(select(Service)).one())
    db.session.flush()
    db.session.execute(delete(Location))

    for table in ("search_text", "search_point") if on_sqlite() else ("search_document",):
        assert db.session.scalar(text(f"SELECT count(*) FROM {table}")) == 0  # noqa: S608


def test_listings_deleted_by_the_database_leave_nothing_in_the_index(catalogue: Catalogue) -> None:
    catalogue.add(id="gone", **north(1))

    db.session.execute(delete(Service))

    assert found(catalogue) == ([], [])
