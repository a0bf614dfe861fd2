"""A list for someone else: by link, in a message, on paper, by mail."""

import logging
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_sqlalchemy.session import Session
from sqlalchemy import select
from sqlalchemy.orm import scoped_session

from hub_finder.directory.shortlist import MOST, pack
from hub_finder.directory.standing import move
from hub_finder.directory.stock import get_stored
from hub_finder.extensions import db
from hub_finder.models.services import Service, Status
from hub_finder.qr import draw_qr
from tests.factories import Catalogue
from tests.mail_server import Mailbox, taking_mail
from tests.page_client import words_of
from tests.reading import main_words, only, read, said_beside
from tests.shortlists import HERE, add, names, send

SENDER = "lists@fairshire.example"
TOO_MANY = ",".join(["acorn", *(f"group-{number}" for number in range(MOST))])


@pytest.fixture
def mailbox(app: Flask) -> Iterator[Mailbox]:
    """A mail server that the site sends through."""
    with taking_mail() as mailbox:
        before = {name: app.config[name] for name in ("HUB_MAIL_URL", "HUB_MAIL_FROM")}
        app.config.update(HUB_MAIL_URL=mailbox.address, HUB_MAIL_FROM=SENDER)
        yield mailbox
        app.config.update(before)


def link_of(client: FlaskClient) -> str:
    """The link to the reader's list, as a path."""
    address = urlsplit(str(only(read(client.get("/shortlist/share")), "#link")["value"]))
    assert f"{address.scheme}://{address.netloc}" == HERE
    return f"{address.path}?{address.query}"


def text_of(client: FlaskClient) -> str:
    return only(read(client.get("/shortlist/share")), "#text").get_text().strip("\n")


def retire(app: Flask, slug: str) -> None:
    with app.app_context():
        move(get_stored(slug), Status.RETIRED, actor="a test")
        db.session.commit()


# ---- the link


def test_link_shows_the_list_to_somebody_else(app: Flask, client: FlaskClient, groups: Catalogue) -> None:
    add(client, "cedar", "acorn")
    other = app.test_client()

    page = read(other.get(link_of(client)))

    assert [words_of(heading) for heading in page.select("ol h2")] == ["Cedar", "Acorn"]
    assert names(other) == []


def test_link_can_be_written_by_hand_with_slugs(client: FlaskClient, groups: Catalogue) -> None:
    page = read(client.get("/shortlist/shared?services=birch,unknown,acorn,birch,"))

    assert [words_of(heading) for heading in page.select("ol h2")] == ["Birch", "Acorn"]
    assert "1 place that was in this list is not known here any more." in words_of(page.main)


@pytest.mark.parametrize(
    "query",
    [
        "",
        "list=",
        "list=x",
        "list=AQ",
        "services=",
        "services=unknown",
        "services=%00",
        "services=" + ",".join(map(str, range(51))),
    ],
)
def test_link_that_cannot_be_read_says_so(client: FlaskClient, groups: Catalogue, query: str) -> None:
    answer = client.get(f"/shortlist/shared?{query}")

    assert answer.status_code == 404
    assert "We cannot read this link" in main_words(answer)


def test_link_still_works_when_listings_were_merged_or_ended(
    app: Flask, client: FlaskClient, groups: Catalogue
) -> None:
    add(client, "acorn", "birch")
    link = link_of(client)
    retire(app, "acorn")

    said = main_words(app.test_client().get(link))

    assert "This has ended." in said
    assert "Birch" in said


def keep_as_own(client: FlaskClient, link: str, how: str) -> None:
    form = only(read(client.get(link)), "main form")
    assert how in [button["value"] for button in form.select("button")]
    code = str(only(form, "input[name=list]")["value"])
    assert send(client, str(form["action"]), list=code, how=how).status_code == 303


def test_shared_list_becomes_ones_own(app: Flask, client: FlaskClient, groups: Catalogue) -> None:
    add(client, "cedar", "acorn")
    other = app.test_client()

    keep_as_own(other, link_of(client), "add")

    assert names(other) == ["Cedar", "Acorn"]
    assert "This is the same as your own list." in main_words(other.get(link_of(client)))


