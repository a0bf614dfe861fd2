"""Cells of the tables that we give out, which people open in a spreadsheet: none is a formula, and none is changed.

A cell that a spreadsheet would work out begins with an apostrophe more; whoever reads our files takes it off again.
"""

import re
from typing import TypeVar

Value = TypeVar("Value")
# With these a spreadsheet takes a cell for something to work out; the wide ones are what some make of them.
_BEGINS = "=+-@\t\r＝＋－＠"
_FORMULA = re.compile(rf"'*[{re.escape(_BEGINS)}]")
# A longitude and a phone number begin like one and work out to nothing.
_NUMBER = re.compile(r"[+-]\d[\d .,()]*", re.ASCII)
_FIRST = frozenset(f"'{_BEGINS}")


def disarmed(cell: Value) -> Value | str:
    """A cell that no spreadsheet takes for a formula. What is no text is given back as it is."""
    if not isinstance(cell, str) or not cell or cell[0] not in _FIRST:
        return cell
    return f"'{cell}" if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell) else cell


def as_it_was(cell: str) -> str:
    """A cell without the apostrophe that `disarmed` gave it."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
