"""From a family's own words to needs of the vocabulary."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

from hub_finder.directory import thesaurus
from hub_finder.directory.stamps import Stamp
from hub_finder.directory.terms import Term
from hub_finder.directory.vocabulary import find_terms

if TYPE_CHECKING:
    from hub_finder.directory.understanding import Evidence, Lessons, Model

Vocabulary = tuple[tuple[str, str, str], ...]
# A phrase by its number: the slug of its need and its words, or None for one that is taken out.
Changes = Mapping[int, tuple[str, str] | None]


@dataclass(frozen=True)
class Understood:
    """A need, how well the words speak for it (above 0, the best first), and which of them do."""

    need: Term
    score: float
    matched: tuple[str, ...]


@dataclass(frozen=True)
class _Learnt:
    """What this process learnt, and from what."""

    vocabulary: Vocabulary
    stamp: Stamp
    lessons: "Lessons"
    model: "Model"


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
    return _named(_learn(_vocabulary(needs)).model.weigh(text, right), needs, most)


def understand_with(changes: Changes, texts: Sequence[str], *, most: int = 8) -> list[list[Understood]]:
    """What would be understood of each text if the thesaurus had these changes. Nothing is kept."""
    needs = find_terms()
    vocabulary = _vocabulary(needs)
    model = _changed(_learn(vocabulary).lessons, vocabulary, changes).learn(needs=len(vocabulary))
    return [_named(model.weigh(text), needs, most) for text in texts]


def _named(found: "Sequence[Evidence]", needs: Sequence[Term], most: int) -> list[Understood]:
    return [Understood(needs[one.need], one.score, one.matched) for one in found[:most]]


def _vocabulary(needs: Sequence[Term]) -> Vocabulary:
    return tuple((need.slug, need.label, need.covers) for need in needs)


def _learn(vocabulary: Vocabulary) -> _Learnt:
    """What there is to know now. One thread of a process learns it, and the others wait for that."""
    global _learnt
    known, stamp = _learnt, thesaurus.read_stamp()
    if known and (known.vocabulary, known.stamp) == (vocabulary, stamp):
        return known
    with _learning:
        # Another thread may have learnt of a later state meanwhile.
        known, stamp = _learnt, thesaurus.read_stamp(anew=True)
        if known and (known.vocabulary, known.stamp) == (vocabulary, stamp):
            return known
        goes_on = known and known.vocabulary == vocabulary and known.stamp.epoch == stamp.epoch
        if known and goes_on and known.stamp.version < stamp.version:
            lessons, since = known.lessons, known.stamp.version
        else:
            lessons, since = _lessons_of(vocabulary), 0
        lessons = _changed(lessons, vocabulary, thesaurus.find_changed(since=since))
        _learnt = _Learnt(vocabulary, stamp, lessons, lessons.learn(needs=len(vocabulary)))
        return _learnt


def _lessons_of(vocabulary: Vocabulary) -> "Lessons":
    """What the needs' own words say. They have numbers below 0, which no phrase has."""
    # Brings numpy, which is slow to import and which only this needs.
    from hub_finder.directory.understanding import no_lessons

    examples = [
        (need, text) for need, (_, label, covers) in enumerate(vocabulary) for text in (label, *covers.split(","))
    ]
    return no_lessons().changed(dict(enumerate(examples, start=-len(examples))))


def _changed(lessons: "Lessons", vocabulary: Vocabulary, changes: Changes) -> "Lessons":
    numbers = {slug: number for number, (slug, _, _) in enumerate(vocabulary)}
    # A need that came in since the vocabulary was read: the next question reads both anew.
    known = {one: said if said and said[0] in numbers else None for one, said in changes.items()}
    return lessons.changed({one: said and (numbers[said[0]], said[1]) for one, said in known.items()})
