from hub_finder.models import (
    accounts,
    feeds,
    history,
    merges,
    places,
    reminders,
    reports,
    search,
    services,
    submissions,
    texts,
    thesaurus,
)

__all__ = [
    "accounts",
    "feeds",
    "history",
    "merges",
    "places",
    "reminders",
    "reports",
    "search",
    "services",
    "submissions",
    "texts",
    "thesaurus",
]
