"""A clock that was wrong for a while, ahead or behind: nobody is let in or shut out for longer, and nothing is lost."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pyotp import TOTP
from sqlalchemy import select, update

from hub_finder.directory import accounts, jobs, outbox, second_step
from hub_finder.directory.second_step import MOST_TRIES, TooManyTries, WrongCode, secret_of
from hub_finder.directory.sign_in_links import MOST_ASKED, TooManyAsked, ask_for_link
from hub_finder.extensions import db
from hub_finder.importers.feed_store import FeedStore
from hub_finder.keeping_commands import NOT_RUN_FOR
from hub_finder.models.accounts import Account
from hub_finder.models.feeds import Feed, FeedAnswer
from hub_finder.models.reports import OutgoingMail
from hub_finder.models.search import SearchClock
from hub_finder.models.services import Service
from hub_finder.tries import DatabaseStorage
from tests.factories import Catalogue
from tests.signing_in import add_account, link_for, sign_in

AHEAD = timedelta(days=1)
KEY = "k" * 40


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> "Clock":
    return Clock(monkeypatch)


class Clock:
    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch

    def is_ahead_by(self, span: timedelta) -> None:
        real = time.time
        self._monkeypatch.setattr(accounts, "now", lambda: datetime.now(UTC) + span)
        self._monkeypatch.setattr("hub_finder.directory.jobs.now", lambda: datetime.now(UTC) + span)
        self._monkeypatch.setattr(outbox, "now", lambda: datetime.now(UTC) + span)
        self._monkeypatch.setattr("hub_finder.tries.time.time", lambda: real() + span.total_seconds())

    def is_right(self) -> None:
        self._monkeypatch.undo()


def test_session_begun_by_a_clock_that_was_ahead_ends_when_it_is_right(app: Flask, clock: Clock) -> None:
    clock.is_ahead_by(AHEAD)
    staff = sign_in(app.test_client())
    assert staff.get("/moderation/status").status_code == 200

    clock.is_right()

    assert staff.get("/moderation/status").status_code == 302


def test_link_made_by_a_clock_that_was_ahead_signs_nobody_in(app: Flask, client: FlaskClient, clock: Clock) -> None:
    email = add_account(app)
    clock.is_ahead_by(AHEAD)
    link = link_for(app, email)
    works = client.get(link).status_code

    clock.is_right()

    assert works == 200
    assert client.get(link).status_code == 410


def test_limit_reached_while_the_clock_was_ahead_shuts_nobody_out_for_longer(app: Flask, clock: Clock) -> None:
    with app.app_context():
        storage = DatabaseStorage()
        clock.is_ahead_by(AHEAD)
        counted = [storage.incr("someone", 60) for _ in range(3)]

        clock.is_right()

        assert counted == [1, 2, 3]
        assert [storage.incr("someone", 60) for _ in range(2)] == [1, 2]


def test_job_noted_by_a_clock_that_was_ahead_does_not_hide_that_it_stopped(app: Flask, clock: Clock) -> None:
    with app.app_context():
        clock.is_ahead_by(timedelta(days=365))
        jobs.note_run("send-mail")
        db.session.commit()

        clock.is_right()

        assert [job.late for job in jobs.find_jobs() if job.name == "send-mail"] == [True]


# ---- the second step


def enrolled(app: Flask) -> tuple[int, TOTP]:
    """An account that has set up its second step by the clock as it is: its id, and its app."""
    email = add_account(app)
    account_id = db.session.scalars(select(Account.id).where(Account.email == email)).one()
    codes = TOTP(secret_of(account_id, salt="salt", key=KEY))
    second_step.turn_on(account_id, salt="salt", code=codes.at(accounts.now()), key=KEY)
    db.session.commit()
    return account_id, codes


def test_code_used_while_the_clock_was_ahead_shuts_nobody_out(app: Flask, clock: Clock) -> None:
    with app.app_context():
        clock.is_ahead_by(AHEAD)
        account_id, codes = enrolled(app)

        clock.is_right()
        code = codes.at(accounts.now())
        second_step.use_code(account_id, code=code, keys=[KEY])

        with pytest.raises(WrongCode):
            second_step.use_code(account_id, code=code, keys=[KEY])


def test_code_of_a_machine_that_is_little_ahead_works_no_second_time(app: Flask, clock: Clock) -> None:
    with app.app_context():
        clock.is_ahead_by(timedelta(seconds=90))
        account_id, codes = enrolled(app)
        used = codes.at(accounts.now())

        clock.is_right()

        for code in (used, codes.at(accounts.now() + timedelta(seconds=30))):
            with pytest.raises(WrongCode):
                second_step.use_code(account_id, code=code, keys=[KEY])


def test_tries_made_while_the_clock_was_ahead_do_not_count(app: Flask, clock: Clock) -> None:
    with app.app_context():
        account_id, codes = enrolled(app)
        clock.is_ahead_by(AHEAD)
        for expected in (*[WrongCode] * MOST_TRIES, TooManyTries):
            with pytest.raises(expected):
                second_step.use_code(account_id, code="wrong", keys=[KEY])

        clock.is_right()

        second_step.use_code(account_id, code=codes.at(accounts.now() + timedelta(seconds=30)), keys=[KEY])


def test_links_asked_for_while_the_clock_was_ahead_do_not_count(app: Flask, clock: Clock) -> None:
    with app.app_context():
        clock.is_ahead_by(AHEAD)
        for _ in range(MOST_ASKED):
            ask_for_link("kim@fairshire.example", browser="b", key=KEY)
        with pytest.raises(TooManyAsked):
            ask_for_link("kim@fairshire.example", browser="b", key=KEY)

        clock.is_right()

        assert ask_for_link("kim@fairshire.example", browser="b", key=KEY)


# ---- mail


@pytest.fixture
def letter(app: Flask, clock: Clock) -> outbox.Letter:
    """A message that was written while the clock was ahead."""
    clock.is_ahead_by(AHEAD)
    outbox.post("kim@fairshire.example", subject="News", body="There is news.")
    found = outbox.get_next_or_none(0)
    assert found
    return found


@pytest.fixture
def _in_context(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


@pytest.mark.usefixtures("_in_context")
class TestMail:
    def test_written_ahead_leaves_at_once(self, clock: Clock, letter: outbox.Letter) -> None:
        clock.is_right()

        assert outbox.get_next_or_none(0) == letter

    def test_put_off_for_longer_than_any_pause_is_tried_again_in_time(
        self, clock: Clock, letter: outbox.Letter
    ) -> None:
        outbox.fail(letter, "No answer.", for_good=False, claimed_at=None)

        clock.is_right()
        again = outbox.get_next_or_none(0)
        assert again
        outbox.fail(again, "No answer.", for_good=False, claimed_at=None)

        assert again.attempts == 1
        # From now on it has its pauses.
        assert outbox.get_next_or_none(0) is None

    def test_claimed_ahead_is_given_up_and_not_sent_twice(self, clock: Clock, letter: outbox.Letter) -> None:
        assert outbox.claim(letter)

        clock.is_right()

        assert outbox.give_up_stopped() == 1
        assert outbox.get_next_or_none(0) is None
        assert db.session.scalars(select(OutgoingMail.problem)).all() == [outbox.STOPPED]


# ---- what is kept


def test_purge_deletes_nothing_by_a_clock_that_is_far_ahead(app: Flask, clock: Clock) -> None:
    runner = app.test_cli_runner()
    assert runner.invoke(args=["hub", "purge"]).exit_code == 0
    with app.app_context():
        outbox.post("kim@fairshire.example", subject="News", body="There is news.")
        db.session.commit()

    clock.is_ahead_by(NOT_RUN_FOR + timedelta(days=1))
    # What it says stands at the jobs, and does not make the next run believe the clock.
    refused = [runner.invoke(args=["hub", "purge"]) for _ in range(2)]
    with app.app_context():
        kept = len(db.session.scalars(select(OutgoingMail.id)).all())
    told = runner.invoke(args=["hub", "purge", "--clock-is-right"])
    with app.app_context():
        left = len(db.session.scalars(select(OutgoingMail.id)).all())

    assert [one.exit_code for one in refused] == [1, 1]
    assert "Nothing was deleted" in refused[1].output
    assert told.exit_code == 0
    assert (kept, left) == (1, 0)


def test_answers_of_a_feed_read_by_a_clock_that_was_ahead_are_not_used(app: Flask) -> None:
    with app.app_context():
        feed = Feed(address="https://feed.example.org", name="Feed")
        db.session.add(feed)
        db.session.commit()
        FeedStore(feed.id).put("1", {"a": 1})
        db.session.execute(update(FeedAnswer).values(read_at=datetime.now(UTC) + timedelta(days=2)))
        db.session.commit()

        assert FeedStore(feed.id).get("1") is None


def test_no_answer_names_a_moment_to_come(app: Flask, client: FlaskClient, catalogue: Catalogue) -> None:
    catalogue.add()
    with app.app_context():
        for column in (SearchClock.at, Service.modified_at):
            db.session.execute(update(column.class_).values({column.key: datetime.now(UTC) + AHEAD}))
        db.session.commit()
        (uid,) = db.session.scalars(select(Service.uid))

    answer = client.get(f"/api/v3/services/{uid}")
    again = client.get(f"/api/v3/services/{uid}", headers={"If-Modified-Since": answer.headers["Last-Modified"]})

    assert parsedate_to_datetime(answer.headers["Last-Modified"]) < datetime.now(UTC)
    assert (answer.status_code, again.status_code) == (200, 200)
