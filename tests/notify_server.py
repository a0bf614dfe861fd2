"""GOV.UK Notify on this machine: it takes mails as the real one does, or is in any trouble that a test asks for."""

import base64
import hmac
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.feed_server import running

TEMPLATE = "f33517ff-2a88-4f6e-b855-c550268ce08a"
SERVICE = "26785a09-ab16-4eb0-8407-a37497a57506"
SIGNS_WITH = "3d844edf-8d35-48ac-975b-e847b4f122b0"
KEY = f"our-key-{SERVICE}-{SIGNS_WITH}"
# Not a status: it takes the mail, or does not, and says nothing.
TAKE_AND_HANG_UP, HANG_UP = 1, 2


class NotifyServer(ThreadingHTTPServer):
    """`says` holds statuses to answer in place of yes, by method; `took` the mails that were taken."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.says: dict[str, int] = {}
        self.answer: Any = None
        self.took: list[dict[str, Any]] = []
        self.asked: list[str] = []
        self.connections = 0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


def is_signed(token: str) -> bool:
    """Whether a token is ours and new, found out without the library that made it."""
    head, claims, signature = token.split(".")
    made = hmac.digest(SIGNS_WITH.encode(), f"{head}.{claims}".encode(), "sha256")
    said = json.loads(_decode(claims))
    right = json.loads(_decode(head)) == {"alg": "HS256", "typ": "JWT"} and said["iss"] == SERVICE
    return right and _decode(signature) == made and abs(time.time() - said["iat"]) < 30


def _decode(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


class _Handler(BaseHTTPRequestHandler):
    server: NotifyServer
    protocol_version = "HTTP/1.1"

    def setup(self) -> None:
        super().setup()
        self.server.connections += 1

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        says = self._status("POST", 201)
        if self.path == "/v2/notifications/email" and says in (201, TAKE_AND_HANG_UP):
            self.server.took.append(body)
        self._answer(says, {"id": "740e5834-3a29-46b4-9a6f-16142fde533a", "reference": body.get("reference")})

    def do_GET(self) -> None:
        reference = parse_qs(urlsplit(self.path).query).get("reference", [""])[0]
        found = [{"reference": one["reference"]} for one in self.server.took if one["reference"] == reference]
        self._answer(self._status("GET", 200), self.server.answer or {"notifications": found, "links": {}})

    def _status(self, method: str, yes: int) -> int:
        self.server.asked.append(f"{method} {self.path}")
        scheme, _, token = self.headers["Authorization"].partition(" ")
        return self.server.says.get(method, yes) if scheme == "Bearer" and is_signed(token) else 403

    def _answer(self, status: int, content: Any) -> None:
        if status in (TAKE_AND_HANG_UP, HANG_UP):
            self.close_connection = True
            return
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing on the terminal."""


@contextmanager
def taking_notifications() -> Iterator[NotifyServer]:
    """Serves until the end of the block."""
    with running(NotifyServer()) as server:
        yield server
