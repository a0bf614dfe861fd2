"""flask hub import-phrases and export-phrases: how families say what they need."""

import sys
from pathlib import Path

import click
from flask.cli import with_appcontext

from hub_finder.directory.thesaurus import find_wordings
from hub_finder.importers.export import write_whole
from hub_finder.importers.phrases import export_phrases, import_phrases
from hub_finder.terminal import say


@click.command("import-phrases")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would happen, phrase by phrase, and keep nothing.")
@click.option("--whole", is_flag=True, help="The file is all there is: remove what it does not name.")
@with_appcontext
def import_phrases_command(file: Path, *, dry_run: bool, whole: bool) -> None:
    """Load ways to say a need from a CSV file or a workbook. What staff changed or removed in the pages stays so."""
    report = import_phrases(file, dry_run=dry_run, whole=whole)
    if dry_run:
        click.echo("A dry run: nothing was kept.")
    sys.exit(say(report))


@click.command("export-phrases")
@click.argument("file", type=click.Path(path_type=Path))
@with_appcontext
def export_phrases_command(file: Path) -> None:
    """Write every phrase that counts to a CSV file that import-phrases reads back unchanged."""
    write_whole(file, export_phrases(find_wordings()))
    click.echo(f"Written to {file}.")


PHRASE_COMMANDS = (import_phrases_command, export_phrases_command)
