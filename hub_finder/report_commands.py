"""flask hub send-mail: what runs by itself, every minute."""

import sys

import click
from flask.cli import with_appcontext

from hub_finder import mail
from hub_finder.delivery import deliver
from hub_finder.directory import dead_letters


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
    click.echo(f"{done.sent} sent, {waiting} waiting.{given_up}")
    sys.exit(1 if waiting or done.given_up else 0)


REPORT_COMMANDS = (send_mail_command,)
