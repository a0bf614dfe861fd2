"""What a text says for a need: a thesaurus of three needs, small enough to reason about."""

import csv
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as some

from hub_finder.config import ROOT
from hub_finder.directory.clues import Known, clues, mend
from hub_finder.directory.thesaurus import key_of
from hub_finder.directory.understanding import Example, Model, learn, no_lessons
from hub_finder.importers.phrases import PHRASES
from hub_finder.models.thesaurus import OTHER_LANGUAGES, PhraseKind

NEEDS = ("toileting", "sleep", "nutrition")
PHRASES_OF = {
    "toileting": ("bed wetting", "wets himself", "childminder"),
    "sleep": ("bedtime routine", "awake at night", "goes to bed late"),
    "nutrition": ("fussy eater", "won't eat", "eat well"),
}
KNOWN = Known(
    frozenset({"food", "bank", "breastfeeding", "stammer"}),
    {"f": ["food"], "b": ["breastfeeding", "bank"], "s": ["stammer"]},
)


@pytest.fixture(scope="module")
def model() -> Model:
    return learn(
        [(number, text) for number, need in enumerate(NEEDS) for text in PHRASES_OF[need]],
        needs=len(NEEDS),
    )


def names(text: str) -> set[str]:
    return {clue.name for clue in clues(text.split()) if not clue.name.startswith("~")}


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("brestfeeding", ["breastfeeding"]),
        ("breastfeedign", ["breastfeeding"]),
        ("stamer", ["stammer"]),
        ("foodbank", ["food", "bank"]),
        ("food", ["food"]),
        ("fod", ["fod"]),
        ("xylophone", ["xylophone"]),
        ("st4mmer", ["st4mmer"]),
        ("ztammer", ["ztammer"]),
    ],
)
def test_a_mistyped_word_is_read_as_the_known_one_that_is_near(typed: str, read: list[str]) -> None:
    assert mend(typed, KNOWN) == read


@pytest.mark.parametrize(
    ("typed", "read"), [("stammel", ["stammel"]), ("stamer", ["stammer"]), ("foodbank", ["food", "bank"])]
)
def test_a_word_that_is_right_elsewhere_is_no_misspelling(typed: str, read: list[str]) -> None:
    assert mend(typed, KNOWN, right={"stammel", "foodbank"}) == read


def test_a_pair_is_the_same_clue_as_the_word_that_it_makes() -> None:
    assert "bedwet" in names("bed wetting") & names("bedwetting")


def test_not_and_its_like_are_one_word_of_a_pair() -> None:
    assert "noteat" in names("wont eat") & names("never eats") & names("does not eat")
    assert "noteat" not in names("eat well")


@pytest.mark.parametrize(
    ("text", "age"),
    [
        *(("two year old", "#y2"), ("2 years old", "#y2"), ("2yr olds", "#y2"), ("2yo", "#y2"), ("2 yo", "#y2")),
        *(("aged 2", "#y2"), ("age two years", "#y2"), ("eighteen months old", "#m18"), ("6wks", "#w6")),
    ],
)
def test_how_old_a_child_is_is_one_word(text: str, age: str) -> None:
    assert names(f"{text} wakes") == {age, "wake", f"{age}wake"}


@pytest.mark.parametrize("text", ["clean 2 years", "1 year on", "one off", "old age", "two children", "2", "aged"])
def test_another_number_or_year_is_no_age(text: str) -> None:
    assert not any(name.startswith("#") for name in names(text))


def test_an_age_speaks_more_quietly_than_a_word_and_points_at_where_it_was_typed() -> None:
    found = {clue.name: clue for clue in clues(["my", "two", "year", "old", "wakes"])}

    assert found["#y2"].strength < found["wake"].strength
    assert (found["#y2"].words, found["wake"].words, found["#y2wake"].words) == ((1,), (4,), (1, 4))


def test_an_age_that_no_phrase_has_speaks_for_nothing() -> None:
    taught = learn([(0, "two year old"), (1, "bedtime")], needs=2)

    assert taught.weigh("97 year old") == []


def test_words_that_say_nothing_are_no_clue_by_themselves() -> None:
    assert names("the") == set()


def test_the_need_that_the_words_speak_for_comes_first_with_these_words(model: Model) -> None:
    best, *_ = model.weigh("His bed-WETTING is a worry!")

    assert NEEDS[best.need] == "toileting"
    assert best.matched == ("wetting",)


