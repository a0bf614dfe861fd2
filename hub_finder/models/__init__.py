from hub_finder.models import (
    accounts,
    feeds,
    history,
    journal,
    limits,
    merges,
    places,
    reports,
    search,
    services,
    submissions,
    thesaurus,
)

__all__ = [
    "accounts",
    "feeds",
    "history",
    "journal",
    "limits",
    "merges",
    "places",
    "reports",
    "search",
    "services",
    "submissions",
    "thesaurus",
]
