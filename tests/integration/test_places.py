from collections.abc import Iterator
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event
from sqlalchemy.orm import Session, scoped_session

from hub_finder.area import Area
from hub_finder.directory.place_names import keys_of
from hub_finder.directory.places import Origin, PlaceProblem, locate
from hub_finder.extensions import db
from hub_finder.models.places import Outcode, Place, Postcode, Sector

HOME, NEXT_DOOR = "E09999001", "E09999002"
DbSession = scoped_session[Session]


def a_postcode(code: str, *, council: str | None = HOME, located: bool = True, **given: str | bool) -> Postcode:
    point = (5_210_000, -120_000) if located else (None, None)
    facts = {"terminated": False, "terminated_on": None, **given}
    return Postcode(code=code, latitude_e5=point[0], longitude_e5=point[1], council=council, **facts)


def a_place(name: str, *aliases: str, council: str = HOME, outcode: str = "FA1") -> Place:
    return Place(
        name=name,
        keys=keys_of(name, aliases),
        aliases="|".join(aliases),
        latitude=52.1,
        longitude=-1.2,
        outcode=outcode,
        council=council,
        population=None,
        kind="village",
        source="made up",
    )


@pytest.fixture(autouse=True)
def _fairshire(session: DbSession) -> None:
    middle = {"latitude": 52.1, "longitude": -1.2, "postcodes": 3, "council": HOME}
    session.add_all(
        [
            a_postcode("FA11AA"),
            a_postcode("FA11AE", terminated=True, terminated_on="2019-03"),
            a_postcode("FA11AF", terminated=True),
            a_postcode("FA19AA", located=False),
            a_postcode("ZZ99ZZ", located=False),
            a_postcode("FA20SS"),
            a_postcode("FA101AA"),
            a_postcode("FA1O1AA"),
            a_postcode("NX11AA", council=NEXT_DOOR),
            a_postcode("QX11AA", council="E09999777"),
            Outcode(code="FA1", radius_m=900, **middle),
            Outcode(code="FA2", radius_m=15_000, **middle),
            Outcode(code="FA11", radius_m=900, **middle),
            Sector(code="FA1 1", radius_m=300, **middle),
            Sector(code="FA2 1", radius_m=4_000, **middle),
            a_place("Oakham Green", "Oakham", "Isle of Oakham"),
            a_place("St Mary's Cross", outcode="FA3"),
            a_place("Stoke-sub-Hill"),
            a_place("Château Wending"),
            a_place("Kingsley (near Oakham Green)"),
            a_place("Kingsley (near Nextham)", council=NEXT_DOOR, outcode="NX1"),
            a_place("Nextham", council=NEXT_DOOR, outcode="NX1"),
        ]
    )
    session.flush()


@pytest.fixture
def queries(session: DbSession) -> Iterator[list[str]]:
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.lstrip().upper().startswith("SELECT"):
            sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield sent
    event.remove(db.engine, "before_cursor_execute", note)


def problem_with(text: str, area: Area) -> PlaceProblem:
    with pytest.raises(PlaceProblem) as raised:
        locate(text, area=area)
    return raised.value


@pytest.mark.parametrize("typed", ["FA1 1AA", "fa11aa", " fa1  1aa. ", "FA1-1AA", "ＦＡ１ １ＡＡ"])
def test_a_postcode_is_found_however_it_is_typed(area: Area, typed: str) -> None:
    found = locate(typed, area=area)

    assert found == Origin(
        kind="postcode",
        label="FA1 1AA",
        latitude=52.1,
        longitude=-1.2,
        approximate=False,
        council=HOME,
        council_name="Fairshire Council",
        in_area=True,
        outcode="FA1",
        locality="north-fair",
    )


def test_a_sector_and_an_outcode_differ_by_their_space(area: Area) -> None:
    sector, outcode = locate("FA1 1", area=area), locate("FA11", area=area)

    assert (sector.kind, sector.label, sector.outcode, sector.approximate) == ("sector", "FA1 1", "FA1", True)
    assert (outcode.kind, outcode.label, outcode.approximate) == ("outcode", "FA11", True)
    assert sector.notes == ()


def test_a_large_outcode_asks_for_the_full_postcode(area: Area) -> None:
    found = locate("fa2", area=area)

    assert found.notes == ("FA2 is a large area. Type your full postcode for better distances.",)


def test_a_postcode_that_ended_still_searches_with_a_note(area: Area) -> None:
    found = locate("FA1 1AE", area=area)

    assert (found.terminated, found.terminated_on) == (True, "2019-03")
    assert found.notes == ("FA1 1AE is no longer in use. We used the place where it was.",)


