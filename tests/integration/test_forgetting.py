"""All that is kept of a person, given to them and forgotten."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from click.testing import Result
from flask import Flask
from flask_sqlalchemy.session import Session
from sqlalchemy import select, update
from sqlalchemy.orm import scoped_session

from hub_finder.directory import accounts
from hub_finder.directory.bounces import mark_bounced
from hub_finder.directory.forgetting import GONE, forget_person
from hub_finder.directory.held import LISTED_ADDRESSES, NAMES, OWN_ADDRESSES, find_held
from hub_finder.directory.speaking import let_speak
from hub_finder.directory.submissions import begin
from hub_finder.extensions import db
from hub_finder.models.accounts import Account, Role
from hub_finder.models.base import Base
from hub_finder.models.bounces import Bounce, Kind
from hub_finder.models.history import Event
from hub_finder.models.journal import JournalEntry
from hub_finder.models.services import Organisation, Service
from hub_finder.models.submissions import Submission, SubmissionEvent
from tests.acting import someone
from tests.factories import Catalogue
from tests.planting import TO_ACCOUNT, personal_tables, plant

Db = scoped_session[Session]
Run = Callable[..., Result]
EMAIL = "ida.vane@fairshire.example"


@pytest.fixture
def hub(app: Flask) -> Run:
    def run(*args: str) -> Result:
        return app.test_cli_runner().invoke(args=["hub", *args])

    return run


def ida(role: Role = Role.PROVIDER) -> Account:
    return accounts.keep_account(EMAIL, role=role, name="Ida Vane", by="a test")[0]


def everything() -> str:
    """Every value of every table, as text."""
    rows = [db.session.execute(table.select()).all() for table in Base.metadata.sorted_tables]
    return "\n".join(map(str, rows))


def test_person_is_found_in_every_table_that_has_room_for_one(session: Db) -> None:
    account = ida()
    plant(account, addresses=(*OWN_ADDRESSES, *LISTED_ADDRESSES))

    held = find_held(account)

    assert set(held) == {table.name for table in personal_tables() | {column.table for column in LISTED_ADDRESSES}} - {
        "contact"
    } | {"account"}


def test_keys_that_let_someone_in_are_not_given_out(session: Db) -> None:
    account = ida()
    plant(account)

    held = find_held(account)

    columns = {name for rows in held.values() for row in rows for name in row}
    assert not columns & {"hash", "salt", "browser_hash", "address_hash"}


def test_nothing_of_a_person_is_left_once_they_are_forgotten(session: Db) -> None:
    account = ida()
    accounts.keep_account(EMAIL, role=Role.PROVIDER, name="Ida Moss", by="a test")
    plant(account)
    session.execute(update(Event).values(actor="Ida Vane", account_id=None))
    assert "Ida Vane" in everything()

    forget_person(account, by="a test")

    left = everything().casefold()
    assert [word for word in ("ida vane", "ida moss", EMAIL) if word in left] == []
    kept = {column for column in TO_ACCOUNT if session.execute(select(column).where(column.is_not(None))).first()}
    assert kept == set()
    for column in NAMES:
        assert set(session.scalars(select(column))) <= {GONE, "a test"}, column


def test_histories_and_listings_stay_without_the_name(session: Db, catalogue: Catalogue) -> None:
    slug = catalogue.add()
    acorn, maker = session.scalars(select(Organisation)).one(), someone(name="Ida Vane", email=EMAIL)
    let_speak(maker.account_id, acorn.id, by="a test")
    approved = begin(maker, service=session.scalars(select(Service)).one())
    approved.status, approved.safeguarding = "approved", {"lead": "Ida Vane"}

    forget_person(session.get_one(Account, maker.account_id), by="a test")

    assert session.scalars(select(Service.slug)).all() == [slug]
    proposal = session.scalars(select(Submission)).one()
    assert (proposal.account_id, proposal.safeguarding) == (None, {})
    assert session.scalars(select(SubmissionEvent.actor)).all() == [GONE]
    entries = session.scalars(select(JournalEntry).order_by(JournalEntry.id)).all()
    assert [(one.deed, one.account_id) for one in entries] == [("approved", None), ("removed", None)]


@pytest.mark.parametrize("is_shared", [False, True])
def test_proposal_that_others_speak_for_stays(session: Db, catalogue: Catalogue, *, is_shared: bool) -> None:
    catalogue.add()
    acorn, maker = session.scalars(select(Organisation)).one(), someone(name="Ida Vane", email=EMAIL)
    let_speak(maker.account_id, acorn.id, by="a test")
    if is_shared:
        let_speak(someone(email="bo@fairshire.example").account_id, acorn.id, by="a test")
    begin(maker, organisation=acorn)

    forget_person(session.get_one(Account, maker.account_id), by="a test")

    assert len(session.scalars(select(Submission)).all()) == int(is_shared)


def test_name_of_another_who_was_signed_in_stays(session: Db, catalogue: Catalogue) -> None:
    catalogue.add()
    other = accounts.keep_account("other@fairshire.example", role=Role.MODERATOR, name="Ida Vane", by="a test")[0]
    event = session.scalars(select(Event)).one()
    event.actor, event.account_id = "Ida Vane", other.id

    forget_person(ida(), by="a test")

    session.refresh(event)
    assert event.actor == "Ida Vane"


def test_command_says_what_it_removed_and_that_an_address_is_still_shown(
    hub: Run, app: Flask, catalogue: Catalogue
) -> None:
    catalogue.add(email=EMAIL)
    hub("create-user", EMAIL, "--role", "provider")

    result = hub("forget-person", EMAIL.upper())

    assert result.exit_code == 0
    lines = [line.strip() for line in result.stdout.splitlines()]
    assert {"1  accounts", "1  listings that still show their address"} <= {*lines}
    assert hub("forget-person", EMAIL).exit_code == 1


def test_last_administrator_is_not_forgotten(hub: Run, session: Db) -> None:
    for email, role in ((EMAIL, "administrator"), ("off@example.org", "administrator"), ("m@example.org", "manager")):
        hub("create-user", email, "--role", role)
    hub("disable-user", "off@example.org")

    refused = hub("forget-person", EMAIL)
    hub("create-user", "second@example.org", "--role", "administrator")
    done = hub("forget-person", EMAIL)

    assert (refused.exit_code, done.exit_code) == (1, 0)
    assert "the last administrator" in refused.output
    assert EMAIL not in session.scalars(select(Account.email)).all()


def test_address_without_an_account_is_given_out_and_forgotten(hub: Run, session: Db, catalogue: Catalogue) -> None:
    """In a report, in mail that waits, in a reminder, and as one that took no mail. A listing keeps what it shows."""
    catalogue.add(email=EMAIL)
    somebody = ida()
    plant(somebody)
    mark_bounced(EMAIL, kind=Kind.HARD, reason="5.1.1", written_at=datetime.now(UTC))
    # They had an account, which went without them: only the addresses are left.
    somebody.email = "other@fairshire.example"
    db.session.commit()

    told = hub("history", EMAIL.upper(), "--of", "address").stdout
    gone = hub("forget-address", EMAIL.upper())

    tables = {line.partition(",")[0] for line in told.splitlines()[1:]}
    assert {"report", "outgoing_mail", "reminder", "bounce", "service"} <= tables
    assert "hash" not in told
    assert gone.exit_code == 0
    assert "1  listings that still show their address" in gone.stdout
    again = hub("history", EMAIL, "--of", "address").stdout
    assert {line.partition(",")[0] for line in again.splitlines()[1:]} <= {"service", "contact"}


def test_address_of_an_account_is_forgotten_with_its_person_alone(hub: Run, session: Db) -> None:
    hub("create-user", EMAIL, "--role", "provider")

    refused = hub("forget-address", EMAIL)

    assert refused.exit_code == 1
    assert "use forget-person" in refused.output


def test_mark_of_a_forgotten_person_goes_too(session: Db) -> None:
    mark_bounced(EMAIL, kind=Kind.HARD, reason="5.1.1", written_at=datetime.now(UTC))
    assert "bounce" in find_held(ida())

    forget_person(ida(), by="a test")

    assert session.scalar(select(Bounce.id)) is None
