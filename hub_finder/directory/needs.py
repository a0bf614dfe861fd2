"""From a family's own words to needs of the vocabulary."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from threading import Lock
from typing import TYPE_CHECKING

from hub_finder.directory import thesaurus
from hub_finder.directory.collecting import without_collecting
from hub_finder.directory.other_languages import read_as_other, root
from hub_finder.directory.stamps import Stamp
from hub_finder.directory.terms import Term
from hub_finder.directory.text import words
from hub_finder.directory.thesaurus import Wording
from hub_finder.directory.vocabulary import find_terms
from hub_finder.models.thesaurus import OTHER_LANGUAGES

if TYPE_CHECKING:
    from hub_finder.directory.understanding import Evidence, Lessons, Model

Vocabulary = tuple[tuple[str, str, str], ...]
# A phrase by its number, or None for one that is taken out.
Changes = Mapping[int, Wording | None]


@dataclass(frozen=True)
class Understood:
    """A need, how well the words speak for it (above 0, the best first), and which of them do."""

    need: Term
    score: float
    matched: tuple[str, ...]


@dataclass(frozen=True)
class _Lessons:
    """What is learnt from: English, and all other languages together, apart from it."""

    english: "Lessons"
    others: "Lessons"

    def changed(self, vocabulary: Vocabulary, changes: Changes) -> "_Lessons":
        numbers = {slug: number for number, (slug, _, _) in enumerate(vocabulary)}
        english: dict[int, tuple[int, str] | None] = dict.fromkeys(changes)
        others = dict(english)
        for one, said in changes.items():
            # A need that came in since the vocabulary was read: the next question reads both anew.
            if said and said.need in numbers:
                (others if said.kind in OTHER_LANGUAGES else english)[one] = numbers[said.need], said.text
        return _Lessons(self.english.changed(english), self.others.changed(others))

    def learn(self, *, needs: int, known: "_Learnt | None" = None) -> "_Models":
        """What they teach. Of what is `known`, that which the same lessons taught is taken over."""
        english = known.models.english if known and known.lessons.english is self.english else None
        others = known.models.others if known and known.lessons.others is self.others else None
        return _Models(english or self.english.learn(needs=needs), others or self.others.learn(needs=needs))


@dataclass(frozen=True)
class _Models:
    english: "Model"
    others: "Model"

    def read_as_other(self, said: Sequence[str]) -> list[str] | None:
        """The words of a text that is not in English, as the other languages have them; None for an English one."""
        return read_as_other(said, self.english.known.words, self.others.known.words)

    def weigh(self, text: str, right: Container[str] = (), *, most: int) -> "list[Evidence]":
        said = words(text)
        reading = self.read_as_other(said)
        if reading is None:
            return self.english.weigh(text, right, most=most)
        typed = dict(zip(reading, said, strict=True))
        found = self.others.weigh(" ".join(reading), most=most)
        return [replace(one, matched=tuple(typed[word] for word in one.matched)) for one in found]


@dataclass(frozen=True)
class _Learnt:
    """What this process learnt, and from what."""

    vocabulary: Vocabulary
    stamp: Stamp
    lessons: _Lessons
    models: _Models


# They belong to the process, whoever asks.
_learning = Lock()
_learnt: _Learnt | None = None


def understand(
    text: str, *, most: int = 8, needs: Sequence[Term] | None = None, right: Container[str] = ()
) -> list[Understood]:
    """The needs that a text's words speak for, best first; none when nothing is understood. Two queries.

    `needs` are the vocabulary, if it was read already: that saves one. Words that are `right`, such as those that
    listings hold, are not taken for misspellings.
    What is learnt from the vocabulary and the thesaurus is kept until either changes; of a change in the thesaurus
    only what changed is read.
    """
    needs = find_terms() if needs is None else needs
    return _named(_learn(_vocabulary(needs)).models.weigh(text, right, most=most), needs)


def is_english(text: str, *, needs: Sequence[Term]) -> bool:
    """Whether no more words of a text are known in another language than in English."""
    return _learn(_vocabulary(needs)).models.read_as_other(words(text)) is None


def understand_with(changes: Changes, texts: Sequence[str], *, most: int = 8) -> list[list[Understood]]:
    """What would be understood of each text if the thesaurus had these changes. Nothing is kept."""
    needs = find_terms()
    vocabulary = _vocabulary(needs)
    known = _learn(vocabulary)
    models = known.lessons.changed(vocabulary, changes).learn(needs=len(vocabulary), known=known)
    return [_named(models.weigh(text, most=most), needs) for text in texts]


def _named(found: "Sequence[Evidence]", needs: Sequence[Term]) -> list[Understood]:
    return [Understood(needs[one.need], one.score, one.matched) for one in found]


def _vocabulary(needs: Sequence[Term]) -> Vocabulary:
    return tuple((need.slug, need.label, need.covers) for need in needs)


def learnt_stamp() -> Stamp:
    """The state of the phrases that this process has learnt; version 0 before it has learnt any."""
    return _learnt.stamp if _learnt else Stamp("", 0)


def _learn(vocabulary: Vocabulary) -> _Learnt:
    """What there is to know now. One thread of a process learns it, and the others wait for that."""
    global _learnt
    known, stamp = _learnt, thesaurus.read_stamp()
    if known and (known.vocabulary, known.stamp) == (vocabulary, stamp):
        return known
    with _learning, without_collecting():
        # Another thread may have learnt of a later state meanwhile.
        known, stamp = _learnt, thesaurus.read_stamp(anew=True)
        if known and (known.vocabulary, known.stamp) == (vocabulary, stamp):
            return known
        goes_on = known and known.vocabulary == vocabulary and known.stamp.epoch == stamp.epoch
        if known and goes_on and known.stamp.version < stamp.version:
            lessons, since = known.lessons, known.stamp.version
        else:
            lessons, since = _lessons_of(vocabulary), 0
        lessons = lessons.changed(vocabulary, thesaurus.find_changed(since=since))
        _learnt = _Learnt(vocabulary, stamp, lessons, lessons.learn(needs=len(vocabulary), known=known))
        return _learnt


def _lessons_of(vocabulary: Vocabulary) -> _Lessons:
    """What the needs' own words say. They have numbers below 0, which no phrase has."""
    # Brings numpy, which is slow to import and which only this needs.
    from hub_finder.directory.understanding import no_lessons

    examples = [
        (need, text) for need, (_, label, covers) in enumerate(vocabulary) for text in (label, *covers.split(","))
    ]
    return _Lessons(no_lessons().changed(dict(enumerate(examples, start=-len(examples)))), no_lessons(root))
