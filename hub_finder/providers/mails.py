"""What our mails to providers say."""

from hub_finder.web import SITE_NAME

SUBJECT = "We have your listing: {name}"
BODY = """Thank you. We have what you sent to {site}: {name}.

Your reference: {reference}

{when} We then publish it, or write to you if something is missing. Until then families see nothing of it. Of a \
change, they see the listing as it was.

See how it stands, or take it back to change it:
{link}

Nobody reads replies to this message.
"""
WITHIN = "Somebody of our team reads it within {days} working days."
NO_PROMISE = "Somebody of our team reads it."


def submission_received(*, name: str, reference: str, link: str, days: int | None) -> tuple[str, str]:
    """(subject, body) for who sent a proposal to the team."""
    when = WITHIN.format(days=days) if days else NO_PROMISE
    body = BODY.format(site=SITE_NAME, name=name, reference=reference, when=when, link=link)
    return SUBJECT.format(name=name), body
