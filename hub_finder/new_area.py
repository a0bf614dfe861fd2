"""The folder of another council's area, begun from its postcodes: what follows from them, and what people say.

Nothing is made up. Files that only people can fill have their first line.
"""

import csv
import json
import math
import re
import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from hub_finder.area import load_area
from hub_finder.brand import Brand
from hub_finder.config import ROOT
from hub_finder.directory.checks import FILE_COLUMNS
from hub_finder.directory.postcodes import classify, outcode_of, spaced
from hub_finder.directory.slugs import slug_of
from hub_finder.extensions import db
from hub_finder.importers.places import COLUMNS as PLACE_COLUMNS
from hub_finder.importers.wards import WardFile, read_wards
from hub_finder.models.places import Outcode, Postcode

# How far the map goes beyond the outermost postcodes, in degrees: about a kilometre.
MARGIN = 0.01
# How many postcodes are asked about in one query.
AT_ONCE = 1000
# Of the rows of a file that are wrong, so many are told.
MOST_TOLD = 20
LOCALITIES = ("slug", "name", "outcodes", "places", "note", "source")
URGENT = ("slug", "name", "phone", "text", "hours", "when_to_use", "website", "source_url", "source_title")
TARGETS = (
    *("slug", "label", "target", "counts", "counted_kinds", "counted_attribute"),
    *("source_title", "source_date", "note"),
)
TERMS = ("academic_year", "name", "kind", "starts_on", "ends_on", "source_title", "note")


class CannotBegin(ValueError):
    """A fact that does not fit; the message says which and why. Nothing was written."""


@dataclass(frozen=True, kw_only=True)
class Beginning:
    """What only people can say. `council_code` is a GSS code; `towns` are (name, postcode in its middle).

    `wards` is a file that says which ward each postcode is in. `colour` is #rrggbb and `logo` a picture: without them
    the site looks as ours does.
    """

    name: str
    council: str
    council_code: str
    line: str
    phone: str
    website: str
    towns: Sequence[tuple[str, str]]
    wards: Path | None = None
    colour: str = ""
    logo: Path | None = None


def code_of(council: str) -> str | None:
    """The GSS code of a council by its name, as the list of councils has it: with or without "Council"."""
    with (ROOT / "data/councils.csv").open(encoding="utf-8", newline="") as file:
        codes = {row["name"].casefold(): row["code"] for row in csv.DictReader(file)}
    short = re.sub(r"\b(county|city|borough|district|metropolitan)?\s*council\b", "", council, flags=re.IGNORECASE)
    return codes.get(council.casefold()) or codes.get(short.strip().casefold())


def read_town(text: str) -> tuple[str, str]:
    """`Newtown, AB1 2CD` as its name and its compact postcode. Raises CannotBegin."""
    name, _, typed = (part.strip() for part in text.partition(","))
    if not (name and typed):
        raise CannotBegin(f"“{text}” is no town with a postcode in its middle, like “Newtown, AB1 2CD”.")
    postcode = classify(typed)
    if postcode.kind != "postcode":
        raise CannotBegin(f"{name}: “{typed}” is no whole postcode.")
    return name, postcode.code


@dataclass(frozen=True, kw_only=True)
class Begun:
    """How many of the council's postcodes are in use and on the map, and how many localities there are.

    Of a file of wards: how many postcodes of it belong to other councils and were left out, and how many of the
    council's it does not name.
    """

    postcodes: int
    localities: int
    elsewhere: int = 0
    unnamed: int = 0


