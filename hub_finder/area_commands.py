"""flask hub new-area: another council's folder of data."""

import sys
from pathlib import Path

import click
from flask.cli import with_appcontext

from hub_finder.config import area_folder
from hub_finder.directory.slugs import slug_of
from hub_finder.importers.report import UnreadableFile
from hub_finder.new_area import Beginning, Begun, CannotBegin, code_of, read_town, write_area

NEXT = """{folder} is there, with {postcodes:,} postcodes on the map.

To see it:
  export HUB_AREA={area}
  export DATABASE_URL=sqlite:///{database}
  flask hub setup
  flask run

To fill in, as far as you know it; docs/new-area.md says how:
  services.csv      your listings
  localities.csv    {localities}
  places.csv        more towns and villages
  targets.csv       what was published: how many hubs, and so on
  school_terms.csv  terms and holidays
  urgent_help.csv   local numbers besides {line}"""

LOCALITIES_OF = {
    "districts": "one for each postcode district so far: name and join them as your families know them",
    "wards": "made of your wards; locality_postcodes.csv says which postcode is where",
}
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("new-area")
@click.argument("name")
@click.option("--council", prompt="Name of the council", help="As people know it: Fairshire Council.")
@click.option("--code", help="Its GSS code, of a letter and eight digits; found by its name where it can be.")
@click.option("--line", prompt="Name of the phone line for families who do not know where to start")
@click.option("--phone", prompt="Its number")
@click.option("--website", prompt="Its web address")
@click.option("--town", "towns", multiple=True, help="“Newtown, AB1 2CD”: a town, and a postcode in its middle.")
@click.option("--wards", type=FILE, help="CSV or .xlsx with the ward of each postcode: localities are made of wards.")
@click.option("--colour", default="", help="#rrggbb, of the head, links and buttons; dark enough for white words.")
@click.option("--logo", type=FILE, help=".svg, .png or .webp")
@click.option("--folder", type=click.Path(path_type=Path), help="Where; data/areas/<name> if not said.")
@with_appcontext
def new_area_command(
    name: str,
    folder: Path | None,
    towns: tuple[str, ...],
    code: str | None,
    wards: Path | None,
    logo: Path | None,
    **told: str,
) -> None:
    """Begin a folder of data for another council: NAME is what people call the area."""
    area = slug_of(name)
    folder = folder or area_folder(area)
    towns = towns or (click.prompt("A town, and a postcode in its middle (“Newtown, AB1 2CD”)"),)
    try:
        found = code or code_of(told["council"])
        if found is None:
            raise CannotBegin(f"No council is called “{told['council']}”: say its code with --code.")
        places = [read_town(town) for town in towns]
        beginning = Beginning(name=name, council_code=found, towns=places, wards=wards, logo=logo, **told)
        begun = write_area(folder, beginning)
    except (CannotBegin, UnreadableFile) as error:
        click.echo(f"{error} Nothing was written.", err=True)
        sys.exit(2)
    database = folder.resolve() / "hub.sqlite"
    where = area if folder == area_folder(area) else str(folder.resolve())
    click.echo(
        NEXT.format(
            folder=folder,
            postcodes=begun.postcodes,
            area=where,
            database=database,
            line=told["line"],
            localities=LOCALITIES_OF["wards" if wards else "districts"],
        )
    )
    if wards:
        click.echo(f"\nLocalities made of wards: {begun.localities:,}. {_left_out(begun)}")


def _left_out(begun: Begun) -> str:
    elsewhere = f"Postcodes of other councils, left out: {begun.elsewhere:,}. " if begun.elsewhere else ""
    unnamed = (
        f"Postcodes of the council that are in no ward of the file: {begun.unnamed:,}. Each counts to the locality "
        "that most of its district is in."
    )
    return elsewhere + (unnamed if begun.unnamed else "Every postcode of the council is in one.")


AREA_COMMANDS = (new_area_command,)
