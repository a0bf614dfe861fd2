"""How old somebody has to be to read a page with ease: Flesch and Kincaid's grade of schools, and five years more.

Kincaid, Fishburne, Rogers and Chissom 1975, Derivation of New Readability Formulas. It counts words in a sentence and
syllables in a word, so it knows nothing of sense, and is only as good as its guess at syllables.
"""

import re
from collections.abc import Iterable

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString

STARTS_SCHOOL = 5
BLOCKS = ("p", "li", "h1", "h2", "h3", "h4", "dt", "dd", "label", "legend", "summary", "td", "th", "caption", "button")
# What is read as one with the words round it.
INLINE = {"a", "b", "strong", "em", "i", "span", "abbr", "small", "bdi", "time"}
_WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
_SENTENCE = re.compile(r"(?<=[.!?:;])\s+")
_SILENT = re.compile(r"(?:[^laeiouycgshxz]es|[^td]ed|[^aeiouyl]e)$|(?<=.{3})ely$")
_VOWELS = re.compile(r"[aeiouy]+")


def syllables(word: str) -> int:
    """A guess by groups of vowels, without those at the end that are not said; at least one."""
    word = word.lower()
    return max(1, len(_VOWELS.findall(word)) - bool(_SILENT.search(word)))


def sentences(page: BeautifulSoup | Tag) -> list[str]:
    """Whole sentences of the main part of a page: what ends with a mark. Labels, names and numbers alone are none."""
    main = page.select_one("main") or page
    blocks = (block for block in main.find_all(BLOCKS) if not block.find(BLOCKS))
    texts = (" ".join(_text(block).split()) for block in blocks)
    parts = (part for text in texts for part in _SENTENCE.split(text))
    return [part for part in parts if part.endswith((".", "!", "?")) and len(_WORD.findall(part)) > 2]


def _text(block: Tag) -> str:
    """Without what only screen readers say, and scripts."""
    said = []
    for child in block.children:
        if isinstance(child, NavigableString):
            said.append(str(child))
        elif (
            isinstance(child, Tag)
            and child.name in INLINE
            and "govuk-visually-hidden" not in child.get_attribute_list("class")
        ):
            said.append(_text(child))
    return "".join(said)


def reading_age(said: Iterable[str]) -> float:
    """Years, of some sentences together. Raises ValueError where there are none."""
    counted = [_WORD.findall(sentence) for sentence in said]
    words = [word for sentence in counted for word in sentence]
    if not words:
        raise ValueError("nothing to read")
    grade = 0.39 * len(words) / len(counted) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59
    return grade + STARTS_SCHOOL
