"""flask hub send-mail, read-bounces and forget-reports: what runs by itself, often and at night."""

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from hub_finder import mail
from hub_finder.delivery import deliver
from hub_finder.directory import bounces, dead_letters, outbox
from hub_finder.directory.reports import forget_old
from hub_finder.extensions import db
from hub_finder.importers.bounce_messages import Outcome, find_files, take_in

PIPED = Path("-")
# What came of a message, as it is told behind a number.
OUTCOMES: dict[Outcome, str] = {
    "marked": "marked an address",
    "known": "told nothing new",
    "not ours": "not about mail from here",
    "no report": "no report of a failure",
    "unreadable": "could not be read",
}


@click.command("send-mail")
@with_appcontext
def send_mail_command() -> None:
    """Send what is due in the outbox, and delete each message as soon as it has left. Run it every minute."""
    if not mail.can_send():
        raise click.ClickException("No mail is sent here: HUB_MAIL_URL is not set.")
    done = deliver()
    for problem in done.problems:
        click.echo(problem, err=True)
    waiting = dead_letters.get_waiting().count
    given_up = f" {done.given_up} given up: see /moderation/mail." if done.given_up else ""
    too_late = f" {done.too_late} dropped: too late to be of use." if done.too_late else ""
    click.echo(f"{done.sent} sent, {waiting} waiting.{given_up}{too_late}")
    sys.exit(1 if waiting or done.given_up or done.too_late else 0)


@click.command("read-bounces")
@click.argument("sources", nargs=-1, type=click.Path(path_type=Path, allow_dash=True))
@with_appcontext
def read_bounces_command(sources: Sequence[Path]) -> None:
    """Read messages that tell of mail which could not be delivered, and mark the addresses.

    A source is a message, a mailbox (mbox), or a folder of such files, as a Maildir is; - or none for what is piped.
    """
    found: Counter[Outcome] = Counter()
    for path in (file for source in sources or [PIPED] for file in find_files(source)):
        with click.open_file(str(path), "rb") as stream:
            found += take_in(stream)
    told = "".join(f", {count} {OUTCOMES[outcome]}" for outcome, count in found.items())
    click.echo(f"{found.total()} read{told}.")


@click.command("forget-reports")
@with_appcontext
def forget_reports_command() -> None:
    """Delete what visitors told us, and mail that did not leave, once it was kept long enough. Run it every night."""
    unsent = outbox.forget_old(days=current_app.config["HUB_MAIL_KEPT_DAYS"])
    gone = forget_old() | {"unsent messages": unsent, "marks of addresses": bounces.forget_old_marks()}
    db.session.commit()
    click.echo("Deleted: " + ", ".join(f"{count} {what}" for what, count in gone.items()) + ".")


REPORT_COMMANDS = (send_mail_command, read_bounces_command, forget_reports_command)
