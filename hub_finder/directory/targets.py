"""Published totals against the catalogue: what is listed so far, never padded."""

from sqlalchemy import Select, func, select

from hub_finder.area import Area, Target
from hub_finder.directory.catalogue import published
from hub_finder.extensions import db
from hub_finder.models.services import Confidence, Need, Service, ServiceNeed


def count_listed(area: Area) -> dict[str, tuple[Target, int | None]]:
    """Each target with how many the catalogue lists towards it; None where listings cannot be counted against it.

    Only listings that a source names for what they are (high confidence) count.
    """
    return {slug: (target, _listed(target)) for slug, target in area.targets.items()}


def _listed(target: Target) -> int | None:
    if target.counts == "confirmed":
        return _count(select(func.count()).where(Service.kind.in_(target.kinds), Service.confidence == Confidence.HIGH))
    if target.counts == "service_types":
        types = select(func.count(Need.start_for_life_service.distinct())).join(ServiceNeed).join(Service)
        return _count(types.where(Need.start_for_life_service != ""))
    return None


def _count(statement: Select[int]) -> int:
    return db.session.scalar(statement.where(published())) or 0
