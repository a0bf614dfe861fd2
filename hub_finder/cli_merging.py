"""flask hub …: listings that may be the same, making one of two, and the way back."""

import csv
from pathlib import Path

import click
from flask.cli import with_appcontext

from hub_finder.area import current_area
from hub_finder.directory.duplicates import find_duplicates, mark_different
from hub_finder.directory.evidence import LEAST
from hub_finder.directory.merging import CannotMerge, Preview, merge, preview_merge, undo_merge
from hub_finder.directory.vocabulary import load_vocabulary
from hub_finder.extensions import db
from hub_finder.importers.cells import disarmed
from hub_finder.terminal import stored

BY = click.option("--by", required=True, help="Who decided so.")


@click.command("duplicates")
@click.option("--csv", "file", type=click.Path(path_type=Path), help="Write a line for each pair to this file.")
@click.option("--least", type=click.FloatRange(0, 1), default=LEAST, show_default=True, help="The lowest score.")
@with_appcontext
def duplicates_command(file: Path | None, least: float) -> None:
    """Pairs of listings that may be the same, the surest first, with the reasons."""
    found = find_duplicates(least=least)
    for one in found:
        click.echo(f"{one.score:.2f}  {one.first}  {one.second}")
        click.echo(f"      for: {'; '.join(one.reasons)}")
        if one.doubts:
            click.echo(f"      against: {'; '.join(one.doubts)}")
    click.echo(f"{len(found):,} pairs." if len(found) != 1 else "1 pair.")
    if file:
        with file.open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out, lineterminator="\n")
            writer.writerow(("first", "second", "score", "for", "against"))
            writer.writerows(
                (
                    disarmed(one.first),
                    disarmed(one.second),
                    f"{one.score:.3f}",
                    disarmed("; ".join(one.reasons)),
                    disarmed("; ".join(one.doubts)),
                )
                for one in found
            )
        click.echo(f"Written to {file}.")


@click.command("merge")
@click.argument("loser")
@click.argument("winner")
@BY
@click.option("--dry-run", is_flag=True, help="Show every field of the merged listing, and keep nothing.")
@with_appcontext
def merge_command(loser: str, winner: str, by: str, *, dry_run: bool) -> None:
    """Make the listing LOSER part of the listing WINNER. Its address leads there from then on."""
    keep, lose = stored(winner), stored(loser)
    needs, vocabulary = load_vocabulary(current_area())
    try:
        if dry_run:
            preview = preview_merge(keep, lose, vocabulary=vocabulary)
        else:
            preview = merge(keep, lose, needs=needs, vocabulary=vocabulary, actor=by)
    except CannotMerge as error:
        raise click.ClickException(str(error)) from error
    _tell(preview, winner=winner, loser=loser)
    if dry_run:
        click.echo("A dry run: nothing was kept.")
    else:
        db.session.commit()
        click.echo(f"{loser} is part of {winner} now. To part them: flask hub undo-merge {loser}")


@click.command("undo-merge")
@click.argument("loser")
@BY
@with_appcontext
def undo_merge_command(loser: str, by: str) -> None:
    """Make a merged listing one of its own again, and take back what the merge changed in the other."""
    needs, vocabulary = load_vocabulary(current_area())
    try:
        undone = undo_merge(stored(loser), needs=needs, vocabulary=vocabulary, actor=by)
    except CannotMerge as error:
        raise click.ClickException(str(error)) from error
    db.session.commit()
    click.echo(f"{loser} is no longer part of {undone.winner}.")
    for slug, field in undone.stayed:
        click.echo(f"{slug}  {field}: edited since the merge, so it stays as it is.")


@click.command("not-duplicates")
@click.argument("first")
@click.argument("second")
@BY
@with_appcontext
def not_duplicates_command(first: str, second: str, by: str) -> None:
    """Note that two listings only look alike: they are not shown as a pair again."""
    try:
        mark_different(stored(first), stored(second), actor=by)
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    db.session.commit()
    click.echo(f"{first} and {second} are kept apart.")


COMMANDS = (duplicates_command, merge_command, undo_merge_command, not_duplicates_command)


def _tell(preview: Preview, *, winner: str, loser: str) -> None:
    for field in preview.fields:
        click.echo(f"{field.name}{' (they disagree)' if field.is_conflict and field.choice != 'both' else ''}")
        for slug, value in ((winner, field.keep), (loser, field.lose), ("merged", field.merged)):
            click.echo(f"    {slug}: {value or '(blank)'}")
    for name, text in preview.left_out:
        click.echo(f"Left out, for want of room or because {winner} says otherwise: {name}: {text}")
