"""Datasette over the file that BENCH_DATABASE names, for a server of ASGI apps. Runs in an environment of its own."""

import os

from datasette.app import Datasette  # type: ignore[import-not-found]

app = Datasette(
    files=[],
    immutables=[os.environ["BENCH_DATABASE"]],
    # Answers are neither cut off at a second nor told to be kept, so that every one is worked out.
    settings={
        "sql_time_limit_ms": 20_000,
        "default_cache_ttl": 0,
        "max_returned_rows": int(os.environ.get("BENCH_MOST_ROWS", "1000")),
    },
).app()
