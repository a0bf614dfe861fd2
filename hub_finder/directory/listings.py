"""One listing as it is written in a row of text, checked the same way wherever it comes from."""

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TypeVar

from hub_finder.directory.postcodes import compact, is_outcode, is_postcode, spaced
from hub_finder.directory.schedules import parse_schedules
from hub_finder.models.services import Confidence, Cost, Coverage, Delivery, Precision, Referral, Schedule

# Column -> most characters it may hold. The order is the order of the file.
COLUMNS: dict[str, int] = {
    "id": 80,
    "name": 120,
    "alternate_names": 500,
    "kind": 40,
    "organisation": 200,
    "summary": 1000,
    "needs": 500,
    "delivery": 60,
    "location_name": 200,
    "address_1": 200,
    "address_2": 200,
    "city": 120,
    "state_province": 120,
    "postal_code": 8,
    "country": 2,
    "latitude": 12,
    "longitude": 12,
    "location_precision": 10,
    "locality": 80,
    "service_area": 500,
    "phone": 40,
    "email": 254,
    "website": 2000,
    "min_age": 3,
    "max_age": 3,
    "ages_note": 300,
    "cost": 20,
    "cost_note": 500,
    "referral": 20,
    "referral_note": 500,
    "accessibility": 1000,
    "schedule": 1000,
    "schedule_note": 1000,
    "source_title": 300,
    "source_url": 2000,
    "source_date": 10,
    "confidence": 10,
    "caution": 1000,
}
REQUIRED = ("id", "name", "kind", "organisation", "summary", "needs", "confidence")
ADDRESS = ("location_name", "address_1", "address_2", "city", "state_province", "postal_code", "country")

_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_PHONE = re.compile(r"\+?[0-9][0-9 ]{2,20}")
_URL = re.compile(r"https?://[^\s/$.?#][^\s]*", re.IGNORECASE)
_PARTIAL_DATE = re.compile(r"\d{4}(-\d\d(-\d\d)?)?", re.ASCII)
_COUNCIL = re.compile(r"[ENSW]\d{8}", re.ASCII)


@dataclass(frozen=True)
class Problem:
    """Why one cell cannot be taken, in words for the person who typed it."""

    column: str
    value: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """The values that a listing may name."""

    needs: Collection[str]
    kinds: Collection[str]
    localities: Collection[str]


@dataclass(frozen=True, kw_only=True)
class Listing:
    """A checked listing. `text` holds the plain columns, None where nothing is stated."""

    slug: str
    name: str
    kind: str
    organisation: str
    summary: str
    text: Mapping[str, str | None]
    alternate_names: tuple[str, ...]
    needs: tuple[str, ...]
    delivery: tuple[str, ...]
    latitude: float | None
    longitude: float | None
    precision: Precision
    areas: tuple[tuple[Coverage, str], ...]
    min_age: int | None
    max_age: int | None
    cost: Cost
    referral: Referral
    confidence: Confidence
    schedules: tuple[Schedule, ...]


Choice = TypeVar("Choice", bound=StrEnum)


@dataclass
class _Row:
    """Reads cells and gathers what is wrong with them, so that one pass reports everything."""

    cells: Mapping[str, str]
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, column: str, reason: str, value: str | None = None) -> None:
        self.problems.append(Problem(column, self.cells[column] if value is None else value, reason))

    def text(self, column: str) -> str | None:
        return self.cells[column] or None

    def matching(self, column: str, pattern: re.Pattern[str], reason: str) -> str | None:
        value = self.cells[column]
        if value and not pattern.fullmatch(value):
            self.refuse(column, reason)
        return value or None

    def several(self, column: str, allowed: Collection[str] | None = None) -> tuple[str, ...]:
        values = tuple(part.strip() for part in self.cells[column].split("|")) if self.cells[column] else ()
        for value in values:
            if not value:
                self.refuse(column, "has an empty part between two bars")
            elif allowed is not None and value not in allowed:
                self.refuse(column, "is not one of the values this column takes", value)
        if len(set(values)) < len(values):
            self.refuse(column, "says the same thing twice")
        return values

    def choice(self, column: str, choices: type[Choice], blank: Choice) -> Choice:
        value = self.cells[column]
        try:
            return choices(value) if value else blank
        except ValueError:
            self.refuse(column, f"must be one of {', '.join(choices)}")
            return blank

    def number(self, column: str, convert: Callable[[str], float], low: float, high: float) -> float | None:
        value = self.cells[column]
        if not value:
            return None
        try:
            number = convert(value)
        except ValueError:
            number = high + 1
        if not value.isascii() or "_" in value or not low <= number <= high:
            self.refuse(column, f"must be a number from {low:g} to {high:g}")
            return None
        return number


