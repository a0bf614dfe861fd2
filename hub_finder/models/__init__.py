from hub_finder.models import accounts, feeds, history, merges, places, services

__all__ = ["accounts", "feeds", "history", "merges", "places", "services"]
