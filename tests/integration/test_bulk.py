"""Many activities from a spreadsheet: drafts of what can be read, boxes for what cannot, and nothing twice."""

import csv
import io
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import Workbook
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from hub_finder.directory import freshness
from hub_finder.extensions import db
from hub_finder.importers.templates import template_csv, template_xlsx
from hub_finder.models.accounts import Role
from hub_finder.models.sheets import SheetListing
from hub_finder.models.submissions import Submission
from tests.factories import Catalogue
from tests.integration.test_import_holiday import HEADINGS, OTHER, WEEK_1, WEEK_2
from tests.providing import held, provider, speaks
from tests.reading import main_words, read
from tests.signing_in import add_account, link_for, press, token_of

BULK = "/providers/bulk"
PAINT = {**OTHER, "How to book": "01632 960002"}


@pytest.fixture(autouse=True)
def _a_day_that_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(freshness, "today", lambda: date(2026, 5, 1))


@pytest.fixture
def maker(app: Flask, catalogue: Catalogue) -> FlaskClient:
    catalogue.add_places()
    return provider(app)


def table(*rows: dict[str, str], headings: list[str] = HEADINGS) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, headings, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def upload(client: FlaskClient, content: bytes, name: str = "haf.csv") -> TestResponse:
    answer = press(client, BULK, sheet=(io.BytesIO(content), name))
    answer.request.environ["wsgi.input"].close()
    return answer


def said(client: FlaskClient) -> str:
    return main_words(client.get(BULK))


def drafts(app: Flask) -> list[Submission]:
    with app.app_context():
        found = list(db.session.scalars(select(Submission).order_by(Submission.id)))
        db.session.expunge_all()
        return found


def mend(client: FlaskClient, **typed: str) -> TestResponse:
    """Type into boxes by what they are called, as in Dates, and try again."""
    page = client.get(BULK)
    boxes = {label.get_text(): str(label["for"]) for label in read(page).select(".hf-panel label")}
    sent = held(page, "/mend") | {boxes[label]: text for label, text in typed.items()}
    return client.post(f"{BULK}/mend", data=sent)


def test_each_activity_becomes_a_draft_of_its_own(app: Flask, maker: FlaskClient) -> None:
    answer = upload(maker, table(WEEK_1, WEEK_2, PAINT))

    assert answer.status_code == 303
    football, paint = drafts(app)
    assert [row["booking_places"] for row in football.rows] == ["some", "full"]
    first = football.rows[0]
    assert {name: first[name] for name in ("id", "name", "organisation", "kind", "cost", "source_title")} == {
        "id": "",
        "name": "Football",
        "organisation": "Vale Sports",
        "kind": "haf",
        "cost": "free_for_some",
        "source_title": "",
    }
    assert (paint.rows[0]["name"], paint.status) == ("Paint", "draft")
    assert "2 are new." in said(maker)
    assert "Ready to send: 2" in said(maker)


def test_what_cannot_be_read_holds_up_nothing_and_is_mended_in_its_box(app: Flask, maker: FlaskClient) -> None:
    upload(maker, table({**WEEK_1, "Dates": "some time in July", "Food": "maybe"}, PAINT))

    page = said(maker)
    mend(maker, Dates="27-31 July 2026")
    between = said(maker)
    mend(maker, Food="yes")

    assert "1 is new. 1 needs mending first." in page
    assert "To mend: 1" in page
    assert "Football: Dates " in page
    assert "Football: Food must be yes or no" in page
    assert "Football: Food must be yes or no" in between
    assert "Football: Dates" not in between
    assert [one.rows[0]["name"] for one in drafts(app)] == ["Paint", "Football"]
    assert "To mend" not in said(maker)


def test_what_is_typed_is_kept_until_another_day(app: Flask, maker: FlaskClient) -> None:
    upload(maker, table({**WEEK_1, "Dates": "some time in July"}))

    mend(maker, Dates="sometime soon", Ages="6-9")

    typed = held(maker.get(BULK), "/mend").values()
    assert {"sometime soon", "6-9"} <= set(typed)


def test_the_same_file_again_makes_nothing_twice(app: Flask, maker: FlaskClient) -> None:
    upload(maker, table(WEEK_1, PAINT, {**OTHER, "Activity": "Clay"}))
    upload(maker, table(WEEK_1, {**PAINT, "Ages": "5-11"}, {**OTHER, "Activity": "Clay"}))

    football, paint = drafts(app)
    assert (football.rows[0]["name"], paint.rows[0]["min_age"]) == ("Football", "5")
    assert (
        "1 changes what you have here already. 1 stands here already, just like that. 1 needs mending first."
        in said(maker)
    )
    assert "To mend: 1" in said(maker)


def test_a_stored_listing_becomes_a_change_that_keeps_what_the_form_does_not_ask(
    app: Flask, maker: FlaskClient, catalogue: Catalogue
) -> None:
    slug = catalogue.add(
        id="old-football",
        name="Football",
        organisation="Vale Sports",
        location_name="The Hall",
        kind="haf",
        accessibility="A ramp.",
        phone="01632 960001",
    )
    speaks(app, "Vale Sports")

    upload(maker, table(WEEK_1))

    [change] = drafts(app)
    assert change.base
    assert (change.rows[0]["id"], change.rows[0]["accessibility"]) == (slug, "A ramp.")
    assert change.rows[0]["booking_from"] == "2026-07-27"
    assert "A change of what families see now" in said(maker)


