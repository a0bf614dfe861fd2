"""Messages that tell of mail which could not be delivered (RFC 3464). Anybody may send one.

So what they say counts only when they hold the id of a message of ours, and the address that it was written to.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.errors import MessageError
from email.message import Message
from email.parser import BytesParser, HeaderParser
from pathlib import Path
from typing import IO, Literal

from hub_finder.directory.bounces import kind_of, mark_bounced
from hub_finder.directory.letter_ids import LETTER_ID, written_to
from hub_finder.extensions import db
from hub_finder.models.bounces import Kind

Outcome = Literal["marked", "known", "not ours", "no report", "unreadable"]

# Of each message, in bytes; what we write is a tenth of it.
LARGEST = 250_000
# Parts within parts take long to take apart, and a report has three.
MOST_PARTS = 10
# More than that and somebody wants to try them all.
MOST_NAMED = 10
LONGEST_FIELD = 1000
PARTS = re.compile(rb"multipart/|message/", re.IGNORECASE)
STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}\b")
# Read by no parser that knows names, comments and groups: hostile ones take those long.
ADDRESS = re.compile(r"(?<![^\s<>\"();:,@])[^\s<>\"();:,@]+@[^\s<>\"();:,@]+")
CODE = re.compile(r"\b5\d\d\b")


class Unreadable(ValueError):
    """No message, or one that nobody means well with."""


@dataclass(frozen=True, kw_only=True)
class Failure:
    """An address that a report names, and what it says of it."""

    address: str
    kind: Kind
    reason: str


def take_in(stream: IO[bytes]) -> Counter[Outcome]:
    """Mark the addresses that a file's messages tell of; returns what came of how many. Each mark is committed."""
    found: Counter[Outcome] = Counter()
    for raw in split(stream):
        found[_take_in(raw)] += 1
        db.session.commit()
    return found


def find_files(path: Path) -> Sequence[Path]:
    """A file, or those of a folder and its folders, such as a Maildir; not what is just being written there."""
    if not path.is_dir():
        return [path]
    inner = [one.relative_to(path) for one in sorted(path.rglob("*")) if one.is_file()]
    return [path / one for one in inner if "tmp" not in one.parts and not one.name.startswith(".")]


def split(stream: IO[bytes]) -> Iterator[bytes]:
    """The messages of a mailbox (mbox), or the one message that a file is; each without what makes it too large."""
    kept, size, is_mailbox, after_blank = bytearray(), 0, False, True
    while line := stream.readline(LARGEST):
        if line.startswith(b"From ") and (is_mailbox or not size) and after_blank:
            if size:
                yield bytes(kept)
            kept, size, is_mailbox = bytearray(), 0, True
        else:
            kept += line[: LARGEST - len(kept)]
            size += len(line)
        after_blank = not line.strip()
    if size:
        yield bytes(kept)


def read_failures(raw: bytes) -> Sequence[Failure]:
    """The addresses that a report says mail could not be brought to, the surest first; none in any other message.

    An address that is named only as whom a message was written to at first may have passed it on to others, one of
    which failed: that is no proof that it takes none. Raises Unreadable.
    """
    if len(PARTS.findall(raw)) > MOST_PARTS:
        raise Unreadable("too many parts")
    try:
        parts = list(BytesParser().parsebytes(raw).walk())
        blocks = [block for part in parts for block in _blocks_of(part)]
        written = [_address(_headers_of(part)["To"]) for part in parts]
        failed = [block for block in blocks if _field(block, "Action").lower() == "failed"][:MOST_NAMED]
        final = [_failure(block, "Final-Recipient", kind_of(_status_of(block))) for block in failed]
        original = [_failure(block, "Original-Recipient", Kind.SOFT) for block in failed]
    except (MessageError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise Unreadable(type(error).__name__) from error
    first = [Failure(address=one, kind=Kind.SOFT, reason=final[0].reason) for one in written if final]
    return [one for one in (*final, *original, *first) if one.address]


def _take_in(raw: bytes) -> Outcome:
    try:
        failures = read_failures(raw)
    except Unreadable:
        return "unreadable"
    if not failures:
        return "no report"
    ids = list(dict.fromkeys(LETTER_ID.findall(raw.decode("ascii", "replace"))))[:MOST_NAMED]
    for one in failures:
        for number in ids:
            if written_at := written_to(number, one.address):
                marked = mark_bounced(one.address, kind=one.kind, reason=one.reason, written_at=written_at)
                return "marked" if marked else "known"
    return "not ours"


def _blocks_of(part: Message) -> Sequence[Message]:
    """What a report says of each address; its first block is about all of them, and names none."""
    blocks = part.get_payload() if part.get_content_type() == "message/delivery-status" else []
    return [block for block in blocks if isinstance(block, Message)] if isinstance(blocks, list) else []


def _headers_of(part: Message) -> Message:
    """The headers of a part, or, where only those of our message were sent back, these."""
    given = part.get_payload() if part.get_content_type() == "text/rfc822-headers" else None
    return HeaderParser().parsestr(given) if isinstance(given, str) else part


def _failure(block: Message, field: str, kind: Kind) -> Failure:
    told = f"{_code_of(block)} {_status_of(block)}".strip() or "no code"
    return Failure(address=_address(block[field]), kind=kind, reason=f"It came back ({told}).")


def _status_of(block: Message) -> str:
    found = STATUS.match(_field(block, "Status"))
    return found[0] if found else ""


def _code_of(block: Message) -> str:
    found = CODE.search(_field(block, "Diagnostic-Code"))
    return found[0] if found else ""


def _address(value: object) -> str:
    """The address in a field such as "rfc822; <ann@a.example>", or in the header of a message; "" for none."""
    found = ADDRESS.search(_said(value))
    return found[0] if found else ""


def _field(block: Message, name: str) -> str:
    return _said(block[name]).strip()


def _said(value: object) -> str:
    return str(value or "")[:LONGEST_FIELD]
