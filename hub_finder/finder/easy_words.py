"""What the Easy Read pages say of a listing: a fact in a sentence. Unknown is said, never guessed."""

import re

from hub_finder.directory.cards import AnyPlace, AnyService
from hub_finder.directory.geometry import METRES_PER_MILE
from hub_finder.directory.search import Result
from hub_finder.finder import blueprint
from hub_finder.languages import _, n_
from hub_finder.models.services import Cost, Delivery, Referral, Service
from hub_finder.words import where

# A full stop after one of these ends no sentence.
_SHORT = re.compile(r"(?:^|[\s(])(?:st|mr|mrs|ms|dr|no|tel|e\.g|i\.e|[a-z])\.$", re.IGNORECASE)
_MAY_END = re.compile(r"(?<=[.!?])\s+(?=[“\"'‘(]?[^\Wa-z_])")


@blueprint.app_template_filter()
def sentences(text: str | None) -> list[str]:
    """A text as its sentences, each as it was written. A full stop within a name or an abbreviation ends none."""
    found: list[str] = []
    for part in _MAY_END.split((text or "").strip()):
        if found and _SHORT.search(found[-1]):
            found[-1] = f"{found[-1]} {part}"
        elif part:
            found.append(part)
    return found


@blueprint.app_template_filter()
def how_far(result: Result) -> str:
    """A distance in whole miles: "About 2 miles away", or "" when it is not known."""
    if result.distance_m is None:
        return ""
    distance = round(result.distance_m / METRES_PER_MILE)
    if not distance:
        return _("Less than 1 mile away")
    return n_("About %(num)s mile away", "About %(num)s miles away", distance)


@blueprint.app_template_filter()
def easy_where(service: AnyService, place: AnyPlace | None = None) -> str:
    """The town, or how the help comes to you; "" when neither is known."""
    comes = any(way != Delivery.IN_PERSON for way in service.delivery)
    named = any(at.city or at.name for at in ([place] if place else service.places[:1]))
    return where(service, place) if comes or named else ""


@blueprint.app_template_filter()
def easy_cost(service: AnyService) -> str:
    """What it costs, in a few words."""
    if service.cost == Cost.NOT_STATED and service.cost_note:
        return _("Ask what it costs")
    return {
        Cost.FREE: _("Free"),
        Cost.FREE_FOR_SOME: _("Free for some families"),
        Cost.PAID: _("You pay"),
        Cost.NOT_STATED: _("We do not know if it costs money"),
    }[Cost(service.cost)]


@blueprint.app_template_filter()
def cost_picture(service: AnyService) -> str:
    """The picture that goes with what it costs."""
    known = {Cost.FREE: "free", Cost.FREE_FOR_SOME: "money", Cost.PAID: "money", Cost.NOT_STATED: "question"}
    return known[Cost(service.cost)]


@blueprint.app_template_filter()
def easy_start(service: Service) -> list[str]:
    """Who may ask for the help, a sentence for each thing; none when it is not known."""
    alone, by_worker = _("You can ask them yourself."), _("A worker can be a doctor, a nurse or a teacher.")
    return {
        Referral.SELF: [alone],
        Referral.EITHER: [alone, _("Or a worker can ask for you."), by_worker],
        Referral.PROFESSIONAL: [_("A worker must ask for you."), by_worker, _("This is called a referral.")],
        Referral.NOT_STATED: [],
    }[Referral(service.referral)]
