"""Learns from examples how surely a text speaks of danger. Logistic regression, in a few lines.

Each clue of a text (a word, words in a row, a part of a word) has a weight, learnt from `data/urgent_examples.csv`. A
text's sum over its clues is the log of the odds that it speaks of danger, so every answer can be told by its words.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hub_finder.directory.clues import Clue, parts, without_negation
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


@dataclass(frozen=True)
class Alarm:
    """`odds` is the log of the odds of danger: above 0, more likely than not. `words` speak most for it."""

    odds: float
    words: tuple[str, ...]


@dataclass(frozen=True)
class Ear:
    """The weight of each clue, by its name."""

    weights: Mapping[str, float]

    def hear(self, said: Sequence[str]) -> Alarm:
        """How surely the words of a text speak of danger; of a long one, its most alarming stretch."""
        starts = range(0, max(1, len(said) - STRETCH // 2), STRETCH // 2)
        return max((self._weigh(said[at : at + STRETCH]) for at in starts), key=lambda alarm: alarm.odds)

    def _weigh(self, said: Sequence[str]) -> Alarm:
        by_word = [0.0] * len(said)
        odds = 0.0
        for clue in _clues(said).values():
            weight = self.weights.get(clue.name, 0.0) * clue.strength
            odds += weight
            for at in clue.words:
                by_word[at] += weight / len(clue.words)
        least = LEAST_OF_STRONGEST * max(by_word, default=0)
        return Alarm(odds, tuple(word for word, much in zip(said, by_word, strict=True) if much >= least and much > 0))


def learn(examples: Sequence[tuple[Sequence[str], bool]]) -> Ear:
    """The ear that examples make: the words of a text, and whether it speaks of danger."""
    found = [_clues(said) for said, _ in examples]
    seen = Counter(name for clues in found for name in clues)
    numbers = {name: number for number, name in enumerate(name for name in seen if seen[name] >= FEWEST_EXAMPLES)}
    kept = [[clue for name, clue in clues.items() if name in numbers] for clues in found]
    weights = _fit(
        clues=np.array([numbers[clue.name] for clues in kept for clue in clues]),
        strengths=np.array([clue.strength for clues in kept for clue in clues]),
        texts=np.repeat(np.arange(len(kept)), [len(clues) for clues in kept]),
        danger=np.array([danger for _, danger in examples], dtype=float),
    )
    return Ear(dict(zip(numbers, weights.tolist(), strict=True)))


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


def _clues(said: Sequence[str]) -> dict[str, Clue]:
    """What in the words of a text may speak of danger or against it, by its name."""
    return {clue.name: clue for clue in _each_clue(said)}


def _each_clue(said: Sequence[str]) -> Iterator[Clue]:
    """Words, two or three in a row, two with a gap, the first and the last, and parts of words.

    Small words count, unlike in `clues.py`: "he hits me" is not "I hit him", nor "hit".
    """
    plain = without_negation(said)
    stems = [stem(word) for word in plain]
    yield Clue("", WORD, ())
    for at, one in enumerate(stems):
        yield Clue(one, WORD, (at,))
        if len(plain[at]) >= SHORTEST_WITH_PARTS:
            for part in parts(plain[at]):
                yield Clue(part, PART, (at,))
        row = stems[at : at + 3]
        if len(row) > 1:
            yield Clue(" ".join(row[:2]), PAIR, (at, at + 1))
        if len(row) > 2:
            yield Clue(" ".join(row), LOOSE, (at, at + 1, at + 2))
            yield Clue(f"{row[0]} … {row[2]}", LOOSE, (at, at + 2))
    if stems:
        yield Clue(f"{stems[0]} …", LOOSE, (0,))
        yield Clue(f"… {stems[-1]}", LOOSE, (len(stems) - 1,))
