"""Lists that practitioners make for families: made, explained, handed over, opened without signing in."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from hub_finder.directory import family_lists
from hub_finder.directory.freshness import today
from hub_finder.directory.standing import move
from hub_finder.directory.stock import get_stored
from hub_finder.extensions import db
from hub_finder.models.accounts import Role
from hub_finder.models.services import Status
from hub_finder.models.signposting import FamilyList, Helped
from tests.factories import Catalogue
from tests.family_lists import begin, boxes, handed_over, legends, save
from tests.page_client import words_of
from tests.reading import main_words, only, read, said_beside
from tests.rules.test_query_counts import counted
from tests.shortlists import send
from tests.signing_in import forget_tries, press, sign_in


@pytest.fixture
def groups(catalogue: Catalogue) -> Catalogue:
    for slug in ("acorn", "birch", "cedar"):
        catalogue.add(id=slug, name=slug.title(), phone="01632 960001", organisation=f"{slug.title()} Trust")
    return catalogue


def test_search_adds_to_a_list_and_says_how_to_refer(signposter: FlaskClient, groups: Catalogue) -> None:
    groups.add(id="elm", name="Elm", referral="professional", referral_note="Send the form.", eligibility="Under 5s")

    page = signposter.get("/signposting/find?q=elm")
    made = press(signposter, "/signposting/find?q=elm", "/signposting/lists", service="elm")

    for fact in ("A professional needs to refer you", "Send the form.", "Under 5s", "Not stated"):
        assert fact in main_words(page)
    assert legends(signposter, str(made.location)) == ["1. Elm"]


def test_list_is_explained_and_put_in_order(signposter: FlaskClient, groups: Catalogue) -> None:
    path = begin(signposter, "acorn", "birch", "cedar")
    first, *_rest = boxes(signposter, path)

    save(signposter, path, title="New baby", **{first: "Close by", "do": f"down:{first.removeprefix('words-')}"})

    assert legends(signposter, path) == ["1. Birch", "2. Acorn", "3. Cedar"]
    page = read(signposter.get(path))
    assert words_of(only(page, f"#{first}")) == "Close by"
    assert words_of(page.h1) == "New baby"


def test_listing_can_be_taken_out(signposter: FlaskClient, groups: Catalogue) -> None:
    path = begin(signposter, "acorn", "birch")

    save(signposter, path, do=f"out:{boxes(signposter, path)[0].removeprefix('words-')}")

    assert legends(signposter, path) == ["1. Birch"]


def test_what_looks_like_a_person_is_not_kept_and_nothing_typed_is_lost(
    signposter: FlaskClient, groups: Catalogue
) -> None:
    path = begin(signposter, "acorn")
    (words,) = boxes(signposter, path)
    typed = {"title": "Groups for Kayleigh", words: "They know babies", "do": "save"}

    answer = press(signposter, path, **typed)

    page = read(answer)
    assert answer.status_code == 400
    assert said_beside(page, "title") == "This looks like a name: “Kayleigh”"
    assert words_of(only(page, f"#{words}")) == "They know babies"
    assert "Kayleigh" not in signposter.get(path).get_data(as_text=True)


@pytest.mark.parametrize(("button", "title"), [("clean:title", "Groups"), ("nobody:title", "Groups for Kayleigh")])
def test_it_is_taken_out_or_let_be_with_one_press(
    signposter: FlaskClient, groups: Catalogue, button: str, title: str
) -> None:
    path = begin(signposter, "acorn")

    save(signposter, path, title="Groups for Kayleigh", do=button)

    assert words_of(read(signposter.get(path)).h1) == title


def test_names_of_listings_and_their_numbers_are_no_persons(signposter: FlaskClient, groups: Catalogue) -> None:
    groups.add(id="house", name="Elizabeth House", organisation="Sam Field Trust")
    path = begin(signposter, "acorn")
    (words,) = boxes(signposter, path)

    answer = save(signposter, path, **{words: "Next to Elizabeth House. Call 01632 960001", "do": "save"})

    assert answer.status_code == 303


def test_link_opens_without_signing_in_and_is_counted(app: Flask, signposter: FlaskClient, groups: Catalogue) -> None:
    path = begin(signposter, "acorn", "birch")
    save(signposter, path, title="New baby", do="save", **{boxes(signposter, path)[0]: "Close by"})
    link = handed_over(signposter, path)

    answer = app.test_client().get(link)

    said = main_words(answer)
    for part in ("New baby", "Close by", "Acorn", "Birch", "01632 960001", "2 places."):
        assert part in said
    assert "Quill" not in answer.get_data(as_text=True)
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert answer.headers["Referrer-Policy"] == "strict-origin"
    assert "Set-Cookie" not in answer.headers
    assert "Opened 1 time." in main_words(signposter.get(f"{path}/hand-over"))


def test_link_is_kept_as_a_hash_and_can_be_shown_again(app: Flask, signposter: FlaskClient, groups: Catalogue) -> None:
    path = begin(signposter, "acorn")

    link = handed_over(signposter, path)

    assert handed_over(signposter, path, "30") == link
    token = link.rpartition("/")[2]
    with app.app_context():
        listed = db.session.query(FamilyList).one()
        kept = [getattr(listed, column.name) for column in FamilyList.__table__.columns]
        assert token not in map(str, kept)
        assert family_lists.token_of(listed, keys=["another key"]) is None


def test_link_ends_when_its_day_is_over_or_the_practitioner_says_so(
    app: Flask, signposter: FlaskClient, groups: Catalogue
) -> None:
    path = begin(signposter, "acorn")
    link = handed_over(signposter, path)
    with app.app_context():
        db.session.execute(update(FamilyList).values(ends_on=today().replace(year=2020)))
        db.session.commit()
    over = app.test_client().get(link)
    anew = handed_over(signposter, path)

    press(signposter, f"{path}/hand-over", days="end")

    assert over.status_code == 404
    assert "This link has ended" in main_words(over)
    assert app.test_client().get(anew).status_code == 404


def test_present_facts_are_shown(app: Flask, signposter: FlaskClient, groups: Catalogue) -> None:
    link = handed_over(signposter, begin(signposter, "acorn", "birch"))
    with app.app_context():
        move(get_stored("acorn"), Status.RETIRED, actor="a test")
        db.session.commit()

    said = main_words(app.test_client().get(link))

    assert "This has ended." in said
    assert "1 of these has ended." in said


def test_tap_is_counted_once_and_told_in_fives(app: Flask, signposter: FlaskClient, groups: Catalogue) -> None:
    link = handed_over(signposter, begin(signposter, "acorn"))
    family = app.test_client()
    for _ in range(6):
        answer = send(family, f"{link}/helped", page=link, service="acorn", answer="yes")
        assert answer.status_code == 303
        again = send(family, f"{link}/helped", page=link, service="acorn", answer="yes")
        assert again.status_code == 303
        forget_tries(app)

    assert "Set-Cookie" not in answer.headers
    assert "Thank you." in main_words(family.get(str(answer.location)))
    with app.app_context():
        assert family_lists.find_helped(get_stored("acorn").id)[Helped.YES] == 6
    said = main_words(signposter.get("/signposting/listings/acorn"))
    assert "Yes: 5 or more" in said
    assert "No: fewer than 5" in said


def test_tap_in_easy_read_counts_once_for_both_forms_and_leads_back(
    app: Flask, signposter: FlaskClient, groups: Catalogue
) -> None:
    link = handed_over(signposter, begin(signposter, "acorn", "birch"))
    family, easy = app.test_client(), f"{link}/easy"
    buttons = [words_of(one) for one in read(family.get(easy)).select("form button[name=answer]")]

    answer = send(family, f"{link}/helped", page=easy, service="acorn", answer="no_way_in", form="easy")
    again = send(family, f"{link}/helped", page=link, service="acorn", answer="no_way_in")

    assert buttons == ["Yes", "No", "We could not get in"] * 2
    assert [one.status_code for one in (answer, again)] == [303, 303]
    assert str(answer.location).partition("?")[0] == easy
    thanked = read(family.get(str(answer.location)))
    assert "Thank you." in words_of(only(thanked, "#thanks"))
    assert len(thanked.select("form button[name=answer]")) == 3
    with app.app_context():
        assert family_lists.find_helped(get_stored("acorn").id)[Helped.NO_WAY_IN] == 1


@pytest.mark.parametrize(("slug", "answer", "status"), [("birch", "yes", 404), ("acorn", "perhaps", 400)])
def test_tap_about_something_else_is_refused(
    app: Flask, signposter: FlaskClient, groups: Catalogue, slug: str, answer: str, status: int
) -> None:
    link = handed_over(signposter, begin(signposter, "acorn"))

    assert send(app.test_client(), f"{link}/helped", page=link, service=slug, answer=answer).status_code == status


def test_others_see_and_change_no_private_list(
    signposter: FlaskClient, colleague: FlaskClient, groups: Catalogue
) -> None:
    path = begin(signposter, "acorn")
    save(signposter, path, title="Private", do="save")

    opened = [colleague.get(path).status_code, colleague.get(f"{path}/hand-over").status_code]
    sent = [
        press(colleague, "/signposting", way, service="birch", days="90", do="save", title="Theirs").status_code
        for way in (path, f"{path}/add", f"{path}/copy", f"{path}/delete", f"{path}/hand-over")
    ]

    assert {*opened, *sent} == {404}
    assert "Private" not in main_words(colleague.get("/signposting"))
    assert words_of(read(signposter.get(path)).h1) == "Private"


def test_others_copy_a_template_and_do_not_change_it(
    signposter: FlaskClient, colleague: FlaskClient, groups: Catalogue
) -> None:
    path = begin(signposter, "acorn", "birch")
    save(signposter, path, title="New baby", do="save")
    template = str(press(signposter, path, f"{path}/copy", **{"as": "template"}).location)

    copy = str(press(colleague, "/signposting", f"{template}/copy").location)
    refused = press(colleague, "/signposting", template, do="save", title="Theirs")

    assert "New baby" in main_words(colleague.get("/signposting"))
    assert legends(colleague, copy) == ["1. Acorn", "2. Birch"]
    assert refused.status_code == 404
    assert press(signposter, "/signposting", f"{template}/hand-over", days="90").status_code == 400


@pytest.mark.parametrize("role", [Role.PROVIDER, Role.PLANNER])
def test_providers_and_planners_make_no_lists(app: Flask, role: Role) -> None:
    client = sign_in(app.test_client(), role)

    assert client.get("/signposting").status_code == 403


def test_long_list_asks_the_database_as_often_as_a_short_one(
    app: Flask, signposter: FlaskClient, catalogue: Catalogue
) -> None:
    for number in range(50):
        catalogue.add(id=f"group-{number}", name=f"Group {number}", organisation=f"Organisation {number}")
    short = begin(signposter, *(f"group-{number}" for number in range(3)))
    full = begin(signposter, *(f"group-{number}" for number in range(50)))
    said = {}

    for path in (short, full):
        link = handed_over(signposter, path)
        for client, address in ((app.test_client(), link), (signposter, path), (signposter, f"{path}/hand-over")):
            forget_tries(app)
            client.get(address)
            with counted(app) as statements:
                assert client.get(address).status_code == 200
            said[(path, re.sub(r"\w{40}|\d+", "", address))] = len(statements)

    assert [count for (path, _), count in said.items() if path == full] == [
        count for (path, _), count in said.items() if path == short
    ]


def test_purge_lets_go_of_lists_whose_link_has_ended(app: Flask, signposter: FlaskClient, groups: Catalogue) -> None:
    handed_over(signposter, begin(signposter, "acorn"))
    with app.app_context():
        kept = family_lists.forget_over()
        db.session.execute(update(FamilyList).values(ends_on=today().replace(year=2020)))

        assert (kept, family_lists.forget_over()) == (0, 1)
        db.session.rollback()
