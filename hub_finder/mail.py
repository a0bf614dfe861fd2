"""Mails as they leave: one address each, as plain text and the same as a page. `transports` takes them away."""

import re
from collections.abc import Sequence
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from uuid import uuid4

from flask import current_app, render_template

from hub_finder.directory import times
from hub_finder.transports import NotSent, transport

LONGEST_ADDRESS = 254
ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[a-z0-9-]+(\.[a-z0-9-]+)+", re.ASCII | re.IGNORECASE)


# An address of a page, without the marks that end the sentence around it.
LINK = re.compile(r"(https?://[^\s<>\"]*[^\s<>\".,;:!?)’])")

# What stands in a line: words, and whether they are an address of a page.
Parts = Sequence[tuple[str, bool]]


def is_address(text: str) -> bool:
    """Whether mail can go to this one address, as families type one."""
    if len(text) > LONGEST_ADDRESS or not ADDRESS.fullmatch(text):
        return False
    try:
        return Address(addr_spec=text).addr_spec == text
    except (MessageError, ValueError, IndexError):
        return False


def can_send() -> bool:
    """Whether this site can send mail at all."""
    return bool(current_app.config["HUB_MAIL_URL"])


def send(*, to: str, subject: str, text: str) -> None:
    """Send one mail now. Raises NotSent."""
    with transport() as send_one:
        send_one(message(to=to, subject=subject, text=text, written_at=times.now()), lambda: True)


def message(*, to: str, subject: str, text: str, written_at: datetime, uid: str = "") -> EmailMessage:
    """A mail as it leaves: its plain text, the same as HTML, and marked as a program’s, so that nothing answers it.

    A mail of the same `uid`, which its Message-ID begins with, is the same mail, whenever it is made; without one it is
    one of its own. Raises NotSent for what no mail can hold.
    """
    own = uid or uuid4().hex
    sender = current_app.config["HUB_MAIL_FROM"]
    mail = EmailMessage()
    try:
        mail["From"], mail["To"] = sender, Address(addr_spec=to)
        mail["Subject"], mail["Date"] = subject, format_datetime(written_at)
        mail["Message-ID"] = f"<{own}@{parseaddr(sender)[1].rpartition('@')[2]}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(text)
        mail.add_alternative(_as_page(text, subject), subtype="html")
        mail.set_boundary(f"=_{own}")
        to.encode("ascii")
    except (MessageError, ValueError, IndexError) as error:
        raise NotSent(f"It cannot be written as a mail ({type(error).__name__}).", for_good=True) from None
    return mail


def _as_page(text: str, subject: str) -> str:
    return render_template("mail.html", subject=subject, paragraphs=paragraphs(text))


def paragraphs(text: str) -> list[list[Parts]]:
    """Plain text as its paragraphs, these as their lines; a paragraph ends with an empty line."""
    parted = re.split(r"\n\s*\n", text.strip())
    return [[_parts(line) for line in paragraph.splitlines()] for paragraph in parted]


def _parts(line: str) -> Parts:
    return [(part, bool(number % 2)) for number, part in enumerate(LINK.split(line)) if part]
