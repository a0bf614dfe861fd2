"""Proposing listings in tests: people with accounts, drafts, and what the team does to them.

Accounts are committed, and nothing else.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from hub_finder.area import current_area
from hub_finder.directory import publishing, submissions
from hub_finder.directory.columns import COLUMNS
from hub_finder.directory.listings import Vocabulary, stamp_of
from hub_finder.directory.vocabulary import load_vocabulary
from hub_finder.extensions import db
from hub_finder.models.accounts import Role
from hub_finder.models.services import Need, Service
from hub_finder.models.submissions import Action, Submission
from tests.acting import Someone, someone
from tests.factories import LISTING

# What a maker fills in of a new listing.
PROPOSED = {
    **{name: text for name, text in LISTING.items() if not name.startswith("source")},
    "name": "Willow Toddler Group",
    "organisation": "Willow Families",
    "email": "hello@willow.example",
}


def person(name: str = "Mo Hill", role: Role = Role.PROVIDER, *, email: str = "") -> Someone:
    """Someone with an account, committed."""
    who = someone(role, name=name, email=email or f"{name.split()[0].lower()}@families.example")
    db.session.commit()
    return who


def moderator(name: str = "Ann Lee") -> Someone:
    return person(name, Role.MODERATOR)


def words() -> tuple[Mapping[str, Need], Vocabulary]:
    return load_vocabulary(current_area())


def rows(*further: Mapping[str, str], **given: str) -> list[dict[str, str]]:
    """The rows of a new listing with its least, and what is given."""
    blank = dict.fromkeys(COLUMNS, "")
    first = {**blank, "location_precision": "none", **PROPOSED, **given}
    if first["latitude"] and first["location_precision"] == "none":
        first["location_precision"] = "exact"
    return [first, *({**blank, **one} for one in further)]


def draft(maker: Someone, *further: Mapping[str, str], **given: str) -> Submission:
    """A draft of a new listing."""
    submission = submissions.begin(maker, organisation_name=given.get("organisation", PROPOSED["organisation"]))
    submissions.write(submission, actor=maker, rows=rows(*further, **given))
    return submission


def change_of(service: Service, maker: Someone, **given: str) -> Submission:
    """A draft of a change to a stored listing."""
    submission = submissions.begin(maker, service=service)
    first, *further = submission.rows
    submissions.write(submission, actor=maker, rows=[first | given, *further])
    return submission


def submit(submission: Submission, maker: Someone) -> Submission:
    submissions.submit(submission, actor=maker, vocabulary=words()[1])
    return submission


def claim(submission: Submission, who: Someone) -> Submission:
    submissions.act(submission, Action.CLAIM, actor=who)
    return submission


def proposed(maker: Someone, *further: Mapping[str, str], **given: str) -> Submission:
    """A new listing that waits for the team."""
    return submit(draft(maker, *further, **given), maker)


def approve(submission: Submission, who: Someone, **given: Any) -> Service:
    """Approve what the page would show now."""
    needs, vocabulary = words()
    shown = given.pop("shown", None)
    if shown is None:
        shown = stamp_of(publishing.bring_up_to_date(submission).live)
    return publishing.approve(submission, actor=who, shown=shown, needs=needs, vocabulary=vocabulary, **given)


def undo(submission: Submission, who: Someone) -> None:
    needs, vocabulary = words()
    publishing.undo(submission, actor=who, needs=needs, vocabulary=vocabulary)


def edit(submission: Submission, who: Someone, given: Sequence[Mapping[str, str]]) -> None:
    publishing.edit(submission, given, actor=who, vocabulary=words()[1])


def sent_change(service: Service, maker: Someone, who: Someone, **given: str) -> Submission:
    """A change that someone of the team has taken up."""
    return claim(submit(change_of(service, maker, **given), maker), who)
