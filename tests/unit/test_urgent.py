import csv
import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.urgent import ORDINARY, measure, read
from hub_finder.area import NO_EXAMPLES, Area, UrgentPhrase, UrgentSigns, load_urgent_signs
from hub_finder.config import ROOT
from hub_finder.directory.text import words
from hub_finder.directory.urgent import recognise, what_is_said

DATA = ROOT / "data"
LOADED, LOADED_AGAIN = load_urgent_signs(DATA), load_urgent_signs(DATA)


def phrase(text: str, *, kind: str = "danger", how: str = "", unless: str = "", calms: str = "") -> UrgentPhrase:
    return UrgentPhrase(
        kind=kind,
        pieces=tuple(text.split()),
        how=how,
        unless=tuple(unless.split()),
        calms=tuple(calms.split()),
    )


def signs(*phrases: UrgentPhrase, spellings: tuple[tuple[str, str], ...] = ()) -> UrgentSigns:
    """Signs of a test's own phrases, with small sets of words."""
    return UrgentSigns(
        phrases=tuple(one for one in phrases if one.kind),
        calm=tuple(one for one in phrases if not one.kind),
        words={"he": ("he", "husband"), "hit": ("hit", "strangle"), "ordinary": ("unconscionable",)},
        spellings=spellings,
    )


@pytest.fixture
def kind_of(area: Area) -> Callable[[str], str]:
    def kind(text: str) -> str:
        urgent = recognise(text, area=area)
        return urgent.kind if urgent else ORDINARY

    return kind


@pytest.mark.parametrize(
    ("written", "how", "text", "said"),
    [
        ("{he} {hit} me", "", "he hits me", True),
        ("{he} {hit} me", "", "My HUSBAND was hitting me!", True),
        ("{he} {hit} me", "", "he really always hits me", True),
        ("{he} {hit} me", "", "he one two three hits me", False),
        ("{he} {hit} me", "", "me he hits", False),
        ("{he} {hit} me", "", "he hits", False),
        ("{he} {hit} me", "touching", "he hits me", True),
        ("{he} {hit} me", "touching", "he always hits me", False),
        ("{he} {hit} me", "loose", "he one two three four hits me", True),
        ("{he} {hit} me", "loose", "he one two three four five six seven hits me", False),
        ("{he} {hit} me", "around", "hits me does my husband", True),
        ("{he} {hit} me", "around", "hits me one two three four five six seven husband", False),
        ("kick/chuck out", "", "chucked me out", True),
        ("missing!", "", "missing", True),
        ("missing!", "", "miss", False),
        ("{hit} {hit}", "around", "hit", False),
    ],
)
def test_pieces_stand_as_the_phrase_says(written: str, how: str, text: str, said: bool) -> None:
    one = phrase(written, how=how)

    assert (what_is_said(text, signs(one)) == [one]) is said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("unconscious", True),
        ("unconcious", True),
        ("unconsciouss", True),
        ("unconscoius", True),
        ("unconsciuos", True),
        ("unconcsius", False),
        ("inconscious", False),
        ("unconscionable", False),
    ],
)
def test_one_letter_of_a_long_word_is_forgiven_but_not_to_an_ordinary_word(text: str, said: bool) -> None:
    assert bool(what_is_said(text, signs(phrase("unconscious")))) is said


def test_short_words_are_not_forgiven() -> None:
    assert not what_is_said("he bits me", signs(phrase("he hits me")))


def test_the_longest_spelling_is_written_out() -> None:
    ours = signs(phrase("kill myself"), phrase("stepdad"), spellings=(("kms", "kill myself"), ("step dad", "stepdad")))

    assert [one.pieces for one in what_is_said("kms", ours)] == [("kill", "myself")]
    assert [one.pieces for one in what_is_said("my step dad", ours)] == [("stepdad",)]
    assert not what_is_said("step", ours)


def test_a_word_against_a_phrase_stops_it() -> None:
    ours = signs(phrase("{hit} me", unless="pillow"))

    assert what_is_said("hit me", ours)
    assert not what_is_said("hit me with a pillow", ours)
    assert what_is_said("hit me one two three four five six seven eight pillow", ours)


def test_a_word_against_what_calms_may_stand_anywhere() -> None:
    ours = signs(phrase("used to", kind="", unless="still", calms="all"))

    assert what_is_said("he used to", ours)
    assert not what_is_said("he used to one two three four five six seven eight nine ten still", ours)


@pytest.mark.parametrize(
    ("calms", "phrase_calms", "found"),
    [("all", "", None), ("topic", "topic", None), ("topic", "", "danger"), ("small", "topic", "danger")],
)
def test_calm_words_take_away_what_they_say(area: Area, calms: str, phrase_calms: str, found: str | None) -> None:
    ours = signs(phrase("overdose", calms=phrase_calms), phrase("training", kind="", calms=calms))

    urgent = recognise("overdose training", area=replace(area, urgent_signs=ours))

    assert (urgent and urgent.kind) == found


