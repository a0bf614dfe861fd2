"""Loading an area's towns and villages from its places.csv."""

import csv
import re
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

from hub_finder.directory.place_names import key_of, keys_of
from hub_finder.directory.postcodes import is_outcode
from hub_finder.extensions import db
from hub_finder.importers.report import Report, UnreadableFile
from hub_finder.models.places import Dataset, Place

DATASET = "places"
COLUMNS = ("name", "aliases", "latitude", "longitude", "outcode", "council", "population", "kind", "source")
KINDS = ("city", "town", "suburb", "village", "hamlet", "locality")

Values = dict[str, str | int | float | None]


def import_places(path: Path) -> Report:
    """Make the places those of the file: rows are matched by name, added, changed and removed.

    Columns are those of COLUMNS; `aliases` are parted by "|", degrees are WGS84, `council` is a
    GSS code. Bad rows are refused and the rest goes in; nothing is removed while a row is
    refused. Owns its transaction and commits it. Raises UnreadableFile.
    """
    report = Report()
    wanted = _read(path, report)
    known = {place.name: place for place in db.session.scalars(select(Place))}
    for name, values in wanted.items():
        place = known.get(name)
        if place is None:
            db.session.add(Place(**values))
            report.added += 1
        elif changes := {column: value for column, value in values.items() if getattr(place, column) != value}:
            for column, value in changes.items():
                setattr(place, column, value)
            report.changed += 1
        else:
            report.unchanged += 1
    for name in known.keys() - wanted.keys() if not report.refused else ():
        db.session.delete(known[name])
        report.removed += 1
    if report.added or report.changed or report.removed:
        now = datetime.now(UTC)
        dataset = Dataset(name=DATASET, source=path.name, fingerprint="", rows=len(wanted), loaded_at=now)
        db.session.merge(dataset)
    db.session.commit()
    return report


def _read(path: Path, report: Report) -> dict[str, Values]:
    wanted: dict[str, Values] = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = [column for column in COLUMNS if column not in (reader.fieldnames or ())]
            if missing:
                raise UnreadableFile(f"The first line must name the columns. Missing: {', '.join(missing)}.")
            for row in reader:
                try:
                    values = _values({column: (row[column] or "").strip() for column in COLUMNS}, wanted)
                except _BadCellError as bad:
                    report.refuse(reader.line_num, bad.column, row[bad.column] or "", bad.reason)
                else:
                    wanted[str(values["name"])] = values
    except OSError as error:
        raise UnreadableFile(f"{path} cannot be read: {error.strerror}") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise UnreadableFile(f"{path.name} is not a CSV file in UTF-8: {error}") from error
    return wanted


class _BadCellError(Exception):
    def __init__(self, column: str, reason: str) -> None:
        super().__init__(column, reason)
        self.column, self.reason = column, reason


def _values(row: dict[str, str], before: dict[str, Values]) -> Values:
    if not key_of(row["name"]) or len(row["name"]) > 100:
        raise _BadCellError("name", "is not a name of 1 to 100 characters")
    if row["name"] in before:
        raise _BadCellError("name", "is in the file more than once")
    if row["outcode"] and not is_outcode(row["outcode"]):
        raise _BadCellError("outcode", "is not the first half of a postcode, such as SW1A")
    if row["council"] and not re.fullmatch(r"[ENSW]\d{8}", row["council"]):
        raise _BadCellError("council", "is not a GSS code, such as E06000001")
    if row["population"] and not re.fullmatch(r"\d{1,8}", row["population"], re.ASCII):
        raise _BadCellError("population", "is not a whole number")
    if row["kind"] not in KINDS:
        raise _BadCellError("kind", f"is none of {', '.join(KINDS)}")
    aliases = [alias.strip() for alias in row["aliases"].split("|") if alias.strip()]
    return {
        "name": row["name"],
        "keys": keys_of(row["name"], aliases),
        "aliases": "|".join(aliases),
        "latitude": _degrees(row, "latitude", 49.0, 61.5),
        "longitude": _degrees(row, "longitude", -9.0, 2.5),
        "outcode": row["outcode"] or None,
        "council": row["council"] or None,
        "population": int(row["population"]) if row["population"] else None,
        "kind": row["kind"],
        "source": row["source"],
    }


def _degrees(row: dict[str, str], column: str, least: float, most: float) -> float:
    try:
        value = float(row[column])
    except ValueError:
        raise _BadCellError(column, "is not a number of degrees") from None
    if not least <= value <= most:
        raise _BadCellError(column, f"is not within {least} and {most} degrees")
    return value
