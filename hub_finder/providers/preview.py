"""A proposal as families will see it."""

from flask import render_template

from hub_finder.access import signed_in
from hub_finder.area import current_area
from hub_finder.directory import freshness
from hub_finder.directory.picturing import picture
from hub_finder.directory.publishing import bring_up_to_date, with_source
from hub_finder.directory.vocabulary import load_vocabulary
from hub_finder.listing_page import look_at
from hub_finder.providers import blueprint
from hub_finder.providers.states import find_problems
from hub_finder.providers.writing import get_or_404


@blueprint.get("/submissions/<reference>/preview")
@signed_in
def show_preview(reference: str) -> str:
    submission = get_or_404(reference)
    needs, vocabulary = load_vocabulary(current_area())
    # What was changed here meanwhile stays, as it will when it is published.
    rows = with_source(bring_up_to_date(submission).rows, freshness.today())
    service = picture(
        rows,
        needs=needs,
        vocabulary=vocabulary,
        service_id=submission.service_id,
        organisation_id=submission.organisation_id,
    )
    return render_template(
        "providers/show_preview.html",
        submission=submission,
        service=service,
        shown=look_at(service),
        is_whole=not find_problems(submission.rows, vocabulary),
    )
