"""flask hub …: setting up, importing, exporting and asking from a terminal."""

import hashlib
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup
from flask_migrate import upgrade
from sqlalchemy import select
from sqlalchemy.exc import OperationalError, ProgrammingError
from werkzeug.datastructures import MultiDict

from hub_finder import words
from hub_finder.area import Area, current_area
from hub_finder.config import ROOT, postcodes_box
from hub_finder.directory import freshness, index
from hub_finder.directory.catalogue import (
    ServiceNotFound,
    find_needs,
    get_service,
    iterate_services,
    iterate_stored,
    with_everything,
)
from hub_finder.directory.history import CannotRestore, find_history, restore
from hub_finder.directory.listings import Vocabulary
from hub_finder.directory.needs import understand
from hub_finder.directory.quality import FACTS, Gaps, Odd, assess
from hub_finder.directory.search import find
from hub_finder.extensions import db
from hub_finder.forms import read_search
from hub_finder.importers.export import export_quality, export_services
from hub_finder.importers.needs import import_needs
from hub_finder.importers.places import import_places as load_places
from hub_finder.importers.postcodes import import_postcodes as load_postcodes
from hub_finder.importers.report import Report, UnreadableFile
from hub_finder.importers.services import import_services as load_services
from hub_finder.models.history import EventKind
from hub_finder.models.places import Dataset
from hub_finder.models.services import Service


class HubGroup(AppGroup):
    def invoke(self, ctx: click.Context) -> Any:
        """Say what is wrong with a file, or that the tables are not there yet, instead of showing a program's error."""
        try:
            return super().invoke(ctx)
        except UnreadableFile as error:
            click.echo(str(error), err=True)
            sys.exit(2)
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError, PermissionError) as error:
            click.echo(f"{error.filename} cannot be opened: {error.strerror}", err=True)
            sys.exit(2)
        except (OperationalError, ProgrammingError) as error:
            if "no such table" in str(error) or "does not exist" in str(error):
                raise click.ClickException("The database is not set up. Run this first: flask hub setup") from error
            raise


hub = HubGroup("hub", help="Set up, import, export and search.")
EXISTING = click.Path(path_type=Path)


@hub.command()
def setup() -> None:
    """Bring the database up to date and load what is missing. Safe to run again."""
    upgrade(directory=str(ROOT / "migrations"))
    area = current_area()
    click.echo("Needs: ", nl=False)
    codes = [_say(import_needs(ROOT / "data/needs.csv")), _postcodes(None)]
    click.echo("Places: ", nl=False)
    codes.append(_places(area.places_file))
    click.echo("Listings: ", nl=False)
    codes.append(_listings_once(area))
    sys.exit(max(codes))


@hub.command("import-services")
@click.argument("file", type=EXISTING)
@click.option("--dry-run", is_flag=True, help="Say what would happen, and keep nothing.")
def import_services_command(file: Path, *, dry_run: bool) -> None:
    """Load listings from a CSV file. Good rows go in; refused rows are reported."""
    report = load_services(file, area=current_area(), dry_run=dry_run)
    if dry_run:
        click.echo("A dry run: nothing was kept.")
    sys.exit(_say(report))


@hub.command("export-services")
@click.argument("file", type=EXISTING)
def export_services_command(file: Path) -> None:
    """Write every published listing to a CSV file that import-services reads back unchanged."""
    with file.open("w", encoding="utf-8", newline="") as out:
        out.writelines(export_services(iterate_services()))
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
    count = index.rebuild(db.session(), iterate_stored())
    db.session.commit()
    click.echo(f"{count:,} listings indexed.")


@hub.command()
@click.argument("text")
def needs(text: str) -> None:
    """The needs that a family's own words speak for."""
    for one in understand(text):
        click.echo(f"{one.score:5.3f}  {one.need.slug}  {one.need.label}: {', '.join(one.matched)}")


@hub.command()
@click.argument("terms", nargs=-1)
def search(terms: tuple[str, ...]) -> None:
    """Search as the site does: flask hub search postcode=AB1 q=sleep need=sleep"""
    args = MultiDict([(name, value) for name, _, value in (term.partition("=") for term in terms)])
    read = read_search(args, current_area())
    if read.query is None:
        for field in read.form:
            for error in field.errors:
                click.echo(f"{field.name}: {error}", err=True)
        sys.exit(1)
    page = find(read.query, area=current_area(), facets=False)
    for result in (*page.results, *page.without_a_place):
        place = words.miles(result.distance_m) or words.where(result.service, result.location)
        click.echo(f"{result.number or '-':>4}  {result.service.name}  ({place})")
    click.echo(f"{page.total} with a place, {page.total_without_a_place} without.")


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


