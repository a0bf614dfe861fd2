"""Mail that waits, and mail that was given up: tried again, or deleted."""

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from werkzeug import Response

from hub_finder import mail
from hub_finder.access import staff
from hub_finder.directory import bounces
from hub_finder.directory.dead_letters import NotDead, delete_dead, find_dead, get_waiting, try_again, try_all_again
from hub_finder.extensions import db
from hub_finder.models.bounces import Kind
from hub_finder.moderation import blueprint
from hub_finder.moderation.forms import PagedForm

# The newest; nobody reads more.
MOST_MARKS = 100


@blueprint.get("/mail")
@staff
def list_mail() -> str:
    form = PagedForm(request.args)
    form.validate()
    dead = find_dead()
    cut = form.cut(dead)
    return render_template(
        "moderation/list_mail.html",
        form=form,
        waiting=get_waiting(),
        dead=cut.shown,
        total=len(dead),
        page=cut.page,
        pages=cut.pages,
        can_send=mail.can_send(),
        marks=bounces.find_marks(most=MOST_MARKS),
        marked=bounces.count_marks(),
        kinds=Kind,
    )


@blueprint.post("/mail/<int:number>/again")
@staff
def try_mail_again(number: int) -> Response:
    return _do(try_again, number, "It is sent again in a minute or two.")


@blueprint.post("/mail/<int:number>/delete")
@staff
def delete_mail(number: int) -> Response:
    return _do(delete_dead, number, "It is deleted.")


@blueprint.post("/mail/addresses/<int:number>/clear")
@staff
def clear_mail_mark(number: int) -> Response:
    return _do(bounces.clear_mark, number, "We write to this address again.")


@blueprint.post("/mail/again")
@staff
def try_all_mail_again() -> Response:
    count = try_all_again()
    db.session.commit()
    flash(f"{count:,} are sent again in a minute or two." if count != 1 else "1 is sent again in a minute or two.")
    return redirect(url_for("moderation.list_mail"), 303)


def _do(what: Callable[[int], None], number: int, done: str) -> Response:
    try:
        what(number)
    except (NotDead, bounces.NoMark):
        flash("It is not here any more, or too late to be of use. Nothing was done.")
    else:
        db.session.commit()
        flash(done)
    return redirect(url_for("moderation.list_mail"), 303)
