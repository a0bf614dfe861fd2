"""The journal: what was done to people's accounts and to organisations, by whom."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_sqlalchemy.session import Session
from pyotp import TOTP
from sqlalchemy import select
from sqlalchemy.orm import scoped_session

from hub_finder.directory import accounts, second_step
from hub_finder.directory.journal import TERMINAL, find_entries_about, find_entries_of_organisation, note_deed
from hub_finder.directory.speaking import ask_to_speak, decide, let_speak
from hub_finder.extensions import db
from hub_finder.models.accounts import Account, Role
from hub_finder.models.history import Event
from hub_finder.models.journal import Deed
from hub_finder.models.services import Organisation, Service
from hub_finder.models.submissions import MembershipStatus
from tests.acting import someone
from tests.factories import Catalogue
from tests.signing_in import press, sign_in

Db = scoped_session[Session]


def told(account: Account) -> list[tuple[str, str, str]]:
    return [(entry.deed, entry.actor, entry.note) for entry in reversed(find_entries_about(account.id))]


def an_account(email: str = "ann@example.org", role: Role = Role.PROVIDER) -> Account:
    return accounts.keep_account(email, role=role, name="Ann Lee", by=TERMINAL)[0]


def test_each_change_of_an_account_is_noted_once(session: Db) -> None:
    ann = an_account()
    an_account(role=Role.MODERATOR)
    an_account(role=Role.MODERATOR)
    accounts.keep_account(ann.email, role=Role.MODERATOR, name="Ann Moss", by=TERMINAL)
    accounts.disable_account(ann.email, by=TERMINAL)
    accounts.disable_account(ann.email, by=TERMINAL)
    accounts.keep_account(ann.email, role=Role.MODERATOR)

    assert told(ann) == [
        ("made", TERMINAL, "Provider"),
        ("role", TERMINAL, "Provider → Moderator"),
        ("name", TERMINAL, "Ann Lee"),
        ("switched_off", TERMINAL, ""),
        ("switched_on", "Ann Moss", ""),
    ]


def test_who_signs_in_and_out_is_noted_with_the_moment(app: Flask, client: FlaskClient) -> None:
    sign_in(client, Role.PROVIDER, name="Ann Lee")
    press(client, "/accounts", "/accounts/sign-out")

    with app.app_context():
        ann = db.session.scalars(select(Account)).one()
        assert told(ann)[1:] == [("signed_in", "Ann Lee", ""), ("signed_out", "Ann Lee", "")]
        assert ann.signed_in_at is not None


def test_second_step_and_recovery_codes_are_noted(session: Db) -> None:
    ann = an_account()
    salt = second_step.new_salt()
    secret = second_step.secret_of(ann.id, salt=salt, key="key")
    code = TOTP(secret).at(accounts.now())

    codes = second_step.turn_on(ann.id, salt=salt, code=code, key="key")
    second_step.use_code(ann.id, code=codes[0], keys=["key"])
    second_step.turn_off(ann.id)
    second_step.turn_off(ann.id, by=TERMINAL)

    assert [deed for deed, _actor, _note in told(ann)[1:]] == ["step_on", "recovery_code", "step_off"]


def test_who_may_speak_is_noted_for_both(session: Db, catalogue: Catalogue) -> None:
    catalogue.add()
    acorn = session.scalars(select(Organisation)).one()
    ann, robin = someone(), someone(Role.MODERATOR)

    membership = ask_to_speak(ann.account_id, acorn.id, why="I run it.")
    for status in (MembershipStatus.REFUSED, MembershipStatus.APPROVED, MembershipStatus.ENDED):
        decide(membership, status, actor=robin, why="We asked them.")
    let_speak(ann.account_id, acorn.id, by=robin)
    let_speak(ann.account_id, acorn.id, by=robin)

    entries = find_entries_of_organisation(acorn.id)
    assert [(one.deed, one.actor) for one in reversed(entries)] == [
        ("asked", ann.name),
        ("refused", robin.name),
        ("approved", robin.name),
        ("ended", robin.name),
        ("approved", robin.name),
    ]
    assert {one.account_id for one in entries} == {ann.account_id}
    assert [one.note for one in entries][1:4] == ["We asked them."] * 3


def test_organisation_that_gets_another_name_is_noted(session: Db, catalogue: Catalogue) -> None:
    uid = "0f0d5b1a-6a3a-4d8e-9f6e-2f1d6f1f0a11"
    catalogue.add(organisation="Acorn", organisation_uuid=uid)

    catalogue.add(organisation="Acorn Families", organisation_uuid=uid)

    acorn = session.scalars(select(Organisation)).one()
    [entry] = find_entries_of_organisation(acorn.id)
    assert (entry.deed, entry.note, entry.actor) == ("renamed", "Acorn → Acorn Families", "a test")


def test_trust_is_noted_by_whoever_gives_it(session: Db, catalogue: Catalogue) -> None:
    catalogue.add()
    acorn, robin = session.scalars(select(Organisation)).one(), someone(Role.MODERATOR)

    entry = note_deed(robin, Deed.TRUSTED, organisation_id=acorn.id, note="Three good years")

    assert (entry.actor_id, entry.actor, entry.note) == (robin.account_id, robin.name, "Three good years")


@pytest.mark.parametrize("button", ["check", "unreachable"])
def test_event_of_a_listing_says_which_account_was_signed_in(
    staff: FlaskClient, session: Db, catalogue: Catalogue, button: str
) -> None:
    slug = catalogue.add()

    press(staff, f"/moderation/listings/{slug}", f"/moderation/listings/{slug}/{button}", times="0")

    robin = session.scalars(select(Account)).one()
    added, event = session.scalars(select(Event).order_by(Event.id))
    assert (added.account_id, event.account_id, event.actor) == (None, robin.id, "Robin Moss")


def test_journal_outlives_whom_it_is_about(session: Db, catalogue: Catalogue) -> None:
    catalogue.add()
    acorn, ann = session.scalars(select(Service)).one().organisation, someone()
    let_speak(ann.account_id, acorn.id, by="Robin Moss")

    session.delete(session.get_one(Account, ann.account_id))
    session.flush()
    db.session.expire_all()

    [entry] = find_entries_of_organisation(acorn.id)
    assert (entry.deed, entry.account_id) == ("approved", None)
