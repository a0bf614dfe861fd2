"""Whatever fails between any two statements, all of a decision is there, or nothing of it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask_sqlalchemy.session import Session
from sqlalchemy import Connection, event, select
from sqlalchemy.orm import scoped_session

from hub_finder.delivery import deliver
from hub_finder.directory import outbox
from hub_finder.directory.history import restore
from hub_finder.directory.speaking import let_speak
from hub_finder.directory.submissions import get_submission
from hub_finder.extensions import db
from hub_finder.models.search import SearchChange, SearchClock, SearchEntry
from tests.factories import HALL, Catalogue
from tests.mail_server import taking_mail
from tests.merging import Merging, stored
from tests.proposing import approve, change_of, claim, edit, moderator, person, proposed, submit, undo, words

DbSession = scoped_session[Session]
Dump = dict[str, list[tuple[Any, ...]]]
# Numbers of states, which only grow and say nothing.
COUNTERS = {SearchClock.__tablename__, SearchChange.__tablename__}
# Chosen by chance each time that a row is written.
BY_CHANCE = {(SearchEntry.__tablename__, "batch"), ("outgoing_mail", "uid")}


class Fault(RuntimeError):
    """What happens in place of a statement."""


@contextmanager
def failing_at(number: int | None) -> Iterator[list[str]]:
    """The statements that are begun, of which that of this number, counted from 1, fails."""
    said: list[str] = []

    def count(_connection: Connection, _cursor: object, statement: str, *_more: object) -> None:
        said.append(statement)
        if len(said) == number:
            raise Fault(statement)

    event.listen(db.engine, "before_cursor_execute", count)
    try:
        yield said
    finally:
        event.remove(db.engine, "before_cursor_execute", count)


def dump() -> Dump:
    """All that is stored, but for counters and what is chosen by chance."""
    db.session.rollback()
    tables = [table for table in db.metadata.sorted_tables if table.name not in COUNTERS]
    shown = {table.name: [one for one in table.columns if (table.name, one.name) not in BY_CHANCE] for table in tables}
    return {name: sorted(map(tuple, db.session.execute(select(*columns))), key=repr) for name, columns in shown.items()}


def leaves_all_or_nothing(work: Callable[[], object]) -> int:
    """Do something with a fault before each of its statements in turn, then whole; returns how many there were.

    Raises AssertionError where a fault leaves anything else than what stood there before.
    """
    before, number = dump(), 0
    while True:
        number += 1
        with failing_at(number) as said:
            try:
                work()
                db.session.commit()
            except Fault:
                db.session.rollback()
            else:
                break
        assert dump() == before, f"a fault in place of statement {number} left a part: {said[-1]}"
    assert dump() != before
    assert len(said) == number - 1
    return len(said)


@pytest.fixture
def waiting(catalogue: Catalogue, session: DbSession) -> dict[str, str]:
    """The references of a new listing and of a change, both taken up by Ann; what is in the way of neither."""
    catalogue.add_places()
    service = stored(catalogue.add(phone="01632 960001", **HALL))
    mo, ann = person("Mo Hill"), moderator("Ann Lee")
    let_speak(mo.account_id, service.organisation_id, by="a test")
    new = claim(proposed(mo, {"contact_name": "Mo Hill"}, schedule="WEEKLY MO 10:00-11:00", **HALL), ann)
    change = claim(submit(change_of(service, mo, phone="01632 960002"), mo), ann)
    session.commit()
    return {"new": new.reference, "change": change.reference}


@pytest.mark.parametrize("which", ["new", "change"])
def test_approval_is_whole_or_not_there(waiting: dict[str, str], which: str) -> None:
    statements = leaves_all_or_nothing(
        lambda: approve(get_submission(waiting[which]), moderator("Ann Lee"), note="Thank you.")
    )

    assert statements > 20
    assert get_submission(waiting[which]).status == "approved"


@pytest.mark.parametrize("which", ["new", "change"])
def test_undoing_is_whole_or_not_there(waiting: dict[str, str], which: str) -> None:
    approve(get_submission(waiting[which]), moderator("Ann Lee"))
    db.session.commit()

    statements = leaves_all_or_nothing(lambda: undo(get_submission(waiting[which]), moderator("Ann Lee")))

    assert statements > 5


def test_edit_is_whole_or_not_there(waiting: dict[str, str]) -> None:
    def change() -> None:
        submission = get_submission(waiting["new"])
        first, *further = submission.rows
        edit(submission, moderator("Ann Lee"), [first | {"summary": "Songs."}, *further])

    assert leaves_all_or_nothing(change) > 3


def test_merge_and_its_undoing_are_whole_or_not_there(catalogue: Catalogue, waiting: dict[str, str]) -> None:
    catalogue.add(id="other", name="Other", min_age="1", phone="01632 960009")
    merging = Merging(catalogue)

    merged = leaves_all_or_nothing(lambda: merging.merge("acorn-stay-and-play", "other"))
    parted = leaves_all_or_nothing(lambda: merging.undo("other"))

    assert min(merged, parted) > 20


def test_putting_back_is_whole_or_not_there(catalogue: Catalogue, waiting: dict[str, str]) -> None:
    catalogue.add(phone="01632 960005", **HALL)
    needs, vocabulary = words()

    statements = leaves_all_or_nothing(
        lambda: restore(stored("acorn-stay-and-play"), 2, needs=needs, vocabulary=vocabulary, actor="Ann Lee")
    )

    assert statements > 20


def test_message_leaves_once_or_is_shown_whatever_fails(
    app: Any, waiting: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = range(1, 30)
    with taking_mail() as mailbox:
        monkeypatch.setitem(app.config, "HUB_MAIL_URL", mailbox.address)
        monkeypatch.setitem(app.config, "HUB_MAIL_FROM", "hub@fairshire.example")
        for number in numbers:
            address = f"ann-{number}@a.example"
            outbox.post(address, subject="Hello", body="Hello\n")
            db.session.commit()
            with failing_at(number) as said:
                try:
                    deliver()
                except Fault:
                    db.session.rollback()
            arrived = [to for to, _ in mailbox.mails].count([address])
            left = [row for row in dump()["outgoing_mail"] if address in row]
            claimed = [row for row in left if any("claimed" in str(one) for one in row)]
            assert arrived + len(left) >= 1, f"statement {number} lost a message"
            assert arrived <= 1, claimed
            if len(said) < number:
                break
            deliver()
            db.session.rollback()
            assert [to for to, _ in mailbox.mails].count([address]) <= 1, f"statement {number} sent it twice"

    assert number > 5
    assert number < max(numbers)
