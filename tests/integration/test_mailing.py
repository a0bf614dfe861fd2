"""Mail that goes to a mail server: each message once, none held up by another, and none lost without a word."""

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from threading import Barrier, Thread

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask_sqlalchemy.session import Session
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import scoped_session

from hub_finder import delivery, mail
from hub_finder.config import ROOT
from hub_finder.directory import outbox
from hub_finder.directory.outbox import CLAIM_HOLDS, PAUSES, STOPPED
from hub_finder.extensions import db
from hub_finder.models.reports import OutgoingMail
from tests.mail_server import HANG_UP, TAKE_AND_HANG_UP, Mailbox, taking_mail
from tests.page_client import words_of
from tests.reading import only

DbSession = scoped_session[Session]
Later = Callable[[timedelta], None]


@pytest.fixture
def server(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    with taking_mail() as mailbox:
        monkeypatch.setitem(app.config, "HUB_MAIL_URL", mailbox.address)
        yield mailbox


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Later:
    """Moves the outbox's clock on."""
    passed = timedelta()

    def move(time: timedelta) -> None:
        nonlocal passed
        passed += time
        monkeypatch.setattr(outbox, "now", lambda: datetime.now(UTC) + passed)

    return move


def run(app: Flask) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["hub", "send-mail"])
    return result.exit_code, result.output


def post(app: Flask, *names: str, key: str | None = None, good_until: datetime | None = None) -> None:
    """Post a message to each, committed."""
    with app.app_context():
        for name in names:
            outbox.post(
                f"{name}@a.example",
                subject="Your message",
                body=f"Dear {name} – hello\n",
                key=key,
                good_until=good_until,
            )
        db.session.commit()


def in_threads(work: Callable[[], None]) -> None:
    """Do something four times at once."""
    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def rows(app: Flask) -> list[OutgoingMail]:
    with app.app_context():
        return list(db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)))


def test_each_message_leaves_once_and_a_refused_one_holds_up_no_other(app: Flask, server: Mailbox) -> None:
    post(app, "ann", "refuse", "cat")

    first, second = run(app), run(app)

    assert first[0] == 1
    assert "did not leave. The mail server does not take mail for this address (550 5.1.1)." in first[1]
    assert first[1].endswith("2 sent, 0 waiting. 1 given up: see /moderation/mail.\n")
    assert second == (0, "0 sent, 0 waiting.\n")
    assert [to for to, _ in server.mails] == [["ann@a.example"], ["cat@a.example"]]
    assert server.connections == 1, "one for all, and none where nothing is due"
    assert [one.address for one in rows(app)] == ["refuse@a.example"]


def test_message_says_who_it_is_from_and_that_a_program_wrote_it(
    app: Flask, session: DbSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "HUB_MAIL_FROM", "Hub Finder <hub@fairshire.example>")

    message = mail.message(to="ann@a.example", subject="Your message", text="Hello\n", written_at=datetime.now(UTC))

    assert (message["To"], message["From"]) == ("ann@a.example", "Hub Finder <hub@fairshire.example>")
    assert message["Auto-Submitted"] == "auto-generated"
    assert re.fullmatch(r"<[\w.]+@fairshire\.example>", message["Message-ID"])


def test_mail_is_its_plain_text_and_the_same_as_a_page_that_fetches_nothing(app: Flask, server: Mailbox) -> None:
    body = 'Dear <Ann> & Bo,\n\nSee https://fair.example/a?b=1&c=2.\nNobody reads "replies".\n'
    with app.app_context():
        outbox.post("ann@a.example", subject="A <b>", body=body)
        db.session.commit()

    run(app)

    arrived = server.read(0)
    assert arrived.get_content_type() == "multipart/alternative"
    plain, page = arrived.iter_parts()
    assert (plain.get_content_type(), page.get_content_type()) == ("text/plain", "text/html")
    assert plain.get_content() == body
    tree = BeautifulSoup(page.get_content(), "html5lib")
    assert [words_of(one) for one in tree.select("p")] == [" ".join(one.split()) for one in body.split("\n\n")]
    assert [(link["href"], link.get_text()) for link in tree.select("a")] == [("https://fair.example/a?b=1&c=2",) * 2]
    assert tree.select("[src], link, script, b") == []
    assert (words_of(tree.title), only(tree, "html")["lang"]) == ("A <b>", "en")