def test_a_postcode_missing_from_the_list_in_use_may_be_new(area: Area) -> None:
    found = locate("FA1 1AF", area=area)

    assert (found.terminated, found.terminated_on) == (True, None)
    assert found.notes == ("We could not check that FA1 1AF is in use. It may be new, or it may have been replaced.",)


def test_a_postcode_without_a_point_uses_its_outcode(area: Area) -> None:
    found = locate("FA1 9AA", area=area)

    assert (found.approximate, found.latitude) == (True, 52.1)
    assert found.notes == ("We do not know exactly where FA1 9AA is. We used the middle of FA1.",)


@pytest.mark.parametrize("typed", ["FAI 1AA", "FA1 IAA", "fai iaa"])
def test_a_slip_is_put_right_and_told(area: Area, typed: str) -> None:
    found = locate(typed, area=area)

    assert (found.label, found.corrected_from) == ("FA1 1AA", typed)
    assert found.notes == (f"We read {typed.upper()} as FA1 1AA.",)


def test_a_slip_with_two_readings_is_never_guessed(area: Area) -> None:
    problem = problem_with("FA1O IAA", area)

    assert (problem.code, problem.message) == ("unknown_postcode", "We could not find the postcode “FA1O IAA”")
    assert problem.suggestions == ("FA10 1AA", "FA1O 1AA")


def test_a_postcode_next_door_works_and_says_so(area: Area) -> None:
    found = locate("NX1 1AA", area=area)

    assert (found.in_area, found.locality, found.council_name) == (False, None, "Nextshire Council")
    assert found.notes == ("This postcode is in the Nextshire Council area, outside the Fairshire Council area.",)


def test_a_postcode_of_an_unnamed_council_works_and_says_so(area: Area) -> None:
    found = locate("QX1 1AA", area=area)

    assert found.notes == ("This postcode is outside the Fairshire Council area.",)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("OAKHAM GREEN", "Oakham Green"),
        ("oakham", "Oakham Green"),
        ("isle of oakham", "Oakham Green"),
        ("Oakham Green, Fairshire", "Oakham Green"),
        ("Oakham Green Fairshire", "Oakham Green"),
        ("Oakham, Fairshire, England", "Oakham Green"),
        ("saint marys cross", "St Mary's Cross"),
        ("St. Mary’s Cross", "St Mary's Cross"),
        ("stoke sub hill", "Stoke-sub-Hill"),
        ("chateau-wending", "Château Wending"),
        ("Oak\u200bham\u202e", "Oakham Green"),
        ("Nextham, Nextshire", "Nextham"),
        ("Nextham Nextshire Council", "Nextham"),
    ],
)
def test_a_town_is_found_however_it_is_written(area: Area, typed: str, name: str) -> None:
    found = locate(typed, area=area)

    assert (found.kind, found.label, found.approximate, found.corrected_from) == ("place", name, True, None)


def test_a_town_next_door_works_and_says_so(area: Area) -> None:
    found = locate("Nextham", area=area)

    assert (found.in_area, found.outcode) == (False, "NX1")
    assert found.notes == ("This place is in the Nextshire Council area, outside the Fairshire Council area.",)


def test_what_was_left_out_of_a_name_is_told(area: Area) -> None:
    found = locate("Oakham, Kent", area=area)

    assert (found.label, found.corrected_from) == ("Oakham Green", "Oakham, Kent")
    assert found.notes == ("We read “Oakham, Kent” as Oakham Green.",)


def test_two_places_of_one_name_ask_which_and_each_choice_can_be_typed(area: Area) -> None:
    problem = problem_with("kingsley", area)

    assert problem.code == "ambiguous_place"
    assert problem.message == "There is more than one place called “kingsley”. Choose the one you mean"
    assert problem.suggestions == ("Kingsley (near Nextham)", "Kingsley (near Oakham Green)")
    assert [locate(choice, area=area).label for choice in problem.suggestions] == list(problem.suggestions)


@pytest.mark.parametrize("typed", ["Kingsley near Nextham", "Kingsley, Nextham", "kingsley nr. nextham"])
def test_a_nearby_town_tells_two_of_one_name_apart(area: Area, typed: str) -> None:
    assert locate(typed, area=area).label == "Kingsley (near Nextham)"


def test_an_address_is_found_by_the_postcode_that_ends_it(area: Area) -> None:
    found = locate("2 The Green, Oakham, FA1 1AA", area=area)

    assert (found.kind, found.label) == ("postcode", "FA1 1AA")
    assert found.notes == ("We used the postcode FA1 1AA.",)


