"""Services of Open Referral UK as they were told lately, kept in memory: to tell one anew takes a dozen queries.

What is told of a service follows from its moment and the day alone, as `Last-Modified` counts on: every commit that
changes anything in it moves its moment. So nothing has to be thrown away when it changes: nobody asks for it again.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import NamedTuple

import orjson
from flask import Flask, current_app

from hub_finder.directory import giving_out
from hub_finder.directory.giving_out import Standing
from hub_finder.directory.lately import Lately
from hub_finder.extensions import db
from hub_finder.open_referral.services import Teller

# Of those told in full, and of those told as lists have them: about 32 and 5 MB in each process.
MOST = 4_000
EXTENSION = "hub_told"


class Told(NamedTuple):
    """A service as JSON, and the moment since which it has been told like that."""

    text: bytes
    moved_at: datetime


Kept = Lately[tuple[Standing, date], Told]


def init_app(app: Flask) -> None:
    app.extensions[EXTENSION] = {full: Kept(MOST) for full in (False, True)}


def tell_services(
    standings: Sequence[Standing], teller: Callable[[], Teller], *, today: date, full: bool
) -> Iterator[tuple[int, Told]]:
    """(id, service as it is told) in this order; those that are not kept are read in a fixed number of queries."""
    kept: Kept = current_app.extensions[EXTENSION][full]
    found = {one.id: kept.get((one, today)) for one in standings}
    if missing := {id_ for id_, told in found.items() if told is None}:
        made = dict(_make(missing, teller(), full=full))
        # Whoever changed one while its parts were read has moved its moment by now.
        for standing in giving_out.find_standings(missing):
            if standing.moment and standing in made:
                kept.put((standing, today), made[standing])
        found |= {standing.id: one for standing, one in made.items()}
    for standing in standings:
        if one := found[standing.id]:
            yield standing.id, one


def lines_of(
    batches: Iterable[Sequence[Standing]], teller: Callable[[], Teller], *, today: date, full: bool
) -> Iterator[bytes]:
    """A line of JSON for each service of the batches."""
    for standings in batches:
        for _id, told in tell_services(standings, teller, today=today, full=full):
            yield told.text + b"\n"
        db.session.expunge_all()


def _make(ids: set[int], teller: Teller, *, full: bool) -> Iterator[tuple[Standing, Told]]:
    for service in giving_out.load(ids):
        text = orjson.dumps(teller.full(service) if full else teller.basic(service))
        # A copy: what orjson gives keeps room for several times as much.
        yield Standing(service.id, service.modified_at), Told(bytes(memoryview(text)), teller.moved_at(service))
