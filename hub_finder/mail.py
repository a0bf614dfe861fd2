"""Plain-text mail, by the server or the folder that HUB_MAIL_URL names. Nothing of it is logged."""

import re
import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid, parseaddr
from functools import partial
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit
from uuid import uuid4

from flask import current_app

from hub_finder.directory import times

# How long a mail server may take to answer, in seconds.
PATIENCE = 10
LONGEST_ADDRESS = 254
ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[a-z0-9-]+(\.[a-z0-9-]+)+", re.ASCII | re.IGNORECASE)

Send = Callable[[EmailMessage], None]


class NotSent(RuntimeError):
    """The server that sends mail could not be reached, or would not take it. It says nothing about whom it was for."""


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
        send_one(message(to=to, subject=subject, text=text, written_at=times.now()))


def message(*, to: str, subject: str, text: str, written_at: datetime) -> EmailMessage:
    """A mail as it leaves: plain text, and marked as written by a program, so that nothing answers it."""
    sender = current_app.config["HUB_MAIL_FROM"]
    mail = EmailMessage()
    mail["From"], mail["To"] = sender, Address(addr_spec=to)
    mail["Subject"], mail["Date"] = subject, format_datetime(written_at)
    mail["Message-ID"] = make_msgid(domain=parseaddr(sender)[1].rpartition("@")[2])
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(text)
    return mail


@contextmanager
def transport() -> Iterator[Send]:
    """What sends mails, one after another. Raises NotSent when there is no way to, as does what it gives for a mail."""
    where = urlsplit(current_app.config["HUB_MAIL_URL"])
    if where.scheme == "file":
        yield _telling(_into(Path(unquote(where.path))))
        return
    try:
        smtp = _connect(where, ssl.create_default_context())
    except (OSError, smtplib.SMTPException) as error:
        raise NotSent(type(error).__name__) from None
    with smtp:
        yield _telling(partial(_hand_over, smtp))


def _hand_over(smtp: smtplib.SMTP, mail: EmailMessage) -> None:
    # The envelope is for this one address, whatever a program may read into the header.
    smtp.send_message(mail, to_addrs=[mail["To"].addresses[0].addr_spec])


def _telling(send_one: Send) -> Send:
    def checked(mail: EmailMessage) -> None:
        try:
            send_one(mail)
        except (OSError, smtplib.SMTPException) as error:
            # The error itself may hold the address.
            raise NotSent(type(error).__name__) from None

    return checked


def _into(folder: Path) -> Send:
    def put_down(mail: EmailMessage) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{uuid4()}.eml").write_bytes(bytes(mail))

    return put_down


def _connect(where: SplitResult, context: ssl.SSLContext) -> smtplib.SMTP:
    """A server that has let us in. Where there is a password, it is not sent in the clear."""
    host, port = where.hostname or "", where.port or 0
    if where.scheme == "smtps":
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=PATIENCE, context=context)
    else:
        smtp = smtplib.SMTP(host, port, timeout=PATIENCE)
    try:
        smtp.ehlo_or_helo_if_needed()
        if where.scheme == "smtp" and (where.username or smtp.has_extn("starttls")):
            smtp.starttls(context=context)
        if where.username:
            smtp.login(unquote(where.username), unquote(where.password or ""))
    except BaseException:
        smtp.close()
        raise
    return smtp
