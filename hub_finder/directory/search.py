"""One search: what was asked, and the page of results that answers it.

The catalogue's own lists and this search are all that the public sees. The database takes no part but to tell what
has changed and to give the cards of one page: see `docs/search.md`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from heapq import merge
from itertools import chain, islice
from math import isnan
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select

from hub_finder.area import Area
from hub_finder.database import find_by_keys
from hub_finder.directory import freshness, index, meaning, times
from hub_finder.directory.asking import Asked
from hub_finder.directory.candidates import Candidates
from hub_finder.directory.cards import Card, CardPlace, unpack_card
from hub_finder.directory.days import in_line
from hub_finder.directory.ends import START, Ends, Place, order_after
from hub_finder.directory.facets import Facet, FacetName, count_facets
from hub_finder.directory.matching import any_found, placeless_candidates
from hub_finder.directory.meaning import Meaning
from hub_finder.directory.places import Origin
from hub_finder.directory.query import PREGNANT, SearchQuery
from hub_finder.directory.rings import RINGS_MILES, find_in_ring
from hub_finder.directory.scoring import Ordered, in_order
from hub_finder.directory.text import stems
from hub_finder.extensions import db
from hub_finder.languages import _
from hub_finder.models.feeds import FeedListing, FeedMention
from hub_finder.models.search import SearchEntry
from hub_finder.models.services import Location, Precision, Service
from hub_finder.said import said_bare

# A row for each other feed that a listing is in; one where there is none.
_CARDS = (
    select(SearchEntry.service_id, SearchEntry.card, FeedListing.feed_id, FeedMention.feed_id)
    .outerjoin(FeedListing, FeedListing.service_id == SearchEntry.service_id)
    .outerjoin(FeedMention, FeedMention.service_id == SearchEntry.service_id)
)


@dataclass(kw_only=True, slots=True)
class Result:
    """A listing as an answer. `number` is its place in the list and on the map; `fits` tells for each age asked.

    `round_water`: the straight line would cross water, so the distance is that of the way round it, along straight
    lines. `why` is told in plain words; `unsaid` is in them too, and is what the listing does not say. `explain`
    tells what its score is made of. Not frozen: those take four times as long to make.
    """

    service: Card
    location: CardPlace | None
    distance_m: float | None
    round_water: bool
    number: int | None
    outside_area: bool
    fits: Mapping[str, bool | None]
    why: tuple[str, ...]
    unsaid: tuple[str, ...] = ()
    explain: Callable[[], Mapping[str, float]] = dict

    @property
    def parts(self) -> Mapping[str, float]:
        """What its score is made of: see `ranking`. Few ask, so it is worked out only then."""
        return self.explain()

    @property
    def score(self) -> float:
        return round(sum(self.parts.values()), 3)


@dataclass(frozen=True, kw_only=True)
class SearchPage:
    """One page of an answer. `total` counts the listings with a place, `total_without_a_place` the others.

    `mended` is what was looked for in the place of mistyped words. `without` tells, when nothing was found, how many
    there would be without each of the filters. `ends` is where it ended, when there is more.
    """

    query: SearchQuery
    meaning: Meaning
    results: Sequence[Result]
    without_a_place: Sequence[Result]
    total: int
    total_without_a_place: int
    within_miles: float | None
    widened_to_miles: float | None
    any_word: bool
    facets: Mapping[FacetName, Sequence[Facet]]
    without: Mapping[str, int] = field(default_factory=dict)
    ends: Ends | None = None

    @property
    def mended(self) -> str | None:
        return self.meaning.mended

    @property
    def pages(self) -> int:
        longest = max(self.total, self.total_without_a_place)
        return max(1, -(-longest // self.query.per_page))

    @property
    def first(self) -> int:
        """The number of the first result on this page, 0 when there is none."""
        return (self.query.page - 1) * self.query.per_page + 1 if self.results else 0

    @property
    def last(self) -> int:
        return self.first + len(self.results) - 1 if self.results else 0


def find(query: SearchQuery, *, area: Area, facets: bool = True, after: Ends | None = None) -> SearchPage:
    """The published listings that answer a query, the best first: see `ranking`.

    A page that comes `after` another holds what stands after it now, whatever its number. Raises Unfollowed where that
    is no page of this search.

    Without `within_miles` the ring round the origin widens until it holds enough. Listings without a place come apart,
    matched by the area they cover. The number of database queries does not depend on the number of listings.
    """
    asked = ask(query, area)
    radius, placed = find_in_ring(asked, after.miles if after else None)
    placeless = [placeless_candidates(asked, segment, live) for segment, live in asked.snapshot.parts]
    # Often there is nothing of one kind, and to sort and count nothing takes its time too.
    placed, placeless = ([half for half in halves if len(half)] for halves in (placed, placeless))
    starts = (after.placed, after.elsewhere) if after else (None, None)
    hits = [_page_of(asked, half, start) for half, start in zip((placed, placeless), starts, strict=True)]
    here, elsewhere = (some[: query.per_page] for some in hits)
    ring = radius if query.origin and query.within_miles is None else None
    cards = load_cards(asked, [one.id for one in (*here, *elsewhere)])
    offset = (query.page - 1) * query.per_page
    results = [one.result(cards, asked, number=offset + position) for position, one in enumerate(here, start=1)]
    total, total_elsewhere = _count(placed), _count(placeless)
    both = [*placed, *placeless]
    return SearchPage(
        query=query,
        meaning=asked.meaning,
        results=[result for result in results if result],
        without_a_place=[result for one in elsewhere if (result := one.result(cards, asked, number=None))],
        total=total,
        total_without_a_place=total_elsewhere,
        within_miles=radius,
        widened_to_miles=ring if ring != RINGS_MILES[0] else None,
        any_word=asked.any_word,
        facets=count_facets(both, asked) if facets else {},
        without={} if total or total_elsewhere or not facets else _without(both, asked),
        ends=Ends(miles=ring, placed=_end(here, starts[0]), elsewhere=_end(elsewhere, starts[1]))
        if max(map(len, hits)) > query.per_page
        else None,
    )


def find_ids(query: SearchQuery, *, area: Area) -> list[int]:
    """The ids of all published listings that answer a query, in no order."""
    asked = ask(query, area)
    placeless = [placeless_candidates(asked, segment, live) for segment, live in asked.snapshot.parts]
    halves = [*find_in_ring(asked)[1], *placeless]
    return [id_ for half in halves for id_ in half.segment.ids[half.rows[half.kept()]].tolist()]


def find_all(query: SearchQuery, *, area: Area, at_once: int = 500) -> Iterator[Sequence[Result]]:
    """All that `find` gives on all of its pages, so many at once: those with a place in their order, then the others.

    Of a large answer no more is in memory at once than where its rows stand.
    """
    asked = ask(query, area)
    placeless = [placeless_candidates(asked, segment, live) for segment, live in asked.snapshot.parts]
    placed, elsewhere = (
        merge(*(_all_hits(half, at_once) for half in halves if len(half)), key=lambda hit: (hit.key, hit.slug))
        for halves in (find_in_ring(asked)[1], placeless)
    )
    numbered = chain(enumerate(placed, start=1), ((None, hit) for hit in elsewhere))
    while some := list(islice(numbered, at_once)):
        cards = load_cards(asked, [hit.id for _, hit in some])
        told = (hit.result(cards, asked, number=number) for number, hit in some)
        yield [result for result in told if result]


def ask(query: SearchQuery, area: Area) -> Asked:
    """A query with all that its answer depends on."""
    snapshot = index.current()
    asked = Asked(
        query=query,
        meaning=meaning.read(query, snapshot),
        area=area,
        calendar=times.Calendar.of(area),
        snapshot=snapshot,
        today=freshness.today(),
        now=times.now(),
    )
    if not asked.meaning.terms or any_found(asked):
        return asked
    guessing = replace(asked.meaning, needs={**asked.meaning.guesses, **asked.meaning.needs})
    return replace(asked, meaning=guessing, any_word=len(asked.meaning.terms) > 1)


def nearest_beyond(page: SearchPage, *, area: Area) -> SearchPage:
    """The same search without its limit of distance: what there is when a ring was empty."""
    return find(replace(page.query, within_miles=None, page=1), area=area, facets=False)


def find_nearby(service: Service, *, area: Area, most: int = 4) -> list[Result]:
    """The listings with a place nearest to this one's, itself left out; none when its point is not known."""
    here = origin_at(service, area=area)
    if here is None:
        return []
    page = find(SearchQuery(origin=here, sort="nearest", per_page=most + 1), area=area, facets=False)
    return [result for result in page.results if result.service.id != service.id][:most]


