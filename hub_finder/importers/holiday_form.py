"""The short form of holiday activities: a row that an organiser filled in becomes a row of a listing, or is refused.

Rows with the same provider, activity and venue are one listing; each adds its days and what can be booked for them.
"""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import func, select

from hub_finder.area import Area
from hub_finder.directory.columns import GROUPS, SPEC, Refused
from hub_finder.directory.postcodes import compact, is_postcode, spaced
from hub_finder.extensions import db
from hub_finder.importers.guides import holiday_rules
from hub_finder.importers.holiday_dates import Days, read_days, read_hours
from hub_finder.models.places import Place, Postcode

LONGEST_ID = 80
# What makes an activity the one that it is; each row needs all of it.
NAMING = ("Provider", "Activity", "Venue")
EVERYONE = {"everyone", "everybody", "all", "anyone", "all children", "every child"}
YES, NO = {"yes", "y", "true"}, {"no", "n", "false"}
FULL, SOME = {"full", "fully booked", "no places left", "no places"}, {"places left", "spaces left", "places available"}
# What each heading fills in. The rest of a listing that stands here already is left as it is.
FILLS: Mapping[str, tuple[str, ...]] = {
    "Provider": ("organisation",),
    "Activity": ("id", "name"),
    "What happens": ("summary",),
    "Venue": ("location_name",),
    "Address": ("address_1", "city", "country"),
    "Postcode": ("postal_code", "latitude", "longitude", "location_precision", "locality"),
    "Dates": ("schedule", "booking_from", "booking_to"),
    "Ages": ("min_age", "max_age", "ages_note"),
    "Free for": ("booking_free_for", "cost"),
    "Food": ("booking_food",),
    "How to book": ("booking_url", "booking_places", "phone", "email"),
}
HEADING_OF = {column: heading for heading, columns in FILLS.items() for column in columns}
# What each row of a listing says for itself; all the rest must be the same in all of its rows.
OF_A_ROW = ("schedule", *GROUPS["booking"])
_URL = re.compile(r"https?://\S+|www\.\S+", re.IGNORECASE)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_PHONE = re.compile(r"\+?[\d ()-]{9,}", re.ASCII)
_AGES = re.compile(
    r"(?:ages?d? ?)?(\d{1,2})(?: ?(?:-|–|to) ?(\d{1,2})| ?(\+)| (and over|and above|or over|upwards))?", re.ASCII
)
_UP_TO = re.compile(r"(?:ages? )?up to (?:age )?(\d{1,2})", re.ASCII)
_SCHOOL_YEAR = re.compile(r"(?:years?|yrs?|y) ?(\d{1,2})|(reception|nursery)", re.ASCII)
_TAIL = re.compile(r" ?(?:years? ?olds?|years?|yrs?|y\.?o\.?)(?: of age)?$")


class Wrong(NamedTuple):
    """A cell that cannot be taken: the heading as our form has it, what it says, and why not."""

    heading: str
    value: str
    reason: str


def read_row(cells: Mapping[str, str], area: Area, *, today: date) -> tuple[dict[str, str], list[Wrong], list[str]]:
    """The row of a listing that a filled-in row stands for, what is wrong with it, and what to note about it."""
    row: dict[str, str] = {}
    notes: list[str] = []
    said = {heading: " ".join(text.split()) for heading, text in cells.items()}
    wrong = [Wrong(heading, "", "must be filled in") for heading in NAMING if not said.get(heading)]
    row |= {
        "id": id_of(said.get("Activity", ""), said.get("Venue", ""), said.get("Provider", "")),
        "name": said.get("Activity", ""),
        "organisation": said.get("Provider", ""),
        "summary": said.get("What happens", ""),
        "location_name": said.get("Venue", ""),
    }
    readers: dict[str, Callable[[str], Mapping[str, str]]] = {
        "Address": _address,
        "Postcode": lambda text: _point(text, area, notes),
        "Ages": _ages,
        "Free for": _free_for,
        "Food": _food,
        # Parts may stand on lines of their own.
        "How to book": lambda _text: _booking(cells["How to book"]),
    }
    for heading, read in readers.items():
        if text := said.get(heading, ""):
            try:
                row |= read(text)
            except Refused as refused:
                wrong.append(Wrong(heading, text, refused.reason))
    _put_days(row, said, wrong, today)
    return row, wrong, notes


def id_of(*names: str) -> str:
    """The id of an activity from its name, venue and provider: the same for the same three, whatever their case."""
    marks = unicodedata.normalize("NFKD", " ".join(names).casefold().replace("'", "").replace("’", ""))
    plain = "".join(mark for mark in marks if not unicodedata.combining(mark))
    slug = "-".join(re.findall(r"[a-z0-9]+", plain))
    whole = hashlib.sha256(plain.encode(errors="replace")).hexdigest()[:8]
    if slug and len(slug) <= LONGEST_ID and plain.isascii():
        return slug
    return f"{slug[: LONGEST_ID - 9].rstrip('-')}-{whole}".lstrip("-")


