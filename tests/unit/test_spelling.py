import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.spelling import MISTYPED, OWN_WORDS, judge, known_words, read_pairs
from hub_finder.directory.slips import slip_cost, sound
from hub_finder.directory.spelling import Speller, count_words, ordinary_words
from hub_finder.directory.text import words

KNOWN = {
    **dict.fromkeys(["speech", "therapy", "toddler", "group", "groups", "play", "sleep", "family", "autism"], 20),
    **dict.fromkeys(["physio", "bedwetting", "breakfast", "playgroup", "weight", "field", "children", "assessment"], 5),
    **dict.fromkeys(["bed", "break", "carer", "nursery", "grief", "swimming", "makaton", "gwyl"], 9),
}


@pytest.fixture(scope="module")
def speller() -> Speller:
    return Speller(KNOWN)


@pytest.fixture(scope="module")
def full_speller() -> Speller:
    return Speller(known_words())


@pytest.mark.parametrize(
    ("typed", "mended"),
    [
        ("speach therapy", "speech therapy"),
        ("spech", "speech"),
        ("speeech", "speech"),
        ("pseech", "speech"),
        ("sleep theropy", "sleep therapy"),
        ("autisum help", "autism help"),
        ("asessmant please", "assessment please"),
        ("fizzio", "physio"),
        ("phisio", "physio"),
        ("greif", "grief"),
        ("feild", "field"),
        ("wate", None),
        ("wieght", "weight"),
        ("nercery place", "nursery place"),
        ("cwimming", "swimming"),
        ("toddlergroup", "toddler group"),
        ("bed wetting", "bedwetting"),
        ("bed-wetting", "bedwetting"),
        ("break fast", "breakfast"),
        ("play group", None),
        ("break. Fast", None),
    ],
)
def test_mistyped_words_are_mended_and_no_others(speller: Speller, typed: str, mended: str | None) -> None:
    assert speller.mend(typed) == mended


@pytest.mark.parametrize(
    ("typed", "mended"),
    [
        ("  my, SPEACH (and Slepe)!  ", "  my, SPEECH (and Sleep)!  "),
        ("bus 12 speach DT1 1XJ", "bus 12 speech DT1 1XJ"),
        ("mam’s groop", "mam’s group"),
        ("спіч groop", "спіч group"),
        ("Bed  wetting groop", "Bed  wetting group"),
    ],
)
def test_everything_else_stays_as_it_was_typed(speller: Speller, typed: str, mended: str) -> None:
    assert speller.mend(typed) == mended


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "speech",
        "SPEECH",
        "speeches",
        "childrens",
        "spe",
        "help with spee",
        "toddl",
        "slp grp",
        "DT11XJ",
        "gr0up",
        "speech1",
        "carers' gróup",
        "gŵyl",
        "łgroup",
        "гроуп",
        "مجموعة",
        "小组",
        "👶🏽 🎈",
        "gro\u200fup",
        "greup's",
        "group_s",
        "violin lessons",
        "careers",
        "AND NEAR * ^ : ( ) \" ' \\ %",
        "\x00",
    ],
)
def test_what_is_right_or_cannot_be_judged_is_left_alone(speller: Speller, typed: str) -> None:
    assert speller.mend(typed) is None


def test_only_the_last_word_may_be_one_that_is_not_typed_to_its_end(speller: Speller) -> None:
    assert speller.mend("toddle speec") is None
    assert speller.mend("speec therapy") == "speech therapy"


def test_of_words_that_are_as_near_the_much_more_frequent_one_is_meant() -> None:
    often = {"loaf": 1, "leaf": 200}

    assert Speller(often).mend("luaf 1") == "leaf 1"
    assert Speller(dict.fromkeys(often, 3)).mend("luaf 1") is None


def test_forms_of_one_word_do_not_compete() -> None:
    assert Speller({"midwife": 3, "midwifes": 3}).mend("midwiffe") == "midwife"


@pytest.mark.parametrize("known", [{}, {"ab": 1}, {"łódź": 1, "12": 3, "小组": 1}])
def test_nothing_is_mended_where_no_plain_word_is_known(known: dict[str, int]) -> None:
    assert Speller(known).mend("speach theropy") is None