@pytest.mark.parametrize(
    ("typed", "code", "message", "suggestions"),
    [
        ("", "empty", "Enter a postcode or town, like FA1 1AA or Oakham Green", ()),
        (" \u202e\x00 ", "empty", "Enter a postcode or town, like FA1 1AA or Oakham Green", ()),
        ("?!", "empty", "Enter a postcode or town, like FA1 1AA or Oakham Green", ()),
        ("x" * 101, "too_long", "Postcode or town must be 100 characters or fewer", ()),
        ("x" * 100_000, "too_long", "Postcode or town must be 100 characters or fewer", ()),
        (
            "FA1 1A",
            "incomplete_postcode",
            "FA1 1A is only part of a postcode. Enter all of it, like FA1 1AA",
            ("FA1 1",),
        ),
        (
            "FA1 1ZZ",
            "unknown_postcode",
            "We could not find the postcode FA1 1ZZ. Check it, or enter a town instead",
            ("FA1",),
        ),
        (
            "QQ1 1ZZ",
            "unknown_postcode",
            "We could not find the postcode QQ1 1ZZ. Check it, or enter a town instead",
            (),
        ),
        (
            "FA21",
            "unknown_postcode",
            "We could not find postcodes that start with FA21. Check it, or enter a town instead",
            ("FA2 1",),
        ),
        (
            "FA1 7",
            "unknown_postcode",
            "We could not find postcodes that start with FA1 7. Check it, or enter a town instead",
            ("FA1",),
        ),
        (
            "Okham Grene",
            "unknown_place",
            "We could not find “Okham Grene”. Enter a full postcode, like FA1 1AA, or a nearby town",
            ("Oakham Green",),
        ),
        (
            "ZZ9 9ZZ",
            "no_location",
            "We do not know where ZZ9 9ZZ is. Enter a nearby postcode or a town",
            (),
        ),
        (
            "JE2 3AA",
            "no_location",
            "You cannot search by a postcode in Jersey here, because we do not have its location. "
            "Enter a postcode in England, Scotland or Wales",
            (),
        ),
        (
            "BT1 1AA",
            "northern_ireland",
            "You cannot search by a Northern Ireland postcode here, because its location has a different licence. "
            "Enter a postcode in England, Scotland or Wales",
            (),
        ),
        (
            "BF1 2AT",
            "not_geographic",
            "This postcode is for post only and is not a place on a map. Enter the postcode where you are, or a town",
            (),
        ),
    ],
)
def test_every_problem_is_told_plainly(
    area: Area, typed: str, code: str, message: str, suggestions: tuple[str, ...]
) -> None:
    problem = problem_with(typed, area)

    assert (problem.code, problem.message) == (code, message)
    assert problem.suggestions[: len(suggestions)] == suggestions
    assert bool(problem.suggestions) == bool(suggestions)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("GY1", "no_location"),
        ("IM1 1", "no_location"),
        ("bt9", "northern_ireland"),
        ("BX1 1LT", "not_geographic"),
        ("GIR 0AA", "not_geographic"),
        ("12 Sea Road, BT1 1AA", "northern_ireland"),
    ],
)
def test_areas_without_points_are_told_for_any_part_of_a_postcode(area: Area, typed: str, code: str) -> None:
    assert problem_with(typed, area).code == code


def test_at_most_five_names_are_suggested(session: DbSession, area: Area) -> None:
    session.add_all([a_place(f"Little Wending {number}") for number in range(9)])
    session.flush()

    problem = problem_with("Litle Wending", area)

    assert len(problem.suggestions) == 5


@pytest.mark.parametrize(
    "typed",
    [
        "FA1 1AA",
        "FA1 9AA",
        "FAI 1AA",
        "FA1 1ZZ",
        "FA1 1",
        "FA21",
        "FA1 7",
        "Oakham",
        "Kingsley",
        "Okham Grene",
        "SOLO1",
    ],
)
def test_no_text_takes_more_than_three_queries(session: DbSession, area: Area, queries: list[str], typed: str) -> None:
    session.expunge_all()
    queries.clear()

    with suppress(PlaceProblem):
        locate(typed, area=area)

    assert 1 <= len(queries) <= 3


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet=st.characters(codec=None), max_size=120))
def test_any_text_at_all_gives_a_point_or_a_named_problem(session: DbSession, area: Area, text: str) -> None:
    try:
        found: Origin | PlaceProblem = locate(text, area=area)
    except PlaceProblem as problem:
        found = problem

    assert isinstance(found, Origin) or (found.code and found.message and str(found) == found.message)
