"""flask hub …: setting up, importing, exporting and asking from a terminal."""

import errno
import hashlib
import os
import sqlite3
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

import click
from flask import current_app, url_for
from flask.cli import AppGroup
from flask_migrate import upgrade
from sqlalchemy.exc import OperationalError, ProgrammingError

from hub_finder import words
from hub_finder.area import Area, current_area
from hub_finder.area_commands import AREA_COMMANDS
from hub_finder.backup_commands import BACKUP_COMMANDS
from hub_finder.cli_merging import COMMANDS
from hub_finder.config import ROOT, postcodes_box
from hub_finder.directory import accounts, freshness, identities, index, second_step, sign_in_links
from hub_finder.directory.catalogue import (
    ServiceNotFound,
    get_service,
    iterate_services,
    iterate_stored,
)
from hub_finder.directory.history import CannotRestore, restore
from hub_finder.directory.journal import TERMINAL
from hub_finder.directory.needs import understand
from hub_finder.directory.quality import FACTS, Gaps, Odd, assess
from hub_finder.directory.readiness import is_later, look
from hub_finder.directory.start_for_life import cover_types
from hub_finder.directory.targets import measure
from hub_finder.directory.vocabulary import load_vocabulary
from hub_finder.dump_commands import DUMP_COMMANDS
from hub_finder.extensions import db
from hub_finder.feed_commands import FEED_COMMANDS
from hub_finder.history_commands import history_command
from hub_finder.importers.export import export_quality, export_services, write_whole
from hub_finder.importers.headings import read_mapping, write_mapping
from hub_finder.importers.needs import import_needs
from hub_finder.importers.phrases import PHRASES
from hub_finder.importers.phrases import import_phrases as load_phrases
from hub_finder.importers.places import import_places as load_places
from hub_finder.importers.postcodes import import_postcodes as load_postcodes
from hub_finder.importers.report import UnreadableFile
from hub_finder.importers.services import import_services as load_services
from hub_finder.keeping_commands import KEEPING_COMMANDS
from hub_finder.models.accounts import Role
from hub_finder.models.places import Dataset
from hub_finder.models.services import Service
from hub_finder.phrase_commands import PHRASE_COMMANDS
from hub_finder.picture_commands import PICTURE_COMMANDS
from hub_finder.place_commands import PLACE_COMMANDS
from hub_finder.reminder_commands import REMINDER_COMMANDS
from hub_finder.report_commands import REPORT_COMMANDS
from hub_finder.scheduled import must_wait, noted
from hub_finder.search_commands import search_command
from hub_finder.status_commands import STATUS_COMMANDS
from hub_finder.target_commands import TARGET_COMMANDS
from hub_finder.terminal import Progress, say, stored, table
from hub_finder.translation_commands import TRANSLATION_COMMANDS

# How PostgreSQL says that there is no room left.
DISK_FULL = "53100"


class HubGroup(AppGroup):
    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Let nothing run by itself that writes, while the site only reads."""
        found = super().resolve_command(ctx, args)
        if must_wait(ctx, found[0]):
            click.echo("HUB_READ_ONLY is set: nothing was done.")
            ctx.exit(0)
        return found

    def invoke(self, ctx: click.Context) -> Any:
        """Say what is wrong with a file, or that the tables are not there yet, instead of showing a program's error."""
        try:
            with noted(ctx):
                return super().invoke(ctx)
        except UnreadableFile as error:
            click.echo(str(error), err=True)
            sys.exit(2)
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError, PermissionError) as error:
            click.echo(f"{error.filename} cannot be opened: {error.strerror}", err=True)
            sys.exit(2)
        except (OperationalError, ProgrammingError, OSError) as error:
            if "no such table" in str(error) or "does not exist" in str(error):
                raise click.ClickException("The database is not set up. Run this first: flask hub setup") from error
            if message := _what_stopped_it(error):
                click.echo(message, err=True)
                sys.exit(2)
            raise


def _what_stopped_it(error: Exception) -> str | None:
    """The words for a full disk and for a database that someone else is writing to; None for anything else."""
    cause = getattr(error, "orig", error)
    code = getattr(cause, "sqlite_errorcode", None)
    if code == sqlite3.SQLITE_FULL or getattr(cause, "sqlstate", "") == DISK_FULL or _errno(cause) == errno.ENOSPC:
        return "There is no room left on the disk, or as much as may be used is used; nothing was changed."
    if code is not None and code & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return "The database is locked: another program is writing to it. Nothing was changed; try again in a minute."
    return None


