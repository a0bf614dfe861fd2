"""A list as plain text: short for a message, longer for a mail. What is not stated is said there too."""

from collections.abc import Sequence

from hub_finder import words
from hub_finder.directory.times import Calendar
from hub_finder.languages import _, n_
from hub_finder.models.services import Service

# Three text messages. Longer than that, the link says it better.
LONGEST = 480


def short_text(services: Sequence[Service], link: str) -> str:
    """The list for a text message: as much of each listing as fits with all the others, and the link to the list.

    Where not even all the names fit, the first of them and how many more there are. Under 480 characters, unless the
    link of a long list alone is longer.
    """
    head = _("Places that may help:")
    names = [service.name for service in services]
    versions = [
        [_line(service.name, *words.times(service)[:1], service.phone) for service in services],
        [_line(service.name, service.phone) for service in services],
        names,
        *(
            [*names[:shown], n_("and %(num)s more", "and %(num)s more", len(names) - shown)]
            for shown in range(len(names) - 1, 0, -1)
        ),
    ]
    texts = ("\n".join([head, *lines, link]) for lines in versions)
    return next((text for text in texts if len(text) < LONGEST), f"{head}\n{link}")


def _line(*parts: str | None) -> str:
    return ", ".join(part for part in parts if part)


def letter(services: Sequence[Service], link: str, addresses: Sequence[str], calendar: Calendar, site: str) -> str:
    """The list for a mail: `addresses` are those of the listings' pages, in the same order."""
    parts = [_about(one, address, calendar) for one, address in zip(services, addresses, strict=True)]
    end = [
        _("Open this list on a phone or computer:") + f"\n{link}",
        _("Times and prices can change. Ask before you go."),
        _(
            "You asked %(site)s to send you this. We have not kept your address, and this mail cannot be answered.",
            site=site,
        ),
    ]
    return "\n\n".join([_("These are the places in your list."), *parts, *end]) + "\n"


def _about(service: Service, address: str, calendar: Calendar) -> str:
    where = [", ".join(words.address_lines(place)) for place in service.places] or [words.where(service)]
    lines = [
        service.name.upper(),
        *([service.organisation.name] if service.organisation.name != service.name else []),
        words.standing(service),
        words.when_and_where(service, calendar),
        *(words.times(service) or [service.schedule_note or _("Times: not stated")]),
        *where,
        words.ages(service),
        words.price(service),
        words.how_to_start(service),
        _("Phone: %(phone)s", phone=service.phone) if service.phone else "",
        _("Email: %(email)s", email=service.email) if service.email else "",
        _("Website: %(website)s", website=service.website) if service.website else "",
        words.checked(service),
        address,
    ]
    return "\n".join(line for line in lines if line)
