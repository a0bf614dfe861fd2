"""What `flask hub status` and `flask hub mail` tell who looks after the site, and what they do not."""

from datetime import UTC, datetime, timedelta

import pytest
from click.testing import Result
from flask import Flask

from hub_finder.directory import outbox
from hub_finder.directory.outbox import STOPPED
from hub_finder.extensions import db
from hub_finder.models.reports import OutgoingMail
from tests.factories import Catalogue


def run(app: Flask, *args: str) -> Result:
    return app.test_cli_runner().invoke(args=["hub", *args])


def give_up(name: str, why: str, *, good_until: datetime | None = None) -> None:
    """A message of the outbox that was given up."""
    outbox.post(f"{name}@a.example", subject=name, body="Only for you\n", good_until=good_until)
    letter = outbox.get_next_or_none(0)
    assert letter
    outbox.fail(letter, why, for_good=True, claimed_at=None)


def test_status_of_a_site_that_can_answer(app: Flask, catalogue: Catalogue) -> None:
    catalogue.add_places()
    catalogue.add(name="Sleep clinic")
    run(app, "purge")

    result = run(app, "status")

    assert result.exit_code == 0, result.output
    first, ready, mail, *jobs = result.output.splitlines()
    assert first.startswith("Hub Finder ")
    assert (ready, mail) == ("Ready.", "Mail that waits: 0. Given up: 0.")
    assert "send-mail: never ran here" in jobs
    assert [job for job in jobs if job.startswith("purge: ran until ") and "late" not in job]


def test_status_says_why_it_cannot(app: Flask) -> None:
    result = run(app, "status")

    assert result.exit_code == 1
    assert "Not ready: There are no needs and no postcodes. Run: flask hub setup\n" in result.output


@pytest.mark.usefixtures("app")
def test_mail_tells_no_address_and_tries_again_what_is_of_use(app: Flask) -> None:
    with app.app_context():
        give_up("ann", "The mail server does not take this message (554).")
        give_up("bo", STOPPED)
        give_up("cat", "It did.", good_until=datetime.now(UTC) + timedelta(minutes=1))
        db.session.execute(
            OutgoingMail.__table__.update()  # type: ignore[attr-defined]
            .where(OutgoingMail.subject == "cat")
            .values(good_until=datetime.now(UTC) - timedelta(minutes=1))
        )
        db.session.commit()

    told, again = run(app, "mail"), run(app, "mail", "--try-again")

    assert told.output.startswith("Mail that waits: 0. Given up: 3.\n")
    assert told.output.count("tries: 1. ") == 3
    assert "does not take this message (554)." in told.output
    assert told.output.count("Too late to be of use.") == 1
    assert "a.example" not in told.output + again.output
    assert again.output.startswith("To be tried again: 1.")
    assert "Mail that waits: 1, the oldest since " in again.output
    assert "Given up: 2." in again.output
    assert [result.exit_code for result in (told, again)] == [0, 0]
