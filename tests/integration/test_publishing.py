"""A proposal becomes what families find, and can be taken back; nobody gets what is another's by it."""

from datetime import UTC, date, datetime

import pytest
from flask.testing import FlaskClient
from flask_sqlalchemy.session import Session
from sqlalchemy import func, select
from sqlalchemy.orm import scoped_session

from hub_finder.directory import submissions
from hub_finder.directory.freshness import mark_checked, mark_unreachable, today
from hub_finder.directory.history import find_history
from hub_finder.directory.listings import stamp_of
from hub_finder.directory.speaking import let_speak, speaks_for
from hub_finder.directory.standing import move
from hub_finder.directory.submissions import CannotAct, NotReady, Overtaken, act, find_events, live_rows
from hub_finder.extensions import db
from hub_finder.models.history import EventKind
from hub_finder.models.services import Organisation, Service, Status
from hub_finder.models.submissions import Action, SubmissionStatus
from tests.acting import Someone
from tests.factories import HALL, Catalogue
from tests.merging import Merging, rows, stored
from tests.proposing import (
    approve,
    change_of,
    claim,
    edit,
    person,
    proposed,
    sent_change,
    submit,
    undo,
)

DbSession = scoped_session[Session]
ADDED = "willow-toddler-group"


# ---- a new listing


def test_families_find_a_new_listing_when_it_is_approved_and_not_before(
    catalogue: Catalogue, mo: Someone, ann: Someone, client: FlaskClient
) -> None:
    submission = claim(proposed(mo, **HALL), ann)
    db.session.commit()
    before = client.get(f"/services/{ADDED}").status_code, client.get("/search?q=willow").get_data(as_text=True)

    service = approve(submission, ann)
    db.session.commit()

    assert before[0] == 404
    assert "Willow Toddler Group" not in before[1]
    assert client.get(f"/services/{ADDED}").status_code == 200
    assert "Willow Toddler Group" in client.get("/search?q=willow").get_data(as_text=True)
    assert (service.slug, submission.service_id, submission.status) == (ADDED, service.id, SubmissionStatus.APPROVED)


def test_makers_word_is_a_check_and_a_source_of_the_day_it_was_sent(
    catalogue: Catalogue, mo: Someone, ann: Someone
) -> None:
    submission = claim(proposed(mo), ann)
    # Late in the evening of a summer's day in UTC is the next day here.
    submission.submitted_at = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)

    service = approve(submission, ann)

    assert (service.checked_on, service.checked_by) == (date(2026, 7, 2), "Willow Families")
    assert [(one.title, one.published) for one in service.sources] == [("Willow Families", "2026-07-02")]


def test_who_lists_a_new_organisation_speaks_for_it_once_it_is_approved(mo: Someone, ann: Someone) -> None:
    submission = claim(proposed(mo), ann)
    before = db.session.scalar(select(func.count()).select_from(Organisation))

    service = approve(submission, ann)

    assert before == 0
    assert speaks_for(mo.account_id, service.organisation_id)


def test_two_new_listings_of_one_name_are_two(mo: Someone, ann: Someone) -> None:
    first, second = (claim(proposed(mo), ann) for _ in range(2))

    slugs = [approve(one, ann).slug for one in (first, second)]

    assert slugs == [ADDED, f"{ADDED}-2"]


# ---- whose it is


def test_name_of_a_stored_organisation_is_not_taken_by_typing_it(
    catalogue: Catalogue, mo: Someone, ann: Someone
) -> None:
    organisation = stored(catalogue.add(organisation="Oak Trust")).organisation_id
    submission = claim(proposed(mo, organisation="  oak   TRUST "), ann)

    with pytest.raises(CannotAct, match="speak for this organisation"):
        approve(submission, ann)

    assert submission.organisation_id == organisation
    assert not speaks_for(mo.account_id, organisation)
    let_speak(mo.account_id, organisation, by="Ann Lee")
    assert approve(submission, ann).organisation_id == organisation
    assert db.session.scalar(select(func.count()).select_from(Organisation)) == 1


def test_name_that_is_stored_only_since_it_was_sent_is_that_organisations(
    catalogue: Catalogue, mo: Someone, ann: Someone
) -> None:
    submission = claim(proposed(mo, organisation="Oak Trust"), ann)
    db.session.commit()
    catalogue.add(organisation="Oak Trust")

    with pytest.raises(CannotAct, match="speak for this organisation"):
        approve(submission, ann)


@pytest.mark.parametrize("column", ["organisation_uuid", "uuid", "id", "location_uuid"])
def test_ids_of_others_in_a_new_proposal_are_not_believed(
    catalogue: Catalogue, mo: Someone, ann: Someone, column: str
) -> None:
    theirs = {name: f"0000000{number}-0000-4000-8000-000000000000" for number, name in enumerate(_IDS)}
    catalogue.add(id="oak", name="Oak Group", organisation="Oak Trust", **theirs, **HALL)
    before = rows("oak")
    given = {"id": "oak"} if column == "id" else {column: theirs[column], **(HALL if "loc" in column else {})}

    service = approve(claim(proposed(mo, **given), ann), ann)

    assert service.slug == ADDED
    assert rows("oak") == before
    assert rows(ADDED)[0][column] in ("", ADDED)
    assert service.organisation.name == "Willow Families"


