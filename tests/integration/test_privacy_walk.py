"""A whole journey with marks of one family, and then a look into every table, log record and mail for any of them.

What may hold a mark is named: an open report until it is closed, the mail that a family asked for, and of a provider
their address in their own account and in what is written to them. Nothing else. A report that nobody closes stays.
"""

import logging
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from hub_finder import counting
from hub_finder.directory import accounts, freshness, looked_for, outbox, reports
from hub_finder.directory.looked_for import AGES, KNOWN_DAYS
from hub_finder.extensions import db
from hub_finder.models.accounts import Role
from hub_finder.models.base import Base
from hub_finder.models.looked_for import Counted
from hub_finder.models.places import Postcode
from tests.counting import PHONE, counting_searches
from tests.factories import HALL, Catalogue
from tests.mail_server import Mailbox, taking_mail
from tests.providing import PROVIDER, begin_new, provider, write_whole
from tests.providing import send as send_proposal
from tests.reading import only, read
from tests.shortlists import add
from tests.shortlists import send as send_list
from tests.signing_in import press, sign_in, token_of
from tests.telling import report

EMAIL = "kayleigh@families.example"
# Whatever is left of the family has one of these in it; the phone and the postcode with any spaces.
FAMILY = re.compile(
    r"kayleigh|quillfeather|fa1\s*7qz|7qz|07700\s*900\s*123|families\.example|thirteen|aged\W*13", re.IGNORECASE
)
ASKED = "q=Kayleigh+Quillfeather+aged+13&postcode=FA1+7QZ&age=13&need=sleep"
# The postcodes of the country, which no family brought.
REFERENCE = {"postcode"}
START = datetime.now(UTC)


@pytest.fixture
def mailbox(app: Flask) -> Iterator[Mailbox]:
    with taking_mail() as mailbox:
        before = {name: app.config[name] for name in ("HUB_MAIL_URL", "HUB_MAIL_FROM", "HUB_BASE_URL")}
        address = "hub@fairshire.example"
        app.config.update(HUB_MAIL_URL=mailbox.address, HUB_MAIL_FROM=address, HUB_BASE_URL="http://localhost")
        yield mailbox
        app.config.update(before)


@pytest.fixture
def town(app: Flask, catalogue: Catalogue) -> Iterator[Catalogue]:
    """A council that counts searches, with a listing, and the postcode where the family lives."""
    catalogue.add_places()
    catalogue.add(id="acorn", name="Acorn Group", needs="sleep", min_age="0", max_age="18", **HALL)
    with app.app_context():
        home = {"latitude_e5": 5210001, "longitude_e5": -120001, "council": "E09999001", "terminated": False}
        db.session.add(Postcode(code="FA17QZ", **home))
        db.session.commit()
    with counting_searches(app):
        yield catalogue


