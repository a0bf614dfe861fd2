"""Files to fill in with listings, and what their columns mean."""

from flask import Response, render_template
from werkzeug import Response as WerkzeugResponse

from hub_finder.access import public
from hub_finder.finder import blueprint
from hub_finder.importers.guides import Form, read_guide
from hub_finder.web import etagged

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HOUR = 3_600


@blueprint.get("/about/data/columns")
@public
def show_columns() -> str:
    return render_template(
        "finder/show_columns.html", listing_columns=read_guide("listings"), holiday_columns=read_guide("holiday")
    )


@blueprint.get("/about/data/template.csv")
@public
def download_template_csv() -> WerkzeugResponse:
    return _csv("listings", "template.csv")


@blueprint.get("/about/data/template.xlsx")
@public
def download_template_xlsx() -> WerkzeugResponse:
    return _xlsx("listings", "template.xlsx")


@blueprint.get("/about/data/haf-template.csv")
@public
def download_holiday_template_csv() -> WerkzeugResponse:
    return _csv("holiday", "haf-template.csv")


@blueprint.get("/about/data/haf-template.xlsx")
@public
def download_holiday_template_xlsx() -> WerkzeugResponse:
    return _xlsx("holiday", "haf-template.xlsx")


def _csv(form: Form, name: str) -> WerkzeugResponse:
    from hub_finder.importers.templates import template_csv  # brings openpyxl, which other pages do without

    # With a mark at the start, by which spreadsheets know that it is UTF-8.
    return _attached(Response("\ufeff" + template_csv(form), mimetype="text/csv"), name)


def _xlsx(form: Form, name: str) -> WerkzeugResponse:
    from hub_finder.importers.templates import template_xlsx

    return _attached(Response(template_xlsx(form), mimetype=XLSX), name)


def _attached(response: Response, name: str) -> WerkzeugResponse:
    response.headers["Content-Disposition"] = f"attachment; filename={name}"
    return etagged(response, seconds=HOUR)
