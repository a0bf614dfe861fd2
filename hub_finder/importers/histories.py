"""Histories as they leave: of a listing, a proposal or an organisation, and all that is kept of a person.

A table goes into a spreadsheet, so no cell of it can be a formula. What is read back is JSON.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson

from hub_finder.directory.held import Held
from hub_finder.directory.history import find_history
from hub_finder.directory.journal import find_entries_of_organisation
from hub_finder.directory.listings import compare_rows
from hub_finder.directory.submissions import find_events
from hub_finder.importers.cells import disarmed
from hub_finder.models.history import EventKind
from hub_finder.models.journal import Deed
from hub_finder.models.services import Organisation, Service
from hub_finder.models.submissions import Action, Submission

HISTORY = ("at", "what", "by", "note", "field", "before", "after")
HELD = ("table", "row", "column", "value")


@dataclass(frozen=True, kw_only=True)
class Told:
    """One thing that was done, by whom, and the (field, before, after) that it changed."""

    at: datetime
    what: str
    by: str
    note: str
    changes: Sequence[tuple[str, str, str]] = ()


def tell_listing(service: Service) -> list[Told]:
    """All that was done to a listing, the latest first."""
    return [
        Told(
            at=step.event.at,
            what=EventKind(step.event.kind).label,
            by=step.event.actor,
            note=step.event.note,
            changes=step.changes,
        )
        for step in find_history(service)
    ]


def tell_submission(submission: Submission) -> list[Told]:
    """All that was done to a proposal, the notes between staff too, the latest first."""
    told, after = [], submission.rows
    for event in find_events(submission, for_staff=True):
        changes = compare_rows(event.rows, after) if event.rows else []
        told.append(
            Told(at=event.at, what=Action(event.action).label, by=event.actor, note=event.note, changes=changes)
        )
        after = event.rows or after
    return told


def tell_organisation(organisation: Organisation) -> list[Told]:
    """All that was done to an organisation, and to who speaks for it, the latest first."""
    return [
        Told(
            at=entry.at,
            what=f"{Deed(entry.deed).label}: {entry.account.name}" if entry.account else Deed(entry.deed).label,
            by=entry.actor,
            note=entry.note,
        )
        for entry in find_entries_of_organisation(organisation.id)
    ]


def history_table(told: Iterable[Told]) -> str:
    """A history as CSV: a line for each field that was changed, or one where none was."""
    return _table(HISTORY, _history_rows(told))


def history_json(about: str, told: Iterable[Told]) -> bytes:
    """A history as JSON, with the name of what it is of."""
    return _json({"about": about, "history": [_plain(one) for one in told]})


def held_table(held: Held) -> str:
    """What is kept of a person as CSV, a line for each value that is there; see `directory.held`."""
    return _table(HELD, _held_rows(held))


def held_json(held: Held) -> bytes:
    """The same as JSON, as it stands in the tables."""
    return _json(held)


def _history_rows(told: Iterable[Told]) -> Iterator[Sequence[str]]:
    for one in told:
        for change in one.changes or [("", "", "")]:
            yield (one.at.isoformat(), one.what, one.by, one.note, *change)


def _held_rows(held: Held) -> Iterator[Sequence[str]]:
    for table, rows in held.items():
        for number, row in enumerate(rows, start=1):
            for column, value in row.items():
                if value not in (None, "", [], {}):
                    yield table, str(number), column, _text(value)


def _text(value: object) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value if isinstance(value, str) else _json(value).decode().strip()


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(head)
    writer.writerows([disarmed(cell) for cell in row] for row in rows)
    return out.getvalue()


def _plain(one: Told) -> Mapping[str, Any]:
    changes = [{"field": field, "before": before, "after": after} for field, before, after in one.changes]
    return {"at": one.at, "what": one.what, "by": one.by, "note": one.note, "changes": changes}


def _json(value: object) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE | orjson.OPT_NAIVE_UTC)
