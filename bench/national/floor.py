"""The floor: the least that answering can cost. One SQLite file of the same listings, and a query tuned for it alone.

Words, needs and cells of a grid are all tokens of one full-text index, so that its lists of matches meet inside SQLite.
Counts for each cell and need, held in memory, say whether the whole list of matches is short (then all are measured and
sorted) or how wide a first ring must be. Facets, reasons, times and everything else that the site adds are left out:
that is the room between the floor and us.
"""

# ruff: noqa: S608  every part of a statement stands in this file

import csv
import json
import sqlite3
from collections.abc import Iterator
from itertools import islice
from math import cos, radians
from pathlib import Path

from bench.national.queries import PER_PAGE, Query
from bench.national.words import NEEDS

KM_PER_MILE = 1.609344
FURTHEST_KM = 1500.0
CELLS_PER_DEGREE = 20
BATCH = 5_000
# The distance on a sphere in km; `{0}` is the table's name before a dot, or nothing.
DISTANCE = (
    "12742.0176*asin(sqrt(pow(sin(radians({0}latitude-:latitude)/2),2)"
    "+cos(radians(:latitude))*cos(radians({0}latitude))*pow(sin(radians({0}longitude-:longitude)/2),2)))"
)
FITS_AGE = "(:age is null or :age between {0}min_age and {0}max_age)"
TABLES = """
CREATE TABLE services(id INTEGER PRIMARY KEY, slug TEXT, name TEXT, description TEXT, organisation TEXT, needs TEXT,
    min_age INTEGER, max_age INTEGER, schedule TEXT, cost TEXT, town TEXT, postcode TEXT, latitude REAL, longitude REAL,
    cell INTEGER);
CREATE VIRTUAL TABLE services_fts USING fts5(name, description, organisation, content='services', content_rowid='id',
    tokenize='porter unicode61');
CREATE VIRTUAL TABLE point USING rtree_i32(id, south, north, west, east);
CREATE TABLE need(need INTEGER, id INTEGER, PRIMARY KEY(need, id)) WITHOUT ROWID;
CREATE VIRTUAL TABLE token USING fts5(said, content='', detail=none, columnsize=0, tokenize='porter unicode61');
"""
INDEXES = """
INSERT INTO services_fts(services_fts) VALUES('rebuild');
INSERT INTO point SELECT id, CAST(latitude * 1e5 AS INTEGER), CAST(latitude * 1e5 AS INTEGER),
    CAST(longitude * 1e5 AS INTEGER), CAST(longitude * 1e5 AS INTEGER) FROM services;
INSERT INTO services_fts(services_fts) VALUES('optimize');
INSERT INTO token(token) VALUES('optimize');
ANALYZE;
"""
SHOWN = (
    *("slug", "name", "description", "organisation", "needs", "min_age", "max_age"),
    *("schedule", "cost", "town", "postcode", "latitude", "longitude"),
)
Hits = list[tuple[int, float]]


def build(listings: Path, database: Path) -> None:
    """Make the SQLite file from a file of listings, some thousand rows at a time."""
    database.unlink(missing_ok=True)
    connection = sqlite3.connect(database)
    connection.executescript(f"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; {TABLES}")
    with connection, listings.open(encoding="utf-8", newline="") as file:
        numbered = enumerate(csv.DictReader(file), start=1)
        while batch := list(islice(numbered, BATCH)):
            _put(connection, batch)
    connection.executescript(INDEXES)
    connection.close()


