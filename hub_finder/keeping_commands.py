"""flask hub purge, forget-person, forget-address and forget-reports: what is not kept any longer."""

from collections.abc import Mapping
from datetime import timedelta

import click
from flask import current_app
from flask.cli import with_appcontext

from hub_finder import mail, web
from hub_finder.config import PERIODS
from hub_finder.directory import accounts, jobs, purging
from hub_finder.directory.administrators import LastAdministrator
from hub_finder.directory.forgetting import HasAccount, forget_address, forget_person
from hub_finder.directory.journal import TERMINAL
from hub_finder.directory.purging import WARNED_DAYS, Periods
from hub_finder.extensions import db
from hub_finder.models.accounts import Account

# A clock that is further ahead than this deletes nothing.
NOT_RUN_FOR = timedelta(days=30)
SUBJECT = "Your account at {site} goes soon"
BODY = """You have an account at {site}, and have not signed in for a long time.

In {days} days we delete it, with what we keep about you.

Do you want to keep it? Then sign in once, at
{address}

Else do nothing. Nobody reads replies to this message.
"""


@click.command("purge")
@click.option("--dry-run", is_flag=True, help="Say what would go, and keep everything.")
@click.option("--clock-is-right", is_flag=True, help="Also where it did not run for a month.")
@with_appcontext
def purge_command(*, dry_run: bool, clock_is_right: bool) -> None:
    """Delete all that was kept long enough. Run it every night."""
    if not (dry_run or clock_is_right):
        _doubt_clock()
    kept = {part: current_app.config[name] for part, name in PERIODS.items()}
    periods = Periods(**kept, mail=current_app.config["HUB_MAIL_KEPT_DAYS"])
    counts = current_app.config["HUB_COUNT_SEARCHES"] == "yes"
    gone = purging.purge(periods, warn=_warning if _can_warn() else None, counts=counts)
    if dry_run:
        db.session.rollback()
        click.echo("A dry run: nothing was deleted.")
    else:
        db.session.commit()
    _tell(gone)
    if not _can_warn():
        click.echo("Accounts that nobody uses stay: to warn them, set HUB_MAIL_URL and HUB_BASE_URL.")


@click.command("forget-person")
@click.argument("email")
@with_appcontext
def forget_person_command(email: str) -> None:
    """Remove someone who asks for it: their account, and their name wherever it stands. It cannot be undone."""
    try:
        gone = forget_person(accounts.get_account(email), by=TERMINAL)
    except accounts.NoAccount as error:
        raise click.ClickException(f"Nobody has an account with the address {email}.") from error
    except LastAdministrator as error:
        raise click.ClickException(f"{error} Nothing was changed.") from error
    db.session.commit()
    _tell(gone)


@click.command("forget-address")
@click.argument("email")
@with_appcontext
def forget_address_command(email: str) -> None:
    """Remove the address of somebody without an account who asks for it. It cannot be undone."""
    try:
        gone = forget_address(email)
    except HasAccount as error:
        raise click.ClickException(f"{email} is the address of an account: use forget-person.") from error
    db.session.commit()
    _tell(gone)


@click.command("forget-reports")
@with_appcontext
def forget_reports_command() -> None:
    """The part of purge that deletes what visitors told us, and mail that did not leave."""
    gone = purging.forget_reports(days=current_app.config["HUB_MAIL_KEPT_DAYS"])
    db.session.commit()
    click.echo("Deleted: " + ", ".join(f"{count} {what}" for what, count in gone.items()) + ".")


def _doubt_clock() -> None:
    """Delete nothing where the clock may be far ahead: what is not old would go, and does not come back."""
    idle = jobs.get_idle_time("purge")
    if idle > NOT_RUN_FOR:
        raise click.ClickException(
            f"By the clock this last ran {idle.days:,} days ago. Nothing was deleted. "
            "If the clock is right, run it once with --clock-is-right."
        )


KEEPING_COMMANDS = (purge_command, forget_person_command, forget_address_command, forget_reports_command)


def _tell(gone: Mapping[str, int]) -> None:
    for what, count in gone.items():
        click.echo(f"{count:>8,}  {what}")


def _can_warn() -> bool:
    """Whether a message can be sent that leads back here: a terminal does not know the site's address by itself."""
    return mail.can_send() and bool(current_app.config["HUB_BASE_URL"])


def _warning(_account: Account) -> tuple[str, str]:
    with current_app.test_request_context():
        address = web.public_url("accounts.show_sign_in")
    return SUBJECT.format(site=web.SITE_NAME), BODY.format(site=web.SITE_NAME, days=WARNED_DAYS, address=address)
