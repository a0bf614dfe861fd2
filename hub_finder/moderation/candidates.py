"""Pairs of listings that may be the same, found once for each state of the catalogue and kept in this process."""

from datetime import datetime
from threading import Lock

from flask import current_app
from sqlalchemy import func, select

from hub_finder.directory.duplicates import find_duplicates, find_kept_apart
from hub_finder.directory.evidence import Candidate
from hub_finder.extensions import db
from hub_finder.models.history import Event
from hub_finder.models.services import Service

# Comparing so many takes 6 to 8 seconds: the longest that a page may. For more there is a command.
MOST_AT_ONCE = 20_000
# So many take about half a second: a page that only wants to count may find out too.
QUICK = 2_000
State = tuple[int, int, datetime | None]
_finding = Lock()


def find_candidates() -> list[Candidate] | None:
    """All pairs that are not kept apart, the surest first; None where there are too many listings for a page."""
    return _find(most=MOST_AT_ONCE)


def count_candidates() -> int | None:
    """How many pairs there are; None where that is not known and takes long to find out."""
    found = _find(most=QUICK)
    return None if found is None else len(found)


def likely(score: float) -> str:
    """A score in words."""
    return "Almost surely the same" if score >= 0.9 else "Probably the same" if score >= 0.7 else "Perhaps the same"


def _find(*, most: int) -> list[Candidate] | None:
    state = _state()
    known = current_app.extensions.get("hub_duplicates")
    if known is None or known[0] != state:
        if state[0] > most:
            return None
        with _finding:  # the others wait for what one of them finds
            known = current_app.extensions.get("hub_duplicates")
            if known is None or known[0] != state:
                known = state, find_duplicates()
                current_app.extensions["hub_duplicates"] = known
    apart = find_kept_apart()
    return [one for one in known[1] if frozenset((one.first, one.second)) not in apart]


def _state() -> State:
    """What is another whenever a listing is: how many there are, and the last thing that was done to any."""
    count = db.session.scalar(select(func.count()).select_from(Service)) or 0
    last = db.session.execute(select(Event.id, Event.at).order_by(Event.id.desc()).limit(1)).one_or_none()
    return (count, *last) if last else (count, 0, None)
