"""How a word sounds, and how likely one spelling is a slip of the fingers, or of the ear, for another."""

import re
from itertools import product
from string import ascii_lowercase

from rapidfuzz.distance import Postfix, Prefix

# What is spelt in many ways, and one letter or two for how it sounds; the order matters.
_SOUNDS = (
    *(("ph", "f"), ("ght", "t"), ("tch", "C"), ("sch", "sk"), ("ch", "C"), ("dge", "j"), ("ck", "k"), ("qu", "kw")),
    *(("tion", "Sn"), ("sion", "Sn"), ("cian", "Sn"), ("shun", "Sn"), ("sh", "S"), ("ce", "se"), ("ci", "si")),
    *(("cy", "sy"), ("c", "k"), ("x", "ks"), ("z", "s"), ("wh", "w"), ("sthm", "sm"), ("th", "f")),
    *(("ie", "i"), ("ei", "i"), ("ee", "i"), ("ea", "i"), ("ey", "i"), ("y", "i")),
    *(("ou", "u"), ("oo", "u"), ("ew", "u"), ("ue", "u"), ("ai", "a"), ("au", "o"), ("aw", "o")),
    *(("or", "er"), ("ar", "er"), ("ur", "er"), ("ir", "er")),
)
_SILENT_FIRST = (("kn", "n"), ("wr", "r"), ("ps", "s"))
_DOUBLE = re.compile(r"(.)\1+")

DOUBLED, SOUNDS_ALIKE, SWAPPED, VOWEL, LEFT_OUT, NEAR_KEY, WRONG = 0.4, 0.4, 0.5, 0.6, 0.8, 0.8, 1.0
# What it costs more at the start, where people seldom err.
FIRST = 0.8
_VOWELS = frozenset("aeiouy")
_ALIKE = frozenset(frozenset(pair) for pair in ("cs", "ck", "sz", "gj", "fv", "iy", "mn", "dt", "bp", "uw"))
_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_PLACES = {letter: (row, at + row / 2) for row, keys in enumerate(_KEYS) for at, letter in enumerate(keys)}


def sound(word: str) -> str:
    """The same short text for words that sound much alike: "physio" and "fizzio"."""
    for spelt, heard in _SILENT_FIRST:
        if word.startswith(spelt):
            word = heard + word[len(spelt) :]
    for spelt, heard in _SOUNDS:
        if spelt in word:
            word = word.replace(spelt, heard)
    return _DOUBLE.sub(r"\1", word).removesuffix("e")


def slip_cost(typed: str, meant: str) -> float:
    """How unlikely it is that one word was typed for another: 0 for the same, about 1 for each plain mistake.

    The cheapest way to make one of the other, with letters swapped, doubled, left out, put in or wrong. Only what
    stands between their like beginnings and ends is compared.
    """
    start = Prefix.similarity(typed, meant)
    end = Postfix.similarity(typed[start:], meant[start:])
    columns = range(start, len(meant) - end)
    before: list[float] = []
    row = [0.0]
    for j in columns:
        row.append(row[-1] + _gap(meant, j))
    for i in range(start, len(typed) - end):
        last, row = row, [row[0] + _gap(typed, i)]
        for at, j in enumerate(columns):
            wrong = _WRONG[typed[i], meant[j]] + (0 if i or j else FIRST)
            best = min(last[at] + wrong, last[at + 1] + _gap(typed, i), row[at] + _gap(meant, j))
            if i > start and at and typed[i - 1 : i + 1] == meant[j] + meant[j - 1]:
                best = min(best, before[at - 1] + SWAPPED + (FIRST if i == j == 1 else 0))
            row.append(best)
        before = last
    return row[-1]


def _gap(word: str, at: int) -> float:
    """What a letter costs that only one of the two words has."""
    if at == 0:
        return LEFT_OUT + FIRST
    return DOUBLED if word[at] == word[at - 1] else LEFT_OUT


def _wrong(letter: str, other: str) -> float:
    if letter == other:
        return 0
    if frozenset((letter, other)) in _ALIKE:
        return SOUNDS_ALIKE
    if {letter, other} <= _VOWELS:
        return VOWEL
    (row, column), (other_row, other_column) = _PLACES[letter], _PLACES[other]
    return NEAR_KEY if abs(row - other_row) <= 1 and abs(column - other_column) <= 1 else WRONG


_WRONG = {pair: _wrong(*pair) for pair in product(ascii_lowercase, repeat=2)}
