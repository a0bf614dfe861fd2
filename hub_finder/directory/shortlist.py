"""A family's shortlist: the ids of listings in the family's own order, and the code that a link holds them in.

The ids are those that listings have in feeds. They never change, so a link on paper still leads to the same listings
when the database has been made anew. Nothing here asks the database.
"""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Sequence
from uuid import UUID

MOST = 50
_BYTES = 16

Uids = tuple[str, ...]


class BadCode(ValueError):
    """A code that no list was ever packed into, such as one that a message cut short."""


class ListFull(ValueError):
    """More listings than a list may have."""


def pack(uids: Sequence[str]) -> str:
    """The code of a list: letters, digits, "-" and "_" only, about 21 for each listing.

    It begins with how many there are, so that a link that was cut short is not taken for a shorter list.
    """
    parts = [bytes([len(uids)]), *(UUID(uid).bytes for uid in uids)]
    return urlsafe_b64encode(b"".join(parts)).decode().rstrip("=")


def unpack(code: str) -> Uids:
    """The list that `pack` made a code of. Raises BadCode."""
    try:
        # The decoder passes over what is no letter of its own, so the text is made again and compared.
        data = urlsafe_b64decode(code.encode("ascii") + b"=" * (-len(code) % 4))
    except (UnicodeEncodeError, binascii.Error) as error:
        raise BadCode(code) from error
    count = data[0] if data else 0
    if count > MOST or len(data) != 1 + count * _BYTES:
        raise BadCode(code)
    uids = tuple(str(UUID(bytes=data[at : at + _BYTES])) for at in range(1, len(data), _BYTES))
    if len(set(uids)) < count or pack(uids) != code:
        raise BadCode(code)
    return uids


def joined(uids: Sequence[str], more: Iterable[str]) -> Uids:
    """The list with others at its end, each once. Raises ListFull; nothing is added then."""
    together = tuple(dict.fromkeys((*uids, *more)))
    if len(together) > MOST:
        raise ListFull
    return together


def without(uids: Sequence[str], uid: str) -> Uids:
    """The list without one of its listings."""
    return tuple(one for one in uids if one != uid)


def moved(uids: Sequence[str], uid: str, *, by: int) -> Uids:
    """The list with one of its listings so many places further down, up when negative; never beyond an end."""
    if uid not in uids:
        return tuple(uids)
    others = without(uids, uid)
    at = min(max(uids.index(uid) + by, 0), len(others))
    return (*others[:at], uid, *others[at:])
