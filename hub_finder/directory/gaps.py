"""How near help for each need is to where people live, and what is known of it: for each locality.

The postcodes in use stand for where people live. A listing without a point is near nobody: it is counted apart, where
it covers the locality. Distances go round water, as those of a search do. Nothing here is about a person.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from flask import current_app
from numpy.typing import NDArray
from sqlalchemy import select

from hub_finder.area import Area
from hub_finder.directory.asking import Asked
from hub_finder.directory.barriers import barriers_of
from hub_finder.directory.entries import COSTS
from hub_finder.directory.freshness import months_before
from hub_finder.directory.geometry import METRES_PER_MILE, metres_to, unit_vectors
from hub_finder.directory.lately import Lately
from hub_finder.directory.postcodes import outcode_of
from hub_finder.directory.query import SearchQuery
from hub_finder.directory.search import ask
from hub_finder.directory.segments import PUBLISHED, Segment
from hub_finder.directory.start_for_life import covering_all, in_localities
from hub_finder.directory.traits import SEND, SHOWN, traits_of, weekdays_of
from hub_finder.extensions import db
from hub_finder.models.places import Dataset, Postcode
from hub_finder.models.services import Cost

Point = tuple[float, float]
Bands = NDArray[np.uint8]

MILES = (1, 3, 5, 10)
# 80 metres a minute, and streets that are 1.3 times as long as our distance. Both are assumptions, and said as such.
WALK_MINUTES, METRES_A_MINUTE, DETOUR = 20, 80, 1.3
REACHES_M = np.array([WALK_MINUTES * METRES_A_MINUTE / DETOUR, *(miles * METRES_PER_MILE for miles in MILES)])
FAR = len(REACHES_M)
WEEKEND = 0b1100000
POINTS_KEPT = 20_000
# In place of a need: whatever is listed, each listing once.
ANY_NEED = ""
EXTENSION = "hub_homes"
FACTS = (
    *("checked", "due", "overdue", "not_checked", "free", "free_for_some", "paid", "cost_not_stated", "for_send"),
    *("evening", "evening_not_known", "weekend", "weekend_not_known"),
)


@dataclass(frozen=True)
class Homes:
    """The postcodes in use with a locality; `localities` are numbers in the order of the area's.

    `kept` holds how near each is to points that were asked for: so only a new point is worked out anew.
    """

    latitudes: NDArray[np.float64]
    longitudes: NDArray[np.float64]
    vectors: NDArray[np.float64]
    localities: NDArray[np.intp]
    kept: Lately[Point, Bands] = field(default_factory=lambda: Lately(POINTS_KEPT))

    def __len__(self) -> int:
        return len(self.latitudes)


@dataclass(frozen=True, kw_only=True)
class Gap:
    """One need in one locality. `within` counts postcodes in a walk, then in each of `MILES`, of a listing.

    `listed` are the listings that may be found: those with a place here and those without one that cover it, which
    are `without_a_place` too. `lapsed` ones are found nowhere and are in no other number. `facts` are of the listed.
    """

    need: str
    locality: str
    postcodes: int
    within: tuple[int, ...]
    listed: int
    without_a_place: int
    lapsed: int
    facts: dict[str, int]


@dataclass(frozen=True, kw_only=True)
class _Listing:
    id: int
    needs: frozenset[int]
    points: tuple[Point, ...]
    shown: bool
    facts: frozenset[str]


def measure_gaps(area: Area, needs: Sequence[str] | None = None) -> list[Gap]:
    """Each need (all by default; or ANY_NEED) in each locality, in their order, in a fixed number of queries."""
    asked, homes = ask(SearchQuery(), area), load_homes(area)
    listings = [one for segment, live in asked.snapshot.parts for one in _listings(asked, segment, live)]
    here, wide = _whereabouts(area)
    wanted = list(asked.snapshot.needs) if needs is None else needs
    return [gap for need in wanted for gap in _gaps(need, asked, homes, listings, here, wide)]


def points_of(need: str, area: Area) -> set[Point]:
    """Where there is a listing for a need that may be found."""
    asked = ask(SearchQuery(), area)
    tag = asked.tag_number(f"need:{need}")
    listings = (one for segment, live in asked.snapshot.parts for one in _listings(asked, segment, live))
    return {point for one in listings if one.shown and tag in one.needs for point in one.points}


def count_within(points: Iterable[Point], area: Area) -> dict[str, tuple[int, ...]]:
    """How many postcodes of each locality lie within each reach of the nearest of some points."""
    homes = load_homes(area)
    return dict(zip(area.localities, _within(points, homes, area), strict=True))


def load_homes(area: Area) -> Homes:
    """The postcodes in use of the area, read again when others were loaded."""
    loaded = db.session.get(Dataset, "postcodes")
    # Postcodes that no importer noted may change at any time.
    state = (loaded.fingerprint, loaded.loaded_at) if loaded else None
    kept_for, homes = current_app.extensions.get(EXTENSION, (None, None))
    if state is None or kept_for != state or not isinstance(homes, Homes):
        homes = _read_homes(area)
        current_app.extensions[EXTENSION] = state, homes
    return homes


def _read_homes(area: Area) -> Homes:
    at = {slug: number for number, slug in enumerate(area.localities)}
    numbers = {outcode: at[slug] for slug, one in area.localities.items() for outcode in one.outcodes}
    numbers |= {code: at[slug] for code, slug in area.postcode_localities.items()}
    rows = db.session.execute(
        select(Postcode.code, Postcode.latitude_e5, Postcode.longitude_e5)
        .where(Postcode.council.in_(area.council_codes), Postcode.terminated.is_(False))
        .where(Postcode.latitude_e5.is_not(None), Postcode.longitude_e5.is_not(None))
    )
    placed = ((lat, lon, numbers.get(code, numbers.get(outcode_of(code)))) for code, lat, lon in rows)
    found = [row for row in placed if row[2] is not None]
    table = np.array(found, np.int64).reshape(-1, 3)
    latitudes, longitudes = table[:, 0] / 1e5, table[:, 1] / 1e5
    return Homes(latitudes, longitudes, unit_vectors(latitudes, longitudes), table[:, 2].astype(np.intp))


def _bands(point: Point, homes: Homes, area: Area) -> Bands:
    """For each home the first of the reaches that the point lies within; FAR for none."""
    known = homes.kept.get(point)
    if known is None:
        known = np.full(len(homes), FAR, np.uint8)
        straight = metres_to(*point, homes.vectors.copy())
        near = np.flatnonzero(straight <= REACHES_M[-1])
        latitudes, longitudes = homes.latitudes[near], homes.longitudes[near]
        metres = barriers_of(area).distances_m(*point, latitudes, longitudes, straight[near])
        known[near] = np.searchsorted(REACHES_M, metres)
        homes.kept.put(point, known)
    return known


def nearest_reaches(points: Iterable[Point], homes: Homes, area: Area) -> Bands:
    """For each home the first of the reaches that the nearest of some points lies within; FAR for none."""
    nearest = np.full(len(homes), FAR, np.uint8)
    for point in points:
        np.minimum(nearest, _bands(point, homes, area), out=nearest)
    return nearest


def _within(points: Iterable[Point], homes: Homes, area: Area) -> list[tuple[int, ...]]:
    nearest = nearest_reaches(points, homes, area)
    counts = np.zeros((len(area.localities), FAR + 1), np.int64)
    np.add.at(counts, (homes.localities, nearest), 1)
    return [tuple(row) for row in np.cumsum(counts, axis=1)[:, :FAR].tolist()]


def _whereabouts(area: Area) -> tuple[dict[str, set[int]], set[int]]:
    """The listings of each locality, and those that cover all of the area."""
    here: dict[str, set[int]] = {slug: set() for slug in area.localities}
    if here:
        for id_, slug in db.session.execute(select(in_localities(area))):
            here[slug].add(id_)
    return here, set(db.session.scalars(covering_all(area)))


def _gaps(
    need: str, asked: Asked, homes: Homes, listings: Sequence[_Listing], here: dict[str, set[int]], wide: set[int]
) -> list[Gap]:
    tag, area = asked.tag_number(f"need:{need}"), asked.area
    helping = [one for one in listings if need == ANY_NEED or tag in one.needs]
    within = _within({point for one in helping if one.shown for point in one.points}, homes, area)
    postcodes = np.bincount(homes.localities, minlength=len(area.localities)).tolist()
    gaps = []
    for at, slug in enumerate(area.localities):
        # One with a place that covers all of the area counts where its place is.
        there = [one for one in helping if one.id in here[slug] or (one.id in wide and not one.points)]
        listed = [one for one in there if one.shown]
        gaps.append(
            Gap(
                need=need,
                locality=slug,
                postcodes=postcodes[at],
                within=within[at],
                listed=len(listed),
                without_a_place=sum(not one.points for one in listed),
                lapsed=len(there) - len(listed),
                facts={fact: sum(fact in one.facts for one in listed) for fact in FACTS},
            )
        )
    return gaps


def _listings(asked: Asked, segment: Segment, live: NDArray[np.bool_]) -> Iterable[_Listing]:
    """The published listings of a segment, lapsed ones too."""
    traits, (sure, possible) = traits_of(asked, segment), weekdays_of(asked, segment, None)
    evening, perhaps = weekdays_of(asked, segment, "evening")
    oldest = [months_before(asked.today, months).toordinal() for months in _limits(asked)]
    for row in np.flatnonzero(live & (segment.columns["status"] == PUBLISHED)).tolist():
        checked_on, trait = int(segment.columns["checked_on"][row]), int(traits[row])
        facts = {
            "not_checked" if not checked_on else _state(checked_on, *oldest),
            _price(COSTS[segment.columns["cost"][row]]),
            "for_send" if trait & SEND else "",
            _told("evening", sure=bool(evening[row]), possible=bool(perhaps[row])),
            _told("weekend", sure=bool(sure[row] & WEEKEND), possible=bool(possible[row] & WEEKEND)),
        }
        _, points = segment.points_of(np.array([row], np.int32)) if row < segment.placeless else ((), ())
        tags = segment.tags[segment.tag_starts[row] : segment.tag_starts[row + 1]]
        yield _Listing(
            id=int(segment.ids[row]),
            needs=frozenset(tags.tolist()),
            points=tuple((float(segment.latitudes[at]), float(segment.longitudes[at])) for at in points),
            shown=bool(trait & SHOWN),
            facts=frozenset(facts),
        )


def _limits(asked: Asked) -> tuple[int, int]:
    return asked.area.freshness.due, asked.area.freshness.overdue


def _state(checked_on: int, due: int, overdue: int) -> str:
    """As `freshness.state_of`, of a listing that may be found."""
    return "overdue" if checked_on < overdue else "due" if checked_on <= due else "checked"


def _price(cost: Cost) -> str:
    """Unlike the filter of a search, which keeps what is not known with what is free."""
    return "cost_not_stated" if cost == Cost.NOT_STATED else str(cost)


def _told(what: str, *, sure: bool, possible: bool) -> str:
    return what if sure else f"{what}_not_known" if possible else ""
