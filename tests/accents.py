"""Made-up translations: every text of ours with accents on its vowels, so that a text that is not translated shows."""

import re
import subprocess
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from bs4 import BeautifulSoup, Comment, Tag
from bs4.element import NavigableString

from hub_finder.config import ROOT
from hub_finder.web import SITE_NAME

_ACCENTS = str.maketrans("aeiouyAEIOUY", "áéíóúýÁÉÍÓÚÝ")
# What stands in a text and is no word: placeholders, and the markup of a trans block.
_FIXED = re.compile(r"(%\(\w+\)s|%%|<[^>]+>|&\w+;)")
# A word that nobody has put accents on. All have a vowel.
_BARE = re.compile(r"(?<![^\W\d_])(?=[A-Za-z]*[aeiouy])[A-Za-z]{2,}(?![^\W\d_])", re.IGNORECASE)
# Addresses, and what stands in the address of a page.
_ADDRESSES = re.compile(r"https?://\S+|\S+@\S+|\b[A-Z]{1,2}\d\w*( \d[A-Z]{2})?\b|\b\w+=\S+")
_SPOKEN = ("alt", "aria-label", "placeholder", "title", "data-label")


def make_translations(folder: Path, tag: str) -> None:
    """Collect all that is marked, as `make messages` does, and translate it into a folder."""
    template = folder / "messages.pot"
    subprocess.run([ROOT / "scripts/messages", template], check=True)
    with template.open("rb") as file:
        marked = read_po(file)
    catalogue = Catalog(locale=tag)
    for message in marked:
        if message.id:
            catalogue.add(message.id, _translated(message, catalogue.num_plurals), context=message.context)
    translated = folder / tag / "LC_MESSAGES/messages.mo"
    translated.parent.mkdir(parents=True)
    with translated.open("wb") as file:
        write_mo(file, catalogue)


def accented(text: str) -> str:
    parts = _FIXED.split(text)
    return "".join(part if at % 2 else part.translate(_ACCENTS) for at, part in enumerate(parts))


def untranslated(page: BeautifulSoup, data: set[str]) -> list[str]:
    """The texts of a page that are plain English, without what is marked as English and what comes from the data."""
    known = "|".join(re.escape(one) for one in sorted(data | {SITE_NAME}, key=len, reverse=True))
    without = re.compile(rf"(?<!\w)(?:{known})(?!\w)")
    texts = {" ".join(text.split()) for text in _texts(page)}
    return sorted(text for text in texts if _BARE.search(without.sub(" ", _ADDRESSES.sub(" ", text))))


def texts_in(thing: object) -> set[str]:
    """All texts of the data of an area, or of anything else made of dataclasses and lists."""
    if isinstance(thing, str):
        return {thing} if thing else set()
    if isinstance(thing, dict):
        return texts_in(list(thing.values()))
    if isinstance(thing, list | tuple | set | frozenset):
        return set().union(*(texts_in(one) for one in thing))
    if is_dataclass(thing):
        return texts_in([getattr(thing, field.name) for field in fields(thing)])
    return set()


def _translated(message: Message, forms: int) -> str | tuple[str, ...]:
    if isinstance(message.id, str):
        return accented(message.id)
    one, many = message.id
    return (accented(one), *[accented(many)] * (forms - 1))


def _texts(page: BeautifulSoup) -> Iterator[str]:
    for tag in page.find_all(True):
        if tag.name in ("script", "style", "template") or _has_own_language(tag):
            continue
        yield from (str(tag[name]) for name in _SPOKEN if tag.has_attr(name))
        if tag.name == "meta" and tag.get("name") == "description":
            yield str(tag["content"])
        yield from (
            str(part) for part in tag.children if isinstance(part, NavigableString) and not isinstance(part, Comment)
        )


def _has_own_language(tag: Tag) -> bool:
    """Whether it is marked as being in another language than the page."""
    return next(one.name for one in (tag, *tag.parents) if one.has_attr("lang")) != "html"
