"""One row of a file, whatever kind of file it is."""

from dataclasses import dataclass, field
from typing import NamedTuple


class Fault(NamedTuple):
    """A cell that could not be read: where it stands in its row, what it shows, and why not."""

    position: int
    value: str
    reason: str


@dataclass(frozen=True)
class Line:
    """A row: the number of its first line as an editor or a spreadsheet shows it, and the text of its cells."""

    number: int
    cells: list[str]
    faults: list[Fault] = field(default_factory=list)
