"""The folder of a made-up area that holds the whole country, with its needs and postcodes; made when benching."""

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from bench.national.towns import Town, Unit, find_towns
from bench.national.words import NEEDS

COUNCILS = tuple(f"E099{number:05}" for number in range(1, 151))
GROUP_SIZE = 6
SETTINGS = f"""[area]
name = "Allshire"
council = "Allshire Council"
council_area = "the Allshire Council area"
council_codes = {json.dumps(COUNCILS)}
network = "Allshire Family Hubs"
services = "services.csv"
places = "places.csv"
postcode_example = "AB1 0AA"
place_example = "London"

[front_door]
name = "Allshire Family Line"
phone = "01632 960001"
website = "https://allshire.example/families"
description = "Ask us anything about your family."

[map]
south = 49.8
west = -8.0
north = 59.5
east = 2.0
"""


def find_councils() -> Mapping[Town, str]:
    """The made-up council of each town: from the south to the north, three or four towns each."""
    towns = sorted(find_towns(), key=lambda town: (town.latitude, town.longitude))
    return {town: COUNCILS[at * len(COUNCILS) // len(towns)] for at, town in enumerate(towns)}


def write_area(folder: Path, postcodes: Iterable[Unit]) -> None:
    """Write an area's folder (for HUB_AREA), with needs.csv for `import_needs` and postcodes.csv as ONS names columns.

    Towns are from GeoNames (CC BY 4.0), shared out among 150 councils. There are no localities: a made-up postcode does
    not tell where it is.
    """
    folder.mkdir(parents=True, exist_ok=True)
    councils = find_councils()
    (folder / "area.toml").write_text(SETTINGS, encoding="utf-8")
    _write(folder / "localities.csv", ("slug", "name", "outcodes", "places", "note", "source"), ())
    _write(
        folder / "councils.csv",
        ("code", "name", "neighbour"),
        [(code, f"Allshire Council {number}", "no") for number, code in enumerate(COUNCILS, 1)],
    )
    places = ("name", "aliases", "latitude", "longitude", "outcode", "council", "population", "kind", "source")
    rows = (
        (town.name, "", town.latitude, town.longitude, "", councils[town], town.people, "town", "GeoNames")
        for town in find_towns()
    )
    _write(folder / "places.csv", places, rows)
    _write_needs(folder / "needs.csv")
    units = ((unit.postcode, unit.latitude, unit.longitude, councils[unit.town]) for unit in postcodes)
    _write(folder / "postcodes.csv", ("pcds", "lat", "long", "lad25cd"), units)


def _write_needs(path: Path) -> None:
    """Each need is called what it is, so that its label adds no word to a listing that says it already."""
    columns = ("need", "label", "group", "start_for_life_service", "covers", "tags")
    rows = ((need, need.capitalize(), f"Group {at // GROUP_SIZE + 1}", "", "", "") for at, need in enumerate(NEEDS))
    _write(path, columns, rows)


def _write(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
