"""Settings of gunicorn for datasette: as many workers as ours has, each with an event loop.

Under uvicorn's own workers every answer waits 40 ms at one client: their sockets keep small packets back (Nagle).
"""

import os

bind = f"127.0.0.1:{os.environ['PORT']}"
workers = 2
worker_class = "uvicorn_worker.UvicornWorker"
loglevel = "warning"
