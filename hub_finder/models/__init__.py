from hub_finder.models import accounts, bounces, feeds, history, merges, places, reports, search, services, thesaurus

__all__ = ["accounts", "bounces", "feeds", "history", "merges", "places", "reports", "search", "services", "thesaurus"]