def _errno(error: BaseException | None) -> int | None:
    return error.errno if isinstance(error, OSError) else None


hub = HubGroup("hub", help="Set up, import, export and search.")
for _command in (
    *AREA_COMMANDS,
    *BACKUP_COMMANDS,
    *COMMANDS,
    *DUMP_COMMANDS,
    *FEED_COMMANDS,
    *PICTURE_COMMANDS,
    *PLACE_COMMANDS,
    *PHRASE_COMMANDS,
    *REMINDER_COMMANDS,
    *REPORT_COMMANDS,
    *KEEPING_COMMANDS,
    history_command,
    *STATUS_COMMANDS,
    *TARGET_COMMANDS,
    *TRANSLATION_COMMANDS,
    search_command,
):
    hub.add_command(_command)
EXISTING = click.Path(path_type=Path)


@hub.command()
def setup() -> None:
    """Bring the database up to date and load what is missing. Safe to run again."""
    revision = look().revision
    db.session.remove()
    if is_later(revision):
        click.echo(f"The tables are at {revision}: a later version made them, and nothing was changed.", err=True)
        click.echo("To go back to this version: docs/runbooks.md, “Roll back”.", err=True)
        sys.exit(2)
    upgrade(directory=str(ROOT / "migrations"))
    area = current_area()
    click.echo("Needs: ", nl=False)
    codes = [say(import_needs(ROOT / "data/needs.csv"))]
    for path in PHRASES:
        click.echo(f"Phrases of {path.name}: ", nl=False)
        codes.append(say(load_phrases(path)))
    codes.append(_postcodes(None))
    click.echo("Places: ", nl=False)
    codes.append(_places(area.places_file))
    click.echo("Listings: ", nl=False)
    codes.append(_listings_once(area))
    if not index.is_whole(db.session()):
        click.echo("Index: ", nl=False)
        _reindex()
    sys.exit(max(codes))


@hub.command("import-services")
@click.argument("file", type=EXISTING)
@click.option("--dry-run", is_flag=True, help="Say what would happen, field by field, and keep nothing.")
@click.option("--whole", is_flag=True, help="The file is all there is of its kinds: take out what it does not name.")
@click.option("--mapping", type=EXISTING, help="A CSV file with their heading and our column: heading,column.")
@click.option("--save-mapping", type=EXISTING, help="Write the mapping that was used to this file.")
def import_services_command(
    file: Path, *, dry_run: bool, whole: bool, mapping: Path | None, save_mapping: Path | None
) -> None:
    """Load listings from a CSV file or a workbook (.xlsx). Good rows go in; refused rows are reported."""
    headings = read_mapping(mapping) if mapping else None
    report = load_services(file, area=current_area(), dry_run=dry_run, whole=whole, mapping=headings)
    if save_mapping and report.headings:
        write_mapping(save_mapping, report.headings)
    if dry_run:
        click.echo("A dry run: nothing was kept.")
    sys.exit(say(report))


@hub.command("export-services")
@click.argument("file", type=EXISTING)
@click.option("--all", "hidden_too", is_flag=True, help="Also those that are hidden or have lapsed.")
def export_services_command(file: Path, *, hidden_too: bool) -> None:
    """Write every published listing to a CSV file that import-services reads back unchanged."""
    write_whole(file, export_services(iterate_stored() if hidden_too else iterate_services()))
    click.echo(f"Written to {file}.")


@hub.command("import-postcodes")
@click.argument("file", type=EXISTING, required=False)
def import_postcodes_command(file: Path | None) -> None:
    """Load postcodes from an ONSPD, NSPL or Code-Point Open file (.zip, .csv), or from the package that has them."""
    sys.exit(_postcodes(file))


@hub.command("import-places")
@click.argument("file", type=EXISTING)
def import_places_command(file: Path) -> None:
    """Load towns and villages from a CSV file."""
    sys.exit(_places(file))


@hub.command()
def reindex() -> None:
    """Make the search index again from the listings."""
    _reindex()


def _reindex() -> None:
    count = index.rebuild(db.session())
    db.session.commit()
    click.echo(f"{count:,} listings indexed.")


@hub.command()
@click.argument("text")
def needs(text: str) -> None:
    """The needs that a family's own words speak for."""
    for one in understand(text):
        click.echo(f"{one.score:5.3f}  {one.need.slug}  {one.need.label}: {', '.join(one.matched)}")


