"""Learns from phrases which clue speaks for which need, and weighs a text by it. Naive Bayes, in a few lines.

What a clue says for a need is log(its share of the clues of that need / its share of the clues of all others), times
how rare it is. A text speaks for a need with the sum over its clues. Nothing else goes into it, so every answer can
be told by its words.
"""

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hub_finder.directory.clues import Clue, Known, Stem, clues, is_telling, mend, strengths
from hub_finder.directory.text import stem, words

SMOOTHING = 0.1
# Words known only by another form or spelling speak if they are so many of the telling ones.
LEAST_KNOWN = 0.5
# What turns evidence into shares that are right about as often as they say. It grows with the root of the clues, for
# they are not independent. Measured with tests/data/own_words_*.tsv.
DOUBT = 2.4
LEAST_SCORE = 0.001
# What is learnt from: a text, after the number of the need that it speaks for.
Example = tuple[int, str]
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
    """What each clue says for each need. `rows` finds the row of a clue in `counts`, which has a column for each need.

    The weights of a clue are worked out when it is asked about: there are millions, and a text asks for a few dozen.
    """

    known: Known
    rows: Mapping[str, int]
    rarity: NDArray[np.floating]
    counts: NDArray[np.float32]
    own: NDArray[np.floating]
    others: NDArray[np.floating]
    stem: Stem

    def weigh(self, text: str, right: Container[str] = (), *, most: int | None = None) -> list[Evidence]:
        """What a text speaks for, the most first, so many at most; nothing for words that are not known.

        Words that are `right` are not taken for misspellings of those that are known.
        """
        typed = words(text)
        read = [(at, word) for at, one in enumerate(typed) for word in mend(one, self.known, right)]
        if not self._is_known(typed, [word for _, word in read]):
            return []
        found = [clue for clue in clues([word for _, word in read], self.stem) if self._has(clue.name)]
        if not found:
            return []
        loud = np.array([clue.strength for clue in found])
        spoken = loud[:, None] * self._weights([self.rows[clue.name] for clue in found])
        shares = _as_shares(spoken.sum(axis=0) / (DOUBT * len(found) ** 0.5))
        owners = [at for at, _ in read]
        return [
            Evidence(int(need), round(float(shares[need]), 3), _matched(typed, owners, found, spoken[:, need]))
            for need in np.argsort(-shares, kind="stable")[:most]
            if shares[need] >= LEAST_SCORE
        ]

    def _is_known(self, typed: Sequence[str], read: Sequence[str]) -> bool:
        """Whether a telling word is known as it was typed, or enough of them are by another form or spelling."""
        if any(word in self.known.words for word in typed if is_telling(word)):
            return True
        telling = [word for word in read if is_telling(word)]
        known = sum(self._has(self.stem(word)) for word in telling)
        return bool(known) and known >= LEAST_KNOWN * len(telling)

    def _has(self, clue: str) -> bool:
        """Whether an example holds this clue; a row stays when the last that did is taken out."""
        row = self.rows.get(clue)
        return row is not None and bool(np.isfinite(self.rarity[row]))

    def _weights(self, rows: Sequence[int]) -> NDArray[np.floating]:
        counts = self.counts[rows].astype(float)
        others = counts.sum(axis=1, keepdims=True) - counts
        said: NDArray[np.floating] = np.log((counts + SMOOTHING) / self.own)
        said -= np.log((others + SMOOTHING) / self.others)
        said *= self.rarity[rows][:, None]
        return said


@dataclass(frozen=True)
class Lessons:
    """Examples, taken apart once, so that a few of them can be changed without reading all of them again.

    Each array has an entry for each clue of each example, those of one example side by side: the example's number, its
    need's number, the row of the clue and its strength.
    """

    texts: Mapping[int, str]
    said: Mapping[str, int]
    rows: Mapping[str, int]
    example: NDArray[np.int32]
    need: NDArray[np.int32]
    row: NDArray[np.int32]
    strength: NDArray[np.float32]
    stem: Stem

    def changed(self, examples: Mapping[int, Example | None]) -> "Lessons":
        """The same with these examples in place of those of the same numbers; None takes one out."""
        examples = {number: one for number, one in examples.items() if one or number in self.texts}
        if not examples:
            return self
        texts, said, rows = dict(self.texts), Counter(self.said), dict(self.rows)
        counts: list[tuple[int, int, int]] = []
        places: list[int] = []
        strong: list[float] = []
        for number, example in examples.items():
            said.subtract(words(texts.pop(number, "")))
            if example is None:
                continue
            need, texts[number] = example
            typed = words(texts[number])
            said.update(typed)
            found = strengths(typed, self.stem)
            counts.append((number, need, len(found)))
            places += [rows.setdefault(name, len(rows)) for name in found]
            strong += found.values()
        stays = np.isin(self.example, list(examples), invert=True)
        numbers, needs, many = np.array(counts, dtype=np.int32).reshape(-1, 3).T
        return Lessons(
            texts,
            said,
            rows,
            np.append(self.example[stays], np.repeat(numbers, many)),
            np.append(self.need[stays], np.repeat(needs, many)),
            np.append(self.row[stays], np.array(places, dtype=np.int32)),
            np.append(self.strength[stays], np.array(strong, dtype=np.float32)),
            self.stem,
        )

    def learn(self, *, needs: int) -> Model:
        """The model that the examples make; their needs have the numbers 0 to `needs` - 1."""
        seen = np.bincount(self.row, minlength=len(self.rows))
        with np.errstate(divide="ignore"):
            rarity = np.where(seen, np.log((len(self.texts) + 1) / (seen + 0.5)), np.inf)
        weight = self.strength * rarity[self.row]
        starts = np.flatnonzero(np.diff(self.example, prepend=self.example[:1] - 1))
        if starts.size:
            lengths = np.diff(starts, append=len(weight))
            weight /= np.repeat(np.sqrt(np.add.reduceat(weight * weight, starts)), lengths)
        counts = np.bincount(self.row * needs + self.need, weights=weight, minlength=len(self.rows) * needs)
        own = np.bincount(self.need, weights=weight, minlength=needs)
        smooth = SMOOTHING * np.count_nonzero(seen)
        return Model(
            _known(self.said),
            self.rows,
            rarity,
            counts.reshape(len(self.rows), needs).astype(np.float32),
            own + smooth,
            own.sum() - own + smooth,
            self.stem,
        )


def no_lessons(stem: Stem = stem) -> Lessons:
    """The lessons of no examples, of a language whose words are cut by `stem`."""
    none = np.array([], dtype=np.int32)
    return Lessons({}, {}, {}, none, none, none, np.array([], dtype=np.float32), stem)


def learn(examples: Iterable[Example], *, needs: int, stem: Stem = stem) -> Model:
    """The model that examples make, each a text with the number of its need, 0 to `needs` - 1."""
    return no_lessons(stem).changed(dict(enumerate(examples))).learn(needs=needs)


def _as_shares(evidence: NDArray[np.floating]) -> NDArray[np.floating]:
    shares: NDArray[np.floating] = np.exp(evidence - evidence.max())
    shares /= shares.sum()
    return shares


def _known(said: Mapping[str, int]) -> Known:
    by_letter: dict[str, list[str]] = defaultdict(list)
    # Those that are as common by the alphabet, so that what is known does not depend on the order it was learnt in.
    commonest = sorted((-times, word) for word, times in said.items() if times)
    for _, word in commonest:
        by_letter[word[0]].append(word)
    return Known(frozenset(word for _, word in commonest), by_letter)


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
