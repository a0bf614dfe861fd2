"""Kinds of access in a listing's own words: what is said counts, what is denied, in doubt or not said does not."""

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub_finder.config import ROOT
from hub_finder.directory.access import access_labels, access_of

ROWS = list(csv.DictReader((ROOT / "data/access.csv").read_text(encoding="utf-8").splitlines()))


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Step-free", {"step-free"}),
        ("A RAMP at the side.", {"step-free"}),
        ("Wheelchair access is possible on all levels.", {"step-free"}),
        ("No steps", {"step-free"}),
        ("There are no stairs to the hall and a lift to the first floor", {"step-free", "lift"}),
        ("Disabled access (reported in 2019).", {"disabled-access"}),
        ("Accessible play centre (reported in 2025).", {"disabled-access"}),
        ("Wheelchair accessible toilet", {"toilet"}),
        ("Changing Places toilet with a hoist", {"changing-place", "hoist"}),
        ("Disabled parking outside", {"blue-badge"}),
        ("Free parking, Blue Badge bays", {"parking", "blue-badge"}),
        ("The building is equipped with induction loops for hearing aids.", {"hearing-loop"}),
        ("A BSL interpreter comes on Mondays", {"bsl"}),
        ("A quiet room and ear defenders", {"quiet"}),
        ("Pram parking in the hall", {"buggies"}),
        ("No steps, hearing loop, free parking", {"step-free", "hearing-loop", "parking"}),
    ],
)
def test_what_is_said_counts(text: str, kinds: set[str]) -> None:
    assert access_of(text) == kinds


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("No lift", set()),
        ("There is no step-free access", set()),
        ("No step-free access or hearing loop", set()),
        ("Not wheelchair accessible", set()),
        ("The hall isn’t wheelchair accessible", set()),
        ("Not suitable for wheelchairs", set()),
        ("Wheelchair access is not available", set()),
        ("Wheelchair access: no", set()),
        ("Hearing loop – none", set()),
        ("Parking and a hearing loop, none of them free", set()),
        ("Step-free – no lift", {"step-free"}),
        ("The lift does not work", set()),
        ("The lift is broken", set()),
        ("No lift, ramp or accessible toilet", set()),
        ("No lift, ramp at the side", {"step-free"}),
        ("No lift; ramp at the side", {"step-free"}),
        ("A hearing loop and no lift", {"hearing-loop"}),
        ("Parking, but no disabled bays", {"parking"}),
        ("There is a lift but it is not working", set()),
        ("There is a ramp, and a lift, but it is broken", {"step-free"}),
        ("Not on a bus route. Parking outside.", {"parking"}),
    ],
)
def test_what_is_denied_does_not_count(text: str, kinds: set[str]) -> None:
    assert access_of(text) == kinds


@pytest.mark.parametrize(
    "text",
    [
        "The disabled toilet was too small for a wheelchair (reported in 2023).",
        "The lift is too narrow",
        "A ramp is planned",
        "We hope to have a hearing loop",
        "Ask about parking",
        "Contact us to check wheelchair access",
        "Limited wheelchair access",
        "Wheelchair access until 2019",
    ],
)
def test_what_is_in_doubt_does_not_count(text: str) -> None:
    assert access_of(text) == frozenset()


@pytest.mark.parametrize(
    "text",
    [
        "Sessions for disabled people (reported in 2017).",
        "In the park beside the play area",
        "We can give you a lift",
        "We run BSL courses",
        "Access by the back door",
        "",
        None,
    ],
)
def test_what_is_not_named_stays_unknown(text: str | None) -> None:
    assert access_of(text) == frozenset()


def test_texts_of_a_service_and_of_its_places_add_up() -> None:
    assert access_of("BSL", None, "No lift", "A lift") == {"bsl", "lift"}


@given(
    *2
    * [
        st.lists(
            st.sampled_from(
                ["no", "not", "lift", "ramp", "or", "and", ",", "parking", "quiet room", "ask", "but", ".", "is"]
            )
        ).map(" ".join)
    ]
)
def test_two_sentences_say_what_each_of_them_says(first: str, second: str) -> None:
    assert access_of(f"{first}. {second}") == access_of(first) | access_of(second)


@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    assert access_of(text) <= set(access_labels())


def phrases() -> list[tuple[str, str]]:
    return [(row["slug"], phrase) for row in ROWS for phrase in row["phrases"].split("|")]


@pytest.mark.parametrize(("slug", "phrase"), phrases())
def test_every_phrase_of_the_table_is_recognised_in_each_of_its_forms(slug: str, phrase: str) -> None:
    longest = max(len(piece.split("/")) for piece in phrase.split())
    for form in range(longest):
        said = " ".join(piece.split("/")[min(form, piece.count("/"))] for piece in phrase.split())

        assert access_of(said) == ({slug} if slug else set())


def test_the_table_has_each_kind_and_each_phrase_once() -> None:
    said = [phrase for _, phrase in phrases()]

    assert len({row["slug"] for row in ROWS}) == len({row["label"] for row in ROWS}) == len(ROWS)
    assert sorted(said) == sorted(set(said))
    assert list(access_labels()) == [row["slug"] for row in ROWS if row["slug"]]