def write_area(folder: Path, beginning: Beginning) -> Begun:
    """Write the folder; returns what it holds. The postcodes must be in the database.

    Raises CannotBegin, and UnreadableFile for a file of wards that is none.
    """
    if folder.exists():
        raise CannotBegin(f"{folder} is there already.")
    if not beginning.website.startswith("https://"):
        raise CannotBegin(f"“{beginning.website}” is no web address that begins with https://")
    try:
        Brand(colour=beginning.colour.lower(), logo=beginning.logo)
    except ValueError as error:
        raise CannotBegin(f"{error}.") from error
    in_use = Postcode.council == beginning.council_code, ~Postcode.terminated
    latitude, longitude = Postcode.latitude_e5, Postcode.longitude_e5
    sides = func.min(latitude), func.min(longitude), func.max(latitude), func.max(longitude)
    count, *box = db.session.execute(select(func.count(latitude), *sides).where(*in_use)).one()
    if not count:
        raise CannotBegin(f"No postcode is in a council with the code {beginning.council_code}.")
    places = [_place(name, code, beginning) for name, code in beginning.towns]
    codes = db.session.scalars(select(Postcode.code).where(*in_use)).all()
    units: dict[str, str] = {}
    elsewhere = 0
    if beginning.wards:
        wards = _read_wards(beginning.wards)
        units, elsewhere = _own(wards.localities, beginning)
        localities = _of_wards(units, wards, places, beginning)
    else:
        outcodes = select(Outcode.code).where(Outcode.council == beginning.council_code).order_by(Outcode.code)
        localities = [_locality(code, places) for code in db.session.scalars(outcodes)]
    folder.mkdir(parents=True)
    if beginning.logo:
        shutil.copyfile(beginning.logo, folder / _logo_name(beginning.logo))
    (folder / "area.toml").write_text(_settings(beginning, box), encoding="utf-8")
    _write(folder / "services.csv", FILE_COLUMNS, [])
    _write(folder / "places.csv", PLACE_COLUMNS, places)
    _write(folder / "localities.csv", LOCALITIES, localities)
    if units:
        rows = [{"postcode": spaced(code), "locality": slug_of(name)} for code, name in sorted(units.items())]
        _write(folder / "locality_postcodes.csv", ("postcode", "locality"), rows)
    _write(folder / "urgent_help.csv", URGENT, [_front_door(beginning)])
    _write(folder / "targets.csv", TARGETS, [])
    _write(folder / "school_terms.csv", TERMS, [])
    load_area(folder)
    unnamed = sum(code not in units for code in codes) if units else 0
    return Begun(postcodes=int(count), localities=len(localities), elsewhere=elsewhere, unnamed=unnamed)


def _read_wards(path: Path) -> WardFile:
    wards = read_wards(path)
    if wards.refused:
        told = [str(one) for one in wards.refused[:MOST_TOLD]]
        more = len(wards.refused) - len(told)
        raise CannotBegin("\n".join([f"{path.name}:", *told, *([f"and {more:,} more."] if more else [])]))
    by_slug: dict[str, str] = {}
    for name in wards.wards:
        other = by_slug.setdefault(slug_of(name), name)
        if other != name:
            raise CannotBegin(f"{path.name}: “{other}” and “{name}” would be one locality: write them alike.")
    return wards


def _own(localities: Mapping[str, str], beginning: Beginning) -> tuple[dict[str, str], int]:
    """What a file says of this council's postcodes, and how many others it names. New ones, not here yet, stay."""
    others: set[str] = set()
    named = iter(localities)
    while some := list(islice(named, AT_ONCE)):
        of_others = Postcode.code.in_(some), Postcode.council != beginning.council_code
        others.update(db.session.scalars(select(Postcode.code).where(*of_others)))
    own = {code: name for code, name in localities.items() if code not in others}
    if not own:
        raise CannotBegin(f"No postcode of the file of wards is in the area of {beginning.council}.")
    return own, len(others)


