"""Mail that goes to a mail server: each message once, and none held up by another."""

import re
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask_sqlalchemy.session import Session
from sqlalchemy import select
from sqlalchemy.orm import scoped_session

from hub_finder import mail
from hub_finder.directory import outbox
from hub_finder.models.reports import OutgoingMail
from tests.mail_server import taking_mail

DbSession = scoped_session[Session]


def run(app: Flask) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["hub", "send-mail"])
    return result.exit_code, result.output


def test_each_message_leaves_once_and_a_refused_one_holds_up_no_other(
    app: Flask, session: DbSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("ann", "refuse", "cat"):
        outbox.post(f"{name}@a.example", subject="Your message", body=f"Dear {name} – hello\n")
    session.commit()
    with taking_mail() as server:
        monkeypatch.setitem(app.config, "HUB_MAIL_URL", server.address)
        first = run(app)
        server.refuses = "NOBODY@"
        second, third = run(app), run(app)

    assert first[0] == 1
    assert "could not be sent: SMTPRecipientsRefused" in first[1]
    assert first[1].endswith("2 sent, 1 waiting.\n")
    assert second == (0, "1 sent, 0 waiting.\n")
    assert third == (0, "0 sent, 0 waiting.\n")
    assert [to for to, _ in server.mails] == [["ann@a.example"], ["cat@a.example"], ["refuse@a.example"]]
    session.rollback()
    assert session.scalars(select(OutgoingMail)).all() == []


def test_message_says_who_it_is_from_and_that_a_program_wrote_it(
    app: Flask, session: DbSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "HUB_MAIL_FROM", "Hub Finder <hub@fairshire.example>")

    message = mail.message(to="ann@a.example", subject="Your message", text="Hello\n", written_at=datetime.now(UTC))

    assert (message["To"], message["From"]) == ("ann@a.example", "Hub Finder <hub@fairshire.example>")
    assert message["Auto-Submitted"] == "auto-generated"
    assert re.fullmatch(r"<[\w.]+@fairshire\.example>", message["Message-ID"])
