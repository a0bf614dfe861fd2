"""What in a text may speak for a need: its telling words, pairs of words, and parts of words.

A pair is written as one word, so that "bed wetting" and "bedwetting" are the same clue. "Not" and its like are one
word, and a pair holds it: "won't eat" says something else than "eat". Parts are for words in a form never seen.
How old a child is ("two year old") is one quiet word: as three it would drown what is said of the child.
"""

import re
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from hub_finder.directory.text import EMPTY_WORDS, NEGATIONS, stem

WORD, PAIR, AGE, PART = 1.0, 0.7, 0.4, 0.25
PART_LENGTHS = (3, 4, 5)
NOT = "not"
_NEGATIONS = NEGATIONS | {"without", "stopped", "stops", "refuse", "refuses", "refusing"}
_NUMBERS = {
    name: str(number)
    for number, name in enumerate(
        """one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
        eighteen""".split(),  # noqa: SIM905
        start=1,
    )
}
# "Aged 2", "2 year old", "2yrs" or "2yo", but not "2 years", which may be how long.
_AGE = re.compile(
    rf"(?P<aged>aged? )?(?P<number>\d\d?|{'|'.join(_NUMBERS)})(?P<apart> ?)"
    "(?:(?P<unit>year|yr|y|month|mth|week|wk)s?)?(?P<old> ?olds?|os?)?(?= |$)"
)
_BEGIN_AGES = frozenset({"age", "aged", *_NUMBERS})
_AGE_MARK = "#"

Stem = Callable[[str], str]


class Clue(NamedTuple):
    """Something in a text, how much it counts, and the positions of the words that it is made of."""

    name: str
    strength: float
    words: tuple[int, ...]


def is_telling(word: str) -> bool:
    """Whether a word says something by itself."""
    return word not in EMPTY_WORDS and word not in _NEGATIONS


def clues(said: Sequence[str], stem: Stem = stem) -> Iterator[Clue]:
    """Every clue in the words of a text. `stem` makes one of the forms of a word."""
    places, plain = _read(said)
    stems = [stem(word) for word in plain]
    telling = [at for at, word in enumerate(plain) if word not in EMPTY_WORDS]
    for at in telling:
        yield Clue(stems[at], _strength(plain[at]), (places[at],))
        for part in parts(plain[at]):
            yield Clue(part, PART, (places[at],))
    for one, other in _pairs(len(plain), telling):
        yield Clue(stems[one] + stems[other], PAIR, (places[one], places[other]))


def strengths(said: Sequence[str], stem: Stem = stem) -> dict[str, float]:
    """How much each clue counts in the words of a text, without where it stands: much faster, for learning."""
    _, plain = _read(said)
    stems = [stem(word) for word in plain]
    telling = [at for at, word in enumerate(plain) if word not in EMPTY_WORDS]
    found: dict[str, float] = {}
    for at in telling:
        found[stems[at]] = found.get(stems[at], 0.0) + _strength(plain[at])
        for part in parts(plain[at]):
            found[part] = found.get(part, 0.0) + PART
    for one, other in _pairs(len(plain), telling):
        pair = stems[one] + stems[other]
        found[pair] = found.get(pair, 0.0) + PAIR
    return found


def _pairs(count: int, telling: Sequence[int]) -> list[tuple[int, int]]:
    """The positions of words that stand side by side, of so many, or with nothing but empty ones between."""
    return sorted({*pairwise(range(count)), *pairwise(telling)})


def without_negation(said: Sequence[str]) -> list[str]:
    """The words of a text with "not" for each that is like it."""
    return [NOT if word in _NEGATIONS else word for word in said]


def _read(said: Sequence[str]) -> tuple[list[int], list[str]]:
    """The words of a text with negations and ages each as one word, and where each of them begins."""
    plain, places, read = without_negation(said), [], []
    after = 0
    for at, word in enumerate(plain):
        if at < after:
            continue
        age, length = _age(plain[at : at + 4]) if word in _BEGIN_AGES or word[0].isdecimal() else ("", 1)
        places.append(at)
        read.append(age or word)
        after = at + length
    return places, read


def _age(said: Sequence[str]) -> tuple[str, int]:
    """The age that words begin with, as one word, and how many words say it; "" and 1 when they say none."""
    found = _AGE.match(" ".join(said))
    if not found or not (found["aged"] or (found["unit"] and (found["old"] or not found["apart"]))):
        return "", 1
    number = _NUMBERS.get(found["number"], found["number"])
    # The number last: a stemmer would change a word that ends with a letter.
    return f"{_AGE_MARK}{(found['unit'] or 'y')[0]}{number}", len(found[0].split())


def _strength(word: str) -> float:
    return AGE if word.startswith(_AGE_MARK) else WORD


@lru_cache(maxsize=20_000)
def parts(word: str) -> tuple[str, ...]:
    """Every row of letters in a word, with its ends marked; an age has none."""
    if word.startswith(_AGE_MARK):
        return ()
    fenced = f"^{word}$"
    return tuple(
        f"~{fenced[start : start + length]}" for length in PART_LENGTHS for start in range(len(fenced) - length + 1)
    )


class Known(NamedTuple):
    """The words that are known, and, by their first letter, the same from the commonest down."""

    words: frozenset[str]
    by_letter: Mapping[str, Sequence[str]]


def mend(word: str, known: Known, right: Container[str] = ()) -> list[str]:
    """A mistyped word as the known one, or two, that it must be; the word itself when that cannot be told.

    One that is `right`, though it is not known here, can only be two that are written as one.
    """
    if word in known.words or len(word) < 5 or not word.isalpha():
        return [word]
    for cut in range(3, len(word) - 2):
        if word[:cut] in known.words and word[cut:] in known.words:
            return [word[:cut], word[cut:]]
    if word in right:
        return [word]
    slips = 2 if len(word) >= 8 else 1
    near = process.extractOne(word, known.by_letter.get(word[0], ()), scorer=OSA.distance, score_cutoff=slips)
    return [near[0]] if near else [word]
