"""The manners of HTTP towards programs that read: any origin, moments, the way from page to page, and how often."""

import hashlib
import re
import secrets
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from threading import Lock
from typing import NamedTuple
from urllib.parse import quote_plus, urlencode

from flask import Flask, Response, current_app, g, request
from werkzeug import Response as WerkzeugResponse
from werkzeug.exceptions import TooManyRequests

from hub_finder.directory import times
from hub_finder.web import error_json, public_url

# Addresses that programs read. Pages are for people.
_FOR_PROGRAMS = re.compile(
    r"/api/.*|/services(/[^/]+)?\.(json|geojson|csv|ics|atom)|/data/.*|/about/coverage\.csv", re.DOTALL
)
# What a script of another site may see of an answer, besides its body.
EXPOSED = ("Content-Disposition", "ETag", "Last-Modified", "Link", "RateLimit", "RateLimit-Policy", "Retry-After")
# For how many seconds a browser need not ask again whether a script of another site may read.
PREFLIGHT_HOLDS = 86_400
# Older browsers do not know the star.
_TAKEN = "*, If-Modified-Since, If-None-Match"
# A moment tells two states from each other only once its second is over, and whoever wrote then has committed.
_SETTLES = timedelta(minutes=1)
# Proxies refuse an answer whose headers are long, and an address may be: then fewer links are told.
_LONGEST = 3_000
COUNTS, SEARCH_COUNTS = "hub_counts", "hub_search_counts"
# Pages that search for what is asked, each time anew.
SEARCHES = frozenset(
    f"finder.{name}" for name in ("search", "search_easily", "show_embed", "show_embedding", "show_pack")
)
_STARTED = datetime.now(UTC)


def init_app(app: Flask) -> None:
    if most := app.config["HUB_API_PER_MINUTE"]:
        app.extensions[COUNTS] = Counts(most)
        # Before anything is read that costs more than counting.
        app.before_request_funcs.setdefault(None, []).insert(0, _count)
    if most := app.config["HUB_SEARCHES_PER_MINUTE"]:
        app.extensions[SEARCH_COUNTS] = Counts(most)
        app.before_request_funcs.setdefault(None, []).insert(0, _count_search)
    app.after_request(_close_unsent)
    app.after_request(_be_open)


class Count(NamedTuple):
    """Where an asker stands: how many answers are left in this minute, -1 when none was; the seconds to its end."""

    remaining: int
    ends_in: int


