from hub_finder.models import accounts, history, places, services

__all__ = ["accounts", "history", "places", "services"]
