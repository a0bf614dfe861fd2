"""A program that sends mail and is killed on the way, at each step once.

Run it as python -m tests.integration.killed_mail URL MAIL: the addresses of a database and of a mail server.
For each step it posts a message, lets a process send it that dies at that step, and lets another one run to its end.
It prints a line for each: the message's subject, and "gone" or "claimed". The last process lives, since its step is
behind the end. Steps are: before each statement to the database, before each commit, and behind each commit.
"""

import os
import signal
import sys
from itertools import count

from flask import Flask
from sqlalchemy import event, select

from hub_finder import create_app
from hub_finder.delivery import deliver
from hub_finder.directory import outbox
from hub_finder.extensions import db
from hub_finder.models.reports import OutgoingMail
from tests.conftest import FAIRSHIRE


def main(address: str, mail: str) -> None:
    settings = {"HUB_AREA": str(FAIRSHIRE), "HUB_MAIL_URL": mail, "HUB_MAIL_FROM": "hub@fairshire.example"}
    app = create_app({"DATABASE_URL": address, **settings})
    for step in count(1):
        with app.app_context():
            outbox.post("ann@a.example", subject=f"Step {step}", body="Hello\n")
            db.session.commit()
        lived = in_a_process(app, step)
        in_a_process(app, None)
        with app.app_context():
            rows = db.session.execute(select(OutgoingMail.subject, OutgoingMail.claimed_at)).all()
            db.session.rollback()
        left = {subject: "claimed" if claimed_at else "waiting" for subject, claimed_at in rows}
        print(f"Step {step}: {left.get(f'Step {step}', 'gone')}", flush=True)  # noqa: T201
        if lived:
            return


def in_a_process(app: Flask, step: int | None) -> bool:
    """Whether another process, which sends what is due, got to its end before its step came."""
    child = os.fork()
    if not child:
        with app.app_context():
            # The connections are the parent's.
            db.engine.dispose(close=False)
            if step:
                die_at(step)
            deliver()
            db.session.remove()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert status in (0, signal.SIGKILL), status
    return status == 0


def die_at(step: int) -> None:
    steps = count(1)

    def one(*_given: object) -> None:
        if next(steps) == step:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(db.engine, "before_cursor_execute", one)
    event.listen(db.engine, "commit", one)
    event.listen(db.session, "after_commit", one)


if __name__ == "__main__":
    main(*sys.argv[1:])
