"""What each column of a file means, as people read it: the one source of templates, the public guide and headings."""

import csv
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from hub_finder.config import ROOT

Form = Literal["listings", "holiday"]
FILES: Mapping[Form, str] = {"listings": "columns.csv", "holiday": "holiday_columns.csv"}


@dataclass(frozen=True, kw_only=True)
class Guide:
    """One column: what it means, an example, what a blank means, and what else people call it."""

    column: str
    meaning: str
    example: str
    blank: str
    other_names: tuple[str, ...]


@cache
def read_guide(form: Form) -> tuple[Guide, ...]:
    """The columns of a form in the order of its file."""
    with (ROOT / "data" / FILES[form]).open(encoding="utf-8", newline="") as file:
        return tuple(
            Guide(**{**row, "other_names": tuple(name for name in row["other_names"].split("|") if name)})  # type: ignore[arg-type]
            for row in csv.DictReader(file)
        )


@cache
def holiday_rules() -> dict[str, dict[str, Any]]:
    """What the short form does not ask: what its listings are, their price, and the ages of school years."""
    return tomllib.loads((ROOT / "data/holiday_form.toml").read_text(encoding="utf-8"))