def with_defaults(rows: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    """The rows of a listing that is new, with what the form does not ask."""
    return [{**holiday_rules()["listing"], **rows[0]}, *map(dict, rows[1:])]


def join(rows: Sequence[dict[str, str]]) -> tuple[list[dict[str, str]], list[tuple[int, str, str]]]:
    """The rows of one listing, with what they share in the first; and (row, column, value) of those that disagree.

    A blank agrees with everything. The place is repeated, so that each row's times belong to it.
    """
    shared: dict[str, str] = {}
    differing = []
    for number, row in enumerate(rows):
        for column, text in row.items():
            if column not in OF_A_ROW and text and shared.setdefault(column, text).casefold() != text.casefold():
                differing.append((number, column, text))
    place = {column: text for column, text in shared.items() if column in GROUPS["place"]}
    own = [{column: row.get(column, "") for column in OF_A_ROW} for row in rows]
    further = [{"id": shared["id"], **place, **one} for one in own[1:]]
    return [{**shared, **own[0]}, *further], differing


def _address(text: str) -> dict[str, str]:
    street, comma, town = (part.strip() for part in text.rpartition(","))
    if comma and not (street and town):
        raise Refused("must be the street, a comma, and the town")
    if not comma:  # one of the two: the name of a town that is known here, or else a street
        is_town = db.session.scalar(select(Place.id).where(func.lower(Place.name) == town.lower()))
        return {"city" if is_town else "address_1": town, "country": "GB"}
    return {"address_1": street, "city": town, "country": "GB"}


def _point(text: str, area: Area, notes: list[str]) -> dict[str, str]:
    code = compact(text)
    if not is_postcode(code):
        raise Refused("is not a full postcode")
    row = {"postal_code": spaced(code), "country": "GB"}
    unit = db.session.get(Postcode, code)
    if unit is None or unit.latitude_e5 is None or unit.longitude_e5 is None:
        notes.append(f"The postcode {spaced(code)} is not known here: its activity has no point on the map.")
        return row
    locality = area.locality_of(code)
    return row | {
        "latitude": f"{unit.latitude_e5 / 100_000:.5f}",
        "longitude": f"{unit.longitude_e5 / 100_000:.5f}",
        "location_precision": "postcode",
        "locality": locality.slug if locality else "",
    }


def _ages(text: str) -> dict[str, str]:
    plain = _TAIL.sub("", text.casefold())
    if plain == "all ages":
        return {"ages_note": "All ages"}
    if found := _UP_TO.fullmatch(plain):
        return {"max_age": found[1]}
    if found := _AGES.fullmatch(plain):
        open_ended = bool(found[3] or found[4])
        return {"min_age": found[1], "max_age": "" if open_ended else found[2] or found[1]}
    first, last = _school_years(plain)
    return {"min_age": str(first[0]), "max_age": str(last[1]), "ages_note": text}


def _school_years(text: str) -> tuple[Sequence[int], Sequence[int]]:
    """The ages of the first and the last school year that a text such as "reception to year 6" names."""
    known: Mapping[str, Sequence[int]] = holiday_rules()["school_years"]
    names: list[str] = []
    for end in re.split(r" ?(?:-|–|\bto\b) ?", text):
        found = _SCHOOL_YEAR.fullmatch(end)
        if found:
            names.append(found[2] or f"year{found[1]}")
        elif names and names[-1].startswith("year") and end.isdecimal():
            names.append(f"year{end}")
    if not 1 <= len(names) <= 2 or len(names) != len(re.split(r"-|–|\bto\b", text)) or not known.keys() >= set(names):
        raise Refused("must be ages such as 5-11 or 8+, or school years such as Reception to Year 6")
    return known[names[0]], known[names[-1]]


def _free_for(text: str) -> dict[str, str]:
    cost = holiday_rules()["cost"]
    return {"booking_free_for": text, "cost": cost["everyone" if text.casefold() in EVERYONE else "some"]}


def _food(text: str) -> dict[str, str]:
    if text.casefold() not in YES | NO:
        raise Refused("must be yes or no, or blank if it is not known")
    return {"booking_food": "yes" if text.casefold() in YES else "no"}


def _booking(text: str) -> dict[str, str]:
    row: dict[str, str] = {}
    for part in filter(None, (one.strip(" .") for one in re.split(r"[,;\n]| or | and | [-–] ", text))):
        column, value = _way_to_book(part)
        if row.setdefault(column, value) != value:
            raise Refused(f"says two things that cannot both be kept: {row[column]} and {value}")
    return row


def _way_to_book(part: str) -> tuple[str, str]:
    plain = part.casefold()
    if plain in FULL or plain in SOME:
        return "booking_places", "full" if plain in FULL else "some"
    if _URL.fullmatch(part):
        if not plain.startswith("http"):
            raise Refused("has a web address without its start, https:// or http://")
        return "booking_url", part
    if _EMAIL.fullmatch(part):
        return "email", plain
    if _PHONE.fullmatch(part):
        return "phone", SPEC["phone"].read(" ".join(re.sub(r"[()-]", " ", part).split()))
    raise Refused(f"has “{part[:40]}”, which is no web address, phone number or email address, nor full or places left")


def _put_days(row: dict[str, str], said: Mapping[str, str], wrong: list[Wrong], today: date) -> None:
    days: list[Days] = []
    hours = None
    try:
        days = read_days(said["Dates"], today=today) if said.get("Dates") else []
    except Refused as refused:
        wrong.append(Wrong("Dates", said["Dates"], refused.reason))
    try:
        hours = read_hours(said["Times"]) if said.get("Times") else None
    except Refused as refused:
        wrong.append(Wrong("Times", said["Times"], refused.reason))
    if hours and not said.get("Dates"):
        wrong.append(Wrong("Times", said["Times"], "needs the Dates that it is meant for"))
    clocks = [f" {opens:%H:%M}{f'-{closes:%H:%M}' if closes else ''}" for opens, closes in hours or []] or [""]
    row["schedule"] = "|".join(_entry(one, clock) for one in days for clock in clocks)
    if days and any(row.get(column) for column in GROUPS["booking"]):
        row["booking_from"], row["booking_to"] = str(min(one.first for one in days)), str(max(one.last for one in days))


def _entry(days: Days, clock: str) -> str:
    if days.first == days.last:
        return f"ONCE {days.first}{clock}"
    return f"WEEKLY {','.join(days.weekdays)}{clock} from {days.first} to {days.last}"
