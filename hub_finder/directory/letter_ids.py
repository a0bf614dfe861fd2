"""Ids of messages that leave: whoever sends one back proves that we wrote to an address. Nothing is kept for that.

An id holds the message's own number, when it was written, and a proof: a hash of both and of the address, made with the
site's key. So who has the id of a message to one address can say nothing about another, and no list of those whom we
wrote to is needed to read what comes back.
"""

import hmac
import re
from datetime import UTC, datetime

from flask import current_app

from hub_finder.config import site_keys
from hub_finder.directory.accounts import fold

# 80 bits of proof: nobody guesses that, one message at a time.
PROOF_SIGNS = 20
LETTER_ID = re.compile(rf"\b[0-9a-f]{{32}}\.[0-9a-f]{{8}}\.[0-9a-f]{{{PROOF_SIGNS}}}\b")


def letter_id(uid: str, *, address: str, written_at: datetime) -> str:
    """The id of a message to an address: the same each time it is made. `uid`: 32 signs of its own."""
    seconds = f"{int(written_at.timestamp()):08x}"
    return f"{uid}.{seconds}.{_proof(uid, seconds, address)}"


def written_to(text: str, address: str) -> datetime | None:
    """When we wrote a message of this id to this address, to the second; None when we did not."""
    if not LETTER_ID.fullmatch(text):
        return None
    uid, seconds, proof = text.split(".")
    proofs = [one[:PROOF_SIGNS] for one in keyed_by_all("letter", uid, seconds, fold(address))]
    if not any(hmac.compare_digest(proof, one) for one in proofs):
        return None
    return datetime.fromtimestamp(int(seconds, 16), tz=UTC)


def keyed(purpose: str, *parts: str) -> str:
    """A hash, in hexadecimal, that nobody can make without the site's key; another one for each purpose."""
    return keyed_by_all(purpose, *parts)[0]


def keyed_by_all(purpose: str, *parts: str) -> list[str]:
    """The same with each key that is believed: the one that signs now, then those before it."""
    said = "\0".join([purpose, *parts]).encode("utf-8", "surrogatepass")
    return [hmac.digest(key.encode(), said, "sha256").hex() for key in site_keys(current_app.config)]


def _proof(uid: str, seconds: str, address: str) -> str:
    return keyed("letter", uid, seconds, fold(address))[:PROOF_SIGNS]
