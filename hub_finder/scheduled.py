"""Commands that run by themselves leave a note of how they ended, for who looks after the site."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask.cli import ScriptInfo
from sqlalchemy.exc import SQLAlchemyError

from hub_finder.directory.jobs import SCHEDULED, note_run
from hub_finder.extensions import db

# Of what runs by itself, this changes nothing.
ONLY_READ = frozenset({"backup", "dump"})


@contextmanager
def noted(ctx: click.Context) -> Iterator[None]:
    """Run a command of `flask hub`. If it is one that should run by itself, keep when it ended, and what went wrong."""
    try:
        yield
    except SystemExit as ending:
        _note(ctx, problem=_words(ending.code))
        raise
    except click.exceptions.Exit as ending:  # asked for help, which is no run
        if ending.exit_code:
            _note(ctx, problem=_words(ending.exit_code))
        raise
    except Exception as error:
        # What it says may hold a name or an address.
        _note(ctx, problem=f"It failed: {type(error).__name__}.")
        raise
    _note(ctx)


def must_wait(ctx: click.Context, name: str | None) -> bool:
    """Whether a command that runs by itself writes what may not be written now."""
    if name not in SCHEDULED or name in ONLY_READ:
        return False
    return bool(ctx.ensure_object(ScriptInfo).load_app().config["HUB_READ_ONLY"] == "yes")


def _words(code: object) -> str:
    return f"It ended with {code}: what it printed says why." if code else ""


def _note(ctx: click.Context, *, problem: str = "") -> None:
    name = ctx.invoked_subcommand
    if name not in SCHEDULED:
        return
    with ctx.ensure_object(ScriptInfo).load_app().app_context():
        try:
            note_run(name, problem=problem)
            db.session.commit()
        except SQLAlchemyError as error:
            click.echo(f"That {name} ran could not be kept: {type(error).__name__}.", err=True)
