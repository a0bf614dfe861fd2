from hub_finder.models import accounts, feeds, history, merges, places, search, services

__all__ = ["accounts", "feeds", "history", "merges", "places", "search", "services"]
