"""Words as the search index holds them: without case or accents, and cut to their stems.

The stems are made here and not by the database, so that both databases match the same words.
"""

import re
import unicodedata
from functools import cache, lru_cache
from threading import Lock
from typing import Any

MOST_WORDS = 12
# Longer words are cut: PostgreSQL keeps none over 2,046 bytes.
LONGEST_WORD = 100
_WORD = re.compile(r"[^\W_]+")
# For a text that is all ASCII: every byte in lower case, or a space where no word has it. Far faster than the pattern.
_PLAIN_BYTES = bytes(byte if chr(byte).isalnum() else ord(" ") for byte in range(128)).lower().ljust(256)
# What no decomposition takes apart; people leave the strokes out. The last is an apostrophe that counts as a letter.
_PLAIN_LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ħ": "h", "ŧ": "t", "ı": "i", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ʼ": ""}
)
# Letters that people write for each other: Ukrainian on a Russian keyboard, or without soft signs; Arabic without
# hamza, with Persian letters, drawn out, and its digits. Marks above and below are off by then ("ї" is "і").
_ALIKE = str.maketrans("іыэєґىیۍةکٱ٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "ииеегيييهكا01234567890123456789", "ьъءـ")
_CYRILLIC = re.compile("[а-ӿ]")
# Latin letters in a Cyrillic word, for those that look the same.
_LOOKS_CYRILLIC = str.maketrans("aceiopxy", "асеиорху")
# The stemmer works on one word at a time: threads take turns.
_TURN = Lock()
# Words that say nothing about what is looked for.
EMPTY_WORDS = frozenset(
    """a about am an and any are as at be been but by can do does for from get got had has have he her him his how i if
    in into is it its just like me mine my need of on or our please she so some that the their them there they this to
    us want was we were what when where which who why will with would you your""".split()  # noqa: SIM905
)
# They turn round what is said beside them. By themselves they tell two listings apart no more than those above.
NEGATIONS = frozenset(
    """not no never cannot cant wont dont doesnt didnt isnt arent wasnt werent havent hasnt hadnt couldnt wouldnt
    shouldnt""".split()  # noqa: SIM905
)


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """The stem of a word of `words`: "sleeping" and "sleeps" are both "sleep"."""
    with _TURN:
        found: str = _stemmer().stemWord(word)
    return found


@cache
def _stemmer() -> Any:
    # Brings the stemmers of thirty languages, which is slow to import and which the making of the index does without.
    import snowballstemmer

    return snowballstemmer.stemmer("english")


def words(text: str) -> list[str]:
    """The words of a text, lower case and without accents; apostrophes join ("children's" is "childrens")."""
    if text.isascii():  # as most are, and then there is nothing to take off
        found = text.encode().translate(_PLAIN_BYTES, b"'").decode().split()
    else:
        plain = text.replace("'", "").replace("’", "")
        marks = unicodedata.normalize("NFKD", plain).casefold()
        plain = "".join(mark for mark in marks if not unicodedata.combining(mark)).translate(_PLAIN_LETTERS)
        found = [_without_lookalikes(word) for word in _WORD.findall(plain.translate(_ALIKE))]
    return [word[:LONGEST_WORD] for word in found]


def _without_lookalikes(word: str) -> str:
    return word.translate(_LOOKS_CYRILLIC) if _CYRILLIC.search(word) else word


def distinct_words(text: str) -> str:
    """The words of a text, once each and in order, as one text with spaces between: what the index stores."""
    if text.isascii():
        plain = text.encode().translate(_PLAIN_BYTES, b"'")
        if _has_only_short(plain):
            return b" ".join(dict.fromkeys(plain.split())).decode()
    return " ".join(dict.fromkeys(words(text)))


def _has_only_short(plain: bytes) -> bool:
    """Whether no word is to be cut, told from space to space: to measure each word takes five times as long."""
    start, end = 0, len(plain) - LONGEST_WORD
    while start < end:
        start = plain.rfind(b" ", start, start + LONGEST_WORD + 1) + 1
        if not start:
            return False
    return True


def stems(text: str) -> list[str]:
    """The stems of a text's words, in order."""
    return [stem(word) for word in words(text)]


def telling_words(text: str) -> list[str]:
    """The words of a text without those that say nothing."""
    return [word for word in words(text) if word not in EMPTY_WORDS and word not in NEGATIONS]


def query_stems(text: str) -> list[str]:
    """The stems worth looking for in what someone typed: at most 12, once each.

    The words that say nothing are left out, unless there are no others and a name may be meant ("The Who").
    """
    return list(dict.fromkeys(stem(word) for word in telling_words(text) or words(text)))[:MOST_WORDS]
