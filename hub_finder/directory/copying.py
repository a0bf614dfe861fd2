"""Last year's listing as the start of a new one. Nothing here commits."""

from collections.abc import Mapping, Sequence
from datetime import date

from hub_finder.directory import freshness
from hub_finder.directory.columns import GROUPS, Group
from hub_finder.directory.fields import Block, Fields, fields_of, rows_from
from hub_finder.directory.listings import Row
from hub_finder.directory.schedules import format_schedules, parse_schedules
from hub_finder.directory.speaking import Actor, is_staff, speaks_for
from hub_finder.directory.submissions import CannotAct, Who, begin, is_, live_rows, write
from hub_finder.models.services import Confidence, Service
from hub_finder.models.submissions import Submission

# What those who keep the old listing said of it.
_LEFT_OUT = ("caution", "related")
_ABOUT_THE_ORGANISATION = ("organisation", "organisation_description", "organisation_website")
# Groups of which each row says until when it holds: its first day, its last day.
_DATED: Mapping[Group, tuple[str, str]] = {
    "booking": ("booking_from", "booking_to"),
    "alert": ("alert_from", "alert_to"),
}


def copy_as_new(source: Submission | Service, *, actor: Actor) -> Submission:
    """A draft of a new listing that says what an old one says, but for dates that are over, ids, sources and checks.

    Times go that have ended, and bookings and notices. What is asked of its maker for staff alone is asked anew.
    Raises CannotAct where they may not speak for the old one.
    """
    if isinstance(source, Submission):
        allowed, rows = is_(Who.MAKER, source, actor) or is_staff(actor), source.rows
    else:
        allowed = speaks_for(actor.account_id, source.organisation_id) or is_staff(actor)
        rows = live_rows(source.id) if allowed else []
    if not allowed:
        raise CannotAct("You can only copy a listing of an organisation that you may speak for.")
    submission = begin(actor, organisation=source.organisation, organisation_name=rows[0]["organisation"])
    write(submission, actor=actor, rows=rows_to_copy(rows, today=freshness.today()))
    return submission


def rows_to_copy(rows: Sequence[Row], *, today: date) -> list[dict[str, str]]:
    """What of a listing's rows, finished or half-written, a new listing may say as well."""
    fields: Fields = fields_of(rows)
    fields |= dict.fromkeys(_LEFT_OUT, "")
    fields["confidence"] = str(Confidence.HIGH)
    fields["source"] = ()
    for group, days in _DATED.items():
        fields[group] = tuple(one for one in _blocks(fields, group) if not _is_over(group, one, days, today))
    fields["place"] = _places(_blocks(fields, "place"), today)
    copied = rows_from("", fields)
    copied[0] |= {name: rows[0].get(name, "") for name in _ABOUT_THE_ORGANISATION}
    return copied


def _is_over(group: Group, block: Block, days: tuple[str, str], today: date) -> bool:
    first, last = (block[GROUPS[group].index(name)] for name in days)
    day = _day_or_none(last or first if group == "booking" else last)
    return day is not None and day < today


def _places(blocks: Sequence[Block], today: date) -> tuple[Block, ...]:
    """The places with the times that have not ended. A place whose rows differed by those alone stands once."""
    kept: dict[Block, None] = {}
    for block in blocks:
        cells = dict(zip(GROUPS["place"], block, strict=True))
        cells |= {"location_uuid": "", "schedule": _still_on(cells["schedule"], today)}
        if any(text for name, text in cells.items() if name != "location_precision"):
            kept[tuple(cells.values())] = None
    timed = {_without_times(block) for block in kept if _times(block)}
    return tuple(block for block in kept if _times(block) or _without_times(block) not in timed)


def _still_on(text: str, today: date) -> str:
    try:
        schedules = parse_schedules(text)
    except ValueError:  # half-written: its maker sees it, and what is wrong with it
        return text
    running = [one for one in schedules if one.valid_to is None or one.valid_to >= today]
    for one in running:
        one.except_dates = [day for day in one.except_dates if day >= str(today)]
    return format_schedules(running)


def _times(block: Block) -> str:
    return block[GROUPS["place"].index("schedule")]


def _without_times(block: Block) -> Block:
    return tuple(cell for name, cell in zip(GROUPS["place"], block, strict=True) if name != "schedule")


def _blocks(fields: Fields, group: str) -> tuple[Block, ...]:
    value = fields[group]
    return value if isinstance(value, tuple) else ()


def _day_or_none(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
