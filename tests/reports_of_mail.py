"""What mail servers send back when they cannot deliver a message (RFC 3464)."""

from email.message import EmailMessage

REPORT = """\
From: Mail Delivery System <mailer-daemon@{server}>
To: hub@fairshire.example
Subject: Undelivered Mail Returned to Sender
Message-ID: <back@{server}>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="=_report"

--=_report
Content-Type: text/plain; charset=utf-8

This is the mail system. Your message could not be delivered.

--=_report
Content-Type: message/delivery-status

Reporting-MTA: dns; {server}
Arrival-Date: Fri, 27 Nov 2026 10:00:00 +0000

{original}Final-Recipient: rfc822; {final}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {said}

--=_report
Content-Type: {returned}

{headers}
--=_report--
"""


def report_on(
    mail: EmailMessage,
    *,
    status: str = "5.1.1",
    action: str = "failed",
    said: str = "550 no such user",
    final: str | None = None,
    original: str | None = None,
    returned: str = "message/rfc822",
) -> bytes:
    """A report that a mail came back: all of it, or its headers. `final` is where it went in the end, if elsewhere."""
    headers = "".join(f"{name}: {value}\n" for name, value in mail.items())
    whole = mail.as_string() if returned == "message/rfc822" else headers
    return REPORT.format(
        server="mx.a.example",
        original=f"Original-Recipient: rfc822; {original}\n" if original else "",
        final=final or str(mail["To"]),
        action=action,
        status=status,
        said=said,
        returned=returned,
        headers=whole,
    ).encode()