def _of_wards(
    units: Mapping[str, str], wards: WardFile, places: Sequence[dict[str, Any]], beginning: Beginning
) -> list[dict[str, str]]:
    """A locality for each name, with the districts that mostly lie in it: for a family that types one of these."""
    counts: dict[str, Counter[str]] = {}
    for code, name in units.items():
        counts.setdefault(outcode_of(code), Counter())[name] += 1
    mostly = {outcode: max(sorted(count), key=count.__getitem__) for outcode, count in counts.items()}
    towns = {name: units.get(code) for name, code in beginning.towns}
    return [
        {
            "slug": slug_of(name),
            "name": name,
            "outcodes": "|".join(sorted(outcode for outcode, most in mostly.items() if most == name)),
            "places": "|".join(place["name"] for place in places if towns[place["name"]] == name),
            "note": f"Made of wards: {', '.join(sorted(wards.wards[name]))}. Postcodes: locality_postcodes.csv.",
            "source": beginning.wards.name if beginning.wards else "",
        }
        for name in sorted(set(units.values()))
    ]


def _place(name: str, code: str, beginning: Beginning) -> dict[str, Any]:
    postcode = db.session.get(Postcode, code)
    if postcode is None or postcode.terminated or postcode.latitude_e5 is None or postcode.longitude_e5 is None:
        raise CannotBegin(f"{name}: {spaced(code)} is no postcode in use that we have on the map.")
    if postcode.council != beginning.council_code:
        raise CannotBegin(f"{name}: {spaced(code)} is not in the area of {beginning.council}.")
    return {
        "name": name,
        "latitude": postcode.latitude_e5 / 1e5,
        "longitude": postcode.longitude_e5 / 1e5,
        "outcode": outcode_of(code),
        "council": beginning.council_code,
        "kind": "town",
        "source": f"the postcode {spaced(code)}, which the council named as its middle",
    }


def _locality(outcode: str, places: Sequence[dict[str, Any]]) -> dict[str, str]:
    here = [place["name"] for place in places if place["outcode"] == outcode]
    return {
        "slug": outcode.lower(),
        "name": " and ".join(here) or outcode,
        "outcodes": outcode,
        "places": "|".join(here),
        "note": "A postcode district. Most of its postcodes are in the council's area.",
        "source": "postcodes",
    }


def _front_door(beginning: Beginning) -> dict[str, str]:
    return {
        "slug": "front-door",
        "name": beginning.line,
        "phone": beginning.phone,
        "when_to_use": f"You are worried about a child in {beginning.name}, or your family needs help. "
        "If a child is in danger now, call 999.",
        "website": beginning.website,
        "source_url": beginning.website,
        "source_title": beginning.council,
    }


def _settings(beginning: Beginning, box: Sequence[Any]) -> str:
    town, code = beginning.towns[0]
    south, west = (math.floor((side / 1e5 - MARGIN) * 100) / 100 for side in box[:2])
    north, east = (math.ceil((side / 1e5 + MARGIN) * 100) / 100 for side in box[2:])
    parts: dict[str, dict[str, Any]] = {
        "area": {
            "name": beginning.name,
            "council": beginning.council,
            "council_area": f"the {beginning.council} area",
            "council_codes": [beginning.council_code],
            "network": f"Family Hubs in {beginning.name}",
            "services": "services.csv",
            "places": "places.csv",
            "postcode_example": spaced(code),
            "place_example": town,
        },
        "front_door": {
            "name": beginning.line,
            "phone": beginning.phone,
            "website": beginning.website,
            "description": f"Call {beginning.council} for help with your family, or if you are worried about a child.",
        },
        "map": {"south": south, "west": west, "north": north, "east": east},
    }
    look = {"colour": beginning.colour.lower(), "logo": beginning.logo and _logo_name(beginning.logo)}
    if any(look.values()):
        parts["brand"] = {name: value for name, value in look.items() if value}
    # What JSON writes of a text, a number or a list of texts, TOML reads alike.
    tables = [
        "\n".join([f"[{name}]", *(f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in part.items())])
        for name, part in parts.items()
    ]
    return "\n\n".join(["# The area that this site serves. Paths are relative to this folder.", *tables]) + "\n"


def _logo_name(logo: Path) -> str:
    return f"logo{logo.suffix}"


def _write(path: Path, columns: Sequence[str], rows: Sequence[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
