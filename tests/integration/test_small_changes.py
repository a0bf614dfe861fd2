"""Small changes of organisations that are trusted are published at once, and looked at afterwards."""

import pytest
from flask_sqlalchemy.session import Session
from sqlalchemy.orm import scoped_session

from hub_finder.directory import submissions
from hub_finder.directory.columns import GROUPS
from hub_finder.directory.publishing import (
    LOOK_AT_ONE_IN,
    SMALL,
    is_small,
    publish_small_change,
)
from hub_finder.directory.standing import move
from hub_finder.directory.submissions import CannotAct
from hub_finder.extensions import db
from hub_finder.models.services import Service, Status
from tests.acting import Someone
from tests.factories import Catalogue
from tests.merging import rows
from tests.proposing import (
    change_of,
    draft,
    person,
    words,
)

DbSession = scoped_session[Session]


def test_small_change_of_a_trusted_organisation_is_published_at_once(acorn: Service, mo: Someone) -> None:
    acorn.organisation.trusted = True
    needs, vocabulary = words()
    looked = []
    for number in range(8):
        submission = change_of(acorn, mo, phone=f"01632 96000{number}")
        publish_small_change(submission, actor=mo, needs=needs, vocabulary=vocabulary)
        looked.append((submission.due_look, submission.id % LOOK_AT_ONE_IN == 0, submission.status))

    assert rows(acorn.slug)[0]["phone"] == "01632 960007"
    assert all(due == meant and status == "approved" for due, meant, status in looked)
    assert sum(due for due, *_ in looked) == 2


LARGE = {
    "name": "Another Name",
    "summary": "Another thing.",
    "cost": "paid",
    "max_age": "99",
    "needs": "sleep",
    "email": "new@willow.example",
    "website": "https://new.example",
    "organisation": "Another",
    "organisation_description": "Another kind.",
    "eligibility": "Members.",
    "locality": "north-fair",
    "sensitive": "yes",
    "city": "Nextham",
    "caution": "Nothing.",
    "attributes": "a=b",
    "related": "oak",
    "confidence": "low",
}


@pytest.mark.parametrize("column", LARGE)
def test_change_of_what_it_is_where_or_for_whom_is_not_small(acorn: Service, mo: Someone, column: str) -> None:
    acorn.organisation.trusted = True
    submission = change_of(acorn, mo, phone="01632 960002", **{column: LARGE[column]})

    assert not is_small(submission)
    needs, vocabulary = words()
    with pytest.raises(CannotAct, match="Only small changes"):
        publish_small_change(submission, actor=mo, needs=needs, vocabulary=vocabulary)


def test_what_is_small_says_nothing_of_what_where_or_for_whom() -> None:
    large = {*GROUPS["organisation"], *GROUPS["place"], *LARGE, "kind", "min_age", "delivery", "referral", "id"}

    assert SMALL & large == {"schedule"}


@pytest.mark.parametrize("why", ["not trusted", "not a speaker", "paused", "a clash", "new"])
def test_small_change_waits_for_the_team_where_something_speaks_against_it(
    catalogue: Catalogue, acorn: Service, mo: Someone, why: str
) -> None:
    acorn.organisation.trusted = why != "not trusted"
    maker = person("Pat Moor") if why == "not a speaker" else mo
    submission = change_of(acorn, maker, phone="01632 960002")
    if why == "paused":
        move(acorn, Status.PAUSED, actor="Bo")
    if why == "a clash":
        db.session.commit()
        catalogue.add(phone="01632 960009", cost="free", min_age="0", max_age="4")
        db.session.expire_all()
    if why == "new":
        submission = draft(mo, organisation="Acorn Families")
        submissions.settle_organisation(submission)

    assert not is_small(submission)
