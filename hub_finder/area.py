"""The area served, read from a folder of data: names, localities, councils, urgent help, targets.

Nothing about a particular council stands in code; a second folder makes a second site.
"""

import csv
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from flask import Flask, current_app

from hub_finder.brand import Brand
from hub_finder.config import ROOT, area_folder

# Where "Leave this site" leads, unless the area says otherwise: a page that anybody may have open.
LEAVE_TO = "https://www.bbc.co.uk/weather"
# How many signs the first half of a postcode has at most, and the second always.
LONGEST_OUTCODE, INWARD = 4, 3
COUNTS = ("", "confirmed", "providers", "venues", "marked", "service_types")


@dataclass(frozen=True, kw_only=True)
class Locality:
    slug: str
    name: str
    outcodes: tuple[str, ...]
    places: tuple[str, ...]
    note: str


@dataclass(frozen=True, kw_only=True)
class UrgentHelp:
    slug: str
    name: str
    phone: str
    text: str
    hours: str
    when_to_use: str
    website: str


# How a phrase is read, and how many other words may stand between its pieces (from its first, in any order).
URGENT_GAPS = {"": 2, "touching": 0, "loose": 6, "around": 6}
# How many words from a phrase what speaks against it may stand: a nursery named a sentence later changes nothing.
URGENT_NEAR = 8


@dataclass(frozen=True, kw_only=True)
class UrgentPhrase:
    """Words that may mean danger (with a `kind`), or that take it away (without). `directory/urgent.py` reads them.

    `how` is a key of URGENT_GAPS. `unless` are pieces that speak against the phrase, close to it. `calms` is what it
    takes away, or for a phrase of danger, what takes it away.
    """

    kind: str
    pieces: tuple[str, ...]
    how: str
    unless: tuple[str, ...]
    calms: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class UrgentExamples:
    """Texts, each with its kind of danger or "". Compared by identity: what is learnt from them is kept by it."""

    texts: tuple[tuple[str, str], ...] = ()


NO_EXAMPLES = UrgentExamples()


@dataclass(frozen=True, kw_only=True, eq=False)
class UrgentSigns:
    """What danger sounds like: phrases, what takes it away, sets of words by name, spellings (said, means), examples.

    Without examples the phrases speak alone. Other languages than English have examples only.
    """

    phrases: tuple[UrgentPhrase, ...]
    calm: tuple[UrgentPhrase, ...]
    words: Mapping[str, tuple[str, ...]]
    spellings: tuple[tuple[str, str], ...]
    examples: UrgentExamples = NO_EXAMPLES
    other_languages: UrgentExamples = NO_EXAMPLES


@dataclass(frozen=True, kw_only=True)
class Target:
    """A published total that the catalogue is measured against, never padded to.

    `counts` says what is counted, as `directory/targets.py` does it; "" is for what cannot be counted, and `note` says
    why. `attribute` is what a listing must be marked with to count as "marked".
    """

    slug: str
    label: str
    target: int
    counts: str
    kinds: tuple[str, ...]
    attribute: str = ""
    source_title: str
    source_date: str
    note: str

    def __post_init__(self) -> None:
        if self.counts not in COUNTS or (self.counts == "marked") != bool(self.attribute):
            raise ValueError(f"targets.csv: {self.slug} does not say well what it counts ({self.counts})")