def test_long_texts_are_mended_at_their_start(speller: Speller) -> None:
    mended = speller.mend("speach " * 5_000)

    assert mended is not None
    assert mended.startswith("speech speech ")
    assert mended.endswith(" speach ")


@given(st.text(max_size=200))
def test_any_text_is_left_alone_or_mended_to_known_words(text: str) -> None:
    speller = Speller(KNOWN)

    mended = speller.mend(text)

    assert mended is None or set(words(mended)) <= {*words(text), *KNOWN}


@given(st.sampled_from(sorted(KNOWN)), st.integers(0, 9), st.sampled_from("abcdefghijklmnopqrstuvwxyz"))
def test_a_word_with_one_wrong_letter_is_mended_to_itself_or_left(word: str, at: int, letter: str) -> None:
    speller = Speller({word: 1})
    typed = f"{word[: at % len(word)]}{letter}{word[at % len(word) + 1 :]} 1"

    assert speller.mend(typed) in (None, f"{word} 1")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("physio", "fizzio"),
        ("school", "skool"),
        ("knives", "nives"),
        ("station", "stashun"),
        ("youth", "yoof"),
        ("bridge", "brij"),
    ],
)
def test_words_that_sound_alike_sound_the_same(one: str, other: str) -> None:
    assert sound(one) == sound(other)


@pytest.mark.parametrize(("one", "other"), [("bed", "bad"), ("debt", "dept"), ("group", "grip"), ("play", "plea")])
def test_words_that_sound_different_do_not_sound_the_same(one: str, other: str) -> None:
    assert sound(one) != sound(other)


@pytest.mark.parametrize(
    ("typed", "meant", "cost"),
    [
        ("sleep", "sleep", 0),
        ("sleeep", "sleep", 0.4),
        ("slep", "sleep", 0.4),
        ("selep", "sleep", 0.5),
        ("sleap", "sleep", 0.6),
        ("sleeo", "sleep", 0.8),
        ("sleek", "sleep", 1),
        ("bleep", "sleep", 1.8),
        ("lseep", "sleep", 1.3),
        ("leep", "sleep", 1.6),
        ("slp", "sleep", 1.2),
    ],
)
def test_likely_slips_cost_less_and_the_first_letter_more(typed: str, meant: str, cost: float) -> None:
    assert slip_cost(typed, meant) == pytest.approx(cost)
    assert slip_cost(meant, typed) == pytest.approx(cost)


def test_words_are_counted_once_in_each_text() -> None:
    assert count_words(["Play, play!", "Café play"]) == {"play": 2, "cafe": 1}


def test_ordinary_words_are_plain_and_sorted() -> None:
    assert all(word.isascii() and word.isalpha() and word.islower() for word in ordinary_words())
    assert {"violin", "trampoline", "colchester"} <= ordinary_words()
    assert not {"speach", "nursey", "theropy"} & ordinary_words()


@pytest.mark.parametrize(("file", "least", "most_wrong"), [(MISTYPED[0], 0.92, 0.02), (MISTYPED[1], 0.94, 0.01)])
def test_mistyped_texts_are_mended_as_well_as_ever(
    full_speller: Speller, file: Path, least: float, most_wrong: float
) -> None:
    pairs = read_pairs(file)

    found = judge(full_speller, pairs)

    assert len(found["right"]) / len(pairs) >= least, found["left"]
    assert len(found["wrong"]) / len(pairs) <= most_wrong, found["wrong"]


def test_a_familys_right_words_are_not_mended(full_speller: Speller) -> None:
    typed = [text for text, _ in read_pairs(OWN_WORDS)]

    mended = {text: meant for text in typed if (meant := full_speller.mend(text))}

    assert mended == {
        "postnatel depression": "postnatal depression",
        "how to use tax free chilcare": "how to use tax free childcare",
    }


def test_mending_takes_a_few_thousandths_of_a_second_at_most(full_speller: Speller) -> None:
    typed = [text for text, _ in read_pairs(MISTYPED[1])]

    started = time.process_time()
    for text in typed:
        full_speller.mend(text)

    assert (time.process_time() - started) / len(typed) < 0.003
