"""Those who have an account: who they are, what was done to them, what they did, and what managers may change."""

from collections.abc import Callable

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug import Response

from hub_finder import access
from hub_finder.access import managers
from hub_finder.directory.administrators import LastAdministrator
from hub_finder.directory.journal import count_removed, find_entries_about
from hub_finder.directory.people import (
    NotAllowed,
    PersonNotFound,
    change_role,
    find_events_by,
    find_people,
    find_submissions_of,
    get_person,
    get_person_to_change,
    may_change,
    roles_to_give,
    sign_out,
    switch_off,
    switch_on,
)
from hub_finder.directory.references import spoken
from hub_finder.directory.second_step import is_on
from hub_finder.directory.speaking import find_memberships
from hub_finder.extensions import db
from hub_finder.models.accounts import Account, Role
from hub_finder.models.base import LARGEST_NUMBER
from hub_finder.models.history import EventKind
from hub_finder.models.journal import Deed
from hub_finder.models.submissions import MembershipStatus, SubmissionStatus
from hub_finder.moderation import blueprint
from hub_finder.moderation.forms import PeopleForm

LATEST = 20
MOST_EVENTS = 50


@blueprint.get("/people")
@managers
def list_people() -> str:
    form = PeopleForm(request.args)
    people = find_people(form.q.data, Role(form.role.data) if form.role.data else None) if form.validate() else []
    cut = form.cut(people)
    removed, last_removed_at = count_removed()
    return render_template(
        "moderation/list_people.html",
        form=form,
        people=cut.shown,
        total=len(people),
        page=cut.page,
        pages=cut.pages,
        roles=Role,
        removed=removed,
        last_removed_at=last_removed_at,
    )


@blueprint.get("/people/<int:number>")
@managers
def show_person(number: int) -> str:
    account = _found_or_404(get_person, number)
    who = access.actor()
    entries = find_entries_about(account.id)
    latest = entries if "history" in request.args else entries[:LATEST]
    return render_template(
        "moderation/show_person.html",
        person=account,
        role=Role(account.role),
        has_second_step=is_on(account.id),
        memberships=find_memberships(account.id).values(),
        membership=MembershipStatus,
        may_change=may_change(account, who),
        is_self=account.id == who.account_id,
        roles=[role for role in Role if role in roles_to_give(who)],
        entries=latest,
        older=len(entries) - len(latest),
        deeds=Deed,
        submissions=find_submissions_of(account),
        status=SubmissionStatus,
        spoken=spoken,
        events=find_events_by(account, most=MOST_EVENTS),
        most_events=MOST_EVENTS,
        kinds=EventKind,
    )


@blueprint.post("/people/<int:number>/role")
@managers
def change_role_of_person(number: int) -> Response:
    """Give another role. What was shown is sent back: who gave another one first is not overruled."""
    account = _found_or_404(get_person_to_change, number)
    wanted = request.form.get("role", "")
    if request.form.get("from") != account.role:
        flash("Someone has changed this since you opened the page. Nothing was changed.")
    elif wanted not in set(Role):
        flash("Choose a role. Nothing was changed.")
    else:
        role = Role(wanted)
        _change(lambda: change_role(account, role, actor=access.actor()), f"They are {role.label.lower()} now.")
    return _back_to(number)


@blueprint.post("/people/<int:number>/off")
@managers
def switch_off_person(number: int) -> Response:
    account = _found_or_404(get_person_to_change, number)
    _change(
        lambda: switch_off(account, actor=access.actor()),
        "They are signed out everywhere, and cannot sign in.",
    )
    return _back_to(number)


@blueprint.post("/people/<int:number>/on")
@managers
def switch_on_person(number: int) -> Response:
    account = _found_or_404(get_person_to_change, number)
    _change(lambda: switch_on(account, actor=access.actor()), "They can sign in again.")
    return _back_to(number)


@blueprint.post("/people/<int:number>/sign-out")
@managers
def sign_out_person(number: int) -> Response:
    account = _found_or_404(get_person_to_change, number)
    _change(lambda: sign_out(account, actor=access.actor()), "They are signed out everywhere.")
    return _back_to(number)


def _change(change: Callable[[], None], said: str) -> None:
    """Do something, and say so; or say why not."""
    try:
        change()
    except (NotAllowed, LastAdministrator) as error:
        db.session.rollback()
        flash(f"{error} Nothing was changed.")
    else:
        db.session.commit()
        flash(said)


def _found_or_404(get: Callable[[int], Account], number: int) -> Account:
    if number > LARGEST_NUMBER:
        abort(404)
    try:
        return get(number)
    except PersonNotFound:
        abort(404)


def _back_to(number: int) -> Response:
    return redirect(url_for("moderation.show_person", number=number), 303)
