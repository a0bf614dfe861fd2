"""Mends what someone mistyped, by the words that are known here: those of listings, needs and phrases.

A word is mended only when it is no word that we know of and one known word is plainly meant. Everything else stays as
it was typed. Two ways lead to the words that may be meant: they sound the same, or they differ by a slip or two. The
second looks at all known words at once: each is a number with a bit for each letter that it has (docs/decisions/0026).
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from heapq import nlargest
from itertools import zip_longest
from math import log10
from string import ascii_lowercase
from typing import NamedTuple

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

from hub_finder.config import ROOT
from hub_finder.directory.slips import slip_cost, sound
from hub_finder.directory.text import stem, words

ORDINARY = ROOT / "data/ordinary_words.txt"
SHORTEST, SHORTEST_PART = 4, 3
# From these lengths on two slips are forgiven, if they are slight ones, and whatever they are.
LONGER, LONG = 6, 8
# Each slip changes at most two bits of a word's letters.
BITS_A_SLIP = 2
# What a word may cost at most (see `slip_cost`): short ones have many neighbours.
MOST_COST = {4: 1.0, 5: 1.5, 6: 1.6, 7: 1.6}
TWO_SLIGHT, MOST_COST_LONG = 1.25, 2.4
# The commonest ends of words that share a stem.
ENDINGS = ("", "e", "s", "es", "ed", "er", "ing", "al", "ly", "ion", "ions", "ment", "ance", "ence", "ness")
# What a space that was left out costs, and another spelling of the same sound.
RUN_TOGETHER, SAME_SOUND = 0.7, 0.5
# Only words that are among so many commonest are taken for two that were run together: "Wakefield" is none.
COMMON = 1_000
# What it is worth to be in ten times as many listings, and how much better than the next the best must be.
OFTEN, CLEARLY = 0.15, 0.1
# What is longer is a letter; its first words are mended.
MOST_WORDS = 40
# What stands between the halves of a word that was split.
BETWEEN = (" ", "-")
_WORD = re.compile(r"\w[\w'’]*")
_BITS = {letter: 1 << number for number, letter in enumerate(ascii_lowercase)}


class _Typed(NamedTuple):
    """A typed word: where it stands, and as `text.words` has it; "" for one that is not of plain letters."""

    start: int
    end: int
    word: str


class _Mended(NamedTuple):
    """What is put in the place of a piece of the typed text."""

    start: int
    end: int
    words: str


class Speller:
    """Knows words, plain and in lower case, each with the number of listings and phrases that it is in.

    What is known is taken to be spelt rightly, so phrases that are misspelt on purpose should not be among it.
    """

    def __init__(self, known: Mapping[str, int]) -> None:
        self._known, self._ordinary = known, ordinary_words()
        self._in_order = sorted(word for word in known if word.isascii() and word.isalpha())
        self._words = sorted((word for word in self._in_order if len(word) >= SHORTEST), key=len)
        count = len(self._words)
        self._lengths = np.fromiter(map(len, self._words), dtype=np.int64, count=count)
        self._letters = np.fromiter(map(_letters, self._words), dtype=np.uint64, count=count)
        sounds = np.fromiter((hash(sound(word)) for word in self._words), dtype=np.int64, count=count)
        self._by_sound = np.argsort(sounds)
        self._sounds = sounds[self._by_sound]
        self._common = min(nlargest(COMMON, known.values()), default=0) or 1

    def __contains__(self, word: object) -> bool:
        """Whether a word is known as it is written."""
        return word in self._known

    def mend(self, text: str) -> str | None:
        """The text with each mistyped word mended and the others as typed; None when nothing need or can be."""
        typed = [_read(found) for _, found in zip(range(MOST_WORDS), _WORD.finditer(text), strict=False)]
        pieces, done = [], 0
        for start, end, meant in self._mended(text, typed):
            pieces += [text[done:start], _in_the_case_of(text[start:end], meant)]
            done = end
        return "".join([*pieces, text[done:]]) if pieces else None

    def mend_word(self, word: str, *, is_last: bool = False) -> str | None:
        """The known word, or the two, that a plain word must mean; None when it is right or that cannot be told.

        The last word of a text may be one that is not typed to its end yet.
        """
        if len(word) < SHORTEST or not (word.isascii() and word.isalpha()) or self._is_right(word, is_last=is_last):
            return None
        return self._clearly_best(
            {meant: cost - OFTEN * log10(1 + often) for meant, cost, often in self._may_be_meant(word)}
        )

    def _mended(self, text: str, typed: Sequence[_Typed]) -> Iterator[_Mended]:
        done = 0
        for one, after in zip_longest(typed, typed[1:]):
            if one.start < done:
                continue
            if after and text[one.end : after.start] in BETWEEN and (whole := self._joined(one.word, after.word)):
                done = after.end
                yield _Mended(one.start, after.end, whole)
            elif meant := self.mend_word(one.word, is_last=after is None):
                yield _Mended(one.start, one.end, meant)

    def _joined(self, one: str, other: str) -> str | None:
        """Two words as the one that was split, when that is known, and better than the rarer of the two."""
        whole = one + other
        if not one or not other or len(whole) < LONG - 1 or whole not in self._known:
            return None
        rarer = min(self._known.get(one, 0), self._known.get(other, 0))
        return whole if self._known[whole] > rarer else None

    def _is_right(self, word: str, *, is_last: bool) -> bool:
        if word in self._known or word in self._ordinary:
            return True
        return (is_last and self._begins_a_word(word)) or self._has_known_stem(word)

    def _begins_a_word(self, word: str) -> bool:
        at = bisect_left(self._in_order, word)
        return at < len(self._in_order) and self._in_order[at].startswith(word)

    def _has_known_stem(self, word: str) -> bool:
        """Whether another form of the word is known. The search finds it as it is."""
        cut = stem(word)
        forms = (*(cut + ending for ending in ENDINGS), cut[:-1] + "y")
        return any(form in self._known and stem(form) == cut for form in forms)

    def _may_be_meant(self, word: str) -> Iterator[tuple[str, float, int]]:
        """What a word may mean, what that costs, and in how many listings it is."""
        for meant, slips in self._near(word):
            if (cost := slip_cost(word, meant)) <= _most_cost(len(word), slips):
                yield meant, cost, self._known[meant]
        for meant in self._heard_as(word):
            yield meant, min(SAME_SOUND, slip_cost(word, meant)), self._known[meant]
        for cut in range(SHORTEST_PART, len(word) - SHORTEST_PART + 1):
            rarer = min(self._known.get(word[:cut], 0), self._known.get(word[cut:], 0))
            if rarer >= self._common:
                yield f"{word[:cut]} {word[cut:]}", RUN_TOGETHER, rarer

    def _near(self, word: str) -> list[tuple[str, int]]:
        """The known words that differ by one slip or two, and by how many."""
        slips = 2 if len(word) >= LONGER else 1
        start, end = np.searchsorted(self._lengths, (len(word) - slips, len(word) + slips + 1))
        differ = np.bitwise_count(self._letters[start:end] ^ np.uint64(_letters(word)))
        rows = np.flatnonzero(differ <= BITS_A_SLIP * slips) + start
        alike = [self._words[row] for row in rows]
        found = process.extract(word, alike, scorer=OSA.distance, score_cutoff=slips, limit=None)
        return [(meant, slips) for meant, slips, _ in found]

    def _heard_as(self, word: str) -> list[str]:
        """The known words that sound the same."""
        heard = sound(word)
        start, end = (np.searchsorted(self._sounds, hash(heard), side=side) for side in ("left", "right"))
        return [one for one in (self._words[row] for row in self._by_sound[start:end]) if sound(one) == heard]

    def _clearly_best(self, doubts: Mapping[str, float]) -> str | None:
        """What is in the least doubt, when everything else is in clearly more; forms of one word do not compete."""
        if not doubts:
            return None
        best, *others = sorted(doubts, key=lambda meant: (doubts[meant], meant))
        rival = next((other for other in others if stem(other) != stem(best)), None)
        return best if rival is None or doubts[rival] - doubts[best] >= CLEARLY else None


def count_words(texts: Iterable[str]) -> Counter[str]:
    """In how many of the texts each of their words is: what a Speller is made of."""
    return Counter(word for text in texts for word in set(words(text)))


@lru_cache(maxsize=1)
def ordinary_words() -> frozenset[str]:
    """English words and names of towns, of which none is mended though no listing has it."""
    return frozenset(ORDINARY.read_text(encoding="ascii").split())


def _most_cost(length: int, slips: int) -> float:
    if length >= LONG:
        return MOST_COST_LONG
    return MOST_COST[length] if slips == 1 else TWO_SLIGHT


def _letters(word: str) -> int:
    """A bit for each letter that a word has, and another for each that it has twice."""
    once = twice = 0
    for letter in word:
        bit = _BITS[letter]
        twice |= once & bit
        once |= bit
    return once | twice << len(_BITS)


def _read(found: re.Match[str]) -> _Typed:
    is_plain = found[0].isascii() and found[0].isalpha()
    return _Typed(*found.span(), found[0].lower() if is_plain else "")


def _in_the_case_of(typed: str, meant: str) -> str:
    if typed.isupper():
        return meant.upper()
    return meant.capitalize() if typed[0].isupper() else meant
