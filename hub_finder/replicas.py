"""Pages that families read come from copies of the database, where there are any: which copy, and when none.

A copy (a streaming replica of PostgreSQL) is behind the primary, mostly by milliseconds. So:
- only views of `READS` ask copies. They show nothing that the reader has just written, and write nothing;
- whoever is signed in asks the primary, as long as it answers;
- a process never goes back: it asks no server that is behind what it has in memory, unless there is no other.
"""

import re
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from threading import Lock, Thread
from time import monotonic
from typing import Any, cast

import psycopg
from flask import Flask, current_app, request, session
from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.exc import SQLAlchemyError

from hub_finder.config import database_address
from hub_finder.database import set_up
from hub_finder.directory.needs import learnt_stamp
from hub_finder.directory.snapshot import held_stamp
from hub_finder.directory.stamps import Stamps, note_stamps
from hub_finder.extensions import db
from hub_finder.primaries import EXTENSION as PRIMARIES
from hub_finder.primaries import Primaries
from hub_finder.routing import engine_of, read_from

EXTENSION = "hub_replicas"
# How often a process asks how all servers are, in seconds, and how long it waits for one of them.
CHECKED_EVERY, WAITS = 2.0, 2
# A family's reads of the database. What shows a visitor their own report, list or account is not here, nor what writes.
_FINDER = (
    "ask_ages ask_place compare download_calendar download_coverage download_service download_services follow_services "
    "list_hubs list_needs print_shortlist read_service read_service_calendar read_service_features "
    "read_shortlist_calendar search search_easily show_columns show_coverage show_easy_service show_easy_start "
    "show_embed show_embedding show_locality show_need show_pack show_pages_map show_picture "
    "show_ready show_service show_service_type show_services_map show_shared show_sharing show_shortlist show_sitemap "
    "show_start show_start_for_life"
)
READS = frozenset(f"finder.{name}" for name in _FINDER.split())
READING_ROOMS = frozenset({"api", "open_referral", "open_referral_first"})
# Where a server stands in the log of all changes, in bytes: what it wrote, or what it has taken over from the primary.
_POSITION = text(
    "SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END - '0/0'::pg_lsn"
)


@dataclass(eq=False)
class Server:
    """One of the servers, with what was seen of it last. `engine` is None for the primary: the app has it."""

    engine: Engine | None
    checks: Engine
    answers: bool = True
    # In bytes of the log of changes, and in seconds behind the primary; None: never seen, or longer than is known.
    position: int | None = None
    lag: float | None = None


@dataclass(eq=False)
class Fleet:
    """The primary and its copies, as one process sees them."""

    primary: Server
    copies: Sequence[Server]
    # In seconds.
    most_lag: float
    primaries: Primaries
    # When the primary stood where: (seconds of this process's clock, bytes).
    _stood: deque[tuple[float, int]] = field(default_factory=deque)
    _checked_at: float | None = None
    _checking: Lock = field(default_factory=Lock)
    _turns: Iterator[int] = field(default_factory=count)

    def check_in_time(self) -> None:
        """See how all servers are, if that was not done lately. Only a process's first request waits for it."""
        first = self._checked_at is None
        if first or monotonic() - (self._checked_at or 0) > CHECKED_EVERY:
            self._checked_at = monotonic()
            if first:
                self.check()
            else:
                Thread(target=self.check, daemon=True).start()

    def check(self) -> None:
        """See which servers answer, and how far behind the copies are."""
        if not self._checking.acquire(blocking=False):
            return
        try:
            self.primaries.ask_in_time()
            # The primary first: a copy may have overtaken what it said by the time that it is asked.
            self._look_at(self.primary)
            if self.primary.answers and self.primary.position is not None:
                self._note(monotonic(), self.primary.position)
            for copy in self.copies:
                self._look_at(copy)
                copy.lag = self._lag_of(copy)
        finally:
            self._checking.release()

    def in_order(self, *, primary_first: bool) -> list[Server]:
        """All servers, those to be asked first at the beginning."""
        turn = next(self._turns) % len(self.copies)
        turned = [*self.copies[turn:], *self.copies[:turn]]
        well = [one for one in turned if self.is_well(one)]
        # Of those that are too far behind, the one that is least so.
        behind = sorted((one for one in turned if one not in well), key=lambda one: -(one.position or 0))
        if primary_first and self.primary.answers:
            return [self.primary, *well, *behind]
        if self.primary.answers:
            return [*well, self.primary, *behind]
        return [*well, *(one for one in behind if one.answers), self.primary]

    def is_well(self, copy: Server) -> bool:
        """Whether a copy answers and is not too far behind."""
        return copy.answers and copy.lag is not None and copy.lag <= self.most_lag

    def _look_at(self, server: Server) -> None:
        try:
            with server.checks.connect() as connection:
                server.position = int(connection.scalar(_POSITION) or 0)
                standing = self.primaries.look_at(cast("psycopg.Connection", connection.connection.driver_connection))
            # An old primary, which takes changes by itself, is no copy.
            server.answers = not self.primaries.is_old(standing)
        except (SQLAlchemyError, psycopg.Error):
            server.answers = False

    def _note(self, moment: float, position: int) -> None:
        if self._stood and position < self._stood[-1][1]:
            # Another one has become the primary, without the last changes of the one before.
            self._stood.clear()
        self._stood.append((moment, position))
        # One that is older than what is allowed is kept: where a copy stands that is further behind does not matter.
        while len(self._stood) > 1 and self._stood[1][0] < moment - self.most_lag:
            self._stood.popleft()

    def _lag_of(self, copy: Server) -> float | None:
        """How long ago the primary stood where this copy does, in seconds."""
        if not copy.answers or copy.position is None:
            return None
        if not self._stood or copy.position >= self._stood[-1][1]:
            return 0.0
        return next((monotonic() - at for at, stood in reversed(self._stood) if stood <= copy.position), None)