@pytest.mark.parametrize(("how", "expected"), [("add", ["Birch", "Cedar", "Acorn"]), ("replace", ["Cedar", "Acorn"])])
def test_own_list_is_added_to_or_replaced_as_its_reader_says(
    app: Flask, client: FlaskClient, groups: Catalogue, how: str, expected: list[str]
) -> None:
    add(client, "cedar", "acorn")
    other = app.test_client()
    add(other, "birch")

    assert "You have a list with 1 place already." in main_words(other.get(link_of(client)))
    keep_as_own(other, link_of(client), how)

    assert names(other) == expected


def test_shared_list_that_does_not_fit_changes_nothing(client: FlaskClient, catalogue: Catalogue) -> None:
    for number in range(MOST + 1):
        catalogue.add(id=f"group-{number}", name=f"Group {number}")
    add(client, *(f"group-{number}" for number in range(MOST)))
    form = read(client.get(f"/shortlist/shared?services=group-{MOST}"))
    code = str(only(form, "main form input[name=list]")["value"])

    answer = send(client, "/shortlist/keep", list=code, how="add")

    assert answer.status_code == 409
    assert "Your list has 50. With the 1 of the other one there would be over 50. Nothing was added." in main_words(
        answer
    )
    assert len(names(client)) == MOST


def test_broken_code_is_not_kept(client: FlaskClient) -> None:
    assert send(client, "/shortlist/keep", list="x", how="replace").status_code == 400


# ---- the message


def test_message_says_when_and_whom_to_call_when_there_is_room(client: FlaskClient, catalogue: Catalogue) -> None:
    catalogue.add(id="acorn", name="Acorn", phone="01632 960001", schedule="WEEKLY TU 10:00-11:30")
    catalogue.add(id="birch", name="Birch")
    add(client, "acorn", "birch")

    first, *lines, link = text_of(client).splitlines()

    assert first == "Places that may help:"
    assert lines == ["Acorn, Tuesday, 10am to 11:30am, 01632 960001", "Birch"]
    assert link == HERE + link_of(client)


@pytest.mark.parametrize("many", [1, 4, 8, 12])
def test_message_is_short_enough_for_three_texts(client: FlaskClient, catalogue: Catalogue, many: int) -> None:
    for number in range(many):
        catalogue.add(id=f"group-{number}", name=f"Group number {number} for families with small children")
    add(client, *(f"group-{number}" for number in range(many)))

    text = text_of(client)

    assert len(text) < 480
    assert "Group number 0" in text
    assert text.endswith(link_of(client))
    left_out = many - text.count("Group number")
    assert (f"\nand {left_out} more\n" in text) is bool(left_out)


def test_message_opens_in_the_programs_of_the_phone(client: FlaskClient, groups: Catalogue) -> None:
    add(client, "acorn")

    page = read(client.get("/shortlist/share"))

    links = {str(link["href"]).partition(":")[0]: str(link["href"]) for link in page.select("main a.hf-keep")}
    assert links.keys() == {"sms", "mailto"}
    assert unquote(links["sms"].partition("body=")[2]) == text_of(client)
    assert unquote(links["mailto"].partition("body=")[2]) == text_of(client)


def test_code_to_scan_holds_the_link(client: FlaskClient, groups: Catalogue) -> None:
    add(client, "acorn", "birch")

    drawn = only(read(client.get("/shortlist/share")), ".hf-qr path")["d"]

    assert drawn == draw_qr(HERE + link_of(client)).path


@pytest.mark.parametrize("path", ["/shortlist/share", "/shortlist/print"])
def test_empty_list_cannot_be_shared(client: FlaskClient, path: str) -> None:
    assert client.get(path).location == "/shortlist"


# ---- on paper


