"""flask hub distance: how far it is from one place to another, to check the barriers of an area."""

import click
import numpy as np
from flask.cli import with_appcontext

from hub_finder import words
from hub_finder.area import current_area
from hub_finder.directory.barriers import barriers_of
from hub_finder.directory.geometry import distance_m
from hub_finder.directory.places import Origin, PlaceProblem, locate


@click.command("distance")
@click.argument("start")
@click.argument("end")
@with_appcontext
def distance_command(start: str, end: str) -> None:
    """How far it is from one postcode or town to another: straight, and going round the water."""
    try:
        barriers = barriers_of(current_area())
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    first, last = _locate(start), _locate(end)
    straight = distance_m((first.latitude, first.longitude), (last.latitude, last.longitude))
    found = barriers.ways(
        first.latitude, first.longitude, np.array([last.latitude]), np.array([last.longitude]), np.array([straight])
    )
    click.echo(f"From {first.label} to {last.label}: {words.miles(straight)} in a straight line.")
    if found.over_water[0]:
        click.echo("It goes over water, and no way round it is known.")
    else:
        click.echo(f"With the water in mind: {words.miles(found.metres[0], round_water=bool(found.round_water[0]))}.")


def _locate(text: str) -> Origin:
    try:
        return locate(text, area=current_area())
    except PlaceProblem as problem:
        raise click.ClickException(f"{problem.message}.") from problem


PLACE_COMMANDS = (distance_command,)
