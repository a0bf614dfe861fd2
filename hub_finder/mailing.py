"""How mail leaves: to a mail server, or, where none is set, into a folder where it can be looked at."""

import smtplib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid, parseaddr
from pathlib import Path
from urllib.parse import unquote, urlsplit

from hub_finder.models.reports import OutgoingMail

# How long a mail server may take to answer, in seconds.
PATIENCE = 20

Send = Callable[[EmailMessage], None]


def message_of(mail: OutgoingMail, *, sender: str) -> EmailMessage:
    """The message as it leaves: plain text, and marked as written by a program, so that nothing answers it."""
    message = EmailMessage()
    message["From"], message["To"] = sender, Address(addr_spec=mail.address)
    message["Subject"], message["Date"] = mail.subject, format_datetime(mail.written_at)
    message["Message-ID"], message["Auto-Submitted"] = make_msgid(domain=_host(sender)), "auto-generated"
    message.set_content(mail.body)
    return message


@contextmanager
def transport(url: str) -> Iterator[Send]:
    """What sends messages by the setting HUB_MAIL_URL. Raises OSError when the server or the folder cannot be reached.

    Also smtplib.SMTPException, which is one of them, where the server does not let us in.
    """
    parts = urlsplit(url)
    if parts.scheme == "file":
        yield _into(Path(unquote(parts.path)))
        return
    kind = smtplib.SMTP_SSL if parts.scheme == "smtps" else smtplib.SMTP
    with kind(parts.hostname or "", parts.port or 0, timeout=PATIENCE) as server:
        if parts.scheme == "smtp" and server.has_extn("starttls"):
            server.starttls()
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))

        def send(message: EmailMessage) -> None:
            server.send_message(message)

        yield send


def _host(sender: str) -> str:
    return parseaddr(sender)[1].rpartition("@")[2]


def _into(folder: Path) -> Send:
    folder.mkdir(parents=True, exist_ok=True)

    def write(message: EmailMessage) -> None:
        name = str(message["Message-ID"]).strip("<>").partition("@")[0]
        (folder / f"{name}.eml").write_bytes(bytes(message))

    return write
