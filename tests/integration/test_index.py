"""The search index: kept in step by every process, and made again when thrown away."""

import os
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from types import ModuleType
from typing import Any, cast

import numpy as np
import pytest
from sqlalchemy import Table, delete, event, func, insert, select, update
from sqlalchemy.orm import Session

from hub_finder import database
from hub_finder.directory import index, making, snapshot
from hub_finder.directory.catalogue import iterate_services
from hub_finder.directory.making import make_rows
from hub_finder.directory.needs import understand
from hub_finder.extensions import db
from hub_finder.models.search import SearchChange, SearchClock, SearchEntry
from hub_finder.models.services import Service, Status
from tests.conftest import FAIRSHIRE, build_app
from tests.factories import Catalogue, origin
from tests.integration.asking import ask, north, slugs

pytestmark = pytest.mark.usefixtures("session")


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
    search(catalogue)
    with counted() as few:
        search(catalogue)
    for slug in range(3, 60):
        catalogue.add(id=f"place-{slug}", needs="sleep|food", **north(slug / 100))
    search(catalogue)
    with counted() as many:
        search(catalogue)

    assert len(few) == len(many) <= 16


def found(catalogue: Catalogue) -> tuple[list[str], list[str]]:
    return (
        slugs(ask(catalogue, words="acorn").results),
        slugs(ask(catalogue, origin=origin(), within_miles=2).results),
    )


def test_an_index_that_was_thrown_away_is_made_again(catalogue: Catalogue) -> None:
    catalogue.add(id="near", **north(1))
    catalogue.add(id="far", **north(9))
    catalogue.add(id="line")
    before = found(catalogue)
    db.session.execute(delete(SearchEntry))
    db.session.commit()

    count = index.rebuild(db.session())
    db.session.commit()

    assert count == 3
    assert found(catalogue) == before == (["far", "near"], ["near"])


def test_making_the_index_again_changes_no_answer(catalogue: Catalogue) -> None:
    fill(catalogue, 2)
    before = found(catalogue)

    index.rebuild(db.session())
    index.rebuild(db.session())

    assert found(catalogue) == before


def test_other_processes_make_the_rows_that_this_one_makes(catalogue: Catalogue) -> None:
    fill(catalogue, 3)
    ids = db.session.scalars(select(Service.id).order_by(Service.id)).all()
    pool, made = making._start(db.engine.url, deque([one] for one in ids), 7)
    assert pool

    with pool:
        rows = [row for one in made for row in one.result()]

    assert rows == make_rows(db.session(), ids, batch=7)
    assert len(rows) == len(ids)


def stored() -> list[tuple[object, ...]]:
    """The index as it is stored, without the number of the transaction that wrote it."""
    columns = [column for column in SearchEntry.__table__.columns if column.name != "batch"]
    return [tuple(row) for row in db.session.execute(select(*columns).order_by(SearchEntry.service_id))]


def refuse(*_: object) -> None:
    raise OSError("no more processes")


@pytest.mark.parametrize("can_start", [True, False])
def test_an_index_made_by_several_processes_is_the_same(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch, *, can_start: bool
) -> None:
    fill(catalogue, 3)
    before = stored()
    db.session.commit()
    monkeypatch.setattr(index, "MANY", 1)
    monkeypatch.setattr(making, "BATCH", 2)
    if not can_start:
        monkeypatch.setattr(making, "ProcessPoolExecutor", refuse)

    count = index.rebuild(db.session())
    db.session.commit()

    assert (count, stored()) == (6, before)


