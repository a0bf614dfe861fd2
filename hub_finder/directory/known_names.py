"""Names that everybody may read, looked up in a text: of listings, organisations, buildings, towns and streets."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from weakref import ReferenceType, ref

from flask import current_app
from sqlalchemy import select, union

from hub_finder.directory import index
from hub_finder.directory.personal_words import FIRST_NAMES
from hub_finder.directory.snapshot import Snapshot
from hub_finder.directory.text import words
from hub_finder.extensions import db
from hub_finder.models.services import Location, Organisation, Service

EXTENSION = "hub_known_names"
_COLUMNS = (Service.name, Organisation.name, Location.name, Location.city, Location.address_1)
# As in `text.words`, an apostrophe joins: "St Mary’s" is two words.
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
Name = tuple[str, ...]


@dataclass(frozen=True)
class _Names:
    """The words of each name, the longest first, by its first word; read of one state of the listings."""

    state: ReferenceType[Snapshot]
    by_first_word: Mapping[str, Sequence[Name]]


def find_known_names(text: str) -> set[str]:
    """The stretches of a text that are, word for word, such a name; without regard to case, marks and hyphens.

    A first name by itself is none, whatever is called so. The names are read again only after listings changed.
    """
    found = [(match.span(), word) for match in _WORD.finditer(text) for word in words(match[0])]
    known, at = set[str](), 0
    names = _names() if found else {}
    while at < len(found):
        rest = tuple(word for _, word in found[at : at + _longest(names, found[at][1])])
        name = next((one for one in names.get(found[at][1], ()) if rest[: len(one)] == one), None)
        if name:
            known.add(text[found[at][0][0] : found[at + len(name) - 1][0][1]])
        at += len(name) if name else 1
    return known


def _longest(names: Mapping[str, Sequence[Name]], word: str) -> int:
    return max(map(len, names.get(word, ())), default=0)


def _names() -> Mapping[str, Sequence[Name]]:
    now, kept = index.current(), current_app.extensions.get(EXTENSION)
    if not isinstance(kept, _Names) or kept.state() is not now:
        kept = _Names(ref(now), _read())
        current_app.extensions[EXTENSION] = kept
    return kept.by_first_word


def _read() -> dict[str, list[Name]]:
    stored = db.session.scalars(union(*map(select, _COLUMNS)))
    by_first_word = defaultdict[str, list[Name]](list)
    for name in {tuple(words(one)) for one in stored if one}:
        if name and not (len(name) == 1 and name[0] in FIRST_NAMES):
            by_first_word[name[0]].append(name)
    return {word: sorted(names, key=len, reverse=True) for word, names in by_first_word.items()}
