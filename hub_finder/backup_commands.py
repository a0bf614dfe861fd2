"""flask hub backup and restore: the whole database in one file, and back."""

import signal
import sys
from pathlib import Path

import click
from flask.cli import with_appcontext
from flask_migrate import upgrade

from hub_finder import backups
from hub_finder.config import ROOT
from hub_finder.extensions import db

FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("backup")
@click.argument("file", type=FILE)
@click.option(
    "--every",
    type=click.IntRange(min=1),
    metavar="SECONDS",
    help="Go on, and write FILE again whenever something was saved, looking so often. For SQLite.",
)
@with_appcontext
def backup_command(file: Path, every: int | None) -> None:
    """Write the whole database into FILE while the site serves. For every night."""
    if every:
        # Ended from outside, it still takes away what it has begun.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    try:
        for size in backups.keep_backing_up(file, every=every) if every else [backups.back_up(file)]:
            click.echo(f"{size:,} bytes written.")
    except backups.BackupFailed as error:
        click.echo(str(error), err=True)
        sys.exit(2)


@click.command("restore")
@click.argument("file", type=FILE)
@with_appcontext
def restore_command(file: Path) -> None:
    """Make the database what it was when FILE was written. All that came after goes."""
    address = db.engine.url.render_as_string()
    if sys.stdin.isatty():
        click.confirm(f"Everything in {address} will be replaced. Go on?", abort=True, err=True)
    try:
        revision = backups.restore(file)
    except (backups.BadBackup, backups.BackupFailed) as error:
        click.echo(f"{file} was not put back. {error} Nothing was changed.", err=True)
        sys.exit(2)
    upgrade(directory=str(ROOT / "migrations"))
    click.echo(f"{file} is what the site shows now. Its tables were at {revision} and are up to date.")


BACKUP_COMMANDS = (backup_command, restore_command)
