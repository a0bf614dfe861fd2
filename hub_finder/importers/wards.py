"""Which ward each postcode is in, from the file of a council: the localities of an area that is begun."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from hub_finder.directory.postcodes import compact, is_postcode
from hub_finder.importers.report import Report, UnreadableFile
from hub_finder.importers.tables import read_lines

LONGEST_NAME = 60
# What councils and the ONS call the columns; small letters, "_" as a space.
HEADINGS = {
    "postcode": r"post ?code|pcds|pcd[78]?",
    "ward": r"ward|ward name|wd\d\dnm",
    "locality": r"locality",
}
HOW = (
    "It needs a line for each postcode, with the headings postcode and ward; and locality, where several wards make "
    "one locality."
)
GSS_CODE = re.compile(r"[ENSW]\d{8}")


@dataclass(kw_only=True)
class WardFile(Report):
    """`localities` are names by compact postcode; `wards` the names of the wards that each is made of."""

    localities: dict[str, str] = field(default_factory=dict)
    wards: dict[str, set[str]] = field(default_factory=dict)


def read_wards(path: Path) -> WardFile:
    """Read a CSV file or a workbook. Bad rows are refused, each with its line, column, value and reason.

    Raises UnreadableFile for one that names no wards, or no postcodes.
    """
    found = WardFile()
    lines = read_lines(path, [])
    first = next(lines, None)
    at = _columns(first.cells if first else [], path)
    for line in lines:
        if line.faults or len(line.cells) <= max(at.values()):
            found.refuse(line.number, "(row)", ",".join(line.cells), "has too few cells, or one that cannot be read")
            continue
        row = {column: " ".join(line.cells[index].split()) for column, index in at.items()}
        code = compact(row["postcode"])
        if refused := _refusal(row, code, found):
            column, reason = refused
            found.refuse(line.number, column, row[column], reason)
            continue
        name = row.get("locality") or row["ward"]
        found.localities[code] = name
        found.wards.setdefault(name, set()).add(row["ward"])
    return found


def _columns(headings: Sequence[str], path: Path) -> dict[str, int]:
    names = [" ".join(heading.lower().replace("_", " ").split()) for heading in headings]
    at = {
        column: next((index for index, name in enumerate(names) if re.fullmatch(pattern, name)), None)
        for column, pattern in HEADINGS.items()
    }
    missing = [column for column in ("postcode", "ward") if at[column] is None]
    if missing:
        raise UnreadableFile(f"{path.name} has no column {' and no column '.join(missing)}. {HOW}")
    return {column: index for column, index in at.items() if index is not None}


def _refusal(row: dict[str, str], code: str, before: WardFile) -> tuple[str, str] | None:
    """What is wrong with a row: the column and the reason."""
    if not is_postcode(code):
        return "postcode", "is no whole postcode"
    for column in [name for name in ("ward", "locality") if name in row]:
        if column == "ward" and not row[column]:
            return column, "is empty: each postcode is in a ward"
        if GSS_CODE.fullmatch(row[column]):
            return column, "is a code: families read this, so write the name"
        if len(row[column]) > LONGEST_NAME:
            return column, f"is longer than {LONGEST_NAME} characters"
    there = before.localities.get(code)
    if there is not None and there != (row.get("locality") or row["ward"]):
        return "postcode", f"is in {there} too, further up"
    return None
