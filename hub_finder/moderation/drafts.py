"""A listing in a form: rows of text taken apart into boxes, and put together again with nothing lost."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from unicodedata import category

from hub_finder.directory.columns import COLUMNS, GROUPS, REPEATED, SPEC, Group
from hub_finder.directory.listings import Problem, Row
from hub_finder.models.services import Precision
from hub_finder.moderation.fields import FIXED, LABELS, entries_of, says_something

# More of one group than any listing has: what a program sends is not put together without end.
MOST_ENTRIES = 100
_LINE_ENDS = re.compile(r"(?<!\s)\s*[\r\n]\s*")
_PLACE = [name for name in GROUPS["place"] if name != "schedule"]
_SINGLE = (*GROUPS["service"], *GROUPS["organisation"])


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What stands in the boxes: the columns of which there is one, and the entries of each group of several."""

    single: dict[str, str]
    entries: dict[Group, list[dict[str, str]]]


def draft_of(rows: Sequence[Row]) -> Draft:
    """The boxes of a listing's rows."""
    return Draft(
        single={name: rows[0][name] for name in _SINGLE},
        entries={group: entries_of(rows, group) for group in REPEATED},
    )


def read_draft(form: Mapping[str, str], stored: Sequence[Row]) -> Draft:
    """The boxes as they were sent. What has no box stays as it is stored."""
    kept = draft_of(stored).single
    single = {name: kept[name] if name in FIXED else _cell(form.get(box(name), kept[name])) for name in _SINGLE}
    return Draft(single=single, entries={group: list(_read_entries(form, group)) for group in REPEATED})


def _read_entries(form: Mapping[str, str], group: Group) -> Iterator[dict[str, str]]:
    for number in range(MOST_ENTRIES):
        sent = {name: _cell(form.get(box(name, number), "")) for name in GROUPS[group]}
        if not any(box(name, number) in form for name in GROUPS[group]):
            return
        yield sent


def _cell(text: str) -> str:
    """A cell is one line: the ends of lines in a large box are not meant. What no page can hold is left out."""
    line = _LINE_ENDS.sub(" ", text)
    if line.isprintable():
        return line
    return "".join(" " if category(mark) == "Cc" else mark for mark in line if category(mark) != "Cn")


def without_blanks(draft: Draft) -> Draft:
    """The same without entries that say nothing: emptying its boxes takes one away."""
    kept = {group: [one for one in several if says_something(one)] for group, several in draft.entries.items()}
    return Draft(single=draft.single, entries=kept)


def rows_of_draft(draft: Draft, stored: Sequence[Row]) -> list[dict[str, str]]:
    """The rows of text that the boxes make: an entry of a group stands in the row of its own number."""
    count = max(1, *(len(several) for several in draft.entries.values()))
    rows = [dict.fromkeys(COLUMNS, "") | {"id": stored[0]["id"]} for _ in range(count)]
    rows[0] |= draft.single
    if draft.single["organisation"] != stored[0]["organisation"]:
        # With its id, another name would rename the organisation in all of its listings.
        rows[0]["organisation_uuid"] = ""
    for several in draft.entries.values():
        for row, entry in zip(rows, several, strict=False):
            row |= entry
    for number, row in enumerate(rows):
        if not row["location_precision"] and (number == 0 or any(row[name] for name in _PLACE)):
            row["location_precision"] = str(Precision.NONE)
    return rows


def box(column: str, number: int = 0) -> str:
    """The name of the box of a column; entries of a group are counted from 0."""
    return f"{column}-{number}"


def messages(problems: Sequence[Problem], rows: Sequence[Row]) -> dict[str, str]:
    """What to say beside each box. A box with several problems tells the first."""
    said: dict[str, str] = {}
    for problem in problems:
        whole = rows[problem.row].get(problem.column, "").strip()
        meant = f": “{problem.value}”" if problem.value != whole else ""
        number = problem.row if SPEC[problem.column].group in REPEATED else 0
        said.setdefault(box(problem.column, number), f"{LABELS[problem.column]}{meant} {problem.reason}")
    return said
