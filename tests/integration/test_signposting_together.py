"""Lists and templates that several change, and what becomes of them when somebody leaves."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from hub_finder.directory import family_lists
from hub_finder.directory.accounts import disable_account
from hub_finder.directory.family_lists import ListOvertaken, begin_change
from hub_finder.directory.forgetting import forget_person
from hub_finder.extensions import db
from hub_finder.models.accounts import Account, Role
from hub_finder.models.signposting import FamilyList, FamilyListEntry
from tests.factories import Catalogue
from tests.family_lists import begin, boxes, handed_over, legends, save
from tests.page_client import words_of
from tests.reading import main_words, only, read
from tests.signing_in import press, sign_in, token_of


@pytest.fixture
def manager(app: Flask) -> FlaskClient:
    return sign_in(app.test_client(), Role.MANAGER, name="Cy Holt")


def account(name: str) -> Account:
    return db.session.scalars(select(Account).where(Account.name == name)).one()


def template(client: FlaskClient) -> str:
    """The path of a template called New baby."""
    path = begin(client, "acorn", "birch")
    save(client, path, title="New baby", do="save")
    return str(press(client, path, f"{path}/copy", **{"as": "template"}).location)


@pytest.mark.parametrize("way", ["disabled", "forgotten"])
def test_template_of_who_left_is_changed_by_anybody_of_the_team(
    app: Flask, signposter: FlaskClient, colleague: FlaskClient, groups: Catalogue, way: str
) -> None:
    path = template(signposter)
    before = colleague.get(path).status_code
    with app.app_context():
        if way == "disabled":
            disable_account(account("Ann Quill").email, by="a test")
        else:
            forget_person(account("Ann Quill"), by="a test")
        db.session.commit()

    answer = save(colleague, path, title="New arrival", do="save")

    assert (before, answer.status_code) == (404, 303)
    said = main_words(colleague.get("/signposting"))
    assert "New arrival, 2 places. Last changed by Bo Reed on" in said


def test_manager_changes_any_template_and_no_private_list(
    app: Flask, signposter: FlaskClient, manager: FlaskClient, groups: Catalogue
) -> None:
    path = template(signposter)

    answer = save(manager, path, title="New arrival", do="save")

    assert answer.status_code == 303
    assert "Last changed by Cy Holt on" in main_words(signposter.get(path))
    assert manager.get(begin(signposter, "cedar")).status_code == 404
    with app.app_context():
        forget_person(account("Cy Holt"), by="a test")
        db.session.commit()
    assert "Last changed by someone who has left on" in main_words(signposter.get(path))


def test_what_two_type_at_once_is_told_and_not_lost(
    signposter: FlaskClient, manager: FlaskClient, groups: Catalogue
) -> None:
    path = template(signposter)
    first, second = boxes(signposter, path)
    page = signposter.get(path)
    typed = {
        "csrf_token": token_of(page),
        "version": str(only(read(page), "input[name=version]")["value"]),
        "title": "Small babies",
        first: "Near the school",
        second: "Ask for the side door",
        "do": "save",
    }
    save(manager, path, title="New arrival", do=f"out:{second.removeprefix('words-')}")

    late = signposter.post(path, data=typed)

    assert late.status_code == 409
    said = read(late)
    assert "This list was changed since you opened it." in main_words(late)
    assert only(said, "#title")["value"] == "Small babies"
    assert words_of(only(said, f"#{first}")) == "Near the school"
    assert "Ask for the side door" in main_words(late)
    assert words_of(read(manager.get(path)).h1) == "New arrival"
    again = {**typed, "version": str(only(said, "input[name=version]")["value"])}
    assert signposter.post(path, data=again).status_code == 303
    assert words_of(read(manager.get(path)).h1) == "Small babies"
    assert legends(manager, path) == ["1. Acorn"]


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 40])
def test_change_that_names_no_version_changes_nothing(signposter: FlaskClient, groups: Catalogue, version: str) -> None:
    path = begin(signposter, "acorn")

    answer = press(signposter, path, version=version, title="Other", do="save")

    assert answer.status_code == 409
    assert words_of(read(signposter.get(path)).h1) != "Other"


def test_one_version_is_changed_once(app: Flask, signposter: FlaskClient, groups: Catalogue) -> None:
    begin(signposter, "acorn")
    with app.app_context():
        listed = db.session.scalars(select(FamilyList)).one()
        by = account("Ann Quill").id

        begin_change(listed, version=0, by=by)
        with pytest.raises(ListOvertaken):
            begin_change(listed, version=0, by=by)
        db.session.rollback()


def test_listing_that_another_page_put_in_is_not_put_in_twice(
    app: Flask, signposter: FlaskClient, groups: Catalogue
) -> None:
    begin(signposter, "acorn")
    with app.app_context():
        listed = db.session.scalars(select(FamilyList)).one()
        uid = listed.entries[0].service_uid
        # As this process saw the list before the other one had put it in.
        db.session.expunge_all()
        stale = db.session.scalars(select(FamilyList)).one()
        assert stale.entries
        stale.__dict__["entries"].clear()

        family_lists.add_entry(stale, uid)

        assert len(db.session.scalars(select(FamilyListEntry)).all()) == 1
        db.session.rollback()


def test_link_goes_on_when_who_made_the_list_is_forgotten(
    app: Flask, signposter: FlaskClient, groups: Catalogue
) -> None:
    path = begin(signposter, "acorn")
    save(signposter, path, title="New baby", do="save")
    link = handed_over(signposter, path)
    begin(signposter, "birch")
    with app.app_context():
        forget_person(account("Ann Quill"), by="a test")
        gone = family_lists.forget_over()
        db.session.commit()

    assert gone == 1
    assert "New baby" in main_words(app.test_client().get(link))
    with app.app_context():
        kept = db.session.scalars(select(FamilyList)).one()
        assert (kept.account_id, kept.changed_by_id) == (None, None)
