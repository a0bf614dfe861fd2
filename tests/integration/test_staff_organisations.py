"""Who speaks for an organisation: asked, decided, ended and replaced; and who is trusted."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from hub_finder.directory.speaking import ask_to_speak, let_speak, speaks_for
from hub_finder.extensions import db
from hub_finder.models.accounts import Account, Role
from hub_finder.models.reports import OutgoingMail
from hub_finder.models.services import Organisation
from tests.factories import Catalogue
from tests.merging import stored
from tests.proposing import person
from tests.reading import main_words, only, read, said_beside, summary
from tests.signing_in import press, sign_in

LIST = "/moderation/organisations"


@pytest.fixture
def oak(app: Flask, catalogue: Catalogue) -> int:
    """An organisation with a listing."""
    catalogue.add(id="oak", name="Oak Group", organisation="Oak Trust")
    with app.app_context():
        return stored("oak").organisation_id


def ask(app: Flask, organisation: int, name: str = "Mo Hill") -> tuple[int, int]:
    """Someone asks to speak for it; returns the membership and the account."""
    with app.app_context():
        who = person(name)
        membership = ask_to_speak(who.account_id, organisation, why="I run <it>.")
        db.session.commit()
        return membership.id, who.account_id


def decide(client: FlaskClient, organisation: int, membership: int, status: str, **typed: str) -> TestResponse:
    return press(client, f"{LIST}/{organisation}", f"/moderation/memberships/{membership}/{status}", **typed)


def mails(app: Flask) -> list[tuple[str, str]]:
    with app.app_context():
        return [
            (one.address, one.subject) for one in db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id))
        ]


def may_speak(app: Flask, account: int, organisation: int) -> bool:
    with app.app_context():
        return speaks_for(account, organisation)


def test_organisations_are_found_by_name_with_what_they_have(
    app: Flask, catalogue: Catalogue, oak: int, staff: FlaskClient
) -> None:
    catalogue.add(id="elm", name="Elm Group", organisation="Elm 100% Trust")
    with app.app_context():
        let_speak(person("Mo Hill").account_id, oak, by="a test")
        db.session.commit()

    every = main_words(staff.get(LIST))

    assert "Elm 100% Trust 1 listing. Nobody speaks for it." in every
    assert "Oak Trust 1 listing. 1 speaks for it." in every
    assert "2 organisations" in every
    assert "1 organisation" in main_words(staff.get(f"{LIST}?q=OAK"))
    assert "Elm 100% Trust" in main_words(staff.get(f"{LIST}?q=0%25"))
    assert "0 organisations" in main_words(staff.get(f"{LIST}?q=zz%25"))
    assert summary(read(staff.get(f"{LIST}?q={'x' * 500}")))


def test_page_shows_requests_listings_and_what_may_be_decided(app: Flask, oak: int, staff: FlaskClient) -> None:
    ask(app, oak)

    words = main_words(staff.get(f"{LIST}/{oak}"))

    for said in ("Mo Hill mo@families.example", "Asked for", "They wrote: I run <it>.", "Oak Group", "Refuse"):
        assert said in words
    assert "End this" not in words
    assert "Trust it" not in words


def test_request_is_approved_and_ended_and_given_back(app: Flask, oak: int, staff: FlaskClient) -> None:
    membership, mo = ask(app, oak)
    stood = []
    for status in ("approved", "ended", "approved"):
        response = decide(staff, oak, membership, status)
        stood.append((response.headers["Location"], may_speak(app, mo, oak)))

    assert stood == [(f"{LIST}/{oak}", True), (f"{LIST}/{oak}", False), (f"{LIST}/{oak}", True)]
    assert mails(app) == [("mo@families.example", "You can speak for Oak Trust now")] * 2
    assert "May speak for it: Robin Moss," in main_words(staff.get(f"{LIST}/{oak}"))


def test_refusal_needs_a_reason_and_is_told(app: Flask, oak: int, staff: FlaskClient) -> None:
    membership, mo = ask(app, oak)

    without = decide(staff, oak, membership, "refused", why=" ")
    decide(staff, oak, membership, "refused", why="We could not reach the trust.")

    assert without.status_code == 400
    assert said_beside(read(without), f"why-{membership}").startswith("Say why not")
    assert not may_speak(app, mo, oak)
    assert mails(app) == [("mo@families.example", "About speaking for Oak Trust")]


def test_second_of_two_who_decide_is_told(app: Flask, oak: int, staff: FlaskClient) -> None:
    membership, mo = ask(app, oak)
    decide(staff, oak, membership, "refused", why="No.")

    late = decide(staff, oak, membership, "ended")

    assert "It stands at “Not approved” now" in main_words(staff.get(late.headers["Location"]))
    assert not may_speak(app, mo, oak)


def test_forgotten_owner_is_replaced_by_the_person_of_an_address(app: Flask, oak: int, staff: FlaskClient) -> None:
    membership, mo = ask(app, oak)
    decide(staff, oak, membership, "approved")
    decide(staff, oak, membership, "ended")

    response = press(staff, f"{LIST}/{oak}", f"{LIST}/{oak}/speakers", email=" New@Oak.example ")

    assert response.headers["Location"] == f"{LIST}/{oak}"
    with app.app_context():
        account = db.session.scalars(select(Account).where(Account.email == "new@oak.example")).one()
        assert (account.role, speaks_for(account.id, oak)) == (Role.PROVIDER, True)
    assert not may_speak(app, mo, oak)
    assert mails(app)[-1] == ("new@oak.example", "You can speak for Oak Trust now")


def test_who_is_named_twice_is_written_to_once(app: Flask, oak: int, staff: FlaskClient) -> None:
    for _ in range(2):
        press(staff, f"{LIST}/{oak}", f"{LIST}/{oak}/speakers", email="new@oak.example")

    assert "new@oak.example could speak for it already." in main_words(staff.get(f"{LIST}/{oak}"))
    assert mails(app) == [("new@oak.example", "You can speak for Oak Trust now")]


def test_who_has_an_account_keeps_its_role_when_named(app: Flask, oak: int, staff: FlaskClient) -> None:
    with app.app_context():
        person("Al Oak", Role.ADMINISTRATOR, email="al@oak.example")

    press(staff, f"{LIST}/{oak}", f"{LIST}/{oak}/speakers", email="al@oak.example")

    with app.app_context():
        account = db.session.scalars(select(Account).where(Account.email == "al@oak.example")).one()
        assert (account.role, account.name) == (Role.ADMINISTRATOR, "Al Oak")


@pytest.mark.parametrize("email", ["", "them", "a@b", "x" * 300 + "@oak.example"])
def test_address_that_is_none_is_told_beside_its_box(app: Flask, oak: int, staff: FlaskClient, email: str) -> None:
    response = press(staff, f"{LIST}/{oak}", f"{LIST}/{oak}/speakers", email=email)

    page = read(response)
    assert response.status_code == 400
    assert said_beside(page, "email")
    assert only(page, "#email").get("value", "") == email
    assert mails(app) == []


def test_account_that_is_switched_off_is_not_let_in_by_this(app: Flask, oak: int, staff: FlaskClient) -> None:
    _, mo = ask(app, oak)
    with app.app_context():
        account = db.session.get(Account, mo)
        assert account
        account.disabled = True
        db.session.commit()

    response = press(staff, f"{LIST}/{oak}", f"{LIST}/{oak}/speakers", email="mo@families.example")

    assert "switched off" in said_beside(read(response), "email")
    assert not may_speak(app, mo, oak)


@pytest.mark.parametrize(
    ("role", "may"), [(Role.MODERATOR, False), (Role.MANAGER, True), (Role.ADMINISTRATOR, True), (Role.PROVIDER, False)]
)
def test_managers_alone_trust_an_organisation(app: Flask, oak: int, role: Role, may: bool) -> None:
    client = sign_in(app.test_client(), role)

    answer = press(client, "/accounts", f"{LIST}/{oak}/trust", trusted="yes")

    with app.app_context():
        assert db.session.scalars(select(Organisation.trusted).where(Organisation.id == oak)).one() == may
    assert answer.status_code == (303 if may else 403)
    if may:
        assert "Trust it no longer" in main_words(client.get(f"{LIST}/{oak}"))
        press(client, f"{LIST}/{oak}", f"{LIST}/{oak}/trust", trusted="no")
        assert "We read each change" in main_words(client.get(f"{LIST}/{oak}"))


@pytest.mark.parametrize("number", ["0", "999", "9" * 30])
def test_unknown_numbers_have_no_page(app: Flask, oak: int, staff: FlaskClient, number: str) -> None:
    assert staff.get(f"{LIST}/{number}").status_code == 404
    for path in (f"{LIST}/{number}/speakers", f"/moderation/memberships/{number}/approved"):
        assert press(staff, f"{LIST}/{oak}", path).status_code == 404
