"""Words of other vocabularies as ours: taxonomy terms, languages and areas. What is not known stays as words."""

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

from babel import Locale

from hub_finder.area import Area
from hub_finder.config import ROOT
from hub_finder.directory.columns import language_name
from hub_finder.directory.postcodes import is_outcode
from hub_finder.importers.lga_terms import read_lga_terms
from hub_finder.models.services import Need

TERMS_FILE = ROOT / "data/taxonomy_terms.csv"
_COUNCIL_CODE = re.compile(r"\b[EWSN]\d{8}\b")
_COUNTRY = {"national", "nationwide", "england", "united kingdom", "uk", "great britain", "england and wales"}
_COUNTRY |= {"all of the uk", "whole of the uk", "all of england"}
_COUNTRY_CODES = {"E92000001", "K02000001", "K03000001", "K04000001"}
_COUNCIL_WORDS = re.compile(
    r"\b(council|county|borough|city of|district|metropolitan|london borough of|royal borough of)\b"
)


@dataclass
class Sorted:
    """What taxonomy terms mean here, in their order. `words` are the (taxonomy, term) that stand for no need of ours,
    and so are kept as they are; `unknown` are those of them that are in no list here."""

    needs: list[str] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    sensitive: bool = False
    words: list[tuple[str, str]] = field(default_factory=list)
    unknown: list[tuple[str, str]] = field(default_factory=list)


class Terms:
    """Terms by their words: those of the two files of terms in `data/`, and the names of our own needs and kinds."""

    def __init__(self, needs: Mapping[str, Need], area: Area) -> None:
        self.known: dict[tuple[str, str], tuple[str, str, bool]] = {}
        for kind in area.kinds.values():
            for name in (kind.slug, kind.label, kind.plural_label):
                self.known["", key_of(name)] = ("", kind.slug, False)
        for need in needs.values():
            for name in (need.slug, need.label):
                kind_too = self.known.get(("", key_of(name)), ("", "", False))[1]
                self.known["", key_of(name)] = (need.slug, kind_too, False)
        for taxonomy, term, need_slug, kind_slug, sensitive in _rows():
            meant = (need_slug if need_slug in needs else "", kind_slug if kind_slug in area.kinds else "", sensitive)
            self.known[taxonomy, term] = meant
        for one in read_lga_terms():
            if one.need in needs:
                self.known[key_of(one.taxonomy), key_of(one.name)] = (one.need, "", False)

    def sort(self, terms: Iterable[tuple[str, str]]) -> Sorted:
        """What (taxonomy, term) pairs mean here."""
        found = Sorted()
        for taxonomy, term in terms:
            term_key = key_of(term)
            meant = self.known.get((key_of(taxonomy), term_key)) or self.known.get(("", term_key))
            need, kind, sensitive = meant or ("", "", False)
            found.words += [] if need else [(taxonomy, term)]
            found.unknown += [] if meant else [(taxonomy, term)]
            found.needs += [need] if need and need not in found.needs else []
            found.kinds += [kind] if kind and kind not in found.kinds else []
            found.sensitive |= sensitive
        return found


@cache
def _rows() -> tuple[tuple[str, str, str, str, bool], ...]:
    with TERMS_FILE.open(encoding="utf-8", newline="") as file:
        return tuple(
            (key_of(row["taxonomy"]), key_of(row["term"]), row["need"], row["kind"], row["sensitive"] == "yes")
            for row in csv.DictReader(file)
        )


def key_of(name: str) -> str:
    """A name made alike: small letters and numbers, "and" for "&"."""
    return " ".join(re.findall(r"[^\W_]+", name.casefold().replace("&", " and ").replace("’", "").replace("'", "")))


# ---- languages


@cache
def _languages() -> dict[str, str]:
    named = {key_of(name): code.replace("_", "-") for code, name in Locale("en").languages.items()}
    return named | {"british sign language": "bfi", "bsl": "bfi", "british sign language bsl": "bfi"}


def language_code(text: str) -> str:
    """The code of a language by its code or its English name; "" when there is none."""
    code = text.strip()
    if re.fullmatch(r"[A-Za-z]{2,3}", code) and language_name(code.lower()):
        return code.lower()
    found = _languages().get(key_of(code), "")
    return found if found and language_name(found) else ""


# ---- areas


class Areas:
    """The scopes of ours that a feed's words or codes for an area stand for."""

    def __init__(self, area: Area) -> None:
        self.codes = area.councils.keys()
        self.localities = {key_of(one.name): slug for slug, one in area.localities.items()}
        self.councils: dict[str, set[str]] = {}
        for code, name in area.councils.items():
            for key in {key_of(name), _bare(name)}:
                self.councils.setdefault(key, set()).add(code)

    def scope(self, *texts: str) -> str:
        """One scope for the first of these texts that says which, "" when none does."""
        for text in (text for text in texts if text):
            codes = set(_COUNCIL_CODE.findall(text))
            if codes & _COUNTRY_CODES or key_of(text) in _COUNTRY:
                return "national"
            if len(codes) == 1 and codes & self.codes:
                return f"council:{codes.pop()}"
            if slug := self.localities.get(key_of(text)):
                return f"locality:{slug}"
            named = self.councils.get(key_of(text)) or self.councils.get(_bare(text)) or set()
            if len(named) == 1:
                return f"council:{next(iter(named))}"
            if is_outcode(text.upper()):
                return f"outcode:{text.upper()}"
        return ""


def _bare(name: str) -> str:
    """A council's name without the words for what kind of council it is."""
    return " ".join(_COUNCIL_WORDS.sub(" ", key_of(name)).split())