def test_shares_add_up_to_no_more_than_one(model: Model) -> None:
    found = model.weigh("fussy about bedtime")

    assert 0.99 <= sum(one.score for one in found) <= 1.01
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)


def test_words_that_two_needs_share_leave_doubt(model: Model) -> None:
    assert model.weigh("bed")[0].score < model.weigh("bedtime")[0].score


def test_a_word_in_another_form_is_known(model: Model) -> None:
    assert NEEDS[model.weigh("wetted")[0].need] == "toileting"


@pytest.mark.parametrize("text", ["", " ", "the", "not", "xylophone", "qwrt plmk bedd", "Jó dzień 42", "DT1 1XJ", "🎈"])
def test_nothing_is_understood_where_no_word_is_known(model: Model, text: str) -> None:
    assert model.weigh(text) == []


def test_a_thesaurus_of_nothing_understands_nothing() -> None:
    assert learn([], needs=0).weigh("sleep") == []


SAID = some.text("abcde '", max_size=12)
EXAMPLES = some.dictionaries(some.integers(-5, 5), some.tuples(some.integers(0, 2), SAID), max_size=6)
CHANGES = some.dictionaries(some.integers(-5, 5), some.none() | some.tuples(some.integers(0, 2), SAID), max_size=6)


@given(EXAMPLES, CHANGES, SAID)
def test_changing_some_examples_teaches_what_learning_all_anew_does(
    first: dict[int, Example], changes: dict[int, Example | None], asked: str
) -> None:
    changed = no_lessons().changed(first).changed(changes).learn(needs=3)

    after = {number: example for number, example in (first | changes).items() if example}
    anew = learn(after.values(), needs=3)
    assert {one.need: one.matched for one in changed.weigh(asked)} == {
        one.need: one.matched for one in anew.weigh(asked)
    }
    scores = {one.need: one.score for one in changed.weigh(asked)}
    assert scores == pytest.approx({one.need: one.score for one in anew.weigh(asked)}, abs=0.002)


def test_lessons_stay_as_they_are_when_others_are_made_of_them(model: Model) -> None:
    lessons = no_lessons().changed({1: (0, "bed wetting"), 2: (1, "bedtime")})
    before = lessons.learn(needs=2).weigh("bedtime")

    lessons.changed({2: None, 3: (0, "bedtime")})

    assert lessons.learn(needs=2).weigh("bedtime") == before


def test_what_only_a_removed_example_said_is_not_known_any_more() -> None:
    lessons = no_lessons().changed({1: (0, "bed wetting"), 2: (1, "fussy eater")})

    assert lessons.changed({1: None}).learn(needs=2).weigh("wetting") == []


def test_every_phrase_of_the_file_is_of_a_known_kind_and_there_once() -> None:
    with (ROOT / "data/phrases.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))

    assert {row["kind"] for row in rows} == set(PhraseKind) - OTHER_LANGUAGES
    assert len({(row["need"], key_of(row["phrase"])) for row in rows}) == len(rows)
    assert all(row["phrase"] == row["phrase"].strip() != "" for row in rows)


@pytest.mark.parametrize(
    ("tag", "kind"),
    [("uk", "ukrainian"), ("pl", "polish"), ("ro", "romanian"), ("pt", "portuguese"), ("ar", "arabic")],
)
def test_each_language_has_ten_phrases_or_more_of_its_own_for_every_need(tag: str, kind: str) -> None:
    with (ROOT / f"data/phrases.{tag}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with (ROOT / "data/needs.csv").open(encoding="utf-8", newline="") as file:
        needs = [row["need"] for row in csv.DictReader(file)]

    assert {row["kind"] for row in rows} == {kind}
    counts = Counter(row["need"] for row in rows)
    assert min(counts[need] for need in needs) >= 10
    assert [row["need"] for row in rows] == sorted((row["need"] for row in rows), key=needs.index)


def test_no_phrase_stands_in_two_files_or_each_import_would_change_its_language() -> None:
    seen: Counter[tuple[str, str]] = Counter()
    for path in PHRASES:
        with path.open(encoding="utf-8", newline="") as file:
            seen.update((row["need"], key_of(row["phrase"])) for row in csv.DictReader(file))

    assert len(PHRASES) == 6
    assert [place for place, often in seen.items() if often > 1] == []