def test_the_most_pressing_kind_comes_first(area: Area) -> None:
    urgent = recognise("he hits me and now the baby is not breathing", area=area)

    assert urgent is not None
    assert urgent.kind == next(iter(area.urgent_kinds)) == "medical"
    assert urgent.help[0].phone == "999"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("im not suicidal but i wish i was dead", "suicide"),
        ("my friend says she wants to die", "suicide"),
        ("he used to hit me", ORDINARY),
        ("he used to hit me and now he has started again", "danger"),
        ("my dad hits me", "child-safety"),
        ("toddler hitting and biting", ORDINARY),
        ("my two year old wont stop hitting me", ORDINARY),
        ("my toddler hits me and wont stop", ORDINARY),
        ("my baby keeps hitting me in the face", ORDINARY),
        ("my son kicked a ball through the window", ORDINARY),
        ("my 3 year old was hit by her dad", "child-safety"),
        ("my 5 year old is being hit", "child-safety"),
        ("this homework is killing me", ORDINARY),
        ("dying for a coffee", ORDINARY),
        ("overdose of sugar at parties", ORDINARY),
        ("support group after suicide", ORDINARY),
        ("food bank opening times", ORDINARY),
        ("he hits the drum", ORDINARY),
        ("", ORDINARY),
        ("...", ORDINARY),
    ],
)
def test_what_was_decided_holds(kind_of: Callable[[str], str], text: str, kind: str) -> None:
    assert kind_of(text) == kind


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        # straight
        ("my husband beats me", "danger"),
        ("he hit me and wont stop", "danger"),
        ("my son hit his head and isnt moving", "medical"),
        ("my baby is not breathing", "medical"),
        ("i have swallowed a whole packet of paracetamol", "medical"),
        ("i want to kill myself tonight", "suicide"),
        ("my daughter is missing", "child-safety"),
        ("we have nowhere to sleep tonight", "no-food-or-roof"),
        # sideways
        ("he's smashed the door and I'm in the bathroom with the kids", "danger"),
        ("my phone is tracked and he says who i may see", "danger"),
        ("kids would be better off without me", "suicide"),
        ("can't do this any more, i've written a letter", "suicide"),
        ("fell asleep in his high chair and we cannot rouse him", "medical"),
        ("the cupboards are bare and payday is friday, the kids have had nothing", "no-food-or-roof"),
        # by a child
        ("uncle does things to me and says its our secret", "child-safety"),
        ("mummy fell down and she wont talk", "medical"),
        ("mum has not fed us in two days", "child-safety"),
        ("my step dad comes in my bed", "child-safety"),
        # misspelt, in text-speak
        ("hes beetin me", "danger"),
        ("im killin myself", "suicide"),
        ("wanna die", "suicide"),
        ("my bro od'd", "medical"),
        ("got no were 2 sleep 2nite", "no-food-or-roof"),
        # a figure of speech, a topic, long past
        ("dying for a break", ORDINARY),
        ("shoot hoops", ORDINARY),
        ("my phone died", ORDINARY),
        ("the bills are killing us", ORDINARY),
        ("worried about domestic abuse course", ORDINARY),
        ("i was abused as a child", ORDINARY),
        ("first aid for choking babies course", ORDINARY),
        ("toddler bites when he is tired", ORDINARY),
        ("lost my husband to suicide", ORDINARY),
    ],
)
def test_danger_is_heard_straight_sideways_from_a_child_and_misspelt(
    kind_of: Callable[[str], str], text: str, kind: str
) -> None:
    assert kind_of(text) == kind


def test_danger_in_a_long_letter_is_heard(kind_of: Callable[[str], str]) -> None:
    letter = "hello i am looking for a group for my son who likes trains and football on saturdays " * 3

    assert kind_of(letter) == ORDINARY
    assert kind_of(f"{letter} he locked me in and squeezed my throat {letter}") == "danger"


def test_the_words_that_danger_was_told_by_are_named(area: Area) -> None:
    urgent = recognise("on saturday he strangled me", area=area)

    assert urgent is not None
    assert "strangled" in urgent.because
    assert "saturday" not in urgent.because


def test_without_examples_the_phrases_speak_alone(area: Area) -> None:
    ours = replace(area, urgent_signs=replace(area.urgent_signs, examples=NO_EXAMPLES))

    assert recognise("he hits me", area=ours) is not None
    assert recognise("he's got the keys and my purse and says i'm going nowhere", area=ours) is None


