"""What Prometheus reads at /metrics: requests, counted by all processes together, and what waits for somebody.

Off unless HUB_METRICS_FOLDER is set. No label holds anything of what was asked: routes stand as the rule of their
address, like /services/<slug>.
"""

import hmac
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from time import perf_counter

from flask import Blueprint, Flask, Response, abort, current_app, g, request
from sqlalchemy.exc import SQLAlchemyError

from hub_finder.access import public
from hub_finder.config import VERSION
from hub_finder.directory.readiness import look
from hub_finder.directory.upkeep import Upkeep, find_upkeep
from hub_finder.extensions import db, limiter
from hub_finder.tallies import Tallies

blueprint = Blueprint("metrics", __name__)

# Seconds: most pages take a hundredth, and the proxy gives up after thirty.
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
METHODS = ("GET", "HEAD", "POST", "OPTIONS")
REQUESTS, SECONDS = "hub_requests_total", "hub_request_seconds"
# Each metric with its type and what it means, in the order of the answer.
FAMILIES: Mapping[str, tuple[str, str]] = {
    REQUESTS: ("counter", "Answers, by method, rule of the address and status."),
    SECONDS: ("histogram", "Seconds until an answer began, by part of the site."),
    "hub_processes": ("gauge", "Processes that answered something and live."),
    "hub_process_resident_bytes_max": ("gauge", "The memory of the largest of them."),
    "hub_info": ("gauge", "1, with the version of the program and of its tables."),
    "hub_ready": ("gauge", "1 when /health/ready says 200."),
    "hub_warnings": ("gauge", "What /health/ready warns of."),
    "hub_mail_waiting": ("gauge", "Messages that wait to be sent."),
    "hub_mail_oldest_seconds": ("gauge", "How long the oldest of them waits."),
    "hub_mail_failed": ("gauge", "Messages that were given up."),
    "hub_queue_waiting": ("gauge", "What waits for the team, by kind."),
    "hub_queue_oldest_seconds": ("gauge", "How long the oldest of it waits."),
    "hub_feeds": ("gauge", "Feeds, by how the last read went."),
    "hub_reviews_due": ("gauge", "Listings whose check is due or overdue."),
    "hub_job_late": ("gauge", "1 when a command did not run in time."),
    "hub_job_failed": ("gauge", "1 when its last run failed."),
    "hub_job_success_timestamp_seconds": ("gauge", "When it last went well."),
}


def init_app(app: Flask) -> None:
    """Count, where a folder for it is set. Before everything else, so that all of a request is measured."""
    app.register_blueprint(blueprint)
    if folder := app.config["HUB_METRICS_FOLDER"]:
        app.extensions["tallies"] = Tallies(Path(folder))
        app.before_request(_begin)
        app.after_request(_count)


def _was_refused(response: Response) -> bool:
    return response.status_code == 401


@blueprint.get("/metrics")
@limiter.limit("30 per minute", deduct_when=_was_refused)
@public
def read_metrics() -> Response:
    """Everything, for who brings the token."""
    tallies: Tallies | None = current_app.extensions.get("tallies")
    if tallies is None:
        abort(404)
    token = f"Bearer {current_app.config['HUB_METRICS_TOKEN']}"
    if not hmac.compare_digest(request.headers.get("Authorization", "").encode(), token.encode()):
        return Response("The token is missing.\n", 401, {"WWW-Authenticate": "Bearer"}, mimetype="text/plain")
    counted, living = tallies.read()
    samples = {
        **counted,
        "hub_processes": len(living),
        "hub_process_resident_bytes_max": max(map(_resident_bytes, living), default=0),
        **dict(_of_the_database()),
    }
    return Response(_exposition(samples), mimetype="text/plain", content_type="text/plain; version=0.0.4")


def _begin() -> None:
    g.began = perf_counter()


def _count(response: Response) -> Response:
    took = perf_counter() - g.began
    route = request.url_rule.rule if request.url_rule else "none"
    method = request.method if request.method in METHODS else "other"
    room = request.blueprint or "none"
    amounts: dict[str, float] = {
        REQUESTS + sample_labels(method=method, route=route, status=str(response.status_code)): 1,
        f"{SECONDS}_sum" + sample_labels(room=room): took,
        f"{SECONDS}_count" + sample_labels(room=room): 1,
    }
    limits = [str(most) for most in BUCKETS if took <= most]
    for limit in (*limits, "+Inf"):
        amounts[f"{SECONDS}_bucket" + sample_labels(room=room, le=limit)] = 1
    try:
        current_app.extensions["tallies"].add(amounts)
    except OSError as error:  # families are answered whether or not somebody counts
        current_app.logger.warning("What was asked could not be counted: %s", error.strerror)
    return response


def sample_labels(**values: str) -> str:
    """Labels as Prometheus writes them after a name."""
    escaped = (
        (name, value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")) for name, value in values.items()
    )
    return "{" + ",".join(f'{name}="{value}"' for name, value in escaped) + "}"


def _of_the_database() -> Iterator[tuple[str, float]]:
    """What stands in the database; where it does not answer, that it is not ready."""
    readiness = look()
    yield "hub_ready", readiness.is_ready
    yield "hub_warnings", len(readiness.warnings)
    yield "hub_info" + sample_labels(version=VERSION, revision=readiness.revision or ""), 1
    with suppress(SQLAlchemyError):
        yield from _of_upkeep(find_upkeep())
    db.session.rollback()


def _of_upkeep(found: Upkeep) -> Iterator[tuple[str, float]]:
    yield "hub_mail_waiting", found.mail_waiting
    yield "hub_mail_oldest_seconds", found.mail_age.total_seconds()
    yield "hub_mail_failed", found.mail_failed
    for kind, count in found.queue.items():
        yield "hub_queue_waiting" + sample_labels(kind=kind), count
    yield "hub_queue_oldest_seconds", found.queue_age.total_seconds()
    for health, count in found.feeds.items():
        yield "hub_feeds" + sample_labels(health=health), count
    yield "hub_reviews_due", found.reviews_due
    for job in found.jobs:
        label = sample_labels(job=job.name)
        yield f"hub_job_late{label}", job.late
        yield f"hub_job_failed{label}", bool(job.problem)
        if job.succeeded_at:
            yield f"hub_job_success_timestamp_seconds{label}", job.succeeded_at.timestamp()


def _exposition(samples: Mapping[str, float]) -> str:
    lines = []
    for family, (kind, meaning) in FAMILIES.items():
        of_family = list(_of_family(family, kind, samples))
        if of_family:
            lines += [f"# HELP {family} {meaning}", f"# TYPE {family} {kind}"]
            lines += [f"{name} {float(value):.10g}" for name, value in of_family]
    return "\n".join(lines) + "\n"


def _of_family(family: str, kind: str, samples: Mapping[str, float]) -> Iterable[tuple[str, float]]:
    names = {family} if kind != "histogram" else {f"{family}_{part}" for part in ("bucket", "sum", "count")}
    return ((name, value) for name, value in samples.items() if name.partition("{")[0] in names)


def _resident_bytes(process: int) -> int:
    """The memory that a process holds; 0 where the system does not say."""
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")
