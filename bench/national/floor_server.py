"""Settings of gunicorn for what we are measured against: those of our own gunicorn.conf.py, without its hooks."""

from pathlib import Path
from runpy import run_path

_ours = run_path(str(Path(__file__).parents[2] / "gunicorn.conf.py"))
bind, workers, threads = _ours["bind"], _ours["workers"], _ours["threads"]
worker_class = _ours["worker_class"]
preload_app, accesslog, loglevel = _ours["preload_app"], _ours["accesslog"], _ours["loglevel"]
