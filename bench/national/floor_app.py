"""What we are measured against, under the same server: a greeting, and the bare tuned query.

BENCH_DATABASE names a file of `floor.build`.
"""

import os
import threading
from pathlib import Path
from sqlite3 import Connection

from flask import Flask, request

from bench.national.floor import Tuned, connect, show
from bench.national.queries import Query
from bench.national.words import NEEDS

app = Flask(__name__)
database = Path(os.environ["BENCH_DATABASE"])
search = Tuned(connect(database))
of_thread = threading.local()


@app.get("/hello")
def greet() -> dict[str, str]:
    return {"hello": "world"}


@app.get("/search")
def answer() -> dict[str, object]:
    asked = request.args
    query = Query(
        postcode="",
        latitude=float(asked["latitude"]),
        longitude=float(asked["longitude"]),
        need=NEEDS.index(asked["need"]) if "need" in asked else None,
        words=asked.get("q", ""),
        within_miles=asked.get("within", type=float),
        age=asked.get("age", type=int),
    )
    connection = _connection()
    return {"results": show(connection, search(connection, query))}


def _connection() -> Connection:
    if not hasattr(of_thread, "connection"):
        of_thread.connection = connect(database)
    connection: Connection = of_thread.connection
    return connection
