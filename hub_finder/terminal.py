"""What commands show on a terminal."""

import sys
from collections.abc import Sequence

import click

from hub_finder.directory.catalogue import ServiceNotFound
from hub_finder.directory.stock import get_stored
from hub_finder.importers.report import Report
from hub_finder.models.services import Service


class Progress:
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


def say(report: Report) -> int:
    """Print a report; returns the exit code that goes with it."""
    for line in report.lines():
        click.echo(line)
    return report.exit_code


def table(rows: Sequence[tuple[str, ...]], *, named: int) -> list[str]:
    """Rows in columns: the first few are names and stand to the left, the others are numbers."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell.ljust(width) if at < named else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def stored(slug: str) -> Service:
    """A listing, hidden ones too; a command stops where there is none."""
    try:
        return get_stored(slug)
    except ServiceNotFound as error:
        raise click.ClickException(f"No listing has the slug {slug}.") from error
