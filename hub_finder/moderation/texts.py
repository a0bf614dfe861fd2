"""The words of the mails that we send: read by the team, put in other words by managers."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug import Response

from hub_finder import access, mail
from hub_finder.access import managers, staff
from hub_finder.directory.texts import (
    Text,
    TextNotFound,
    TextOvertaken,
    Wording,
    find_changes,
    find_last_changes,
    find_texts,
    get_text,
    keep_wording,
    own_wording,
    preview,
)
from hub_finder.extensions import db
from hub_finder.models.texts import MessageText
from hub_finder.moderation import blueprint
from hub_finder.moderation.text_forms import TextForm

OVERTAKEN = "Someone changed these words since you opened the page. Yours are still here: look at the last change below"


@blueprint.get("/texts")
@staff
def list_texts() -> str:
    changes = find_last_changes()
    rows = [(text, changes.get(key), own_wording(text, changes.get(key))) for key, text in find_texts().items()]
    return render_template("moderation/list_texts.html", rows=rows)


@blueprint.get("/texts/<key>")
@staff
def show_text(key: str) -> str:
    return _page(_get_or_404(key))


@blueprint.post("/texts/<key>")
@managers
def change_text(key: str) -> str | Response | tuple[str, int]:
    """Show what the mail would look like; keep the words where that is asked for."""
    text, form = _get_or_404(key), TextForm(request.form)
    form.validate()
    if not form.check_for(text) or "save" not in request.form:
        return _page(text, form)
    try:
        keep_wording(key, form.wording(), version=_version(form), actor=access.actor().name)
    except TextOvertaken:
        db.session.rollback()
        return _page(text, form, why=OVERTAKEN), 409
    db.session.commit()
    flash("These words are sent from now on.")
    return redirect(url_for("moderation.show_text", key=key), 303)


@blueprint.post("/texts/<key>/standard")
@managers
def use_standard_text(key: str) -> Response:
    _get_or_404(key)
    try:
        keep_wording(key, None, version=_version(TextForm(request.form)), actor=access.actor().name)
    except TextOvertaken:
        db.session.rollback()
        flash("Someone changed these words since you opened the page. Nothing was changed.")
    else:
        db.session.commit()
        flash("The standard words are sent from now on.")
    return redirect(url_for("moderation.show_text", key=key), 303)


def _get_or_404(key: str) -> Text:
    try:
        return get_text(key)
    except TextNotFound:
        abort(404)


def _version(form: TextForm) -> int:
    """The change that the page showed; one that never was, where it cannot be read."""
    typed = form.version.data or ""
    return int(typed) if typed.isdecimal() and len(typed) < 9 else -1


def _page(text: Text, form: TextForm | None = None, *, why: str = "") -> str:
    changes = find_changes(text.key)
    own = own_wording(text, changes[0] if changes else None)
    if form is None:
        form = TextForm(None, **(own or text.standard)._asdict())
    subject, body = preview(text, form.wording()) if not form.errors else ("", "")
    return render_template(
        "moderation/show_text.html",
        text=text,
        form=form,
        version=changes[0].version if changes else 0,
        is_own=own is not None,
        is_unfit=bool(changes) and changes[0].body is not None and own is None,
        steps=list(_steps(text, changes)),
        subject=subject,
        body=body,
        paragraphs=mail.paragraphs(body),
        why=why,
    )


def _steps(text: Text, changes: Sequence[MessageText]) -> Iterator[tuple[MessageText, list[tuple[str, str, str]]]]:
    """Each change with what it changed: (part, before, after)."""
    for change, earlier in zip_longest(changes, changes[1:]):
        before, after = _words(text, earlier), _words(text, change)
        differ = [(name, old, new) for name, old, new in zip(Wording._fields, before, after, strict=True) if old != new]
        yield change, differ


def _words(text: Text, change: MessageText | None) -> Wording:
    """What was sent after a change, as far as we know now: the standard words may have been others then."""
    if change is None or change.subject is None or change.body is None:
        return text.standard
    return Wording(change.subject, change.body)
