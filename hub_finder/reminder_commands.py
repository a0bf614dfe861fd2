"""flask hub review-due: asking people whether their listings are still right."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import click
from flask import current_app, url_for
from flask.cli import with_appcontext

from hub_finder import mail
from hub_finder.area import current_area
from hub_finder.directory import freshness, reminding
from hub_finder.directory.reminders import Plan, State, find_managers, make_plan
from hub_finder.extensions import db

# What is said of listings that are not asked about now.
STATES: Mapping[State, str] = {
    "nobody": "Nobody whom mail reaches",
    "unanswered": "Asked as often as we ask, no answer",
    "ended": "Said to have ended: see the reports",
}


@dataclass
class Done:
    """What a run has written, and about how many listings."""

    people: int = 0
    listings: int = 0
    managers: int = 0
    told: int = 0


@click.command("review-due")
@with_appcontext
def review_due_command() -> None:
    """Ask those who run something whether what we list is still right. Run it every day; twice does no harm."""
    if not mail.can_send():
        raise click.ClickException("No mail is sent here: HUB_MAIL_URL is not set.")
    if not (base := current_app.config["HUB_BASE_URL"]):
        raise click.ClickException("Set HUB_BASE_URL first: the mails hold links to this site.")
    plan = make_plan(current_area(), freshness.today())
    db.session.rollback()
    with current_app.test_request_context(base_url=base):
        done = _write(plan)
    reminding.forget_old(plan.day)
    db.session.commit()
    click.echo("\n".join(_report(plan, done)))


def _write(plan: Plan) -> Done:
    """A mail is a transaction: what stops a run loses no more than the mail that it was writing."""
    done = Done()
    for person, asks in plan.asks.items():
        count = reminding.ask(person, asks, plan, current_area(), link=_link)
        db.session.commit()
        done.people += bool(count)
        done.listings += count
    page = url_for("moderation.list_reminders", _external=True)
    managers = find_managers()
    db.session.rollback()
    for manager in managers if plan.for_managers else ():
        count = reminding.tell(manager, plan.for_managers, plan.day, link=page)
        db.session.commit()
        done.managers += bool(count)
        done.told = max(done.told, count)
    return done


def _link(secret: str) -> str:
    return url_for("still_right.show_question", token=secret, _external=True)


def _report(plan: Plan, done: Done) -> list[str]:
    states = Counter(one.state for one in plan.standings)
    lines = [
        f"Checks that are due: {len(plan.standings):,}",
        f"People written to: {done.people:,}, about {done.listings:,} listings",
        f"Managers written to: {done.managers:,}, about {done.told:,} listings",
        *(f"{words}: {states[state]:,}" for state, words in STATES.items() if states[state]),
    ]
    if plan.holiday:
        lines.append(f"Holidays that are asked about: {plan.holiday.name}, from {plan.holiday.first}")
    if plan.for_managers and not find_managers():
        lines.append("There is no manager to tell of them: see /moderation/reminders")
    return lines


REMINDER_COMMANDS = (review_due_command,)
