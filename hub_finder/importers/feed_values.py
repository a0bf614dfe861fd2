"""Values of a feed's JSON as our cells take them: text in one line, numbers, web addresses, phone numbers, dates."""

import html
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

Json = Mapping[str, Any]
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<!--.*?-->", re.DOTALL)
_ENTITY = re.compile(r"&(#\d+|#x[0-9a-f]+|[a-z]+);", re.IGNORECASE)
_DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z]{2,}([/?#:].*)?", re.IGNORECASE)
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class ItemReader:
    """Reads the values of one service, and gathers what is wrong with them and what was noticed."""

    def __init__(self) -> None:
        self.problems: list[tuple[str, str, str]] = []
        self.notes: list[str] = []

    def refuse(self, name: str, value: object, reason: str) -> None:
        self.problems.append((name, value if isinstance(value, str) else json.dumps(value), reason))

    def text(self, source: Json, *names: str) -> str:
        """The first of these values that is there, as text; nested values are refused."""
        value = next((source[name] for name in names if source.get(name) not in (None, "")), None)
        if isinstance(value, dict | list):
            self.refuse(names[0], value, "must be text")
            return ""
        return plain(value)

    def number(self, source: Json, name: str) -> Decimal | None:
        """A number, also one written as text; what is no number is refused."""
        text = self.text(source, name)
        if not text:
            return None
        try:
            number = Decimal(text)
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite() or abs(number) > 10**9:
            self.refuse(name, text, "must be a number")
            return None
        return number

    def many(self, source: Json, *names: str) -> Iterator[Json]:
        """The objects under these names."""
        for name in names:
            value = source.get(name)
            for one in value if isinstance(value, list) else [value]:
                if isinstance(one, dict):
                    yield one
                elif one not in (None, ""):
                    self.refuse(name, one, "must be a list of objects")


def plain(value: object) -> str:
    """Text in one line, without mark-up and characters that cannot be seen; "" for None."""
    if value is None:
        return ""
    text = str(value)
    if "<" in text:
        text = _TAG.sub(" ", text)
    if "&" in text:
        text = _ENTITY.sub(lambda found: html.unescape(found.group()), text)
    if not text.isprintable():
        text = "".join(map(_seen, text))
    return " ".join(text.split())


def _seen(mark: str) -> str:
    """A character as it may stand in a cell: a space for a control, nothing for what only shapes the text."""
    category = unicodedata.category(mark)
    if mark == "\u200d" or category[0] not in "CZ":
        return mark
    return " " if category[0] == "Z" or category == "Cc" else ""


def uuid_or_blank(text: str) -> str:
    """A UUID in small letters, or "" when it is none."""
    return text.lower() if _UUID.fullmatch(text.lower()) else ""


def web_address(text: str) -> str:
    """A web address, with http:// before one that was written without; anything else as it is."""
    if re.match(r"https?://", text, re.IGNORECASE) or not _DOMAIN.fullmatch(text):
        return text
    return f"http://{text}"


def phone_or_blank(text: str) -> str:
    """A phone number in digits and spaces, "" when there is more to it than a number."""
    number = re.sub(r"[()./‐‑–-]+", " ", text.strip("\"' ").replace("(0)", " "))
    number = " ".join(number.split())
    return number if re.fullmatch(r"\+?[0-9][0-9 ]{2,20}", number) else ""


def day_or_none(text: str) -> date | None:
    """The date that a text begins with."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def pieces(text: str, longest: int) -> list[str]:
    """A text in as many pieces as it needs, parted between words; nothing is lost."""
    found = []
    while len(text) > longest:
        cut = text.rfind(" ", 1, longest + 1)
        cut = cut if cut > 0 else longest
        found.append(text[:cut].strip())
        text = text[cut:].strip()
    return [*found, text] if text else found


def sentences(*parts: str) -> str:
    """Texts as sentences one after the other, each said once."""
    said = dict.fromkeys(part.strip() for part in parts if part.strip())
    return " ".join(part if part[-1] in ".!?:;" else f"{part}." for part in said)


def attribute(name: str, value: str) -> str:
    """A fact without a column of its own, as name=value."""
    clean_name = re.sub(r"[=|]+", " ", name).strip() or "note"
    return f"{clean_name}={value.replace('|', '/')}"


def once_each(values: Sequence[str]) -> str:
    """Values in one cell, with bars between, each once."""
    return "|".join(dict.fromkeys(value.replace("|", "/") for value in values if value))
