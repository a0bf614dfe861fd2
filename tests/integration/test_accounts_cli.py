"""flask hub create-user and sign-in-link: who may sign in, and the way in where no mail is set up."""

import re
from collections.abc import Callable

import pytest
from click.testing import Result
from flask import Flask
from flask_sqlalchemy.session import Session
from sqlalchemy import select
from sqlalchemy.orm import scoped_session

from hub_finder.models.accounts import Account
from tests.signing_in import sign_in

Run = Callable[..., Result]


@pytest.fixture
def hub(app: Flask) -> Run:
    def run(*args: str) -> Result:
        return app.test_cli_runner().invoke(args=["hub", *args])

    return run


def test_account_is_added_changed_and_left_alone(hub: Run, session: scoped_session[Session]) -> None:
    said = [
        hub("create-user", *args).stdout
        for args in (
            ("Ann@Example.org", "--role", "moderator", "--name", "Ann  Lee"),
            ("ann@example.ORG", "--role", "manager"),
            ("ann@example.org", "--role", "manager"),
            ("bo@example.org", "--role", "provider"),
        )
    ]

    assert said == [
        "Added: ann@example.org, moderator, called Ann Lee.\n",
        "Changed: ann@example.org, manager, called Ann Lee.\n",
        "Nothing changed: ann@example.org, manager, called Ann Lee.\n",
        "Added: bo@example.org, provider, called bo@example.org.\n",
    ]
    roles = {account.email: account.role for account in session.scalars(select(Account))}
    assert roles == {"ann@example.org": "manager", "bo@example.org": "provider"}


@pytest.mark.parametrize(
    ("args", "code", "why"),
    [
        (("ann", "--role", "manager"), 1, "“ann” is not an email address."),
        (("ann@example.org", "--role", "king"), 2, "'king' is not one of"),
        (("ann@example.org",), 2, "Missing option '--role'"),
        (("ann@example.org", "--role", "manager", "--name", "x" * 81), 1, "a name of at most 80"),
        (("x" * 80 + "@example.org", "--role", "manager"), 1, "a name of at most 80"),
        (("x" * 250 + "@example.org", "--role", "manager", "--name", "X"), 1, "at most 254"),
    ],
)
def test_account_that_cannot_be_kept_is_refused(hub: Run, args: tuple[str, ...], code: int, why: str) -> None:
    result = hub("create-user", *args)

    assert result.exit_code == code
    assert why in result.output


def test_link_is_printed_alone_and_signs_in(hub: Run, app: Flask) -> None:
    hub("create-user", "ann@example.org", "--role", "manager")

    result = hub("sign-in-link", " ANN@example.org")

    link = re.fullmatch(r"http://127\.0\.0\.1:5000(/accounts/sign-in/[\w-]{43})\n", result.stdout)
    assert link, result.stdout
    assert "15 minutes" in result.stderr
    assert "ann@example.org" in app.test_client().get(link[1]).get_data(as_text=True)


def test_link_begins_with_the_address_of_the_site(hub: Run, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "HUB_BASE_URL", "https://hubs.example")
    hub("create-user", "ann@example.org", "--role", "manager")

    assert hub("sign-in-link", "ann@example.org").stdout.startswith("https://hubs.example/accounts/sign-in/")


def test_account_that_is_switched_off_is_out_at_once_and_can_be_let_in_again(hub: Run, app: Flask) -> None:
    client = sign_in(app.test_client())
    email = "moderator@fairshire.example"

    off = hub("disable-user", email.upper())

    assert off.stdout == f"{email} is signed out everywhere and cannot sign in.\n"
    assert client.get("/moderation").status_code == 302
    assert "Changed" in hub("create-user", email, "--role", "moderator").stdout
    assert client.get("/moderation").status_code == 302, "the old session stays ended"
    assert hub("sign-in-link", email).exit_code == 0
    assert "Nobody has an account" in hub("disable-user", "nobody@example.org").stderr


def test_link_for_someone_who_may_not_sign_in_is_refused(hub: Run, app: Flask) -> None:
    hub("create-user", "off@example.org", "--role", "manager")
    hub("disable-user", "off@example.org")

    for email in ("off@example.org", "nobody@example.org"):
        result = hub("sign-in-link", email)

        assert (result.exit_code, result.stdout) == (1, "")
        assert f"Nobody who may sign in has the address {email}" in result.stderr
