"""How `make run` serves. Production settings are in docs/operations.md."""

import os

from gunicorn.arbiter import Arbiter

bind = f"127.0.0.1:{os.environ.get('PORT', '5000')}"
workers = 2
threads = 4
# Loaded before the workers start, so that "ready" below is true.
preload_app = True
# No access log: an address holds what a family looked for.
accesslog = None
loglevel = "warning"


def when_ready(_server: Arbiter) -> None:
    print(f"Hub Finder is ready: http://{bind}", flush=True)  # noqa: T201
