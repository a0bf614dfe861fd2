"""A proposal taken apart into what the parts of the form ask for, and put together again with nothing lost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hub_finder.directory.columns import COLUMNS, GROUPS, REPEATED, Group
from hub_finder.directory.fields import SINGLE, Fields, fields_of, rows_from
from hub_finder.directory.listings import Row
from hub_finder.models.services import Precision

SINGLE_COLUMNS = (*GROUPS["service"], *GROUPS["organisation"])
PLACE_COLUMNS = tuple(name for name in GROUPS["place"] if name != "schedule")
Entry = dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What a proposal says: the columns of which there is one, and the entries of each group of several."""

    single: dict[str, str]
    entries: dict[Group, list[Entry]]

    @property
    def places(self) -> list[Entry]:
        """Its places with their times, and, last, times of no one place."""
        return self.entries["place"]

    def rows(self) -> list[dict[str, str]]:
        """The rows of text that it makes."""
        fields: Fields = {name: self.single[name] for name in SINGLE}
        for group, several in self.entries.items():
            fields[group] = tuple(tuple(one.values()) for one in several if says_something(one))
        rows = rows_from(self.single["id"], fields)
        rows[0] |= self.single
        return rows


def draft_of(rows: Sequence[Row]) -> Draft:
    """What rows say, in parts."""
    fields = fields_of(rows)
    return Draft(
        single={name: rows[0].get(name, "") for name in SINGLE_COLUMNS},
        entries={
            group: [dict(zip(GROUPS[group], block, strict=True)) for block in fields[group]] for group in REPEATED
        },
    )


def blank(group: Group) -> Entry:
    return dict.fromkeys(GROUPS[group], "")


def says_something(entry: Mapping[str, str]) -> bool:
    return any(cell not in ("", Precision.NONE) for cell in entry.values())


def is_place(entry: Mapping[str, str]) -> bool:
    """Whether an entry says where something is; times alone do not."""
    return any(entry[name] not in ("", Precision.NONE) for name in PLACE_COLUMNS)


def cells_of(draft: Draft, columns: Sequence[str]) -> dict[str, str]:
    """What the rows of a draft say in some columns, one text for each: to compare two states of a part."""
    rows = draft.rows()
    return {name: "\n".join(row[name] for row in rows).rstrip("\n") for name in columns if name in COLUMNS}