@hub.command("mark-checked")
@click.argument("slug")
@click.option("--by", required=True, help="Who knows that the listing is right.")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="The day of the check, when it was not today.")
def mark_checked_command(slug: str, by: str, on: datetime | None) -> None:
    """Note that someone who knows said that a listing is right."""
    service = _service(slug)
    try:
        freshness.mark_checked(service, by=by, on=on.date() if on else freshness.today())
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    db.session.commit()
    click.echo(f"{service.name}: {words.checked(service)}.")


@hub.command("mark-unreachable")
@click.argument("slug")
@click.option("--by", default="flask hub", help="Who tried.")
def mark_unreachable_command(slug: str, by: str) -> None:
    """Note that nobody could be reached to ask about a listing. After a few times it is no longer found."""
    service = _service(slug)
    freshness.mark_unreachable(service, by=by)
    db.session.commit()
    click.echo(f"{service.name}: nobody could be reached, {service.unreachable_times} since the last check.")
    click.echo(f"{words.checked(service)}.")


@hub.command("restore-listing")
@click.argument("slug")
@click.argument("number", type=int)
@click.option("--by", required=True, help="Who decided so.")
def restore_listing_command(slug: str, number: int, by: str) -> None:
    """Put a listing back as it was before an event of its history."""
    needs, vocabulary = load_vocabulary(current_area())
    try:
        outcome = restore(stored(slug), number, needs=needs, vocabulary=vocabulary, actor=by)
    except CannotRestore as error:
        raise click.ClickException(str(error)) from error
    db.session.commit()
    click.echo("Nothing changed: it is like that now." if outcome == "unchanged" else f"Put back: {slug}.")


@hub.command("quality")
@click.option("--csv", "file", type=EXISTING, help="Write a line for each thing to mend to this file.")
def quality_command(file: Path | None) -> None:
    """What the listings do not say, by part of the area and kind, and values that look odd, worst first."""
    area = current_area()
    report = assess(area=area, today=freshness.today())
    for line in (*_gaps_table(report.gaps, area), "", *_odd_lines(report.odd)):
        click.echo(line)
    if file:
        write_whole(file, export_quality(report))
        click.echo(f"Written to {file}.")


@hub.command("create-user")
@click.argument("email")
@click.option("--role", required=True, type=click.Choice([str(role) for role in Role]), help="What they may do.")
@click.option("--name", help="What they are called in a listing's history; their address when it is left out.")
def create_user_command(email: str, role: str, name: str | None) -> None:
    """Let someone sign in, or change what they may do. Then: flask hub sign-in-link EMAIL"""
    try:
        account, outcome = accounts.keep_account(email, role=Role(role), name=name, by=TERMINAL)
    except accounts.BadAccount as error:
        raise click.ClickException(str(error)) from error
    db.session.commit()
    done = {"added": "Added", "changed": "Changed", "unchanged": "Nothing changed"}[outcome]
    click.echo(f"{done}: {account.email}, {Role(account.role).label.lower()}, called {account.name}.")


@hub.command("disable-user")
@click.argument("email")
def disable_user_command(email: str) -> None:
    """Shut someone out at once. create-user lets them in again."""
    try:
        accounts.disable_account(email, by=TERMINAL)
    except accounts.NoAccount as error:
        raise click.ClickException(f"Nobody has an account with the address {email}.") from error
    db.session.commit()
    click.echo(f"{accounts.fold(email)} is signed out everywhere and cannot sign in.")


@hub.command("remove-second-step")
@click.argument("email")
def remove_second_step_command(email: str) -> None:
    """Let someone who lost their phone and their recovery codes sign in with a link alone."""
    try:
        second_step.turn_off(accounts.get_account(email).id, by=TERMINAL)
    except accounts.NoAccount as error:
        raise click.ClickException(f"Nobody has an account with the address {email}.") from error
    db.session.commit()
    click.echo(f"{accounts.fold(email)} signs in with a link alone.")


@hub.command("remove-single-sign-on")
@click.argument("email")
def remove_single_sign_on_command(email: str) -> None:
    """Let whoever next signs on with this address have its account. Who had it before is signed out."""
    try:
        identities.unbind(accounts.get_account(email).id, by=TERMINAL)
    except accounts.NoAccount as error:
        raise click.ClickException(f"Nobody has an account with the address {email}.") from error
    db.session.commit()
    click.echo(f"{accounts.fold(email)} is signed out, and goes to whoever next signs on with this address.")


