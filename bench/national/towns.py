"""Where the made-up listings and postcodes are: near the 500 largest towns of Great Britain.

Towns are from GeoNames, under CC BY 4.0: see data/README.md.
"""

import csv
import random
from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from math import cos, radians
from pathlib import Path

from bench.national.words import POSTCODE_AREAS

FILE = Path(__file__).parents[1] / "towns.csv"
POSTCODES = 200_000
# The last two letters of a postcode are never C, I, K, M, O or V.
UNIT_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"
# How far listings stand from the middle of a town of 30,000, as a standard deviation; a larger town is wider.
SPREAD_DEGREES, SPREAD_PEOPLE = 0.012, 30_000


@dataclass(frozen=True, kw_only=True)
class Town:
    """A town, its middle in degrees, and how many live there."""

    name: str
    latitude: float
    longitude: float
    people: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Unit:
    """A made-up postcode, its point in degrees, and its town."""

    postcode: str
    latitude: float
    longitude: float
    town: Town


@cache
def find_towns() -> tuple[Town, ...]:
    """The towns, the largest first."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return tuple(
            Town(name=row["town"], latitude=float(row["lat"]), longitude=float(row["lon"]), people=int(row["pop"]))
            for row in csv.DictReader(file)
        )


@cache
def _people_so_far() -> Sequence[int]:
    return tuple(accumulate(town.people for town in find_towns()))


def draw(dice: random.Random, so_far: Sequence[float]) -> int:
    """A number from 0, each as likely as its part of the running totals."""
    return bisect(so_far, dice.random() * so_far[-1])


def draw_town(dice: random.Random) -> Town:
    """A town, a larger one more often."""
    return find_towns()[draw(dice, _people_so_far())]


def draw_point(dice: random.Random, town: Town) -> tuple[float, float]:
    """A latitude and longitude near the town's middle."""
    spread = SPREAD_DEGREES * (town.people / SPREAD_PEOPLE) ** 0.33
    latitude = round(town.latitude + dice.gauss(0, spread), 5)
    return latitude, round(town.longitude + dice.gauss(0, spread) / cos(radians(town.latitude)), 5)


@cache
def find_postcodes() -> tuple[Unit, ...]:
    """All postcodes, no two alike; their letters do not tell where they are."""
    return tuple(_draw_postcodes())


def _draw_postcodes() -> Iterator[Unit]:
    dice = random.Random(11)  # noqa: S311  not for secrets
    for number in range(POSTCODES):
        town = draw_town(dice)
        latitude, longitude = draw_point(dice, town)
        yield Unit(postcode=_postcode(number), latitude=latitude, longitude=longitude, town=town)


def _postcode(number: int) -> str:
    rest, area = divmod(number, len(POSTCODE_AREAS))
    rest, first = divmod(rest, len(UNIT_LETTERS))
    rest, second = divmod(rest, len(UNIT_LETTERS))
    rest, sector = divmod(rest, 10)
    return f"{POSTCODE_AREAS[area]}{1 + rest % 9} {sector}{UNIT_LETTERS[first]}{UNIT_LETTERS[second]}"
