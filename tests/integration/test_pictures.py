"""Pictures of listings: kept, shown, described, taken away and forgotten."""

import io
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from bs4 import Tag
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update
from werkzeug.test import TestResponse

from hub_finder.directory.pictures import UNUSED_FOR, BadPicture, forget_unused_pictures, keep_picture
from hub_finder.directory.speaking import Actor
from hub_finder.directory.submissions import begin, write
from hub_finder.extensions import db
from hub_finder.models.pictures import Picture
from hub_finder.models.services import Service
from tests.acting import someone
from tests.factories import HALL, Catalogue
from tests.pictures import drawn, opened
from tests.reading import read
from tests.signing_in import press

EDIT = "/moderation/listings/acorn/edit"
WORDS = "Children paint at a long table."


def keep(app: Flask, sent: bytes | None = None) -> str:
    with app.app_context():
        hash_ = keep_picture(sent or drawn())
        db.session.commit()
    return hash_


@pytest.fixture
def acorn(catalogue: Catalogue, app: Flask) -> str:
    """The hash of the picture of a listing called "acorn"."""
    hash_ = keep(app)
    catalogue.add(id="acorn", picture=hash_, picture_description=WORDS, **HALL)
    return hash_


def test_the_same_picture_is_kept_once_under_the_hash_of_its_bytes(app: Flask) -> None:
    first, again = keep(app), keep(app)

    with app.app_context():
        [picture] = db.session.scalars(select(Picture))
        assert first == again == picture.hash == sha256(picture.content).hexdigest()


def test_a_page_shows_its_picture_with_words_and_room_for_it(client: FlaskClient, acorn: str) -> None:
    image = read(client.get("/services/acorn")).select_one(".hf-photo img")

    assert isinstance(image, Tag)
    assert (image["alt"], image["width"], image["height"], image["loading"]) == (WORDS, "800", "600", "lazy")
    assert image["src"] == f"/pictures/{acorn}.jpg"
    for address in (str(image["src"]), str(image["srcset"]).split()[0]):
        answer = client.get(address)
        assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert opened(answer.data).size in {(800, 600), (640, 480)}


def test_a_picture_has_one_address_in_every_language(client: FlaskClient, acorn: str) -> None:
    image = read(client.get("/uk/services/acorn")).select_one(".hf-photo img")

    assert isinstance(image, Tag)
    assert (image["src"], image["lang"]) == (f"/pictures/{acorn}.jpg", "en")


def test_results_and_pages_without_a_picture_show_none(client: FlaskClient, acorn: str, catalogue: Catalogue) -> None:
    catalogue.add(id="oak", name="Oak Club")

    assert "/pictures/" not in client.get("/search?q=acorn").text
    assert "hf-photo" not in client.get("/services/oak").text


def test_programs_are_told_of_a_picture(client: FlaskClient, acorn: str) -> None:
    told = client.get("/services/acorn.json").json

    assert told
    assert told["picture"] == {
        "path": f"/pictures/{acorn}.jpg",
        "small": f"/pictures/{acorn}-small.jpg",
        "description": WORDS,
    }


def test_only_who_is_signed_in_sees_what_no_page_shows(app: Flask, client: FlaskClient, staff: FlaskClient) -> None:
    hash_ = keep(app)

    assert client.get(f"/pictures/{hash_}.jpg").status_code == 404
    seen = staff.get(f"/pictures/{hash_}-small.jpg")
    assert (seen.status_code, seen.headers["Cache-Control"]) == (200, "no-store")
    for odd in ("0" * 64, "\0" * 64, "x" * 63):
        assert staff.get(f"/pictures/{odd}.jpg").status_code == 404


@pytest.mark.parametrize(
    ("cells", "column", "why"),
    [
        ({"picture": "0" * 64, "picture_description": WORDS}, "picture", "is not a picture that is stored here"),
        ({"picture": "cat.jpg", "picture_description": WORDS}, "picture", "is not the name of a picture"),
        ({"picture_description": WORDS}, "picture_description", "describes a picture that is not there"),
        ({"picture": "kept"}, "picture_description", "must be filled in"),
        ({"picture": "kept", "picture_description": "x" * 301}, "picture_description", "the most is 300"),
        ({"picture": "kept", "picture_description": WORDS, "sensitive": "yes"}, "picture", "must be blank"),
    ],
)
def test_a_picture_that_cannot_be_is_told_beside_its_cell(
    app: Flask, catalogue: Catalogue, cells: dict[str, str], column: str, why: str
) -> None:
    if cells.get("picture") == "kept":
        cells = {**cells, "picture": keep(app)}

    with pytest.raises(AssertionError, match=f"column='{column}'.*{why}"):
        catalogue.add(**cells)


# ---- staff


def upload(client: FlaskClient, sent: bytes, name: str = "me.png", **data: str) -> TestResponse:
    page = client.get(EDIT)
    form = read(page).select_one("form[enctype]")
    assert isinstance(form, Tag)
    boxes = {str(one["name"]): str(one.get("value", "")) for one in form.select("input[name]:not([type=file])")}
    boxes |= {str(one["name"]): one.get_text().removeprefix("\n") for one in form.select("textarea")}
    chosen = form.select("select option[selected]")
    boxes |= {str(one.find_parent("select")["name"]): str(one["value"]) for one in chosen}  # type: ignore[index]
    boxes.pop("picture-remove", None)
    answer = client.post(EDIT, data={**boxes, **data, "picture-file": (io.BytesIO(sent), name)})
    answer.request.environ["wsgi.input"].close()  # a temporary file, where it is large
    return answer


