"""flask hub update-translations: the files of translated texts, in step with the data that they translate."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from hub_finder.area import current_area
from hub_finder.config import ROOT
from hub_finder.importers.translations import languages_to_translate_to, update_translations


@click.command("update-translations")
@click.argument("folders", nargs=-1, type=click.Path(path_type=Path, exists=True, file_okay=False))
@with_appcontext
def update_translations_command(folders: tuple[Path, ...]) -> None:
    """Add what folders of data say that is not translated yet, and take out what they say no more.

    The folders are those of this site, unless others are given.
    """
    for tag in languages_to_translate_to():
        for folder in folders or (ROOT / "data", current_area().folder):
            texts, blank, gone = update_translations(folder, tag)
            click.echo(f"{folder.name}, {tag}: {texts} texts, {blank} to translate, {gone} taken out")


TRANSLATION_COMMANDS = (update_translations_command,)
