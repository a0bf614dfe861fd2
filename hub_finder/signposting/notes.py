"""Notes of practitioners and staff on a listing, for each other."""

from dataclasses import replace

from flask import abort, flash, redirect, request, url_for
from werkzeug import Response

from hub_finder.access import actor, signposters
from hub_finder.directory import service_notes
from hub_finder.directory.catalogue import ServiceNotFound, get_known_service
from hub_finder.directory.service_notes import LONGEST_NOTE, NoteNotFound
from hub_finder.extensions import db
from hub_finder.parameters import tidy
from hub_finder.signposting import blueprint
from hub_finder.signposting.checking import check
from hub_finder.signposting.finding import listing_page


@blueprint.post("/listings/<slug>/notes")
@signposters
def write_note(slug: str) -> Response | tuple[str, int]:
    try:
        service = get_known_service(slug.replace("\0", ""))
    except ServiceNotFound:
        abort(404)
    checked = check(
        {"note": tidy(request.form.get("note", ""))},
        stored={},
        about_nobody=request.form.getlist("about_nobody"),
        longest={"note": LONGEST_NOTE},
        uids=[service.uid],
        do=request.form.get("do", ""),
    )
    if not checked.texts["note"] and not checked.problems:
        checked = replace(checked, problems={"note": "Write what colleagues should know"})
    if checked.problems:
        return listing_page(service, checked), 400
    service_notes.write_note(service.id, checked.texts["note"], by=actor().account_id)
    db.session.commit()
    flash("Your note is kept. Families do not see it.")
    return redirect(url_for("signposting.show_listing", slug=service.slug), 303)


@blueprint.post("/notes/<row:number>/delete")
@signposters
def delete_note(number: int) -> Response:
    who = actor()
    try:
        service_notes.delete_note(number, by=who.account_id, manages=who.is_manager)
    except NoteNotFound:
        abort(404)
    db.session.commit()
    flash("The note is gone.")
    return redirect(url_for("signposting.show_start"), 303)
