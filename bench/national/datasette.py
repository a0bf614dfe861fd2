"""Datasette, by two ways of asking: with our tuned SQL, and as its documentation leads one to ask.

It is no part of the project: it goes into an environment of its own, where an index of packages offers it.
"""

import subprocess
import sys
from pathlib import Path
from urllib.parse import quote, urlencode

from bench.national.floor import DISTANCE, KM_PER_MILE, SHOWN, box, tokens_of
from bench.national.queries import PER_PAGE, Query

PACKAGES = ("datasette==0.65.5", "datasette-haversine==0.2.1", "gunicorn", "uvicorn-worker")
# With no distance asked for, a box of so many km holds 20 listings almost anywhere.
WIDE_KM = 60.0
# What is asked with is text: a cast makes numbers of it.
FITS_AGE = "CAST(:age AS INTEGER) BETWEEN s.min_age AND s.max_age"


def get_python(folder: Path) -> Path | None:
    """The Python of an environment with datasette in the folder, made when it is not there; None when it cannot be."""
    python = folder / "bin/python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)  # noqa: S603
    install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PACKAGES]
    installed = subprocess.run(install, capture_output=True, check=False)  # noqa: S603
    return python if installed.returncode == 0 else None


def tuned_path(query: Query, database: str) -> str:
    """Words and needs through the floor's one full-text index, or the nearest through its R*Tree; then the distance."""
    distance = DISTANCE.format("s.")
    for name in ("latitude", "longitude"):
        distance = distance.replace(f":{name}", f"CAST(:{name} AS REAL)")
    if tokens := tokens_of(query):
        source, conditions = "token t CROSS JOIN services s ON s.id = t.rowid", ["token MATCH :tokens"]
        values = {"tokens": tokens}
    else:
        source, (conditions, values) = "point p CROSS JOIN services s ON s.id = p.id", _inside(query)
    return _path(query, database, distance, source, conditions, values)


def documented_path(query: Query, database: str) -> str:
    """The full-text table and the table of needs as subqueries, and the plug-in's distance of all that is left."""
    conditions, values = [], {}
    if query.words:
        conditions.append("s.id IN (SELECT rowid FROM services_fts WHERE services_fts MATCH :words)")
        values["words"] = " ".join(f'"{word}"' for word in query.words.split())
    if query.need is not None:
        conditions.append("s.id IN (SELECT id FROM need WHERE need = CAST(:need AS INTEGER))")
        values["need"] = str(query.need)
    distance = "haversine(s.latitude, s.longitude, :latitude, :longitude, 'km')"
    return _path(query, database, distance, "services s", conditions, values)


def _inside(query: Query) -> tuple[list[str], dict[str, str]]:
    km = WIDE_KM if query.within_miles is None else query.within_miles * KM_PER_MILE
    names = ("south", "north", "west", "east")
    edges = dict(zip(names, box(query.latitude, query.longitude, km), strict=True))
    signs = {"south": ">=", "north": "<=", "west": ">=", "east": "<="}
    return (
        [f"p.{name} {sign} CAST(:{name} AS INTEGER)" for name, sign in signs.items()],
        {name: str(int(edge * 1e5)) for name, edge in edges.items()},
    )


def _path(
    query: Query, database: str, distance: str, source: str, conditions: list[str], values: dict[str, str]
) -> str:
    conditions, values = [*conditions], {"latitude": str(query.latitude), "longitude": str(query.longitude), **values}
    if query.within_miles is not None:
        conditions.append("km <= CAST(:km AS REAL)")
        values["km"] = str(query.within_miles * KM_PER_MILE)
    if query.age is not None:
        conditions.append(FITS_AGE)
        values["age"] = str(query.age)
    shown = ", ".join(f"s.{name}" for name in SHOWN)
    where = f"WHERE {' AND '.join(conditions)} " if conditions else ""
    sql = f"SELECT {shown}, {distance} AS km FROM {source} {where}ORDER BY km LIMIT {PER_PAGE}"  # noqa: S608
    return f"/{database}.json?{urlencode({'sql': sql, '_shape': 'array', **values}, quote_via=quote)}"