def test_sheet_has_what_is_needed_away_from_a_screen(client: FlaskClient, catalogue: Catalogue) -> None:
    catalogue.add(
        id="acorn",
        name="Acorn",
        phone="01632 960001",
        schedule="WEEKLY TU 10:00-11:30",
        latitude="52.1",
        longitude="-1.2",
        address_1="1 Mill Lane",
        city="Oakham Green",
        postal_code="FA1 1AA",
    )
    catalogue.add(id="birch", name="Birch", email="birch@trust.example")
    catalogue.add(id="cedar", name="Cedar", website="https://cedar.example/a/long/way/down")
    add(client, "acorn", "birch", "cedar")

    page = read(client.get("/shortlist/print"))

    first, second, third = (words_of(item) for item in page.select(".hf-sheet__list li"))
    for fact in ("1. Acorn", "01632 960001", "Tuesday, 10am to 11:30am", "1 Mill Lane, Oakham Green, FA1 1AA"):
        assert fact in first
    assert "We have not checked this ourselves yet" in first
    assert "birch@trust.example" in second
    assert "Times: not stated" in second
    assert "3. Cedar cedar.example Ages: not stated" in third
    assert re.search(r"Made on \d{1,2} \w+ \d{4}", words_of(page.main))
    codes = [path["d"] for path in page.select(".hf-sheet__list .hf-qr path")]
    assert codes == [draw_qr(f"{HERE}/services/{slug}").path for slug in ("acorn", "birch", "cedar")]


def test_sheet_can_be_had_in_large_letters(client: FlaskClient, groups: Catalogue) -> None:
    add(client, "acorn")

    assert read(client.get("/shortlist/print?size=large")).select(".hf-sheet--large")
    assert not read(client.get("/shortlist/print?size=x")).select(".hf-sheet--large")


def test_what_has_ended_is_neither_printed_nor_sent(app: Flask, client: FlaskClient, groups: Catalogue) -> None:
    add(client, "acorn", "birch")
    retire(app, "acorn")

    assert "Acorn" not in main_words(client.get("/shortlist/print"))
    assert "Acorn" not in text_of(client)


def test_place_that_must_stay_secret_is_nowhere_told(
    app: Flask, client: FlaskClient, catalogue: Catalogue, mailbox: Mailbox
) -> None:
    catalogue.add(id="refuge", name="Refuge line", sensitive="yes", phone="01632 960001")
    add(client, "refuge")

    assert "Ask them where it is." in main_words(client.get("/shortlist/print"))
    assert "We do not show where it is." in main_words(client.get("/shortlist"))


# ---- by mail