def test_nobody_changes_a_listing_that_is_not_theirs(app: Flask, maker: FlaskClient, catalogue: Catalogue) -> None:
    catalogue.add(id="old-football", name="Football", organisation="Vale Sports", location_name="The Hall")

    upload(maker, table(WEEK_1))

    [draft] = drafts(app)
    assert (draft.base, draft.service_id, draft.rows[0]["id"]) == (None, None, "")


def test_a_week_that_was_mended_joins_the_others_of_its_activity(app: Flask, maker: FlaskClient) -> None:
    upload(maker, table(WEEK_1, {**WEEK_2, "Venue": "the hal", "Dates": "in August"}))

    mend(maker, Venue="The Hall", Dates="3-7 August 2026")

    [football] = drafts(app)
    assert [row["booking_from"] for row in football.rows] == ["2026-07-27", "2026-08-03"]


def test_one_may_be_left_out(app: Flask, maker: FlaskClient) -> None:
    upload(maker, table({**WEEK_1, "Food": "maybe"}))

    mend(maker, **{"Leave this one out": "yes"})

    assert drafts(app) == []
    assert "To mend" not in said(maker)


def test_all_are_sent_to_the_team_at_once(app: Flask, maker: FlaskClient) -> None:
    upload(maker, table(WEEK_1, PAINT))

    press(maker, BULK, f"{BULK}/send")

    assert [one.status for one in drafts(app)] == ["submitted", "submitted"]
    assert "2 are with our team now." in said(maker)
    assert "With our team: 2" in said(maker)


def test_what_is_with_the_team_is_not_changed_behind_their_back(app: Flask, maker: FlaskClient) -> None:
    upload(maker, table(PAINT))
    press(maker, BULK, f"{BULK}/send")

    upload(maker, table(PAINT))
    same = said(maker)
    upload(maker, table({**PAINT, "Ages": "5-11"}))

    assert "1 stands here already" in same
    assert "Activity is with the team, and says something else there." in said(maker)
    assert [one.rows[0]["min_age"] for one in drafts(app)] == [""]


def test_our_own_columns_are_read_as_well(app: Flask, maker: FlaskClient) -> None:
    columns = ["id", "name", "kind", "organisation", "confidence", "summary", "phone", "contact_name", "needs"]
    row = {"id": "someone-elses", "name": "Toddlers", "kind": "early_years", "organisation": "New Trust"}
    row |= {"summary": "Play.", "phone": "01632 960001", "contact_name": "Ann"}
    more = {"id": "someone-elses", "contact_name": "Bo"}
    bad = {**row, "id": "b", "name": "Babies", "needs": "no-such-need", "phone": ""}

    upload(maker, table(row, more, bad, headings=columns), "ours.csv")

    [toddlers] = drafts(app)
    assert [one["contact_name"] for one in toddlers.rows] == ["Ann", "Bo"]
    assert (toddlers.rows[0]["id"], toddlers.rows[0]["confidence"]) == ("", "high")
    assert "is not one of the values this column takes" in said(maker)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_template_is_read_without_its_example(app: Flask, maker: FlaskClient, kind: str) -> None:
    content = template_xlsx("holiday") if kind == "xlsx" else template_csv("holiday").encode()

    upload(maker, content, f"template.{kind}")

    assert drafts(app) == []
    assert "The file lists nothing." in said(maker)


def test_a_cell_that_excel_did_not_store_is_told_and_typed_here(app: Flask, maker: FlaskClient) -> None:
    book = Workbook()
    sheet = book.active
    sheet.append(HEADINGS)
    sheet.append([PAINT.get(heading, "") for heading in HEADINGS])
    sheet["E2"] = "=A1"
    out = io.BytesIO()
    book.save(out)

    upload(maker, out.getvalue(), "haf.xlsx")
    told = said(maker)
    mend(maker, Address="Oakham Green")

    assert "Address is a formula without a value" in told
    assert [one.rows[0]["city"] for one in drafts(app)] == ["Oakham Green"]


@pytest.mark.parametrize(
    ("content", "name", "why"),
    [
        (b"", "", "Choose a spreadsheet"),
        (b"", "haf.csv", "is empty"),
        (b"PK\x03\x04 and no more", "haf.xlsx", "is not an Excel workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "haf.xls", "Save it as .xlsx"),
        (b"a,b\n1,2\n", "haf.csv", "Missing"),
        (b"x" * 5_000_001, "haf.csv", "smaller than 5 MB"),
        (table(*[PAINT] * 501), "haf.csv", "more than 500 rows"),
        (b"\0\xff" * 300, "../../etc/passwd", "passwd"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_beside_its_field(
    maker: FlaskClient, content: bytes, name: str, why: str
) -> None:
    answer = upload(maker, content, name)

    assert answer.status_code == 400
    assert why in read(answer).select_one("#sheet-error").get_text()  # type: ignore[union-attr]


def test_nobody_sees_the_rows_of_another(app: Flask, maker: FlaskClient) -> None:
    upload(maker, table({**WEEK_1, "Food": "maybe"}))
    with app.app_context():
        [number] = db.session.scalars(select(SheetListing.id))
    other = app.test_client()
    path = link_for(app, add_account(app, Role.PROVIDER, email="other@fairshire.example"))
    other.post(path, data={"csrf_token": token_of(other.get(path))})

    press(other, BULK, f"{BULK}/mend", **{f"s{number}-0-0": "Mine", f"out-{number}": "yes"})

    assert "Football" not in said(other)
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(SheetListing)) == 1
