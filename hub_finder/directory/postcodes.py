"""The rules of UK postcodes: what was typed, what it may have meant, and what has no place on a map."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

Kind = Literal["postcode", "sector", "outcode", "incomplete", "text"]

_OUTWARD = r"[A-Z]{1,2}[0-9][A-Z0-9]?"
# The last two letters are never C, I, K, M, O or V.
_INWARD = r"[0-9][ABD-HJLNP-UW-Z]{2}"
_POSTCODE = re.compile(rf"({_OUTWARD})({_INWARD})")
_OUTCODE = re.compile(_OUTWARD)
_SECTOR = re.compile(rf"({_OUTWARD}) ([0-9])")
# Without its space a sector is certain only when the outcode already has all its characters.
_JOINED_SECTOR = re.compile(r"([A-Z]{2}[0-9][A-Z0-9]|[A-Z][0-9][A-Z0-9])([0-9])")
_INCOMPLETE = re.compile(rf"({_OUTWARD}) ?([0-9])[A-Z]")
_AT_THE_END = re.compile(rf".*[ ,]({_OUTWARD} ?{_INWARD})", re.DOTALL)

_TO_DIGIT = str.maketrans("OILZSB", "011258")
_TO_LETTER = str.maketrans("01258", "OIZSB")
_SHAPES = {2: ("AN",), 3: ("ANN", "AAN", "ANA"), 4: ("AANN", "AANA")}

# Postcode areas whose units the directories list without a point.
ISLANDS = {"JE": "Jersey", "GY": "Guernsey", "IM": "the Isle of Man"}
NORTHERN_IRELAND = "BT"
# Forces mail, bulk mail, returned mail and the old Girobank.
NOT_GEOGRAPHIC = frozenset({"BF", "BX", "XX", "GIR"})
# A code that starts so is never kept: no other area begins with these letters.
NEVER_KEPT = (NORTHERN_IRELAND, *ISLANDS, *sorted(NOT_GEOGRAPHIC))


@dataclass(frozen=True)
class Typed:
    """What was typed, sorted out. `code` is compact for a postcode (AB12CD), spaced for a sector (AB1 2)."""

    kind: Kind
    code: str


def clean(text: str) -> str:
    """The text in one line without control, formatting and unassigned characters; full-width forms made plain."""
    plain = unicodedata.normalize("NFKC", text)
    spaced = " ".join("".join(" " if mark.isspace() else mark for mark in plain).split())
    return "".join(mark for mark in spaced if not unicodedata.category(mark).startswith("C")).strip()


def compact(text: str) -> str:
    """Only the letters A to Z and the digits, in capitals: "ab1 2cd." is AB12CD."""
    return re.sub(r"[^A-Z0-9]", "", text.upper())


def spaced(code: str) -> str:
    """A compact postcode as people write it: AB12CD is "AB1 2CD"."""
    return f"{code[:-3]} {code[-3:]}"


def outcode_of(code: str) -> str:
    """The outcode of a compact postcode: AB12CD is in AB1."""
    return code[:-3]


def sector_of(code: str) -> str:
    """The sector of a compact postcode: AB12CD is in "AB1 2"."""
    return f"{code[:-3]} {code[-3]}"


def area_of(code: str) -> str:
    """The letters that a code starts with: AB for AB12CD, GIR for GIR0AA."""
    letters = re.match(r"[A-Z]*", code)
    return letters.group() if letters else ""


def is_postcode(code: str) -> bool:
    """Whether a compact text has the shape of a whole postcode."""
    return _POSTCODE.fullmatch(code) is not None


def is_outcode(code: str) -> bool:
    return _OUTCODE.fullmatch(code) is not None


def classify(text: str) -> Typed:
    """Tell a postcode, a sector, an outcode, a postcode typed in part, and anything else (text) apart.

    "AB1 2" is a sector and "AB12" is an outcode: only the space tells them apart. Shape alone
    counts; whether such a code exists is for the caller to find out.
    """
    words = re.sub(r"[^A-Z0-9]+", " ", text.upper()).strip()
    words = re.sub(r"^([A-Z]{1,2}) (?=[0-9])", r"\1", words)
    code = words.replace(" ", "")
    if is_postcode(code) or code == "GIR0AA":
        return Typed("postcode", code)
    sector = _SECTOR.fullmatch(words) or (None if " " in words else _JOINED_SECTOR.fullmatch(code))
    if sector:
        return Typed("sector", f"{sector.group(1)} {sector.group(2)}")
    if is_outcode(code):
        return Typed("outcode", code)
    incomplete = _INCOMPLETE.fullmatch(words)
    if incomplete:
        return Typed("incomplete", f"{incomplete.group(1)} {incomplete.group(2)}")
    return Typed("text", text)


def postcode_at_the_end(text: str) -> str | None:
    """The compact postcode that ends an address or a place name, if one does."""
    found = _AT_THE_END.fullmatch(text.upper().rstrip(" .,"))
    return compact(found.group(1)) if found else None


def repairs(text: str) -> frozenset[str]:
    """Compact postcodes that may have been meant, with O/0, I/1, L/1, Z/2, S/5 and B/8 put right by position.

    Never contains what was typed, and is empty for a single word without a digit. Act on them
    only when exactly one exists.
    """
    code = compact(text)
    in_two_parts = re.fullmatch(r"\w{2,4} \w{3}", text.strip()) is not None
    if not 5 <= len(code) <= 7 or not (in_two_parts or any(mark.isdigit() for mark in code)):
        return frozenset()
    outward, inward = code[:-3], code[-3:]
    inward = inward[0].translate(_TO_DIGIT) + inward[1:].translate(_TO_LETTER)
    found = set()
    for shape in _SHAPES[len(outward)]:
        marks = zip(outward, shape, strict=True)
        table = {"A": _TO_LETTER, "N": _TO_DIGIT}
        candidate = "".join(mark.translate(table[wanted]) for mark, wanted in marks)
        if is_postcode(candidate + inward):
            found.add(candidate + inward)
    return frozenset(found - {code})
