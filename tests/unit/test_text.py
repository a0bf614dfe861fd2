import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub_finder.directory.text import LONGEST_WORD, MOST_WORDS, query_stems, stems, words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("Baby NOT sleeping!", ["baby", "not", "sleeping"]),
        ("children's", ["childrens"]),
        ("children’s", ["childrens"]),
        ("Zoë’s café", ["zoes", "cafe"]),
        ("under_5s", ["under", "5s"]),
        ("stay-and-play", ["stay", "and", "play"]),
        ("Straße", ["strasse"]),
        ("Łódź, żłobek", ["lodz", "zlobek"]),
        ("Smørrebrød Đorđe Þór cœur", ["smorrebrod", "dorde", "thor", "coeur"]),
        ("İstanbul’da çocuk IŞIK ışık", ["istanbulda", "cocuk", "isik", "isik"]),
        ("здоров'я здоров’я здоровʼя", ["здоровя", "здоровя", "здоровя"]),
        ("ﬁve", ["five"]),
        ("مرحبا بالعالم", ["مرحبا", "بالعالم"]),
        ("Допомога дітям", ["допомога", "дитям"]),
        ("Дiти ЇЖА їжа ґанок", ["дити", "ижа", "ижа", "ганок"]),
        ("день дня съезд", ["ден", "дня", "сезд"]),
        ("أُمٌّ إلى آباء مدرسة على حضـــانة ٢٠٢٦ ۱", ["ام", "الي", "ابا", "مدرسه", "علي", "حضانه", "2026", "1"]),
        ("şcoală școală ţară țară não ação źdźbło", ["scoala", "scoala", "tara", "tara", "nao", "acao", "zdzblo"]),
        ("🎈👶🏽", []),
        ("' \" * ( ) | & : ! \\", []),
    ],
)
def test_words_are_alike_whatever_their_case_accents_and_marks(text: str, found: list[str]) -> None:
    assert words(text) == found


@given(st.text(st.characters(codec="ascii")))
def test_a_text_that_is_all_ascii_has_the_words_it_has_beside_other_letters(text: str) -> None:
    assert [*words(text), "e"] == words(f"{text} é")


@given(st.text(max_size=300))
def test_words_hold_nothing_that_a_query_language_could_read(text: str) -> None:
    for word in words(text):
        assert word.isalnum()
        assert len(word) <= LONGEST_WORD


@given(st.text(max_size=200))
def test_capitals_make_no_difference(text: str) -> None:
    plain = "".join(mark for mark in text if mark in string.printable)

    assert words(plain.upper()) == words(plain.lower())


@pytest.mark.parametrize(
    ("one", "other"), [("sleeping", "sleep"), ("groups", "group"), ("parenting", "parent"), ("Families", "family")]
)
def test_forms_of_a_word_have_one_stem(one: str, other: str) -> None:
    assert stems(one) == stems(other)


def test_words_that_say_nothing_are_left_out_of_a_query() -> None:
    assert query_stems("my baby will not sleep and I am so tired") == ["babi", "sleep", "tire"]


def test_a_query_of_nothing_but_such_words_keeps_them() -> None:
    assert query_stems("why not us") == ["whi", "not", "us"]


def test_a_query_says_each_word_once() -> None:
    assert query_stems("sleep sleeping sleeps") == ["sleep"]


@given(st.text(max_size=2000))
def test_a_query_has_a_bounded_number_of_words(text: str) -> None:
    found = query_stems(text)

    assert len(found) <= MOST_WORDS
    assert len(set(found)) == len(found)