@given(body=st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n"), min_size=1))
@settings(max_examples=50)
def test_page_of_a_mail_says_every_word_of_its_text(body: str) -> None:
    said = [part for lines in mail.paragraphs(body) for parts in lines for part, _ in parts]

    assert "".join("".join(said).split()) == "".join(body.split())


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("See https://a.example/x.", ["https://a.example/x"]),
        ("(https://a.example/x?y=1&z=2), or http://b.example!", ["https://a.example/x?y=1&z=2", "http://b.example"]),
        ("javascript:alert(1) a.example https:// <https://a.example/>", ["https://a.example/"]),
    ],
)
def test_addresses_of_pages_become_links(text: str, links: list[str]) -> None:
    assert [part for part, is_link in mail.paragraphs(text)[0][0] if is_link] == links


# ---- refused, put off, given up


@pytest.mark.parametrize(
    ("says", "reason"),
    [
        ({"MAIL": "553 5.7.1 not you, ann@a.example"}, "does not take mail from our address (553 5.7.1)."),
        ({"RCPT": "550 no mailbox ann@a.example"}, "does not take mail for this address (550)."),
        ({"DATA": "554 no"}, "does not take this message (554)."),
        ({"END": "552 5.3.4 too big for ann@a.example"}, "does not take this message (552 5.3.4)."),
    ],
)
def test_what_is_refused_for_good_is_given_up_at_once(
    app: Flask, server: Mailbox, says: dict[str, str], reason: str
) -> None:
    server.says = says
    post(app, "ann")

    assert run(app)[0] == 1

    (one,) = rows(app)
    assert (one.attempts, one.problem, one.claimed_at) == (1, f"The mail server {reason}", None)
    assert one.dead_at
    assert server.mails == []


@pytest.mark.parametrize(
    ("says", "reason"),
    [
        ({"HELLO": HANG_UP}, "could not be reached (SMTPServerDisconnected)."),
        ({"HELO": HANG_UP, "HELLO": "421 4.3.2 not now"}, "could not be reached (SMTPServerDisconnected)."),
        ({"MAIL": "421 4.3.2 closing"}, "could not take mail from our address just now (421 4.3.2)."),
        ({"RCPT": "450 4.2.1 ann@a.example is busy"}, "could not take mail for this address just now (450 4.2.1)."),
        ({"DATA": "451 later"}, "could not take this message just now (451)."),
        ({"DATA": HANG_UP}, "broke off (SMTPServerDisconnected)."),
        ({"BODY": HANG_UP}, "broke off (SMTPServerDisconnected)."),
        ({"END": "452 4.3.1 full"}, "could not take this message just now (452 4.3.1)."),
        ({"END": HANG_UP}, "broke off (SMTPServerDisconnected)."),
    ],
)
def test_what_fails_today_is_tried_again_and_sent_once(
    app: Flask, server: Mailbox, later: Later, says: dict[str, str], reason: str
) -> None:
    server.says = says
    post(app, "ann")

    first, at_once = run(app), run(app)
    (one,) = rows(app)
    server.says = {}
    later(PAUSES[0])
    afterwards = run(app)

    assert first[1].endswith("0 sent, 1 waiting.\n")
    assert at_once == (1, "0 sent, 1 waiting.\n")
    assert (one.attempts, one.problem, one.dead_at) == (1, f"The mail server {reason}", None)
    assert afterwards == (0, "1 sent, 0 waiting.\n")
    assert len(server.mails) == 1


