"""A real browser, and the real area served to it on this machine, with one listing more that fills everything."""

import csv
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from time import monotonic
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, Request, StorageState, ViewportSize, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from hub_finder import create_app
from hub_finder.directory import freshness
from hub_finder.directory.columns import COLUMNS
from hub_finder.extensions import db
from tests.factories import LISTING
from tests.signing_in import forget_tries
from tests.whole_listing import whole_listing

DORSET_BOX = "50.4,-3.1,51.2,-1.6"
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
SECONDS = 10
# What the page wanted to do once it was drawn, or when it had nothing else to do, is done by then.
AT_REST = """() => new Promise(done =>
  requestAnimationFrame(() => requestAnimationFrame(() => requestIdleCallback(done, {timeout: 5000}))))"""


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser of this machine. Its absence fails a build and skips the tests elsewhere."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        message = "No Chromium is installed, so nothing was tried in a browser."
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    with sync_playwright() as playwright:
        # Chromium will not sandbox for root, which is what containers run as.
        args = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=program, args=args)
        yield browser
        browser.close()


class QuietHandler(WSGIRequestHandler):
    """Serves without a line for each request; keeps connections open, as the real server does."""

    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


@pytest.fixture(scope="session")
def live_app(make_database: Callable[[str, str], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The site with the real area and its listings."""
    app = create_app({"DATABASE_URL": make_database("sqlite", "live"), "HUB_POSTCODES_BOX": DORSET_BOX})
    file = tmp_path_factory.mktemp("listings") / "whole.csv"
    _write_whole_listing(file)
    for args in (["setup"], ["import-services", str(file)]):
        result = app.test_cli_runner().invoke(args=["hub", *args])
        assert result.exit_code == 0, result.output
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="session")
def live_server(live_app: Flask) -> Iterator[str]:
    """The address of the site, served on this machine.

    It has imported folium by then, as the real server has before it answers anyone.
    """
    assert live_app.test_client().get("/search?q=sleep").status_code == 200
    server = make_server("127.0.0.1", 0, live_app, threaded=True, request_handler=QuietHandler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def _write_whole_listing(file: Path) -> None:
    """At the edge of the area, where no other test looks."""
    first, *further = whole_listing(freshness.today(), latitude=51.0, longitude=-1.75)
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(COLUMNS))
        writer.writeheader()
        writer.writerows([{**LISTING, **first}, *further])


@dataclass
class Pages:
    """Opens pages of the site and notes all that goes wrong on any of them."""

    browser: Browser
    site: str
    wrong: list[str]
    signed_in: StorageState | None = None
    under_way: set[Request] = field(default_factory=set)

    def __call__(
        self,
        path: str = "/",
        *,
        width: int = 1280,
        height: int = 800,
        javascript: bool = True,
        forced_colours: bool = False,
    ) -> Page:
        context = self.browser.new_context(
            base_url=self.site,
            viewport=ViewportSize(width=width, height=height),
            java_script_enabled=javascript,
            forced_colors="active" if forced_colours else "none",
            reduced_motion="reduce",
            storage_state=self.signed_in,
        )
        page = context.new_page()
        page.set_default_timeout(SECONDS * 1000)
        page.on("console", lambda message: self.wrong.append(f"{page.url} said: {message.text}"))
        page.on("pageerror", lambda error: self.wrong.append(f"{page.url} failed: {error}"))
        page.on("request", lambda request: self._note_request(request))
        page.on("requestfinished", lambda request: self.under_way.discard(request))
        page.on("requestfailed", lambda request: self._note_failure(request))
        self.go(page, path, javascript=javascript)
        return page

    def go(self, page: Page, path: str, *, javascript: bool = True) -> None:
        """Open a path in a page, and wait until all has arrived that the page asks for by itself.

        Not until the "networkidle" of playwright: that is half a second in which nothing is asked, on every page.
        """
        response = page.goto(path)
        assert response
        assert response.status == 200, f"{path} answered {response.status}"
        # What arrived may ask for more. Twice, since a word of the browser may be on its way.
        for _ in range(2):
            self._wait_for_answers(page)
            if javascript:
                page.evaluate(AT_REST)
        self._wait_for_answers(page)

    def _wait_for_answers(self, page: Page) -> None:
        end = monotonic() + SECONDS
        while self.under_way:
            assert monotonic() < end, f"never answered: {[request.url for request in self.under_way]}"
            page.wait_for_timeout(10)

    def _note_request(self, request: Request) -> None:
        self.under_way.add(request)
        self._check_host(request.url)

    def _note_failure(self, request: Request) -> None:
        self.under_way.discard(request)
        if request.failure != "net::ERR_ABORTED":  # what a page still waits for when the reader moves on
            self.wrong.append(f"did not arrive: {request.url} {request.failure}")

    def _check_host(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("data", "blob") and parts.hostname != "127.0.0.1":
            self.wrong.append(f"asked another host: {url}")


@pytest.fixture
def open_page(chromium: Browser, live_app: Flask, live_server: str) -> Iterator[Pages]:
    """Call with a path: the page, in a browser of its own. Anything in the console fails the test."""
    # What words mean is known before a browser waits for it: tests of other databases in this process displace that.
    assert live_app.test_client().get("/api/needs?q=sleep").status_code == 200
    forget_tries(live_app)  # many tests come from one address, one soon after the other
    pages = Pages(chromium, live_server, [])
    yield pages
    for context in chromium.contexts:
        context.close()
    assert pages.wrong == []
