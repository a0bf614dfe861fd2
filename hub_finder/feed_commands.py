"""flask hub import-open-referral, feeds and proposals: listings from other directories."""

import sys

import click
from flask.cli import with_appcontext

from hub_finder.area import current_area
from hub_finder.directory import proposals as proposed
from hub_finder.directory.feeds import find_feeds
from hub_finder.directory.vocabulary import load_vocabulary
from hub_finder.extensions import db
from hub_finder.importers.open_referral import import_open_referral
from hub_finder.models.feeds import Health, Proposal
from hub_finder.terminal import Progress, say


@click.command("import-open-referral")
@click.argument("source", metavar="URL|DIR")
@click.option("--name", help="What to call the feed; by default its address.")
@click.option("--trusted/--not-trusted", default=None, help="Whether its dates of assurance count as checks.")
@click.option("--accept", is_flag=True, help="It is right that over half of its listings are gone.")
@click.option("--dry-run", is_flag=True, help="Say what would happen, and keep nothing.")
@with_appcontext
def import_open_referral_command(
    source: str, *, name: str | None, trusted: bool | None, accept: bool, dry_run: bool
) -> None:
    """Load listings from an Open Referral UK feed. What was edited here stays: the feed's news are proposed."""
    bar = Progress("Reading")
    try:
        report = import_open_referral(
            source, area=current_area(), name=name, trusted=trusted, accept=accept, dry_run=dry_run, progress=bar
        )
    finally:
        bar.finish()
    if dry_run:
        click.echo("A dry run: nothing was kept.")
    sys.exit(say(report))


@click.command("feeds")
@with_appcontext
def feeds_command() -> None:
    """The feeds that listings come from, and how each of them is."""
    for one in find_feeds():
        feed = one.feed
        click.echo(f"{feed.name}  {Health(feed.health).label if feed.health else 'Not read yet'}")
        read = f"{feed.succeeded_at:%Y-%m-%d %H:%M} UTC" if feed.succeeded_at else "never"
        click.echo(f"    {feed.address}  version {feed.version or 'not stated'}{', trusted' if feed.trusted else ''}")
        click.echo(f"    last read {read}; {one.listings:,} listings in use, {one.proposals:,} proposals to decide")
        if feed.note:
            click.echo(f"    {feed.note}")


@click.command("proposals")
@with_appcontext
def proposals_command() -> None:
    """What feeds say of listings that were edited here, field by field: here → in the feed."""
    for one in proposed.find_open_proposals():
        click.echo(f"{one.id:>4}  {one.service.slug}  from {one.feed.name}, {one.at:%Y-%m-%d}")
        for column, here, there in proposed.compare(one):
            click.echo(f"       {column}: {here or '(blank)'} → {there or '(blank)'}")


@click.command("take-proposal")
@click.argument("number", type=int)
@click.option("--by", required=True, help="Who decided so.")
@with_appcontext
def take_proposal_command(number: int, by: str) -> None:
    """Bring a listing up to what its feed says."""
    proposal = _proposal(number)
    needs, vocabulary = load_vocabulary(current_area())
    try:
        proposed.take(proposal, needs=needs, vocabulary=vocabulary, actor=by)
    except proposed.CannotTake as error:
        raise click.ClickException(str(error)) from error
    db.session.commit()
    click.echo(f"Taken: {proposal.service.slug}.")


@click.command("decline-proposal")
@click.argument("number", type=int)
@click.option("--by", required=True, help="Who decided so.")
@with_appcontext
def decline_proposal_command(number: int, by: str) -> None:
    """Leave a listing as it is. The feed's same words are not proposed again."""
    proposal = _proposal(number)
    try:
        proposed.decline(proposal, actor=by)
    except proposed.CannotTake as error:
        raise click.ClickException(str(error)) from error
    db.session.commit()
    click.echo(f"Declined: {proposal.service.slug} stays as it is.")


def _proposal(number: int) -> Proposal:
    try:
        return proposed.get_open_proposal(number)
    except proposed.ProposalNotFound as error:
        raise click.ClickException(f"No open proposal has the number {number}.") from error


FEED_COMMANDS = (
    import_open_referral_command,
    feeds_command,
    proposals_command,
    take_proposal_command,
    decline_proposal_command,
)
