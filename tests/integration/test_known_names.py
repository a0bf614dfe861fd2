"""Names that listings show to everybody, as they are found in what somebody typed."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from hub_finder.directory.known_names import find_known_names
from tests.factories import Catalogue
from tests.family_lists import begin, boxes, save
from tests.rules.test_query_counts import counted


@pytest.fixture
def named(catalogue: Catalogue) -> Catalogue:
    catalogue.add(id="a", name="Anne-Marie Noël Centre", organisation="The Sam Field Trust", city="Piddle Cross")
    catalogue.add(id="b", name="Together", organisation="Kayleigh", location_name="St Mary’s Hall", city="Oakham")
    catalogue.add(id="c", name="Hope", organisation="Hope & Joy", address_1="1 George Street", city="Oakham")
    return catalogue


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("Ask at the anne-marie noël centre today", {"anne-marie noël centre"}),
        ("ANNE MARIE NOEL CENTRE", {"ANNE MARIE NOEL CENTRE"}),
        ("the sam field trust, in piddle  cross", {"the sam field trust", "piddle  cross"}),
        ("st marys hall", {"st marys hall"}),
        ("St Mary's Hall, 1 George Street.", {"St Mary's Hall", "1 George Street"}),
        ("We sing together", {"together"}),
        ("They hope and joy comes", {"hope"}),
        ("hope & joy", {"hope & joy"}),
        # A part of a name, a name within another word, and one that anybody may have.
        ("Sam Field", set()),
        ("Anne-Marie", set()),
        ("Togetherness, hopeful", set()),
        ("Kayleigh", set()),
        ("11 George Street", set()),
        ("", set()),
        ("…", set()),
    ],
)
def test_whole_names_are_found_word_for_word(app: Flask, named: Catalogue, text: str, known: set[str]) -> None:
    with app.app_context():
        assert find_known_names(text) == known


def test_new_name_is_known_at_once_and_names_are_read_once(app: Flask, named: Catalogue) -> None:
    with app.app_context():
        find_known_names("Elizabeth House")
    before, asked = look_up(app, "Elizabeth House")
    named.add(id="d", name="Elizabeth House", city="Oakham")
    after, asked_again = look_up(app, "Elizabeth House")

    assert (before, after) == (set(), {"Elizabeth House"})
    assert [any("organisation" in one for one in said) for said in (asked, asked_again)] == [False, True]


def look_up(app: Flask, text: str) -> tuple[set[str], list[str]]:
    """What is known in a text, and the statements that this took."""
    with counted(app) as said, app.app_context():
        return find_known_names(text), said


def test_person_beside_a_known_name_is_warned_about(signposter: FlaskClient, named: Catalogue) -> None:
    path = begin(signposter, "a")
    [box] = boxes(signposter, path)

    fine = save(signposter, path, do="save", **{box: "Ask at the Anne-Marie Noël Centre, in George Street"})
    person = save(signposter, path, do="save", **{box: "Ask Anne-Marie at the Anne-Marie Noël Centre"})

    assert (fine.status_code, person.status_code) == (303, 400)
