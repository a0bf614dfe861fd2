"""Single sign-on with a provider that is not as it should be: a plain page each time, and nobody is signed in."""

import hmac
import json
import logging
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from hub_finder import openid
from hub_finder.config import DISCOVERY
from tests.openid_issuer import CLIENT, OTHER_KEY, SECRET, Faults, Issuer, leave, sign_on, way_back
from tests.page_client import words_of
from tests.reading import main_words, only, read

CLAIMS = [
    "sub",
    "email",
    "email_verified",
    "amr",
    "acr",
    "azp",
    "aud",
    "iss",
    "exp",
    "iat",
    "nbf",
    "auth_time",
    "nonce",
]
HEAD_AND_BODY = "eyJhbGciOiJSUzI1NiJ9.e30"
START = "/moderation"
PERSONAL = ("robin", "moderator@", "fairshire.example", SECRET)
Fault = Callable[[Issuer], Faults]
Refused = Callable[[TestResponse, int, str], None]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda parts: st.lists(parts, max_size=3) | st.dictionaries(st.text() | st.sampled_from(["keys", "kty"]), parts),
    max_leaves=8,
)


def is_in(client: FlaskClient) -> bool:
    return client.get(START).status_code == 200


def long_ago(_issuer: Issuer) -> Faults:
    return Faults(claims={"exp": int(time.time()) - 600, "iat": int(time.time()) - 900})


def unsigned(_issuer: Issuer) -> Faults:
    """Its discovery document allows that too."""
    allowed = {"id_token_signing_alg_values_supported": ["none"]}
    return Faults(header={"alg": "none"}, discovery=allowed, sign=lambda _signed: b"")


def public_key_as_secret(issuer: Issuer) -> Faults:
    """What a program falls for that takes a public key for a secret of both."""
    return Faults(header={"alg": "HS256"}, sign=by_secret(issuer.key.as_pem(private=False)))


def shared_secret(_issuer: Issuer) -> Faults:
    return Faults(header={"alg": "HS256"}, sign=by_secret(SECRET.encode()))


def by_secret(secret: bytes) -> Callable[[bytes], bytes]:
    return lambda signed: hmac.digest(secret, signed, "sha256")


def other_key(_issuer: Issuer) -> Faults:
    return Faults(key=OTHER_KEY)


def other_key_named(_issuer: Issuer) -> Faults:
    return Faults(key=OTHER_KEY, header={"kid": OTHER_KEY.kid})


def answering(path: str, status: int, body: bytes = b"{}") -> Fault:
    return lambda _issuer: Faults(answers={path: (status, body)})


def claiming(**claims: Any) -> Fault:
    return lambda _issuer: Faults(claims=claims)


def saying(**said: Any) -> Fault:
    return lambda _issuer: Faults(discovery=said)


def returning(**said: str | None) -> Fault:
    return lambda _issuer: Faults(returns=said)


def handing_over(**said: Any) -> Fault:
    return lambda _issuer: Faults(token=said)


