"""The names of places, made alike so that the ways people write them meet."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from hub_finder.area import Area
from hub_finder.directory.text import words

_SAME = {"saint": "st", "nr": "near", "&": "and"}
_COUNTRIES = frozenset({"uk", "united kingdom", "gb", "great britain", "england"})


@dataclass(frozen=True)
class Candidate:
    """A key to look for, and the key of what was dropped from the text without being understood."""

    key: str
    left_out: str = ""


def key_of(name: str) -> str:
    """A name without case, accents, apostrophes, hyphens and brackets, with Saint as st and nr as near."""
    return " ".join(_SAME.get(word, word) for word in words(name.replace("&", " and ")))


def keys_of(name: str, aliases: Iterable[str]) -> str:
    """Every key that a place answers to, fenced as "|newton|newton near oakham|".

    "Newton (near Oakham)" answers to Newton as well, so that several of one name are all found.
    """
    short = re.sub(r"\([^()]*\)", " ", name)
    keys = dict.fromkeys(key for each in (name, short, *aliases) if (key := key_of(each)))
    return f"|{'|'.join(keys)}|"


def candidate_keys(typed: str, *, area: Area) -> list[Candidate]:
    """Keys to try for what was typed, the most exact first: all of it, then without what follows the name.

    The area's own name or a country's falls away ("Oakham, Fairshire", "Oakham Fairshire"). Of "A, B"
    first "A B" and "A near B" are tried as one name, then A alone, with B told as left out.
    """
    own = {key_of(name) for name in (area.name, area.council, area.council_area)} | _COUNTRIES
    parts = [key for part in typed.split(",") if (key := key_of(part))]
    while len(parts) > 1 and parts[-1] in own:
        parts.pop()
    whole = " ".join(parts)
    found = [Candidate(whole)]
    if len(parts) > 1:
        rest = " ".join(parts[1:])
        found += [Candidate(f"{parts[0]} near {rest}"), Candidate(parts[0], left_out=rest)]
    else:
        for ending in sorted(own | {key_of(name) for name in area.councils.values()}, key=len, reverse=True):
            if ending and whole.endswith(f" {ending}"):
                found.append(Candidate(whole.removesuffix(f" {ending}"), left_out="" if ending in own else ending))
                break
    name, _, near = whole.partition(" near ")
    if near:
        found.append(Candidate(name, left_out=near))
    return found
