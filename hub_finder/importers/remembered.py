"""What has to be remembered of a file while it is read, on disk, so that memory stays flat however long the file is.

It is kept in a private temporary database, which is gone when it is closed.
"""

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, overload

LONGEST_VALUE = 40


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


class Refusals(Sequence[Refusal]):
    """All refusals of an import, in the order of the file."""

    def __init__(self) -> None:
        self._rows = _private("CREATE TABLE refusal (line, name, value, reason, item)")
        self._count = 0

    def append(self, refusal: Refusal) -> None:
        row = (refusal.line, refusal.column, refusal.value, refusal.reason, refusal.item)
        # A lone surrogate cannot be written as UTF-8; what is shown is a question mark.
        safe = [cell.encode(errors="replace").decode() if isinstance(cell, str) else cell for cell in row]
        self._rows.execute("INSERT INTO refusal VALUES (?, ?, ?, ?, ?)", safe)
        self._count += 1

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Refusal]:
        for row in self._rows.execute("SELECT * FROM refusal ORDER BY line, rowid"):
            yield Refusal(*row)

    @overload
    def __getitem__(self, position: int) -> Refusal: ...
    @overload
    def __getitem__(self, position: slice) -> Sequence[Refusal]: ...
    def __getitem__(self, position: int | slice) -> Refusal | Sequence[Refusal]:
        return list(self)[position]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]


class Texts:
    """Lines of text, in the order in which they came."""

    def __init__(self) -> None:
        self._rows = _private("CREATE TABLE line (text)")

    def append(self, text: str) -> None:
        self._rows.execute("INSERT INTO line VALUES (?)", (text,))

    def __iter__(self) -> Iterator[str]:
        return (text for (text,) in self._rows.execute("SELECT text FROM line ORDER BY rowid"))


class Remembered:
    """What a file said first, and rows that wait for the others of their listing."""

    def __init__(self) -> None:
        self._said = _private("CREATE TABLE said (what, name, said, line, PRIMARY KEY (what, name)) WITHOUT ROWID")
        self._rows = _private("CREATE TABLE waiting (name, line, row)")

    def first(self, what: str, name: str, said: str, line: int) -> tuple[str, int]:
        """What was said first of something so named, and on which line: this, unless it was said before."""
        new = self._said.execute("INSERT OR IGNORE INTO said VALUES (?, ?, ?, ?)", (what, name, said, line))
        if new.rowcount:
            return said, line
        query = "SELECT said, line FROM said WHERE what = ? AND name = ?"
        first: tuple[str, int] = self._said.execute(query, (what, name)).fetchone()
        return first

    def knows(self, what: str, name: str) -> bool:
        """Whether anything was said of something so named."""
        query = "SELECT 1 FROM said WHERE what = ? AND name = ?"
        return self._said.execute(query, (what, name)).fetchone() is not None

    def wait(self, name: str, line: int, row: Mapping[str, Any]) -> None:
        """Keep a row until all of the file was read."""
        self._rows.execute("INSERT INTO waiting VALUES (?, ?, ?)", (name, line, json.dumps(row)))

    def waiting(self) -> Iterator[tuple[str, int, dict[str, Any]]]:
        """(name, line, row) of the rows that were kept, those of one name together, in the order of first lines."""
        query = "SELECT name, line, row, min(line) OVER (PARTITION BY name) AS first FROM waiting ORDER BY first, line"
        for name, line, row, _ in self._rows.execute(query):
            yield name, line, json.loads(row)


def _private(schema: str) -> sqlite3.Connection:
    """A new temporary database: without a name it is nobody else's, and on disk only when it grows."""
    connection = sqlite3.connect("", isolation_level=None)
    connection.execute("PRAGMA journal_mode = OFF")
    connection.execute(schema)
    return connection
