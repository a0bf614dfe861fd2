"""From a family's own words to needs of the vocabulary."""

from collections import Counter
from dataclasses import dataclass
from math import log

from hub_finder.directory.catalogue import find_needs
from hub_finder.directory.text import query_stems, stems, telling_words
from hub_finder.models.services import Need

LABEL_WEIGHT = 2.0


@dataclass(frozen=True)
class Understood:
    """A need and how well the words speak for it: above 0, the best first."""

    need: Need
    score: float


def understand(text: str, *, most: int = 8) -> list[Understood]:
    """The needs that a text's words speak for, best first; a word that few needs use says more than a common one."""
    asked = query_stems(text) if telling_words(text) else []
    needs = find_needs()
    labels = {need.slug: set(stems(need.label)) for need in needs}
    covers = {need.slug: set(stems(need.covers)) for need in needs}
    known = Counter(stem for need in needs for stem in labels[need.slug] | covers[need.slug])
    found = []
    for need in needs:
        score = sum(
            log(1 + len(needs) / known[stem])
            * ((stem in labels[need.slug]) * LABEL_WEIGHT + (stem in covers[need.slug]))
            for stem in asked
            if known[stem]
        )
        if score:
            found.append(Understood(need, round(score, 3)))
    return sorted(found, key=lambda one: (-one.score, one.need.position))[:most]
