"""What an importer did: counts, and every refused row with its line, column, value and reason."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from hub_finder.importers.remembered import Refusal, Refusals

__all__ = ["Refusal", "Report", "UnreadableFile"]


class UnreadableFile(ValueError):
    """The file as a whole could not be read; the message says why, in plain English."""


@dataclass(kw_only=True)
class Report:
    """Row counts of one import, and what was refused."""

    added: int = 0
    changed: int = 0
    lapsed: int = 0
    unchanged: int = 0
    removed: int = 0
    _refusals: Refusals = field(default_factory=Refusals, init=False, repr=False)

    @property
    def refused(self) -> Sequence[Refusal]:
        """The refusals in the order of the file."""
        return self._refusals

    @property
    def exit_code(self) -> int:
        """0 when every row went in, 1 when some were refused."""
        return 1 if self.refused else 0

    def refuse(self, line: int, column: str, value: object, reason: str, *, item: str = "") -> None:
        self._refusals.append(Refusal(line, column, str(value), reason, item))

    def lines(self) -> list[str]:
        """The report as lines to print: the counts first, then one line for each refusal."""
        return [self.counts(), *map(str, self.refused)]

    def counts(self) -> str:
        """What happened, in one line."""
        if self.added or self.changed or self.lapsed or self.removed:
            counts = f"{self.added:,} added, {self.changed:,} changed"
            counts += f", {self.lapsed:,} lapsed" if self.lapsed else ""
            counts += f", {self.unchanged:,} unchanged"
            counts += f", {self.removed:,} removed" if self.removed else ""
        else:
            counts = f"Nothing changed ({self.unchanged:,} rows)"
        if self.refused:
            counts += f", {len(self.refused):,} refused"
        return f"{counts}."
