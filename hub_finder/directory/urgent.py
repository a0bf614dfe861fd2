"""Words that may mean danger now: the right number comes first, and the results still follow.

What is looked for stands in flat files that anybody can edit (data/README.md): phrases made of pieces, sets of words,
spellings, what takes the danger away, and examples to learn from (`alarm.py`). Here is how they are compared with a
text, and who has the last word. Nothing is a regular expression, and the time grows with the length of the text and
no faster.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING

from hub_finder.area import URGENT_GAPS, URGENT_NEAR, Area, UrgentExamples, UrgentHelp, UrgentPhrase, UrgentSigns
from hub_finder.directory.collecting import without_collecting
from hub_finder.directory.other_languages import read_as_other, root
from hub_finder.directory.text import stem, stems, words

if TYPE_CHECKING:
    from hub_finder.directory.alarm import Ear
    from hub_finder.directory.understanding import Model

# Shorter words have too many ordinary neighbours ("hits", "bits") for a wrong letter to be forgiven.
SHORTEST_FORGIVEN = 7
# A pasted letter is read this far.
MOST_WORDS = 200
# Log odds by the examples. From LIKELY they speak alone; where something calms, from SURE; under ORDINARY even a phrase
# counts for nothing. Measured with tests/data/urgent_*.tsv (docs/decisions/0020): a miss is dearer than an alarm.
LIKELY, SURE, ORDINARY = -0.3, 2.0, -2.4
# In other languages, of which there are fewer examples and no phrases.
LIKELY_ELSEWHERE = -0.9


@dataclass(frozen=True)
class Urgent:
    """A kind of danger, what to say first, whom to call, the first number first, and the words that it was told by."""

    kind: str
    message: str
    help: tuple[UrgentHelp, ...]
    because: tuple[str, ...] = ()


# Where each piece of the phrases stands in a text, as positions of words.
Heard = Mapping[str, frozenset[int]]


@dataclass(frozen=True)
class _Rules:
    """The signs of the data, ready to be compared: which pieces a word is, as it stands, by its stem, or nearly.

    A phrase is looked at only when the piece of it that the fewest words can be is heard.
    """

    by_rarest: Mapping[str, list[UrgentPhrase]]
    spellings: Mapping[str, tuple[tuple[list[str], list[str]], ...]]
    exact: Mapping[str, frozenset[str]]
    by_stem: Mapping[str, frozenset[str]]
    nearly: Mapping[str, str]
    ordinary: frozenset[str]

    def pieces_of(self, word: str) -> frozenset[str]:
        stem = stems(word)[0]
        found = self.exact.get(word, frozenset()) | self.by_stem.get(stem, frozenset())
        if found or len(word) < SHORTEST_FORGIVEN - 1 or word in self.ordinary or stem in self.ordinary:
            return found
        meant = next((self.nearly[part] for part in _with_a_letter_less(word) if part in self.nearly), None)
        return self.pieces_of(meant) if meant and meant[0] == word[0] else found


@dataclass(frozen=True)
class _Learnt:
    """What the examples taught: the ear for danger, and how its kinds are told apart, each by its number in `names`.

    `known` are the words of the examples as they stand.
    """

    known: frozenset[str]
    ear: "Ear"
    kinds: "Model"
    names: tuple[str, ...]

    def likeliest_kind(self, read: list[str]) -> str:
        """The kind that a text speaks for most; the first for words that no example of danger has."""
        evidence = self.kinds.weigh(" ".join(read))
        return self.names[evidence[0].need if evidence else 0]


def recognise(text: str, *, area: Area, searched: bool = True) -> Urgent | None:
    """The danger that a text may speak of, the most pressing kind first; None when it speaks of none.

    The examples are of what people search for. A text that is about something else, such as a report that a listing is
    wrong ("It is not running any more"), is not `searched`: then the phrases speak alone.
    """
    signs = area.urgent_signs
    if typed := _in_another_language(text, signs):
        return _recognise_other(typed, area=area, least=LIKELY_ELSEWHERE if searched else SURE)
    learnt = _learnt(signs.examples, signs.spellings) if searched and signs.examples.texts else None
    read = _read(text, signs)
    alarm = learnt and learnt.ear.hear(read)
    said = what_is_said(text, signs)
    calmed = {what for phrase in said if not phrase.kind for what in phrase.calms}
    if "all" in calmed or (alarm and alarm.odds < ORDINARY):
        return None
    found = {phrase.kind for phrase in said if calmed.isdisjoint(phrase.calms)}
    if learnt and alarm and not found and alarm.odds >= (SURE if calmed else LIKELY):
        found = {learnt.likeliest_kind(read)}
    first = next((kind for kind in area.urgent_kinds if kind in found), None)
    return urgent_of(first, area=area, because=alarm.words if alarm else ()) if first else None


def _in_another_language(text: str, signs: UrgentSigns) -> list[tuple[str, str]]:
    """The words of a text that is not in English, each as its language has it and as typed; none of an English one."""
    if not (signs.examples.texts and signs.other_languages.texts):
        return []
    english = _learnt(signs.examples, signs.spellings).known
    said = words(text)[:MOST_WORDS]
    reading = read_as_other(said, english, _learnt_elsewhere(signs.other_languages).known)
    return list(zip(reading or (), said, strict=False))


def _recognise_other(typed: list[tuple[str, str]], *, area: Area, least: float) -> Urgent | None:
    """The danger in the words of a text that is not in English: the examples speak alone."""
    learnt = _learnt_elsewhere(area.urgent_signs.other_languages)
    reading, written = [word for word, _ in typed], dict(typed)
    alarm = learnt.ear.hear(reading)
    if alarm.odds < least:
        return None
    return urgent_of(learnt.likeliest_kind(reading), area=area, because=tuple(written[word] for word in alarm.words))


def urgent_of(kind: str, *, area: Area, because: tuple[str, ...] = ()) -> Urgent:
    """What to say first of a kind of danger, and whom to call."""
    message, slugs = area.urgent_kinds[kind]
    numbers = {one.slug: one for one in area.urgent_help}
    return Urgent(kind, message, tuple(numbers[slug] for slug in slugs if slug in numbers), because)


def what_is_said(text: str, signs: UrgentSigns) -> list[UrgentPhrase]:
    """The phrases that a text holds: those that mean danger (with a kind), and those that take it away (without)."""
    rules = _rules(signs)
    heard = _hear(_read(text, signs), rules)
    return [phrase for piece in heard for phrase in rules.by_rarest.get(piece, ()) if _is_said(phrase, heard)]


def _hear(read: list[str], rules: _Rules) -> Heard:
    """Where each piece of the phrases stands in a text."""
    places = defaultdict(set)
    for position, word in enumerate(read):
        for piece in rules.pieces_of(word):
            places[piece].add(position)
    return {piece: frozenset(positions) for piece, positions in places.items()}


def _is_said(phrase: UrgentPhrase, heard: Heard) -> bool:
    """Whether the pieces of a phrase stand together as it says, with nothing near them that speaks against it.

    What takes danger away is itself spoken against by a word anywhere: "still" may stand far from "used to".
    """
    if any(piece not in heard for piece in phrase.pieces):
        return False
    reached, *others = (heard[piece] for piece in phrase.pieces)
    ahead = range(1, URGENT_GAPS[phrase.how] + 2)
    if phrase.how == "around":
        either = (*ahead, *(-steps for steps in ahead))
        reached = frozenset(at for at in reached if all(any(at + by in other for by in either) for other in others))
    else:
        for other in others:
            reached = frozenset(at for at in other if any(at - steps in reached for steps in ahead))
    near = URGENT_NEAR if phrase.kind else MOST_WORDS
    against = [at for piece in phrase.unless for at in heard.get(piece, ())]
    return any(all(abs(at - other) > near for other in against) for at in reached)


def _read(text: str, signs: UrgentSigns) -> list[str]:
    """The words of a text, written out."""
    return _respelt(words(text)[:MOST_WORDS], _rules(signs).spellings)


@lru_cache(maxsize=2)
def _learnt(examples: UrgentExamples, spellings: tuple[tuple[str, str], ...]) -> _Learnt:
    pairs = _by_first_word(spellings)
    typed = [words(text) for text, _ in examples.texts]
    read = [(_respelt(said, pairs), kind) for said, (_, kind) in zip(typed, examples.texts, strict=True)]
    return _learn(read, stem, known=frozenset(chain.from_iterable((*typed, *map(words, dict(spellings))))))


@lru_cache(maxsize=2)
def _learnt_elsewhere(examples: UrgentExamples) -> _Learnt:
    read = [(words(text), kind) for text, kind in examples.texts]
    return _learn(read, root, known=frozenset(chain.from_iterable(said for said, _ in read)))


def _learn(read: list[tuple[list[str], str]], stem: Callable[[str], str], *, known: frozenset[str]) -> _Learnt:
    # These bring numpy, which is slow to import and which only learning needs.
    from hub_finder.directory import alarm, understanding

    names = tuple(dict.fromkeys(kind for _, kind in read if kind))
    told = [(names.index(kind), " ".join(said)) for said, kind in read if kind]
    with without_collecting():
        ear = alarm.learn([(said, bool(kind)) for said, kind in read], stem)
        return _Learnt(known, ear, understanding.learn(told, needs=len(names), stem=stem), names)


@lru_cache(maxsize=4)
def _rules(signs: UrgentSigns) -> _Rules:
    exact, by_stem, by_rarest = defaultdict(set), defaultdict(set), defaultdict(list)
    nearly: dict[str, str] = {}
    phrases = (*signs.phrases, *signs.calm)
    pieces = dict.fromkeys(piece for phrase in phrases for piece in (*phrase.pieces, *phrase.unless))
    can_be = {piece: _words_of(piece, signs.words) for piece in pieces}
    for phrase in phrases:
        by_rarest[min(phrase.pieces, key=lambda piece: len(can_be[piece]))].append(phrase)
    for piece, its_words in can_be.items():
        for word in its_words:
            plain = word.removesuffix("!")
            if plain == word:
                by_stem[stems(plain)[0]].add(piece)
            else:
                exact[plain].add(piece)
            if len(plain) >= SHORTEST_FORGIVEN:
                for part in _with_a_letter_less(plain):
                    nearly.setdefault(part, plain)
    return _Rules(
        by_rarest=by_rarest,
        spellings=_by_first_word(signs.spellings),
        exact={word: frozenset(pieces) for word, pieces in exact.items()},
        by_stem={stem: frozenset(pieces) for stem, pieces in by_stem.items()},
        nearly=nearly,
        ordinary=frozenset(signs.words["ordinary"]),
    )


def _words_of(piece: str, sets: Mapping[str, tuple[str, ...]]) -> list[str]:
    """The words that a piece may be: "{he}" is any of a set, "kick/chuck" either, "missing!" no other form of it."""
    found: list[str] = []
    for word in piece.split("/"):
        found.extend(sets[word[1:-1]] if word.startswith("{") else [word])
    return found


def _with_a_letter_less(word: str) -> list[str]:
    """The word, and what is left of it without any one letter.

    Two words that share one of these differ by a letter that is wrong, missing, too many, or in the wrong place.
    """
    return [word, *(word[:at] + word[at + 1 :] for at in range(len(word)))]


def _by_first_word(spellings: Iterable[tuple[str, str]]) -> Mapping[str, tuple[tuple[list[str], list[str]], ...]]:
    """Spellings by the first word of what is said, the longest first."""
    found = defaultdict(list)
    for said, means in spellings:
        found[words(said)[0]].append((words(said), means.split()))
    return {word: tuple(sorted(pairs, key=lambda pair: -len(pair[0]))) for word, pairs in found.items()}


def _respelt(said: list[str], spellings: Mapping[str, tuple[tuple[list[str], list[str]], ...]]) -> list[str]:
    """The words with text-speak and loose spellings written out."""
    written: list[str] = []
    at = 0
    while at < len(said):
        pairs = spellings.get(said[at], ())
        start, means = next(
            (pair for pair in pairs if said[at : at + len(pair[0])] == pair[0]), (said[at : at + 1],) * 2
        )
        written.extend(means)
        at += len(start)
    return written
