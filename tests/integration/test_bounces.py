"""Addresses that mail could not be brought to: marked by what is told of our own mail, not written to, cleared."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_sqlalchemy.session import Session
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import scoped_session

from hub_finder.delivery import REFUSED_BEFORE
from hub_finder.directory import bounces, outbox
from hub_finder.directory.bounces import cannot_be_reached, find_marks, mark_bounced, mark_reached
from hub_finder.directory.letter_ids import letter_id, written_to
from hub_finder.directory.sign_in_links import ask_for_link, make_link, use_link
from hub_finder.extensions import db
from hub_finder.models.bounces import Bounce, Kind
from hub_finder.models.reports import OutgoingMail
from tests.mail_server import Mailbox, taking_mail
from tests.reading import main_words, read
from tests.reports_of_mail import report_on
from tests.signing_in import add_account, press

PAGE = "/moderation/mail"
ANN = "ann@a.example"

DbSession = scoped_session[Session]


@pytest.fixture
def server(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    with taking_mail() as mailbox:
        monkeypatch.setitem(app.config, "HUB_MAIL_URL", mailbox.address)
        yield mailbox


def run(app: Flask, *arguments: str, piped: bytes | None = None) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["hub", *arguments], input=piped)
    return result.exit_code, result.output


def send(app: Flask, *addresses: str) -> tuple[int, str]:
    with app.app_context():
        for address in addresses:
            outbox.post(address, subject="Your message", body="Hello\n")
        db.session.commit()
    return run(app, "send-mail")


def marks(app: Flask) -> dict[str, tuple[str, str]]:
    """Kind and reason of each mark, by what staff see of the address."""
    with app.app_context():
        return {one.hint: (one.kind, one.reason) for one in find_marks(most=100)}


def is_hard(app: Flask, address: str) -> bool:
    with app.app_context():
        return cannot_be_reached(address)


def mark(app: Flask, address: str = ANN, *, kind: Kind = Kind.HARD, days_ago: int = 0) -> int:
    """A mark, committed; returns its number."""
    with app.app_context():
        moment = datetime.now(UTC) - timedelta(days=days_ago)
        assert mark_bounced(address, kind=kind, reason="It came back (550 5.1.1).", written_at=moment)
        db.session.commit()
        return db.session.scalars(select(Bounce.id).order_by(Bounce.id.desc())).first() or 0


# ---- refused at once


@pytest.mark.parametrize(
    ("said", "kind"),
    [("550 5.1.1 no ann@a.example here", "hard"), ("550 no relaying", "soft"), ("552 5.2.2 full", "soft")],
)
def test_address_that_the_mail_server_refuses_is_marked(app: Flask, server: Mailbox, said: str, kind: str) -> None:
    server.says = {"RCPT": said}

    send(app, ANN)

    ((hint, (marked, reason)),) = marks(app).items()
    assert (hint, marked) == ("a…@a.example", kind)
    assert reason.startswith("The mail server does not take mail for this address (55")
    assert "ann" not in reason


@pytest.mark.parametrize("says", [{"RCPT": "450 4.2.1 busy"}, {"MAIL": "550 5.1.1 no"}, {"END": "550 5.1.1 no"}])
def test_what_is_not_the_address_or_not_for_good_marks_nobody(
    app: Flask, server: Mailbox, says: dict[str, str]
) -> None:
    server.says = says

    send(app, ANN)

    assert marks(app) == {}


def test_address_that_takes_no_mail_is_not_written_to_again_and_staff_are_told(
    app: Flask, server: Mailbox, staff: FlaskClient
) -> None:
    mark(app)
    mark(app, "bo@a.example", kind=Kind.SOFT)

    code, said = send(app, "ANN@a.example ", "bo@a.example")

    assert code == 1
    assert f"did not leave. {REFUSED_BEFORE}" in said
    assert said.endswith("1 sent, 0 waiting. 1 given up: see /moderation/mail.\n")
    assert [to for to, _ in server.mails] == [["bo@a.example"]]
    assert REFUSED_BEFORE in main_words(staff.get(PAGE))


def test_no_connection_is_made_for_mail_that_is_in_vain(app: Flask, server: Mailbox) -> None:
    mark(app)

    send(app, ANN)

    assert server.connections == 0


def test_mark_holds_for_so_many_days_and_is_then_forgotten(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "HUB_BOUNCE_DAYS", 30)
    mark(app)
    monkeypatch.setattr(outbox, "now", lambda: datetime.now(UTC) + timedelta(days=29))
    held = is_hard(app, ANN), "0 marks of addresses" in run(app, "forget-reports")[1]
    monkeypatch.setattr(outbox, "now", lambda: datetime.now(UTC) + timedelta(days=31))

    ended = is_hard(app, ANN), marks(app), "1 marks of addresses" in run(app, "forget-reports")[1]

    assert held == (True, True)
    assert ended == (False, {}, True)
    with app.app_context():
        assert db.session.scalars(select(Bounce)).all() == []


def test_nothing_is_kept_of_an_address_but_a_hash_with_the_sites_key_and_a_hint(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark(app)
    with app.app_context():
        kept = db.session.scalars(select(Bounce)).one()
        held = [str(getattr(kept, column.name)) for column in Bounce.__table__.columns]

    assert not [text for text in held if "ann" in text]
    assert is_hard(app, ANN)
    monkeypatch.setitem(app.config, "SECRET_KEY", "another key")
    assert not is_hard(app, ANN)


# ---- sent back later


@pytest.mark.parametrize("returned", ["message/rfc822", "text/rfc822-headers"])
def test_report_on_our_mail_marks_its_address(app: Flask, server: Mailbox, returned: str) -> None:
    send(app, ANN)

    outcome = run(app, "read-bounces", piped=report_on(server.read(0), returned=returned))

    assert outcome == (0, "1 read, 1 marked an address.\n")
    assert marks(app) == {"a…@a.example": ("hard", "It came back (550 5.1.1).")}
    assert is_hard(app, "Ann@A.example")


def test_mail_that_was_passed_on_and_came_back_from_there_is_no_proof(app: Flask, server: Mailbox) -> None:
    send(app, ANN)

    run(app, "read-bounces", piped=report_on(server.read(0), final="left@b.example"))

    assert marks(app) == {"a…@a.example": ("soft", "It came back (550 5.1.1).")}
    assert not is_hard(app, ANN)


def test_the_same_report_again_is_no_news_and_none_once_the_mark_is_cleared(
    app: Flask, staff: FlaskClient, server: Mailbox
) -> None:
    send(app, ANN)
    report = report_on(server.read(0))
    run(app, "read-bounces", piped=report)
    with app.app_context():
        number = db.session.scalars(select(Bounce.id)).one()

    again = run(app, "read-bounces", piped=report)
    press(staff, PAGE, f"{PAGE}/addresses/{number}/clear")
    afterwards = run(app, "read-bounces", piped=report)

    assert again == afterwards == (0, "1 read, 1 told nothing new.\n")
    assert marks(app) == {}


def test_later_mail_that_comes_back_marks_a_cleared_address_anew(app: Flask, server: Mailbox) -> None:
    mark(app, days_ago=2)
    with app.app_context():
        mark_reached(ANN)
        cleared_at = db.session.scalars(select(Bounce.told_of)).one()
        later = cleared_at.replace(tzinfo=UTC) + timedelta(seconds=1)

        marked = mark_bounced(ANN, kind=Kind.HARD, reason="It came back.", written_at=later)

        assert marked
        assert cannot_be_reached(ANN)
        db.session.rollback()


def test_report_on_mail_older_than_a_mark_is_kept_is_no_news(app: Flask, session: DbSession) -> None:
    old = datetime.now(UTC) - timedelta(days=91)

    assert not mark_bounced(ANN, kind=Kind.HARD, reason="It came back.", written_at=old)


def test_nobody_marks_the_address_of_another(app: Flask, server: Mailbox) -> None:
    send(app, ANN, "bo@a.example")
    ours = server.read(0)
    forged = [
        report_on(ours, final="bo@a.example").replace(b"To: ann@a.example", b"To: bo@a.example"),
        report_on(ours).replace(server.ids()[0][1:33].encode(), b"0" * 32),
        report_on(ours, final="bo@a.example", original="bo@a.example").replace(ANN.encode(), b"bo@a.example"),
    ]

    outcomes = [run(app, "read-bounces", piped=one) for one in forged]

    assert outcomes == [(0, "1 read, 1 not about mail from here.\n")] * 3
    assert marks(app) == {}


@given(number=st.from_regex(r"[0-9a-f]{32}\.[0-9a-f]{8}\.[0-9a-f]{20}", fullmatch=True) | st.text())
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_an_id_that_we_did_not_make_is_known_for_no_address(app: Flask, number: str) -> None:
    with app.app_context():
        assert written_to(number, ANN) is None


@given(
    uid=st.from_regex(r"[0-9a-f]{32}", fullmatch=True),
    at=st.datetimes(datetime(2026, 1, 1), datetime(2090, 1, 1)),  # noqa: DTZ001
    sign=st.integers(0, 61),
)
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_an_id_tells_when_it_was_made_and_no_sign_of_it_can_be_changed(
    app: Flask, uid: str, at: datetime, sign: int
) -> None:
    moment = at.replace(tzinfo=UTC)
    with app.app_context():
        number = letter_id(uid, address=ANN, written_at=moment)
        changed = number[:sign] + ("1" if number[sign] == "0" else "0") + number[sign + 1 :]

        assert written_to(number, " Ann@A.Example") == moment.replace(microsecond=0)
        assert written_to(changed, ANN) is None
        assert written_to(number, "bo@a.example") is None


def test_mailbox_and_folders_are_read_to_the_end_whatever_is_in_them(
    app: Flask, server: Mailbox, tmp_path: Path
) -> None:
    send(app, ANN, "bo@a.example", "cat@a.example")
    reports = [report_on(server.read(number)) for number in range(3)]
    for folder in ("new", "cur", "tmp"):
        (tmp_path / "Maildir" / folder).mkdir(parents=True)
    (tmp_path / "Maildir/new/1").write_bytes(reports[0])
    (tmp_path / "Maildir/tmp/2").write_bytes(reports[1])
    (tmp_path / "Maildir/cur/3").write_bytes(b"Content-Type: multipart/x; boundary=b\n\n--b\n" * 100)
    (tmp_path / "Maildir/cur/4").write_bytes(b"\x00\xff")
    (tmp_path / "box").write_bytes(b"From a Fri\nSubject: Away\n\nHello\n\nFrom b Fri\n" + reports[2])

    outcome = run(app, "read-bounces", str(tmp_path / "Maildir"), str(tmp_path / "box"))

    assert outcome[0] == 0
    assert "5 read" in outcome[1]
    for part in ("2 marked an address", "1 could not be read", "2 no report of a failure"):
        assert part in outcome[1]
    assert set(marks(app)) == {"a…@a.example", "c…@a.example"}


def test_source_that_is_not_there_is_told(app: Flask, tmp_path: Path) -> None:
    code, said = run(app, "read-bounces", str(tmp_path / "none"))

    assert code == 2
    assert said.endswith("none cannot be opened: No such file or directory\n")


# ---- staff, and proof that an address works


def test_page_lists_what_is_marked_and_a_mark_can_be_cleared(app: Flask, staff: FlaskClient) -> None:
    mark(app)
    soft = mark(app, "bo@a.example", kind=Kind.SOFT)

    said = main_words(staff.get(PAGE))
    press(staff, PAGE, f"{PAGE}/addresses/{soft}/clear")

    assert "a…@a.example It takes no mail. We do not write to it. It came back (550 5.1.1)." in said
    assert "b…@a.example It did not take a message. We go on writing to it." in said
    assert set(marks(app)) == {"a…@a.example"}
    assert "We write to this address again." in main_words(staff.get(PAGE))


@pytest.mark.parametrize("number", ["0", str(2**31), str(2**80)])
def test_mark_that_is_not_there_cannot_be_cleared(app: Flask, staff: FlaskClient, number: str) -> None:
    mark(app)

    answer = press(staff, PAGE, f"{PAGE}/addresses/{number}/clear")

    assert answer.status_code == 303
    assert len(marks(app)) == 1


def test_page_shows_the_newest_marks_and_how_many_there_are(
    app: Flask, staff: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub_finder.moderation.mail.MOST_MARKS", 2)
    for name in ("ann", "bo", "cat"):
        mark(app, f"{name}@a.example")

    page = staff.get(PAGE)

    assert "The newest 2 of 3" in main_words(page)
    assert [row.get_text(strip=True) for row in read(page).select(".hf-rows strong")] == [
        "c…@a.example",
        "b…@a.example",
    ]


def test_message_that_staff_try_again_is_sent_since_its_mark_is_cleared(
    app: Flask, staff: FlaskClient, server: Mailbox
) -> None:
    mark(app)
    send(app, ANN)
    with app.app_context():
        number = db.session.scalars(select(OutgoingMail.id)).one()

    press(staff, PAGE, f"{PAGE}/{number}/again")
    outcome = run(app, "send-mail")

    assert outcome == (0, "1 sent, 0 waiting.\n")
    assert marks(app) == {}


def test_all_tried_again_leaves_out_who_takes_no_mail(app: Flask, staff: FlaskClient, server: Mailbox) -> None:
    mark(app)
    server.says = {"MAIL": "550 no"}
    send(app, ANN, "bo@a.example")
    server.says = {}

    press(staff, PAGE, f"{PAGE}/again")

    assert "1 is sent again" in main_words(staff.get(PAGE))
    assert run(app, "send-mail") == (0, "1 sent, 0 waiting.\n")
    assert [to for to, _ in server.mails] == [["bo@a.example"]]


def test_who_comes_by_a_mailed_link_can_be_reached(app: Flask, session: DbSession) -> None:
    address = add_account(app)
    mark(app, address)
    handed_over = make_link(address)
    use_link(handed_over)
    before = cannot_be_reached(address)
    mailed, _ = ask_for_link(address, browser="a browser", key="a key")

    use_link(mailed)

    assert before
    assert not cannot_be_reached(address)


def test_many_addresses_are_asked_about_at_once(app: Flask, session: DbSession) -> None:
    mark(app)

    assert bounces.find_unreachable([ANN, "ANN@a.example", "bo@a.example"]) == {ANN, "ANN@a.example"}
    assert bounces.find_unreachable([]) == set()