@dataclass(frozen=True, kw_only=True)
class ServiceType:
    """A type of service of the Start for Life programme. `name` is the programme's own, all else in plain words.

    `source_title` and `source_url` tell where the facts of the explanation are from, when it has any.
    """

    slug: str
    name: str
    label: str
    explanation: str
    source_title: str = ""
    source_url: str = ""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of listing. `to_do`: a family may simply go, for something to do. `in_holidays`: it is for those alone."""

    slug: str
    label: str
    plural_label: str
    shape: str
    description: str
    to_do: bool = False
    in_holidays: bool = False


@dataclass(frozen=True, kw_only=True)
class FrontDoor:
    name: str
    phone: str
    website: str
    description: str


@dataclass(frozen=True, kw_only=True)
class FreshnessLimits:
    """How many months a check holds, and how many times nobody may be reached. See `directory/freshness.py`.

    `feed_stale` is after how many months without anything new a feed counts as stale: see `directory/feeds.py`.
    """

    due: int = 6
    overdue: int = 12
    lapsed: int = 18
    unreachable: int = 2
    feed_stale: int = 12

    def __post_init__(self) -> None:
        if not 0 < self.due <= self.overdue <= self.lapsed or self.unreachable < 1 or self.feed_stale < 1:
            raise ValueError("[freshness] must have 0 < due <= overdue <= lapsed, and the others of 1 or more")


@dataclass(frozen=True, kw_only=True)
class ReminderLimits:
    """How often, and when, people are asked whether their listings are right. See `directory/reminders.py`.

    Once a check is due they are asked `times`, a month apart. A link works for `link_days`. What runs in the school
    holidays is asked about `holiday_weeks` before each of `holiday_days` or more; 0 weeks: never.
    """

    times: int = 3
    link_days: int = 60
    holiday_weeks: int = 6
    holiday_days: int = 8

    def __post_init__(self) -> None:
        if self.times < 1 or self.link_days < 1 or self.holiday_weeks < 0:
            raise ValueError("[reminders] must have times and link_days of 1 or more, and no weeks below 0")


class Holiday(NamedTuple):
    """School holidays by their name, with their first and last day."""

    name: str
    first: date
    last: date


@dataclass(frozen=True)
class Link:
    name: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Area:
    """One council's area. `bounds` is (south, west, north, east) in degrees.

    School terms and holidays are their first and last days, as far as they are known. `postcode_localities` are slugs
    by compact postcode, where localities are finer than postcode districts.
    """

    folder: Path
    name: str
    council: str
    council_area: str
    council_codes: frozenset[str]
    network: str
    leave_to: str
    online_hub: str
    postcode_example: str
    place_example: str
    services_file: Path
    places_file: Path
    basemap_folder: Path
    barriers_file: Path
    front_door: FrontDoor
    freshness: FreshnessLimits
    # How many working days the team takes to read what a provider sends; None where nobody promised any.
    read_within_days: int | None
    reminders: ReminderLimits
    brand: Brand
    bounds: tuple[float, float, float, float]
    localities: Mapping[str, Locality]
    postcode_localities: Mapping[str, str]
    councils: Mapping[str, str]
    urgent_help: tuple[UrgentHelp, ...]
    urgent_kinds: Mapping[str, tuple[str, tuple[str, ...]]]
    urgent_signs: UrgentSigns
    targets: Mapping[str, Target]
    kinds: Mapping[str, Kind]
    service_types: tuple[ServiceType, ...]
    links: tuple[Link, ...]
    school_terms: tuple[tuple[date, date], ...]
    school_holidays: tuple[tuple[date, date], ...]
    named_holidays: tuple[Holiday, ...]
    bank_holidays: frozenset[date]

    def locality_of(self, code: str) -> Locality | None:
        """The locality of a compact postcode such as AB12CD, or the one that an outcode such as AB1 mostly lies in."""
        if code in self.postcode_localities:
            return self.localities[self.postcode_localities[code]]
        outcode = code if len(code) <= LONGEST_OUTCODE else code[:-INWARD]
        return next((place for place in self.localities.values() if outcode in place.outcodes), None)

    def council_name(self, code: str | None) -> str | None:
        """A council's name by its GSS code, or None when it is not in the data."""
        return self.councils.get(code or "")


