"""Easy Read: what our own sentences are like, and how a listing's facts are put into them."""

import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from babel.messages.extract import extract_from_file
from hypothesis import given
from hypothesis import strategies as st

from hub_finder.config import ROOT
from hub_finder.directory.geometry import METRES_PER_MILE
from hub_finder.finder.easy_needs import CHOICES
from hub_finder.finder.easy_words import easy_cost, easy_start, easy_where, how_far, sentences

TEMPLATES = sorted((ROOT / "templates/finder/easy").glob("*.html"))
MODULES = sorted((ROOT / "hub_finder/finder").glob("easy*.py"))
TEXT_OF_PICTURES = (ROOT / "templates/finder/easy/pictures.html").read_text(encoding="utf-8")
KEYWORDS = {"_": None, "n_": (1, 2), "lazy_": None}
MOST_WORDS = 12
# Harder words than the same said plainly: none of them is ours.
HARD = ("utilise", "provision", "eligib", "access to", "%%", "per cent", "intervention", "professional", "assess")


def own_texts() -> Iterator[str]:
    """Every text of ours on these pages, as it is marked to be translated."""
    for path in (*TEMPLATES, *MODULES):
        method = "jinja2" if path.suffix == ".html" else "python"
        for _line, message, *_more in extract_from_file(method, path, keywords=KEYWORDS):
            yield from (message,) if isinstance(message, str) else message


TEXTS = sorted(set(own_texts()))


def test_our_own_texts_are_found() -> None:
    assert len(TEXTS) > 100
    assert {"What do you need help with?", "About %(num)s miles away", "Feeding your baby"} <= set(TEXTS)


@pytest.mark.parametrize("text", TEXTS)
def test_our_own_sentences_are_short_and_plain(text: str) -> None:
    for sentence in re.split(r"(?<=[.!?:…])\s+", text):
        words = re.findall(r"[\w%’()]+", sentence)
        assert len(words) <= MOST_WORDS, sentence
    assert [word for word in HARD if word in text.casefold()] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_words_of_ours_stand_unmarked(path: Path) -> None:
    source = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)

    left = re.sub(r"<[^>]*>", "", source)
    labels = re.findall(r'(?:aria-label|alt|title|placeholder)="([^"]+)"', source)

    assert re.findall(r"[^\W\d_]+", left) == []
    assert labels == []


def test_every_picture_that_is_named_is_drawn_and_every_one_drawn_is_named() -> None:
    drawn = re.findall(r'<symbol id="ez-([\w-]+)" viewBox="0 0 64 64">', TEXT_OF_PICTURES)
    choices = {one.picture for group in CHOICES.values() for one in group}
    others = [path.read_text(encoding="utf-8") for path in (*TEMPLATES, *MODULES) if path.name != "pictures.html"]
    quoted = set(re.findall(r'"([a-z-]+)"', " ".join(others)))

    assert len(drawn) == len(set(drawn)) >= 25
    assert choices <= set(drawn)
    assert sorted(set(drawn) - quoted) == []


def test_pictures_are_lines_that_take_their_colours_from_the_style_sheet() -> None:
    assert re.findall(r"\b(?:fill|stroke|href|transform)=", TEXT_OF_PICTURES.partition("{% macro pictures")[2]) == []


def test_needs_that_are_offered_are_in_the_vocabulary_and_each_only_once() -> None:
    rows = (ROOT / "data/needs.csv").read_text(encoding="utf-8").splitlines()
    offered = [one.need for group in CHOICES.values() for one in group]

    assert set(offered) <= {row.partition(",")[0] for row in rows}
    assert len(offered) == len(set(offered))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (None, []),
        ("Toys and songs.", ["Toys and songs."]),
        ("Toys and songs", ["Toys and songs"]),
        ("Toys and songs. Free for all! Is it? Yes", ["Toys and songs.", "Free for all!", "Is it?", "Yes"]),
        ("At St. Mary’s hall. Bring a mat.", ["At St. Mary’s hall.", "Bring a mat."]),
        ("Food, e.g. Bread and milk. Come early.", ["Food, e.g. Bread and milk.", "Come early."]),
        ("Open 9.30am to 5p.m. on Fridays", ["Open 9.30am to 5p.m. on Fridays"]),
        ("It costs £2. 3 children are £5.", ["It costs £2.", "3 children are £5."]),
        ("They said “Come.” “When?” we asked.", ["They said “Come.” “When?” we asked."]),
    ],
)
def test_text_is_cut_where_its_sentences_end(text: str | None, expected: list[str]) -> None:
    assert sentences(text) == expected


@given(st.text(alphabet="aA1.!? \n“St", max_size=60))
def test_cutting_into_sentences_loses_nothing(text: str) -> None:
    assert " ".join(sentences(text)).split() == text.split()


def result(**facts: Any) -> Any:
    return SimpleNamespace(**facts)


@pytest.mark.parametrize(
    ("in_miles", "expected"),
    [
        (None, ""),
        (0.0, "Less than 1 mile away"),
        (0.4, "Less than 1 mile away"),
        (0.6, "About 1 mile away"),
        (1.2, "About 1 mile away"),
        (2.1, "About 2 miles away"),
        (17.8, "About 18 miles away"),
    ],
)
def test_distance_is_told_in_whole_miles(in_miles: float | None, expected: str) -> None:
    metres = None if in_miles is None else in_miles * METRES_PER_MILE

    assert how_far(result(distance_m=metres)) == expected


@pytest.mark.parametrize(
    ("cost", "note", "expected"),
    [
        ("free", None, "Free"),
        ("free_for_some", "Free with a code.", "Free for some families"),
        ("paid", "£2", "You pay"),
        ("not_stated", None, "We do not know if it costs money"),
        ("not_stated", "Small gifts are welcome.", "Ask what it costs"),
    ],
)
def test_cost_is_told_in_a_few_words_and_never_guessed(cost: str, note: str | None, expected: str) -> None:
    assert easy_cost(result(cost=cost, cost_note=note)) == expected


@pytest.mark.parametrize(
    ("delivery", "city", "expected"),
    [
        (["in_person"], "Oakham", "Oakham"),
        (["phone"], None, "By phone"),
        (["in_person"], None, ""),
        ([], None, ""),
    ],
)
def test_place_that_is_not_known_is_not_made_up(delivery: list[str], city: str | None, expected: str) -> None:
    places = [result(city=city, name=None)] if city else []

    assert easy_where(result(delivery=delivery, places=places)) == expected


def test_start_that_needs_somebody_else_says_who_that_may_be() -> None:
    said = {how: easy_start(result(referral=how)) for how in ("self", "either", "professional", "not_stated")}

    assert said["self"] == ["You can ask them yourself."]
    assert said["professional"][0] == "A worker must ask for you."
    assert said["either"] == [*said["self"], "Or a worker can ask for you.", said["professional"][1]]
    assert said["not_stated"] == []
