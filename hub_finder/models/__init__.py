from hub_finder.models import (
    accounts,
    feeds,
    history,
    merges,
    pictures,
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
    "merges",
    "pictures",
    "places",
    "reports",
    "search",
    "services",
    "submissions",
    "thesaurus",
]
