"""Reporting a problem: what the form takes, keeps and gives back."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_sqlalchemy.session import Session
from sqlalchemy import select
from sqlalchemy.orm import scoped_session

from hub_finder.directory.references import spoken
from hub_finder.directory.reports import ADDRESS_DAYS, DETAILS_DAYS
from hub_finder.models.reports import Report
from tests.factories import Catalogue
from tests.reading import main_words, only, read, said_beside, summary
from tests.signing_in import press, token_of
from tests.telling import report, send_report

DbSession = scoped_session[Session]


@pytest.fixture
def acorn(catalogue: Catalogue) -> str:
    return catalogue.add(id="acorn", name="Acorn Group")


def stored(session: DbSession) -> list[Report]:
    return list(session.scalars(select(Report).order_by(Report.id)))


def test_listing_leads_to_its_form(client: FlaskClient, acorn: str) -> None:
    page = read(client.get("/services/acorn"))

    assert only(page, 'a[href="/services/acorn/report"]').get_text() == "Report a problem with this page"
    assert "Acorn Group" in main_words(client.get("/services/acorn/report"))


def test_report_is_kept_and_gives_a_reference(client: FlaskClient, acorn: str, session: DbSession) -> None:
    response = send_report(
        client, acorn, reason="contact", details="It is  01632 960999 now.\r\nAsk Jo", email="me@a.example"
    )

    kept = stored(session)[0]
    assert response.status_code == 303
    assert response.headers["Location"] == f"/reports/{spoken(kept.reference)}"
    assert (kept.reason, kept.details, kept.email) == ("contact", "It is 01632 960999 now.\nAsk Jo", "me@a.example")
    assert (kept.service.slug, kept.state) == ("acorn", "received")


def test_status_page_shows_the_reference_and_nothing_that_was_written(app: Flask, acorn: str) -> None:
    reference = report(app, acorn, reason="contact", details="Ask my neighbour Jo", email="me@a.example")

    response = app.test_client().get(f"/reports/{reference}")

    page = response.get_data(as_text=True)
    assert reference in page
    assert "Nobody has looked at it yet" in page
    assert "Jo" not in main_words(response)
    assert "me@a.example" not in page
    assert "phone" not in main_words(response)
    assert only(read(response), "meta[name=robots]")["content"] == "noindex"
    assert only(read(response), "meta[name=referrer]")["content"] == "no-referrer"
    assert response.headers["Cache-Control"] == "private, no-cache"


def test_cookie_of_the_form_is_gone_once_it_is_sent(client: FlaskClient, acorn: str) -> None:
    client.get("/services/acorn/report")
    before = client.get_cookie("session")

    send_report(client, acorn)

    assert before is not None
    assert client.get_cookie("session") is None


def test_pages_of_families_set_no_cookie(client: FlaskClient, acorn: str) -> None:
    for path in ("/", "/search?q=x", "/services/acorn", "/reports", "/needs"):
        client.get(path)

    assert client.get_cookie("session") is None


def test_who_is_signed_in_stays_so(staff: FlaskClient, acorn: str) -> None:
    send_report(staff, acorn)

    assert staff.get("/moderation").status_code == 200


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"reason": ""}, "reason", "Choose what is wrong"),
        ({"reason": "zzz"}, "reason", "cannot be chosen"),
        ({"reason": "other", "details": ""}, "details", "Tell us what is wrong"),
        ({"details": "x" * 1001}, "details", "Use 1,000 characters or fewer. You have used 1,001"),
        ({"email": "me"}, "email", "Enter an email address"),
        ({"email": "a@b.example, c@d.example"}, "email", "Enter an email address"),
        ({"email": "me@b.example\nBcc: c@d.example"}, "email", "Enter an email address"),
        ({"email": "me@localhost"}, "email", "Enter an email address"),
        ({"email": f"{'x' * 250}@b.example"}, "email", "Enter an email address"),
    ],
)
def test_mistake_is_told_beside_its_field_and_nothing_is_lost(
    client: FlaskClient, acorn: str, session: DbSession, typed: dict[str, str], field: str, said: str
) -> None:
    whole = {"reason": "time", "details": "It starts at nine", "email": "me@a.example", **typed}

    page = read(send_report(client, acorn, **whole))

    assert said in said_beside(page, field)
    assert f"#{field}" in summary(page).values()
    assert only(page, "title").get_text().startswith("Error: ")
    assert only(page, "#details").get_text().strip() == " ".join(whole["details"].split())
    assert only(page, "#email")["value"] == " ".join(whole["email"].split())
    chosen = [str(one["value"]) for one in page.select("input[name=reason][checked]")]
    assert chosen == [whole["reason"]] if whole["reason"] in ("time", "other") else chosen == []
    assert stored(session) == []


def test_thousand_characters_fit_however_lines_end(client: FlaskClient, acorn: str, session: DbSession) -> None:
    send_report(client, acorn, details="\r\n".join(["x" * 499, "y" * 500]))

    assert len(stored(session)[0].details) == 1000


def test_odd_marks_do_no_harm(client: FlaskClient, acorn: str, session: DbSession) -> None:
    response = send_report(client, acorn, details="a\0b\u202ec <script>", reason="other")

    assert response.status_code == 303
    assert stored(session)[0].details == "a bc <script>"


def test_program_that_fills_every_box_is_not_taken_but_a_person_can_press_again(
    client: FlaskClient, acorn: str, session: DbSession
) -> None:
    page = read(send_report(client, acorn, details="Ring twice", homepage="https://buy.example"))

    assert "We were not sure that a person sent this" in next(iter(summary(page)))
    assert only(page, "#details").get_text().strip() == "Ring twice"
    assert not only(page, "#homepage")["value"]
    assert stored(session) == []


def test_form_without_its_token_comes_back_with_all_that_was_typed(
    client: FlaskClient, acorn: str, session: DbSession
) -> None:
    response = client.post("/services/acorn/report", data={"reason": "price", "details": "It is £3 now"})

    page = read(response)
    assert response.status_code == 400
    assert "We could not check that this came from our page" in next(iter(summary(page)))
    assert only(page, "#details").get_text().strip() == "It is £3 now"
    assert stored(session) == []
    again = client.post("/services/acorn/report", data={"reason": "price", "csrf_token": token_of(response)})
    assert again.status_code == 303


def test_sixth_report_in_a_minute_waits_and_loses_nothing(client: FlaskClient, acorn: str, session: DbSession) -> None:
    taken = [send_report(client, acorn).status_code for _ in range(5)]

    response = send_report(client, acorn, details="One more")

    assert taken == [303] * 5
    assert response.status_code == 429
    assert response.headers["Retry-After"] == "60"
    assert only(read(response), "#details").get_text().strip() == "One more"
    assert "Wait a minute" in next(iter(summary(read(response))))
    assert len(stored(session)) == 5


def test_mistakes_do_not_count_towards_the_limit(client: FlaskClient, acorn: str) -> None:
    for _ in range(8):
        assert send_report(client, acorn, reason="").status_code == 200

    assert send_report(client, acorn).status_code == 303


def test_what_may_be_danger_is_met_with_a_number_before_and_after(client: FlaskClient, acorn: str) -> None:
    form = main_words(client.get("/services/acorn/report"))
    response = send_report(client, acorn, reason="unsafe", details="The gate is always open")
    sent = main_words(client.get(response.headers["Location"]))

    assert "Nobody reads this form at once. If a child is in danger or missing, call 999" in form
    assert "Fairshire Family Line: 01632 960001" in form
    assert "If a child is in danger or missing, call 999" in sent
    assert "Call 01632 960001" in sent


def test_words_of_danger_in_a_report_are_met_with_the_right_number(client: FlaskClient, acorn: str) -> None:
    response = send_report(client, acorn, reason="other", details="he hits me and I am scared")

    address = response.headers["Location"]
    assert address.partition("?")[2].removeprefix("help=").isdigit()
    assert "National Domestic Abuse Helpline" in main_words(client.get(address))
    assert "Helpline" not in main_words(client.get(address.partition("?")[0]))


@pytest.mark.parametrize("given", ["0", "99", "x", "-1", "²"])
def test_odd_number_of_danger_is_none(app: Flask, acorn: str, given: str) -> None:
    reference = report(app, acorn)

    response = app.test_client().get(f"/reports/{reference}", query_string={"help": given})

    assert "call 999" not in main_words(response)


@pytest.mark.parametrize("status", ["paused", "retired", "lapsed"])
def test_listing_that_is_not_found_any_more_can_still_be_reported(
    app: Flask, catalogue: Catalogue, staff: FlaskClient, status: str
) -> None:
    slug = catalogue.add(id="old", name="Old Group")
    if status == "lapsed":
        press(staff, "/moderation/listings/old", "/moderation/listings/old/check")
        for times in ("0", "1"):
            press(staff, "/moderation/listings/old", "/moderation/listings/old/unreachable", times=times)
    else:
        data = {"from": "published", "to": status}
        press(staff, "/moderation/listings/old", "/moderation/listings/old/standing", **data)

    assert only(read(staff.get("/services/old")), 'a[href="/services/old/report"]')
    assert app.test_client().get(f"/reports/{report(app, slug)}").status_code == 200


def test_report_of_a_merged_listing_goes_on_to_the_one_it_is_part_of(
    client: FlaskClient, catalogue: Catalogue, session: DbSession
) -> None:
    catalogue.add(id="keep", name="Keep Group")
    catalogue.add(id="lose", name="Lose Group")
    token = token_of(client.get("/services/lose/report"))
    merged = client.application.test_cli_runner().invoke(args=["hub", "merge", "lose", "keep", "--by", "Robin Moss"])
    assert merged.exit_code == 0, merged.output

    page = client.get("/services/lose/report")
    data = {"csrf_token": token, "reason": "time", "details": "Ten now"}
    sent = client.post("/services/lose/report", data=data)
    on = client.post(sent.headers["Location"], data=data)

    assert (page.status_code, page.headers["Location"]) == (301, "/services/keep/report")
    # A browser sends the form again to the address of a 308.
    assert (sent.status_code, sent.headers["Location"]) == (308, "/services/keep/report")
    assert on.status_code == 303
    assert [(one.service.slug, one.details) for one in stored(session)] == [("keep", "Ten now")]


def test_report_of_nothing_is_not_found(client: FlaskClient, acorn: str) -> None:
    token = token_of(client.get("/services/acorn/report"))

    assert client.get("/services/none/report").status_code == 404
    assert client.post("/services/none/report", data={"csrf_token": token, "reason": "time"}).status_code == 404


def test_report_changes_nothing_of_the_listing(
    client: FlaskClient, catalogue: Catalogue, acorn: str, staff: FlaskClient
) -> None:
    press(staff, "/moderation/listings/acorn", "/moderation/listings/acorn/check")
    before = client.get("/services/acorn.json").get_json()

    send_report(client, acorn)

    assert client.get("/services/acorn.json").get_json() == before


# ---- the reference


def test_reference_is_found_however_it_is_typed(app: Flask, acorn: str) -> None:
    reference = report(app, acorn)
    client = app.test_client()

    typed = client.get("/reports", query_string={"reference": f" {reference.lower().replace('-', ' ')} "})
    direct = client.get(f"/reports/{reference.replace('-', '').lower()}")

    assert typed.headers["Location"] == f"/reports/{reference}"
    assert direct.headers["Location"] == f"/reports/{reference}"


def test_mistyped_reference_is_told_kindly(app: Flask, acorn: str) -> None:
    reference = report(app, acorn)
    wrong = ("2" if reference[0] != "2" else "3") + reference[1:]
    client = app.test_client()

    page = client.get("/reports", query_string={"reference": wrong})
    direct = client.get(f"/reports/{wrong}")

    assert "One letter or number is not right" in said_beside(read(page), "reference")
    assert "One letter or number is not right" in said_beside(read(direct), "reference")
    assert only(read(page), "#reference")["value"] == wrong
    assert (page.status_code, direct.status_code) == (200, 404)


def test_reference_of_no_report_says_how_long_we_keep_them(client: FlaskClient) -> None:
    response = client.get("/reports/000-000-000")

    assert response.status_code == 404
    assert "We keep each for a year" in said_beside(read(response), "reference")


def test_references_cannot_be_tried_without_end(client: FlaskClient) -> None:
    tried = [client.get("/reports/000-000-000").status_code for _ in range(31)]

    assert tried == [404] * 30 + [429]


def test_privacy_page_says_how_long_a_report_is_kept(client: FlaskClient) -> None:
    words = main_words(client.get("/about/privacy"))

    assert f"We delete your words {DETAILS_DAYS} days after we have dealt with it" in words
    assert f"We delete it after {ADDRESS_DAYS} days in any case" in words
