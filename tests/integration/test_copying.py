"""Who may copy a listing, and what the copy is."""

from dataclasses import dataclass

import pytest
from flask_sqlalchemy.session import Session
from sqlalchemy.orm import scoped_session

from hub_finder.directory.accounts import keep_account
from hub_finder.directory.copying import copy_as_new
from hub_finder.directory.speaking import let_speak
from hub_finder.directory.stock import get_stored
from hub_finder.directory.submissions import CannotAct, begin, write
from hub_finder.models.accounts import Role
from hub_finder.models.submissions import SubmissionStatus
from tests.factories import HALL, Catalogue


@dataclass(frozen=True)
class Someone:
    account_id: int
    name: str = "Sam Field"
    role: Role = Role.PROVIDER


def someone(email: str, role: Role = Role.PROVIDER) -> Someone:
    account, _ = keep_account(email, role=role)
    return Someone(account.id, account.name, role)


def test_who_speaks_for_an_organisation_copies_its_listing(
    catalogue: Catalogue, session: scoped_session[Session]
) -> None:
    service = get_stored(catalogue.add(**HALL, schedule="WEEKLY TU 10:00|ONCE 2020-01-01"))
    sam = someone("sam@fairshire.example")
    let_speak(sam.account_id, service.organisation_id, by="Robin Moss")

    copy = copy_as_new(service, actor=sam)

    assert (copy.status, copy.service_id, copy.base) == (SubmissionStatus.DRAFT, None, None)
    assert (copy.organisation_id, copy.account_id) == (service.organisation_id, sam.account_id)
    said = {name: copy.rows[0][name] for name in ("id", "name", "city", "schedule", "source_title")}
    assert said == {
        "id": "",
        "name": "Acorn Stay and Play",
        "city": "Oakham Green",
        "schedule": "WEEKLY TU 10:00",
        "source_title": "",
    }


def test_nobody_copies_what_they_may_not_speak_for(catalogue: Catalogue, session: scoped_session[Session]) -> None:
    service = get_stored(catalogue.add())

    with pytest.raises(CannotAct, match="only copy a listing of an organisation"):
        copy_as_new(service, actor=someone("sam@fairshire.example"))
    assert copy_as_new(service, actor=someone("robin@fairshire.example", Role.MODERATOR)).rows[0]["name"]


def test_a_draft_is_copied_by_its_maker_alone(catalogue: Catalogue, session: scoped_session[Session]) -> None:
    sam, ann = someone("sam@fairshire.example"), someone("ann@fairshire.example")
    draft = begin(sam, organisation_name="New Trust")
    rows = [{**draft.rows[0], "name": "New Club", "min_age": "about five"}]
    write(draft, actor=sam, rows=rows, part="who", safeguarding={"checks": "yes"})

    copy = copy_as_new(draft, actor=sam)

    assert copy.reference != draft.reference
    assert copy.rows == rows
    assert (copy.parts, copy.safeguarding) == ([], {})
    with pytest.raises(CannotAct):
        copy_as_new(draft, actor=ann)
