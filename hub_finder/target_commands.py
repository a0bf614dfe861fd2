"""flask hub snapshot-targets: what is kept of the published totals, day by day."""

import click
from flask.cli import with_appcontext

from hub_finder.area import current_area
from hub_finder.directory.target_history import snapshot_targets
from hub_finder.extensions import db


@click.command("snapshot-targets")
@with_appcontext
def snapshot_targets_command() -> None:
    """Keep what is listed and checked of each published total today. Run it every night; twice does no harm."""
    kept = snapshot_targets(current_area())
    db.session.commit()
    click.echo(f"{kept} kept." if kept else "Nothing new: today was counted already.")


TARGET_COMMANDS = (snapshot_targets_command,)
