"""All that waits for the team, in one list."""

from collections import Counter
from collections.abc import Callable, Sequence

from flask import render_template, request, url_for

from hub_finder import access
from hub_finder.access import staff
from hub_finder.area import current_area
from hub_finder.directory.queue import Item, Kind, find_waiting
from hub_finder.moderation import blueprint
from hub_finder.moderation.forms import NO_LOCALITY, QueueForm, queue_form

PAGES: dict[Kind, Callable[[str], str]] = {
    Kind.SUBMISSION: lambda key: url_for("moderation.show_submission", reference=key),
    Kind.LOOK: lambda key: url_for("moderation.show_submission", reference=key),
    Kind.REPORT: lambda key: url_for("moderation.show_report", reference=key),
    Kind.SPEAKER: lambda key: url_for("moderation.show_organisation", number=int(key), _anchor="speakers"),
    Kind.PROPOSAL: lambda key: url_for("moderation.show_proposal", number=int(key)),
}


@blueprint.get("/queue")
@staff
def list_queue() -> str:
    form = queue_form(request.args, current_area())
    waiting = find_waiting(current_area())
    asked = _asked(form, waiting) if form.validate() else []
    shown = [item for item in asked if form.kind.data in ("", item.kind)]
    cut = form.cut(shown)
    return render_template(
        "moderation/list_queue.html",
        form=form,
        items=cut.shown,
        total=len(shown),
        every=len(asked),
        counts=Counter(item.kind for item in asked),
        kinds=Kind,
        address=lambda item: PAGES[item.kind](item.key),
        page=cut.page,
        pages=cut.pages,
    )


def _asked(form: QueueForm, waiting: Sequence[Item]) -> list[Item]:
    """What is left of all kinds by the other boxes."""
    words, locality, whose = form.q.data.casefold(), form.locality.data, form.whose.data
    me = access.actor().name
    fits_holder: dict[str, Callable[[Item], bool]] = {
        "mine": lambda item: item.holder == me,
        "claimed": lambda item: bool(item.holder),
        "free": lambda item: not item.holder,
    }
    return [
        item
        for item in waiting
        if words in f"{item.title}\n{item.organisation}".casefold()
        and (not locality or (item.locality or NO_LOCALITY) == locality)
        and (not whose or fits_holder[whose](item))
    ]