def origin_at(service: Service, *, area: Area) -> Origin | None:
    """The first of a listing's places whose point is known, to search from; None when none is."""
    location = first_place(service)
    if location is None or location.latitude is None or location.longitude is None:
        return None
    return Origin(
        kind="place",
        label=service.name,
        latitude=location.latitude,
        longitude=location.longitude,
        approximate=location.precision != Precision.EXACT,
        council=location.council,
        council_name=area.council_name(location.council),
        in_area=not location.council or location.council in area.council_codes,
        outcode=None,
        locality=service.locality,
    )


def first_place(service: Service) -> Location | None:
    """The first of a listing's places whose point is known."""
    return next((place for place in service.places if place.latitude is not None), None)


def _count(found: Sequence[Candidates]) -> int:
    return sum(half.count() for half in found)


def _without(found: Sequence[Candidates], asked: Asked) -> dict[str, int]:
    """How many listings there would be without each of the filters in force, by its parameter; none that leave none."""
    query = asked.query
    counts = {name: sum(half.count(without=name) for half in found) for name in asked.filters}
    if counts.pop("times", None) is not None:
        relaxed = {
            "day": replace(query, days=()),
            "on": replace(query, on=None),
            "time": replace(query, time=None),
            "when": replace(query, when=None),
        }
        for name, less in relaxed.items():
            if less != query:
                on = (half.kept(without="times") & (half.times_of(less) >= 0) for half in found)
                counts[name] = sum(int(flags.sum()) for flags in on)
    if query.words:
        page = find(replace(query, words="", page=1), area=asked.area, facets=False)
        counts["q"] = page.total + page.total_without_a_place
    return {name: count for name, count in counts.items() if count}


