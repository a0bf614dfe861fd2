from hub_finder.models import history, places, services

__all__ = ["history", "places", "services"]
