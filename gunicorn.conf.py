"""How `make run` serves. Production settings are in docs/operations.md."""

import os
from contextlib import suppress
from importlib import import_module
from threading import Thread

from flask import Flask
from gunicorn.arbiter import Arbiter
from gunicorn.workers.base import Worker
from sqlalchemy.exc import SQLAlchemyError

from hub_finder.area import current_area
from hub_finder.directory.needs import understand
from hub_finder.directory.urgent import recognise

bind = f"127.0.0.1:{os.environ.get('PORT', '5000')}"
workers = 2
threads = 4
# Loaded before the workers start, so that "ready" below is true.
preload_app = True
# No access log: an address holds what a family looked for.
accesslog = None
loglevel = "warning"
# A very long search is answered with words of ours, and not cut off with a bare 414. In production the reverse proxy
# says how long an address may be, and this server keeps its own limit.
limit_request_line = 8190 if os.environ.get("HUB_ENV") == "production" else 0


def when_ready(_server: Arbiter) -> None:
    print(f"Hub Finder is ready: http://{bind}", flush=True)  # noqa: T201


def post_worker_init(worker: Worker) -> None:
    """Beside the first requests, do once what no family should wait for: import folium, learn what words mean."""
    Thread(target=import_module, args=("hub_finder.maps",), daemon=True).start()
    Thread(target=_learn, args=(worker.wsgi,), daemon=True).start()


def _learn(app: Flask) -> None:
    with app.app_context(), suppress(SQLAlchemyError):  # without a database there is nothing to understand yet
        recognise("", area=current_area())
        understand("")
