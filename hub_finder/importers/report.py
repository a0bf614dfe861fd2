"""What an importer did: counts, and every refused row with its line, column, value and reason."""

from dataclasses import dataclass, field

LONGEST_VALUE = 40


class UnreadableFile(ValueError):
    """The file as a whole could not be read; the message says why, in plain English."""


@dataclass(frozen=True)
class Refusal:
    """One refused cell. `line` is the line of the file as an editor numbers it; the header is line 1.

    What comes from a feed has no lines: `line` counts its items from 1, and `item` is the feed's own id of it.
    """

    line: int
    column: str
    value: str
    reason: str
    item: str = ""

    def __post_init__(self) -> None:
        shown = " ".join(self.value.split())
        if len(shown) > LONGEST_VALUE:
            shown = shown[: LONGEST_VALUE - 1] + "…"
        object.__setattr__(self, "value", shown)

    def __str__(self) -> str:
        where = f"item {self.line} ({self.item})" if self.item else f"line {self.line}"
        return f"{where}, {self.column}: “{self.value}” {self.reason}"


@dataclass(kw_only=True)
class Report:
    """Row counts of one import, and what was refused."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    refused: list[Refusal] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        """0 when every row went in, 1 when some were refused."""
        return 1 if self.refused else 0

    def refuse(self, line: int, column: str, value: object, reason: str, *, item: str = "") -> None:
        self.refused.append(Refusal(line, column, str(value), reason, item))

    def lines(self) -> list[str]:
        """The report as lines to print: the counts first, then one line for each refusal."""
        if self.added or self.changed or self.removed:
            counts = f"{self.added:,} added, {self.changed:,} changed, {self.unchanged:,} unchanged"
            if self.removed:
                counts += f", {self.removed:,} removed"
        else:
            counts = f"Nothing changed ({self.unchanged:,} rows)"
        if self.refused:
            counts += f", {len(self.refused):,} refused"
        return [f"{counts}.", *map(str, self.refused)]