def test_a_server_that_is_down_is_asked_after_longer_and_longer_pauses(
    app: Flask, later: Later, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "HUB_MAIL_URL", "smtp://127.0.0.1:1")
    post(app, "ann", "bo")
    tried = []

    for pause in PAUSES:
        run(app)
        later(pause - timedelta(minutes=1) + timedelta(seconds=10))
        run(app)
        tried.append([one.attempts for one in rows(app)])
        later(timedelta(minutes=1))
    last = run(app)

    assert tried == [[number, number] for number in range(1, 6)]
    assert last[1].endswith("0 sent, 0 waiting. 2 given up: see /moderation/mail.\n")
    assert "a.example" not in last[1]
    assert {one.problem for one in rows(app)} == {"The mail server could not be reached (ConnectionRefusedError)."}


def test_a_connection_that_breaks_takes_only_its_message_along(app: Flask, server: Mailbox, later: Later) -> None:
    server.says = {"MAIL": "421 closing"}
    post(app, "ann", "bo", "cat")

    run(app)
    server.says = {}
    later(PAUSES[0])
    run(app)

    assert server.connections == 4, "each message had a connection of its own, then all had one"
    assert [to for to, _ in server.mails] == [["ann@a.example"], ["bo@a.example"], ["cat@a.example"]]


def test_a_server_that_takes_a_message_and_hangs_up_is_given_the_same_one_again(
    app: Flask, server: Mailbox, later: Later
) -> None:
    server.says = {"END": TAKE_AND_HANG_UP}
    post(app, "ann")

    run(app)
    server.says = {}
    later(PAUSES[0])
    run(app)

    first, second = server.ids()
    assert first == second
    assert server.mails[0] == server.mails[1]


def test_what_no_mail_can_hold_is_given_up_and_holds_up_no_other(app: Flask, server: Mailbox) -> None:
    with app.app_context():
        outbox.post("ann@a.example", subject="Two\nlines", body="Hello\n")
        outbox.post("né@a.example", subject="Hello", body="Hello\n")
        outbox.post("nobody", subject="Hello", body="Hello\n")
        db.session.commit()
    post(app, "bo")

    run(app)

    assert [to for to, _ in server.mails] == [["bo@a.example"]]
    assert len(rows(app)) == 3
    assert all((one.problem or "").startswith("It cannot be written as a mail") for one in rows(app))


def test_folder_that_cannot_be_written_to_is_tried_again(
    app: Flask, later: Later, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "HUB_MAIL_URL", f"file://{tmp_path}/a-file/in-it")
    (tmp_path / "a-file").write_text("")
    post(app, "ann")

    run(app)

    (one,) = rows(app)
    assert one.problem == "The folder could not be written to (NotADirectoryError)."
    assert (one.dead_at, one.claimed_at) == (None, None)


# ---- too late to be of use


def test_what_is_too_late_is_dropped_and_said_and_holds_up_no_other(app: Flask, server: Mailbox, later: Later) -> None:
    in_a_while = datetime.now(UTC) + timedelta(minutes=15)
    post(app, "ann", "bo", good_until=in_a_while)
    post(app, "cat")
    later(timedelta(minutes=16))

    first, second = run(app), run(app)

    assert first == (1, "1 sent, 0 waiting. 2 dropped: too late to be of use.\n")
    assert second == (0, "0 sent, 0 waiting.\n")
    assert [to for to, _ in server.mails] == [["cat@a.example"]]
    assert rows(app) == []


def test_what_is_in_time_is_sent_whatever_zone_the_moment_is_told_in(app: Flask, server: Mailbox, later: Later) -> None:
    end = datetime.now(timezone(timedelta(hours=-9))) + timedelta(minutes=15)
    post(app, "ann", good_until=end)
    later(timedelta(minutes=14))

    assert run(app) == (0, "1 sent, 0 waiting.\n")


def test_moment_without_a_zone_is_refused(app: Flask) -> None:
    with app.app_context(), pytest.raises(ValueError, match="no zone of time"):
        outbox.post("ann@a.example", subject="Hello", body="Hello\n", good_until=datetime(2026, 11, 27))  # noqa: DTZ001


