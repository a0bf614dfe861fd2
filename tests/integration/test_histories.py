"""Histories that are taken away, as tables that no spreadsheet works out and as data."""

import csv
import io
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from hub_finder.directory.speaking import decide, let_speak
from hub_finder.directory.submissions import act, begin
from hub_finder.extensions import db
from hub_finder.importers.cells import disarmed
from hub_finder.models.accounts import Role
from hub_finder.models.services import Organisation
from hub_finder.models.submissions import Action, Membership, MembershipStatus, SubmissionStatus
from tests.acting import someone
from tests.factories import Catalogue
from tests.signing_in import sign_in

SHOUTING = '=HYPERLINK("http://evil.example")'


@pytest.fixture
def manager(app: Flask) -> FlaskClient:
    return sign_in(app.test_client(), Role.MANAGER, name="Mo Hart")


def lines(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


@given(st.text())
def test_no_cell_is_a_formula_and_none_loses_anything(text: str) -> None:
    cell = disarmed(text)

    assert not cell.startswith(("=", "@", "\t", "\r"))
    assert cell.removeprefix("'" if cell != text else "") == text


def test_listing_gives_its_history_field_by_field(staff: FlaskClient, catalogue: Catalogue) -> None:
    slug = catalogue.add(summary="Songs.")
    catalogue.add(summary=SHOUTING)

    table = lines(staff.get(f"/moderation/listings/{slug}/history.csv").text)
    data = staff.get(f"/moderation/listings/{slug}/history.json").get_json()

    changed, added = table
    assert (changed["what"], changed["by"], changed["field"]) == ("Changed", "a test", "summary")
    assert (changed["before"], changed["after"]) == ("Songs.", f"'{SHOUTING}")
    assert (added["what"], added["field"]) == ("Added", "")
    assert data["about"] == slug
    assert data["history"][0]["changes"] == [{"field": "summary", "before": "Songs.", "after": SHOUTING}]


def test_submission_gives_what_staff_changed_and_noted(app: Flask, staff: FlaskClient) -> None:
    with app.app_context():
        submission = begin(someone(), organisation_name="Elm Club")
        submission.status = str(SubmissionStatus.IN_REVIEW)
        robin = someone(Role.MODERATOR)
        submission.holder_id = robin.account_id
        before = submission.rows
        submission.rows = [{**before[0], "name": "Elm"}]
        act(submission, Action.EDIT, actor=robin, rows=before)
        act(submission, Action.NOTE, actor=robin, note=SHOUTING)
        db.session.commit()
        reference = submission.reference

    table = lines(staff.get(f"/moderation/submissions/{reference}/history.csv").text)

    assert [(line["what"], line["note"], line["field"], line["after"]) for line in table] == [
        ("Note between staff", f"'{SHOUTING}", "", ""),
        ("Edited by the team", "", "name", "Elm"),
        ("Begun", "", "", ""),
    ]


def test_organisation_gives_who_spoke_for_it(app: Flask, staff: FlaskClient, catalogue: Catalogue) -> None:
    catalogue.add()
    with app.app_context():
        acorn, ann = db.session.scalars(select(Organisation)).one(), someone(name="Ann Lee")
        let_speak(ann.account_id, acorn.id, by="Robin Moss")
        membership = db.session.scalars(select(Membership)).one()
        decide(membership, MembershipStatus.ENDED, actor=someone(Role.MODERATOR), why="She has left.")
        db.session.commit()
        number = acorn.id

    data = staff.get(f"/moderation/organisations/{number}/history.json").get_json()

    assert data["about"] == "Acorn Families"
    assert [(one["what"], one["note"]) for one in data["history"]] == [
        ("No longer speaks for it: Ann Lee", "She has left."),
        ("May speak for it: Ann Lee", "It came with their own listing."),
    ]


@pytest.mark.parametrize("form", ["csv", "json"])
def test_person_gives_all_that_is_kept_of_them(app: Flask, manager: FlaskClient, form: str) -> None:
    with app.app_context():
        ann = someone(name="Ann Lee")
        begin(ann, organisation_name="Elm Club")
        db.session.commit()

    answer = manager.get(f"/moderation/people/{ann.account_id}/held.{form}")

    assert answer.headers["Content-Disposition"] == f"attachment; filename=person-{ann.account_id}.{form}"
    assert answer.headers["Cache-Control"] == "no-store"
    if form == "csv":
        found = {(line["table"], line["column"]): line["value"] for line in lines(answer.text)}
        assert found["account", "email"] == "provider@fairshire.example"
        tables = {table for table, _column in found}
    else:
        assert answer.get_json()["account"][0]["email"] == "provider@fairshire.example"
        tables = set(answer.get_json())
    assert tables == {"account", "journal_entry", "submission", "submission_event"}


@pytest.mark.parametrize(
    "path",
    [
        "/moderation/listings/none/history.csv",
        "/moderation/listings/acorn-stay-and-play/history.txt",
        "/moderation/submissions/000000000/history.csv",
        "/moderation/submissions/%00/history.csv",
        "/moderation/organisations/0/history.json",
        "/moderation/organisations/99999999999999999999/history.json",
        "/moderation/people/0/held.json",
        "/moderation/people/99999999999999999999/held.json",
    ],
)
def test_what_is_not_there_is_not_found(manager: FlaskClient, catalogue: Catalogue, path: str) -> None:
    catalogue.add()

    assert manager.get(path).status_code == 404


def test_command_tells_or_writes_each_of_them(app: Flask, catalogue: Catalogue, tmp_path: Path) -> None:
    slug = catalogue.add()
    with app.app_context():
        ann = someone(name="Ann Lee")
        reference = begin(ann, organisation_name="Elm Club").reference
        let_speak(ann.account_id, db.session.scalars(select(Organisation)).one().id, by="Robin Moss")
        db.session.commit()

    def run(*args: str) -> str:
        result = app.test_cli_runner().invoke(args=["hub", "history", *args])
        assert result.exit_code == 0, result.output
        return result.stdout

    said = {
        "listing": run(slug),
        "submission": run(f"{reference[:3]}-{reference[3:].lower()}", "--of", "submission"),
        "organisation": run("Acorn Families", "--of", "organisation"),
        "person": run("PROVIDER@fairshire.example", "--of", "person"),
    }
    table, data = tmp_path / "held.csv", tmp_path / "held.json"
    run("provider@fairshire.example", "--of", "person", "--csv", str(table), "--json", str(data))

    assert "Added by a test" in said["listing"]
    assert "Begun by Ann Lee" in said["submission"]
    assert "May speak for it: Ann Lee by Robin Moss (It came with their own listing.)" in said["organisation"]
    assert "account,1,name,Ann Lee" in said["person"]
    assert table.read_text(encoding="utf-8").splitlines() == said["person"].splitlines()
    assert '"provider@fairshire.example"' in data.read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", ["listing", "submission", "organisation", "person"])
def test_command_says_what_is_not_there(app: Flask, kind: str) -> None:
    result = app.test_cli_runner().invoke(args=["hub", "history", "none", "--of", kind])

    assert result.exit_code == 1
    assert "none" in result.output.lower()