# ---- in which order


class _Hit(NamedTuple):
    """A row of an answer: what it is sorted by, and what is known of it."""

    key: tuple[float, ...]
    slug: bytes
    id: int
    position: int | None
    metres: float
    round_water: bool
    outside: bool
    fits: Mapping[str, bool | None]
    on_then: int | None
    access_known: bool | None
    explain: Callable[[], Mapping[str, float]]

    def result(self, cards: Mapping[int, Card], asked: Asked, *, number: int | None) -> Result | None:
        card = cards.get(self.id)
        if card is None:  # taken away a moment ago
            return None
        # Read a moment after the index, it may have fewer places by now.
        location = next(iter(card.places[self.position :]), None) if self.position is not None else None
        why = list(_why(card, asked, self.fits, on_then=self.on_then, access_known=self.access_known))
        return Result(
            service=card,
            location=location,
            distance_m=None if isnan(self.metres) else self.metres,
            round_water=self.round_water,
            number=number,
            outside_area=self.outside,
            fits=self.fits,
            why=tuple(reason for reason, _said in why),
            unsaid=tuple(reason for reason, is_said in why if not is_said),
            explain=self.explain,
        )


_KNOWN = {1: True, 0: None, -1: False}


def _page_of(asked: Asked, found: Sequence[Candidates], after: Place | None) -> list[_Hit]:
    """The rows of one page, in order, and one more where there is one: by its number, or those that come after."""
    query = asked.query
    first = 0 if after else (query.page - 1) * query.per_page
    end = first + query.per_page + 1
    if after:
        hits = [hit for half in found for hit in _hits_after(half, after, end, seek=query.page * query.per_page)]
    elif len(found) == 1:
        return _hits(found[0], end, first=first)
    else:
        hits = [hit for half in found for hit in _hits(half, end)]
    hits.sort(key=lambda hit: (hit.key, hit.slug))
    return hits[first:end]


def _end(hits: Sequence[_Hit], start: Place | None) -> Place:
    """Where some rows end that began after `start`."""
    return Place(hits[-1].key, hits[-1].slug) if hits else start or START


def _hits_after(found: Candidates, after: Place, most: int, *, seek: int) -> list[_Hit]:
    """So many rows that come after one, which stands near the place `seek`."""
    chosen = found.only(np.flatnonzero(found.kept()))
    if not len(chosen):
        return []
    ordered, first = order_after(chosen, after, most, seek=seek)
    return _hits_at(ordered, first, first + most)


def _hits(found: Candidates, most: int, *, first: int = 0) -> list[_Hit]:
    """The first so many rows from one of them on, in order."""
    chosen = np.flatnonzero(found.kept())
    if len(chosen) <= first:
        return []
    return _hits_at(in_order(found if len(chosen) == len(found) else found.only(chosen), most), first, most)


