"""The pages of those who have an account, for managers and administrators."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_sqlalchemy.session import Session
from sqlalchemy import select
from sqlalchemy.orm import scoped_session

from hub_finder.directory import accounts, people
from hub_finder.directory.accounts import MANAGERS
from hub_finder.directory.administrators import LastAdministrator
from hub_finder.directory.forgetting import forget_person
from hub_finder.directory.journal import find_entries_about
from hub_finder.directory.speaking import ask_to_speak, let_speak
from hub_finder.directory.submissions import begin
from hub_finder.extensions import db
from hub_finder.models.accounts import Account, Role
from hub_finder.models.services import Organisation
from tests.acting import Someone, someone
from tests.factories import Catalogue
from tests.page_client import words_of
from tests.reading import main_words, read
from tests.signing_in import add_account, press, sign_in

Db = scoped_session[Session]
LIST = "/moderation/people"


def page_of(app: Flask, email: str) -> str:
    with app.app_context():
        return f"{LIST}/{accounts.get_account(email).id}"


def journal_of(app: Flask, email: str) -> list[tuple[str, str, str]]:
    """(deed, actor, note), the first first."""
    with app.app_context():
        entries = find_entries_about(accounts.get_account(email).id)
        return [(entry.deed, entry.actor, entry.note) for entry in reversed(entries)]


@pytest.fixture
def manager(app: Flask) -> FlaskClient:
    return sign_in(app.test_client(), Role.MANAGER, name="Mo Hart")


@pytest.fixture
def ann(app: Flask) -> str:
    """The address of a provider called Ann Lee."""
    return add_account(app, Role.PROVIDER, email="ann@example.org", name="Ann Lee")


def test_list_says_who_everybody_is(app: Flask, manager: FlaskClient, ann: str, catalogue: Catalogue) -> None:
    catalogue.add()
    with app.app_context():
        acorn = db.session.scalars(select(Organisation)).one()
        let_speak(accounts.get_account(ann).id, acorn.id, by="a test")
        db.session.commit()

    words = main_words(manager.get(LIST))

    assert "2 people" in words
    assert (
        "Ann Lee Provider, speaks for Acorn Families ann@example.org – no sign-in is noted – without a second" in words
    )
    assert "Mo Hart Manager manager@fairshire.example – signed in last on" in words


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["Ann Lee", "Mo Hart"]),
        ("?q=ANN", ["Ann Lee"]),
        ("?q=fairshire.example", ["Mo Hart"]),
        ("?q=%25", []),
        ("?q=_", []),
        ("?role=manager", ["Mo Hart"]),
        ("?role=king", []),
        ("?q=" + "x" * 300, []),
        ("?page=99", ["Ann Lee", "Mo Hart"]),
    ],
)
def test_list_is_narrowed_by_name_address_and_role(
    manager: FlaskClient, ann: str, query: str, names: list[str]
) -> None:
    page = read(manager.get(LIST + query))

    assert [words_of(link) for link in page.select("a.hf-rows__link")] == names


def test_page_tells_what_was_done_to_someone_and_what_they_did(
    app: Flask, manager: FlaskClient, catalogue: Catalogue
) -> None:
    slug = catalogue.add()
    robin = sign_in(app.test_client())
    press(robin, f"/moderation/listings/{slug}", f"/moderation/listings/{slug}/check")

    words = main_words(manager.get(page_of(app, "moderator@fairshire.example")))

    assert "Account made by Robin Moss" in words
    assert "Signed in by Robin Moss" in words
    assert "Acorn Stay and Play: checked" in words
    assert "Only an administrator can change someone of the team." in words


def test_page_shows_what_someone_proposed_and_for_whom(app: Flask, manager: FlaskClient, catalogue: Catalogue) -> None:
    catalogue.add()
    with app.app_context():
        maker, acorn = someone(email="ann@example.org"), db.session.scalars(select(Organisation)).one()
        ask_to_speak(maker.account_id, acorn.id, why="I run it.")
        begin(maker, organisation=acorn)
        db.session.commit()

    words = main_words(manager.get(page_of(app, "ann@example.org")))

    assert "Acorn Families: asked for." in words
    assert "Without a name yet" in words
    assert "not sent yet" in words


@pytest.mark.parametrize(
    ("button", "data", "entry", "said"),
    [
        (
            "role",
            {"from": "provider", "role": "practitioner"},
            ("role", "Provider → Practitioner"),
            "practitioner now.",
        ),
        ("off", {}, ("switched_off", ""), "cannot sign in."),
        ("sign-out", {}, ("signed_out", ""), "They are signed out everywhere."),
    ],
)
def test_change_is_made_noted_and_told(
    app: Flask,
    manager: FlaskClient,
    ann: str,
    button: str,
    data: dict[str, str],
    entry: tuple[str, str],
    said: str,
) -> None:
    page = page_of(app, ann)

    response = press(manager, page, f"{page}/{button}", **data)

    assert (response.status_code, response.location) == (303, page)
    deed, note = entry
    assert journal_of(app, ann)[-1] == (deed, "Mo Hart", note)
    assert said in main_words(manager.get(page))


@pytest.mark.parametrize("button", ["off", "sign-out"])
def test_sessions_end_at_once(app: Flask, manager: FlaskClient, button: str) -> None:
    provider = sign_in(app.test_client(), Role.PROVIDER)
    page = page_of(app, "provider@fairshire.example")

    before = provider.get("/accounts").status_code
    press(manager, page, f"{page}/{button}")

    assert (before, provider.get("/accounts").status_code) == (200, 302)


def test_account_that_is_switched_on_again_can_sign_in(app: Flask, manager: FlaskClient, ann: str) -> None:
    page = page_of(app, ann)
    press(manager, page, f"{page}/off")

    press(manager, page, f"{page}/on")

    assert [deed for deed, _actor, _note in journal_of(app, ann)] == ["made", "switched_off", "switched_on"]
    assert "Switched off" not in main_words(manager.get(page))[:200]


@pytest.mark.parametrize(
    ("button", "data", "said"),
    [
        ("role", {"from": "practitioner", "role": "practitioner"}, "Someone has changed this"),
        ("role", {"from": "provider", "role": "king"}, "Choose a role."),
        ("role", {"from": "provider"}, "Choose a role."),
        ("role", {"from": "provider", "role": "moderator"}, "Only an administrator can make someone moderator."),
    ],
)
def test_change_that_cannot_be_made_changes_nothing_and_says_so(
    app: Flask, manager: FlaskClient, ann: str, button: str, data: dict[str, str], said: str
) -> None:
    page = page_of(app, ann)

    press(manager, page, f"{page}/{button}", **data)

    words = main_words(manager.get(page))
    assert said in words
    assert "Nothing was changed." in words
    assert len(journal_of(app, ann)) == 1


@pytest.mark.parametrize("button", ["off", "on", "sign-out"])
@pytest.mark.parametrize("email", ["moderator@fairshire.example", "manager@fairshire.example"])
def test_managers_change_neither_the_team_nor_themselves(
    app: Flask, manager: FlaskClient, email: str, button: str
) -> None:
    add_account(app, Role.MODERATOR)
    page = page_of(app, email)
    before = journal_of(app, email)

    press(manager, "/moderation/mail", f"{page}/{button}")

    assert journal_of(app, email) == before
    assert "Nothing was changed." in main_words(manager.get(page))


@pytest.mark.parametrize("role", Role)
def test_administrators_give_every_role(app: Flask, ann: str, role: Role) -> None:
    administrator = sign_in(app.test_client(), Role.ADMINISTRATOR)
    page = page_of(app, ann)

    press(administrator, page, f"{page}/role", **{"from": "provider", "role": role})

    with app.app_context():
        assert accounts.get_account(ann).role == role


@pytest.mark.parametrize("path", ["0", "999999", "99999999999999999999", "x"])
def test_person_who_is_not_there_is_not_found(manager: FlaskClient, path: str) -> None:
    assert manager.get(f"{LIST}/{path}").status_code == 404


def demote(account: Account, actor: Someone) -> None:
    people.change_role(account, Role.MANAGER, actor=actor)


def shut_out(account: Account, actor: Someone) -> None:
    people.switch_off(account, actor=actor)


@pytest.mark.parametrize("change", [demote, shut_out])
def test_nobody_locks_out_the_last_administrator(session: Db, change: Callable[[Account, Someone], None]) -> None:
    last = session.get_one(Account, someone(Role.ADMINISTRATOR).account_id)
    # Someone whose session began before they were shut out.
    gone = someone(Role.ADMINISTRATOR, email="gone@example.org")
    accounts.disable_account("gone@example.org", by="a test")

    with pytest.raises(LastAdministrator):
        change(last, gone)

    assert (last.role, last.disabled) == ("administrator", False)


def test_of_two_administrators_who_demote_each_other_at_once_one_stays(app: Flask) -> None:
    with app.app_context():
        pair = [someone(Role.ADMINISTRATOR, email=f"{name}@example.org") for name in ("ida", "kit")]
        db.session.commit()
    start = Barrier(2)

    def demote_other(me: int) -> str:
        with app.app_context():
            start.wait()
            try:
                demote(people.get_person_to_change(pair[1 - me].account_id), pair[me])
            except LastAdministrator:
                db.session.rollback()
                return "refused"
            db.session.commit()
            return "done"

    with ThreadPoolExecutor(2) as pool:
        became = sorted(pool.map(demote_other, range(2)))

    assert became == ["done", "refused"]


def test_list_says_how_many_were_removed(app: Flask, manager: FlaskClient, ann: str) -> None:
    before = main_words(manager.get(LIST))
    with app.app_context():
        forget_person(accounts.get_account(ann), by="a test")
        db.session.commit()

    after = main_words(manager.get(LIST))

    assert "removed" not in before
    assert "1 account was removed, the last on" in after
    assert "Ann Lee" not in after


@pytest.mark.parametrize("role", Role)
def test_what_a_role_may_give_follows_from_it(role: Role) -> None:
    given = people.roles_to_give(Someone(account_id=1, name="", role=role, email=""))

    assert bool(given) == (role in MANAGERS)
    assert (Role.ADMINISTRATOR in given) == (role is Role.ADMINISTRATOR)


def test_menu_names_the_page_to_those_who_may_open_it(app: Flask, manager: FlaskClient, staff: FlaskClient) -> None:
    def has_link(client: FlaskClient) -> bool:
        return bool(read(client.get("/moderation/mail")).select(f'nav a[href="{LIST}"]'))

    assert (has_link(manager), has_link(staff)) == (True, False)