def init_app(app: Flask) -> None:
    addresses = split_addresses(app.config["DATABASE_READ_URL"])
    if not addresses:
        return
    options: dict[str, Any] = {**app.config["SQLALCHEMY_ENGINE_OPTIONS"], "pool_pre_ping": False}
    primaries: Primaries = app.extensions[PRIMARIES]
    with app.app_context():
        primary = Server(None, _engine_for_checks(db.engine.url.render_as_string(hide_password=False)))
    primaries.watch(primary.checks)
    copies = []
    for address in addresses:
        engine = create_engine(address, **options)
        set_up(engine, limit_ms=app.config["HUB_QUERY_LIMIT_MS"])
        copies.append(Server(engine, _engine_for_checks(address)))
    app.extensions[EXTENSION] = Fleet(primary, copies, float(app.config["HUB_REPLICA_LAG_SECONDS"]), primaries)
    app.before_request(choose)


def split_addresses(several: str) -> list[str]:
    """The addresses of DATABASE_READ_URL, which may name several hosts each, as SQLAlchemy has them."""
    return [database_address(one.strip()) for one in re.split(r",\s*(?=postgres)", several) if one.strip()]


def fleet_or_none() -> Fleet | None:
    """The servers of this app; None where there is but one."""
    return current_app.extensions.get(EXTENSION)


def engines(app: Flask) -> list[Engine]:
    """Every engine that answers requests: of the primary, and of the copies."""
    fleet: Fleet | None = app.extensions.get(EXTENSION)
    with app.app_context():
        return [db.engine, *(copy.engine for copy in fleet.copies if copy.engine)] if fleet else [db.engine]


def is_read() -> bool:
    """Whether this request reads what every family may read, and nothing else: it may be asked again, and anywhere."""
    reads = request.endpoint in READS or request.blueprint in READING_ROOMS
    return reads and request.method in ("GET", "HEAD")


def choose() -> None:
    """Let this request's session ask the server that is best for it. One query, which the search would ask anyway."""
    fleet = fleet_or_none()
    if fleet is None or not is_read():
        return
    fleet.check_in_time()
    # Without a cookie nobody is signed in, and the answer does not depend on who asks.
    is_signed_in = current_app.config["SESSION_COOKIE_NAME"] in request.cookies and "account" in session
    servers = fleet.in_order(primary_first=is_signed_in)
    held = Stamps(held_stamp(), learnt_stamp())
    if not (any(_try(one, held) for one in servers) or any(_try(one, Stamps()) for one in servers)):
        read_from(db.session(), None)


def _try(server: Server, held: Stamps) -> bool:
    """Ask a server for the states that it has. Those of a copy must not be behind what is held."""
    asking = db.session()
    try:
        read_from(asking, server.engine)
        stamps = note_stamps(asking)
    except SQLAlchemyError:
        note_failure(server)
        return False
    # What the primary has is true, also where a backup was put back.
    return server.engine is None or not stamps.is_before(held)


def leave() -> None:
    """The server that this request asked did not answer to the end: others are asked before it."""
    if fleet := fleet_or_none():
        asked = engine_of(db.session())
        note_failure(next((copy for copy in fleet.copies if copy.engine is asked), fleet.primary))


def note_failure(server: Server) -> None:
    """A server did not answer: it is asked last until a check finds that it does."""
    server.answers, server.lag = False, None
    with suppress(SQLAlchemyError):
        read_from(db.session(), None)


def _engine_for_checks(address: str) -> Engine:
    url = make_url(address)
    return create_engine(
        url,
        hide_parameters=True,
        isolation_level="AUTOCOMMIT",
        pool_size=1,
        max_overflow=0,
        pool_pre_ping=True,
        connect_args={"connect_timeout": WAITS, "options": f"-c statement_timeout={WAITS}s"},
    )
