"""What practitioners and staff tell each other of a listing, and nobody else."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from hub_finder.directory import service_notes
from hub_finder.directory.forgetting import forget_person
from hub_finder.directory.held import find_held
from hub_finder.extensions import db
from hub_finder.models.accounts import Account, Role
from hub_finder.models.signposting import ServiceNote
from tests.factories import Catalogue
from tests.merging import Merging
from tests.reading import main_words, read, said_beside
from tests.rules.test_query_counts import counted
from tests.signing_in import press, sign_in

ACORN = "/signposting/listings/acorn"
NOTE = "Ring the side door; the waiting list moves fast"


def write(client: FlaskClient, text: str = NOTE, do: str = "save", page: str = ACORN) -> int:
    return press(client, page, f"{page}/notes", note=text, do=do).status_code


def test_note_stands_in_search_and_on_the_listing_for_colleagues(
    signposter: FlaskClient, colleague: FlaskClient, groups: Catalogue
) -> None:
    assert write(signposter) == 303

    for path in (ACORN, "/signposting/find?q=acorn"):
        said = main_words(colleague.get(path))
        assert NOTE in said
        assert "Ann Quill" in said


def test_note_is_in_nothing_that_others_read(app: Flask, signposter: FlaskClient, groups: Catalogue) -> None:
    write(signposter, "Xylophones in the cellar")

    read_by_all = (
        "/services/acorn",
        "/easy/services/acorn",
        "/search?q=acorn",
        "/search?q=xylophones",
        "/api/search?q=acorn",
        "/api/services/acorn",
        "/services.csv",
        "/services.json",
        "/services.geojson",
        "/data",
    )
    answers = {path: app.test_client().get(path) for path in read_by_all}
    for path, answer in answers.items():
        assert answer.status_code in (200, 404), path
        assert "in the cellar" not in answer.get_data(as_text=True), path
    assert sum(answer.status_code == 200 for answer in answers.values()) >= 7
    assert "acorn" not in main_words(answers["/search?q=xylophones"]).lower()


@pytest.mark.parametrize("role", [Role.PROVIDER, Role.PLANNER])
def test_providers_and_planners_do_not_see_it(app: Flask, groups: Catalogue, role: Role) -> None:
    client = sign_in(app.test_client(), role)

    assert client.get(ACORN).status_code == 403
    assert client.post(f"{ACORN}/notes", data={"note": NOTE}).status_code in (400, 403)


def test_what_looks_like_a_person_is_warned_about_and_taken_out(signposter: FlaskClient, groups: Catalogue) -> None:
    warned = press(signposter, ACORN, f"{ACORN}/notes", note="Worked for Kayleigh", do="save")

    assert warned.status_code == 400
    assert said_beside(read(warned), "note") == "This looks like a name: “Kayleigh”"
    assert write(signposter, "It worked well for Kayleigh", "clean:note") == 303
    said = main_words(signposter.get(ACORN))
    assert "It worked well" in said
    assert "Kayleigh" not in said


@pytest.mark.parametrize("text", ["", " ", "x" * 501])
def test_empty_or_long_note_is_told_beside_the_box(signposter: FlaskClient, groups: Catalogue, text: str) -> None:
    answer = press(signposter, ACORN, f"{ACORN}/notes", note=text, do="save")

    assert answer.status_code == 400
    assert said_beside(read(answer), "note")


def test_note_is_deleted_by_who_wrote_it_or_a_manager(
    app: Flask, signposter: FlaskClient, colleague: FlaskClient, groups: Catalogue
) -> None:
    write(signposter)
    write(signposter, "The second one")
    with app.app_context():
        first, second = db.session.scalars(select(ServiceNote.id).order_by(ServiceNote.id)).all()

    refused = press(colleague, ACORN, f"/signposting/notes/{first}/delete").status_code
    own = press(signposter, ACORN, f"/signposting/notes/{first}/delete").status_code
    manager = sign_in(app.test_client(), Role.MANAGER, name="Cy Holt")
    theirs = press(manager, ACORN, f"/signposting/notes/{second}/delete").status_code

    assert (refused, own, theirs) == (404, 303, 303)
    assert press(manager, ACORN, f"/signposting/notes/{second}/delete").status_code == 404


def test_note_follows_a_listing_that_was_merged(app: Flask, signposter: FlaskClient, groups: Catalogue) -> None:
    write(signposter)
    with app.app_context():
        Merging(groups).merge("birch", "acorn")
        db.session.commit()

    assert NOTE in main_words(signposter.get("/signposting/listings/birch"))


def test_forgotten_person_is_not_named_and_gets_their_notes_before(
    app: Flask, signposter: FlaskClient, colleague: FlaskClient, groups: Catalogue
) -> None:
    write(signposter)
    with app.app_context():
        account = db.session.scalars(select(Account).where(Account.name == "Ann Quill")).one()
        held = find_held(account)["service_note"]
        forget_person(account, by="a test")
        db.session.commit()

    said = main_words(colleague.get(ACORN))
    assert [row["text"] for row in held] == [NOTE]
    assert "Someone who has left" in said
    assert "Ann Quill" not in said


def test_note_goes_after_two_years(app: Flask, signposter: FlaskClient, groups: Catalogue) -> None:
    write(signposter)
    with app.app_context():
        kept = service_notes.forget_old()
        db.session.execute(update(ServiceNote).values(written_at=datetime.now(UTC) - timedelta(days=731)))

        assert (kept, service_notes.forget_old()) == (0, 1)
        db.session.rollback()


def test_notes_of_all_results_are_one_query(app: Flask, signposter: FlaskClient, groups: Catalogue) -> None:
    def asked() -> int:
        signposter.get("/signposting/find?q=group")
        with counted(app) as statements:
            assert signposter.get("/signposting/find?q=group").status_code == 200
        return len(statements)

    for slug in ("acorn", "birch", "cedar", "damson"):
        groups.add(id=f"{slug}-group", name=f"{slug} group")
    write(signposter, page="/signposting/listings/acorn-group")
    one = asked()
    for slug in ("birch", "cedar", "damson"):
        write(signposter, page=f"/signposting/listings/{slug}-group")

    assert asked() == one