# What is wrong when the browser comes back; what the log says of it.
ON_RETURN: Mapping[str, tuple[Fault, str]] = {
    "stopped there": (returning(error="access_denied", code=None), "it says access_denied"),
    "words in place of an error": (returning(error="Robin\nMoss", code=None), "it says that something is wrong"),
    "no state": (returning(state=None), "this browser was not sent there"),
    "another state": (returning(state="tampered"), "this browser was not sent there"),
    "a state that is no text of ours": (returning(state="\u0000é"), "this browser was not sent there"),
    "no code": (returning(code=None), "cannot be read: KeyError"),
    "another code": (returning(code="guessed"), "it says invalid_grant"),
    "an odd code": (returning(code="é \u0000%zz&"), "it says invalid_grant"),
    "wrong nonce": (claiming(nonce="of another errand"), "refused: invalid_claim nonce"),
    "no nonce": (claiming(nonce=None), "refused: missing_claim nonce"),
    "wrong audience": (claiming(aud="another-site"), "refused: invalid_claim aud"),
    "wrong audience, made for us": (claiming(aud="another-site", azp=CLIENT), "refused: invalid_claim aud"),
    "several audiences": (claiming(aud=[CLIENT, "another-site"]), "refused: missing_claim azp"),
    "no audience": (claiming(aud=None), "refused: missing_claim"),
    "wrong issuer": (claiming(iss="https://elsewhere.example"), "refused: invalid_claim iss"),
    "no issuer": (claiming(iss=None), "refused: missing_claim"),
    "expired": (long_ago, "refused: expired_token exp"),
    "never expires": (claiming(exp=None), "refused: missing_claim"),
    "of tomorrow": (claiming(iat=int(time.time()) + 86_400), "refused: invalid_claim iat"),
    "no subject": (claiming(sub=None), "refused: missing_claim"),
    "a number for a subject": (claiming(sub=7), "refused: invalid_claim sub"),
    "of another access token": (claiming(at_hash="bm90IHRoaXM"), "refused: invalid_claim at_hash"),
    "unsigned": (unsigned, "refused: unsupported_algorithm"),
    "signed with the public key": (public_key_as_secret, "refused: unsupported_algorithm"),
    "signed with the secret of both": (shared_secret, "refused: unsupported_algorithm"),
    "signed with another key": (other_key, "refused: bad_signature"),
    "signed with a key that is not shown": (other_key_named, "refused: invalid_key_id"),
    "no ID token": (handing_over(id_token=None), "cannot be read: KeyError"),
    "half an ID token": (handing_over(id_token=HEAD_AND_BODY), "refused: decode_error"),
    "an ID token that is none": (handing_over(id_token=["a"]), "cannot be read"),
    "a lifetime in words": (handing_over(expires_in="soon"), "cannot be read"),
    "another secret": (
        answering("/token", 401, b'{"error": "invalid_client", "error_description": "Not for Robin"}'),
        "it says invalid_client",
    ),
    "no JSON for a token": (answering("/token", 200, b"<html>"), "cannot be read"),
    "another address for tokens": (answering("/token", 307), "cannot be read: KeyError"),
    "keys that are none": (answering("/keys", 200, b'{"keys": [{"kty": "RSA", "n": 5}]}'), "refused: key_parameter"),
    "keys of another shape": (answering("/keys", 200, b'{"keys": 5}'), "cannot be read: TypeError"),
    "no keys": (answering("/keys", 200, b'{"keys": []}'), "refused: missing_key"),
}
# What is wrong with a provider that may be well in a while.
UNREACHABLE: Mapping[str, tuple[Fault, str]] = {
    "broken": (answering(DISCOVERY, 500), "it answers 500"),
    "moved": (answering(DISCOVERY, 302), "it answers 302"),
    "a web page": (answering(DISCOVERY, 200, b"<html>Maintenance"), "JSONDecodeError"),
    "a list": (answering(DISCOVERY, 200, b"[]"), "its document names another issuer"),
    "another issuer": (saying(issuer="https://elsewhere.example"), "its document names another issuer"),
    "no issuer": (saying(issuer=None), "its document names another issuer"),
    "no way in": (saying(authorization_endpoint=None), "its document names another issuer"),
    "a way in that all can read": (saying(authorization_endpoint="http://elsewhere.example/"), "https"),
    "a script for a way in": (saying(authorization_endpoint="javascript:alert(1)"), "https"),
    "a secret that all can read": (saying(token_endpoint="http://elsewhere.example/"), "https"),  # noqa: S106
    "keys that all can change": (saying(jwks_uri="http://elsewhere.example/"), "https"),
    "keys at no address": (saying(jwks_uri=["https://["]), "https"),
}
NOT_GIVEN: Mapping[str, tuple[Fault, str]] = {
    "no tokens today": (answering("/token", 503), "HTTPError"),
    "no keys today": (answering("/keys", 502), "it answers 502"),
    "keys on a web page": (answering("/keys", 200, b"<html>"), "JSONDecodeError"),
}


