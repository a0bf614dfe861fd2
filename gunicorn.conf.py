"""How `make run` serves. Production settings are in docs/operations.md."""

import gc
import os
from contextlib import suppress
from importlib import import_module

from gunicorn.arbiter import Arbiter
from sqlalchemy.exc import SQLAlchemyError

from hub_finder.area import current_area
from hub_finder.directory import postcode_table
from hub_finder.directory.needs import understand
from hub_finder.directory.query import SearchQuery
from hub_finder.directory.search import find
from hub_finder.directory.urgent import recognise
from hub_finder.extensions import db

bind = f"127.0.0.1:{os.environ.get('PORT', '5000')}"
worker_class = "hub_finder.serving.EvenWorker"
workers = 2
threads = 2
# Loaded before the workers start, so that "ready" below is true.
preload_app = True
# No access log: an address holds what a family looked for.
accesslog = None
loglevel = "warning"
# Nobody steers it through a socket, and where its home is not to be written, as in an image, it tells of an error.
control_socket_disable = True
# A very long search is answered with words of ours, and not cut off with a bare 414. In production the reverse proxy
# says how long an address may be, and this server keeps its own limit.
limit_request_line = 8190 if os.environ.get("HUB_ENV") == "production" else 0


def when_ready(server: Arbiter) -> None:
    """Do once what no family should wait for, before the workers start: they share what is in memory by then.

    It imports folium, reads the postcodes, learns what words mean, and makes one search: that reads the index, and
    keeps what holds all day.
    """
    import_module("hub_finder.maps")
    app = server.app.wsgi()
    with app.app_context():
        with suppress(SQLAlchemyError):  # without a database there is nothing to read yet
            postcode_table.hold(db.session())
            recognise("", area=current_area())
            understand("")
            find(SearchQuery(), area=current_area())
        # A connection belongs to one process.
        db.session.remove()
        db.engine.dispose()
    # What is never let go need not be looked through, and stays shared.
    gc.freeze()
    # An answer makes thousands of values, and next to all go by themselves: to look through them at every 700th takes
    # an eighth of its time.
    gc.set_threshold(50_000, 20)
    print(f"Hub Finder is ready: http://{bind}", flush=True)  # noqa: T201
