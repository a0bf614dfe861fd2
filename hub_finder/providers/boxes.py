"""The boxes of the form: how what is typed becomes cells of a listing, and how cells stand in boxes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from werkzeug.datastructures import MultiDict

from hub_finder.area import Area
from hub_finder.directory.columns import Group
from hub_finder.parameters import tidy
from hub_finder.providers.drafts import Draft, Entry, blank, says_something

# line: one line; lines: a large box for one text; list: one value on each line; radios, ticks: one or several choices.
Kind = Literal["line", "lines", "list", "radios", "ticks"]
# What stands in the boxes, by their names; a box that holds one text has one value or none.
Values = Mapping[str, Sequence[str]]
Choices = Mapping[str, str]
# More than any listing has: what a program sends is not put together without end.
MOST_ENTRIES = 60


def no_choices(_area: Area) -> Choices:
    return {}


@dataclass(frozen=True, kw_only=True)
class Box:
    """One box. `name` is that of its column, where it has one of its own; `more` are words under its choices."""

    name: str
    label: str
    hint: str = ""
    kind: Kind = "line"
    choices: Callable[[Area], Choices] = no_choices
    more: Callable[[Area], Choices] = no_choices
    type: str = "text"
    autocomplete: str = "off"


@dataclass(frozen=True, kw_only=True)
class Table:
    """Boxes of a group of which there may be several entries."""

    group: Group
    title: str
    one: str
    boxes: tuple[Box, ...]


# ---- from boxes


def typed(form: MultiDict[str, str], box: Box, number: int | None = None) -> list[str]:
    """What was sent from a box, tidy."""
    sent = form.getlist(box_name(box.name, number))
    if box.kind == "ticks":
        return list(dict.fromkeys(filter(None, map(tidy, sent))))
    if box.kind == "list":
        lines = (tidy(line.replace("|", " ")) for text in sent[:1] for line in text.splitlines())
        return list(dict.fromkeys(filter(None, lines)))
    return [tidy(sent[0])] if sent else []


def values_sent(form: MultiDict[str, str], boxes: Sequence[Box]) -> dict[str, list[str]]:
    return {box.name: typed(form, box) for box in boxes}


def cell_of(box: Box, values: Sequence[str]) -> str:
    """A box as the cell of a column."""
    return with_scheme(text_of(values)) if box.type == "url" else "|".join(values)


def text_of(values: Sequence[str]) -> str:
    return values[0] if values else ""


def with_scheme(text: str) -> str:
    """A web address as it is kept: people leave out how it begins."""
    bare = text and "//" not in text and "." in text and " " not in text and "@" not in text
    return f"https://{text}" if bare else text


def entries_sent(form: MultiDict[str, str], table: Table, known: Sequence[Entry]) -> list[Entry]:
    """The entries of a group as they were sent; what has no box stays as it was. Emptied boxes take one away."""
    entries = []
    for number in range(MOST_ENTRIES):
        if not any(box_name(box.name, number) in form for box in table.boxes):
            break
        entry = dict(known[number]) if number < len(known) else blank(table.group)
        entry |= {box.name: cell_of(box, typed(form, box, number)) for box in table.boxes}
        entries.append(entry)
    return [entry for entry in entries if says_something(entry)]


# ---- into boxes


def values_of(box: Box, cell: str) -> list[str]:
    """The cell of a column as it stands in a box."""
    several = box.kind in ("ticks", "list")
    return [one for one in cell.split("|") if one] if several else [cell] if cell else []


def values_in(draft: Draft, boxes: Sequence[Box]) -> dict[str, list[str]]:
    return {box.name: values_of(box, draft.single.get(box.name, "")) for box in boxes}


def box_name(name: str, number: int | None = None) -> str:
    """The name of a box; those of entries are counted from 0."""
    return name if number is None else f"{name}-{number}"
