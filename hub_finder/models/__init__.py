from hub_finder.models import places, services

__all__ = ["places", "services"]
