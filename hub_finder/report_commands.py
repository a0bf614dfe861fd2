"""flask hub send-mail and forget-reports: what runs by itself, often and at night."""

import sys
from collections.abc import Iterator
from email.message import EmailMessage

import click
from flask.cli import with_appcontext

from hub_finder import mail
from hub_finder.directory import outbox
from hub_finder.directory.reports import forget_old
from hub_finder.extensions import db
from hub_finder.models.reports import OutgoingMail


@click.command("send-mail")
@with_appcontext
def send_mail_command() -> None:
    """Send what waits in the outbox, and delete each message as soon as it has left."""
    if not mail.can_send():
        raise click.ClickException("No mail is sent here: HUB_MAIL_URL is not set.")
    sent = 0
    try:
        with mail.transport() as send:
            for letter in _waiting():
                try:
                    send(_message_of(letter))
                except mail.NotSent as problem:
                    click.echo(f"Message {letter.id} could not be sent: {problem}", err=True)
                    continue
                outbox.forget(letter)
                # At once: a message that has left is not sent again, whatever becomes of the next.
                db.session.commit()
                sent += 1
    except mail.NotSent as problem:
        click.echo(f"The mail server cannot be used: {problem}", err=True)
    waiting = outbox.count_waiting()
    click.echo(f"{sent} sent, {waiting} waiting.")
    sys.exit(1 if waiting else 0)


def _message_of(letter: OutgoingMail) -> EmailMessage:
    return mail.message(to=letter.address, subject=letter.subject, text=letter.body, written_at=letter.written_at)


def _waiting() -> Iterator[OutgoingMail]:
    """Each message that waits, once."""
    last = 0
    while letter := outbox.get_next_or_none(last):
        last = letter.id
        yield letter


@click.command("forget-reports")
@with_appcontext
def forget_reports_command() -> None:
    """Delete what visitors told us once it was kept long enough. Run it every night."""
    gone = forget_old()
    db.session.commit()
    click.echo("Deleted: " + ", ".join(f"{count} {what}" for what, count in gone.items()) + ".")


REPORT_COMMANDS = (send_mail_command, forget_reports_command)
