from hub_finder.models import accounts, history, merges, places, services

__all__ = ["accounts", "history", "merges", "places", "services"]
