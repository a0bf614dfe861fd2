"""Words that may mean danger now: the right number comes first, and the results still follow.

What is looked for stands in flat files that anybody can edit (data/README.md): phrases made of pieces, sets of words,
spellings, and what takes the danger away. Here is only how they are compared with a text. Nothing is a regular
expression, and the time grows with the length of the text and no faster.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from hub_finder.area import URGENT_GAPS, URGENT_NEAR, Area, UrgentHelp, UrgentPhrase, UrgentSigns
from hub_finder.directory.text import stems, words

# Shorter words have too many ordinary neighbours ("hits", "bits") for a wrong letter to be forgiven.
SHORTEST_FORGIVEN = 7
# A pasted letter is read this far.
MOST_WORDS = 200


@dataclass(frozen=True)
class Urgent:
    """A kind of danger, what to say first, and whom to call, the first number first."""

    kind: str
    message: str
    help: tuple[UrgentHelp, ...]


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


def recognise(text: str, *, area: Area) -> Urgent | None:
    """The danger that a text may speak of, the most pressing kind first; None when it speaks of none."""
    said = what_is_said(text, area.urgent_signs)
    calmed = {what for phrase in said if not phrase.kind for what in phrase.calms}
    if "all" in calmed:
        return None
    found = {phrase.kind for phrase in said if calmed.isdisjoint(phrase.calms)}
    for kind, (message, slugs) in area.urgent_kinds.items():
        if kind in found:
            numbers = {one.slug: one for one in area.urgent_help}
            return Urgent(kind, message, tuple(numbers[slug] for slug in slugs if slug in numbers))
    return None


def what_is_said(text: str, signs: UrgentSigns) -> list[UrgentPhrase]:
    """The phrases that a text holds: those that mean danger (with a kind), and those that take it away (without)."""
    rules = _rules(signs)
    heard = _hear(text, rules)
    return [phrase for piece in heard for phrase in rules.by_rarest.get(piece, ()) if _is_said(phrase, heard)]


def _hear(text: str, rules: _Rules) -> Heard:
    """Where each piece of the phrases stands in a text."""
    places = defaultdict(set)
    for position, word in enumerate(_respelt(words(text)[:MOST_WORDS], rules.spellings)):
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
