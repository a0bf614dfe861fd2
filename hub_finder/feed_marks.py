"""Which feeds the listings of a page stand in, as templates ask for each of them: read once for a page."""

from collections.abc import Mapping, Sequence

from flask import g

from hub_finder.directory.cards import Card
from hub_finder.directory.feed_sources import Source, find_sources


def feeds_of(card: Card) -> Sequence[Source]:
    """The feeds that an answer stands in, the one that it follows first; without asking where there is none."""
    if not card.feeds:
        return ()
    if "feed_sources" not in g:
        g.feed_sources = find_sources()
    known: Mapping[int, Source] = g.feed_sources
    return [known[feed] for feed in card.feeds if feed in known]