def _all_hits(found: Candidates, at_once: int) -> Iterator[_Hit]:
    """All rows from one of them, in order, made so many at once."""
    chosen = np.flatnonzero(found.kept())
    if not len(chosen):
        return
    ordered = in_order(found.only(chosen), len(chosen))
    for first in range(0, len(chosen), at_once):
        yield from _hits_at(ordered, first, first + at_once)


def _hits_at(ordered: Ordered, first: int, end: int) -> list[_Hit]:
    some, order, query = ordered.found, ordered.order[first:end], ordered.found.asked.query
    rows, nothing = some.rows[order], [None] * len(order)
    # Whole columns leave numpy at once: to take out one number at a time is slow.
    columns = zip(
        zip(*(key[order].tolist() for key in ordered.keys), strict=True) if ordered.keys else [()] * len(order),
        some.segment.slugs[rows].tolist(),
        some.segment.ids[rows].tolist(),
        some.segment.positions[some.points[order]].tolist() if some.placed else nothing,
        some.metres[order].tolist(),
        some.round_water[order].tolist(),
        some.outside[order].tolist(),
        _fits(some, order),
        some.times[order].tolist() if some.asked.asks_times else nothing,
        some.has_access[order].tolist() if query.access else nothing,
        (partial(ordered.parts_of, at) for at in range(first, first + len(order))),
        strict=True,
    )
    return list(map(_Hit._make, columns))


def _fits(found: Candidates, order: NDArray[np.intp]) -> list[dict[str, bool | None]]:
    """For each row, whether it fits each age asked."""
    fits: list[dict[str, bool | None]] = [{} for _ in order]
    for age, states in zip(found.asked.query.ages, found.ages, strict=True):
        for row, state in zip(fits, states[order].tolist(), strict=True):
            row[age] = _KNOWN[state]
    return fits


# ---- the answer


def load_cards(asked: Asked, ids: Sequence[int]) -> dict[int, Card]:
    """The cards of these listings by their ids, in one query at most."""
    kept = asked.snapshot.cards
    cards = {id_: card for id_ in ids if (card := kept.get(id_))}
    missing = [id_ for id_ in ids if id_ not in cards]
    feeds: dict[int, list[int]] = {}
    for id_, text, *named in find_by_keys(db.session.connection(), _CARDS, missing) if missing else ():
        if id_ not in cards:
            cards[id_] = unpack_card(text, asked.snapshot.needs)
        feeds.setdefault(id_, []).extend(feed for feed in named if feed is not None)
    for id_, named in feeds.items():
        cards[id_].feeds = tuple(dict.fromkeys(named))
        kept.put(id_, cards[id_])
    return cards


def _why(
    card: Card, asked: Asked, fits: Mapping[str, bool | None], *, on_then: int | None, access_known: bool | None
) -> Iterator[tuple[str, bool]]:
    """In plain words, why a listing is among the answers; each with whether the listing says so."""
    labels = [said_bare(need.label) for need in card.needs if need.slug in asked.meaning.needs]
    if labels:
        yield _("Helps with: %(needs)s", needs=in_line(labels)), True
    for age, fit in fits.items():
        if fit is not False:
            yield _for_age(age) if fit else _unsaid_age(age), bool(fit)
    if on_then is not None:
        yield (_("On at the time you asked for"), True) if on_then == 1 else (_("Does not say if it is on then"), False)
    if access_known is False:
        yield _("Does not say if it has the access you need: ask"), False
    for name in card.former_names:
        if _is_meant(name, card.name, asked.meaning.terms):
            yield _("Once called %(name)s", name=name), True


def _for_age(age: str) -> str:
    if age == PREGNANT:
        return _("For pregnancy")
    return _("For a baby under 1") if age == "0" else _("For age %(age)s", age=age)


def _unsaid_age(age: str) -> str:
    if age == PREGNANT:
        return _("Does not say if it is for pregnancy")
    if age == "0":
        return _("Does not say if it is for a baby under 1")
    return _("Does not say if it is for age %(age)s", age=age)


def _is_meant(former: str, present: str, terms: Sequence[str]) -> bool:
    """Whether words that were looked for are all in a former name, and not all in the present one."""
    old, new = set(stems(former)), set(stems(present))
    return bool(terms) and old.issuperset(terms) and not new.issuperset(terms)


def age_words(age: str) -> str:
    """An age as a family says it: "age 6", "a baby under 1", "pregnancy"."""
    if age == PREGNANT:
        return _("pregnancy")
    return _("a baby under 1") if age == "0" else _("age %(age)s", age=age)