def test_what_comes_to_be_too_late_while_it_waits_for_the_server_does_not_leave(
    app: Flask, server: Mailbox, later: Later
) -> None:
    post(app, "ann", good_until=datetime.now(UTC) + timedelta(minutes=15))
    with app.app_context():
        letter = outbox.get_next_or_none(0)
        later(timedelta(minutes=16))

        claim = outbox.claim(letter) if letter else None

    assert letter
    assert claim is None


# ---- posted twice


def test_posting_for_the_same_key_again_does_nothing_even_when_the_first_has_left(app: Flask, server: Mailbox) -> None:
    post(app, "ann", key="report-closed/1")
    post(app, "ann", key="report-closed/1")
    first = run(app)
    post(app, "ann", key="report-closed/1")
    post(app, "ann", key="report-closed/2")
    second = run(app)

    assert (first[1], second[1]) == ("1 sent, 0 waiting.\n", "1 sent, 0 waiting.\n")


def test_a_key_whose_transaction_came_to_nothing_is_free(app: Flask) -> None:
    with app.app_context():
        outbox.post("ann@a.example", subject="Hello", body="Hello\n", key="one")
        db.session.rollback()

    post(app, "ann", key="one")

    assert len(rows(app)) == 1


def test_of_those_who_post_for_one_key_at_once_one_does(app: Flask) -> None:
    together = Barrier(4)

    def post_it() -> None:
        together.wait()
        post(app, "ann", key="one")

    in_threads(post_it)

    assert len(rows(app)) == 1


# ---- many at once, and stopped on the way


def test_processes_that_send_at_the_same_time_send_each_message_once(app: Flask, server: Mailbox) -> None:
    names = [f"name{number}" for number in range(40)]
    post(app, *names)
    together = Barrier(4)
    sent = []

    def send() -> None:
        with app.app_context():
            together.wait()
            sent.append(delivery.deliver())

    in_threads(send)

    assert Counter(to[0] for to, _ in server.mails) == Counter(f"{name}@a.example" for name in names)
    assert sum(one.sent for one in sent) == 40
    assert [one.problems for one in sent] == [[]] * 4
    assert rows(app) == []


def test_a_kill_at_any_step_leaves_a_message_sent_once_or_shown_as_doubtful(
    app: Flask, server: Mailbox, later: Later
) -> None:
    with app.app_context():
        address = db.engine.url.render_as_string(hide_password=False)
    program = [sys.executable, "-m", "tests.integration.killed_mail", address, server.address]

    done = subprocess.run(program, cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()[-1000:]
    ends = dict(line.split(": ") for line in done.stdout.decode().splitlines())
    arrived = Counter(server.read(number)["Subject"] for number in range(len(server.mails)))
    later(CLAIM_HOLDS + timedelta(minutes=1))
    run(app)

    assert len(ends) > 8
    # Whatever is gone has arrived once; what was claimed has arrived or not, and nobody sends it again unasked.
    assert {arrived[subject] for subject, end in ends.items() if end == "gone"} == {1}
    assert {arrived[subject] for subject, end in ends.items() if end == "claimed"} == {0, 1}
    assert set(ends.values()) == {"gone", "claimed"}
    doubtful = {one.subject for one in rows(app) if one.dead_at and one.problem == STOPPED}
    assert doubtful == {subject for subject, end in ends.items() if end == "claimed"}
    assert len(server.mails) == sum(arrived.values())


def test_what_has_left_is_taken_out_however_long_the_database_is_held(
    app: Flask, server: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "sleep", lambda _seconds: None)
    post(app, "ann")
    fails = iter(range(3))

    def hold(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if statement.startswith("DELETE FROM outgoing_mail WHERE outgoing_mail.id") and next(fails, None) is not None:
            raise OperationalError("held", None, Exception("database is locked"))

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", hold)
    try:
        outcome = run(app)
    finally:
        event.remove(engine, "before_cursor_execute", hold)

    assert outcome == (0, "1 sent, 0 waiting.\n")
    assert rows(app) == []