@hub.command("sign-in-link")
@click.argument("email")
def sign_in_link_command(email: str) -> None:
    """Print a link that signs someone in once, soon. It ends the links made for them before."""
    try:
        token = sign_in_links.make_link(email)
    except accounts.NoAccount as error:
        raise click.ClickException(f"Nobody who may sign in has the address {email}: see create-user.") from error
    db.session.commit()
    base = current_app.config["HUB_BASE_URL"] or f"http://127.0.0.1:{os.environ.get('PORT', '5000')}"
    with current_app.test_request_context(base_url=base):
        click.echo(url_for("accounts.show_link", token=token, _external=True))
    click.echo(f"It works once, in the next {sign_in_links.LINK_MINUTES} minutes.", err=True)


@hub.command("coverage")
def coverage_command() -> None:
    """What is listed, checked and missing of the published totals, and of each Start for Life type by locality."""
    area = current_area()
    totals: list[tuple[str, ...]] = [("Published total", "published", "listed", "checked", "missing", "not sure of")]
    for tally in measure(area):
        numbers = tally.target.target, tally.listed, tally.checked, tally.missing, len(tally.unsure)
        totals.append((tally.target.label, *("-" if number is None else str(number) for number in numbers)))
    types = [
        ("Start for Life: here + all of the area", *area.localities),
        *((row.type.name, *(f"{cell.here} + {cell.wide}" for cell in row.cells.values())) for row in cover_types(area)),
    ]
    for line in (*table(totals, named=1), "", *table(types, named=1)):
        click.echo(line)


def _gaps_table(gaps: Sequence[Gaps], area: Area) -> list[str]:
    """The listings that lack each fact, in columns under one head, with the whole at the foot."""
    rows: list[tuple[str, ...]] = [("Locality", "Kind", "listings", *FACTS)]
    for one in gaps:
        place = area.localities.get(one.locality)
        counted = (str(one.missing[fact]) for fact in FACTS)
        rows.append((place.name if place else "(not stated)", area.kinds[one.kind].label, str(one.listings), *counted))
    whole = (str(sum(one.missing[fact] for one in gaps)) for fact in FACTS)
    rows.append(("All", "", str(sum(one.listings for one in gaps)), *whole))
    return ["How many listings do not say:", *table(rows, named=2)]


def _odd_lines(odd: Sequence[Odd]) -> list[str]:
    """Each odd value with its listing's public address, under what it does to a family."""
    lines = []
    for severity, several in groupby(odd, key=lambda one: one.severity):
        lines.append(f"{severity.label}:")
        for one in several:
            address = f"{current_app.config['HUB_BASE_URL'].rstrip('/')}/services/{one.slug}"
            lines.append(f"  {address}  {one.field}: {one.value[:60]!r} {one.reason}")
    return ["Odd values, worst first:", *lines] if lines else ["No odd values."]


def _service(slug: str) -> Service:
    try:
        return get_service(slug)
    except ServiceNotFound as error:
        raise click.ClickException(f"No published listing has the slug {slug}.") from error


def _listings_once(area: Area) -> int:
    """Load the area's listings unless this very file went in whole before: what people changed since then stays."""
    digest = hashlib.sha256(area.services_file.read_bytes()).hexdigest()
    loaded = db.session.get(Dataset, "services") or Dataset(name="services")
    if loaded.fingerprint == digest:
        click.echo("Nothing changed (the same file as last time).")
        return 0
    report = load_services(area.services_file, area=area)
    if not report.refused:
        loaded.source, loaded.fingerprint, loaded.rows = area.services_file.name, digest, report.rows
        loaded.loaded_at = datetime.now(UTC)
        db.session.add(loaded)
        db.session.commit()
    return say(report)


def _places(file: Path) -> int:
    report = load_places(file)
    db.session.commit()
    return say(report)


def _postcodes(file: Path | None) -> int:
    bar = Progress("Postcodes")
    try:
        box = postcodes_box(current_app.config["HUB_POSTCODES_BOX"])
        report = load_postcodes(file, box=box, progress=bar)
    except (UnreadableFile, ValueError) as error:
        click.echo(f"Postcodes: {error}", err=True)
        return 2
    bar.finish()
    click.echo("Postcodes: ", nl=False)
    return say(report)