def _put(connection: sqlite3.Connection, batch: list[tuple[int, dict[str, str]]]) -> None:
    services, needs, tokens = [], [], []
    for id_, row in batch:
        cell = cell_of(float(row["latitude"]), float(row["longitude"]))
        has = [NEEDS.index(need) for need in row["needs"].split("|")]
        said = (row["name"], row["summary"], row["organisation"])
        ages = (int(row["min_age"]), int(row["max_age"]))
        where = (row["city"], row["postal_code"], float(row["latitude"]), float(row["longitude"]), cell)
        services.append((id_, row["id"], *said, row["needs"], *ages, row["schedule"], row["cost"], *where))
        needs += [(need, id_) for need in has]
        tokens.append((id_, " ".join((*said, *map(need_token, has), cell_token(cell)))))
    connection.executemany(f"INSERT INTO services VALUES({','.join('?' * 15)})", services)
    connection.executemany("INSERT INTO need VALUES(?, ?)", needs)
    connection.executemany("INSERT INTO token(rowid, said) VALUES(?, ?)", tokens)


def connect(database: Path) -> sqlite3.Connection:
    """A connection that only reads, for any thread, with as much of the file in memory as may be."""
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True, check_same_thread=False, cached_statements=256)
    connection.execute("PRAGMA cache_size=-65536")
    connection.execute("PRAGMA mmap_size=2147483648")
    return connection


def cell_of(latitude: float, longitude: float) -> int:
    """The number of the cell of the grid that holds a point."""
    return int((latitude + 90) * CELLS_PER_DEGREE) * 10_000 + int((longitude + 180) * CELLS_PER_DEGREE)


def cell_token(cell: int) -> str:
    """The word that stands for a cell in the full-text index."""
    return f"zc{cell}"


def need_token(need: int) -> str:
    """The word that stands for a need in the full-text index."""
    return f"zn{need}"


def box(latitude: float, longitude: float, km: float) -> tuple[float, float, float, float]:
    """South, north, west and east of a box round a circle."""
    north = km / 111.19
    east = north / max(0.01, cos(radians(min(89, abs(latitude) + north))))
    return latitude - north, latitude + north, longitude - east, longitude + east


def values(query: Query) -> dict[str, object]:
    """What the statements are asked with, but for the tokens and the box."""
    km = FURTHEST_KM if query.within_miles is None else query.within_miles * KM_PER_MILE
    where = {"latitude": query.latitude, "longitude": query.longitude, "km": km}
    return {**where, "age": query.age, "limit": PER_PAGE}


def tokens_of(query: Query, *, open_end: bool = False, by_need: bool = False) -> str:
    """What a listing must hold, in full-text notation. As on the site the last word may go on with `open_end`, and with
    `by_need` a listing for a need that one of the words names will do.
    """
    typed = query.words.split()
    words = [f'"{word}"' for word in typed]
    if words and open_end:
        words[-1] += "*"
    named = [need_token(NEEDS.index(word)) for word in typed if by_need and word in NEEDS]
    said = [f"(({' AND '.join(words)}) OR {' OR '.join(named)})"] if named else words
    return " AND ".join(said + ([] if query.need is None else [need_token(query.need)]))


