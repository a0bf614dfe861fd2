"""Which of our columns each heading of a file means, read forgivingly but never guessed."""

import csv
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz import fuzz, process

from hub_finder.directory.columns import REQUIRED
from hub_finder.importers.cells import as_it_was, disarmed
from hub_finder.importers.guides import Form, read_guide
from hub_finder.importers.report import UnreadableFile

NEEDED: Mapping[Form, tuple[str, ...]] = {
    "listings": REQUIRED,
    "holiday": ("Provider", "Activity", "What happens", "Venue"),
}
LEAST_LIKENESS = 80
MOST_NAMED = 20
Mapped = Mapping[str, str]


@dataclass(frozen=True)
class Headings:
    """The form of a file, and for each cell of a row its column, or None when it is left out."""

    form: Form
    columns: tuple[str | None, ...]
    given: tuple[str, ...]

    @property
    def absent(self) -> list[str]:
        """The columns of the form that the file does not have."""
        return [guide.column for guide in read_guide(self.form) if guide.column not in self.columns]

    def mapped(self) -> dict[str, str]:
        """Their heading to our column, as a mapping file holds it."""
        pairs = zip(self.given, self.columns, strict=True)
        return {heading: column or "" for heading, column in pairs if heading}


def read_headings(cells: Sequence[str], mapping: Mapped, notes: list[str]) -> Headings:
    """The columns that the headings mean: our own names in any spelling, common other names, and the mapping's.

    Headings that mean nothing here are named in the notes, with what they may have meant. Raises UnreadableFile when
    one may mean several columns, several mean one, or a column is missing that every listing must have.
    """
    given = tuple(" ".join(cell.split()) for cell in cells)
    form = _form_of(given, mapping)
    known, said = _names(form), {key_of(heading): column for heading, column in mapping.items()}
    columns = tuple(_column_of(heading, known, said) for heading in given)
    missing = [column for column in NEEDED[form] if column not in columns]
    if missing:
        raise UnreadableFile(f"The first line must name the columns. Missing: {', '.join(missing)}.")
    doubled = sorted({column for column in columns if column and columns.count(column) > 1})
    if doubled:
        raise UnreadableFile(f"These columns stand twice in the first line: {', '.join(doubled)}.")
    strange = [
        heading
        for heading, column in zip(given, columns, strict=True)
        if heading and not column and key_of(heading) not in said
    ]
    if strange:
        named = ", ".join(_suggested(heading, known) for heading in strange[:MOST_NAMED])
        more = f" and {len(strange) - MOST_NAMED} more" if len(strange) > MOST_NAMED else ""
        notes.append(f"Columns that are not known here were left out: {named}{more}.")
    return Headings(form, columns, given)


def read_mapping(path: Path) -> dict[str, str]:
    """Their heading to our column, from a CSV file with the columns `heading` and `column`; a blank leaves one out.

    Raises UnreadableFile.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except OSError as error:
        raise UnreadableFile(f"{path} cannot be read: {error.strerror}") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise UnreadableFile(f"{path.name} is not a CSV file in UTF-8.") from error
    if rows and not {"heading", "column"} <= rows[0].keys():
        raise UnreadableFile(f"{path.name} must have the columns heading and column.")
    mapping = {as_it_was(row["heading"] or ""): (row["column"] or "").strip() for row in rows}
    ours = {guide.column for form in NEEDED for guide in read_guide(form)}
    wrong = sorted(column for column in mapping.values() if column and column not in ours)
    if wrong:
        raise UnreadableFile(f"{path.name} names columns that we do not have: {', '.join(wrong)[:200]}.")
    return mapping


def write_mapping(path: Path, headings: Headings) -> None:
    """Write down which column each heading was taken for, for `read_mapping`."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("heading", "column"))
        writer.writerows((disarmed(heading), column) for heading, column in headings.mapped().items())


def key_of(heading: str) -> str:
    """A heading without case, spaces and marks: "Post-code " is postcode."""
    plain = unicodedata.normalize("NFKC", heading).casefold().replace("&", "and")
    return re.sub(r"[\W_]+", "", plain)


def _names(form: Form) -> dict[str, list[str]]:
    """The columns that each name may mean. A column's own name means nothing else."""
    guide = read_guide(form)
    names = {key_of(one.column): [one.column] for one in guide}
    own = set(names)
    for one in guide:
        for name in set(map(key_of, one.other_names)) - own:
            names.setdefault(name, []).append(one.column)
    return names


def _column_of(heading: str, known: Mapping[str, list[str]], said: Mapped) -> str | None:
    key = key_of(heading)
    if key in said:
        return said[key] or None
    columns = known.get(key, [])
    if len(columns) > 1:
        which = " or ".join(columns)
        raise UnreadableFile(f"The heading “{heading[:60]}” may mean {which}. Rename it, or say which with --mapping.")
    return columns[0] if columns else None


def _form_of(given: Sequence[str], mapping: Mapped) -> Form:
    """The form of which more of the columns are there that every row must have; a full file of listings wins."""
    said = {key_of(heading): column for heading, column in mapping.items()}

    def share(form: Form) -> float:
        names = _names(form)
        found = {said.get(key_of(one)) or next(iter(names.get(key_of(one), [])), None) for one in given}
        return len(found.intersection(NEEDED[form])) / len(NEEDED[form])

    return "holiday" if share("holiday") > share("listings") else "listings"


def _suggested(heading: str, known: Mapping[str, list[str]]) -> str:
    near = process.extractOne(key_of(heading), known.keys(), scorer=fuzz.ratio, score_cutoff=LEAST_LIKENESS)
    shown = heading[:60]
    return f"{shown} (did you mean {' or '.join(known[near[0]])}?)" if near else shown
