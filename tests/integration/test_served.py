"""gunicorn and the reverse proxies as deploy/ configures them, started for real."""

import shutil
import signal
import socket
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from threading import Event, Thread
from urllib.parse import urlencode

import pytest
from bs4 import BeautifulSoup

from hub_finder.config import ROOT
from hub_finder.extensions import db
from tests.conftest import FAIRSHIRE, build_app
from tests.factories import Catalogue
from tests.gunicorn_server import HOST, PATIENCE, Families, Server, ask, serve

PAGES = ("/", "/search?q=sleep&postcode=FA1+1AA", "/services/sleep", "/needs")
TOKEN = "metrics-" * 3
MEGABYTE = 1024 * 1024
# What a proxy says of a request that came to it by https.
HTTPS = {**HOST, "X-Forwarded-Proto": "https", "X-Forwarded-Host": HOST["Host"]}


@pytest.fixture(scope="module")
def database(make_database: Callable[[str, str], str]) -> str:
    address = make_database("sqlite", "served")
    app = build_app(address, HUB_AREA=str(FAIRSHIRE))
    catalogue = Catalogue(app)
    catalogue.add_places()
    catalogue.add(id="sleep", name="Sleep clinic")
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    return address


@pytest.fixture(scope="module")
def server(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Served as in production, behind one proxy."""
    production = {"HUB_ENV": "production", "HUB_BASE_URL": "https://hubs.example.org", "HUB_PROXIES": "1"}
    metrics = {"HUB_METRICS_FOLDER": str(tmp_path_factory.mktemp("metrics")), "HUB_METRICS_TOKEN": TOKEN}
    mail = {"HUB_MAIL_URL": tmp_path_factory.mktemp("mail").as_uri()}
    with serve(database, **production, **metrics, **mail) as served:
        yield served


def wait_for(condition: Callable[[], bool], *, what: str) -> None:
    until = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < until, what
        time.sleep(0.1)


def test_no_request_is_lost_while_workers_are_changed_and_the_server_restarts(server: Server) -> None:
    with Families(server.port, PAGES).asking() as families:
        wait_for(lambda: families.answered > 20, what="nobody was answered")
        before = server.workers()
        assert server.process
        server.process.send_signal(signal.SIGHUP)
        wait_for(lambda: len(server.workers() - before) == 2 and not server.workers() & before, what="no new workers")
        reloaded = families.answered
        wait_for(lambda: families.answered > reloaded + 20, what="nobody was answered after the reload")

        server.stop()
        server.start()

        restarted = families.answered
        wait_for(lambda: families.answered > restarted + 20, what="nobody was answered after the restart")

    assert families.failures == []
    assert families.answered > 60


def test_nobody_waits_behind_one_process_while_another_is_free(server: Server) -> None:
    (headers, _), path = form_headers(server, "/accounts/sign-in"), "/accounts/sign-in"
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    sent = f"POST {path} HTTP/1.1\r\n{head}Content-Length: 9\r\n\r\n".encode()
    held = [socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) for _ in range(3)]
    try:
        # Three of the four threads wait for bodies that never come.
        for one in held:
            one.sendall(sent)
            time.sleep(0.2)

        answers = [server.get("/health/live", timeout=30)[0] for _ in range(20)]
    finally:
        for one in held:
            one.close()

    assert set(answers) == {200}


def test_workers_count_together(server: Server) -> None:
    for _ in range(30):
        server.get("/needs")

    counts = set()
    for _ in range(10):
        status, body = ask(server.port, "/metrics", Authorization=f"Bearer {TOKEN}")
        assert status == 200
        lines = dict(line.rsplit(" ", 1) for line in body.decode().splitlines() if not line.startswith("#"))
        counts.add(lines['hub_requests_total{method="GET",route="/needs",status="200"}'])
        assert lines["hub_processes"] in ("1", "2")

    assert len(counts) == 1
    assert float(counts.pop()) >= 30


# ---- behind a proxy


@contextmanager
def nginx(server: Server, folder: Path) -> Iterator[int]:
    """nginx with our configuration, but for ports and TLS."""
    port = free_port()
    site = (ROOT / "deploy/nginx.conf").read_text(encoding="utf-8")
    plain = [line for line in site.splitlines() if "ssl_" not in line and "listen [::]" not in line]
    text = "\n".join(plain).replace("listen 443 ssl http2", f"listen 127.0.0.1:{port}")
    text = text.replace("listen 80;", f"listen 127.0.0.1:{free_port()};").replace(
        "127.0.0.1:5000", f"127.0.0.1:{server.port}"
    )
    text = text.replace("/var/log/nginx", str(folder))
    places = "".join(
        f"{kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "site.conf").write_text(text)
    (folder / "nginx.conf").write_text(
        f"pid {folder}/pid;\ndaemon off;\nerror_log {folder}/main.log;\nevents {{}}\n"
        f"http {{\n{places}include {folder}/site.conf;\n}}\n"
    )
    with running(["nginx", "-c", str(folder / "nginx.conf")], port):
        yield port


@contextmanager
def caddy(server: Server, folder: Path) -> Iterator[int]:
    """Caddy with our configuration, but for ports and TLS."""
    port = free_port()
    text = (ROOT / "deploy/Caddyfile").read_text(encoding="utf-8")
    text = text.replace("{\n", "{\n\tadmin off\n", 1).replace(
        "\nhubs.example.org {", f"\nhttp://127.0.0.1:{port}, http://hubs.example.org:{port} {{"
    )
    (folder / "Caddyfile").write_text(text.replace("127.0.0.1:5000", f"127.0.0.1:{server.port}"))
    with running(["caddy", "run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")], port):
        yield port


@contextmanager
def running(program: list[str], port: int) -> Iterator[None]:
    process = subprocess.Popen(program, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        wait_for(lambda: process.poll() is not None or is_open(port), what=f"{program[0]} does not listen")
        assert process.poll() is None, process.stderr.read() if process.stderr else ""
        yield
    finally:
        process.terminate()
        process.communicate(timeout=PATIENCE)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def is_open(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def send(port: int, beginning: bytes, *, more: bytes = b"", megabytes: int = 0) -> tuple[bytes, int]:
    """Send something by hand, until the other side answers or has enough: its answer, and the megabytes it took."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        took = 0
        with suppress(ConnectionError):
            connection.sendall(beginning)
            for took in range(megabytes):
                connection.settimeout(0.05)
                with suppress(TimeoutError):
                    if answer := connection.recv(4096, socket.MSG_PEEK):
                        return answer, took
                connection.settimeout(30)
                connection.sendall(more)
        connection.settimeout(30)
        with suppress(ConnectionError):
            return connection.recv(4096), took
        return b"", took


@pytest.fixture(scope="module", params=[nginx, caddy])
def proxy(request: pytest.FixtureRequest, server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    name = request.param.__name__
    if shutil.which(name) is None:
        pytest.skip(f"{name} is not installed, so what it holds off in front of the site was not tried")
    with request.param(server, tmp_path_factory.mktemp(name)) as port:
        yield port


def test_families_are_served_through_the_proxy(proxy: int) -> None:
    status, body = ask(proxy, "/search?q=sleep")

    assert status == 200
    assert b"Sleep clinic" in body


def test_nobody_outside_reads_the_metrics(proxy: int) -> None:
    assert ask(proxy, "/metrics", Authorization=f"Bearer {TOKEN}")[0] == 404


def test_a_hundred_megabytes_are_refused_early(proxy: int) -> None:
    """Before they are read: by what the request says of itself."""
    said = f"POST /missing HTTP/1.1\r\nHost: hubs.example.org\r\nContent-Length: {100 * MEGABYTE}\r\n\r\n".encode()

    answer, took = send(proxy, said, more=b"x" * MEGABYTE, megabytes=100)

    assert b" 413 " in answer.partition(b"\r\n")[0]
    assert took < 90


def test_a_megabyte_of_headers_is_refused(proxy: int, server: Server) -> None:
    head = b"GET / HTTP/1.1\r\nHost: hubs.example.org\r\nX-Long: " + b"x" * MEGABYTE + b"\r\n\r\n"

    through, _ = send(proxy, head)
    straight, _ = send(server.port, head)

    for answer in (through, straight):
        assert answer == b"" or answer.split(b" ")[1] in (b"400", b"431")
    assert server.get("/")[0] == 200


def test_who_sends_slowly_keeps_no_family_waiting(proxy: int) -> None:
    """Forty connections that never end their request: by nginx's limit an address may have fifty."""
    slow = [socket.create_connection(("127.0.0.1", proxy), timeout=30) for _ in range(40)]
    try:
        for number, one in enumerate(slow):
            body = b"POST /missing HTTP/1.1\r\nHost: hubs.example.org\r\nContent-Length: 50000\r\n\r\n" + b"x" * 20_000
            one.sendall(body if number % 2 else b"GET / HTTP/1.1\r\nHost: hub")

        answers = [ask(proxy, path, timeout=25)[0] for path in PAGES for _ in range(3)]
    finally:
        for one in slow:
            one.close()

    assert set(answers) == {200}


# ---- floods


@dataclass
class Flood:
    """One address that asks for the same thing as fast as it can, and the statuses that it got."""

    port: int
    method: str
    path: str
    headers: dict[str, str]
    body: str = ""
    statuses: Counter[int] = field(default_factory=Counter)

    @contextmanager
    def running(self) -> Iterator[None]:
        ended = Event()
        threads = [Thread(target=self._ask, args=(ended,)) for _ in range(2)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            ended.set()
            for thread in threads:
                thread.join()

    def _ask(self, ended: Event) -> None:
        while not ended.is_set():
            # An address of its own, where a proxy takes that of the connection.
            connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE, source_address=("127.0.0.2", 0))
            connection.request(self.method, self.path, self.body, {**HOST, **self.headers, "Connection": "close"})
            self.statuses[connection.getresponse().status] += 1
            connection.close()


def form_headers(server: Server, path: str) -> tuple[dict[str, str], str]:
    """What a browser sends back of a form: its cookie, and its token as a body."""
    connection = HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
    connection.request("GET", path, headers=HTTPS)
    answer = connection.getresponse()
    page = BeautifulSoup(answer.read(), "html.parser")
    cookie = str(answer.getheader("Set-Cookie")).partition(";")[0]
    connection.close()
    token = str(page.select("main [name=csrf_token]")[0]["value"])
    sent = {
        "Cookie": cookie,
        "Content-Type": "application/x-www-form-urlencoded",
        "Referer": f"https://hubs.example.org{path}",
    }
    return {**HTTPS, **sent}, urlencode(
        {"csrf_token": token, "email": "kim@example.org", "reason": "contact", "details": "x"}
    )


@pytest.mark.parametrize("path", ["/accounts/sign-in", "/services/sleep/report"])
def test_flood_of_forms_is_held_off_while_families_go_on(server: Server, path: str) -> None:
    headers, body = form_headers(server, path)
    flood = Flood(server.port, "POST", path, {**headers, "X-Forwarded-For": "192.0.2.7"}, body)

    with Families(server.port, PAGES).asking(several=2) as families, flood.running():
        wait_for(lambda: flood.statuses[429] > 50 and families.answered > 20, what=f"{flood.statuses}")

    assert families.failures == []
    assert set(flood.statuses) <= {200, 303, 429}
    assert flood.statuses.total() - flood.statuses[429] <= 10


@pytest.mark.skipif(
    shutil.which("nginx") is None, reason="nginx is not installed, so its limit on searches was not tried"
)
def test_flood_of_searches_is_held_off_by_nginx_while_families_go_on(server: Server, tmp_path: Path) -> None:
    with nginx(server, tmp_path) as port:
        flood = Flood(port, "GET", "/search?q=sleep", {})

        with flood.running():
            wait_for(lambda: flood.statuses[429] > 100, what=f"{flood.statuses}")
            answers = [ask(port, path)[0] for path in PAGES for _ in range(3)]

    assert set(answers) == {200}
    assert set(flood.statuses) == {200, 429}


def test_proxies_let_nobody_say_who_they_are(proxy: int, server: Server) -> None:
    """Another forged address each time does not get round the limit."""
    headers, body = form_headers(server, "/accounts/sign-in")
    headers.pop("X-Forwarded-Proto")
    statuses = Counter[int]()
    for number in range(15):
        flood = Flood(proxy, "POST", "/accounts/sign-in", {**headers, "X-Forwarded-For": f"192.0.2.{number}"}, body)
        connection = HTTPConnection("127.0.0.1", proxy, timeout=PATIENCE)
        connection.request("POST", flood.path, body, {**HOST, **flood.headers, "Connection": "close"})
        statuses[connection.getresponse().status] += 1
        connection.close()

    assert statuses[429] >= 4