def test_a_process_that_starts_late_does_not_run_the_program_that_runs_here(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fill(catalogue, 3)
    before = stored()
    db.session.commit()
    program = ModuleType("__main__")
    program.__file__ = str(tmp_path / "program.py")
    Path(program.__file__).write_text("raise RuntimeError", encoding="utf-8")
    monkeypatch.setitem(sys.modules, "__main__", program)
    monkeypatch.setattr(OneAfterAnother, "at_work", Event())
    monkeypatch.setattr(making, "ProcessPoolExecutor", OneAfterAnother)
    monkeypatch.setattr(making, "make_rows", leave_to_others)
    monkeypatch.setattr(index, "MANY", 1)
    monkeypatch.setattr(making, "BATCH", 1)

    index.rebuild(db.session())

    assert stored() == before
    assert sys.modules["__main__"] is program


class OneAfterAnother(ProcessPoolExecutor):
    """Takes nothing more until the first process has answered: then the second starts with the batches."""

    at_work = Event()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        submitted = super().submit(fn, *args, **kwargs)
        if fn is os.getpid:
            submitted.result()
        else:
            self.at_work.set()
        return submitted


def leave_to_others(session: Session, ids: Sequence[int], *, batch: int) -> list[making.Row]:
    assert OneAfterAnother.at_work.wait(60)
    return make_rows(session, ids, batch=batch)


@pytest.mark.parametrize("many", [1, 1000])
def test_what_is_no_listing_any_more_leaves_an_index_made_again(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    fill(catalogue, 4)
    ids = db.session.scalars(select(Service.id).order_by(Service.id)).all()
    gone = ids[0], ids[2], ids[3], ids[-1]
    rows = make_rows(db.session(), gone, batch=7)
    for id_ in gone:
        db.session.delete(db.session.get_one(Service, id_))
    db.session.commit()
    database.fill(db.session.connection(), cast("Table", SearchEntry.__table__), rows)
    db.session.commit()
    assert len(stored()) == len(ids)
    monkeypatch.setattr(index, "MANY", many)
    monkeypatch.setattr(making, "BATCH", 2)

    count = index.rebuild(db.session())

    assert [row[0] for row in stored()] == [id_ for id_ in ids if id_ not in gone]
    assert count == len(ids) - len(gone)


def test_what_is_not_committed_yet_is_in_an_index_made_again(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalogue.add(id="one")
    monkeypatch.setattr(index, "MANY", 1)
    db.session.execute(update(Service).values(summary="A zebra at play."))

    index.rebuild(db.session())

    assert db.session.scalar(select(SearchEntry.rest)) == "a zebra at play"


def test_what_changes_as_an_object_or_by_a_statement_is_followed_at_once_and_after_the_commit(
    catalogue: Catalogue,
) -> None:
    for slug in ("one", "two", "three"):
        catalogue.add(id=slug, **north(1))
    db.session.scalars(select(Service).where(Service.slug == "one")).one().status = Status.PAUSED
    db.session.execute(update(Service).where(Service.slug == "two").values(status=str(Status.RETIRED)))

    at_once = found(catalogue)[1]
    db.session.commit()

    assert at_once == found(catalogue)[1] == ["three"]


def test_what_is_rolled_back_was_never_there(catalogue: Catalogue) -> None:
    catalogue.add(id="kept", **north(1))
    catalogue.add(id="paused", **north(1))
    db.session.scalars(select(Service).where(Service.slug == "paused")).one().status = Status.PAUSED
    during = found(catalogue)[1]

    db.session.rollback()

    assert (during, found(catalogue)[1]) == (["kept"], ["kept", "paused"])


def test_what_another_process_commits_is_found_with_the_next_search(catalogue: Catalogue) -> None:
    catalogue.add(id="ours", **north(1))
    other = build_app(catalogue.app.config["SQLALCHEMY_DATABASE_URI"], HUB_AREA=str(FAIRSHIRE))
    with other.app_context():
        assert slugs(ask(catalogue, origin=origin(), within_miles=2).results) == ["ours"]

    catalogue.add(id="theirs", **north(1))

    with other.app_context():
        assert slugs(ask(catalogue, origin=origin(), within_miles=2).results) == ["ours", "theirs"]
        db.session.remove()
        db.engine.dispose()


@contextmanager
def another_process(catalogue: Catalogue) -> Iterator[Callable[[], list[str]]]:
    """What another process holds, each time it is asked; it has searched before."""
    app = build_app(catalogue.app.config["SQLALCHEMY_DATABASE_URI"], HUB_AREA=str(FAIRSHIRE))

    def held_there() -> list[str]:
        with app.app_context():
            try:
                parts = index.current().parts
                return sorted(held.slugs[row].decode() for held, live in parts for row in np.flatnonzero(live))
            finally:
                db.session.remove()

    held_there()
    yield held_there
    with app.app_context():
        db.engine.dispose()


def take_out_as_an_object(slug: str) -> None:
    db.session.delete(db.session.scalars(select(Service).where(Service.slug == slug)).one())


def take_out_by_a_statement(slug: str) -> None:
    db.session.execute(delete(Service).where(Service.slug == slug))


def take_out_of_the_table(slug: str) -> None:
    db.session.execute(delete(cast("Table", Service.__table__)).where(Service.slug == slug))


@pytest.mark.parametrize("take_out", [take_out_as_an_object, take_out_by_a_statement, take_out_of_the_table])
def test_a_listing_deleted_by_hand_leaves_every_process(catalogue: Catalogue, take_out: Callable[[str], None]) -> None:
    for slug in ("one", "two", "three"):
        catalogue.add(id=slug, **north(1))
    with another_process(catalogue) as held_there:
        before = held_there()
        take_out("two")
        at_once = found(catalogue)[1]
        db.session.commit()

        assert before == ["one", "three", "two"]
        assert sorted(at_once) == sorted(found(catalogue)[1]) == held_there() == ["one", "three"]


def test_a_deletion_that_is_rolled_back_leaves_no_process(catalogue: Catalogue) -> None:
    catalogue.add(id="one", **north(1))
    with another_process(catalogue) as held_there:
        take_out_by_a_statement("one")
        found(catalogue)
        db.session.rollback()
        catalogue.add(id="two", **north(1))

        assert held_there() == ["one", "two"]


def test_a_listing_with_the_id_of_one_that_was_deleted_is_found(catalogue: Catalogue) -> None:
    catalogue.add(id="first", **north(1))
    with another_process(catalogue) as held_there:
        catalogue.add(id="gone", **north(1))
        held_there()
        take_out_as_an_object("gone")
        db.session.commit()
        catalogue.add(id="later", **north(1))

        assert held_there() == ["first", "later"]
        take_out_as_an_object("first")
        db.session.commit()
        assert held_there() == ["later"]


def test_a_first_search_is_not_kept_beyond_its_transaction(catalogue: Catalogue) -> None:
    app = build_app(catalogue.app.config["SQLALCHEMY_DATABASE_URI"], HUB_AREA=str(FAIRSHIRE))
    with app.app_context():
        assert len(index.current()) == 0
        db.session.rollback()
        catalogue.add(id="later", **north(1))

        assert len(index.current()) == 1
        db.session.remove()
        db.engine.dispose()


def test_more_changes_than_are_kept_apart_are_read_with_all_the_others(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshot, "MOST_APART", 2)
    for number in range(5):
        catalogue.add(id=f"one-{number}", **north(1))
        db.session.rollback()
        assert len(found(catalogue)[1]) == number + 1

    assert len(index.current().segments) == 2


def test_listings_deleted_by_the_database_leave_nothing_in_the_index(catalogue: Catalogue) -> None:
    catalogue.add(id="gone", **north(1))

    db.session.execute(delete(Service))

    assert found(catalogue) == ([], [])
    assert db.session.scalar(select(func.count()).select_from(SearchEntry)) == 0


@pytest.mark.parametrize("further", [0, 1])
def test_changes_that_were_lost_with_a_server_leave_the_memory(catalogue: Catalogue, further: int) -> None:
    """Another server, promoted without the last change, counts on with the same numbers, or is a change ahead."""
    catalogue.add(name="Kept")
    catalogue.add(name="Lost")
    db.session.rollback()
    assert slugs(ask(catalogue).without_a_place) == ["kept", "lost"]

    with db.engine.begin() as connection:
        number = connection.execute(select(SearchClock.number)).scalar_one()
        lost = connection.scalar(select(Service.id).where(Service.slug == "lost"))
        connection.execute(delete(cast("Table", SearchEntry.__table__)).where(SearchEntry.service_id == lost))
        other = update(cast("Table", SearchChange.__table__)).where(SearchChange.number == number)
        connection.execute(other.values(batch=SearchChange.batch + 1))
        if further:
            connection.execute(update(cast("Table", SearchClock.__table__)).values(number=number + 1))
            connection.execute(insert(SearchChange).values(number=number + 1, batch=7))
    db.session.rollback()

    assert slugs(ask(catalogue).without_a_place) == ["kept"]