# A little below what was measured (docs/decisions/0020): a change of the data that costs more than that is seen.
@pytest.mark.parametrize(
    ("name", "recall", "precision", "right_kind"),
    [("urgent_dev.tsv", 0.96, 0.95, 0.88), ("urgent_check.tsv", 0.98, 0.93, 0.93)],
)
def test_danger_is_found_and_the_ordinary_left_alone(
    kind_of: Callable[[str], str], name: str, recall: float, precision: float, right_kind: float
) -> None:
    score = measure(kind_of, read(ROOT / "tests/data" / name))

    assert score.recall >= recall, score.missed
    assert score.precision >= precision, score.alarms
    assert score.right_kind >= right_kind, score.other_kind


# The same for the other languages (docs/decisions/0036), of which there are fewer texts.
@pytest.mark.parametrize(
    ("tag", "recall", "precision"),
    [("uk", 0.82, 0.90), ("pl", 0.92, 0.88), ("ro", 0.88, 0.90), ("pt", 0.85, 0.88), ("ar", 0.81, 0.90)],
)
def test_danger_is_found_in_other_languages(
    kind_of: Callable[[str], str], area: Area, tag: str, recall: float, precision: float
) -> None:
    texts = read(ROOT / f"tests/data/urgent.{tag}.tsv")

    score = measure(kind_of, texts)

    learnt = {" ".join(words(text)) for text, _ in area.urgent_signs.other_languages.texts}
    assert learnt.isdisjoint(" ".join(words(text)) for text, _ in texts)
    assert {kind for _, kind in texts} == {*area.urgent_kinds, ORDINARY}
    assert score.recall >= recall, score.missed
    assert score.precision >= precision, score.alarms


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("Дитина не дихає!", "medical"),
        ("dytyna ne dykhaie", "medical"),
        ("maz mnie bije", "danger"),
        ("mąż mnie bije", "danger"),
        ("vreau sa mor", "suicide"),
        ("não tenho onde dormir hoje", "no-food-or-roof"),
        ("زوجي يضربني", "danger"),
        ("pomoc od państwa na dziecko", None),
        ("care este programul bibliotecii", None),
    ],
)
def test_words_of_other_languages_mean_what_they_mean_there(area: Area, said: str, kind: str | None) -> None:
    urgent = recognise(said, area=area)

    assert (urgent and urgent.kind) == kind


def test_danger_in_another_language_is_told_by_the_words_as_typed(area: Area) -> None:
    urgent = recognise("Dytyna ne dykhaie", area=area)

    assert urgent is not None
    assert {"dykhaie"} <= set(urgent.because) <= {"dytyna", "ne", "dykhaie"}


def test_report_in_another_language_must_speak_of_danger_more_surely(area: Area) -> None:
    assert recognise("he is not running any more", area=area, searched=False) is None
    assert recognise("mąż mnie bije teraz pomocy", area=area, searched=False) is not None


def test_no_text_is_in_two_sets_and_none_was_learnt_from(area: Area) -> None:
    dev, aside = (read(ROOT / "tests/data" / name) for name in ("urgent_dev.tsv", "urgent_check.tsv"))
    texts = [" ".join(words(text)) for text, _ in (*dev, *aside, *area.urgent_signs.examples.texts)]

    assert {kind for _, kind in dev + aside} == {*area.urgent_kinds, ORDINARY}
    assert len(set(texts)) == len(texts)


@settings(deadline=None)  # the first text waits for the phrases to be made ready
@given(st.text())
def test_any_text_is_read_and_always_alike(text: str) -> None:
    assert what_is_said(text, LOADED) == what_is_said(text, LOADED_AGAIN)


def test_time_grows_no_faster_than_the_text(area: Area) -> None:
    def seconds(text: str) -> float:
        times = []
        for _ in range(10):
            started = time.thread_time()
            recognise(text, area=area)
            times.append(time.thread_time() - started)
        return min(times)

    seconds("")
    once, often = seconds("he hits me no " * 12), seconds("he hits me no " * 48)

    assert often < once * 12


@pytest.mark.parametrize("name", ["urgent_phrases", "urgent_calm"])
def test_no_phrase_stands_twice(name: str) -> None:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = [(row.get("kind"), row["phrase"], row["how"]) for row in csv.DictReader(file)]

    assert len(rows) == len(set(rows))


def test_every_set_of_words_is_used(area: Area) -> None:
    ours = area.urgent_signs
    pieces = {piece for one in (*ours.phrases, *ours.calm) for piece in (*one.pieces, *one.unless)}
    named = {word[1:-1] for piece in pieces for word in piece.split("/") if word.startswith("{")}

    assert set(ours.words) == named | {"ordinary"}


def test_what_calms_a_phrase_is_something_that_can_be_said(area: Area) -> None:
    ours = area.urgent_signs

    assert {what for one in ours.phrases for what in one.calms} | {"all"} == {
        what for one in ours.calm for what in one.calms
    }
