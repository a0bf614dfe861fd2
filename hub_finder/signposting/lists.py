"""One list: put together, explained, put in order, copied."""

from collections.abc import Mapping, Sequence

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from werkzeug import Response

from hub_finder.access import actor, signposters
from hub_finder.config import site_keys
from hub_finder.directory import family_lists
from hub_finder.directory.family_lists import LONGEST_TITLE, LONGEST_WORDS, ListNotFound
from hub_finder.directory.shortlist import ListFull
from hub_finder.directory.whereabouts import find_uids, find_whereabouts
from hub_finder.extensions import db
from hub_finder.models.signposting import FamilyList
from hub_finder.parameters import tidy
from hub_finder.signposting import blueprint
from hub_finder.signposting.checking import Checked, check

FULL = "The list is full. Take one out to make room."


@blueprint.post("/lists")
@signposters
def begin() -> Response:
    """A new list; with a listing in it, where one was chosen."""
    listed = family_lists.begin_list(actor().account_id)
    _add(listed)
    db.session.commit()
    return to_list(listed.id)


@blueprint.get("/lists/<row:number>")
@signposters
def show_list(number: int) -> str:
    return _page(get_own_or_404(number))


@blueprint.post("/lists/<row:number>")
@signposters
def save_list(number: int) -> Response | tuple[str, int]:
    """Keep all that was typed, and do what was pressed: move, take out, or only save."""
    listed = get_own_or_404(number)
    do = request.form.get("do", "")
    checked = _check(listed, do)
    if checked.problems:
        return _page(listed, checked), 400
    version = request.form.get("version", "")
    try:
        family_lists.begin_change(
            listed, version=int(version) if version.isdecimal() and len(version) < 10 else -1, by=actor().account_id
        )
    except family_lists.ListOvertaken:
        db.session.rollback()
        listed = get_own_or_404(number)
        return _page(listed, _check(listed, do), lost=_lost(listed)), 409
    listed.title = checked.texts["title"]
    for one in listed.entries:
        one.words = checked.texts.get(f"words-{one.id}", one.words)
    way, _, which = do.partition(":")
    uid = next((one.service_uid for one in listed.entries if str(one.id) == which), "")
    if way in ("up", "down"):
        family_lists.move_entry(listed, uid, by=-1 if way == "up" else 1)
    elif way == "out":
        family_lists.remove_entry(listed, uid)
    db.session.commit()
    if way == "hand_over":
        return redirect(url_for("signposting.show_handing_over", number=number), 303)
    flash("Saved.")
    return to_list(number)


@blueprint.post("/lists/<row:number>/add")
@signposters
def add(number: int) -> Response:
    listed = get_own_or_404(number)
    _add(listed)
    db.session.commit()
    return to_list(number)


@blueprint.post("/lists/<row:number>/copy")
@signposters
def copy(number: int) -> Response:
    """A list of one's own, or a template of the team, as a new list; or a list as a template that all may copy."""
    try:
        source = family_lists.get_list_to_copy(number, actor().account_id)
    except ListNotFound:
        abort(404)
    as_template = request.form.get("as") == "template"
    made = family_lists.copy_list(source, actor().account_id, as_template=as_template)
    db.session.commit()
    flash("Kept as a template. Everybody who makes lists can copy it." if as_template else "This is your copy.")
    return to_list(made.id)


@blueprint.post("/lists/<row:number>/delete")
@signposters
def delete_list(number: int) -> Response:
    db.session.delete(get_own_or_404(number))
    db.session.commit()
    flash("The list is gone. Its link opens nothing now.")
    return redirect(url_for("signposting.show_start"), 303)


def get_own_or_404(number: int) -> FamilyList:
    try:
        who = actor()
        return family_lists.get_list_to_change(number, who.account_id, manages=who.is_manager)
    except ListNotFound:
        abort(404)


def to_list(number: int) -> Response:
    return redirect(url_for("signposting.show_list", number=number), 303)


def _add(listed: FamilyList) -> None:
    slug = request.form.get("service", "")
    uids = find_uids([slug]) if slug else ()
    if slug and not uids:
        abort(404)
    try:
        for one in find_whereabouts(uids).uids:
            family_lists.add_entry(listed, one)
    except ListFull:
        flash(FULL)


def _check(listed: FamilyList, do: str) -> Checked:
    stored = _stored(listed)
    return check(
        {name: tidy(request.form.get(name, stored[name])) for name in stored},
        stored=stored,
        about_nobody=request.form.getlist("about_nobody"),
        longest={name: LONGEST_TITLE if name == "title" else LONGEST_WORDS for name in stored},
        uids=[one.service_uid for one in listed.entries],
        do=do,
    )


def _stored(listed: FamilyList) -> Mapping[str, str]:
    return {"title": listed.title, **{f"words-{one.id}": one.words for one in listed.entries}}


def _lost(listed: FamilyList) -> Sequence[str]:
    """What was typed for places that somebody took out meanwhile."""
    boxes = _stored(listed)
    return [text for name, text in request.form.items() if name.startswith("words-") and name not in boxes and text]


def _page(listed: FamilyList, checked: Checked | None = None, *, lost: Sequence[str] | None = None) -> str:
    """Its page; with what was typed, if that is not kept, and what is `lost` of it where somebody was faster."""
    allowed: Sequence[str] = checked.about_nobody if checked else ()
    return render_template(
        "signposting/show_list.html",
        listed=listed,
        services={uid: one.service for one in family_lists.present(listed).found for uid in one.asked},
        texts=checked.texts if checked else _stored(listed),
        problems=checked.problems if checked else {},
        about_nobody=allowed,
        lost=lost,
        has_link=family_lists.token_of(listed, keys=site_keys(current_app.config)) is not None,
    )