def test_list_is_sent_once_and_the_address_forgotten(
    app: Flask, client: FlaskClient, groups: Catalogue, mailbox: Mailbox, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    add(client, "acorn", "birch")

    answer = send(client, "/shortlist/email", email=" Ann.Quill@families.example ")

    ((to, mail),) = mailbox.mails
    assert to == ["Ann.Quill@families.example"]
    for part in (f"From: {SENDER}", "Subject: Your list of places", "text/plain", "ACORN", "BIRCH", "01632 960001"):
        assert part in mail
    assert answer.location == "/shortlist/share?sent=1#email-title"
    assert "Sent." in main_words(client.get("/shortlist/share?sent=1"))
    assert "families.example" not in caplog.text
    assert "Quill" not in client.get("/shortlist/share?sent=1").get_data(as_text=True)
    assert [cookie for cookie in (client.get_cookie("session"),) if cookie] == []


def test_mail_leads_to_the_list_and_to_each_page(
    app: Flask, client: FlaskClient, groups: Catalogue, tmp_path: Path
) -> None:
    add(client, "acorn")
    before, app.config["HUB_MAIL_URL"] = app.config["HUB_MAIL_URL"], tmp_path.as_uri()

    send(client, "/shortlist/email", email="ann@families.example")

    app.config["HUB_MAIL_URL"] = before
    (file,) = tmp_path.glob("*.eml")
    text = file.read_text().replace("=\n", "").replace("=3D", "=")
    assert f"{HERE}/services/acorn" in text
    assert HERE + link_of(client) in text


@pytest.mark.parametrize(
    "address",
    ["", "x", "ann@", "@families.example", "ann@families", "ann@families.example,bo@families.example", "a b@c.example",
     "ann@families.example\r\nBcc: bo@families.example", "é@families.example", "a" * 250 + "@families.example"],
)  # fmt: skip
def test_what_is_no_address_is_told_beside_its_box_and_not_lost(
    client: FlaskClient, groups: Catalogue, mailbox: Mailbox, address: str
) -> None:
    add(client, "acorn")

    answer = send(client, "/shortlist/email", email=address)

    assert answer.status_code == 400
    page = read(answer)
    assert said_beside(page, "email") == "Enter an email address, like name@example.org"
    assert str(only(page, "#email")["value"]).split() == address.split()
    assert mailbox.mails == []


def test_mail_that_is_refused_is_told_and_its_address_not_logged(
    client: FlaskClient, groups: Catalogue, mailbox: Mailbox, caplog: pytest.LogCaptureFixture
) -> None:
    add(client, "acorn")

    answer = send(client, "/shortlist/email", email="refuse@families.example")

    assert answer.status_code == 503
    assert "We could not send it just now." in main_words(answer)
    assert "does not take mail for this address (550 5.1.1)" in caplog.text
    assert "families.example" not in caplog.text


def test_mail_is_told_when_no_server_answers(app: Flask, client: FlaskClient, groups: Catalogue) -> None:
    add(client, "acorn")
    before, app.config["HUB_MAIL_URL"] = app.config["HUB_MAIL_URL"], "smtp://127.0.0.1:1"

    answer = send(client, "/shortlist/email", email="ann@families.example")

    app.config["HUB_MAIL_URL"] = before
    assert answer.status_code == 503


def test_site_that_sends_no_mail_does_not_offer_it(app: Flask, client: FlaskClient, groups: Catalogue) -> None:
    add(client, "acorn")
    before, app.config["HUB_MAIL_URL"] = app.config["HUB_MAIL_URL"], ""

    page = read(client.get("/shortlist/share"))
    answer = send(client, "/shortlist/email", email="ann@families.example")

    app.config["HUB_MAIL_URL"] = before
    assert not page.select("#email")
    assert answer.location == "/shortlist"


def test_nobody_can_fill_a_mailbox(client: FlaskClient, groups: Catalogue, mailbox: Mailbox) -> None:
    add(client, "acorn")

    answers = [send(client, "/shortlist/email", email="ann@families.example").status_code for _ in range(11)]

    assert answers == [303] * 10 + [429]
    assert len(mailbox.mails) == 10


# ---- without a signal


def test_worker_looks_after_the_whole_site_and_is_never_old(client: FlaskClient) -> None:
    answer = client.get("/service-worker.js")

    assert answer.mimetype == "text/javascript"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "connect-src 'self'" in answer.headers["Content-Security-Policy"]


def test_page_names_what_the_phone_is_to_keep(app: Flask, client: FlaskClient, groups: Catalogue) -> None:
    add(client, "acorn", "birch")
    retire(app, "birch")

    kept = [link["data-kept"] for link in read(client.get("/shortlist")).select("[data-kept]")]

    assert kept == ["/services/acorn"]


def test_page_of_those_who_are_signed_in_is_not_for_keeping(staff: FlaskClient, groups: Catalogue) -> None:
    add(staff, "acorn")

    assert staff.get("/shortlist").headers["Cache-Control"] == "no-store"
    assert staff.get("/services/acorn").headers["Cache-Control"] == "no-store"


def test_code_of_the_link_is_that_of_the_listings_ids(
    client: FlaskClient, groups: Catalogue, session: scoped_session[Session]
) -> None:
    add(client, "acorn")

    uid = session.scalars(select(Service.uid).where(Service.slug == "acorn")).one()

    assert link_of(client) == f"/shortlist/shared?list={pack([uid])}"