def test_staff_add_a_picture_and_describe_it(catalogue: Catalogue, staff: FlaskClient, client: FlaskClient) -> None:
    catalogue.add(id="acorn", **HALL)

    upload(staff, drawn("PNG"), **{"picture_description-0": WORDS})

    image = read(client.get("/services/acorn")).select_one(".hf-photo img")
    assert isinstance(image, Tag)
    assert image["alt"] == WORDS


def test_a_picture_without_words_is_asked_for_them_and_not_lost(catalogue: Catalogue, staff: FlaskClient) -> None:
    catalogue.add(id="acorn", **HALL)

    page = read(upload(staff, drawn("PNG")))

    assert "What the picture shows must be filled in" in page.get_text()
    kept = page.select_one("input[name=picture-0]")
    assert isinstance(kept, Tag)
    assert staff.get(f"/pictures/{kept['value']}.jpg").status_code == 200


@pytest.mark.parametrize(("sent", "why"), [(b"hello", "no picture that we can read"), (b"x" * 6_000_000, "5 MB")])
def test_a_file_that_is_no_picture_is_told_beside_the_field(
    catalogue: Catalogue, staff: FlaskClient, sent: bytes, why: str
) -> None:
    catalogue.add(id="acorn", **HALL)

    page = read(upload(staff, sent, **{"summary-0": "Typed meanwhile."}))

    said = page.select_one("#picture-0-error")
    assert isinstance(said, Tag)
    assert why in said.get_text()
    assert "Typed meanwhile." in str(page)


def test_staff_take_a_picture_away_with_its_words(acorn: str, staff: FlaskClient, client: FlaskClient) -> None:
    upload(staff, b"", "", **{"picture-remove": "yes"})

    assert "hf-photo" not in client.get("/services/acorn").text
    assert client.get(f"/pictures/{acorn}.jpg").status_code == 404
    assert "What the picture shows" in staff.get("/moderation/listings/acorn").text


def test_other_forms_take_no_more_than_before(staff: FlaskClient, acorn: str) -> None:
    answer = press(staff, EDIT, "/moderation/listings/acorn/check", more="x" * 2_000_000)

    assert answer.status_code == 413


# ---- what nobody uses


def make_old(days: timedelta) -> None:
    for picture in db.session.scalars(select(Picture)):
        db.session.execute(update(Picture).values(made_at=picture.made_at - days))


def test_unused_pictures_are_forgotten_after_a_while(app: Flask, acorn: str) -> None:
    unused = keep(app, drawn(size=(300, 300)))
    with app.app_context():
        before = forget_unused_pictures()
        make_old(UNUSED_FOR * 2)

        forgotten = forget_unused_pictures()

        assert (before, forgotten) == (0, 1)
        assert db.session.get(Picture, unused) is None
        assert db.session.get(Picture, acorn) is not None


def test_what_a_past_state_or_a_proposal_shows_is_not_forgotten(app: Flask, acorn: str, catalogue: Catalogue) -> None:
    proposed = keep(app, drawn(size=(300, 300)))
    catalogue.add(id="acorn", summary="Without its picture.", **HALL)
    with app.app_context():
        assert db.session.scalar(select(Service.picture)) is None
        sam: Actor = someone(email="sam@fairshire.example")
        draft = begin(sam, organisation_name="New Trust")
        write(draft, actor=sam, rows=[{**draft.rows[0], "picture": proposed}])
        make_old(UNUSED_FOR * 2)

        assert forget_unused_pictures() == 0


def test_a_picture_sent_again_waits_anew(app: Flask) -> None:
    keep(app)
    with app.app_context():
        make_old(UNUSED_FOR * 2)
        keep_picture(drawn())

        assert forget_unused_pictures() == 0
        with pytest.raises(BadPicture):
            keep_picture(b"hello")


# ---- from one database to another


def test_pictures_and_listings_go_to_another_database_and_come_back(
    app: Flask, acorn: str, catalogue: Catalogue, tmp_path: Path
) -> None:
    run = app.test_cli_runner().invoke
    folder, file = tmp_path / "pictures", tmp_path / "services.csv"
    run(args=["hub", "export-pictures", str(folder)])
    run(args=["hub", "export-services", str(file)])
    with app.app_context():
        db.session.execute(delete(Picture))
        db.session.commit()
    (folder / f"{'0' * 64}.jpg").write_bytes(drawn())
    (folder / "strange.jpg").write_bytes(b"hello")

    without = run(args=["hub", "import-services", str(file)])
    pictures = run(args=["hub", "import-pictures", str(folder)])
    with_them = run(args=["hub", "import-services", str(file)])

    assert (without.exit_code, pictures.exit_code, with_them.exit_code) == (1, 1, 0)
    assert f"line 2, picture: “{acorn[:39]}…” is not a picture that is stored here" in without.output
    assert "1 pictures kept, 2 refused." in pictures.output
    assert "strange.jpg: This is no picture" in pictures.output
    with app.app_context():
        assert db.session.scalar(select(Service.picture)) == acorn


def test_the_night_forgets_what_nobody_uses(app: Flask) -> None:
    keep(app)
    with app.app_context():
        make_old(UNUSED_FOR * 2)
        db.session.commit()

    answer = app.test_cli_runner().invoke(args=["hub", "forget-pictures"])

    assert answer.output == "1 pictures deleted.\n"
