"""A yearly report, to print or as a file."""

from flask import Response, abort, render_template

from hub_finder.access import planners
from hub_finder.directory.yearly import Year, find_years, read_year
from hub_finder.importers.yearly import export_year
from hub_finder.insight import blueprint
from hub_finder.web import as_csv


@blueprint.get("/report/<int:year>")
@planners
def show_report(year: int) -> str:
    return render_template("insight/show_report.html", report=_report(year))


@blueprint.get("/report/<int:year>.csv")
@planners
def download_report(year: int) -> Response:
    return as_csv(export_year(_report(year)), name=f"report-{year}")


def _report(year: int) -> Year:
    if year not in find_years():
        abort(404)
    return read_year(year)
