"""A list for a family on paper, in large letters, in Easy Read and in each language, as it is now."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from hub_finder.directory.standing import move
from hub_finder.directory.stock import get_stored
from hub_finder.extensions import db
from hub_finder.languages import OWN_NAMES
from hub_finder.models.services import Status
from tests.factories import Catalogue
from tests.family_lists import begin, boxes, handed_over, legends, save
from tests.merging import Merging
from tests.page_client import words_of
from tests.reading import main_words, only, read
from tests.signing_in import forget_tries, press

WAYS = ("", "/print", "/print?size=large", "/easy")


@pytest.fixture
def path(signposter: FlaskClient, groups: Catalogue) -> str:
    """The path of a list with three places, each explained."""
    path = begin(signposter, "acorn", "birch", "cedar")
    words = dict(zip(boxes(signposter, path), ("Close by", "They know babies", "Open late"), strict=True))
    save(signposter, path, title="New baby", do="save", **words)
    return path


def forms(app: Flask, link: str) -> dict[str, TestResponse]:
    """Each form of a list as a family opens it."""
    answers = {}
    for way in WAYS:
        forget_tries(app)
        answers[way] = app.test_client().get(link + way)
    return answers


def test_each_form_opens_without_signing_in(app: Flask, signposter: FlaskClient, path: str) -> None:
    for answer in forms(app, handed_over(signposter, path)).values():
        said = main_words(answer)
        for part in ("New baby", "Close by", "They know babies", "Open late", "Acorn", "Birch", "Cedar"):
            assert part in said
        assert "01632 960001" in said
        assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert answer.headers["Referrer-Policy"] == "strict-origin"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in answer.headers


def test_each_form_is_there_in_each_language(app: Flask, signposter: FlaskClient, path: str) -> None:
    link = handed_over(signposter, path)

    for tag in OWN_NAMES.keys() - {"en"}:
        for answer in forms(app, f"/{tag}{link}").values():
            page = read(answer)
            assert only(page, "html")["lang"] == tag
            # What a practitioner wrote stays as it is, and says in which language.
            assert words_of(only(page, "h1 [lang=en]")) == "New baby"


def test_handing_over_leads_to_each_form_in_the_chosen_language(app: Flask, signposter: FlaskClient, path: str) -> None:
    link = handed_over(signposter, path)

    page = read(signposter.get(f"{path}/hand-over?language=pl"))

    ways = {words_of(a): str(a["href"]) for a in page.select("main ul a[rel=noreferrer]")}
    assert ways == {
        "Print": f"http://localhost/pl{link}/print",
        "Print in large letters": f"http://localhost/pl{link}/print?size=large",
        "Easy Read": f"http://localhost/pl{link}/easy",
    }
    for address in ways.values():
        assert app.test_client().get(address).status_code == 200


def test_what_has_ended_or_stopped_says_so(app: Flask, signposter: FlaskClient, path: str) -> None:
    link = handed_over(signposter, path)
    with app.app_context():
        move(get_stored("acorn"), Status.RETIRED, actor="a test")
        move(get_stored("birch"), Status.PAUSED, actor="a test")
        db.session.commit()

    for way, answer in forms(app, link).items():
        said = main_words(answer)
        assert "This has ended." in said
        assert ("This has stopped for now." if way == "/easy" else "Paused for now.") in said
        assert "Close by" in said


def test_merged_listing_keeps_its_words_on_the_one_that_it_is_part_of(
    app: Flask, signposter: FlaskClient, groups: Catalogue, path: str
) -> None:
    link = handed_over(signposter, path)
    with app.app_context():
        Merging(groups).merge("damson", "acorn")
        Merging(groups).merge("cedar", "birch")
        db.session.commit()

    for answer in forms(app, link).values():
        said = main_words(answer)
        for part in ("Damson", "Close by", "“Acorn” is part of this now.", "Cedar", "They know babies Open late"):
            assert part in said
    assert legends(signposter, path) == ["1. Damson", "2. Cedar", "3. Cedar"]
    text = only(read(signposter.get(f"{path}/hand-over")), "#text").get_text()
    assert "Damson, 01632 960001\nClose by" in text


def test_no_form_opens_when_the_link_has_ended(app: Flask, signposter: FlaskClient, path: str) -> None:
    link = handed_over(signposter, path)
    press(signposter, f"{path}/hand-over", days="end")

    for answer in forms(app, link).values():
        assert answer.status_code == 404
        assert "This link has ended" in main_words(answer)


def test_easy_read_and_more_words_lead_to_each_other(app: Flask, signposter: FlaskClient, path: str) -> None:
    link = handed_over(signposter, path)

    easy = read(app.test_client().get(f"{link}/easy"))
    full = read(app.test_client().get(link))

    assert only(easy, ".ez-above a")["href"] == link
    assert f"{link}/easy" in {a["href"] for a in full.select("main a")}


def test_printing_is_no_opening(app: Flask, signposter: FlaskClient, path: str) -> None:
    link = handed_over(signposter, path)

    forms(app, link)

    assert "Opened 2 times." in main_words(signposter.get(f"{path}/hand-over"))
