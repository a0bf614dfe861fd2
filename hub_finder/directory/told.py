"""What families looked for, as those who plan are told it: no small number, and none that can be worked out.

Searches are counted once in cells that do not overlap, and each cell is rounded. Every other number is a sum of
cells as told, so no total gives away what a cell holds back: all of them mean "at least".
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from sqlalchemy import func, select

from hub_finder.area import Area
from hub_finder.database import AnySelect
from hub_finder.directory.catalogue import published
from hub_finder.directory.looked_for import FOUND, first_month
from hub_finder.directory.meaning import LEAST_SCORE
from hub_finder.directory.needs import understand
from hub_finder.directory.small_counts import LEAST, rounded
from hub_finder.directory.terms import Term
from hub_finder.directory.vocabulary import find_terms
from hub_finder.extensions import db
from hub_finder.models.looked_for import Counted, ListingCount, SearchCount, SearchPhrase
from hub_finder.models.services import Service

# Searches that named no place of the area.
NO_LOCALITY = ""
NOTHING = FOUND[-1][1]
Cell = TypeVar("Cell", str, tuple[str, bool, str], tuple[str, str, bool])


@dataclass(frozen=True, kw_only=True)
class Searches:
    """A cell: searches in a locality, the first of a family or a refined one, that found so many listings (a band)."""

    locality: str
    refined: bool
    found: str
    count: int


@dataclass(frozen=True, kw_only=True)
class NeedSearches:
    """A cell: searches for a need in a locality that found something, or nothing. One search can be for several."""

    need: str
    locality: str
    found_nothing: bool
    count: int


@dataclass(frozen=True)
class Phrase:
    """Words that no need understands, and on how many days they were looked for (at least)."""

    words: str
    days: int


@dataclass(frozen=True)
class ListingSeen:
    """How often a published listing was among the answers, and how often its page was opened."""

    slug: str
    name: str
    found: int | None
    opened: int | None


@dataclass(frozen=True, kw_only=True)
class LookedFor:
    """All that is told. Cells below five are not there, like those without a search. `since` is the first month with
    searches that can be told.
    """

    since: date | None
    searches: Sequence[Searches]
    needs: Sequence[NeedSearches]
    ages: Mapping[str, int]
    phrases: Sequence[Phrase]
    listings: Sequence[ListingSeen]

    def sum_searches(self, **given: object) -> int:
        """At least how many searches there were of which this is so: `locality`, `refined`, `found`."""
        return _sum(self.searches, given)

    def sum_needs(self, **given: object) -> int:
        """At least how many searches for a need there were of which this is so: `need`, `locality`, `found_nothing`."""
        return _sum(self.needs, given)

    @property
    def hardly_found(self) -> Sequence[ListingSeen]:
        return [one for one in self.listings if one.found is None]

    @property
    def hardly_opened(self) -> Sequence[ListingSeen]:
        return [one for one in self.listings if one.found is not None and one.opened is None]


def tell(area: Area) -> LookedFor:
    """What was looked for in the months that are kept, in a fixed number of queries."""
    searches: Counter[tuple[str, bool, str]] = Counter()
    needs: Counter[tuple[str, str, bool]] = Counter()
    ages: Counter[str] = Counter()
    for what, value, place, found, refined, count in db.session.execute(_counted()):
        locality = _locality_of(place, area)
        if what == Counted.SEARCH:
            searches[locality, refined, found] += count
        elif what == Counted.NEED:
            needs[value, locality, found == NOTHING] += count
        else:
            ages[value] += count
    return LookedFor(
        since=db.session.scalar(_first_told_month()),
        searches=[
            Searches(locality=locality, refined=refined, found=found, count=count)
            for (locality, refined, found), count in _told(searches)
        ],
        needs=[
            NeedSearches(need=need, locality=locality, found_nothing=nothing, count=count)
            for (need, locality, nothing), count in _told(needs)
        ],
        ages=dict(_told(ages)),
        phrases=_find_phrases(),
        listings=_find_listings(),
    )


def _told(counts: Counter[Cell]) -> Iterator[tuple[Cell, int]]:
    """The cells that may be told, with their numbers, in an order that tells nothing either."""
    for cell in sorted(counts):
        if count := rounded(counts[cell]):
            yield cell, count


def _first_told_month() -> AnySelect:
    kept = SearchCount.what == Counted.SEARCH, SearchCount.month >= first_month()
    enough = func.sum(SearchCount.count) >= LEAST
    return select(SearchCount.month).where(*kept).group_by(SearchCount.month).having(enough).order_by(SearchCount.month)


def _counted() -> AnySelect:
    by = SearchCount.what, SearchCount.value, SearchCount.place, SearchCount.found, SearchCount.refined
    return select(*by, func.sum(SearchCount.count)).where(SearchCount.month >= first_month()).group_by(*by)


def _locality_of(place: str, area: Area) -> str:
    if place in area.localities:
        return place
    locality = area.locality_of(place)
    return locality.slug if locality else NO_LOCALITY


def _find_phrases() -> Sequence[Phrase]:
    """Those that are still not understood: the thesaurus may have learnt them since."""
    rows = db.session.execute(
        select(SearchPhrase.words, SearchPhrase.days)
        .where(SearchPhrase.words.is_not(None), SearchPhrase.last_on >= first_month())
        .order_by(SearchPhrase.days.desc(), SearchPhrase.words)
    ).all()
    terms = find_terms() if rows else ()
    known = [(words, rounded(days)) for words, days in rows if words and not _is_understood(words, terms)]
    return [Phrase(words, days) for words, days in known if days]


def _is_understood(words: str, terms: Sequence[Term]) -> bool:
    return any(one.score >= LEAST_SCORE for one in understand(words, most=1, needs=terms))


def _sum(cells: Sequence[Searches] | Sequence[NeedSearches], given: Mapping[str, object]) -> int:
    wanted = given.items()
    return sum(one.count for one in cells if all(getattr(one, name) == value for name, value in wanted))


def _find_listings() -> Sequence[ListingSeen]:
    found, opened = (func.coalesce(func.sum(column), 0) for column in (ListingCount.found, ListingCount.opened))
    kept = (ListingCount.service_id == Service.id) & (ListingCount.month >= first_month())
    rows = db.session.execute(
        select(Service.slug, Service.name, found, opened)
        .outerjoin(ListingCount, kept)
        .where(published())
        .group_by(Service.id, Service.slug, Service.name)
        .order_by(Service.name, Service.slug)
    )
    return [ListingSeen(slug, name, rounded(int(seen)), rounded(int(clicked))) for slug, name, seen, clicked in rows]