@hub.command("history")
@click.argument("slug")
def history_command(slug: str) -> None:
    """What was done to a listing, by whom and when, field by field, the latest first."""
    for step in find_history(_stored(slug)):
        event = step.event
        told = f"{event.at:%Y-%m-%d %H:%M} UTC  {EventKind(event.kind).label} by {event.actor}"
        click.echo(f"{step.number:>3}  {told}{f' ({event.note})' if event.note else ''}")
        for column, old, new in step.changes:
            click.echo(f"       {column}: {old or '(blank)'} → {new or '(blank)'}")


@hub.command("restore-listing")
@click.argument("slug")
@click.argument("number", type=int)
@click.option("--by", required=True, help="Who decided so.")
def restore_listing_command(slug: str, number: int, by: str) -> None:
    """Put a listing back as it was before an event of its history."""
    area, needs = current_area(), {need.slug: need for need in find_needs()}
    vocabulary = Vocabulary(needs=needs.keys(), kinds=area.kinds.keys(), localities=area.localities.keys())
    try:
        outcome = restore(_stored(slug), number, needs=needs, vocabulary=vocabulary, actor=by)
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
        with file.open("w", encoding="utf-8", newline="") as out:
            out.writelines(export_quality(report))
        click.echo(f"Written to {file}.")


def _gaps_table(gaps: Sequence[Gaps], area: Area) -> list[str]:
    """The listings that lack each fact, in columns under one head, with the whole at the foot."""
    rows: list[tuple[str, ...]] = [("Locality", "Kind", "listings", *FACTS)]
    for one in gaps:
        place = area.localities.get(one.locality)
        counted = (str(one.missing[fact]) for fact in FACTS)
        rows.append((place.name if place else "(not stated)", area.kinds[one.kind].label, str(one.listings), *counted))
    whole = (str(sum(one.missing[fact] for one in gaps)) for fact in FACTS)
    rows.append(("All", "", str(sum(one.listings for one in gaps)), *whole))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    named = ["  ".join(cell.ljust(width) for cell, width in zip(row[:2], widths, strict=False)) for row in rows]
    numbers = ["  ".join(cell.rjust(width) for cell, width in zip(row[2:], widths[2:], strict=True)) for row in rows]
    table = (f"{name}  {number}" for name, number in zip(named, numbers, strict=True))
    return ["How many listings do not say:", *table]


def _odd_lines(odd: Sequence[Odd]) -> list[str]:
    if not odd:
        return ["No odd values."]
    return ["Odd values, worst first:", *(f"{one.slug}  {one.field}: {one.value[:60]!r} {one.reason}" for one in odd)]


def _stored(slug: str) -> Service:
    """A listing, hidden ones too."""
    service = db.session.scalars(with_everything(select(Service).where(Service.slug == slug))).one_or_none()
    if service is None:
        raise click.ClickException(f"No listing has the slug {slug}.")
    return service


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
    return _say(report)


def _places(file: Path) -> int:
    report = load_places(file)
    db.session.commit()
    return _say(report)


def _postcodes(file: Path | None) -> int:
    bar = _Progress("Postcodes")
    try:
        box = postcodes_box(current_app.config["HUB_POSTCODES_BOX"])
        report = load_postcodes(file, box=box, progress=bar)
    except (UnreadableFile, ValueError) as error:
        click.echo(f"Postcodes: {error}", err=True)
        return 2
    bar.finish()
    click.echo("Postcodes: ", nl=False)
    return _say(report)


class _Progress:
    """A bar on a terminal; nothing in a log."""

    def __init__(self, label: str) -> None:
        self.label, self.shown = label, -1

    def __call__(self, done: int, total: int) -> None:
        share = done * 100 // max(total, 1)
        if sys.stderr.isatty() and share > self.shown:
            self.shown = share
            click.echo(f"\r{self.label}: [{'#' * (share // 4):<25}] {share}%", nl=False, err=True)

    def finish(self) -> None:
        if self.shown >= 0:
            click.echo("\r" + " " * 60 + "\r", nl=False, err=True)


def _say(report: Report) -> int:
    for line in report.lines():
        click.echo(line)
    return report.exit_code