class Tuned:
    """Answers a query over a file of `build` with the nearest 20, as (id, km)."""

    # So short a list of matches is taken whole; a ring is to hold so many; a word is in such a part of listings.
    SHORT, WANTED, WORD = 1_500, 60, 0.03
    # With more cells than this in a ring, naming them costs more than it saves.
    MOST_CELLS = 700
    FIRST_KM, WIDER = 3.0, 1.6
    MATCHES = (
        f"SELECT s.id, {DISTANCE.format('s.')} AS d FROM token t CROSS JOIN services s ON s.id = t.rowid "
        f"WHERE token MATCH :tokens AND d <= :km AND {FITS_AGE.format('s.')} ORDER BY d LIMIT :limit"
    )
    NEAREST = (
        f"SELECT s.id, {DISTANCE.format('s.')} AS d FROM point p CROSS JOIN services s ON s.id = p.id "
        "WHERE south >= :south AND north <= :north AND west >= :west AND east <= :east "
        f"AND d <= :km AND {FITS_AGE.format('s.')} ORDER BY d LIMIT :limit"
    )

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.cells = dict(connection.execute("SELECT cell, count(*) FROM services GROUP BY cell"))
        self.needs = dict(connection.execute("SELECT need, count(*) FROM need GROUP BY need"))
        self.total = sum(self.cells.values())

    def __call__(
        self, connection: sqlite3.Connection, query: Query, *, open_end: bool = False, by_need: bool = False
    ) -> Hits:
        tokens, asked = tokens_of(query, open_end=open_end, by_need=by_need), values(query)
        if not tokens:
            return self._nearest(connection, query)
        share = self._share(query)
        for km, last in self._rings(query, share):
            cells = self._cells_within(query, km)
            near = " OR ".join(map(cell_token, cells))
            inside = asked | {"km": km, "tokens": f"({tokens}) AND ({near})"}
            hits = connection.execute(self.MATCHES, inside).fetchall() if cells else []
            if last or len(hits) >= PER_PAGE:
                return hits
        return connection.execute(self.MATCHES, asked | {"tokens": tokens}).fetchall()

    def _share(self, query: Query) -> float:
        """About what part of all listings match."""
        by_need = 1.0 if query.need is None else self.needs.get(query.need, 0) / max(self.total, 1)
        return float(by_need * self.WORD ** len(query.words.split()))

    def _rings(self, query: Query, share: float) -> Iterator[tuple[float, bool]]:
        """The rings to try, in km, and whether that is all that was asked for; none where the list is short anyway."""
        km, asked = self.FIRST_KM, FURTHEST_KM if query.within_miles is None else query.within_miles * KM_PER_MILE
        while share * self.total > self.SHORT:
            ring = min(km, asked)
            if _count_cells(query, ring) > self.MOST_CELLS:
                return
            listings = sum(self.cells[cell] for cell in self._cells_within(query, ring))
            if ring < asked and share * listings < self.WANTED:
                km *= self.WIDER
                continue
            yield ring, ring >= asked
            km *= 2

    def _cells_within(self, query: Query, km: float) -> list[int]:
        """The cells of a box that hold anything."""
        return [cell for row in _cell_rows(query, km) for cell in row if cell in self.cells]

    def _nearest(self, connection: sqlite3.Connection, query: Query) -> Hits:
        """The nearest of all, through boxes that widen."""
        asked = values(query)
        top, km = float(str(asked["km"])), 2.0
        while True:
            ring = min(km, top)
            edges = box(query.latitude, query.longitude, ring)
            south, north, west, east = (int(edge * 1e5) for edge in edges)
            inside = {"south": south - 1, "north": north + 1, "west": west - 1, "east": east + 1, "km": ring}
            hits = connection.execute(self.NEAREST, asked | inside).fetchall()
            if ring >= top or len(hits) >= PER_PAGE:
                return hits
            km *= 2.5


def _cell_rows(query: Query, km: float) -> Iterator[range]:
    """The cells of a box, by rows from west to east."""
    south, north, west, east = box(query.latitude, query.longitude, km)
    first, last = int((west + 180) * CELLS_PER_DEGREE), int((east + 180) * CELLS_PER_DEGREE)
    for row in range(int((south + 90) * CELLS_PER_DEGREE), int((north + 90) * CELLS_PER_DEGREE) + 1):
        yield range(row * 10_000 + first, row * 10_000 + last + 1)


def _count_cells(query: Query, km: float) -> int:
    return sum(map(len, _cell_rows(query, km)))


def show(connection: sqlite3.Connection, hits: Hits) -> list[dict[str, object]]:
    """What is told of each hit, in their order."""
    ids = json.dumps([id_ for id_, _ in hits])
    columns = ", ".join(SHOWN)
    statement = f"SELECT id, {columns} FROM services WHERE id IN (SELECT value FROM json_each(?))"
    rows = connection.execute(statement, (ids,))
    found = {id_: dict(zip(SHOWN, told, strict=True)) for id_, *told in rows}
    return [{**found[id_], "km": round(km, 3)} for id_, km in hits]