def travel(monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    """Let it be so many days after the start."""
    moment = START + timedelta(days=days)
    for module in (accounts, outbox, reports):
        monkeypatch.setattr(module, "now", lambda: moment)
    for module in (counting, looked_for, freshness):
        monkeypatch.setattr(module, "today", lambda: moment.date())


def hub(app: Flask, command: str) -> None:
    result = app.test_cli_runner().invoke(args=["hub", command])
    assert result.exit_code == 0, result.output


def holding(app: Flask, mark: re.Pattern[str]) -> set[str]:
    """The columns, as "table.column", of which a value holds a mark."""
    with app.app_context():
        return {
            f"{table.name}.{column.name}"
            for table in Base.metadata.sorted_tables
            if table.name not in REFERENCE
            for row in db.session.execute(table.select())
            for column, value in zip(table.columns, row, strict=True)
            if mark.search(value.decode("latin-1") if isinstance(value, bytes) else str(value))
        }


def search(app: Flask) -> None:
    """Everything that takes what a family looks for, right and wrong, from a phone and from a program."""
    for agent in (PHONE, "curl/8.0"):
        client, headers = app.test_client(), {"User-Agent": agent}
        for path in ("/", "/search", "/easy/place", "/easy/ages", "/easy/search", "/api/search", "/services.geojson"):
            for more in ("", "&page=2", "&view=timetable", "&age=thirteen", "&within=Quillfeather"):
                client.get(f"{path}?{ASKED}{more}", headers=headers)
        for path in ("/api/needs?q=Kayleigh&typing=1", "/api/places/FA1+7QZ"):
            client.get(path, headers=headers)
        client.get(f"/services/acorn?{ASKED}", headers={**headers, "Referer": f"http://localhost/search?{ASKED}"})


def report_and_tell(app: Flask) -> str:
    """A report with all that a family should not have to say, and help that was missing; returns the reference."""
    client = app.test_client()
    told = {"q": "help for a child, call 07700 900 123", "place": "FA1 7QZ", "email": EMAIL}
    sent = client.post("/missing", data={"csrf_token": token_of(client.get("/missing")), **told})
    assert sent.status_code == 303
    details = "Kayleigh Quillfeather, aged 13, FA1 7QZ, 07700 900 123"
    return report(app, "acorn", details=details, email=EMAIL)


def make_list(app: Flask) -> None:
    """A list for the family, with names that are taken out before it is kept; and what the family answers."""
    ann = sign_in(app.test_client(), Role.PRACTITIONER, name="Ann Moor")
    ann.get(f"/signposting/find?{ASKED}")
    page = f"/signposting/find?{ASKED}"
    path = str(press(ann, page, "/signposting/lists", service="acorn").location)
    assert press(ann, path, title="Groups for Kayleigh Quillfeather").status_code == 400
    press(ann, path, title="Groups for Kayleigh Quillfeather", do="clean:title")
    words = str(only(read(ann.get(path)), "fieldset textarea")["name"])
    assert press(ann, path, **{words: "Near you at FA1 7QZ, ring 07700 900 123"}).status_code == 400
    assert press(ann, f"{path}/hand-over", days="14").status_code == 303
    link = urlsplit(str(only(read(ann.get(f"{path}/hand-over")), "#link")["value"])).path
    assert app.test_client().get(link).status_code == 200


def keep_a_list(client: FlaskClient) -> None:
    """The family's own list, by mail."""
    add(client, "acorn")
    assert send_list(client, "/shortlist/email", email=EMAIL).status_code == 303


def list_a_group(app: Flask) -> None:
    """A provider signs in and proposes a listing."""
    jo = provider(app)
    path = begin_new(jo)
    write_whole(jo, path)
    assert send_proposal(jo, path).status_code == 303


@pytest.fixture
def walked(
    app: Flask, town: Catalogue, mailbox: Mailbox, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> str:
    """The whole journey, on as many days as make words known; returns the reference of the report."""
    caplog.set_level(logging.DEBUG)
    for day in range(KNOWN_DAYS + 1):
        travel(monkeypatch, day)
        app.test_client().get(f"/search?{ASKED}", headers={"User-Agent": PHONE})
        # A surname alone, which nobody can tell from a word: on five days it would be known.
        if day < KNOWN_DAYS - 1:
            app.test_client().get("/search?q=Quillfeather", headers={"User-Agent": PHONE})
        app.extensions[counting.EXTENSION].store()
    search(app)
    app.extensions[counting.EXTENSION].store()
    reference = report_and_tell(app)
    make_list(app)
    keep_a_list(app.test_client())
    list_a_group(app)
    return reference


def test_only_a_report_holds_anything_of_a_family_and_only_until_it_is_over(
    app: Flask, walked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert holding(app, FAMILY) == {"report.details", "report.email"}

    staff = sign_in(app.test_client())
    page = f"/moderation/reports/{walked}"
    press(staff, page, f"{page}/not-changed", why="It is right.")
    assert holding(app, FAMILY) == {"report.details", "outgoing_mail.address"}
    hub(app, "send-mail")
    assert holding(app, FAMILY) == {"report.details"}

    travel(monkeypatch, KNOWN_DAYS + 100)
    hub(app, "purge")

    assert holding(app, FAMILY) == set()


def test_counts_hold_bands_and_needs_and_no_age(app: Flask, walked: str) -> None:
    with app.app_context():
        table = Base.metadata.tables["search_count"]
        rows = db.session.execute(table.select()).all()
    bands = {name for _least, name in AGES}

    assert {row.value for row in rows if row.what == Counted.AGE} == {"11-17"} <= bands
    assert {(row.place, row.found) for row in rows if row.what == Counted.AGE} == {("", "")}
    assert {row.place for row in rows} <= {"", "FA1"}


def test_no_log_record_holds_anything_of_a_family(app: Flask, walked: str, caplog: pytest.LogCaptureFixture) -> None:
    hub(app, "purge")

    told = [f"{record.getMessage()} {record.exc_text or ''} {record.args}" for record in caplog.records]
    assert not [one for one in told if FAMILY.search(one) or PROVIDER in one]


def test_mail_tells_a_family_what_it_asked_for_and_nobody_else_of_them(
    app: Flask, walked: str, mailbox: Mailbox
) -> None:
    staff = sign_in(app.test_client())
    page = f"/moderation/reports/{walked}"
    press(staff, page, f"{page}/not-changed", why="It is right.")
    hub(app, "send-mail")

    to = sorted(address for addresses, _mail in mailbox.mails for address in addresses)
    assert to == [EMAIL, EMAIL, PROVIDER]
    for number, (addresses, _mail) in enumerate(mailbox.mails):
        mail = mailbox.read(number)
        text = mail.get_body().get_content() + str(mail["Subject"])  # type: ignore[union-attr]
        assert not FAMILY.search(text), addresses


def test_address_of_a_provider_is_in_their_account_and_in_nothing_else(app: Flask, walked: str) -> None:
    hub(app, "send-mail")

    assert holding(app, re.compile(re.escape(PROVIDER))) == {"account.email"}
