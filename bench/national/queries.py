"""The same 1,000 questions for every engine and size: from a postcode, by shares a need, words, both or neither."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlencode

import numpy as np

from bench.national.towns import Unit, draw_point, draw_town, find_postcodes
from bench.national.words import COMMON, NEEDS, RARE, TAILS

QUERIES, PER_PAGE = 1_000, 20
# The commonest words stand in most listings, and nobody asks by them alone.
_ASKED = (RARE, RARE, COMMON[30:], NEEDS, [word.lower() for word in TAILS])
RADII_MILES = (2, 5, 10, 20, 50, None)


@dataclass(frozen=True, kw_only=True)
class Query:
    """What is asked for: the nearest 20 to a postcode's point (degrees) that fit; `need` is a place in NEEDS."""

    postcode: str
    latitude: float
    longitude: float
    need: int | None
    words: str
    within_miles: float | None
    age: int | None

    def parameters(self, **more: str) -> dict[str, str]:
        """The parameters of /api/search that ask this, with any others."""
        asked = {
            "postcode": self.postcode,
            "need": None if self.need is None else NEEDS[self.need],
            "q": self.words or None,
            "within": self.within_miles,
            "age": self.age,
            "per_page": PER_PAGE,
        }
        return {name: str(value) for name, value in asked.items() if value is not None} | more

    def path(self, **more: str) -> str:
        """The address of the answer, below the host."""
        return f"/api/search?{urlencode(self.parameters(**more))}"


@cache
def find_queries(count: int = QUERIES) -> tuple[Query, ...]:
    """The first so many questions; the same ones every time."""
    return tuple(_draw_queries(count))


def _draw_queries(count: int) -> Iterator[Query]:
    dice = random.Random(7)  # noqa: S311  not for secrets
    nearest = _Nearest(find_postcodes())
    for _ in range(count):
        point = draw_point(dice, draw_town(dice))
        share = dice.random()
        need = dice.randrange(len(NEEDS)) if share < 0.6 else None
        words = _draw_words(dice) if 0.4 <= share < 0.9 else ""
        within = dice.choice(RADII_MILES)
        age = dice.choice((None, None, None, dice.randrange(19)))
        unit = nearest.to(*point)
        yield Query(
            postcode=unit.postcode,
            latitude=unit.latitude,
            longitude=unit.longitude,
            need=need,
            words=words,
            within_miles=within,
            age=age,
        )


def _draw_words(dice: random.Random) -> str:
    return " ".join(sorted({dice.choice(dice.choice(_ASKED)) for _ in range(dice.choice((1, 1, 2)))}))


class _Nearest:
    """The postcode nearest to a point."""

    def __init__(self, units: Sequence[Unit]) -> None:
        self.units = units
        self.latitudes = np.array([unit.latitude for unit in units])
        self.longitudes = np.array([unit.longitude for unit in units])

    def to(self, latitude: float, longitude: float) -> Unit:
        north = self.latitudes - latitude
        east = (self.longitudes - longitude) * np.cos(np.radians(latitude))
        return self.units[int(np.argmin(north**2 + east**2))]
