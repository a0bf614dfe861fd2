"""What a file does not speak of stays as it is stored."""

from collections.abc import Collection, Sequence
from itertools import zip_longest

from hub_finder.directory.columns import COLUMNS, GROUPS
from hub_finder.directory.listings import Row
from hub_finder.importers import holiday_form
from hub_finder.importers.headings import Headings


def absent_columns(headings: Headings) -> list[str]:
    """The columns of a listing that the file does not speak of."""
    if headings.form == "listings":
        return [column for column in headings.absent if column in COLUMNS]
    spoken = {column for heading in headings.columns for column in holiday_form.FILLS.get(heading or "", ())}
    return [column for column in COLUMNS if column not in {*spoken, *holiday_form.OF_A_ROW}]


def overlay(stored: Sequence[Row], given: Sequence[Row], absent: Collection[str]) -> list[Row]:
    """The given rows with what is stored in the columns that the file does not have."""
    kept = [{name: row[name] for name in absent} for row in stored]
    rows: list[Row] = [{**before, **row} for before, row in zip_longest(kept, given, fillvalue={"id": given[0]["id"]})]
    return rows[: len(given)] + [row for row in rows[len(given) :] if any(row[name] for name in absent)]


def overlay_holiday(stored: Sequence[Row], given: Sequence[Row], absent: Collection[str]) -> list[Row]:
    """The same for the short form, where each row repeats the place; a new listing gets what the form does not ask."""
    if not stored:
        return list(holiday_form.with_defaults(given))
    kept = {name: stored[0][name] for name in GROUPS["place"] if name in absent}
    rows = overlay(stored, given, [name for name in absent if name not in kept])
    return [{**kept, **row} if number < len(given) else row for number, row in enumerate(rows)]
