"""References that people can say on the phone: nine letters and figures, the last of which tells of a slip.

The alphabet is Crockford's base 32: no I, L, O or U. Its signs are the numbers of the field GF(32), and the last one is
a sum of the others in that field, each times another number, as in a Reed-Solomon code: any one wrong sign, and any two
that changed places, are found for sure. Eight random signs have 40 bits.
"""

import secrets

from hub_finder.languages import _

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 9
# What is read for a sign that is not in the alphabet, because it looks or sounds the same.
MEANT = str.maketrans({"I": "1", "L": "1", "O": "0"})
# x^5 + x^2 + 1, by which the numbers of the field are kept under 32.
_FIELD = 0b100101


class BadReference(ValueError):
    """A text that is no reference; the message says why, for the person who typed it."""


def new_reference() -> str:
    """A reference that nobody can guess."""
    signs = "".join(secrets.choice(ALPHABET) for _at in range(LENGTH - 1))
    return signs + ALPHABET[_remainder(signs)]


def read_reference(text: str) -> str:
    """The reference that someone typed: small letters, spaces, hyphens and look-alikes are forgiven.

    Raises BadReference.
    """
    signs = "".join(text.upper().translate(MEANT).replace("-", " ").split())
    odd = next((sign for sign in signs if sign not in ALPHABET), None)
    if not signs:
        raise BadReference(_("Enter your reference"))
    if odd is not None:
        raise BadReference(_("A reference never has “%(sign)s” in it. Look at it again", sign=odd))
    if len(signs) != LENGTH:
        said = _("A reference has %(right)s letters and numbers. This has %(typed)s", right=LENGTH, typed=len(signs))
        raise BadReference(said)
    if _remainder(signs[:-1]) != ALPHABET.index(signs[-1]):
        said = _("One letter or number is not right, or two are the wrong way round. Look at it again")
        raise BadReference(said)
    return signs


def spoken(reference: str) -> str:
    """The reference in groups of three: "K7Q-2M9-XD4"."""
    return "-".join(reference[at : at + 3] for at in range(0, LENGTH, 3))


def _remainder(signs: str) -> int:
    check = 0
    for sign in signs:
        check = _doubled(check ^ ALPHABET.index(sign))
    return check


def _doubled(number: int) -> int:
    """Twice a number of the field."""
    return (number << 1) ^ (_FIELD if number & 16 else 0)
