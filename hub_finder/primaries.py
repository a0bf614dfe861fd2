"""Which server takes our changes: never one that another has taken over from.

Where a copy was promoted, and the old primary was started again as it was, two servers take changes. Each promotion
begins a new timeline, with a higher number: of the servers of one system, the one with the highest is the primary. A
process remembers the highest that it saw, and asks all servers that DATABASE_URL names for theirs.
"""

import logging
from collections.abc import Iterator, Mapping
from contextlib import suppress
from threading import Lock, Thread
from time import monotonic
from typing import Any, NamedTuple, Self, cast

import psycopg
from flask import Flask, current_app, has_request_context
from sqlalchemy import Dialect, Engine, event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry

from hub_finder.extensions import db

EXTENSION = "hub_primaries"
# How often a process asks all servers, in seconds, and how long it waits for one of them.
ASKED_EVERY, WAITS = 5.0, 2
# A copy knows its timeline from when it last saved all: what it says may be too low, and is never too high.
_STANDING = """
    SELECT (SELECT system_identifier FROM pg_control_system()), NOT pg_is_in_recovery(),
        CASE WHEN pg_is_in_recovery() THEN (SELECT timeline_id FROM pg_control_checkpoint())
            ELSE ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int END
"""
_NOTED = "standing"
SEVERAL = "Stop the old primary, and make it a copy of the new one."
_log = logging.getLogger(__name__)


class OldPrimary(psycopg.OperationalError):
    """Another server has taken over from the only one that takes changes."""


class Standing(NamedTuple):
    """Where a server stands: of which system of servers it is, whether it takes changes, and on which timeline."""

    system: int
    takes_changes: bool
    timeline: int

    @classmethod
    def of(cls, connection: psycopg.Connection) -> Self | None:
        """What a server says of itself; None where it does not tell, as some that are hired do not."""
        try:
            found = connection.execute(_STANDING).fetchone()
        except psycopg.OperationalError:
            raise
        except psycopg.Error:
            found = None
        connection.rollback()
        return cls(*found) if found else None


class Primaries:
    """What one process knows of the servers that may take its changes."""

    def __init__(self) -> None:
        # The highest timeline of each system.
        self._newest: dict[int, int] = {}
        # How each server alone is connected to, where there are several.
        self._each: list[dict[str, Any]] = []
        self._asked_at: float | None = None
        self._asking = Lock()
        self._taking = 0

    @property
    def are_several(self) -> bool:
        """Whether more than one server took changes when all were asked last."""
        return self._taking > 1

    def watch(self, engine: Engine) -> None:
        """Let no connection of this engine, which asks the primary, be to an old one."""
        event.listen(engine, "do_connect", self._connect)
        event.listen(engine, "checkout", self._check)

    def look_at(self, connection: psycopg.Connection) -> Standing | None:
        """Remember where a server stands."""
        if standing := Standing.of(connection):
            self._newest[standing.system] = max(standing.timeline, self._newest.get(standing.system, 0))
        return standing

    def is_old(self, standing: Standing | None) -> bool:
        """Whether a server takes changes though another has taken over from it."""
        if standing is None or not standing.takes_changes:
            return False
        return standing.timeline < self._newest.get(standing.system, 0)

    def ask_in_time(self) -> None:
        """Ask every server where it stands, unless that was done lately. Who comes meanwhile waits."""
        with self._asking:
            if not self._each or not self._is_time():
                return
            taking = 0
            for one in self._each:
                how = {**one, "target_session_attrs": "any", "connect_timeout": WAITS}
                with suppress(psycopg.OperationalError), psycopg.connect(**how) as connection:
                    standing = self.look_at(connection)
                    taking += standing is not None and standing.takes_changes
            if taking > 1 >= self._taking:
                _log.error("%d servers take changes. %s", taking, SEVERAL)
            self._taking, self._asked_at = taking, monotonic()

    def _connect(
        self, dialect: Dialect, record: ConnectionPoolEntry, given: tuple[Any, ...], how: dict[str, Any]
    ) -> psycopg.Connection:
        self._each = list(_each_of(how))
        self.ask_in_time()
        # The driver takes the first that takes changes. Only where that is an old one, each is tried by itself.
        ways = [how, *self._each]
        refused: psycopg.OperationalError | None = None
        for way in ways:
            try:
                connection = cast("psycopg.Connection", dialect.connect(*given, **way))
            except psycopg.OperationalError:
                if refused is None:
                    raise
                continue
            try:
                standing = self.look_at(connection)
            except psycopg.Error:
                connection.close()
                raise
            if not self.is_old(standing):
                record.info[_NOTED] = standing
                return connection
            connection.close()
            refused = OldPrimary("Another server has taken over from the one that takes changes.")
        raise refused or OldPrimary

    def _check(self, _connection: object, record: ConnectionPoolEntry, _given: object) -> None:
        if has_request_context() and self._each and self._is_time() and not self._asking.locked():
            Thread(target=self.ask_in_time, daemon=True).start()
        if self.is_old(record.info.get(_NOTED)):
            raise DisconnectionError("Another server has taken over from this one.")

    def _is_time(self) -> bool:
        return self._asked_at is None or monotonic() - self._asked_at > ASKED_EVERY


def init_app(app: Flask) -> None:
    """Watch the database, where it is PostgreSQL."""
    with app.app_context():
        engine = db.engine
    if engine.dialect.name == "postgresql":
        app.extensions[EXTENSION] = primaries = Primaries()
        primaries.watch(engine)


def are_several() -> bool:
    """Whether more than one server takes changes, as this process saw last."""
    primaries: Primaries | None = current_app.extensions.get(EXTENSION)
    return primaries is not None and primaries.are_several


def _each_of(how: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """How each of several servers alone is connected to; nothing where there is but one."""
    hosts, ports = str(how.get("host", "")).split(","), str(how.get("port", "")).split(",")
    if len(hosts) == 1:
        return
    for host, port in zip(hosts, ports if len(ports) == len(hosts) else ports[:1] * len(hosts), strict=True):
        yield {**how, "host": host, "port": port or None}
