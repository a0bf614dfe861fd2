"""What two listings' names, numbers and addresses come down to when they are compared."""

import re
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import parse_qsl, urlencode, urlsplit

from hub_finder.directory.text import query_stems

# What a campaign or a mailing adds to a web address.
_TRACKING = re.compile(r"utm_\w+|fbclid|gclid|msclkid|mc_[ce]id|igshid|_gl|ref|ref_src", re.IGNORECASE)
_FRONT_PAGE = re.compile(r"/(?:index|default|home)\.\w{3,5}$")


@lru_cache(maxsize=50_000)
def phone_key(phone: str) -> str:
    """A phone number's national digits: "+44 (0)1632 960001" is 01632960001."""
    digits = "".join(mark for mark in phone if mark.isdecimal())
    if phone.lstrip().startswith("+44") or digits.startswith("0044"):
        return "0" + digits.removeprefix("00").removeprefix("44").removeprefix("0")
    return digits


def spaced_phone(digits: str) -> str:
    """A phone number's digits as people read them: 01632 960001, 020 7946 0001."""
    if len(digits) < 10:
        return digits
    code = 3 if digits.startswith("02") else 4 if digits.startswith(("03", "08")) else 5
    rest = f"{digits[code : code + 3 + (code == 3)]} {digits[code + 3 + (code == 3) :]}" if code < 5 else digits[code:]
    return f"{digits[:code]} {rest}"


@lru_cache(maxsize=50_000)
def website_key(address: str) -> str:
    """Where a web address leads: host and path without scheme, www, front page, tracking or last slash."""
    try:
        parts = urlsplit(address.strip())
        host = (parts.hostname or "").rstrip(".").removeprefix("www.").removeprefix("m.")
    except ValueError:
        return address.strip().casefold()
    path = _FRONT_PAGE.sub("", parts.path.casefold().rstrip("/"))
    asked = [(name, value) for name, value in parse_qsl(parts.query.casefold()) if not _TRACKING.fullmatch(name)]
    return f"{host}{path}{'?' + urlencode(sorted(asked)) if asked else ''}"


@lru_cache(maxsize=200_000)
def name_words(name: str) -> frozenset[str]:
    """The stems of a name's telling words: without "the", "and", "&", case, accents, plurals."""
    return frozenset(query_stems(name))


def core_words(words: frozenset[str], *said_elsewhere: Iterable[str]) -> frozenset[str]:
    """A name's words without those that its town or organisation has, as far as any are left."""
    for others in said_elsewhere:
        words = words.difference(others) or words
    return words