class Counts:
    """How often each address asked in this minute, in the memory of this process alone.

    What stands for an address is a hash with a key that nobody keeps, and goes with its minute. Of an IPv6 address it
    is the network, which one household or office has for itself.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self._key = secrets.token_bytes(16)
        self._minute = 0
        self._asked: Counter[bytes] = Counter()
        self._lock = Lock()

    def add(self, address: str, at: float) -> Count:
        """Count one more request; `at` in seconds of Unix time."""
        minute, second = divmod(int(at), 60)
        who = hashlib.blake2b(_network(address).encode(), key=self._key, digest_size=8).digest()
        with self._lock:
            if minute != self._minute:
                self._minute = minute
                self._asked.clear()
            self._asked[who] += 1
            return Count(max(-1, self.most - self._asked[who]), 60 - second)


def _network(address: str) -> str:
    with suppress(ValueError):
        if ":" in address:
            return str(ip_network((address.partition("%")[0], 64), strict=False))
    return address


def is_for_programs() -> bool:
    """Whether the address asked for is one that any program may read, errors there included."""
    return bool(_FOR_PROGRAMS.fullmatch(request.path))


def dated(response: WerkzeugResponse, at: datetime) -> WerkzeugResponse:
    """Tell when an answer last changed, and answer 304 to who has it as it has been since. A tag that is sent decides.

    `at` must move whenever anything in the answer does; that code and the area's files may have, goes by itself. A
    moment younger than a minute is told a second too early, so that nobody who has what was then is told that it holds.
    """
    if response.status_code != 200:
        return response
    at = max(at, _STARTED)
    now = times.now()
    is_settled = now - at >= _SETTLES
    if "If-Modified-Since" not in request.headers:
        # A clock that was ahead may have told a moment to come, which no answer may name.
        response.last_modified = at if is_settled else min(at, now) - timedelta(seconds=1)
    elif is_settled:
        response.last_modified = at
        return response if "If-None-Match" in request.headers else response.make_conditional(request)
    return response


def started() -> datetime:
    """When this process began: what is told may follow from code and files that changed with it."""
    return _STARTED


def link_pages(response: WerkzeugResponse, page: int, pages: int, further: Mapping[str, object] | None = None) -> None:
    """Say in a `Link` header (RFC 8288) where the other pages of a list are: next, prev, first and last.

    Where `further` is told, what the address of the next page says besides, that link holds whatever changes; there is
    no next page where nothing is told.
    """
    last, without = max(1, pages), _address_without()
    numbers = {"prev": min(page - 1, last)} if page > 1 else {}
    numbers |= {"first": 1, "last": last}
    start = without("page", "after")
    told = [f'<{start}page={number}>; rel="{name}"' for name, number in numbers.items()]
    if page < last if further is None else further:
        said = urlencode({name: value for name, value in {"page": page + 1, **(further or {})}.items() if value})
        told.insert(0, f'<{without("page", *(further or {}))}{said}>; rel="next"')
    while len(told) > 1 and sum(map(len, told)) > _LONGEST:
        told.pop()
    response.headers["Link"] = ", ".join(told)


def _address_without() -> Callable[..., str]:
    """What gives the full address of what is asked without some parameters, to put others behind it."""
    # Not as arguments of url_for, where a visitor's "_scheme" or "endpoint" would have a meaning.
    address = public_url(request.endpoint or "", **(request.view_args or {}))
    given = [
        (name, f"{quote_plus(name)}={quote_plus(value)}&") for name, value in request.args.items(multi=True) if value
    ]
    return lambda *names: f"{address}?{''.join([said for name, said in given if name not in names])}"


def _count() -> Response | None:
    """Refuse who has had all answers of this minute. A browser that asks what it may (OPTIONS) is not counted."""
    if request.method == "OPTIONS" or not is_for_programs():
        return None
    counts: Counts = current_app.extensions[COUNTS]
    g.count = count = counts.add(request.remote_addr or "", time.time())
    if count.remaining >= 0:
        return None
    message = f"You may ask {counts.most:,} times in a minute. Wait {count.ends_in} seconds and ask again."
    response = error_json("too_many_requests", message, 429)
    response.headers["Retry-After"] = str(count.ends_in)
    return response


def _count_search() -> None:
    """Ask who searched too often in this minute to wait."""
    if request.endpoint in SEARCHES:
        counts: Counts = current_app.extensions[SEARCH_COUNTS]
        count = counts.add(request.remote_addr or "", time.time())
        if count.remaining < 0:
            raise TooManyRequests(retry_after=count.ends_in)


def _tell_count(response: Response, most: int, count: Count) -> None:
    """As draft-ietf-httpapi-ratelimit-headers-10 of the IETF has it: the rule, and where this asker stands."""
    response.headers["RateLimit-Policy"] = f'"reads";q={most};w=60'
    response.headers["RateLimit"] = f'"reads";r={max(0, count.remaining)};t={count.ends_in}'


def _close_unsent(response: Response) -> Response:
    """Close what was to be sent in parts, where the head alone is sent: the server would leave it open."""
    if response.is_streamed and (request.method == "HEAD" or response.status_code in (204, 304)):
        response.close()
    return response


def _be_open(response: Response) -> Response:
    if not is_for_programs():
        # No page of another site may load it, be it as a picture or a script.
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        return response
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = ", ".join(EXPOSED)
    if "count" in g:
        _tell_count(response, current_app.extensions[COUNTS].most, g.count)
    if request.method == "OPTIONS" and response.status_code == 200:
        response.status_code = 204
        response.headers.remove("Content-Type")
        response.headers["Access-Control-Allow-Methods"] = response.headers["Allow"]
        response.headers["Access-Control-Allow-Headers"] = _TAKEN
        response.headers["Access-Control-Max-Age"] = str(PREFLIGHT_HOLDS)
    return response
