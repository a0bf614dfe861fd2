"""A clock that was wrong for a while, ahead or behind, lets nobody in for longer and shuts nobody out."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from hub_finder.directory import accounts, jobs
from hub_finder.extensions import db
from hub_finder.tries import DatabaseStorage
from tests.signing_in import add_account, link_for, sign_in

AHEAD = timedelta(days=1)


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
