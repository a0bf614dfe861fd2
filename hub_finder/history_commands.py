"""flask hub history: what was done to a listing, a proposal or an organisation; and all that is kept of a person."""

from collections.abc import Sequence
from pathlib import Path

import click
from flask.cli import with_appcontext

from hub_finder.directory.accounts import NoAccount, get_account
from hub_finder.directory.held import Held, find_held, find_held_of_address
from hub_finder.directory.speaking import get_organisation_or_none
from hub_finder.directory.submissions import SubmissionNotFound, get_submission
from hub_finder.importers.export import write_whole
from hub_finder.importers.histories import (
    Told,
    held_json,
    held_table,
    history_json,
    history_table,
    tell_listing,
    tell_organisation,
    tell_submission,
)
from hub_finder.terminal import stored

PATH = click.Path(path_type=Path)
KINDS = ("listing", "submission", "organisation", "person", "address")


@click.command("history")
@click.argument("name")
@click.option("--of", "kind", type=click.Choice(KINDS), default="listing", show_default=True, help="What NAME names.")
@click.option("--csv", "table", type=PATH, help="Write it to this file as a table.")
@click.option("--json", "data", type=PATH, help="Write it to this file as data.")
@with_appcontext
def history_command(name: str, kind: str, table: Path | None, data: Path | None) -> None:
    """What was done, by whom and when, field by field, the latest first.

    NAME is the slug of a listing, the reference of a submission, the name of an organisation, or the address of a
    person: of a person, all that is kept. So of an address without an account, such as one left in a report.
    """
    if kind in ("person", "address"):
        held = _held(name) if kind == "person" else find_held_of_address(name)
        _give(held_table(held), held_json(held), table, data, held_table(held).splitlines())
    else:
        told = _told(name, kind)
        _give(history_table(told), history_json(name, told), table, data, _lines(told))


def _give(as_table: str, as_data: bytes, table: Path | None, data: Path | None, lines: Sequence[str]) -> None:
    for path, text in ((table, as_table), (data, as_data.decode())):
        if path:
            write_whole(path, [text])
            click.echo(f"Written to {path}.")
    if not table and not data:
        for line in lines:
            click.echo(line)


def _told(name: str, kind: str) -> Sequence[Told]:
    if kind == "listing":
        return tell_listing(stored(name))
    if kind == "submission":
        try:
            return tell_submission(get_submission(name.replace("-", "").upper()))
        except SubmissionNotFound as error:
            raise click.ClickException(f"No submission has the reference {name}.") from error
    organisation = get_organisation_or_none(name)
    if organisation is None:
        raise click.ClickException(f"No organisation has the name {name}.")
    return tell_organisation(organisation)


def _held(email: str) -> Held:
    try:
        return find_held(get_account(email))
    except NoAccount as error:
        raise click.ClickException(f"Nobody has an account with the address {email}.") from error


def _lines(told: Sequence[Told]) -> list[str]:
    lines = []
    for number, one in zip(range(len(told), 0, -1), told, strict=True):
        said = f"{one.at:%Y-%m-%d %H:%M} UTC  {one.what} by {one.by}"
        lines.append(f"{number:>3}  {said}{f' ({one.note})' if one.note else ''}")
        lines += [f"       {field}: {old or '(blank)'} → {new or '(blank)'}" for field, old, new in one.changes]
    return lines
