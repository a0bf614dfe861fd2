"""How families say what they need: the phrases of `data/phrases.csv`.

People keep them, so they may change while the app runs: ask for `stamp` to know whether they did.
"""

import csv
from dataclasses import dataclass

from hub_finder.config import ROOT

PHRASES = ROOT / "data/phrases.csv"
KINDS = ("family", "name", "misspelling", "slang", "brand", "clinical", "benefit")


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that speak for a need (its slug), and what kind of words they are."""

    need: str
    text: str
    kind: str


def find_phrases() -> list[Phrase]:
    """Every phrase of the thesaurus, in the order of its file; none where there is no file."""
    if not PHRASES.exists():
        return []
    with PHRASES.open(encoding="utf-8", newline="") as file:
        return [Phrase(row["need"], row["phrase"], row["kind"]) for row in csv.DictReader(file)]


def stamp() -> tuple[int, int]:
    """Two numbers that are others when the phrases have changed."""
    if not PHRASES.exists():
        return 0, 0
    state = PHRASES.stat()
    return state.st_mtime_ns, state.st_size
