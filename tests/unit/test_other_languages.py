"""Words of languages other than English: their forms, their scripts, and telling them from English."""

import contextlib
import gc

import pytest

from hub_finder.directory.collecting import without_collecting
from hub_finder.directory.other_languages import in_cyrillic, read_as_other, root
from hub_finder.directory.text import words

ENGLISH = frozenset(["my", "child", "is", "not", "sleeping", "health", "visitor"])
OTHERS = frozenset(words("моя дитина не спить potrzebuję health visitor dziecko nie śpi"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("дитина", "дитиною"),
        ("szczepienia", "szczepień"),
        ("grădiniță", "grădinița"),
        ("vacina", "vacinação"),
        ("المدرسة", "مدرسة"),
        ("بالمدرسة", "مدرستي"),
    ],
)
def test_forms_of_a_word_have_one_root(one: str, other: str) -> None:
    assert root(*words(one)) == root(*words(other))


def test_article_of_a_short_arabic_word_may_be_no_article() -> None:
    assert root("الم") == "الم"


@pytest.mark.parametrize(
    ("typed", "meant"), [("dytyna", "дитина"), ("shcheplennya", "щеплення"), ("yasla", "ясла"), ("zhytlo", "житло")]
)
def test_ukrainian_in_latin_letters_is_read_in_its_own(typed: str, meant: str) -> None:
    assert root(in_cyrillic(typed)) == root(*words(meant))


@pytest.mark.parametrize(
    ("said", "reading"),
    [
        ("my child is not sleeping", None),
        ("health visitor", None),
        ("nobody knows these", None),
        ("", None),
        ("mae fy mhlentyn angen dziecko", None),
        ("dziecko nie spi", "dziecko nie spi"),
        ("potrzebuje health visitor", "potrzebuje health visitor"),
        ("моя дитина не спить", "моя дитина не спит"),
        ("dytyna ne spyt", "дитина не спит"),
    ],
)
def test_text_is_english_unless_more_of_its_words_are_known_elsewhere(said: str, reading: str | None) -> None:
    found = read_as_other(words(said), ENGLISH, OTHERS)

    assert found == (reading.split() if reading else None)


def test_garbage_is_collected_again_also_after_a_failure() -> None:
    states = []
    with contextlib.suppress(ValueError), without_collecting():
        states.append(gc.isenabled())
        raise ValueError

    assert [*states, gc.isenabled()] == [False, True]
