"""From a family's own words to needs of the vocabulary."""

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from hub_finder.directory import thesaurus
from hub_finder.directory.vocabulary import Term, find_terms

if TYPE_CHECKING:
    from hub_finder.directory.understanding import Model


@dataclass(frozen=True)
class Understood:
    """A need, how well the words speak for it (above 0, the best first), and which of them do."""

    need: Term
    score: float
    matched: tuple[str, ...]


def understand(text: str, *, most: int = 8) -> list[Understood]:
    """The needs that a text's words speak for, best first; none when nothing is understood. One query.

    What is learnt from the vocabulary and the thesaurus is kept until either of them changes.
    """
    needs = find_terms()
    model = _model(tuple((need.slug, need.label, need.covers) for need in needs), thesaurus.stamp())
    return [Understood(needs[one.need], one.score, one.matched) for one in model.weigh(text)[:most]]


@lru_cache(maxsize=2)
def _model(vocabulary: tuple[tuple[str, str, str], ...], _stamp: tuple[int, int]) -> "Model":
    # Brings numpy, which is slow to import and which only this needs.
    from hub_finder.directory.understanding import learn

    numbers = {slug: number for number, (slug, _, _) in enumerate(vocabulary)}
    examples = [(numbers[slug], text) for slug, label, covers in vocabulary for text in (label, *covers.split(","))]
    examples += [(numbers[one.need], one.text) for one in thesaurus.find_phrases() if one.need in numbers]
    return learn(examples, needs=len(vocabulary))
