"""One listing as it is written in rows of text, checked the same way wherever it comes from.

The first row says everything of which there is one. Each row under it adds one more place with its times, contact,
price, booking, alert or source, and is blank otherwise, but for the id.
"""

import hashlib
import json
import unicodedata
from collections.abc import Collection, Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hub_finder.directory.cards import AnySchedule
from hub_finder.directory.columns import COLUMNS, GROUPS, REPEATED, REQUIRED, SPEC, Group, Refused
from hub_finder.models.services import Coverage, Precision

_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
# What a listing shares with others or never changes is not a fact of its own.
_NOT_ITS_OWN = {"uuid", *GROUPS["organisation"]} - {"organisation"}
# The values of a group in a row that does not speak of it.
_BLANK = {group: {SPEC[name].attribute: SPEC[name].blank for name in names} for group, names in GROUPS.items()}

Row = Mapping[str, str]
Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Problem:
    """Why one cell cannot be taken, in words for the person who typed it. `row` counts the listing's rows from 0."""

    column: str
    value: str
    reason: str
    row: int = 0


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """The values that a listing may name."""

    needs: Collection[str]
    kinds: Collection[str]
    localities: Collection[str]
    pictures: Container[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Listing:
    """A checked listing: values by the names of the tables' columns, None or () where nothing is stated.

    `schedules` are the times with the position of their place, None for times of no one place. `parts` holds the
    contacts, prices, bookings, alerts and sources, by group.
    """

    slug: str
    facts: Facts
    organisation: Facts
    places: tuple[Facts, ...]
    schedules: tuple[tuple[int | None, AnySchedule], ...]
    parts: Mapping[Group, tuple[Facts, ...]]


class _Reader:
    """Reads the cells of one row and gathers what is wrong with them, so that one pass reports everything."""

    def __init__(self, cells: Row, number: int, problems: list[Problem]) -> None:
        self.cells = {name: text for name, cell in cells.items() if name in COLUMNS and (text := cell.strip())}
        self.number, self.problems = number, problems

    def refuse(self, column: str, reason: str, value: str | None = None) -> None:
        self.problems.append(
            Problem(column, self.cells.get(column, "") if value is None else value, reason, self.number)
        )

    def group(self, group: Group) -> dict[str, Any]:
        """The values of a group's columns."""
        said = {SPEC[name].attribute: self._value(name) for name in GROUPS[group] if name in self.cells}
        return {**_BLANK[group], **said}

    def says(self, group: Group) -> bool:
        """Whether any cell of a group is filled in; "no point" is not a fact."""
        return any(self.cells.get(name, Precision.NONE) != Precision.NONE for name in GROUPS[group])

    def _value(self, name: str) -> Any:
        try:
            return SPEC[name].read(self.cells[name])
        except Refused as refused:
            self.refuse(name, refused.reason, refused.value)
            return SPEC[name].blank


def parse_listing(rows: Sequence[Row], vocabulary: Vocabulary) -> tuple[Listing | None, list[Problem]]:
    """A listing from its rows of text, or None and everything that is wrong with them.

    A column that a row does not have counts as blank; white space around a cell does not count.
    """
    problems: list[Problem] = []
    readers = [_Reader(cells, number, problems) for number, cells in enumerate(rows)]
    for reader in readers:
        _check_texts(reader)
    if problems:
        return None, problems
    first = readers[0]
    for name in REQUIRED:
        if name not in first.cells:
            first.refuse(name, "must be filled in")
    for reader in readers[1:]:
        _check_further(reader, first)
    facts, organisation = first.group("service"), first.group("organisation")
    _check_facts(first, facts, vocabulary)
    _check_picture(first, facts, vocabulary)
    places: list[dict[str, Any]] = []
    schedules: list[tuple[int | None, AnySchedule]] = []
    for reader in readers:
        _read_place(reader, places, schedules, sensitive=facts["sensitive"])
    parts: dict[Group, tuple[Facts, ...]] = {
        group: tuple(reader.group(group) for reader in readers if reader.says(group)) for group in REPEATED[1:]
    }
    _check_parts(readers)
    if problems:
        return None, problems
    return (
        Listing(
            slug=facts.pop("slug"),
            facts=facts,
            organisation=organisation,
            places=tuple(places),
            schedules=tuple(schedules),
            parts=parts,
        ),
        [],
    )


def _check_texts(reader: _Reader) -> None:
    for column, value in reader.cells.items():
        if reason := fault_of(value, longest=COLUMNS[column]):
            reader.refuse(column, reason)


def fault_of(text: str, *, longest: int) -> str | None:
    """Why no cell may hold a text, whatever it means: its length, or characters that nobody can see."""
    if len(text) > longest:
        return f"is {len(text):,} characters long; the most is {longest:,}"
    if "\ufffd" in text:
        return "holds characters that could not be read; save the file as UTF-8"
    if not text.isprintable() and any(unicodedata.category(mark) in _UNSEEN and mark != "\u200d" for mark in text):
        return "holds characters that cannot be seen, such as a line break or a control character"
    return None


def _check_further(reader: _Reader, first: _Reader) -> None:
    if reader.cells.get("id") != first.cells.get("id"):
        reader.refuse("id", "must be the id of the row that this one adds to")
    for name in (*GROUPS["service"], *GROUPS["organisation"]):
        if name in reader.cells and name != "id":
            reader.refuse(name, "must be blank in a row that adds to the listing above")
    if not any(map(reader.says, REPEATED)):
        reader.refuse("id", "adds nothing to the listing above")


def _check_facts(row: _Reader, facts: Facts, vocabulary: Vocabulary) -> None:
    for column, known in (("kind", vocabulary.kinds), ("locality", vocabulary.localities)):
        if facts[column] and facts[column] not in known:
            row.refuse(column, f"is not a {column} known here")
    for need in facts["needs"]:
        if need not in vocabulary.needs:
            row.refuse("needs", "is not one of the values this column takes", need)
    for scope, value in facts["areas"]:
        if scope is Coverage.LOCALITY and value not in vocabulary.localities:
            row.refuse(
                "service_area", "must be national, council:CODE, locality:NAME or outcode:AB1", f"{scope}:{value}"
            )
    low, high = facts["min_age"], facts["max_age"]
    if low is not None and high is not None and low > high:
        row.refuse("max_age", f"is under the youngest age, {low:g}")
    if facts["slug"] in facts["related"]:
        row.refuse("related", "names the listing itself", facts["slug"])


def _check_picture(row: _Reader, facts: Facts, vocabulary: Vocabulary) -> None:
    if facts["picture_description"] and "picture" not in row.cells:
        row.refuse("picture_description", "describes a picture that is not there")
    if not facts["picture"]:
        return
    if facts["sensitive"]:
        row.refuse("picture", "must be blank: the picture of a sensitive listing may show where it is")
    if facts["picture"] not in vocabulary.pictures:
        row.refuse("picture", "is not a picture that is stored here")
    if not facts["picture_description"]:
        row.refuse("picture_description", "must be filled in: it is read to those who cannot see the picture")


def _read_place(
    row: _Reader, places: list[dict[str, Any]], schedules: list[tuple[int | None, AnySchedule]], *, sensitive: bool
) -> None:
    place = row.group("place")
    times = place.pop("schedules")
    _check_point(row, place)
    position = None
    if any(row.cells.get(name, Precision.NONE) != Precision.NONE for name in GROUPS["place"] if name != "schedule"):
        if sensitive:
            named = next(name for name in GROUPS["place"] if name in row.cells)
            row.refuse(named, "must be blank: a sensitive listing keeps no place")
        if place not in places:
            places.append(place)
        position = places.index(place)
    schedules.extend((position, schedule) for schedule in times)


def _check_point(row: _Reader, place: Facts) -> None:
    blank = [column for column in ("latitude", "longitude") if column not in row.cells]
    if len(blank) == 1:
        row.refuse(blank[0], "must be given together with the other coordinate")
    elif bool(blank) != (place["precision"] is Precision.NONE):
        row.refuse("location_precision", "must be “none” without a point, and must say how exact a point is")


def _check_parts(readers: Sequence[_Reader]) -> None:
    for row in readers:
        if row.says("alert") and "alert" not in row.cells:
            row.refuse("alert", "must say what there is to know")
        if "wait_time_date" in row.cells and "wait_time" not in row.cells:
            row.refuse("wait_time", "must say how long, as its date is given")
        for start, end in (("booking_from", "booking_to"), ("alert_from", "alert_to")):
            if row.cells.get(end, "9") < row.cells.get(start, ""):
                row.refuse(end, f"is before {row.cells[start]}")


# ---- back to text


def rows_of(listing: Listing) -> list[dict[str, str]]:
    """The listing as rows of text in the one form that files and comparisons use: the inverse of `parse_listing`."""
    blocks: list[dict[str, Any]] = [
        {**place, "schedules": times}
        for number, place in enumerate(listing.places)
        for times in _in_cells([one for position, one in listing.schedules if position == number]) or ((),)
    ]
    elsewhere = _in_cells([one for position, one in listing.schedules if position is None])
    blocks += [{"schedules": times} for times in elsewhere]
    repeated: dict[Group, Sequence[Facts]] = {"place": blocks, **listing.parts}
    rows = [
        dict.fromkeys(COLUMNS, "") | {"id": listing.slug}
        for _ in range(max(1, *(len(several) for several in repeated.values())))
    ]
    rows[0] |= _write("service", {**listing.facts, "slug": listing.slug}) | _write("organisation", listing.organisation)
    rows[0]["location_precision"] = str(Precision.NONE)
    for group, several in repeated.items():
        for row, facts in zip(rows, several, strict=False):
            row |= _write(group, facts)
    return rows


def _in_cells(schedules: Sequence[AnySchedule]) -> list[list[AnySchedule]]:
    """Times in as many cells as they need: a place with more than one cell holds is written again in the next row."""
    column = SPEC["schedule"]
    cells: list[list[AnySchedule]] = []
    for schedule in schedules:
        if cells and len(column.write([*cells[-1], schedule])) <= column.longest:
            cells[-1].append(schedule)
        else:
            cells.append([schedule])
    return cells


def _write(group: Group, facts: Facts) -> dict[str, str]:
    written = {}
    for name in GROUPS[group]:
        column = SPEC[name]
        value = facts.get(column.attribute)
        if value is not None:
            written[name] = column.write(value)
    return written


def fingerprint_of(rows: Sequence[Row]) -> str:
    """What stands for all facts that rows in their one form say: the same for the same facts, also with new columns."""
    said = [{name: text for name, text in row.items() if text and name not in _NOT_ITS_OWN} for row in rows]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def stamp_of(rows: Sequence[Row]) -> str:
    """What stands for all that a page showed of a listing, the organisation's facts too; "" for nothing."""
    said = json.dumps([dict(row) for row in rows], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest() if rows else ""


def compare_rows(old: Sequence[Row], new: Sequence[Row]) -> list[tuple[str, str, str]]:
    """(column, old, new) of each column that two listings fill differently; several rows are told with bars between."""
    return [(name, before, after) for name in COLUMNS if (before := _all(old, name)) != (after := _all(new, name))]


def _all(rows: Sequence[Row], name: str) -> str:
    cells = [row.get(name, "") for row in rows]
    if name == "id":
        return cells[0]
    while len(cells) > 1 and not cells[-1]:
        cells.pop()
    return " | ".join(cells)
