"""Mail by GOV.UK Notify, where HUB_MAIL_URL names one of its templates. The key is not logged, nor shown anywhere.

An answer that stays away says nothing. Notify knows what it took by our reference, so it is asked: decision 42.
"""

import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from functools import partial
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlencode, urlsplit

from flask import current_app
from joserfc.jwk import OctKey
from joserfc.jwt import encode

from hub_finder.config import UUID
from hub_finder.directory.outbox import UNSURE
from hub_finder.transports import Claim, NotSent, Send

# A name, the service, and the secret that signs.
API_KEY = re.compile(rf"\S+-({UUID})-({UUID})")
LONGEST_PATIENCE = 60
# How long after an answer stayed away it is asked, in seconds: what it was doing is done.
PAUSE_S = 3.0
LARGEST_ANSWER = 1_000_000
CREATED, OK = 201, 200
# It would take this message: our clock, key or number of messages is not right, or the request did not arrive whole.
ANOTHER_TIME = frozenset({401, 403, 408, 429})


@contextmanager
def notify(*, patience: int) -> Iterator[Send]:
    """What sends mails by the template, one after another. Raises NotSent, as does what it gives for a mail."""
    where = urlsplit(current_app.config["HUB_NOTIFY_URL"])
    kind = HTTPSConnection if where.scheme == "https" else HTTPConnection
    http = kind(where.hostname or "", where.port, timeout=min(patience, LONGEST_PATIENCE))
    try:
        http.connect()
    except OSError as error:
        raise NotSent(f"GOV.UK Notify could not be reached ({type(error).__name__}).", lost=True) from None
    try:
        yield partial(_hand_over, http)
    finally:
        http.close()


def _hand_over(http: HTTPConnection, mail: EmailMessage, claim: Claim) -> bool:
    plain = mail.get_body(("plain",))
    reference = mail["Message-ID"].strip("<>").partition("@")[0]
    message = {
        "email_address": mail["To"].addresses[0].addr_spec,
        "template_id": urlsplit(current_app.config["HUB_MAIL_URL"]).hostname,
        "personalisation": {"subject": mail["Subject"], "body": plain.get_content() if plain else ""},
        "reference": reference,
    }
    if not claim():
        return False
    try:
        status, _ = _ask(http, "POST", "/v2/notifications/email", json.dumps(message))
    except (OSError, HTTPException):
        return _was_taken(http, reference)
    if status == CREATED:
        return True
    if status >= 500:
        return _was_taken(http, reference)
    # What it says may hold the address.
    raise NotSent(f"GOV.UK Notify does not take it ({status}).", for_good=status not in ANOTHER_TIME)


def _was_taken(http: HTTPConnection, reference: str) -> bool:
    """Whether a message was taken whose answer says nothing. Raises NotSent when it was not, or when nobody knows."""
    time.sleep(PAUSE_S)
    try:
        status, said = _ask(http, "GET", f"/v2/notifications?{urlencode({'reference': reference})}")
        taken = status == OK and [one["reference"] for one in json.loads(said)["notifications"]]
    except (OSError, HTTPException, ValueError, LookupError, TypeError, RecursionError):
        taken = False
    if taken is False:
        raise NotSent(UNSURE, for_good=True)
    if reference not in taken:
        raise NotSent("GOV.UK Notify could not take it just now.")
    return True


def _ask(http: HTTPConnection, method: str, path: str, body: str | None = None) -> tuple[int, bytes]:
    """The status and the beginning of an answer. The connection is opened anew when it has to be."""
    headers = {"Authorization": f"Bearer {_token()}", "Content-Type": "application/json", "User-Agent": "Hub-Finder"}
    try:
        http.request(method, path, body, headers)
        response = http.getresponse()
        said = response.read(LARGEST_ANSWER)
    except BaseException:
        http.close()
        raise
    if not response.isclosed():
        http.close()
    return response.status, said


def _token() -> str:
    """Who asks, for half a minute."""
    found = API_KEY.fullmatch(current_app.config["HUB_NOTIFY_KEY"])
    service, secret = found.groups() if found else ("", "")
    claims = {"iss": service, "iat": int(time.time())}
    return encode({"alg": "HS256", "typ": "JWT"}, claims, OctKey.import_key(secret))
