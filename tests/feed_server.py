"""A feed of another directory, on this machine: well, or in any trouble that a test asks for."""

import json
import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid5

Server = TypeVar("Server", bound=ThreadingHTTPServer)
NESTED = ("schedules", "service_areas", "service_at_locations", "languages", "cost_options", "contacts", "attributes")
IDS = UUID("00000000-0000-4000-8000-000000000000")


def feed_id(name: str) -> str:
    return str(uuid5(IDS, name))


def service(number: int = 1, **given: Any) -> dict[str, Any]:
    """A service of version 3.0 with its least, and what is given; None takes a field away."""
    facts = {
        "id": feed_id(f"service {number}"),
        "name": f"Reading club {number}",
        "description": "Stories for small children.",
        "status": "active",
        "last_modified": "2026-11-01T10:00:00Z",
        "organization": {"id": feed_id("organization"), "name": "Elm Readers", "description": "Volunteers who read."},
        "contacts": [{"id": feed_id(f"contact {number}"), "name": "Jo Elm"}],
        **given,
    }
    return {name: value for name, value in facts.items() if value is not None}


@dataclass
class Answer:
    """What the server says: a body, or only its first bytes when it is `cut`."""

    body: bytes
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: int | None = None


class FeedServer(ThreadingHTTPServer):
    """Serves `services` as Open Referral UK does. `trouble` holds, by a part of an address, what to answer instead:
    the first answers of a list in turn, a lone answer always."""

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.services: Sequence[Any] = []
        self.per_page, self.full, self.shape, self.total = 100, True, "3.0", None
        self.files: dict[str, Any] = {}
        self.trouble: dict[str, list[Answer] | Answer] = {}
        self.asked: list[str] = []

    daemon_threads = True
    total: int | None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def answer(self, asked: str) -> Answer:
        for part, answers in self.trouble.items():
            if part in asked and answers:
                return answers if isinstance(answers, Answer) else answers.pop(0)
        url = urlsplit(asked)
        path, query = url.path.strip("/"), parse_qs(url.query)
        if path in self.files:
            return _json(self.files[path])
        if not path and self.shape == "3.0":
            return _json({"version": "HSDS-UK-3.0", "profile": "https://example.org/profile"})
        if path == "services":
            return _json(self._page(int(query.get("page", ["1"])[0]), query.get("full") == ["true"]))
        one = next((one for one in self.services if path == f"services/{one.get('id')}"), None)
        return _json(one) if one else Answer(b'{"error": "not_found"}', 404)

    def _page(self, number: int, full: bool) -> dict[str, Any]:
        start = (number - 1) * self.per_page
        items = [dict(one) if isinstance(one, dict) else one for one in self.services[start : start + self.per_page]]
        if not (full and self.full):
            for item in (item for item in items if isinstance(item, dict)):
                for name in NESTED:
                    item.pop(name, None)
        pages = -(-len(self.services) // self.per_page)
        total = len(self.services) if self.total is None else self.total
        if self.shape == "1.0":
            facts = {"totalElements": total, "totalPages": pages, "number": number, "size": len(items)}
            return {**facts, "first": number == 1, "last": number >= pages, "content": items}
        facts = {"total_items": total, "total_pages": pages, "page_number": number, "size": len(items)}
        edges = {"first_page": number == 1, "last_page": number >= pages, "empty": not items}
        return {**facts, **edges, "contents": items}


def _json(content: Any) -> Answer:
    return Answer(json.dumps(content).encode())


class _Handler(BaseHTTPRequestHandler):
    server: FeedServer

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        answer = self.server.answer(self.path)
        self.send_response(answer.status)
        for name, value in {"Content-Type": "application/json", **answer.headers}.items():
            self.send_header(name, value)
        if "Transfer-Encoding" not in answer.headers:
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body if answer.cut is None else answer.body[: answer.cut])
        if answer.cut is not None:
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, *_: object) -> None:
        """Nothing on the terminal."""


@contextmanager
def serving(port: int = 0) -> Iterator[FeedServer]:
    """A feed server while the block runs."""
    with running(FeedServer(port)) as server:
        yield server


@contextmanager
def running(server: Server) -> Iterator[Server]:
    """A server that answers while the block runs."""
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
