"""Saying what is wrong with a listing, and seeing what became of it."""

from flask import redirect, render_template, request, url_for
from werkzeug import Response

from hub_finder import mail, web
from hub_finder.access import public
from hub_finder.area import current_area
from hub_finder.directory.change_words import told
from hub_finder.directory.references import spoken
from hub_finder.directory.reports import ReportNotFound, add_report, find_steps, get_report
from hub_finder.directory.urgent import recognise, urgent_of
from hub_finder.extensions import db, limiter
from hub_finder.finder import blueprint
from hub_finder.finder.find import get_service_or_404
from hub_finder.finder.telling import limited, number_of, shown_again_at, urgent_numbered
from hub_finder.finder.telling_forms import ReferenceForm, ReportForm
from hub_finder.languages import _
from hub_finder.models.reports import Reason, Report, ReportState
from hub_finder.models.services import Service

# How often a reference may be tried from one address.
LOOKS = "30 per minute"
# The kind of danger in urgent_kinds.csv that is told of first to who reports something unsafe.
CHILD = "child-safety"


@blueprint.get("/services/<slug>/report")
@public
def show_report_form(slug: str) -> str:
    return _form(get_service_or_404(slug), ReportForm())


@blueprint.post("/services/<slug>/report")
@limited
@public
def report_problem(slug: str) -> str | Response:
    service = get_service_or_404(slug)
    form = ReportForm(request.form)
    if not form.validate():
        return _form(service, form)
    reason = Reason(form.reason.data)
    email = form.email.data if mail.can_send() else None
    report = add_report(service, reason=reason, details=form.details.data, email=email or None)
    db.session.commit()
    web.forget_form_token()
    urgent = recognise(form.details.data, area=current_area(), searched=False)
    kind = urgent.kind if urgent else CHILD if reason == Reason.UNSAFE else None
    return redirect(url_for("finder.show_report", reference=spoken(report.reference), help=number_of(kind)), 303)


@blueprint.get("/reports")
@limiter.limit(LOOKS)
@public
def find_report() -> str | Response:
    """A box for a reference, and the way from it to the report."""
    if "reference" not in request.args:
        return render_template("finder/find_report.html", form=ReferenceForm())
    form = ReferenceForm(request.args)
    if form.validate():
        return redirect(url_for("finder.show_report", reference=spoken(form.read)))
    return render_template("finder/find_report.html", form=form)


@blueprint.get("/reports/<reference>")
@limiter.limit(LOOKS)
@public
def show_report(reference: str) -> str | Response | tuple[str, int]:
    form = ReferenceForm(data={"reference": reference})
    if not form.validate():
        return render_template("finder/find_report.html", form=form), 404
    if reference != spoken(form.read):
        return redirect(url_for("finder.show_report", reference=spoken(form.read)))
    try:
        report = get_report(form.read)
    except ReportNotFound:
        form.reference.errors = [_("We have no report with this reference. We keep each for a year after it is closed")]
        return render_template("finder/find_report.html", form=form), 404
    return _report(report)


@shown_again_at("finder.report_problem")
def _report_form_again(why: str) -> str:
    form = ReportForm(request.form)
    form.homepage.data, form.homepage.errors = "", [why]
    return _form(get_service_or_404((request.view_args or {})["slug"]), form)


def _form(service: Service, form: ReportForm) -> str:
    area = current_area()
    return render_template(
        "finder/show_report_form.html",
        service=service,
        form=form,
        reasons={value: _(label) for value, label in form.reason.choices.items()},
        urgent=recognise(form.details.data or "", area=area, searched=False),
        danger=urgent_of(CHILD, area=area),
        asks_address=mail.can_send(),
    )


def _report(report: Report) -> str:
    return render_template(
        "finder/show_report.html",
        report=report,
        reference=spoken(report.reference),
        state=ReportState(report.state),
        changes=told(find_steps(report)),
        urgent=urgent_numbered(request.args.get("help")),
    )