def load_area(folder: Path) -> Area:
    """Read an area's folder. Raises FileNotFoundError, KeyError or ValueError on a broken one."""
    facts: dict[str, Any] = tomllib.loads((folder / "area.toml").read_text(encoding="utf-8"))
    area, door, box = facts["area"], facts["front_door"], facts["map"]
    localities = _localities(folder)
    return Area(
        folder=folder,
        name=area["name"],
        council=area["council"],
        council_area=area["council_area"],
        council_codes=frozenset(area["council_codes"]),
        network=area["network"],
        leave_to=_web_address(area.get("leave_to", LEAVE_TO)),
        online_hub=area.get("online_hub", ""),
        postcode_example=area["postcode_example"],
        place_example=area["place_example"],
        services_file=(folder / area["services"]).resolve(),
        places_file=(folder / area["places"]).resolve(),
        basemap_folder=folder / "basemap",
        barriers_file=folder / "barriers.geojson",
        front_door=FrontDoor(**{key: door.get(key, "") for key in ("name", "phone", "website", "description")}),
        freshness=FreshnessLimits(**facts.get("freshness", {})),
        read_within_days=facts.get("providers", {}).get("read_within_working_days"),
        reminders=ReminderLimits(**facts.get("reminders", {})),
        brand=Brand.of(folder, **facts.get("brand", {})),
        bounds=(box["south"], box["west"], box["north"], box["east"]),
        localities=localities,
        postcode_localities=_postcode_localities(folder, localities),
        councils={
            row["code"]: row["name"] for row in (*_rows(ROOT / "data/councils.csv"), *_rows(folder / "councils.csv"))
        },
        urgent_help=tuple(
            UrgentHelp(**{key: row[key] for key in UrgentHelp.__dataclass_fields__})
            for row in (*_rows(ROOT / "data/urgent_help.csv"), *_rows(folder / "urgent_help.csv"))
        ),
        urgent_kinds={
            row["kind"]: (row["message"], _several(row["help"])) for row in _rows(ROOT / "data/urgent_kinds.csv")
        },
        urgent_signs=load_urgent_signs(ROOT / "data"),
        targets={
            row["slug"]: Target(
                slug=row["slug"],
                label=row["label"],
                target=int(row["target"]),
                counts=row["counts"],
                kinds=_several(row["counted_kinds"]),
                attribute=row.get("counted_attribute") or "",
                source_title=row["source_title"],
                source_date=row["source_date"],
                note=row["note"],
            )
            for row in _rows(folder / "targets.csv")
        },
        kinds={
            row["kind"]: Kind(
                slug=row["kind"],
                **{k: row[k] for k in ("label", "plural_label", "shape", "description")},
                to_do=row["to_do"] == "yes",
                in_holidays=row["in_holidays"] == "yes",
            )
            for row in _rows(ROOT / "data/kinds.csv")
        },
        service_types=tuple(
            ServiceType(name=row.pop("service"), **row) for row in _rows(ROOT / "data/start_for_life.csv")
        ),
        links=tuple(Link(link["name"], link["url"]) for link in area.get("links", ())),
        school_terms=tuple((one.first, one.last) for one in _school_dates(folder, "term")),
        school_holidays=tuple((one.first, one.last) for one in _school_dates(folder, "holiday")),
        named_holidays=_school_dates(folder, "holiday"),
        bank_holidays=frozenset(date.fromisoformat(row["date"]) for row in _rows(ROOT / "data/bank_holidays.csv")),
    )


def init_app(app: Flask) -> None:
    app.extensions["hub_area"] = load_area(area_folder(app.config["HUB_AREA"]))


def current_area() -> Area:
    area: Area = current_app.extensions["hub_area"]
    return area


def _localities(folder: Path) -> dict[str, Locality]:
    return {
        row["slug"]: Locality(
            slug=row["slug"],
            name=row["name"],
            outcodes=_several(row["outcodes"]),
            places=_several(row["places"]),
            note=row["note"],
        )
        for row in _rows(folder / "localities.csv")
    }


