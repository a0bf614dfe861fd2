"""Asking a feed over http: patiently, politely, and no further than its own host. The one place that does."""

import json
import time
from collections.abc import Collection
from dataclasses import dataclass
from http.client import HTTPException, HTTPMessage, HTTPResponse
from typing import IO, Any
from urllib.error import HTTPError
from urllib.parse import SplitResult, urlsplit
from urllib.request import HTTPRedirectHandler, Request

from hub_finder.importers.outward import NotPublic, make_opener
from hub_finder.importers.report import UnreadableFile

PORTS = {"http": 80, "https": 443}
CHUNK = 65_536
LONGEST_ADDRESS = 2_000
# What a feed may ask us to wait at most, in seconds.
LONGEST_WAIT_S = 60


class FeedUnreachable(Exception):
    """The feed could not be asked, or did not answer; the message says why."""


class AnswerRefused(FeedUnreachable):
    """The feed will not answer this question: a status of 400 to 499 that trying again does not change."""


class AnswerFailed(FeedUnreachable):
    """The feed is there, but fails at this question each time: a status of 500 or more."""


class NotAFeed(Exception):
    """What was answered is no feed; the message says why."""


@dataclass(frozen=True, kw_only=True)
class Manners:
    """How patiently a feed is asked. Seconds and bytes."""

    timeout_s: float = 20
    slowest_answer_s: float = 180
    attempts: int = 4
    pause_s: float = 1
    largest_answer: int = 30_000_000


class _TryAgain(Exception):
    def __init__(self, reason: str, *, after_s: float = 0, failed: bool = False) -> None:
        super().__init__(reason)
        self.after_s, self.failed = after_s, failed


class _SameHost(HTTPRedirectHandler):
    """Follows a redirect only to the host that was asked, and never from https to http."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> Request | None:
        old, new = urlsplit(req.full_url), urlsplit(newurl)
        safer = new.scheme == old.scheme or (old.scheme, new.scheme) == ("http", "https")
        if new.hostname != old.hostname or not safer or not _same_port(old, new):
            raise FeedUnreachable(f"It sends on to another host, {new.netloc or newurl[:60]}, which is not followed.")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _same_port(old: SplitResult, new: SplitResult) -> bool:
    ports = [one.port or PORTS.get(one.scheme) for one in (old, new)]
    return ports[0] == ports[1] or ports == [PORTS["http"], PORTS["https"]]


def feed_address(text: str) -> str:
    """The address under which a feed's /services lies, in one form. Raises UnreadableFile."""
    try:
        parts = urlsplit(text.strip())
        parts.port  # noqa: B018  raises when it is no number
    except ValueError as error:
        raise UnreadableFile(f"{text} is not a web address: {error}.") from error
    if parts.scheme not in PORTS or not parts.hostname:
        raise UnreadableFile(f"{text} is neither a folder nor an address that starts with http:// or https://.")
    if len(text) > LONGEST_ADDRESS:
        raise UnreadableFile(f"The address is {len(text):,} characters long; the most is {LONGEST_ADDRESS:,}.")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise UnreadableFile("Give the feed's plain address, without a name, a password, a “?” or a “#”.")
    path = parts.path.rstrip("/").removesuffix("/services")
    return f"{parts.scheme}://{parts.netloc.lower()}{path}"


def fetch_json(address: str, manners: Manners, *, inside: Collection[str] = ()) -> Any:
    """What an address answers, as JSON. Raises FeedUnreachable, one of its kinds, or NotAFeed.

    Only the hosts named in `inside` may lie in a private network.
    A lost connection, 429 and 5xx are tried again, each time after a longer wait, or after the wait asked for.
    """
    kind, reason = FeedUnreachable, ""
    for attempt in range(manners.attempts):
        try:
            body = _ask(address, manners, inside)
            break
        except _TryAgain as again:
            kind, reason = AnswerFailed if again.failed else FeedUnreachable, str(again)
            if attempt + 1 < manners.attempts:
                time.sleep(min(LONGEST_WAIT_S, max(again.after_s, manners.pause_s * 2**attempt)))
    else:
        raise kind(f"{reason} It was tried {manners.attempts} times.")
    return _parse(body)


def _ask(address: str, manners: Manners, inside: Collection[str]) -> bytes:
    request = Request(address, headers={"Accept": "application/json", "User-Agent": "Hub-Finder"})  # noqa: S310
    try:
        with make_opener(_SameHost(), inside=inside).open(request, timeout=manners.timeout_s) as response:
            return _read(response, manners)
    except HTTPError as error:
        error.close()
        if error.code == 429 or error.code >= 500:
            wait = error.headers.get("Retry-After", "")
            after_s = float(wait) if wait.isdecimal() else 0
            raise _TryAgain(f"It answers {error.code}.", after_s=after_s, failed=error.code >= 500) from error
        raise AnswerRefused(f"It answers {error.code}.") from error
    except NotPublic as error:
        raise FeedUnreachable(str(error)) from error
    except ValueError as error:
        raise FeedUnreachable("It sends on to what is no address.") from error
    except (OSError, HTTPException) as error:
        raise _TryAgain(f"The connection failed ({error or type(error).__name__}).") from error


def _read(response: HTTPResponse, manners: Manners) -> bytes:
    parts, size, deadline = [], 0, time.monotonic() + manners.slowest_answer_s
    while chunk := response.read1(CHUNK):
        parts.append(chunk)
        size += len(chunk)
        if size > manners.largest_answer:
            raise NotAFeed(f"One of its answers is larger than {manners.largest_answer:,} bytes.")
        if time.monotonic() > deadline:
            raise _TryAgain("An answer took too long.")
    if response.length:
        raise _TryAgain("The connection was cut in the middle of an answer.")
    return b"".join(parts)


def _parse(body: bytes) -> Any:
    try:
        return json.loads(body, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        what = "a web page" if body.lstrip()[:1] == b"<" else "not JSON, or cut off"
        raise NotAFeed(f"An answer is {what}.") from error


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no number")
