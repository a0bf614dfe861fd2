"""How mail leaves: by the server, by GOV.UK Notify or into the folder that HUB_MAIL_URL names. Nothing is logged."""

import re
import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from email.policy import SMTP
from functools import partial
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from flask import current_app

from hub_finder.directory.bounces import kind_of
from hub_finder.models.bounces import Kind

# How long a mail server may take to answer, in seconds; and to say that it has the whole message, where nobody waits
# for us. So long a standard asks us to wait (RFC 5321, 4.5.3.2.6): who hangs up earlier sends a message twice.
PATIENCE = 10
LONG_PATIENCE = 600
OK, CLOSING = 250, 421
# Such as 5.1.1: what a server means by its answer (RFC 3463). Its words may hold the address, and are not kept.
MEANING = re.compile(rb"[245]\.\d{1,3}\.\d{1,3}\b")

# Asked just before a message leaves for good: whether it may. Where it may not, it stays, and Send returns False.
Claim = Callable[[], bool]
Send = Callable[[EmailMessage, Claim], bool]


class NotSent(RuntimeError):
    """A message did not leave; the reason is for people, and says nothing about whom it was for.

    `for_good`: trying again would not help. `lost`: nothing else leaves by this connection either. `refused`: it is the
    address that was refused, and what that says of it.
    """

    def __init__(self, reason: str, *, for_good: bool = False, lost: bool = False, refused: Kind | None = None) -> None:
        super().__init__(reason)
        self.for_good, self.lost, self.refused = for_good, lost, refused


@contextmanager
def transport(*, patience: int = PATIENCE) -> Iterator[Send]:
    """What sends mails, one after another. Raises NotSent when there is no way to, as does what it gives for a mail.

    `patience`: how many seconds the server may take to say that it has a message.
    """
    where = urlsplit(current_app.config["HUB_MAIL_URL"])
    if where.scheme == "file":
        yield partial(_put_down, Path(unquote(where.path)))
        return
    if where.scheme == "notify":
        # Read here: few sites send so, and what signs takes a fifth of a second to load.
        from hub_finder.notify import notify

        with notify(patience=patience) as send:
            yield send
        return
    try:
        smtp = _connect(where, ssl.create_default_context())
    except smtplib.SMTPResponseException as error:
        raise NotSent(f"The mail server did not let us in ({error.smtp_code}).", lost=True) from None
    except (OSError, smtplib.SMTPException) as error:
        raise NotSent(f"The mail server could not be reached ({type(error).__name__}).", lost=True) from None
    try:
        yield partial(_hand_over, smtp, patience)
    finally:
        with suppress(OSError, smtplib.SMTPException):
            smtp.quit()
        smtp.close()


def _hand_over(smtp: smtplib.SMTP, patience: int, mail: EmailMessage, claim: Claim) -> bool:
    try:
        whole = mail.as_bytes(policy=SMTP)
        _check("mail from our address", smtp, smtp.mail(mail["From"].addresses[0].addr_spec))
        # The envelope is for this one address, whatever a program may read into the header.
        _check("mail for this address", smtp, smtp.rcpt(mail["To"].addresses[0].addr_spec), is_of_address=True)
        if not claim():
            smtp.rset()
            return False
        _check("this message", smtp, _give_text(smtp, patience, whole))
    except (OSError, smtplib.SMTPException) as error:
        # The error itself may hold the address.
        raise NotSent(f"The mail server broke off ({type(error).__name__}).", lost=True) from None
    return True


def _give_text(smtp: smtplib.SMTP, patience: int, whole: bytes) -> tuple[int, bytes]:
    if smtp.sock:
        smtp.sock.settimeout(patience)
    try:
        return smtp.data(whole)
    except smtplib.SMTPDataError as error:
        said = error.smtp_error
        return error.smtp_code, said if isinstance(said, bytes) else said.encode()
    finally:
        if smtp.sock:
            smtp.sock.settimeout(PATIENCE)


def _check(what: str, smtp: smtplib.SMTP, answer: tuple[int, bytes], *, is_of_address: bool = False) -> None:
    """Go on when the server's answer is a yes. Raises NotSent otherwise, the server ready for the next message."""
    code, words = answer
    if 200 <= code < 300:
        return
    lost = code == CLOSING or not _is_ready(smtp)
    found = MEANING.search(words)
    meaning = found[0].decode() if found else ""
    told = f"{code} {meaning}".strip()
    if code >= 500:
        refused = kind_of(meaning) if is_of_address else None
        raise NotSent(f"The mail server does not take {what} ({told}).", for_good=True, lost=lost, refused=refused)
    raise NotSent(f"The mail server could not take {what} just now ({told}).", lost=lost)


def _is_ready(smtp: smtplib.SMTP) -> bool:
    """Begin anew, for the next message; returns whether the server agrees."""
    try:
        return smtp.rset()[0] == OK
    except (OSError, smtplib.SMTPException):
        return False


def _put_down(folder: Path, mail: EmailMessage, claim: Claim) -> bool:
    """By its Message-ID, so that one message is one file; whole or not at all."""
    name = mail["Message-ID"].strip("<>").partition("@")[0]
    if not claim():
        return False
    try:
        folder.mkdir(parents=True, exist_ok=True)
        part = folder / f"{name}.part"
        part.write_bytes(bytes(mail))
        part.rename(folder / f"{name}.eml")
    except OSError as error:
        raise NotSent(f"The folder could not be written to ({type(error).__name__}).") from None
    return True


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
        # Encryption begins the conversation anew.
        smtp.ehlo_or_helo_if_needed()
        if where.username:
            smtp.login(unquote(where.username), unquote(where.password or ""))
    except BaseException:
        smtp.close()
        raise
    return smtp
