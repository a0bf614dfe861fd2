"""flask hub status, and mail: what somebody looks at first when something does not do what it should."""

import sys
from datetime import datetime

import click
from flask.cli import with_appcontext

from hub_finder import mail
from hub_finder.config import VERSION
from hub_finder.database import aware
from hub_finder.directory.dead_letters import find_dead, get_waiting, try_all_again
from hub_finder.directory.jobs import JobState, find_jobs
from hub_finder.directory.readiness import look
from hub_finder.extensions import db


@click.command("status")
@with_appcontext
def status_command() -> None:
    """Say whether the site can answer, what waits, and what runs by itself. Ends with 1 when it cannot answer."""
    found = look()
    click.echo(f"Hub Finder {VERSION}. Tables: {found.revision or 'none that can be read'}.")
    for problem in found.problems:
        click.echo(f"Not ready: {problem.message}")
    if not found.is_ready:
        sys.exit(1)
    click.echo("Ready.")
    click.echo(_mail_in_short())
    for job in find_jobs():
        click.echo(f"{job.name}: {_told(job)}")


@click.command("mail")
@click.option("--try-again", is_flag=True, help="Let all that was given up be sent again, if it is still of use.")
@with_appcontext
def mail_command(*, try_again: bool) -> None:
    """Show what waits to be sent, and what was given up and why: each by its number, without an address."""
    if not mail.can_send():
        click.echo("No mail is sent here: HUB_MAIL_URL is not set.")
    if try_again:
        count = try_all_again()
        db.session.commit()
        click.echo(f"To be tried again: {count:,}. Not tried: what is too late or may have arrived, and what is for an")
        click.echo("address that takes no mail. Staff decide on these at /moderation/mail.")
    click.echo(_mail_in_short())
    for one in find_dead():
        late = " Too late to be of use." if one.is_too_late else ""
        written = _moment(aware(one.mail.written_at))
        click.echo(f"{one.mail.id}, written {written}, tries: {one.mail.attempts}. {one.mail.problem}{late}")


def _mail_in_short() -> str:
    waiting, given_up = get_waiting(), len(find_dead())
    since = f", the oldest since {_moment(aware(waiting.oldest_at))}" if waiting.oldest_at else ""
    return f"Mail that waits: {waiting.count:,}{since}. Given up: {given_up:,}."


def _told(job: JobState) -> str:
    if job.ended_at is None:
        return "never ran here"
    said = [f"ran until {_moment(job.ended_at)}", "late" if job.late else "", job.problem]
    return ". ".join(part for part in said if part)


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


STATUS_COMMANDS = (status_command, mail_command)
