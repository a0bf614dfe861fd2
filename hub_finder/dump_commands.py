"""flask hub dump: the open data as files."""

from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from hub_finder.area import current_area
from hub_finder.open_data import write_dump
from hub_finder.web import public_url


@click.command("dump")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@with_appcontext
def dump_command(folder: Path) -> None:
    """Write all published listings into FOLDER as files that HUB_DATA_FOLDER gives out. Run it every night."""
    site = current_app.config["HUB_BASE_URL"].rstrip("/") or None
    with current_app.test_request_context():
        dump = write_dump(folder, area=current_area(), url_of=_page if site else None, site=site)
    click.echo(f"{dump.listings:,} listings written to {dump.folder}.")
    if site is None:
        click.echo("Without HUB_BASE_URL, services.geojson names no pages.")


DUMP_COMMANDS = (dump_command,)


def _page(slug: str) -> str:
    return public_url("finder.show_service", slug=slug)
