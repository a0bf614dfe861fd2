"""OpenID Connect with the provider of the settings: where to send a browser, and who came back.

The provider is asked anew each time: few people sign in, and so its keys and addresses are never out of date here.
"""

import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from flask import current_app
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from hub_finder.config import DISCOVERY, is_kept_secret

TIMEOUT_S = 5
# How far the provider's clock may be off.
LEEWAY_S = 60
# Signatures that only the provider can make. "none" is not among them, nor what is made with a secret that we know too.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
SUBJECT = re.compile(r"[ -~]{1,255}")
CODE_OF_ERROR = re.compile(r"[a-z_]{1,50}")
# What comes of reading answers that are of another shape than they should be.
MISSHAPEN = (ValueError, TypeError, LookupError, AttributeError, RecursionError)


class SignOnFailed(RuntimeError):
    """Nobody is signed in; the message says why. It is for the log, and names nobody."""


class ProviderUnreachable(SignOnFailed):
    """The provider does not answer, or not as one."""


@dataclass(frozen=True, kw_only=True)
class Errand:
    """What we must remember of a browser that was sent off, until it is back."""

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, kw_only=True)
class Person:
    """Who signed in there. `email` is "" unless the provider says that the address is theirs."""

    issuer: str
    subject: str
    email: str
    gave_second_step: bool


def send_off(*, return_to: str) -> tuple[str, Errand]:
    """Where to send a browser, so that it comes back to `return_to`, and its errand. Raises SignOnFailed."""
    errand = Errand(state=_new_secret(), nonce=_new_secret(), verifier=_new_secret())
    with _problems_named():
        provider = _discover()
        with _client(provider, return_to) as client:
            url, _state = client.create_authorization_url(
                provider["authorization_endpoint"],
                state=errand.state,
                nonce=errand.nonce,
                code_verifier=errand.verifier,
            )
    return url, errand


def receive(answer: Mapping[str, str], errand: Errand, *, return_to: str) -> Person:
    """Who it is that came back to `return_to` from their errand with this answer. Raises SignOnFailed."""
    if answer.get("state") != errand.state:
        raise SignOnFailed("this browser was not sent there, or sent again since")
    if "error" in answer:
        raise SignOnFailed(f"it says {_name_of_error(answer['error'])}")
    with _problems_named():
        provider = _discover()
        with _client(provider, return_to) as client:
            # Not to where it may be redirected: our secret would go along.
            token = client.fetch_token(
                provider["token_endpoint"],
                code=answer["code"],
                code_verifier=errand.verifier,
                allow_redirects=False,
            )
        return _person(_checked_claims(token, provider, errand.nonce))


def _new_secret() -> str:
    return secrets.token_urlsafe(32)


def _discover() -> dict[str, Any]:
    issuer = current_app.config["HUB_OIDC_ISSUER"]
    said = _fetch(issuer + DISCOVERY)
    try:
        is_right = said["issuer"].rstrip("/") == issuer and all(is_kept_secret(said[name]) for name in ENDPOINTS)
    except MISSHAPEN:
        is_right = False
    if not is_right:
        raise ProviderUnreachable("its document names another issuer, or lacks an address that starts with https://")
    return dict(said)


def _fetch(address: str) -> Any:
    answer = requests.get(address, timeout=TIMEOUT_S, allow_redirects=False)
    if answer.status_code != 200:
        raise ProviderUnreachable(f"it answers {answer.status_code}")
    return answer.json()


def _client(provider: Mapping[str, Any], return_to: str) -> OAuth2Session:
    methods = provider.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    return OAuth2Session(
        current_app.config["HUB_OIDC_CLIENT_ID"],
        current_app.config["HUB_OIDC_CLIENT_SECRET"],
        token_endpoint_auth_method="client_secret_basic" if "client_secret_basic" in methods else "client_secret_post",
        scope="openid email",
        redirect_uri=return_to,
        code_challenge_method="S256",
        default_timeout=TIMEOUT_S,
    )


def _checked_claims(token: Mapping[str, Any], provider: Mapping[str, Any], nonce: str) -> Mapping[str, Any]:
    """What the ID token says, once it is sure that the provider says it, to us, now, about this errand."""
    keys = KeySet.import_key_set(_fetch(provider["jwks_uri"]))
    # Its header may hold more than the standards know.
    rules = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
    signed = jwt.decode(token["id_token"], keys, registry=rules)
    client_id = current_app.config["HUB_OIDC_CLIENT_ID"]
    claims = CodeIDToken(
        signed.claims,
        signed.header,
        {"iss": {"value": provider["issuer"]}, "aud": {"value": client_id}},
        {"nonce": nonce, "client_id": client_id, "access_token": token.get("access_token")},
    )
    claims.validate(leeway=LEEWAY_S)
    return dict(claims)


def _person(claims: Mapping[str, Any]) -> Person:
    if not SUBJECT.fullmatch(claims["sub"]):
        raise SignOnFailed("the subject is none")
    email, acr = claims.get("email"), claims.get("acr")
    # Some say it in words or numbers.
    is_theirs = claims.get(current_app.config["HUB_OIDC_VERIFIED_CLAIM"]) in (True, "true", "1")
    ways = [*(claims.get("amr") or []), *re.split("[:/]", acr if isinstance(acr, str) else "")]
    return Person(
        issuer=claims["iss"],
        subject=claims["sub"],
        email=email if is_theirs and isinstance(email, str) else "",
        gave_second_step="mfa" in ways,
    )


def _name_of_error(said: object) -> str:
    """An error of the provider as a log may hold it: its code, and no words."""
    return said if isinstance(said, str) and CODE_OF_ERROR.fullmatch(said) else "that something is wrong"


@contextmanager
def _problems_named() -> Iterator[None]:
    """Make a SignOnFailed of all that can be wrong with what another program answers."""
    try:
        yield
    except requests.RequestException as error:
        raise ProviderUnreachable(type(error).__name__) from error
    except AuthlibBaseError as error:
        raise SignOnFailed(f"it says {_name_of_error(error.error)}") from error
    except JoseError as error:
        raise SignOnFailed(f"its token is refused: {error.error} {getattr(error, 'claim', '')}".strip()) from error
    except MISSHAPEN as error:
        raise SignOnFailed(f"its answer cannot be read: {type(error).__name__}") from error
