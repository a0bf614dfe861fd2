from hub_finder.models import history, merges, places, services

__all__ = ["history", "merges", "places", "services"]
