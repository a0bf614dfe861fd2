"""Plain-text mail, by the server that HUB_MAIL_URL names. Nothing of it is kept or logged, least of all the address."""

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import localtime, make_msgid
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit
from uuid import uuid4

from flask import current_app

SECONDS = 10


class NotSent(RuntimeError):
    """The server that sends mail could not be reached, or would not take it."""


def can_send() -> bool:
    """Whether this site can send mail at all."""
    return bool(current_app.config["HUB_MAIL_URL"])


def send(*, to: str, subject: str, text: str) -> None:
    """Send one mail now. Raises NotSent, which says nothing about whom it was for."""
    message = EmailMessage()
    message["From"] = current_app.config["HUB_MAIL_FROM"]
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = localtime()
    message["Message-ID"] = make_msgid(domain=current_app.config["HUB_MAIL_FROM"].rpartition("@")[2])
    message.set_content(text)
    where = urlsplit(current_app.config["HUB_MAIL_URL"])
    try:
        if where.scheme == "file":
            _put_down(message, Path(unquote(where.path)))
        else:
            _hand_over(message, to, where)
    except (OSError, smtplib.SMTPException) as error:
        # The error itself may hold the address.
        raise NotSent(type(error).__name__) from None


def _put_down(message: EmailMessage, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{uuid4()}.eml").write_bytes(bytes(message))


def _hand_over(message: EmailMessage, to: str, where: SplitResult) -> None:
    context = ssl.create_default_context()
    with _connect(where, context) as smtp:
        smtp.ehlo_or_helo_if_needed()
        # Where there is a password, it is not sent in the clear.
        if where.scheme == "smtp" and (where.username or smtp.has_extn("starttls")):
            smtp.starttls(context=context)
        if where.username:
            smtp.login(unquote(where.username), unquote(where.password or ""))
        # The envelope is for this one address, whatever a program may read into the header.
        smtp.send_message(message, to_addrs=[to])


def _connect(where: SplitResult, context: ssl.SSLContext) -> smtplib.SMTP:
    host, port = where.hostname or "", where.port or 0
    if where.scheme == "smtps":
        return smtplib.SMTP_SSL(host, port, timeout=SECONDS, context=context)
    return smtplib.SMTP(host, port, timeout=SECONDS)
