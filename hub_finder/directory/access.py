"""Kinds of access, recognised in what a listing says of it in its own words. What is not said stays unknown.

The kinds and their phrases stand in data/access.csv. Here is how English takes a thing away ("no lift", "the loop is
broken") or puts it in doubt ("ask about parking"): then it does not count.
"""

import csv
import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from itertools import product

from hub_finder.config import ROOT
from hub_finder.directory.text import words

# These speak of the whole of their part of a sentence, on whichever side of the thing they stand.
DOUBTS = frozenset(
    """planned planning plan plans soon hope hopes hoping will future awaiting used formerly previously until limited
    partial partially partly restricted difficult too ask contact check enquire unknown unclear unsure uncertain
    whether""".split()  # noqa: SIM905
)
# These take away what follows, or, with nothing after them, what came before ("the lift does not work").
NEGATIONS = frozenset(
    """no not non none never nor neither without cannot cant isnt arent wasnt doesnt dont didnt wont havent hasnt lack
    lacks lacking unable unavailable unsuitable inaccessible except excluding broken closed removed""".split()  # noqa: SIM905
)
_SENTENCES = re.compile(r"[.;!?\n|•()\[\]]")
_PARTS = re.compile(r",|\b(?:but|however|although|though)\b", re.IGNORECASE)
_BUT = re.compile(r"\b(?:but|however|although|though)\b", re.IGNORECASE)
_OR = re.compile(r"\b(?:or|nor)\b", re.IGNORECASE)
# What looks like a kind of access and is not.
_NOTHING = ""


@cache
def access_labels() -> Mapping[str, str]:
    """The kinds of access by their slugs, each with what families call it, in the order of the file."""
    return {row["slug"]: row["label"] for row in _rows() if row["slug"] != _NOTHING}


def access_of(*texts: str | None) -> frozenset[str]:
    """The kinds of access (slugs) that texts say there are; a kind that is denied, in doubt or not named is left out.

    Where one text has a kind and another denies it, as for two places of a service, it counts.
    """
    return frozenset[str]().union(*(_access_in(text) for text in texts if text))


@lru_cache(maxsize=5_000)
def _access_in(text: str) -> frozenset[str]:
    return frozenset[str]().union(*map(_said_in_sentence, _SENTENCES.split(text)))


def _said_in_sentence(sentence: str) -> set[str]:
    """A "no" reaches to the next comma or "but"; it passes commas in "no lift, ramp or parking"."""
    kinds: set[str] = set()
    before: set[str] = set()
    for part in (_BUT if _OR.search(sentence) else _PARTS).split(sentence):
        here, is_reply = _said_in_part(words(part))
        if is_reply:  # "there is a lift, but it does not work"
            kinds -= before
        kinds |= here
        before = here or before
    return kinds


def _said_in_part(said: Sequence[str]) -> tuple[set[str], bool]:
    """The kinds of access in a part of a sentence, and whether it only takes away what came before it."""
    kinds: set[str] = set()
    is_named = negated = is_last = False
    at = 0
    while at < len(said):
        kind, length = _longest_at(said, at)
        if kind is None and said[at] in DOUBTS:
            return set(), False
        if kind is None and said[at] in NEGATIONS:
            negated = is_last = True
        elif kind:
            is_named, is_last = True, False
            kinds |= set() if negated else {kind}
        at += length
    return (set() if is_last else kinds), is_last and not is_named


def _longest_at(said: Sequence[str], at: int) -> tuple[str | None, int]:
    """The kind that the longest phrase starting at a word means, and how many words it takes; None and 1 for none."""
    for phrase, kind in _phrases().get(said[at], ()):
        if tuple(said[at : at + len(phrase)]) == phrase:
            return kind, len(phrase)
    return None, 1


@cache
def _phrases() -> Mapping[str, Sequence[tuple[tuple[str, ...], str]]]:
    """Each phrase, as words, with its kind: by its first word, the longest first."""
    found: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for row in _rows():
        for written in row["phrases"].split("|"):
            for phrase in product(*(piece.split("/") for piece in written.split())):
                found.setdefault(phrase[0], []).append((phrase, row["slug"]))
    return {first: sorted(phrases, key=lambda one: -len(one[0])) for first, phrases in found.items()}


def _rows() -> list[dict[str, str]]:
    with (ROOT / "data/access.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
