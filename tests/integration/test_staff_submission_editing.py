"""Proposals edited by the team before they are published, and their makers told."""

from collections.abc import Callable

from bs4 import BeautifulSoup, Tag
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from hub_finder.directory.submissions import get_submission
from hub_finder.extensions import db
from hub_finder.models.submissions import Submission
from tests.deciding import do, form_of, mails, path
from tests.merging import rows
from tests.page_client import words_of
from tests.reading import main_words, only, read, summary
from tests.signing_in import press

QUEUE = "/moderation/queue"
ADDED = "willow-toddler-group"


def boxes(page: BeautifulSoup) -> dict[str, str]:
    """Everything that a browser sends with the edit form."""
    form = only(page, "main form[action$='/edit']")
    sent = {str(one["name"]): str(one.get("value", "")) for one in form.select("input")}
    sent |= {str(one["name"]): one.get_text().removeprefix("\n") for one in form.select("textarea")}
    for one in form.select("select"):
        chosen = one.select_one("option[selected]") or one.select_one("option")
        assert isinstance(chosen, Tag)
        sent[str(one["name"])] = str(chosen["value"])
    return sent


def test_edits_are_kept_published_and_told_to_the_maker(app: Flask, sent_new: str, staff: FlaskClient) -> None:
    do(staff, sent_new, "claim")
    sent = boxes(read(staff.get(path(sent_new, "edit"))))

    kept = staff.post(path(sent_new, "edit"), data=sent | {"summary-0": "Songs.", "do": "keep"})
    again = boxes(read(staff.get(path(sent_new, "edit"))))
    published = staff.post(path(sent_new, "edit"), data=again | {"cost-0": "free", "do": "approve"})

    assert kept.headers["Location"] == path(sent_new)
    assert published.headers["Location"] == QUEUE
    with app.app_context():
        first = rows(ADDED)[0]
        assert (first["summary"], first["cost"], first["schedule"]) == ("Songs.", "free", "WEEKLY MO 10:00-11:00")
    [(_, _, body)] = mails(app)
    assert "We changed: Summary, Price." in body
    assert "They wrote: Toys and songs for small children. Edited: Songs." in main_words(staff.get(path(sent_new)))


def test_edit_without_changes_brings_back_the_very_same_proposal(
    app: Flask, send_change: Callable[..., str], staff: FlaskClient
) -> None:
    reference = send_change(phone="01632 960002", contact_name="Ann")
    do(staff, reference, "claim")
    with app.app_context():
        before = get_submission(reference.replace("-", "")).rows

    staff.post(path(reference, "edit"), data=boxes(read(staff.get(path(reference, "edit")))))

    with app.app_context():
        assert get_submission(reference.replace("-", "")).rows == before


def test_fault_in_an_edit_is_told_beside_its_box_with_nothing_lost(
    app: Flask, sent_new: str, staff: FlaskClient
) -> None:
    do(staff, sent_new, "claim")
    sent = boxes(read(staff.get(path(sent_new, "edit"))))

    response = staff.post(path(sent_new, "edit"), data=sent | {"email-0": "them", "summary-0": "Songs."})

    page = read(response)
    assert response.status_code == 400
    assert summary(page) == {"Email is not an email address": "#email-0"}
    assert boxes(page)["summary-0"] == "Songs."
    added = staff.post(path(sent_new, "edit"), data=sent | {"add": "contact"})
    assert "contact_name-0" in boxes(read(added))


def test_second_of_two_who_edit_is_told_with_what_was_typed(app: Flask, sent_new: str, staff: FlaskClient) -> None:
    do(staff, sent_new, "claim")
    sent = boxes(read(staff.get(path(sent_new, "edit"))))
    staff.post(path(sent_new, "edit"), data=sent | {"summary-0": "Songs."})

    late = staff.post(path(sent_new, "edit"), data=sent | {"summary-0": "Paint.", "do": "approve"})

    page = read(late)
    assert late.status_code == 409
    assert "Summary Proposed now: Songs. Yours: Paint." in words_of(only(page, "[role=alert]"))
    assert boxes(page)["summary-0"] == "Paint."
    again = staff.post(path(sent_new, "edit"), data=boxes(page) | {"do": "approve"})
    assert again.status_code == 303
    with app.app_context():
        assert rows(ADDED)[0]["summary"] == "Paint."


def test_who_has_not_taken_it_up_does_not_edit(app: Flask, sent_new: str, staff: FlaskClient) -> None:
    shut = staff.get(path(sent_new, "edit"))
    version = form_of(read(staff.get(path(sent_new))), "note")["version"]
    forced = press(staff, path(sent_new), path(sent_new, "edit"), version=version)

    assert shut.headers["Location"] == path(sent_new)
    assert forced.status_code == 409
    with app.app_context():
        assert db.session.scalars(select(Submission.status)).all() == ["submitted"]
