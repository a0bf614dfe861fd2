"""Saying that a group is closed for a while, or not on today. Families see it at once."""

from datetime import date

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug import Response

from hub_finder import access
from hub_finder.access import signed_in
from hub_finder.area import current_area
from hub_finder.directory import closing, freshness
from hub_finder.directory.catalogue import ServiceNotFound
from hub_finder.directory.closing import CANCELLED, LONGEST_WHY, find_closures
from hub_finder.directory.speaking import speaks_for
from hub_finder.directory.stock import get_stored
from hub_finder.directory.submissions import CannotAct, live_rows
from hub_finder.directory.vocabulary import load_vocabulary
from hub_finder.extensions import db
from hub_finder.models.services import Service, Status
from hub_finder.parameters import tidy
from hub_finder.providers import blueprint
from hub_finder.providers.moments import Unclear, read_date
from hub_finder.providers.writing import shown_again_at


@blueprint.get("/listings/<slug>/closed")
@signed_in
def show_closing(slug: str) -> str:
    return _page(_own_or_404(slug))


@blueprint.post("/listings/<slug>/closed")
@signed_in
def close(slug: str) -> Response | tuple[str, int]:
    service = _own_or_404(slug)
    typed = _typed()
    days, errors = _days(typed)
    if len(typed["why"]) > LONGEST_WHY:
        errors["why"] = f"Use {LONGEST_WHY} characters or fewer. You have used {len(typed['why'])}"
    if errors:
        return _page(service, typed=typed, errors=errors), 400
    today_only = typed["how_long"] == "today"
    why = typed["why"] or (CANCELLED if today_only else "Closed")
    needs, vocabulary = load_vocabulary(current_area())
    first, last = days
    try:
        closing.close(
            slug, why=why, starts_on=first, ends_on=last, actor=access.actor(), needs=needs, vocabulary=vocabulary
        )
    except CannotAct as error:
        db.session.rollback()
        return _page(_own_or_404(slug), typed=typed, errors={"how_long": str(error)}), 409
    db.session.commit()
    flash("Families see it now. You can take it back below.")
    return redirect(url_for("providers.show_closing", slug=slug), 303)


@blueprint.post("/listings/<slug>/open")
@signed_in
def open_again(slug: str) -> Response:
    """Take a closure back."""
    _own_or_404(slug)
    needs, vocabulary = load_vocabulary(current_area())
    try:
        closing.open_again(slug, request.form.get("key", ""), actor=access.actor(), needs=needs, vocabulary=vocabulary)
    except CannotAct as error:
        db.session.rollback()
        flash(f"{error} Nothing was changed.")
    else:
        db.session.commit()
        flash("It is taken back. Families see that it is open.")
    return redirect(url_for("providers.show_closing", slug=slug), 303)


def _own_or_404(slug: str) -> Service:
    try:
        service = get_stored(slug)
    except ServiceNotFound:
        abort(404)
    if service.status != Status.PUBLISHED or not speaks_for(access.actor().account_id, service.organisation_id):
        abort(404)
    return service


def _typed() -> dict[str, str]:
    return {name: tidy(request.form.get(name)) for name in ("how_long", "first", "last", "why")}


def _days(typed: dict[str, str]) -> tuple[tuple[date, date | None], dict[str, str]]:
    """The first and the last day of a closure, and what is wrong with them."""
    today, errors = freshness.today(), dict[str, str]()
    if typed["how_long"] == "today":
        return (today, today), errors
    if typed["how_long"] not in ("while", "notice"):
        errors["how_long"] = "Choose for how long"
    read: dict[str, date | None] = {"first": None, "last": None}
    for name in read:
        try:
            read[name] = read_date(typed[name])
        except Unclear as unclear:
            errors[name] = str(unclear)
    first, last = read["first"] or today, read["last"]
    if typed["how_long"] == "notice":
        last = None
    elif last is None and "last" not in errors and not errors:
        errors["last"] = "Enter the last day on which it is closed"
    if last is not None and last < max(first, today):
        errors["last"] = "The last day must be today or later, and not before the first"
    return (first, last), errors


@shown_again_at("providers.close")
def _closing_again(why: str) -> str:
    service = _own_or_404((request.view_args or {})["slug"])
    return _page(service, typed=_typed(), errors={"how_long": why})


def _page(service: Service, *, typed: dict[str, str] | None = None, errors: dict[str, str] | None = None) -> str:
    return render_template(
        "providers/show_closing.html",
        service=service,
        closures=[(one, _day(one.starts_on), _day(one.ends_on)) for one in find_closures(live_rows(service.id))],
        typed=typed or {},
        errors=errors or {},
    )


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
