"""Who signs people in by OpenID Connect, on this machine: as it should be, or with the faults that a test asks for."""

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import requests
from flask import Flask
from flask.testing import FlaskClient
from joserfc import jws
from joserfc.jwk import KeySet, RSAKey
from werkzeug.test import TestResponse

from hub_finder.config import DISCOVERY
from tests.reading import only, read
from tests.signing_in import press

CLIENT, SECRET, NAME = "hub-finder", "s3cret~of.both", "Fairshire Council"
SIGN_IN = "/accounts/sign-in"
LEAVE, RETURN = "/accounts/single-sign-on", "/accounts/single-sign-on/return"
# To make one takes a while.
KEY, OTHER_KEY = (RSAKey.generate_key(2048, {"kid": name, "use": "sig"}) for name in ("first", "second"))

Claims = dict[str, Any]


@dataclass
class Asked:
    """What a browser came with, until its code is used."""

    redirect_uri: str
    challenge: str
    nonce: str


@dataclass
class Faults:
    """What is not as it should be. None takes something out."""

    discovery: Claims = field(default_factory=dict)
    claims: Claims = field(default_factory=dict)
    header: Claims = field(default_factory=dict)
    # By path, what is answered instead: a status and a body.
    answers: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    # What the browser comes back with.
    returns: dict[str, str | None] = field(default_factory=dict)
    token: Claims = field(default_factory=dict)
    key: RSAKey | None = None
    # What signs in place of a key.
    sign: Callable[[bytes], bytes] | None = None
    # A path under which nothing is ever answered.
    silent: str = ""


class Issuer(ThreadingHTTPServer):
    """Signs in whoever comes, as `claims` say, with the key that it shows."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.claims: Claims = {"sub": "robin-1", "email": "moderator@fairshire.example", "email_verified": True}
        self.key, self.faults, self.asked = KEY, Faults(), list[str]()
        self._codes: dict[str, Asked] = {}
        self.was_basic = False
        self.ended = Event()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    @property
    def settings(self) -> Mapping[str, str]:
        """What a site has to know to sign people in here."""
        return {
            "HUB_OIDC_ISSUER": self.address,
            "HUB_OIDC_CLIENT_ID": CLIENT,
            "HUB_OIDC_CLIENT_SECRET": SECRET,
            "HUB_OIDC_NAME": NAME,
        }

    def discovery(self) -> Claims:
        said = {
            "issuer": self.address,
            "authorization_endpoint": f"{self.address}/authorize?tenant=fairshire",
            "token_endpoint": f"{self.address}/token",
            "jwks_uri": f"{self.address}/keys",
        }
        return _changed(said, self.faults.discovery)

    def authorize(self, query: Mapping[str, str]) -> str:
        """Where a browser goes next: back, with a code."""
        wanted = {"client_id": CLIENT, "response_type": "code", "scope": "openid email", "tenant": "fairshire"}
        assert wanted.items() <= query.items()
        assert query["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self._codes[code] = Asked(query["redirect_uri"], query["code_challenge"], query["nonce"])
        return f"{query['redirect_uri']}?" + urlencode(
            _changed({"code": code, "state": query["state"]}, self.faults.returns)
        )

    def token(self, form: Mapping[str, str], authorization: str) -> tuple[int, Claims]:
        """An ID token for a code, once, to who knows the secret and began it."""
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        self.was_basic = authorization == f"Basic {basic}"
        if not self.was_basic and (form.get("client_id"), form.get("client_secret")) != (CLIENT, SECRET):
            return 401, {"error": "invalid_client"}
        asked = self._codes.pop(form.get("code", ""), None)
        challenge = _encoded(hashlib.sha256(form["code_verifier"].encode()).digest()).decode()
        if asked is None or (asked.redirect_uri, asked.challenge) != (form["redirect_uri"], challenge):
            return 400, {"error": "invalid_grant", "error_description": f"No code for {self.claims['email']}"}
        said = {"access_token": "opaque", "token_type": "Bearer", "id_token": self.id_token(asked.nonce)}
        return 200, _changed(said, self.faults.token)

    def id_token(self, nonce: str) -> str:
        """Who signed in, signed."""
        now = int(time.time())
        said = {"iss": self.address, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": nonce, **self.claims}
        claims = _changed(said, self.faults.claims)
        header = {"alg": "RS256", "kid": self.key.kid, **self.faults.header}
        if self.faults.sign:
            signed = b".".join(_encoded(json.dumps(part).encode()) for part in (header, claims))
            return b".".join([signed, _encoded(self.faults.sign(signed))]).decode()
        any_header = jws.JWSRegistry(algorithms=["RS256"], strict_check_header=False)
        return jws.serialize_compact(header, json.dumps(claims), self.faults.key or self.key, registry=any_header)

    def keys(self) -> Claims:
        return dict(KeySet([self.key]).as_dict())


def _encoded(part: bytes) -> bytes:
    return base64.urlsafe_b64encode(part).rstrip(b"=")


def _changed(said: Claims, changes: Mapping[str, Any]) -> Claims:
    return {name: value for name, value in {**said, **changes}.items() if value is not None}


class _Handler(BaseHTTPRequestHandler):
    server: Issuer

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        if self._answer_fault(url.path):
            return
        if url.path == "/authorize":
            query = {name: values[0] for name, values in parse_qs(url.query).items()}
            self._answer(302, b"", Location=self.server.authorize(query))
        else:
            pages = {DISCOVERY: self.server.discovery, "/keys": self.server.keys}
            self._answer(200, json.dumps(pages[url.path]()).encode())

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if self._answer_fault(self.path):
            return
        form = {name: values[0] for name, values in parse_qs(body).items()}
        status, said = self.server.token(form, self.headers.get("Authorization", ""))
        self._answer(status, json.dumps(said).encode())

    def _answer_fault(self, path: str) -> bool:
        self.server.asked.append(path)
        if urlsplit(path).path == self.server.faults.silent:
            return self.server.ended.wait()
        fault = self.server.faults.answers.get(path)
        if fault:
            self._answer(*fault, Location=f"{self.server.address}/elsewhere")
        return fault is not None

    def _answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing on the terminal."""


@contextmanager
def issuing_for(app: Flask) -> Iterator[Issuer]:
    """Who signs people in for an app while the block runs."""
    server, before = Issuer(), app.config.copy()
    app.config.update(server.settings)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield server
    finally:
        app.config.update({name: before[name] for name in server.settings})
        server.ended.set()
        server.shutdown()
        server.server_close()


def leave(client: FlaskClient, *, then: str = "") -> TestResponse:
    """Press the button of the sign-in page."""
    return press(client, SIGN_IN, LEAVE, **({"next": then} if then else {}))


def way_back(left: TestResponse) -> str:
    """Go where the page leads, as a browser would; the path to which the provider sends it back."""
    there = requests.get(str(only(read(left), "main a")["href"]), allow_redirects=False, timeout=10)
    assert there.status_code == 302
    back = urlsplit(there.headers["Location"])
    return f"{back.path}?{back.query}"


def sign_on(client: FlaskClient, *, then: str = "") -> TestResponse:
    """Sign in there and come back."""
    return client.get(way_back(leave(client, then=then)))
