"""A made-up directory of any size, always the same one, as rows of text under our own columns.

No real service is described. Towns are the 500 largest of Great Britain, from GeoNames (CC BY 4.0).
"""

import csv
import random
from collections.abc import Iterator
from itertools import accumulate
from math import cos, radians
from pathlib import Path

from hub_finder.config import ROOT
from hub_finder.directory.columns import COLUMNS

HEADS = (
    "Little",
    "Bright",
    "Sunny",
    "Oak",
    "Willow",
    "Rainbow",
    "Riverside",
    "Hilltop",
    "Harbour",
    "Meadow",
    "Acorn",
    "Lantern",
    "Compass",
    "Haven",
)
TAILS = (
    "Stars",
    "Steps",
    "Hands",
    "Minds",
    "Friends",
    "Futures",
    "Roots",
    "Wings",
    "Voices",
    "Circles",
    "Pathways",
    "Beacons",
    "Explorers",
)
SORTS = (
    "club",
    "group",
    "drop-in",
    "hub",
    "clinic",
    "project",
    "helpline",
    "workshop",
    "playgroup",
    "network",
    "cafe",
    "course",
)
BODIES = ("Trust", "Council", "Foundation", "Partnership", "Association", "Church", "Charity", "Society", "Alliance")
KINDS = ("family_hub", "early_years", "parenting", "send", "youth", "food", "advice", "health", "community")
# The words at the front come often and those at the end seldom, as in prose.
WORDS = """support families children young people weekly sessions trained staff local community home visit online advice
play story rhyme singing messy cooking healthy budget form appointment welcome parking kitchen garden hall school
holiday evening weekend morning volunteer mentor midwife worker confidential small charge booking waiting list skills
language signing portage sleep feeding crying weaning potty stress worry loneliness grief mediation court rights
tenancy heating energy clothes furniture toys laptop chess coding pottery choir guitar drumming ballet judo climbing
canoeing football netball forest beach museum polish arabic makaton braille kinship veterans""".split()  # noqa: SIM905
WEIGHTS = list(accumulate(1 / (place + 2) for place in range(len(WORDS))))
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA")


def write_listings(path: Path, count: int) -> None:
    """Write a file of so many listings for `flask hub import-services`."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n", restval="")
        writer.writeheader()
        writer.writerows(make_listings(count))


def make_listings(count: int) -> Iterator[dict[str, str]]:
    """The first so many listings of the directory, a row each; the same number gives the same row every time."""
    dice = random.Random(2026)  # noqa: S311  not for secrets
    towns = _rows(Path(__file__).with_name("towns.csv"))
    sizes = list(accumulate(int(town["pop"]) for town in towns))
    needs = [row["need"] for row in _rows(ROOT / "data/needs.csv")]
    for number in range(1, count + 1):
        town = dice.choices(towns, cum_weights=sizes)[0]
        yield _listing(dice, number, town, needs)


def _listing(dice: random.Random, number: int, town: dict[str, str], needs: list[str]) -> dict[str, str]:
    spread = 0.012 * (int(town["pop"]) / 30_000) ** 0.33
    latitude = float(town["lat"]) + dice.gauss(0, spread)
    longitude = float(town["lon"]) + dice.gauss(0, spread) / cos(radians(latitude))
    said = " ".join(dice.choices(WORDS, cum_weights=WEIGHTS, k=dice.randint(15, 45)))
    youngest, hour = dice.choice((0, 1, 2, 3, 5, 8, 11, 13)), dice.choice((9, 10, 12, 13, 15, 16))
    website = f"https://listing-{number}.example/"
    return {
        "id": f"listing-{number:06}",
        "name": f"{dice.choice(HEADS)} {dice.choice(TAILS)} {town['town']} {dice.choice(SORTS)}",
        "kind": dice.choice(KINDS),
        "organisation": f"{town['town']} {dice.choice(HEADS)} {dice.choice(BODIES)}",
        "summary": f"{said.capitalize()}.",
        "needs": "|".join(dice.sample(needs, dice.choice((1, 1, 2, 2, 3)))),
        "delivery": "in_person",
        "location_name": f"{dice.choice(HEADS)} Centre",
        "address_1": f"{dice.randint(1, 250)} High Street",
        "city": town["town"],
        "country": "GB",
        "latitude": f"{latitude:.5f}",
        "longitude": f"{longitude:.5f}",
        "location_precision": "exact",
        "phone": f"01632 {dice.randrange(1_000_000):06}",
        "website": website,
        "min_age": str(youngest),
        "max_age": str(youngest + dice.choice((2, 4, 8, 12))),
        "cost": dice.choice(("free", "free", "paid", "not_stated")),
        "referral": dice.choice(("self", "either", "professional", "not_stated")),
        "schedule": f"WEEKLY {dice.choice(DAYS)} {hour:02}:00-{hour + 2}:00",
        "source_title": "A made-up directory",
        "source_url": website,
        "source_date": "2026-05",
        "confidence": "medium",
    }


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
