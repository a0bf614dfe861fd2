"""What a family may mean while it still types: needs and names of listings, to be taken over as words to search for."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from hub_finder.area import Area
from hub_finder.directory.needs import understand
from hub_finder.directory.query import SearchQuery
from hub_finder.directory.search import find
from hub_finder.directory.terms import Term
from hub_finder.directory.text import EMPTY_WORDS, words
from hub_finder.directory.vocabulary import find_terms

MOST_NEEDS, MOST_NAMES = 4, 3
# Less than this is a guess, and a list of guesses under one's words is noise.
LEAST_SCORE = 0.4
# Fewer letters may become anything.
SHORTEST_BEGINNING = 3
# So many of the best listings are looked at for a name that goes on as what is typed.
LOOKED_AT = 10


class Suggestion(NamedTuple):
    """Words to put into the box, and what they are."""

    text: str
    kind: Literal["need", "listing"]


def suggest(text: str, *, area: Area) -> list[Suggestion]:
    """Needs that the words speak of or may become, the likeliest first; then listings that are called so.

    The last word may be the beginning of one.
    """
    typed = words(text)
    if not typed:
        return []
    needs = find_terms()
    understood = [one.need for one in understand(text, most=MOST_NEEDS, needs=needs) if one.score >= LEAST_SCORE]
    likely = [*understood, *_beginning(typed, needs), *_beginning(typed[-1:], needs)]
    labels = dict.fromkeys(need.label for need in likely)
    page = find(SearchQuery(words=text, exact=True, per_page=LOOKED_AT), area=area, facets=False)
    found = (result.service.name for result in (*page.results, *page.without_a_place))
    names = dict.fromkeys(name for name in found if _goes_on(typed, name))
    return [
        *(Suggestion(label, "need") for label in list(labels)[:MOST_NEEDS]),
        *(Suggestion(name, "listing") for name in list(names)[:MOST_NAMES]),
    ]


def _beginning(typed: Sequence[str], needs: Sequence[Term]) -> list[Term]:
    """The needs in whose own words the typed ones stand: those that are called so before those that cover it."""
    if len(typed[-1]) < SHORTEST_BEGINNING or typed[-1] in EMPTY_WORDS:
        return []
    called = [need for need in needs if _goes_on(typed, need.label)]
    return called + [need for need in needs if any(_goes_on(typed, part) for part in need.covers.split(","))]


def _goes_on(typed: Sequence[str], text: str) -> bool:
    """Whether a text holds all the typed words, the last of them as the beginning of a word."""
    held = words(text)
    *whole, last = typed
    return set(whole) <= set(held) and any(word.startswith(last) for word in held)
