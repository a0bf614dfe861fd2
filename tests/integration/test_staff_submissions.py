"""One proposal as the team reads it: taken up, decided, edited and taken back, and its maker told."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from hub_finder.directory.references import spoken
from hub_finder.directory.speaking import ask_to_speak
from hub_finder.directory.submissions import get_submission
from hub_finder.extensions import db
from hub_finder.models.accounts import Role
from hub_finder.models.submissions import SubmissionEvent
from tests.deciding import do, form_of, mails, path, state
from tests.factories import HALL, Catalogue
from tests.merging import rows, stored
from tests.page_client import words_of
from tests.proposing import draft, person, proposed
from tests.reading import main_words, only, read, summary
from tests.signing_in import press, sign_in, token_of

QUEUE = "/moderation/queue"
ADDED = "willow-toddler-group"


# ---- reading


def test_new_listing_is_read_whole_and_in_words(app: Flask, sent_new: str, staff: FlaskClient) -> None:
    words = main_words(staff.get(path(sent_new)))

    assert "A new listing from Mo Hill, sent" in words
    for said in ("Baby and toddler groups", "Monday, 10am to 11am", "1 Mill Lane", "Baby and toddler group"):
        assert said in words
    assert "baby-toddler-groups" not in words
    assert "Not all questions about keeping people safe are answered" in words
    assert "They said nothing about it" in words


def test_change_stands_beside_what_is_here_and_what_was_here(
    app: Flask, catalogue: Catalogue, send_change: Callable[..., str], staff: FlaskClient
) -> None:
    reference = send_change(phone="01632 960002", cost="paid", summary="Songs.")
    catalogue.add(phone="01632 960003", cost="free", eligibility="Everyone.")

    page = read(staff.get(path(reference)))

    told = {words_of(only(one, "strong:first-child")): words_of(one) for one in page.select(".hf-diff li")}
    assert set(told) == {"Phone", "Price", "Summary"}
    assert told["Phone"] == (
        "Phone Changed here too When they began: 01632 960001 Here now: 01632 960003 Proposed: 01632 960002"
    )
    assert "Here now: Free Proposed:" in told["Price"]
    assert "Everyone." in words_of(only(page, ".hf-facts"))
    assert "The price changes." in words_of(only(page, ".hf-panel"))


def test_answers_about_safety_and_likely_twins_are_shown(app: Flask, catalogue: Catalogue, staff: FlaskClient) -> None:
    catalogue.add(id="willow", name="Willow Toddler Group", email="hello@willow.example", **HALL)
    with app.app_context():
        submission = proposed(person("Mo Hill"), **HALL)
        submission.safeguarding = {"policy": "yes", "checks": "not_sure", "insurance": "", "more": "Ask <Ann>."}
        db.session.commit()
        reference = spoken(submission.reference)

    page = read(staff.get(path(reference)))

    words = words_of(only(page, "main"))
    assert "A safeguarding policy Yes" in words
    assert "They are not sure" in words
    assert "Public liability insurance No answer" in words
    assert "Ask <Ann>." in words
    twins = only(page, "section[aria-labelledby=same]")
    assert only(twins, "a")["href"] == "/moderation/listings/willow"


# ---- taking it up


def test_it_is_taken_up_taken_over_and_put_back(app: Flask, sent_new: str, staff: FlaskClient) -> None:
    other = sign_in(app.test_client(), Role.MANAGER, name="Bo Ash")

    do(staff, sent_new, "claim")
    mine = main_words(staff.get(path(sent_new)))
    theirs = main_words(other.get(path(sent_new)))
    taken = do(other, sent_new, "claim")
    over = main_words(staff.get(path(sent_new)))
    put_back = do(other, sent_new, "release")

    assert "You have it, since" in mine
    assert "Robin Moss has it, since" in theirs
    assert "Take over from Robin Moss" in theirs
    assert "Publish it" not in theirs
    assert taken.headers["Location"] == path(sent_new)
    assert "Bo Ash has it" in over
    assert put_back.headers["Location"] == QUEUE
    assert state(app, sent_new) == "submitted"


# ---- deciding


def test_approved_listing_is_found_by_families_and_its_maker_told(
    app: Flask, sent_new: str, staff: FlaskClient
) -> None:
    before = app.test_client().get(f"/services/{ADDED}").status_code
    do(staff, sent_new, "claim")

    response = do(staff, sent_new, "approve", note="Thank you, Mo.")

    assert (before, response.headers["Location"]) == (404, QUEUE)
    assert "Families can find it now. We write to who sent it." in main_words(staff.get(QUEUE))
    assert app.test_client().get(f"/services/{ADDED}").status_code == 200
    assert "Willow Toddler Group" in main_words(app.test_client().get("/search?q=willow"))
    [(address, subject, body)] = mails(app)
    assert (address, subject) == ("mo@families.example", "Families can find it now: Willow Toddler Group")
    assert "Thank you, Mo." in body
    assert f"/services/{ADDED}" in body
    assert "We changed" not in body


def test_changes_are_asked_for_with_words_about_each_part(app: Flask, sent_new: str, staff: FlaskClient) -> None:
    do(staff, sent_new, "claim")
    nothing = do(staff, sent_new, "ask", note=" ")

    do(
        staff,
        sent_new,
        "ask",
        **{"note": "Nearly there.", "part-0": "What does it cost?", "part-9": "Is this number right?"},
    )

    assert "Say why" in "".join(summary(read(nothing)))
    assert nothing.status_code == 409
    assert state(app, sent_new) == "changes_requested"
    [(_, subject, body)] = mails(app)
    assert subject == "We have a question about Willow Toddler Group"
    assert "Nearly there.\nWhat it is: What does it cost?\nHow to reach them: Is this number right?" in body


def test_rejection_says_why_and_is_taken_back(app: Flask, sent_new: str, staff: FlaskClient) -> None:
    do(staff, sent_new, "claim")

    do(staff, sent_new, "reject", note="It is a shop.")
    rejected = state(app, sent_new)
    do(staff, sent_new, "undo", note="Sorry.")

    assert (rejected, state(app, sent_new)) == ("rejected", "in_review")
    assert [subject for _, subject, _ in mails(app)] == [
        "We did not publish what you sent: Willow Toddler Group",
        "We are reading it again: Willow Toddler Group",
    ]
    assert "It is a shop." in mails(app)[0][2]


def test_approval_is_undone_and_the_page_says_when_it_cannot_be(
    app: Flask, catalogue: Catalogue, send_change: Callable[..., str], staff: FlaskClient
) -> None:
    reference = send_change(phone="01632 960002")
    for _ in range(2):
        if state(app, reference) == "submitted":
            do(staff, reference, "claim")
        do(staff, reference, "approve")
        do(staff, reference, "undo")
    with app.app_context():
        undone = rows("acorn-stay-and-play")[0]["phone"]
    do(staff, reference, "approve")
    catalogue.add(phone="01632 960009")

    refused = do(staff, reference, "undo", note="A mistake")

    assert undone == "01632 960001"
    assert refused.status_code == 409
    assert "The listing was changed since" in "".join(summary(read(refused)))
    assert words_of(only(read(refused), "#undo-note")) == "A mistake"


def test_note_is_for_the_team_alone_and_nobody_is_written_to(app: Flask, sent_new: str, staff: FlaskClient) -> None:
    do(staff, sent_new, "note", note="Is this <b>the one</b> from May?")

    assert "Is this <b>the one</b> from May?" in main_words(staff.get(path(sent_new)))
    assert mails(app) == []
    with app.app_context():
        assert db.session.scalars(select(SubmissionEvent.for_staff).where(SubmissionEvent.action == "note")).all() == [
            True
        ]


def test_nobody_is_written_to_whose_account_is_switched_off(app: Flask, sent_new: str, staff: FlaskClient) -> None:
    do(staff, sent_new, "claim")
    with app.app_context():
        submission = get_submission(sent_new.replace("-", ""))
        assert submission.account
        submission.account.disabled = True
        db.session.commit()

    do(staff, sent_new, "reject", note="It is a shop.")

    assert mails(app) == []
    assert "We write to" not in main_words(staff.get(QUEUE))


# ---- the second of two


@pytest.mark.parametrize("action", ["approve", "ask", "reject", "note", "release", "claim"])
def test_second_of_two_is_told_and_keeps_what_was_typed(
    app: Flask, sent_new: str, staff: FlaskClient, action: str
) -> None:
    do(staff, sent_new, "claim")
    page = staff.get(path(sent_new))
    sent = {"csrf_token": token_of(page), "version": form_of(read(page), "note")["version"]}
    other = sign_in(app.test_client(), Role.MANAGER, name="Bo Ash")
    do(other, sent_new, "note", note="Wait!")

    late = staff.post(path(sent_new, action), data={**sent, "note": "What I had written", "part-0": "About this"})

    words = main_words(late)
    assert late.status_code == 409
    assert "Bo Ash was faster: “Note between staff”" in words
    assert state(app, sent_new) == "in_review"
    assert "What I had written" in words
    assert mails(app) == []
    assert form_of(read(late), "note")["version"] != sent["version"]


def test_change_of_the_live_listing_meanwhile_is_told_before_it_is_published(
    app: Flask, catalogue: Catalogue, send_change: Callable[..., str], staff: FlaskClient
) -> None:
    reference = send_change(phone="01632 960002")
    do(staff, reference, "claim")
    sent = form_of(read(staff.get(path(reference))), "approve")
    catalogue.add(phone="01632 960001", cost="paid")

    late = staff.post(path(reference, "approve"), data={**sent, "note": "Thanks"})

    assert late.status_code == 409
    assert "The listing itself was changed meanwhile" in main_words(late)
    assert words_of(only(read(late), "#approve-note")) == "Thanks"
    assert state(app, reference) == "in_review"


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 30])
def test_form_without_a_version_that_stands_does_nothing(
    app: Flask, sent_new: str, staff: FlaskClient, version: str
) -> None:
    late = press(staff, path(sent_new), path(sent_new, "claim"), version=version)

    assert late.status_code == 409
    assert state(app, sent_new) == "submitted"


@pytest.mark.parametrize("reference", ["000-000-000", "zzz", "%00", "a" * 300])
def test_unknown_reference_has_no_page(app: Flask, sent_new: str, staff: FlaskClient, reference: str) -> None:
    assert staff.get(path(reference)).status_code == 404
    assert press(staff, path(sent_new), path(reference, "claim"), version="1").status_code == 404
    assert staff.get(path(reference, "edit")).status_code == 404


# ---- who may speak


def test_listing_of_a_stored_organisation_waits_for_its_speaker_to_be_decided(
    app: Flask, catalogue: Catalogue, staff: FlaskClient
) -> None:
    organisation = catalogue.add(organisation="Oak Trust")
    with app.app_context():
        mo = person("Mo Hill")
        submission = proposed(mo, organisation="Oak Trust")
        ask_to_speak(mo.account_id, stored(organisation).organisation_id, why="I run it on Mondays.")
        db.session.commit()
        reference = spoken(submission.reference)
    do(staff, reference, "claim")
    refused = do(staff, reference, "approve")

    form = only(read(staff.get(path(reference))), "form[action*='/memberships/']")
    hidden = {str(one["name"]): str(one["value"]) for one in form.select("input")}
    decided = staff.post(str(form["action"]), data=hidden)
    do(staff, reference, "approve")

    assert "Decide first whether they may speak" in "".join(summary(read(refused)))
    assert "They wrote: I run it on Mondays." in main_words(refused)
    assert decided.headers["Location"] == path(reference)
    assert state(app, reference) == "approved"
    assert [subject.partition(":")[0] for _, subject, _ in mails(app)] == [
        "You can speak for Oak Trust now",
        "Families can find it now",
    ]


def test_who_did_not_ask_can_be_let_speak_in_one_press(app: Flask, catalogue: Catalogue, staff: FlaskClient) -> None:
    catalogue.add(organisation="Oak Trust")
    with app.app_context():
        reference = spoken(proposed(person("Mo Hill"), organisation="Oak Trust").reference)
        db.session.commit()
    form = only(read(staff.get(path(reference))), "form[action$='/speakers']")
    staff.post(str(form["action"]), data={str(one["name"]): str(one["value"]) for one in form.select("input")})
    do(staff, reference, "claim")

    do(staff, reference, "approve")

    assert state(app, reference) == "approved"


def test_look_is_done_once(app: Flask, send_change: Callable[..., str], staff: FlaskClient) -> None:
    reference = send_change(phone="01632 960002")
    do(staff, reference, "claim")
    do(staff, reference, "approve")
    with app.app_context():
        get_submission(reference.replace("-", "")).due_look = True
        db.session.commit()
    waits = main_words(staff.get(f"{QUEUE}?kind=look"))

    do(staff, reference, "look")

    assert "Acorn Stay and Play" in waits
    assert "Acorn Stay and Play" not in main_words(staff.get(f"{QUEUE}?kind=look"))
    assert "It is fine" not in main_words(staff.get(path(reference)))


def test_draft_with_what_can_be_no_listing_is_shown_all_the_same(
    app: Flask, catalogue: Catalogue, staff: FlaskClient
) -> None:
    given = {"name": "", "latitude": "north", "needs": "zzz", "schedule": "sometimes", "postal_code": "ZZ", "kind": "z"}
    with app.app_context():
        reference = spoken(draft(person("Mo Hill"), **given).reference)
        db.session.commit()

    words = main_words(staff.get(path(reference)))

    assert "A listing without a name Not sent yet." in words
    assert "sometimes" in words
    assert "Take it up" not in words