_IDS = ("organisation_uuid", "uuid", "location_uuid")


def test_listing_is_not_taken_over_with_a_new_organisations_name(
    catalogue: Catalogue, acorn: Service, ann: Someone
) -> None:
    pat = person("Pat Moor")
    submission = sent_change(acorn, pat, ann, organisation="Pat’s Own Name", phone="01632 960666")
    before = rows(acorn.slug)

    with pytest.raises(CannotAct, match="speak for this organisation"):
        approve(submission, ann)

    assert rows(acorn.slug) == before


def test_who_speaks_for_one_organisation_does_not_give_its_listing_to_another(
    catalogue: Catalogue, acorn: Service, mo: Someone, ann: Someone
) -> None:
    oak = stored(catalogue.add(id="oak", name="Oak Group", organisation="Oak Trust")).organisation_id
    submission = sent_change(acorn, mo, ann, organisation="Oak Trust", organisation_uuid="")

    with pytest.raises(CannotAct, match="speak for this organisation"):
        approve(submission, ann)
    let_speak(mo.account_id, oak, by="Ann Lee")

    assert approve(submission, ann).organisation_id == oak


def test_change_does_not_rename_an_organisation_in_its_other_listings(
    catalogue: Catalogue, mo: Someone, ann: Someone
) -> None:
    given = {"organisation": "Oak Trust", "organisation_uuid": "00000000-0000-4000-8000-000000000000"}
    for slug in ("one", "two"):
        catalogue.add(id=slug, name=slug, phone="01632 960001", **given)
    let_speak(mo.account_id, stored("one").organisation_id, by="a test")

    approve(sent_change(stored("one"), mo, ann, organisation="Oak & Co"), ann)

    assert {slug: stored(slug).organisation.name for slug in ("one", "two")} == {"one": "Oak & Co", "two": "Oak Trust"}


def test_change_keeps_the_ids_of_its_listing(catalogue: Catalogue, mo: Someone, ann: Someone) -> None:
    uid = "00000000-0000-4000-8000-000000000000"
    service = stored(catalogue.add(phone="01632 960001", uuid=uid))
    let_speak(mo.account_id, service.organisation_id, by="a test")
    given = {"uuid": uid.replace("0", "1"), "id": "another-slug", "cost": "free"}

    approved = approve(sent_change(service, mo, ann, **given), ann)

    assert (approved.slug, approved.uid, approved.cost) == ("acorn-stay-and-play", uid, "free")


def test_secret_address_is_never_published(catalogue: Catalogue, acorn: Service, mo: Someone, ann: Someone) -> None:
    hidden = stored(catalogue.add(id="refuge", name="Refuge", sensitive="yes", phone="01632 960001"))
    submission = claim(proposed(mo), ann)
    submission.rows = [submission.rows[0] | {"sensitive": "yes", "address_1": "1 Mill Lane"}]

    with pytest.raises(NotReady):
        approve(submission, ann)
    change = change_of(hidden, mo, address_1="1 Mill Lane")
    with pytest.raises(NotReady):
        submit(change, mo)

    assert hidden.places == []


# ---- a change


def test_approval_makes_the_change_and_keeps_what_stood_before_in_the_history(
    acorn: Service, mo: Someone, ann: Someone
) -> None:
    submission = sent_change(acorn, mo, ann, phone="01632 960002")
    shown = rows(acorn.slug)

    approve(submission, ann, note="Thank you.")

    assert rows(acorn.slug)[0]["phone"] == "01632 960002"
    assert next(one.note for one in find_events(submission, for_staff=False)) == "Thank you."
    assert submission.base == shown


def test_approval_of_what_the_page_no_longer_shows_is_refused(
    catalogue: Catalogue, acorn: Service, mo: Someone, ann: Someone
) -> None:
    submission = sent_change(acorn, mo, ann, phone="01632 960002")
    shown = stamp_of(live_rows(acorn.id))
    db.session.commit()
    catalogue.add(phone="01632 960001", cost="paid", min_age="0", max_age="4")

    with pytest.raises(Overtaken):
        approve(submission, ann, shown=shown)
    db.session.rollback()

    assert rows(acorn.slug)[0]["phone"] == "01632 960001"
    assert submission.status == SubmissionStatus.IN_REVIEW


@pytest.mark.parametrize("end", [Status.RETIRED, Status.MERGED])
def test_change_of_what_has_ended_or_was_merged_is_not_published(
    catalogue: Catalogue, acorn: Service, mo: Someone, ann: Someone, end: Status
) -> None:
    submission = sent_change(acorn, mo, ann, phone="01632 960002")
    db.session.commit()
    if end == Status.MERGED:
        catalogue.add(id="other", name="Other")
        Merging(catalogue).merge("other", acorn.slug)
    else:
        move(acorn, end, actor="Bo")

    with pytest.raises(CannotAct, match=end.label):
        approve(submission, ann)


