"""Reports of something wrong with a listing: taken up, checked, and closed with an answer for everybody."""

from collections.abc import Callable

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug import Response

from hub_finder import access, web
from hub_finder.access import staff
from hub_finder.area import current_area
from hub_finder.directory import outbox
from hub_finder.directory.change_words import told
from hub_finder.directory.listings import rows_of
from hub_finder.directory.missing import count_missing
from hub_finder.directory.records import listing_of
from hub_finder.directory.references import spoken
from hub_finder.directory.reports import (
    OPEN,
    CannotClose,
    ReportNotFound,
    close_as_fixed,
    close_as_it_is,
    find_mending,
    find_open_reports,
    find_steps,
    get_report,
    get_report_to_change,
    reopen,
    take_up,
)
from hub_finder.directory.stock import get_stored
from hub_finder.directory.texts import compose
from hub_finder.extensions import db
from hub_finder.models.history import EventKind
from hub_finder.models.reports import Reason, Report, ReportState
from hub_finder.models.services import Status
from hub_finder.moderation import blueprint
from hub_finder.moderation.fields import LABELS, tell
from hub_finder.moderation.forms import PagedForm
from hub_finder.parameters import tidy_lines

# Neither says what the report was about: who looks over a shoulder learns nothing.


@blueprint.get("/reports")
@staff
def list_reports() -> str:
    form = PagedForm(request.args)
    form.validate()
    waiting = find_open_reports()
    cut = form.cut(waiting)
    return render_template(
        "moderation/list_reports.html",
        form=form,
        reports=cut.shown,
        total=len(waiting),
        page=cut.page,
        pages=cut.pages,
        reasons=Reason,
        spoken=spoken,
        missing=count_missing(),
    )


@blueprint.get("/reports/<reference>")
@staff
def show_report(reference: str) -> str:
    return _page(_get_or_404(reference))


@blueprint.post("/reports/<reference>/take")
@staff
def take_report(reference: str) -> Response:
    return _move(reference, take_up, "You took it up. Who reported it can see that it is being checked.")


@blueprint.post("/reports/<reference>/fixed")
@staff
def close_report_as_fixed(reference: str) -> str | Response:
    report = _get_or_404(reference, to_change=True)
    ids = [int(text) for text in request.form.getlist("event") if text.isdecimal() and len(text) < 10]
    answer = tidy_lines(request.form.get("answer"))
    try:
        address = close_as_fixed(report, ids, answer=answer, actor=access.actor().name)
    except CannotClose as error:
        db.session.rollback()
        return _page(_get_or_404(reference), fixed_error=str(error), answer=answer, chosen=ids)
    return _closed(report, address)


@blueprint.post("/reports/<reference>/not-changed")
@staff
def close_report_as_it_is(reference: str) -> str | Response:
    report = _get_or_404(reference, to_change=True)
    why = tidy_lines(request.form.get("why"))
    try:
        address = close_as_it_is(report, answer=why, actor=access.actor().name)
    except CannotClose as error:
        db.session.rollback()
        return _page(_get_or_404(reference), why_error=str(error), why=why)
    return _closed(report, address)


@blueprint.post("/reports/<reference>/reopen")
@staff
def reopen_report(reference: str) -> Response:
    return _move(reference, reopen, "It is open again, and yours. Who reported it can see that it is being checked.")


def _move(reference: str, do: Callable[..., None], said: str) -> Response:
    report = _get_or_404(reference, to_change=True)
    try:
        do(report, actor=access.actor().name)
    except CannotClose as error:
        flash(f"{error} Nothing was changed.")
    else:
        db.session.commit()
        flash(said)
    return _back_to(reference)


def _closed(report: Report, address: str | None) -> Response:
    """Keep the end of a report, and the message to who wants to hear of it."""
    if address:
        reference = spoken(report.reference)
        link = web.public_url("finder.show_report", reference=reference)
        subject, body = compose("report_closed", reference=reference, link=link)
        outbox.post(address, subject=subject, body=body)
    db.session.commit()
    flash("It is closed." + (" We write to who reported it, and have deleted their address." if address else ""))
    return redirect(url_for("moderation.list_reports"), 303)


def _get_or_404(reference: str, *, to_change: bool = False) -> Report:
    signs = reference.replace("-", "")
    try:
        return get_report_to_change(signs) if to_change else get_report(signs)
    except ReportNotFound:
        abort(404)


def _back_to(reference: str) -> Response:
    return redirect(url_for("moderation.show_report", reference=reference), 303)


def _page(
    report: Report,
    *,
    fixed_error: str = "",
    why_error: str = "",
    answer: str = "",
    why: str = "",
    chosen: list[int] | None = None,
) -> str:
    service = get_stored(report.service.slug)
    is_open = report.state in OPEN
    return render_template(
        "moderation/show_report.html",
        report=report,
        reference=spoken(report.reference),
        reason=Reason(report.reason),
        state=ReportState(report.state),
        is_open=is_open,
        service=service,
        status=Status(service.status),
        sections=tell(rows_of(listing_of(service)), current_area()),
        steps=find_mending(report) if is_open else find_steps(report),
        chosen=chosen,
        told=told,
        kinds=EventKind,
        labels=LABELS,
        fixed_error=fixed_error,
        why_error=why_error,
        answer=answer,
        why=why,
    )
