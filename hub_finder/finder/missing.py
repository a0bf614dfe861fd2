"""Saying what was not there: help that somebody looked for and did not find."""

from flask import redirect, render_template, request, url_for
from werkzeug import Response
from werkzeug.datastructures import MultiDict

from hub_finder import web
from hub_finder.access import public
from hub_finder.area import current_area
from hub_finder.directory.missing import add_missing
from hub_finder.directory.urgent import Urgent, recognise
from hub_finder.directory.vocabulary import find_terms
from hub_finder.extensions import db
from hub_finder.finder import blueprint
from hub_finder.finder.telling import limited, number_of, shown_again_at, urgent_numbered
from hub_finder.finder.telling_forms import MissingForm
from hub_finder.said import said_bare


@blueprint.get("/missing")
@public
def show_missing_form() -> str:
    """The form; `q`, `need` and `place` may be given by the page that found nothing, and are kept only when sent."""
    if "sent" in request.args:
        return render_template("finder/show_missing_sent.html", urgent=urgent_numbered(request.args.get("help")))
    return _page(_form(request.args))


@blueprint.post("/missing")
@limited
@public
def tell_missing() -> str | Response:
    form = _form(request.form)
    if not form.validate():
        return _page(form)
    add_missing(need_slug=form.need.data or None, words=form.q.data, place=form.place.data)
    db.session.commit()
    web.forget_form_token()
    urgent = _urgent(form)
    return redirect(url_for("finder.show_missing_form", sent=1, help=number_of(urgent.kind if urgent else None)), 303)


@shown_again_at("finder.tell_missing")
def _missing_form_again(why: str) -> str:
    form = _form(request.form)
    form.homepage.data, form.homepage.errors = "", [why]
    return _page(form)


def _form(args: MultiDict[str, str]) -> MissingForm:
    form = MissingForm(args)
    form.need.choices = {need.slug: said_bare(need.label) for need in find_terms()}
    return form


def _page(form: MissingForm) -> str:
    return render_template("finder/show_missing_form.html", form=form, urgent=_urgent(form))


def _urgent(form: MissingForm) -> Urgent | None:
    return recognise(form.q.data, area=current_area()) if form.q.data else None
