"""A made-up national directory of any size, always the same one, as rows of text under our own columns.

No real service is described. A listing's words hold its needs, and nothing is said of a place but its postcode, town
and point: so a search has the same words to go by as the bare query of `floor.py`.
"""

import csv
import random
from collections.abc import Iterator
from functools import cache
from itertools import accumulate
from pathlib import Path

from bench.national.towns import POSTCODES, draw, draw_point, draw_town, find_postcodes
from bench.national.words import BODIES, DAYS, HEADS, NEEDS, SORTS, TAILS, VOCABULARY
from hub_finder.config import ROOT
from hub_finder.directory.columns import COLUMNS

_WORDS_SO_FAR = tuple(accumulate(1 / (place + 2) for place in range(len(VOCABULARY))))
_NEEDS_SO_FAR = tuple(accumulate(1 / (place + 4) ** 0.7 for place in range(len(NEEDS))))
OLDEST = 25


def write_listings(path: Path, count: int) -> None:
    """Write a file of so many listings for `flask hub import-services`, a row at a time."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n", restval="")
        writer.writeheader()
        writer.writerows(make_listings(count))


def make_listings(count: int) -> Iterator[dict[str, str]]:
    """The first so many listings, a row each; the same number gives the same row every time."""
    dice = random.Random(20260101)  # noqa: S311  not for secrets
    kinds = _find_kinds()
    for number in range(1, count + 1):
        # What follows from the number takes no draw.
        yield {**_drawn(dice), **_numbered(number), "kind": kinds[number % len(kinds)]}


def _drawn(dice: random.Random) -> dict[str, str]:
    town = draw_town(dice)
    latitude, longitude = draw_point(dice, town)
    chosen = sorted({draw(dice, _NEEDS_SO_FAR) for _ in range(dice.choice((1, 1, 2, 2, 3, 4)))})
    needs = [NEEDS[number] for number in chosen]
    name = f"{dice.choice(HEADS)} {dice.choice(TAILS)} {town.name} {dice.choice(SORTS)}"
    said = " ".join(VOCABULARY[draw(dice, _WORDS_SO_FAR)] for _ in range(dice.randint(15, 60)))
    organisation = f"{town.name} {dice.choice(HEADS)} {dice.choice(BODIES)}"
    youngest = dice.choice((0, 0, 0, 1, 2, 3, 5, 8, 11, 13, 16))
    oldest = min(OLDEST, youngest + dice.choice((2, 4, 5, 8, 12, 18, 25)))
    days = dice.sample(DAYS, dice.choice((1, 1, 1, 2, 3, 5)))
    opens = dice.choice((9, 10, 12, 13, 15, 16, 18))
    closes = opens + dice.choice((1, 2, 3))
    cost = "free" if dice.random() < 0.7 else "paid"
    units = _postcodes_by_town()[town.name]
    return {
        "name": name,
        "organisation": organisation,
        "summary": f"{said}. {' '.join(needs)}.".capitalize(),
        "needs": "|".join(needs),
        "city": town.name,
        "postal_code": units[dice.randrange(POSTCODES) % len(units)],
        "latitude": f"{latitude:.5f}",
        "longitude": f"{longitude:.5f}",
        "min_age": str(youngest),
        "max_age": str(oldest),
        "cost": cost,
        "schedule": f"WEEKLY {','.join(sorted(days, key=DAYS.index))} {opens:02}:00-{closes:02}:00",
    }


def _numbered(number: int) -> dict[str, str]:
    website = f"https://listing-{number}.example/"
    return {
        "id": f"listing-{number:07}",
        "delivery": "in_person",
        "country": "GB",
        "location_precision": "exact",
        "phone": f"01632 {number % 1_000_000:06}",
        "website": website,
        "referral": ("self", "either", "professional", "not_stated")[number % 4],
        "source_title": "A made-up directory",
        "source_url": website,
        "source_date": "2026-05",
        "confidence": "medium",
    }


@cache
def _find_kinds() -> tuple[str, ...]:
    with (ROOT / "data/kinds.csv").open(encoding="utf-8", newline="") as file:
        return tuple(row["kind"] for row in csv.DictReader(file))


@cache
def _postcodes_by_town() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for unit in find_postcodes():
        found.setdefault(unit.town.name, []).append(unit.postcode)
    return found