def parse_listing(cells: Mapping[str, str], vocabulary: Vocabulary) -> tuple[Listing | None, list[Problem]]:
    """A listing from a row of text, or None and everything that is wrong with it.

    `cells` maps every column of COLUMNS to its text; white space around a cell does not count.
    """
    row = _Row({column: cells[column].strip() for column in COLUMNS})
    for column, longest in COLUMNS.items():
        _check_text(row, column, longest)
    if row.problems:
        return None, row.problems
    for column in REQUIRED:
        if not row.cells[column]:
            row.refuse(column, "must be filled in")
    row.matching("id", _SLUG, "must be small letters, numbers and single hyphens")
    for column, allowed in (("kind", vocabulary.kinds), ("locality", vocabulary.localities)):
        if row.cells[column] and row.cells[column] not in allowed:
            row.refuse(column, f"is not a {column} known here")
    row.matching("phone", _PHONE, "is not a phone number: use digits and spaces")
    row.matching("email", _EMAIL, "is not an email address")
    for column in ("website", "source_url"):
        row.matching(column, _URL, "must be a web address that starts with http:// or https://")
    if row.cells["source_date"] and not _is_partial_date(row.cells["source_date"]):
        row.refuse("source_date", "must be a date such as 2025, 2025-04 or 2025-04-28")
    if row.cells["postal_code"] and not _is_written_well(row.cells["postal_code"]):
        row.refuse("postal_code", "is not a full postcode written like AB1 2CD")
    latitude, longitude, precision = _point(row)
    min_age, max_age = _ages(row)
    listing = Listing(
        slug=row.cells["id"],
        name=row.cells["name"],
        kind=row.cells["kind"],
        organisation=row.cells["organisation"],
        summary=row.cells["summary"],
        text={column: row.text(column) for column in COLUMNS},
        alternate_names=row.several("alternate_names"),
        needs=row.several("needs", vocabulary.needs),
        delivery=row.several("delivery", list(Delivery)),
        latitude=latitude,
        longitude=longitude,
        precision=precision,
        areas=_areas(row, vocabulary),
        min_age=min_age,
        max_age=max_age,
        cost=row.choice("cost", Cost, Cost.NOT_STATED),
        referral=row.choice("referral", Referral, Referral.NOT_STATED),
        confidence=row.choice("confidence", Confidence, Confidence.LOW),
        schedules=_schedules(row),
    )
    return (None if row.problems else listing), row.problems


def _is_written_well(postcode: str) -> bool:
    return is_postcode(compact(postcode)) and spaced(compact(postcode)) == postcode


def _is_partial_date(text: str) -> bool:
    try:
        return bool(_PARTIAL_DATE.fullmatch(text) and date.fromisoformat(text + "-01-01"[len(text) - 4 :]))
    except ValueError:
        return False


def _check_text(row: _Row, column: str, longest: int) -> None:
    value = row.cells[column]
    if len(value) > longest:
        row.refuse(column, f"is {len(value):,} characters long; the most is {longest:,}")
    elif "\ufffd" in value:
        row.refuse(column, "holds characters that could not be read; save the file as UTF-8")
    elif any(unicodedata.category(mark) in _UNSEEN and mark != "\u200d" for mark in value):
        row.refuse(column, "holds characters that cannot be seen, such as a line break or a control character")


def _point(row: _Row) -> tuple[float | None, float | None, Precision]:
    latitude = row.number("latitude", float, -90, 90)
    longitude = row.number("longitude", float, -180, 180)
    precision = row.choice("location_precision", Precision, Precision.NONE)
    blank = [column for column in ("latitude", "longitude") if not row.cells[column]]
    if len(blank) == 1:
        row.refuse(blank[0], "must be given together with the other coordinate")
    elif bool(blank) != (precision is Precision.NONE):
        row.refuse("location_precision", "must be “none” without a point, and must say how exact a point is")
    return latitude, longitude, precision


def _ages(row: _Row) -> tuple[int | None, int | None]:
    low, high = row.number("min_age", int, 0, 120), row.number("max_age", int, 0, 120)
    if low is not None and high is not None and low > high:
        row.refuse("max_age", f"is under the youngest age, {low:g}")
    return (None if low is None else int(low)), (None if high is None else int(high))


def _areas(row: _Row, vocabulary: Vocabulary) -> tuple[tuple[Coverage, str], ...]:
    areas = []
    for entry in row.several("service_area"):
        scope, _, value = entry.partition(":")
        known = {
            "national": not value,
            "council": bool(_COUNCIL.fullmatch(value)),
            "locality": value in vocabulary.localities,
            "outcode": is_outcode(value),
        }
        if known.get(scope):
            areas.append((Coverage(scope), value))
        else:
            row.refuse("service_area", "must be national, council:CODE, locality:NAME or outcode:AB1", entry)
    return tuple(areas)


def _schedules(row: _Row) -> tuple[Schedule, ...]:
    try:
        return tuple(parse_schedules(row.cells["schedule"]))
    except ValueError as error:
        row.refuse("schedule", f"cannot be read: {error}")
        return ()
