"""What becomes of a report: taken up, put right or left, told to everybody, mailed, and forgotten."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from hub_finder.directory import outbox, reports
from hub_finder.directory.change_words import FACTS
from hub_finder.directory.columns import COLUMNS
from hub_finder.directory.references import read_reference
from hub_finder.directory.reports import ADDRESS_DAYS, REPORT_DAYS
from hub_finder.extensions import db
from hub_finder.models.accounts import Role
from hub_finder.models.reports import MissingHelp, OutgoingMail, Report
from tests.factories import Catalogue
from tests.reading import main_words, read, summary
from tests.signing_in import press, sign_in
from tests.telling import report

LIST = "/moderation/reports"


@pytest.fixture
def acorn(catalogue: Catalogue) -> str:
    return catalogue.add(id="acorn", name="Acorn Group", phone="01632 960001", cost="free")


def correct(catalogue: Catalogue, **given: str) -> None:
    """Save the listing with other facts, as a correction does."""
    catalogue.add(id="acorn", name="Acorn Group", **{"phone": "01632 960001", "cost": "free", **given})


def public(app: Flask, reference: str) -> str:
    return main_words(app.test_client().get(f"/reports/{reference}"))


def close_as_fixed(staff: FlaskClient, reference: str, **typed: object) -> TestResponse:
    """Close it with every change that the page offers, or those given."""
    page = f"{LIST}/{reference}"
    events = [str(one["value"]) for one in read(staff.get(page)).select("input[name=event]")]
    return press(staff, page, f"{page}/fixed", **{"event": events, **typed})


def stored(app: Flask, reference: str) -> Report:
    with app.app_context():
        return db.session.scalars(select(Report).where(Report.reference == read_reference(reference))).one()


def waiting(app: Flask) -> list[OutgoingMail]:
    with app.app_context():
        return list(db.session.scalars(select(OutgoingMail)))


def run(app: Flask, *args: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["hub", *args])
    return result.exit_code, result.output


# ---- the queue


def test_unsafe_comes_first_then_the_oldest(app: Flask, catalogue: Catalogue, staff: FlaskClient) -> None:
    for slug in ("first", "second", "third"):
        catalogue.add(id=slug, name=f"{slug.capitalize()} Group")
    report(app, "first")
    report(app, "second")
    report(app, "third", reason="unsafe")

    start = main_words(staff.get("/moderation"))
    links = read(staff.get(LIST)).select(".hf-rows__link")

    assert "3 Reports of a problem 1 of something unsafe: look today." in start
    assert [link.get_text() for link in links] == ["Third Group", "First Group", "Second Group"]


def test_report_stands_beside_the_facts_of_the_listing(app: Flask, acorn: str, staff: FlaskClient) -> None:
    reference = report(app, acorn, reason="contact", details="The number is <b>old</b>", email="me@a.example")

    words = main_words(staff.get(f"{LIST}/{reference}"))

    assert "The phone number or address is wrong The number is <b>old</b>" in words
    assert "01632 960001" in words
    assert "They left an address" in words
    assert "me@a.example" not in words


def test_report_that_is_taken_up_says_so_to_everybody_without_a_name(
    app: Flask, acorn: str, staff: FlaskClient
) -> None:
    reference = report(app, acorn)

    response = press(staff, f"{LIST}/{reference}", f"{LIST}/{reference}/take")
    again = press(staff, f"{LIST}/{reference}", f"{LIST}/{reference}/take")
    said_again = main_words(staff.get(again.headers["Location"]))

    assert response.headers["Location"] == f"{LIST}/{reference}"
    assert "Someone in the team is looking at it now" in public(app, reference)
    assert "Robin" not in public(app, reference)
    assert "Robin Moss is checking it" in main_words(staff.get(LIST))
    assert "taken it up already" in said_again
    assert "A report is being checked by Robin Moss" in main_words(staff.get("/moderation/listings/acorn"))


def test_closed_report_is_opened_again_by_staff_and_everybody_sees_it(
    app: Flask, acorn: str, staff: FlaskClient
) -> None:
    reference = report(app, acorn, email="me@a.example")
    page = f"{LIST}/{reference}"
    early = press(staff, page, f"{page}/reopen")
    told_early = main_words(staff.get(early.headers["Location"]))
    press(staff, page, f"{page}/not-changed", why="It is right.")
    closed = public(app, reference)

    press(staff, page, f"{page}/reopen")

    assert "It is open already." in told_early
    assert "It is right." in closed
    assert "Someone in the team is looking at it now" in public(app, reference)
    assert "It is right." not in public(app, reference)
    assert "Robin Moss is checking it" in main_words(staff.get(LIST))
    assert "A closed report was opened again by Robin Moss" in main_words(staff.get("/moderation/listings/acorn"))
    assert (stored(app, reference).closed_at, stored(app, reference).event_ids) == (None, [])
    press(staff, page, f"{page}/not-changed", why="It is still right.")
    assert "It is still right." in public(app, reference)
    assert len(waiting(app)) == 1


# ---- put right


def test_what_was_changed_is_told_in_plain_words(
    app: Flask, acorn: str, catalogue: Catalogue, staff: FlaskClient
) -> None:
    correct(catalogue, phone="01632 960002")
    reference = report(app, acorn, reason="contact", details="My secret words")
    correct(catalogue, phone="01632 960003", schedule="WEEKLY TU 10:00-11:00", location_name="Hall", city="Elmton")

    response = close_as_fixed(staff, reference, answer="We rang them.")

    assert response.status_code == 303
    told = public(app, reference)
    for sentence in (
        "We put it right",
        "We changed the place.",
        "We changed phone, email or website.",
        "We rang them.",
    ):
        assert sentence in told
    assert "We changed the times." in told
    assert "My secret" not in told
    assert "01632 96000" not in told
    assert len(stored(app, reference).event_ids) == 1
    history = main_words(staff.get("/moderation/listings/acorn"))
    assert "A report was closed: put right by Robin Moss" in history
    assert "My secret" not in history
    assert "0 to answer" in main_words(staff.get(LIST))


def test_report_is_not_put_right_by_nothing(app: Flask, acorn: str, catalogue: Catalogue, staff: FlaskClient) -> None:
    correct(catalogue, phone="01632 960002")
    reference = report(app, acorn)
    press(staff, "/moderation/listings/acorn", "/moderation/listings/acorn/check")

    response = close_as_fixed(staff, reference)

    assert "Nothing was changed since it was reported" in next(iter(summary(read(response))))
    assert stored(app, reference).state == "received"


def test_changes_must_be_named_and_be_of_this_listing(
    app: Flask, acorn: str, catalogue: Catalogue, staff: FlaskClient
) -> None:
    reference = report(app, acorn)
    correct(catalogue, phone="01632 960002")

    for events in ([], ["999999"], ["1", "x", "9" * 30]):
        page = read(close_as_fixed(staff, reference, event=events, answer="We rang"))
        assert "Choose what was changed because of this report" in next(iter(summary(page)))
        assert page.select("#answer")[0].get_text().strip() == "We rang"
    assert stored(app, reference).state == "received"


@pytest.mark.parametrize(
    ("to", "said"), [("paused", "We marked it as paused for now."), ("retired", "We took it out. It has ended.")]
)
def test_listing_that_is_taken_out_or_paused_is_put_right(
    app: Flask, acorn: str, staff: FlaskClient, to: str, said: str
) -> None:
    reference = report(app, acorn, reason="closed")
    data = {"from": "published", "to": to}
    press(staff, "/moderation/listings/acorn", "/moderation/listings/acorn/standing", **data)

    close_as_fixed(staff, reference)

    assert said in public(app, reference)


def test_every_column_has_words_for_everybody() -> None:
    named = [column for columns in FACTS.values() for column in columns]

    assert len(named) == len(set(named))
    assert set(COLUMNS) - set(named) == {"id", "uuid", "organisation_uuid", "location_uuid", "related", "attributes"}


# ---- left as it is


def test_reason_for_no_change_is_told_to_everybody(app: Flask, acorn: str, staff: FlaskClient) -> None:
    reference = report(app, acorn)
    page = f"{LIST}/{reference}"

    empty = read(press(staff, page, f"{page}/not-changed", why=" \n "))
    long = read(press(staff, page, f"{page}/not-changed", why="x" * 501))
    press(staff, page, f"{page}/not-changed", why="We rang them. It still starts at ten.")

    assert "Say why nothing was changed" in next(iter(summary(empty)))
    assert "these are 501" in next(iter(summary(long)))
    assert long.select("#why")[0].get_text().strip() == "x" * 501
    assert "We did not change it" in public(app, reference)
    assert "We rang them. It still starts at ten." in public(app, reference)


def test_closed_report_is_not_closed_again(app: Flask, acorn: str, staff: FlaskClient) -> None:
    reference = report(app, acorn)
    page = f"{LIST}/{reference}"
    press(staff, page, f"{page}/not-changed", why="It is right.")

    for path in ("not-changed", "fixed"):
        response = press(staff, "/moderation", f"{page}/{path}", why="Again", event="1")
        assert response.status_code == 200
        assert "closed it already" in main_words(response) or "Nothing was changed" in main_words(response)
    assert "It is right." in public(app, reference)
    assert read(staff.get(page)).select("main form[action$='not-changed']") == []


@pytest.mark.parametrize("path", ["000-000-000", "none"])
def test_report_that_is_not_there_is_not_found(staff: FlaskClient, path: str) -> None:
    assert staff.get(f"{LIST}/{path}").status_code == 404
    assert press(staff, "/moderation", f"{LIST}/{path}/take").status_code == 404


# ---- mail


def test_who_left_an_address_is_told_and_the_address_goes_at_once(app: Flask, acorn: str, staff: FlaskClient) -> None:
    reference = report(app, acorn, email="me@a.example", details="About my son")
    page = f"{LIST}/{reference}"

    press(staff, page, f"{page}/not-changed", why="It is right.")

    mail = waiting(app)[0]
    assert mail.address == "me@a.example"
    assert f"/reports/{reference}" in mail.body
    assert "Acorn" not in mail.subject + mail.body
    assert "son" not in mail.body
    assert stored(app, reference).email is None


def test_mail_leaves_and_nothing_of_it_stays(
    app: Flask, acorn: str, staff: FlaskClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "HUB_MAIL_URL", f"file://{tmp_path}/out%20box")
    reference = report(app, acorn, email="me@a.example")
    page = f"{LIST}/{reference}"
    press(staff, page, f"{page}/not-changed", why="It is right.")

    first, second = run(app, "send-mail"), run(app, "send-mail")

    assert (first, second) == ((0, "1 sent, 0 waiting.\n"), (0, "0 sent, 0 waiting.\n"))
    (file,) = (tmp_path / "out box").glob("*.eml")
    text = file.read_text(encoding="utf-8")
    assert "To: me@a.example" in text
    assert "Auto-Submitted: auto-generated" in text
    assert reference in text
    assert waiting(app) == []


def test_mail_that_cannot_leave_waits(
    app: Flask, acorn: str, staff: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "HUB_MAIL_URL", "smtp://127.0.0.1:1")
    reference = report(app, acorn, email="me@a.example")
    press(staff, f"{LIST}/{reference}", f"{LIST}/{reference}/not-changed", why="It is right.")

    code, output = run(app, "send-mail")

    assert code == 1
    assert "could not be reached" in output
    assert "me@a.example" not in output
    assert len(waiting(app)) == 1


def test_where_no_mail_is_sent_no_address_is_asked_or_kept(
    app: Flask, acorn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "HUB_MAIL_URL", "")

    page = read(app.test_client().get(f"/services/{acorn}/report"))
    reference = report(app, acorn, email="me@a.example")

    assert page.select("#email") == []
    assert stored(app, reference).email is None
    assert run(app, "send-mail")[0] == 1


# ---- forgetting


def test_what_was_told_is_forgotten_in_time(
    app: Flask, acorn: str, staff: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    still_open = report(app, acorn, email="me@a.example", details="Words")
    closed = report(app, acorn, email="you@a.example", details="Words")
    press(staff, f"{LIST}/{closed}", f"{LIST}/{closed}/not-changed", why="It is right.")
    start = datetime.now(UTC)

    def after(days: int) -> str:
        for one in (reports, outbox):
            monkeypatch.setattr(one, "now", lambda: start + timedelta(days=days, minutes=1))
        return run(app, "forget-reports")[1]

    soon = after(app.config["HUB_MAIL_KEPT_DAYS"] - 1)
    later = after(ADDRESS_DAYS)
    last = after(REPORT_DAYS)

    assert [[int(number) for number in re.findall(r"\d+", said)] for said in (soon, later, last)] == [
        [0, 0, 0, 0, 0, 0],
        [1, 1, 0, 0, 1, 0],
        [0, 0, 1, 0, 0, 0],
    ]
    kinds = "addresses, texts, reports, words about missing help, unsent messages, marks of addresses"
    assert re.sub(r"\d+ ", "", soon) == f"Deleted: {kinds}.\n"
    # What nobody has answered is still work to do.
    assert (stored(app, still_open).details, stored(app, still_open).email) == ("Words", None)
    assert app.test_client().get(f"/reports/{closed}").status_code == 404


def test_missing_help_is_forgotten_after_a_year(
    app: Flask, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = app.test_client()
    press(client, "/missing", q="pony club")
    monkeypatch.setattr(reports, "now", lambda: datetime.now(UTC) + timedelta(days=REPORT_DAYS + 2))

    run(app, "forget-reports")

    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(MissingHelp)) == 0


def test_reports_go_with_their_listing(app: Flask, acorn: str) -> None:
    reference = report(app, acorn)
    with app.app_context():
        service = stored(app, reference).service_id
        for table in ("service_need", "source", "event"):
            db.session.execute(db.metadata.tables[table].delete())
        db.session.execute(db.metadata.tables["service"].delete().where(db.metadata.tables["service"].c.id == service))
        db.session.commit()

    assert app.test_client().get(f"/reports/{reference}").status_code == 404


def test_only_staff_see_reports(app: Flask, acorn: str) -> None:
    reference = report(app, acorn)

    assert sign_in(app.test_client(), Role.PROVIDER).get(f"{LIST}/{reference}").status_code == 403
    assert app.test_client().get(LIST).status_code == 302
