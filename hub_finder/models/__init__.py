from hub_finder.models import accounts, feeds, history, merges, places, search, services, thesaurus

__all__ = ["accounts", "feeds", "history", "merges", "places", "search", "services", "thesaurus"]
