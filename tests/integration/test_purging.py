"""flask hub purge: each thing is kept as long as its setting says, and not while it is in use."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import ColumnElement, func, select

from hub_finder.config import PERIODS
from hub_finder.directory import accounts, journal, outbox, reports
from hub_finder.directory.journal import note_deed
from hub_finder.directory.purging import LONG_AGO, WARNED_DAYS
from hub_finder.directory.sign_in_links import ask_for_link
from hub_finder.directory.speaking import ask_to_speak, decide
from hub_finder.directory.submissions import act, begin
from hub_finder.extensions import db
from hub_finder.models.accounts import Account, Role, SignInToken
from hub_finder.models.base import Base
from hub_finder.models.history import Event
from hub_finder.models.journal import Deed, JournalEntry
from hub_finder.models.limits import Tries
from hub_finder.models.reports import OutgoingMail
from hub_finder.models.services import Organisation
from hub_finder.models.submissions import (
    Action,
    Membership,
    MembershipStatus,
    Submission,
    SubmissionEvent,
    SubmissionStatus,
)
from tests.acting import Someone, someone
from tests.factories import Catalogue

DRAFT, CHANGES_REQUESTED, APPROVED, REJECTED, WITHDRAWN = (
    SubmissionStatus.DRAFT,
    SubmissionStatus.CHANGES_REQUESTED,
    SubmissionStatus.APPROVED,
    SubmissionStatus.REJECTED,
    SubmissionStatus.WITHDRAWN,
)
CLOSED = "proposals taken back or not published"
WARNINGS = "warnings before an account goes"
START = datetime.now(UTC)
Run = Callable[..., Result]
At = Callable[[float], None]


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> At:
    """Call with days: it is so many days after the start."""

    def travel(days: float) -> None:
        for module in (accounts, journal, outbox, reports):
            monkeypatch.setattr(module, "now", lambda: START + timedelta(days=days))

    travel(0)
    return travel


@pytest.fixture
def hub(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setitem(app.config, "HUB_BASE_URL", "https://hubs.example")

    def run(*args: str) -> Result:
        result = app.test_cli_runner().invoke(args=["hub", *args])
        assert result.exit_code == 0, result.output
        return result

    return run


@contextmanager
def kept(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield
        db.session.commit()


def told(result: Result) -> dict[str, int]:
    """What a purge says, by kind, without what it did not find."""
    lines = [line.split(maxsplit=1) for line in result.stdout.splitlines() if line.startswith(" ")]
    return {what: int(count) for count, what in lines if count != "0"}


# ---- what is planted, each by itself


def proposal(status: SubmissionStatus, maker: Someone | None = None) -> Submission:
    submission = begin(maker or someone(), organisation_name="Elm Club")
    submission.status = str(status)
    submission.safeguarding = {"lead": "Kit Reed"}
    if status in (SubmissionStatus.APPROVED, SubmissionStatus.REJECTED):
        submission.decided_at = accounts.now()
    db.session.flush()
    return submission


def decided_with_a_note() -> None:
    submission = proposal(SubmissionStatus.APPROVED)
    submission.safeguarding = {}
    act(submission, Action.NOTE, actor=someone(Role.MODERATOR), note="We rang them.")


def named() -> None:
    proposal(SubmissionStatus.SUBMITTED).safeguarding = {}


def refused() -> None:
    organisation = Organisation(uid="1", name="Elm Club", trusted=False)
    db.session.add(organisation)
    db.session.flush()
    membership = ask_to_speak(someone().account_id, organisation.id, why="I run it.")
    decide(membership, MembershipStatus.REFUSED, actor=someone(Role.MODERATOR))


def signed_in() -> None:
    accounts.note_sign_in(accounts.keep_account("ann@example.org", role=Role.MANAGER)[0])


def trusted() -> None:
    note_deed("flask hub", Deed.TRUSTED)


def count(model: type[Base], *where: ColumnElement[bool]) -> int:
    return db.session.scalar(select(func.count()).select_from(model).where(*where)) or 0


def answers() -> int:
    return sum(1 for one in db.session.scalars(select(Submission)) if one.safeguarding)


# What is planted; the period of it; what purge calls it; how many of it are there.
RULES: dict[str, tuple[Callable[[], object], str, str, Callable[[], int]]] = {
    "a draft": (lambda: proposal(DRAFT), "drafts", "drafts", lambda: count(Submission)),
    "changes asked for": (lambda: proposal(CHANGES_REQUESTED), "drafts", "drafts", lambda: count(Submission)),
    "rejected": (lambda: proposal(REJECTED), "closed", CLOSED, lambda: count(Submission)),
    "withdrawn": (lambda: proposal(WITHDRAWN), "closed", CLOSED, lambda: count(Submission)),
    "answers": (lambda: proposal(APPROVED), "safeguarding", "answers about safeguarding", answers),
    "a note": (
        decided_with_a_note,
        "notes",
        "notes between staff",
        lambda: count(SubmissionEvent, SubmissionEvent.action == Action.NOTE),
    ),
    "a name": (
        named,
        "names",
        "names in histories",
        lambda: count(SubmissionEvent, SubmissionEvent.actor != LONG_AGO),
    ),
    "a sign-in": (
        signed_in,
        "sign_ins",
        "sign-ins",
        lambda: count(JournalEntry, JournalEntry.deed == Deed.SIGNED_IN),
    ),
    "an entry": (
        trusted,
        "journal",
        "journal entries",
        lambda: count(JournalEntry, JournalEntry.deed == Deed.TRUSTED),
    ),
    "a refusal": (refused, "refused", "refused or ended memberships", lambda: count(Membership)),
}


@pytest.mark.parametrize("rule", RULES)
def test_each_thing_is_kept_as_long_as_its_setting_says(app: Flask, hub: Run, at: At, rule: str) -> None:
    make, period, kind, there = RULES[rule]
    with kept(app):
        make()
    days = app.config[PERIODS[period]]

    at(days - 0.5)
    early = told(hub("purge"))
    with kept(app):
        before = there()
    at(days + 0.5)
    dry = hub("purge", "--dry-run")
    with kept(app):
        still = there()
    gone = told(hub("purge"))
    with kept(app):
        after = there()

    assert (early.get(kind, 0), before, still, after) == (0, 1, 1, 0)
    assert kind in gone
    assert told(dry) == gone
    assert dry.stdout.startswith("A dry run: nothing was deleted.")
    assert told(hub("purge")) == {}


def test_every_period_has_a_rule_that_is_tested() -> None:
    assert {period for _make, period, _kind, _there in RULES.values()} | {"accounts"} == set(PERIODS)


@pytest.mark.parametrize("status", [SubmissionStatus.SUBMITTED, SubmissionStatus.IN_REVIEW, SubmissionStatus.APPROVED])
def test_what_waits_or_was_published_is_never_deleted(app: Flask, hub: Run, at: At, status: SubmissionStatus) -> None:
    with kept(app):
        proposal(status).due_look = True
    at(10_000)

    hub("purge")

    with kept(app):
        submission = db.session.scalars(select(Submission)).one()
        assert submission.status == status
        # The answers are still to be read.
        assert submission.safeguarding == {"lead": "Kit Reed"}


def test_deeds_stay_when_their_names_go(app: Flask, hub: Run, at: At, catalogue: Catalogue) -> None:
    catalogue.add()
    with kept(app):
        event = db.session.scalars(select(Event)).one()
        event.at, event.actor, event.account_id = START, "Robin Moss", someone(Role.MODERATOR).account_id
    at(app.config["HUB_NAMES_DAYS"] + 1)

    hub("purge")

    with kept(app):
        event = db.session.scalars(select(Event)).one()
        assert (event.kind, event.actor, event.account_id) == ("added", LONG_AGO, None)


def test_former_name_of_someone_here_is_kept(app: Flask, hub: Run, at: At) -> None:
    with kept(app):
        accounts.keep_account("ann@example.org", role=Role.MANAGER, name="Ann Lee")
        accounts.keep_account("ann@example.org", role=Role.MANAGER, name="Ann Moss")
    at(10_000)

    hub("purge")

    with kept(app):
        assert db.session.scalars(select(JournalEntry.note)).all() == ["Ann Lee"]


def test_links_and_counts_go_once_they_mean_nothing(app: Flask, hub: Run, at: At) -> None:
    with kept(app):
        someone()
        for email in ("provider@fairshire.example", "nobody@fairshire.example"):
            ask_for_link(email, browser="b", key="k")
        db.session.add(Tries(hash="h", count=3, ends_at=(START + timedelta(hours=24)).timestamp()))

    at(0.03)
    early = told(hub("purge"))
    at(1.01)
    late = told(hub("purge"))

    assert early == {}
    assert late == {"sign-in links": 2, "counts of tries": 1}
    with kept(app):
        assert (count(SignInToken), count(Tries)) == (0, 0)


# ---- accounts that nobody uses


def test_account_is_warned_once_and_then_goes(app: Flask, hub: Run, at: At) -> None:
    with kept(app):
        someone()
    days = app.config["HUB_ACCOUNT_DAYS"]

    steps = {}
    for day in (days - 1, days + 1, days + 2, days + WARNED_DAYS, days + WARNED_DAYS + 2):
        at(day)
        said = told(hub("purge"))
        with kept(app):
            mails = db.session.scalars(select(OutgoingMail.body)).all()
            steps[day - days] = said.get(WARNINGS, 0), said.get("accounts", 0), count(Account)
        if day == days + 1:
            assert "In 30 days we delete it" in mails[0]
            assert "https://hubs.example/accounts/sign-in" in mails[0]

    assert steps == {-1: (0, 0, 1), 1: (1, 0, 1), 2: (0, 0, 1), 30: (0, 0, 1), 32: (0, 1, 0)}


def test_who_comes_back_after_a_warning_stays(app: Flask, hub: Run, at: At) -> None:
    with kept(app):
        someone()
    days = app.config["HUB_ACCOUNT_DAYS"]
    at(days + 1)
    hub("purge")
    with kept(app):
        accounts.note_sign_in(db.session.scalars(select(Account)).one())

    at(days + 100)
    hub("purge")

    with kept(app):
        assert db.session.scalars(select(Account)).one().warned_at is None


def test_account_that_is_in_use_is_not_warned(app: Flask, hub: Run, at: At) -> None:
    with kept(app):
        someone(Role.MODERATOR)
        proposal(SubmissionStatus.SUBMITTED, someone(email="waits@fairshire.example"))
        organisation = Organisation(uid="1", name="Elm Club", trusted=False)
        db.session.add(organisation)
        db.session.flush()
        ask_to_speak(someone(email="asks@fairshire.example").account_id, organisation.id, why="")
    at(app.config["HUB_ACCOUNT_DAYS"] + 1)

    said = told(hub("purge"))

    assert WARNINGS not in said


def test_no_account_goes_where_nobody_can_be_warned(
    app: Flask, hub: Run, at: At, monkeypatch: pytest.MonkeyPatch
) -> None:
    with kept(app):
        someone()
    monkeypatch.setitem(app.config, "HUB_MAIL_URL", "")
    at(app.config["HUB_ACCOUNT_DAYS"] + 1)

    result = hub("purge")

    assert WARNINGS not in told(result)
    assert "set HUB_MAIL_URL and HUB_BASE_URL" in result.stdout
