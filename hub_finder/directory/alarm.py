"""Learns from examples how surely a text speaks of danger. Logistic regression, in a few lines.

Each clue of a text (a word, words in a row, a part of a word) has a weight, learnt from `data/urgent_examples.csv`. A
text's sum over its clues is the log of the odds that it speaks of danger, so every answer can be told by its words.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from hub_finder.directory.clues import Stem, parts, without_negation
from hub_finder.directory.text import stem

WORD, PAIR, LOOSE, PART = 1.0, 1.0, 0.7, 0.3
# The smallest words have no parts that say more than they do.
SHORTEST_WITH_PARTS = 4
# A clue that stands in one example only says nothing about others.
FEWEST_EXAMPLES = 2
ROUNDS, RESTRAINT = 60, 0.7
# A letter is heard a stretch at a time, each as long as what people type into the box. Half of each is in the next.
STRETCH = 16
LEAST_OF_STRONGEST = 0.3
Numbers = NDArray[np.floating]
# How much a clue counts, and the positions of its words. Plain, for there are millions to learn from.
Heard = tuple[float, tuple[int, ...]]


@dataclass(frozen=True)
class Alarm:
    """`odds` is the log of the odds of danger: above 0, more likely than not. `words` speak most for it."""

    odds: float
    words: tuple[str, ...]


@dataclass(frozen=True)
class Ear:
    """The weight of each clue, by its name."""

    weights: Mapping[str, float]
    stem: Stem

    def hear(self, said: Sequence[str]) -> Alarm:
        """How surely the words of a text speak of danger; of a long one, its most alarming stretch."""
        starts = range(0, max(1, len(said) - STRETCH // 2), STRETCH // 2)
        return max((self._weigh(said[at : at + STRETCH]) for at in starts), key=lambda alarm: alarm.odds)

    def _weigh(self, said: Sequence[str]) -> Alarm:
        by_word = [0.0] * len(said)
        odds = 0.0
        for name, (strength, places) in _clues(said, self.stem).items():
            weight = self.weights.get(name, 0.0) * strength
            odds += weight
            for at in places:
                by_word[at] += weight / len(places)
        least = LEAST_OF_STRONGEST * max(by_word, default=0)
        return Alarm(odds, tuple(word for word, much in zip(said, by_word, strict=True) if much >= least and much > 0))


def learn(examples: Sequence[tuple[Sequence[str], bool]], stem: Stem = stem) -> Ear:
    """The ear that examples make: the words of a text, and whether it speaks of danger. `stem` cuts the words."""
    found = [_clues(said, stem) for said, _ in examples]
    seen = Counter(chain.from_iterable(found))
    numbers = {name: number for number, name in enumerate(name for name in seen if seen[name] >= FEWEST_EXAMPLES)}
    named = np.array([numbers.get(name, -1) for name in chain.from_iterable(found)], dtype=np.int64)
    strengths = np.array([strength for clues in found for strength, _ in clues.values()], dtype=float)
    texts = np.repeat(np.arange(len(found)), [len(clues) for clues in found])
    kept = named >= 0
    weights = _fit(
        clues=named[kept],
        strengths=strengths[kept],
        texts=texts[kept],
        danger=np.array([danger for _, danger in examples], dtype=float),
    )
    return Ear(dict(zip(numbers, weights.tolist(), strict=True)), stem)


def _fit(*, clues: NDArray[np.integer], strengths: Numbers, texts: NDArray[np.integer], danger: Numbers) -> Numbers:
    """The weights that say best which texts speak of danger, kept small by RESTRAINT (Nesterov's descent).

    The three long arrays hold each clue of each text. `steep` is no less than the curve of the loss can be anywhere
    (a sigmoid is never steeper than 1/4), so no step goes too far.
    """
    in_text = np.bincount(texts, strengths)
    steep = RESTRAINT + np.bincount(clues, strengths * in_text[texts]) / 4
    weights = ahead = np.zeros(len(steep))
    for number in range(ROUNDS):
        odds = np.bincount(texts, ahead[clues] * strengths)
        wrong = 1 / (1 + np.exp(-odds)) - danger
        slope = np.bincount(clues, strengths * wrong[texts]) + RESTRAINT * ahead
        before, weights = weights, ahead - slope / steep
        ahead = weights + number / (number + 3) * (weights - before)
    return weights


def _clues(said: Sequence[str], stem: Stem) -> dict[str, Heard]:
    """What in the words of a text may speak of danger or against it, by its name.

    Words, two or three in a row, two with a gap, the first and the last, and parts of words. Small words count, unlike
    in `clues.py`: "he hits me" is not "I hit him", nor "hit".
    """
    plain = without_negation(said)
    stems = [stem(word) for word in plain]
    found: dict[str, Heard] = {"": (WORD, ())}
    for at, one in enumerate(stems):
        found[one] = (WORD, (at,))
        if len(plain[at]) >= SHORTEST_WITH_PARTS:
            found.update(dict.fromkeys(parts(plain[at]), (PART, (at,))))
        row = stems[at : at + 3]
        if len(row) > 1:
            found[" ".join(row[:2])] = (PAIR, (at, at + 1))
        if len(row) > 2:
            found[" ".join(row)] = (LOOSE, (at, at + 1, at + 2))
            found[f"{row[0]} … {row[2]}"] = (LOOSE, (at, at + 2))
    if stems:
        found[f"{stems[0]} …"] = (LOOSE, (0,))
        found[f"… {stems[-1]}"] = (LOOSE, (len(stems) - 1,))
    return found
