from hub_finder.models import feeds, history, places, services

__all__ = ["feeds", "history", "places", "services"]
