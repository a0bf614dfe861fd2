"""Telling families at once that something is closed for a while, or not on today. Nothing here commits.

Only who may speak for the organisation does this: nobody reads it before families do.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from hub_finder.directory import freshness
from hub_finder.directory.columns import COLUMNS, GROUPS
from hub_finder.directory.listings import Row, Vocabulary, parse_listing
from hub_finder.directory.saving import save_listing
from hub_finder.directory.speaking import Actor, speaks_for
from hub_finder.directory.stock import get_stored_to_change
from hub_finder.directory.submissions import CannotAct, live_rows
from hub_finder.models.services import Need, Service, Status

_ALERT = GROUPS["alert"]
LONGEST_WHY = 200
CANCELLED = "Cancelled"


class Closure(NamedTuple):
    """A closure that holds or is to come. `key` names it, as long as it says the same."""

    key: str
    why: str
    starts_on: str
    ends_on: str


def find_closures(rows: Sequence[Row]) -> list[Closure]:
    """The closures of a listing's rows that are not over."""
    today = str(freshness.today())
    return [
        Closure(_key(row), row["alert"], row["alert_from"], row["alert_to"])
        for row in rows
        if row["alert_closed"] == "yes" and (not row["alert_to"] or row["alert_to"] >= today)
    ]


def close(
    slug: str,
    *,
    why: str,
    starts_on: date,
    ends_on: date | None,
    actor: Actor,
    needs: Mapping[str, Need],
    vocabulary: Vocabulary,
) -> Service:
    """Say of a published listing that it is closed on these days, None for until further notice. At once.

    Raises ServiceNotFound, CannotAct.
    """
    service = _get_own(slug, actor)
    if ends_on is not None and ends_on < starts_on:
        raise CannotAct("The last day is before the first. Look at both again.")
    cells = (why, "yes", str(starts_on), str(ends_on or ""))
    _save(_with_alert(live_rows(service.id), cells), actor, "Closed for a while", needs, vocabulary)
    return service


def open_again(slug: str, key: str, *, actor: Actor, needs: Mapping[str, Need], vocabulary: Vocabulary) -> Service:
    """Take a closure back. Raises ServiceNotFound, CannotAct where it is not there any more."""
    service = _get_own(slug, actor)
    rows = live_rows(service.id)
    here = next((row for row in rows if row["alert_closed"] == "yes" and _key(row) == key), None)
    if here is None:
        raise CannotAct("This was taken back already, or changed since.")
    here |= dict.fromkeys(_ALERT, "")
    _save(_without_empty(rows), actor, "Open after all", needs, vocabulary)
    return service


def _get_own(slug: str, actor: Actor) -> Service:
    service = get_stored_to_change(slug)
    if not speaks_for(actor.account_id, service.organisation_id):
        raise CannotAct("Our team has to say first that you may speak for this organisation.")
    if service.status != Status.PUBLISHED:
        raise CannotAct("Families do not see this listing now, so there is nothing to close.")
    return service


def _key(row: Row) -> str:
    return hashlib.sha256("|".join(row[name] for name in _ALERT).encode()).hexdigest()[:16]


def _with_alert(rows: Sequence[Row], cells: Sequence[str]) -> list[dict[str, str]]:
    """The rows with one more alert, in the first row that has none."""
    told = [dict(row) for row in rows]
    here = next((row for row in told if not row["alert"]), None)
    if here is None:
        here = dict.fromkeys(COLUMNS, "") | {"id": told[0]["id"]}
        told.append(here)
    here |= dict(zip(_ALERT, cells, strict=True))
    return told


def _without_empty(rows: Sequence[Row]) -> list[dict[str, str]]:
    """A row that adds nothing any more is none."""
    return [dict(row) for at, row in enumerate(rows) if at == 0 or any(row[name] for name in row if name != "id")]


def _save(
    rows: Sequence[Row],
    actor: Actor,
    note: str,
    needs: Mapping[str, Need],
    vocabulary: Vocabulary,
) -> None:
    listing, problems = parse_listing(rows, vocabulary)
    if listing is None:
        raise CannotAct("; ".join(f"{one.column} {one.reason}" for one in problems))
    save_listing(listing, needs, actor=actor.name, note=note)
