"""Words in languages other than English: what their forms share, and whether a text is in such a language at all.

Nobody is asked for the language and nothing guesses which one it is. A text is read as English unless more of its words
are known in the other languages, which are learnt from together (docs/decisions/0036).
"""

from collections.abc import Container, Sequence

# Many a word changes its end, which an English stemmer leaves on. Measured: 4 letters are a little better than 5 or 6.
ROOT_LENGTH = 4
LEAST_KNOWN = 0.25
# "The", "and the", "in the", ... are written onto Arabic words.
_ARTICLES = ("وال", "بال", "كال", "فال", "لل", "ال")
LEAST_AFTER_ARTICLE = 3
# Ukrainian in Latin letters as people write it, the longest first; in the letters that `text.words` makes alike.
_SOUNDS = {
    "shch": "щ",
    "zgh": "зг",
    "zh": "ж",
    "kh": "х",
    "ts": "ц",
    "ch": "ч",
    "sh": "ш",
    "yi": "и",
    "ji": "и",
    "yu": "ю",
    "iu": "ю",
    "ju": "ю",
    "ya": "я",
    "ia": "я",
    "ja": "я",
    "ye": "е",
    "ie": "е",
    "je": "е",
}
_LETTERS = str.maketrans("abcdefghijklmnopqrstuvwxyz", "абцдефггииклмнопкрстуввхиз")


def root(word: str) -> str:
    """The beginning of a word of `text.words`, after the article of an Arabic one: what its forms share."""
    article = next((one for one in _ARTICLES if word.startswith(one)), "")
    rest = word[len(article) :]
    return (rest if len(rest) >= LEAST_AFTER_ARTICLE else word)[:ROOT_LENGTH]


def in_cyrillic(word: str) -> str:
    """A word in Latin letters as Ukrainian would have it: "dytyna" is "дитина"."""
    for sound, letters in _SOUNDS.items():
        word = word.replace(sound, letters)
    return word.translate(_LETTERS)


def read_as_other(said: Sequence[str], english: Container[str], others: Container[str]) -> list[str] | None:
    """The words of a text as those of another language, one for one, if more of them are known there; else None.

    Where it is in Latin letters and nearly none is known, it is a language that nothing is known of.
    """
    readings = [list(said), [in_cyrillic(word) if word.isascii() else word for word in said]]
    known, reading = max(((_known(one, others), one) for one in readings), key=lambda pair: pair[0])
    least = max(_known(said, english) + 1, LEAST_KNOWN * sum(word.isascii() for word in said))
    return reading if known >= least else None


def _known(said: Sequence[str], words: Container[str]) -> int:
    return sum(word in words for word in said)
