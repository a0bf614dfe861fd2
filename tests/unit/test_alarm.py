import time

from hypothesis import given, settings
from hypothesis import strategies as st

from hub_finder.directory.alarm import Ear, learn

DANGER = ["he hits me", "he hits her", "my husband hits me", "he punches me", "she is punching me"]
ORDINARY = ["hit songs", "hit the gym", "punch and judy", "football for me", "her songs"]
TAUGHT = learn([(text.split(), text in DANGER) for text in DANGER + ORDINARY])


def odds(text: str, ear: Ear = TAUGHT) -> float:
    return ear.hear(text.split()).odds


def test_what_was_taught_is_told_apart() -> None:
    assert min(map(odds, DANGER)) > 0 > max(map(odds, ORDINARY))


def test_the_same_words_in_another_order_say_something_else() -> None:
    assert odds("my husband hits me") > odds("me hits husband my")


def test_parts_of_words_speak_for_a_form_that_was_never_seen() -> None:
    assert odds("he puncht me") > odds("he xxxxxx me")


def test_negations_are_one_word() -> None:
    ear = learn(
        [(text.split(), "not" in text) for text in ("is not waking", "is waking", "not waking up", "waking up")]
    )

    assert odds("isnt waking", ear) > odds("waking", ear)


def test_nothing_said_is_weighed_by_how_common_danger_is() -> None:
    rare = learn([(["one"], True), *(([word], False) for word in ("two", "three", "four", "five", "one"))])

    assert odds("", rare) < 0
    assert rare.hear([]).words == ()


def test_a_long_text_is_as_alarming_as_its_worst_stretch() -> None:
    quiet = "hit songs " * 20

    assert odds(f"{quiet} my husband hits me {quiet}") > odds(quiet) + 1
    assert odds(quiet * 3) == odds(quiet)


def test_the_words_that_speak_most_are_named() -> None:
    assert "hits" in TAUGHT.hear(["he", "hits", "me", "songs"]).words
    assert "songs" not in TAUGHT.hear(["he", "hits", "me", "songs"]).words


@settings(deadline=None)
@given(st.lists(st.text(min_size=1)))
def test_any_words_are_weighed_and_only_they_are_named(said: list[str]) -> None:
    alarm = TAUGHT.hear(said)

    assert set(alarm.words) <= set(said)


def test_a_clue_of_one_example_only_is_not_learnt() -> None:
    ear = learn([(["kettle"], True), (["kettle"], True), (["teapot"], True), (["spoon"], False)])

    assert "kettl" in ear.weights
    assert "teapot" not in ear.weights


def test_hearing_takes_well_under_two_thousandths_of_a_second() -> None:
    said = ["my", "husband", "hits", "me", "at", "home"] * 3
    times = []
    for _ in range(20):
        started = time.thread_time()
        TAUGHT.hear(said)
        times.append(time.thread_time() - started)

    assert min(times) < 0.002
