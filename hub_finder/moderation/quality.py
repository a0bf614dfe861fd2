"""What the listings do not say, and what they say that is odd."""

from flask import Response, render_template, request

from hub_finder.access import staff
from hub_finder.area import current_area
from hub_finder.directory import freshness
from hub_finder.directory.quality import FACTS, Quality, assess
from hub_finder.directory.stock import find_named, find_open_slugs
from hub_finder.importers.export import export_quality
from hub_finder.moderation import blueprint
from hub_finder.moderation.forms import NO_LOCALITY, PagedForm, localities, missing_form
from hub_finder.web import as_csv


def assess_now() -> Quality:
    """The report of the area served, as of today."""
    return assess(area=current_area(), today=freshness.today())


@blueprint.get("/quality")
@staff
def show_quality() -> str:
    form = PagedForm(request.args)
    form.validate()
    report = assess_now()
    cut = form.cut(report.odd)
    return render_template(
        "moderation/show_quality.html",
        form=form,
        report=report,
        facts=FACTS,
        localities=localities(current_area()),
        no_locality=NO_LOCALITY,
        odd=cut.shown,
        named=find_named({one.slug for one in cut.shown}),
        page=cut.page,
        pages=cut.pages,
    )


@blueprint.get("/quality/missing")
@staff
def list_missing() -> str:
    """The listings that do not say a fact, of a locality and kind; a blank is any of them."""
    form = missing_form(request.args, current_area())
    valid = form.validate()
    slugs: list[str] = []
    if valid:
        locality = "" if form.locality.data == NO_LOCALITY else form.locality.data or None
        among = find_open_slugs(kind=form.kind.data or None, locality=locality)
        missing = assess_now().missing
        slugs = [
            slug for slug, facts in missing.items() if slug in among and (form.fact.data in facts or not form.fact.data)
        ]
        slugs = [slug for slug in slugs if missing[slug]]
    cut = form.cut(slugs)
    named = find_named(cut.shown)
    return render_template(
        "moderation/list_missing.html",
        form=form,
        services=[named[slug] for slug in cut.shown],
        total=len(slugs) if valid else None,
        page=cut.page,
        pages=cut.pages,
    )


@blueprint.get("/quality.csv")
@staff
def download_quality() -> Response:
    return as_csv("".join(export_quality(assess_now())), name="quality")
