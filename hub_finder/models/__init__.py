from hub_finder.models import accounts, feeds, history, merges, places, services, thesaurus

__all__ = ["accounts", "feeds", "history", "merges", "places", "services", "thesaurus"]
