"""Searching by words, in a family's own, on both databases alike."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub_finder.extensions import db
from tests.factories import Catalogue, origin
from tests.integration.asking import ask, north, slugs

pytestmark = pytest.mark.usefixtures("session")


@pytest.fixture
def listings(catalogue: Catalogue) -> Catalogue:
    catalogue.add(id="music", name="Music Makers", organisation="Oakham Arts", summary="Drums and songs.", needs="food")
    catalogue.add(
        id="line",
        name="Family Support and Advice Line",
        alternate_names="ChAD|Children’s Advice and Duty Service",
        organisation="Fairshire Council",
        summary="Talk to somebody.",
        needs="debt",
    )
    catalogue.add(
        id="zoe", name="Zoë’s Café", organisation="Zoë", summary="Warm drinks.", needs="sleep", city="Nextham"
    )
    return catalogue


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("music", ["music"]),
        ("MUSIC makers", ["music"]),
        ("drumming", ["music"]),
        ("song", ["music"]),
        ("Oakham arts", ["music"]),
        ("chad", ["line"]),
        ("childrens advice", ["line"]),
        ("children's advice", ["line"]),
        ("advic", ["line"]),
        ("zoe", ["zoe"]),
        ("Zoë", ["zoe"]),
        ("zoes cafe", ["zoe"]),
        ("café", ["zoe"]),
        ("Nextham", ["zoe"]),
        ("my baby will not sleep", ["zoe"]),
        ("bedtime", ["zoe"]),
        ("food parcel", ["music"]),
        ("xylophone", []),
        ("mus", []),
        ("musi", ["music"]),
    ],
)
def test_words_find_names_old_names_organisations_summaries_towns_and_needs(
    listings: Catalogue, typed: str, found: list[str]
) -> None:
    assert slugs(ask(listings, words=typed).without_a_place) == found


def test_a_listing_with_all_the_words_leaves_out_those_with_one(catalogue: Catalogue) -> None:
    catalogue.add(id="both", name="Baby Music")
    catalogue.add(id="one", name="Music", needs="debt")

    page = ask(catalogue, words="baby music")

    assert slugs(page.without_a_place) == ["both"]
    assert page.any_word is False


def test_when_none_has_all_the_words_any_of_them_will_do_and_it_is_said(catalogue: Catalogue) -> None:
    catalogue.add(id="music", name="Music", needs="debt")
    catalogue.add(id="drums", name="Drums", needs="debt")
    catalogue.add(id="other", name="Painting", needs="debt")

    page = ask(catalogue, words="music drums xylophone")

    assert slugs(page.without_a_place) == ["drums", "music"]
    assert page.any_word is True


@pytest.mark.parametrize("typed", ["xylophone", "", "  ", "🎈", "'"])
def test_one_word_or_none_is_never_said_to_be_some_of_the_words(catalogue: Catalogue, typed: str) -> None:
    catalogue.add()

    assert ask(catalogue, words=typed).any_word is False


def test_without_a_place_the_best_match_comes_first(catalogue: Catalogue) -> None:
    catalogue.add(id="a-told", summary="We sing at bedtime in the evening.", needs="debt")
    catalogue.add(id="b-need", needs="sleep")
    catalogue.add(id="c-named", name="Bedtime Club", needs="debt")

    assert slugs(ask(catalogue, words="bedtime").without_a_place) == ["b-need", "c-named", "a-told"]


def test_with_a_place_distance_is_weighed_against_words_unless_the_best_or_nearest_is_asked_for(
    catalogue: Catalogue,
) -> None:
    catalogue.add(id="near", summary="Bedtime songs.", needs="debt", **north(0.1))
    catalogue.add(id="far", name="Bedtime Club", needs="debt", **north(4))

    assert slugs(ask(catalogue, words="bedtime", origin=origin()).results) == ["near", "far"]
    assert slugs(ask(catalogue, words="bedtime", origin=origin(), sort="nearest").results) == ["near", "far"]
    assert slugs(ask(catalogue, words="bedtime", origin=origin(), sort="best").results) == ["far", "near"]


def test_a_word_in_another_script_is_found(catalogue: Catalogue) -> None:
    catalogue.add(id="arabic", name="مرحبا families")
    catalogue.add(id="ukrainian", name="Допомога дітям")
    catalogue.add(id="chinese", name="家庭中心")

    assert slugs(ask(catalogue, words="مرحبا").without_a_place) == ["arabic"]
    assert slugs(ask(catalogue, words="ДОПОМОГА").without_a_place) == ["ukrainian"]
    assert slugs(ask(catalogue, words="家庭中心").without_a_place) == ["chinese"]


HOSTILE = [
    "send (autism",
    '"',
    '""',
    '"acorn',
    "*",
    "acorn*",
    "acorn**",
    "NEAR/2",
    "NEAR(acorn play, 2)",
    "acorn OR play",
    "acorn AND",
    "NOT acorn",
    "AND",
    "'",
    "o'acorn",
    "acorn & play",
    "acorn | !play",
    "acorn:*",
    "names: acorn",
    "acorn <-> play",
    "-acorn",
    "^acorn",
    "{acorn}",
    "acorn\\",
    "%",
    "acorn%_",
    ":acorn",
    "$1 ?",
    "; DROP TABLE service",
    "\x00acorn",
    "acorn\ud800",
    "😀 acorn 👩‍👧",
    "مرحبا acorn",
    "\u202eacorn",
    "acorn" * 2_000,
    "acorn " * 1_700,
    "ﷺ" * 1_000,
    "𞤀𞤁𞤂 acorn",
]


@pytest.mark.parametrize("typed", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_words_are_only_words(catalogue: Catalogue, typed: str) -> None:
    catalogue.add(**north(1))

    for sort in (None, "best"):
        page = ask(catalogue, words=typed, origin=origin(), sort=sort)
        assert slugs(page.results) in ([], ["acorn-stay-and-play"])


marks_and_words = st.lists(st.sampled_from([*HOSTILE[:24], "music", "advice"]), max_size=5).map(" ".join)


@given(typed=st.text(max_size=80) | marks_and_words)
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_can_be_searched_for(listings: Catalogue, typed: str) -> None:
    page = ask(listings, words=typed, sort="best")

    assert set(slugs(page.without_a_place)) <= {"music", "line", "zoe"}
    assert page.total_without_a_place == len(page.without_a_place)


@pytest.mark.parametrize("word", ["字" * 1_000, "𠀀" * 1_000, "é" * 1_000, "x" * 1_000])
def test_a_listing_may_hold_one_very_long_word(catalogue: Catalogue, word: str) -> None:
    catalogue.add(id="long", summary=word)

    assert slugs(ask(catalogue, words=word).without_a_place) == ["long"]


def meant(catalogue: Catalogue, words: str) -> list[str]:
    return list(ask(catalogue, words=words).meaning.needs)


def test_a_word_that_a_listing_holds_is_no_misspelling_of_one_that_a_need_has(catalogue: Catalogue) -> None:
    catalogue.add(id="music", needs="sleep")
    before = meant(catalogue, "sleet"), meant(catalogue, "sleap")
    db.session.rollback()

    catalogue.add(id="weather", summary="Songs of sleet and snow.", needs="food", **north(1))

    assert before == (["sleep"], ["sleep"])
    assert (meant(catalogue, "sleet"), meant(catalogue, "sleap")) == ([], ["sleep"])
    assert slugs(ask(catalogue, words="sleet").results) == ["weather"]