def test_edit_of_the_team_keeps_what_was_proposed_for_its_maker_to_see(
    acorn: Service, mo: Someone, ann: Someone
) -> None:
    submission = sent_change(acorn, mo, ann, phone="01632 960002")
    first, *_ = submission.rows

    edit(submission, ann, [first | {"summary": "Songs and toys, each Monday."}])
    approve(submission, ann)

    [edited] = [one for one in find_events(submission, for_staff=False) if one.action == Action.EDIT]
    assert edited.rows
    assert edited.rows[0]["summary"] == first["summary"]
    assert rows(acorn.slug)[0]["summary"] == "Songs and toys, each Monday."
    assert rows(acorn.slug)[0]["phone"] == "01632 960002"


def test_edit_that_cannot_be_a_listing_changes_nothing(acorn: Service, mo: Someone, ann: Someone) -> None:
    submission = sent_change(acorn, mo, ann, phone="01632 960002")
    before = submission.rows

    with pytest.raises(NotReady):
        edit(submission, ann, [before[0] | {"email": "them"}])

    assert submission.rows == before


# ---- taken back


def test_undone_change_leaves_the_listing_as_it_was(acorn: Service, mo: Someone, ann: Someone) -> None:
    before = rows(acorn.slug)
    submission = sent_change(acorn, mo, ann, phone="01632 960002")
    approve(submission, ann)
    proposal = submission.rows

    undo(submission, ann)

    assert rows(acorn.slug) == before
    assert (submission.status, submission.rows) == (SubmissionStatus.IN_REVIEW, proposal)
    approve(submission, ann)
    assert rows(acorn.slug)[0]["phone"] == "01632 960002"


def test_undone_new_listing_is_paused_and_comes_back_as_itself_when_it_is_sent_again(mo: Someone, ann: Someone) -> None:
    submission = claim(proposed(mo), ann)
    service = approve(submission, ann)

    undo(submission, ann)
    paused = service.status
    act(submission, Action.ASK, actor=ann, note="Which day?")
    submissions.write(submission, actor=mo, rows=[submission.rows[0] | {"schedule_note": "Mondays"}])
    again = approve(claim(submit(submission, mo), ann), ann)

    assert paused == Status.PAUSED
    assert (again.id, again.slug, again.status, again.schedule_note) == (service.id, ADDED, "published", "Mondays")
    assert db.session.scalar(select(func.count()).select_from(Service)) == 1


@pytest.mark.parametrize("checked", [True, False])
def test_undoing_takes_back_the_makers_word_and_an_older_check_holds_again(
    acorn: Service, mo: Someone, ann: Someone, checked: bool
) -> None:
    if checked:
        mark_checked(acorn, by="Robin Moss", on=date(2026, 3, 1))
        mark_unreachable(acorn, by="Robin Moss")
    before = (date(2026, 3, 1), "Robin Moss", 1) if checked else (None, None, 0)
    submission = sent_change(acorn, mo, ann, phone="01632 960002")
    stood = []
    for step in (approve, undo) * 2:
        step(submission, ann)
        stood.append((acorn.checked_on, acorn.checked_by, acorn.unreachable_times))

    assert stood == [(today(), "Acorn Families", 0), before] * 2


def test_check_that_somebody_made_since_stays_when_an_approval_is_undone(
    acorn: Service, mo: Someone, ann: Someone
) -> None:
    submission = sent_change(acorn, mo, ann, phone="01632 960002")
    approve(submission, ann)
    mark_checked(acorn, by="Robin Moss", on=today())

    undo(submission, ann)

    assert (acorn.checked_on, acorn.checked_by) == (today(), "Robin Moss")


def test_approval_is_not_undone_once_the_listing_was_changed(
    catalogue: Catalogue, acorn: Service, mo: Someone, ann: Someone
) -> None:
    submission = sent_change(acorn, mo, ann, phone="01632 960002")
    approve(submission, ann)
    db.session.commit()
    catalogue.add(phone="01632 960003", cost="free", min_age="0", max_age="4")
    db.session.expire_all()

    with pytest.raises(CannotAct, match="changed since"):
        undo(submission, ann)

    assert rows(acorn.slug)[0]["phone"] == "01632 960003"


@pytest.mark.parametrize("action", [Action.ASK, Action.REJECT])
def test_other_decisions_are_undone_without_touching_a_listing(
    acorn: Service, mo: Someone, ann: Someone, action: Action
) -> None:
    submission = sent_change(acorn, mo, ann, phone="01632 960002")
    act(submission, action, actor=ann, note="No.")
    before = rows(acorn.slug)

    undo(submission, ann)

    assert (submission.status, rows(acorn.slug)) == (SubmissionStatus.IN_REVIEW, before)


def test_history_of_the_listing_names_the_proposal(acorn: Service, mo: Someone, ann: Someone) -> None:
    submission = sent_change(acorn, mo, ann, phone="01632 960002")
    approve(submission, ann)
    undo(submission, ann)

    steps = [(one.event.kind, one.event.note) for one in find_history(acorn) if one.changes]

    assert steps[0] == (EventKind.RESTORED, f"Approval undone: {submission.reference}")
    assert steps[1] == (EventKind.CHANGED, f"Published: {submission.reference}")