def _postcode_localities(folder: Path, localities: Mapping[str, Locality]) -> dict[str, str]:
    found = {}
    for line, row in enumerate(_rows(folder / "locality_postcodes.csv"), start=2):
        if row["locality"] not in localities:
            raise ValueError(f"locality_postcodes.csv, line {line}: “{row['locality']}” is no slug of localities.csv")
        found[row["postcode"].replace(" ", "").upper()] = row["locality"]
    return found


def load_urgent_signs(folder: Path) -> UrgentSigns:
    """Read what danger sounds like. Raises KeyError or ValueError where a phrase says what cannot be read."""
    sets: dict[str, tuple[str, ...]] = {}
    for row in _rows(folder / "urgent_words.csv"):
        sets[row["name"]] = (*sets.get(row["name"], ()), *_several(row["words"]))
    kinds = {row["kind"] for row in _rows(folder / "urgent_kinds.csv")}
    phrases = [_urgent_phrase(row, sets) for row in _rows(folder / "urgent_phrases.csv")]
    for phrase in phrases:
        if phrase.kind not in kinds:
            raise ValueError(f"urgent_phrases.csv: “{' '.join(phrase.pieces)}” is of no kind of urgent_kinds.csv")
    examples = _urgent_examples(folder, "urgent_examples.csv")
    others = _urgent_examples(folder, "urgent_examples.*.csv")
    for text, kind in (*examples.texts, *others.texts):
        if kind not in {"", *kinds}:
            raise ValueError(f"urgent_examples.csv: “{text}” is of no kind of urgent_kinds.csv")
    return UrgentSigns(
        phrases=tuple(phrases),
        calm=tuple(_urgent_phrase(row, sets) for row in _rows(folder / "urgent_calm.csv")),
        words=sets,
        spellings=tuple((row["said"], row["means"]) for row in _rows(folder / "urgent_spellings.csv")),
        examples=examples,
        other_languages=others,
    )


def _urgent_examples(folder: Path, pattern: str) -> UrgentExamples:
    return _read_examples(tuple((path, path.stat().st_mtime_ns) for path in sorted(folder.glob(pattern))))


@lru_cache(maxsize=4)
def _read_examples(files: tuple[tuple[Path, int], ...]) -> UrgentExamples:
    """The same examples as long as their files stay as they are, so that they are learnt from once."""
    return UrgentExamples(tuple((row["text"], row["kind"]) for path, _ in files for row in _rows(path)))


def _urgent_phrase(row: dict[str, str], sets: Mapping[str, tuple[str, ...]]) -> UrgentPhrase:
    phrase = UrgentPhrase(
        kind=row.get("kind", ""),
        pieces=tuple(row["phrase"].split()),
        how=row["how"],
        unless=_several(row["unless"]),
        calms=_several(row.get("calms") or row.get("calmed_by", "")),
    )
    named = {word[1:-1] for piece in (*phrase.pieces, *phrase.unless) for word in piece.split("/") if word[0] == "{"}
    if not phrase.pieces or phrase.how not in URGENT_GAPS or not named <= sets.keys():
        raise ValueError(f"“{row['phrase']}” has no words, or is read in no way we know, or names no set of words")
    return phrase


def _school_dates(folder: Path, kind: str) -> tuple[Holiday, ...]:
    found = []
    for row in _rows(folder / "school_terms.csv"):
        first, last = date.fromisoformat(row["starts_on"]), date.fromisoformat(row["ends_on"])
        if row["kind"] not in ("term", "holiday") or last < first:
            raise ValueError(f"school_terms.csv: {row['name']} is no term or holiday, or ends before it starts")
        if row["kind"] == kind:
            found.append(Holiday(row["name"], first, last))
    return tuple(found)


def _web_address(text: str) -> str:
    if not text.startswith("https://"):
        raise ValueError(f"area.toml: “{text}” is no address that begins with https://")
    return text


def _several(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split("|") if part.strip())


def _rows(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
