"""flask hub send-mail and forget-reports: what runs by itself, often and at night."""

import sys
from collections.abc import Iterator

import click
from flask import current_app
from flask.cli import with_appcontext

from hub_finder.directory import outbox
from hub_finder.directory.reports import forget_old
from hub_finder.extensions import db
from hub_finder.mailing import message_of, transport
from hub_finder.models.reports import OutgoingMail


@click.command("send-mail")
@with_appcontext
def send_mail_command() -> None:
    """Send what waits in the outbox, and delete each message as soon as it has left."""
    url, sender = current_app.config["MAIL_URL"], current_app.config["HUB_MAIL_FROM"]
    if not url:
        raise click.ClickException("No mail is sent here: HUB_MAIL_URL is not set.")
    sent = 0
    try:
        with transport(url) as send:
            for mail in _waiting():
                try:
                    send(message_of(mail, sender=sender))
                except OSError as error:  # smtplib's errors are of this kind too
                    click.echo(f"Message {mail.id} could not be sent: {type(error).__name__}", err=True)
                    continue
                outbox.forget(mail)
                # At once: a message that has left is not sent again, whatever becomes of the next.
                db.session.commit()
                sent += 1
    except OSError as error:
        click.echo(f"The mail server cannot be used: {type(error).__name__}", err=True)
    waiting = outbox.count_waiting()
    click.echo(f"{sent} sent, {waiting} waiting.")
    sys.exit(1 if waiting else 0)


def _waiting() -> Iterator[OutgoingMail]:
    """Each message that waits, once."""
    last = 0
    while mail := outbox.get_next_or_none(last):
        last = mail.id
        yield mail


@click.command("forget-reports")
@with_appcontext
def forget_reports_command() -> None:
    """Delete what visitors told us once it was kept long enough. Run it every night."""
    gone = forget_old()
    db.session.commit()
    click.echo("Deleted: " + ", ".join(f"{count} {what}" for what, count in gone.items()) + ".")


REPORT_COMMANDS = (send_mail_command, forget_reports_command)
