"""The front pages on an old phone with one bar of signal: how soon they are read, whether they jump, what they weigh.

    .venv/bin/python -m bench.phone [--write]

A real Chromium with a phone's screen, a processor slowed to a quarter, 400 kbit/s and 400 ms for each answer, against
the real server with the real listings on SQLite. Medians of `ROUNDS`, each in a browser that has nothing of ours yet
("first"), and then once more ("again"). Figures stand beside those kept in `bench/phone.json`; --write keeps them anew.
"""

import json
import os
import shutil
import statistics
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page, ViewportSize, sync_playwright

from bench.national.processes import serve
from bench.pages import load, say
from hub_finder.config import ROOT

KEPT = ROOT / "bench/phone.json"
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
ROUNDS = 3
SLOWER = 4
# How long after the last answer a page is watched.
SETTLED_MS = 1000
LATENCY_MS, BYTES_A_SECOND = 400, 400_000 / 8
# What a page must keep to: see docs/accessibility.md.
MOST = {"first_ms": 2500, "again_ms": 1000, "shift": 0.05, "first_kb": 100, "map_kb": 150}
# Counts what the page does to the reader: when its largest part was there, and how far things moved.
WATCH = """() => {
  window.seen = {largest: 0, shift: 0};
  new PerformanceObserver(list => list.getEntries().forEach(entry => { seen.largest = entry.startTime; }))
    .observe({type: "largest-contentful-paint", buffered: true});
  new PerformanceObserver(list => list.getEntries().forEach(entry => {
    if (!entry.hadRecentInput) seen.shift += entry.value;
  })).observe({type: "layout-shift", buffered: true});
}"""
Figures = dict[str, float]


def main() -> None:
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        say("\nOn a phone: not measured. There is no Chromium here; scripts/browser installs it where it may.")
        return
    with tempfile.TemporaryDirectory() as folder:
        address = f"sqlite:///{folder}/phone.sqlite"
        postcode = load(address).extensions["hub_area"].postcode_example.replace(" ", "+")
        pages = {
            "/": "/",
            "/search (postcode)": f"/search?postcode={postcode}",
            "/search (words, two children)": f"/search?q=toddler+group&postcode={postcode}&age=1&age=4",
        }
        command = [sys.executable, "-m", "gunicorn", "wsgi:app"]
        log = Path(folder) / "server.log"
        with (
            serve(command, {"DATABASE_URL": address}, first="/health/ready", log=log) as server,
            sync_playwright() as playwright,
        ):
            # Chromium will not sandbox for root, which is what containers run as.
            args = ["--no-sandbox"] if os.geteuid() == 0 else []
            browser = playwright.chromium.launch(executable_path=program, args=args)
            site = f"http://127.0.0.1:{server.port}"
            figures = {name: measure(browser, site + path) for name, path in pages.items()}
            browser.close()
    report(figures)
    if "--write" in sys.argv[1:]:
        kept = {"measured_on": datetime.now(UTC).date().isoformat(), "pages": figures}
        KEPT.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")


def measure(browser: Browser, address: str) -> Figures:
    """The medians of one page's figures: milliseconds, kilobytes over the wire, and layout shift."""
    rounds = [_round(browser, address) for _ in range(ROUNDS)]
    return {name: round(statistics.median(one[name] for one in rounds), 3) for name in rounds[0] if name in rounds[-1]}


def _round(browser: Browser, address: str) -> Figures:
    with _phone(browser) as (page, wire):
        received: list[float] = []
        wire.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))

        def visit() -> Figures:
            received.clear()
            page.goto(address, wait_until="networkidle", timeout=60_000)
            page.wait_for_timeout(SETTLED_MS)
            seen = page.evaluate("seen")
            return {"ms": seen["largest"], "shift": seen["shift"], "kb": sum(received) / 1000}

        first = visit()
        page.goto("about:blank")
        again = visit()
        found = {
            "first_ms": first["ms"],
            "again_ms": again["ms"],
            "shift": max(first["shift"], again["shift"]),
            "first_kb": first["kb"],
            "again_kb": again["kb"],
        }
        button = page.locator("[data-map-show]")
        if button.count():
            received.clear()
            button.click()
            page.wait_for_selector(".leaflet-container", timeout=60_000)
            page.wait_for_timeout(SETTLED_MS)
            found["map_kb"] = sum(received) / 1000
        return found


@contextmanager
def _phone(browser: Browser) -> Iterator[tuple[Page, CDPSession]]:
    """A new browser on a small, slow phone with one bar of signal."""
    context = browser.new_context(
        viewport=ViewportSize(width=360, height=640), device_scale_factor=2, is_mobile=True, has_touch=True
    )
    try:
        page = context.new_page()
        page.add_init_script(f"({WATCH})()")
        wire = context.new_cdp_session(page)
        wire.send("Network.enable")
        wire.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        signal = {"latency": LATENCY_MS, "downloadThroughput": BYTES_A_SECOND, "uploadThroughput": BYTES_A_SECOND}
        wire.send("Network.emulateNetworkConditions", {"offline": False, **signal})
        yield page, wire
    finally:
        context.close()


def report(figures: Mapping[str, Figures]) -> None:
    """Print each figure beside the one kept, and whether it is within what is allowed."""
    kept: dict[str, Any] = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}
    kept_on = kept.get("measured_on", "never")
    say(f"\nOn an old phone with one bar of signal; median of {ROUNDS}; kept figures of {kept_on}")
    say(f"{'page':<34}{'figure':<10}{'now':>10}{'kept':>10}{'most':>8}")
    for page, values in figures.items():
        for name, value in values.items():
            before, most = kept.get("pages", {}).get(page, {}).get(name), MOST.get(name)
            over = "  over" if most is not None and value > most else ""
            say(f"{page:<34}{name:<10}{_short(value):>10}{_short(before):>10}{_short(most):>8}{over}")


def _short(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:.3f}" if value < 1 else f"{value:,.0f}"


if __name__ == "__main__":
    main()
