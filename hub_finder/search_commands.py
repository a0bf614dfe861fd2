"""flask hub search: what a family would find, on a terminal, and why it stands in that order."""

import sys
from collections.abc import Callable, Iterator
from typing import Any

import click
from flask.cli import with_appcontext
from werkzeug.datastructures import MultiDict

from hub_finder import words
from hub_finder.area import current_area
from hub_finder.directory.search import Result, SearchPage, age_words, find
from hub_finder.forms import RULES, Search, read_search
from hub_finder.parameters import OneOf, SomeOf
from hub_finder.terminal import table

FITS = {True: "yes", False: "no", None: "does not say"}
# A terminal has other names for these fields, or no use for them.
NAMES = {"q": "WORDS", "postcode": "--near"}
LEFT_OUT = ("q", "view")

Command = Callable[..., None]


def _option(name: str) -> str:
    return NAMES.get(name, f"--{name.replace('_', '-')}")


def options_of_the_form(command: Command) -> Command:
    """An option for each field of the search form, so that whatever a page can ask a terminal can ask too."""
    for rule in reversed([rule for rule in RULES if rule.name not in LEFT_OUT]):
        told = f"{rule.label[0].upper()}{rule.label[1:]}"
        settings: dict[str, Any] = {"help": f"{told}.", "multiple": isinstance(rule, SomeOf)}
        if isinstance(rule, OneOf):
            settings = {"help": f"{told}: {', '.join(rule.choices)}."}
            if list(rule.choices) == ["1"]:
                settings = {"help": f"{told}.", "flag_value": "1", "is_flag": True}
        command = click.option(_option(rule.name), rule.name, **settings)(command)
    return command


@click.command("search")
@click.argument("text", nargs=-1, metavar="[WORDS]...")
@options_of_the_form
@click.option("--explain", is_flag=True, help="Show of which parts each result's score is the sum.")
@with_appcontext
def search_command(text: tuple[str, ...], *, explain: bool, **given: Any) -> None:
    """Search as the site does: flask hub search "bad sleep" --near AB1 --age 3 --age pregnant --within 5"""
    values = {name: value for name, value in given.items() if value}
    read = read_search(MultiDict({"q": " ".join(text), **values}), current_area())
    if read.query is None:
        for line in _problems(read):
            click.echo(line, err=True)
        sys.exit(2)
    page = find(read.query, area=current_area(), facets=False)
    for line in result_lines(page, explain=explain):
        click.echo(line)


def _problems(read: Search) -> Iterator[str]:
    """What the form says of the values that were given, each with its option."""
    for field in read.form:
        yield from (f"{_option(field.name)}: {error}" for error in field.errors)
    if read.suggestions:
        yield f"Did you mean {', '.join(read.suggestions)}?"


def result_lines(page: SearchPage, *, explain: bool) -> Iterator[str]:
    """The results in columns, under each why it is there and, if asked, what its score is made of."""
    found = [*page.results, *page.without_a_place]
    if page.any_word and found:
        yield "No listing has all the words. These have some of them."
    if found:
        head, *rows = table([_head(page), *(_row(result) for result in found)], named=len(_head(page)))
        yield head
        for row, result in zip(rows, found, strict=True):
            yield row
            yield from (f"     {line}" for line in (*result.why, *(_parts(result) if explain else ())))
    counts = f"{page.total} with a place, {page.total_without_a_place} without."
    yield f"Page {page.query.page} of {page.pages}. {counts}" if page.pages > 1 else counts


def _head(page: SearchPage) -> tuple[str, ...]:
    return ("No.", "Name", "Organisation", "Distance", *(f"For {age_words(age)}" for age in page.query.ages))


def _row(result: Result) -> tuple[str, ...]:
    service = result.service
    distance = words.miles(result.distance_m) or words.where(service, result.location)
    number = "-" if result.number is None else str(result.number)
    return (number, service.name, service.organisation.name, distance, *(FITS[fits] for fits in result.fits.values()))


def _parts(result: Result) -> list[str]:
    """The parts of a score, a line for each, and their sum."""
    if not result.parts:
        return ["No score: the order does not come from one."]
    rows = [*((name, f"{value:.3f}") for name, value in result.parts.items()), ("score", f"{result.score:.3f}")]
    return table(rows, named=1)