@pytest.fixture
def refused(client: FlaskClient, robin: str, caplog: pytest.LogCaptureFixture) -> Refused:
    """Call with an answer, its status and a reason: it is a plain page, nobody is signed in, and the log says why."""

    def check(answer: TestResponse, status: int, reason: str) -> None:
        heading = words_of(only(read(answer), "h1"))
        assert (answer.status_code, heading) == (status, "Signing in did not work")
        assert not is_in(client)
        logged = [record for record in caplog.records if record.name == "hub_finder"]
        assert [(record.levelno, record.exc_info) for record in logged] == [(logging.WARNING, None)]
        assert reason in logged[0].getMessage()
        everything = f"{logged[0].getMessage()} {main_words(answer)}".lower()
        assert [word for word in PERSONAL if word in everything] == []

    return check


@pytest.mark.parametrize(("fault", "reason"), ON_RETURN.values(), ids=list(ON_RETURN))
def test_nobody_comes_in_with(issuer: Issuer, client: FlaskClient, refused: Refused, fault: Fault, reason: str) -> None:
    issuer.faults = fault(issuer)

    response = sign_on(client)

    refused(response, 400, reason)


@pytest.mark.parametrize(("fault", "reason"), UNREACHABLE.values(), ids=list(UNREACHABLE))
def test_nobody_is_sent_to_a_provider_that_is(
    issuer: Issuer, client: FlaskClient, refused: Refused, fault: Fault, reason: str
) -> None:
    issuer.faults = fault(issuer)

    response = leave(client, then=START)

    refused(response, 503, reason)
    assert only(read(response), "main p a")["href"] == f"/accounts/sign-in?next={START}"


@pytest.mark.parametrize(
    ("fault", "reason"), [*UNREACHABLE.values(), *NOT_GIVEN.values()], ids=[*UNREACHABLE, *NOT_GIVEN]
)
def test_nobody_comes_in_from_a_provider_that_meanwhile_is(
    issuer: Issuer, client: FlaskClient, refused: Refused, fault: Fault, reason: str
) -> None:
    back = way_back(leave(client))
    issuer.faults = fault(issuer)

    response = client.get(back)

    refused(response, 503, reason)


def test_provider_that_is_gone_is_told_of(issuer: Issuer, client: FlaskClient, refused: Refused) -> None:
    issuer.shutdown()
    issuer.server_close()

    response = leave(client)

    refused(response, 503, "ConnectionError")
    assert "does not answer us" in main_words(response)


@pytest.mark.parametrize("silent", [DISCOVERY, "/token", "/keys"])
def test_nobody_waits_for_a_provider_for_long(
    issuer: Issuer, client: FlaskClient, refused: Refused, monkeypatch: pytest.MonkeyPatch, silent: str
) -> None:
    assert openid.TIMEOUT_S <= 10
    back = way_back(leave(client))
    monkeypatch.setattr(openid, "TIMEOUT_S", 0.3)
    issuer.faults = Faults(silent=silent)

    response = client.get(back)

    refused(response, 503, "ReadTimeout")


@pytest.mark.parametrize("path", [DISCOVERY, "/token", "/keys"])
@given(said=JSON)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_answers_of_any_shape_end_well(issuer: Issuer, app: Flask, path: str, said: Any) -> None:
    errand = openid.Errand(state="s", nonce="n", verifier="v" * 43)
    handed_over = json.dumps({"id_token": issuer.id_token("n")}).encode()
    issuer.faults = Faults(answers={"/token": (200, handed_over), path: (200, json.dumps(said).encode())})

    with app.app_context(), pytest.raises(openid.SignOnFailed):
        openid.receive({"state": "s", "code": "c"}, errand, return_to="http://localhost/return")


@given(claims=st.dictionaries(st.sampled_from(CLAIMS), JSON, min_size=1))
@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_tokens_that_say_anything_end_well(issuer: Issuer, app: Flask, claims: dict[str, Any]) -> None:
    errand = openid.Errand(state="s", nonce="n", verifier="v" * 43)
    issuer.faults = Faults(claims=claims)
    handed_over = json.dumps({"id_token": issuer.id_token("n")}).encode()
    issuer.faults.answers["/token"] = (200, handed_over)

    with app.app_context(), suppress(openid.SignOnFailed):
        person = openid.receive({"state": "s", "code": "c"}, errand, return_to="http://localhost/return")

        assert (person.issuer, type(person.subject), type(person.email)) == (issuer.address, str, str)
