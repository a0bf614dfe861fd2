"""Learns from phrases which clue speaks for which need, and weighs a text by it. Naive Bayes, in a few lines.

What a clue says for a need is log(its share of the clues of that need / its share of the clues of all others), times
how rare it is. A text speaks for a need with the sum over its clues. Nothing else goes into it, so every answer can
be told by its words.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hub_finder.directory.clues import Clue, Known, clues, is_telling, mend
from hub_finder.directory.text import stem, words

SMOOTHING = 0.1
# Words known only by another form or spelling speak if they are so many of the telling ones.
LEAST_KNOWN = 0.5
# What turns evidence into shares that are right about as often as they say. It grows with the root of the clues, for
# they are not independent. Measured with tests/data/own_words_*.tsv.
DOUBT = 2.4
LEAST_SCORE = 0.001
# A word is said to speak for a need when it does so at least this much of what the strongest word does.
LEAST_OF_STRONGEST = 0.25


@dataclass(frozen=True)
class Evidence:
    """A need (by its number), how surely a text speaks for it (a share of 1), and the words that do, as typed."""

    need: int
    score: float
    matched: tuple[str, ...]


@dataclass(frozen=True)
class Model:
    """`weights` has a row for each clue, which `rows` finds by its name, and a column for each need."""

    known: Known
    rows: Mapping[str, int]
    weights: NDArray[np.float32]

    def weigh(self, text: str) -> list[Evidence]:
        """What a text speaks for, the most first; nothing for words that are not known."""
        typed = words(text)
        read = [(at, word) for at, one in enumerate(typed) for word in mend(one, self.known)]
        if not self._is_known(typed, [word for _, word in read]):
            return []
        found = [clue for clue in clues([word for _, word in read]) if clue.name in self.rows]
        strengths = np.array([clue.strength for clue in found])
        spoken = strengths[:, None] * self.weights[[self.rows[clue.name] for clue in found]]
        shares = _as_shares(spoken.sum(axis=0) / (DOUBT * len(found) ** 0.5))
        owners = [at for at, _ in read]
        return [
            Evidence(int(need), round(float(shares[need]), 3), _matched(typed, owners, found, spoken[:, need]))
            for need in np.argsort(-shares, kind="stable")
            if shares[need] >= LEAST_SCORE
        ]

    def _is_known(self, typed: Sequence[str], read: Sequence[str]) -> bool:
        """Whether a telling word is known as it was typed, or enough of them are by another form or spelling."""
        if any(word in self.known.words for word in typed if is_telling(word)):
            return True
        telling = [word for word in read if is_telling(word)]
        known = sum(stem(word) in self.rows for word in telling)
        return bool(known) and known >= LEAST_KNOWN * len(telling)


def learn(examples: Iterable[tuple[int, str]], *, needs: int) -> Model:
    """The model that phrases make, each given with the number of its need, 0 to `needs` - 1."""
    said = [(need, words(text)) for need, text in examples]
    found = [(need, _strengths(clues(text))) for need, text in said]
    seen = Counter(name for _, strengths in found for name in strengths)
    rows = {name: row for row, name in enumerate(seen)}
    rarity = np.log((len(found) + 1) / (np.fromiter(seen.values(), dtype=float) + 0.5))
    counts = np.zeros((len(rows), needs))
    for need, strengths in found:
        at = [rows[name] for name in strengths]
        weight = np.fromiter(strengths.values(), dtype=float) * rarity[at]
        counts[at, need] += weight / (np.linalg.norm(weight) or 1)
    others = counts.sum(axis=1, keepdims=True) - counts
    weights = rarity[:, None] * np.log(_shares(counts) / _shares(others))
    return Model(_known(word for _, text in said for word in text), rows, weights.astype(np.float32))


def _as_shares(evidence: NDArray[np.floating]) -> NDArray[np.floating]:
    shares: NDArray[np.floating] = np.exp(evidence - evidence.max())
    shares /= shares.sum()
    return shares


def _shares(counts: NDArray[np.floating]) -> NDArray[np.floating]:
    smooth: NDArray[np.floating] = counts + SMOOTHING
    smooth /= smooth.sum(axis=0)
    return smooth


def _strengths(found: Iterable[Clue]) -> dict[str, float]:
    strengths: dict[str, float] = defaultdict(float)
    for clue in found:
        strengths[clue.name] += clue.strength
    return strengths


def _known(said: Iterable[str]) -> Known:
    by_letter: dict[str, list[str]] = defaultdict(list)
    commonest = [word for word, _ in Counter(said).most_common()]
    for word in commonest:
        by_letter[word[0]].append(word)
    return Known(frozenset(commonest), by_letter)


def _matched(
    typed: Sequence[str], owners: Sequence[int], found: Sequence[Clue], spoken: NDArray[np.floating]
) -> tuple[str, ...]:
    """The telling words that speak most for a need, in the order they were typed."""
    said = np.zeros(len(typed))
    for clue, weight in zip(found, spoken, strict=True):
        for at in clue.words:
            said[owners[at]] += weight / len(clue.words)
    least = LEAST_OF_STRONGEST * said.max()
    return tuple(
        dict.fromkeys(word for word, much in zip(typed, said, strict=True) if much >= least and is_telling(word))
    )
