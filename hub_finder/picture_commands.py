"""The commands about pictures: taking them to another database, and forgetting those that nobody uses."""

from pathlib import Path

import click
from flask.cli import with_appcontext
from sqlalchemy import select

from hub_finder.directory.pictures import BadPicture, forget_unused_pictures, keep_picture_again
from hub_finder.extensions import db
from hub_finder.models.pictures import Picture

FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command("export-pictures")
@click.argument("folder", type=FOLDER)
@with_appcontext
def export_pictures_command(folder: Path) -> None:
    """Write all pictures into FOLDER, each under its name. They go along when listings go to another database."""
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    for name, content in db.session.execute(select(Picture.hash, Picture.content).execution_options(yield_per=20)):
        (folder / f"{name}.jpg").write_bytes(content)
        count += 1
    click.echo(f"{count:,} pictures written.")


@click.command("import-pictures")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@with_appcontext
def import_pictures_command(folder: Path) -> None:
    """Keep the pictures that `export-pictures` wrote into FOLDER; before the listings that show them."""
    kept, refused = 0, []
    for path in sorted(folder.glob("*.jpg")):
        try:
            is_whole = keep_picture_again(path.read_bytes()) == path.stem
            refused += [] if is_whole else [f"{path.name}: is not the picture that its name stands for"]
        except BadPicture as error:
            refused.append(f"{path.name}: {error}")
        kept += 1
    db.session.commit()
    click.echo("\n".join([f"{kept - len(refused):,} pictures kept, {len(refused):,} refused.", *refused]))
    if refused:
        raise SystemExit(1)


@click.command("forget-pictures")
@with_appcontext
def forget_pictures_command() -> None:
    """Delete pictures that no listing, proposal or past state of one has named for 30 days. For every night."""
    count = forget_unused_pictures()
    db.session.commit()
    click.echo(f"{count:,} pictures deleted.")


PICTURE_COMMANDS = (export_pictures_command, import_pictures_command, forget_pictures_command)
