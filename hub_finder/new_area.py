"""The folder of another council's area, begun from its postcodes: what follows from them, and what people say.

Nothing is made up. Files that only people can fill have their first line.
"""

import csv
import json
import math
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from hub_finder.area import load_area
from hub_finder.brand import Brand
from hub_finder.config import ROOT
from hub_finder.directory.checks import FILE_COLUMNS
from hub_finder.directory.postcodes import classify, outcode_of, spaced
from hub_finder.extensions import db
from hub_finder.importers.places import COLUMNS as PLACE_COLUMNS
from hub_finder.models.places import Outcode, Postcode

# How far the map goes beyond the outermost postcodes, in degrees: about a kilometre.
MARGIN = 0.01
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

    `colour` is #rrggbb and `logo` a picture: without them the site looks as ours does.
    """

    name: str
    council: str
    council_code: str
    line: str
    phone: str
    website: str
    towns: Sequence[tuple[str, str]]
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


def write_area(folder: Path, beginning: Beginning) -> int:
    """Write the folder; returns how many of the council's postcodes are in use and on the map. Raises CannotBegin.

    The postcodes must be in the database.
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
    outcodes = db.session.scalars(
        select(Outcode.code).where(Outcode.council == beginning.council_code).order_by(Outcode.code)
    ).all()
    folder.mkdir(parents=True)
    if beginning.logo:
        shutil.copyfile(beginning.logo, folder / _logo_name(beginning.logo))
    (folder / "area.toml").write_text(_settings(beginning, box), encoding="utf-8")
    _write(folder / "services.csv", FILE_COLUMNS, [])
    _write(folder / "places.csv", PLACE_COLUMNS, places)
    _write(folder / "localities.csv", LOCALITIES, [_locality(code, places) for code in outcodes])
    _write(folder / "urgent_help.csv", URGENT, [_front_door(beginning)])
    _write(folder / "targets.csv", TARGETS, [])
    _write(folder / "school_terms.csv", TERMS, [])
    load_area(folder)
    return int(count)


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
