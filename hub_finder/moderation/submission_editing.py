"""Changing what is proposed, in the boxes in which listings are corrected. Its maker sees what was changed."""

from collections.abc import Mapping, Sequence

from flask import flash, redirect, render_template, request, url_for
from werkzeug import Response

from hub_finder import access
from hub_finder.access import staff
from hub_finder.area import current_area
from hub_finder.directory.listings import Row, compare_rows, stamp_of
from hub_finder.directory.publishing import approve, bring_up_to_date, edit
from hub_finder.directory.references import spoken
from hub_finder.directory.submissions import CannotAct, NotReady, Overtaken, get_submission_to_change, may
from hub_finder.directory.vocabulary import load_vocabulary
from hub_finder.extensions import db
from hub_finder.models.submissions import Action, Submission
from hub_finder.moderation import blueprint
from hub_finder.moderation.drafts import Draft, draft_of, messages, read_draft, rows_of_draft, without_blanks
from hub_finder.moderation.editing import added_entry, boxes_for
from hub_finder.moderation.submission_mail import edited, tell_maker
from hub_finder.moderation.submissions import back_to, get_or_404, shown_version, what_happened


@blueprint.get("/submissions/<reference>/edit")
@staff
def show_submission_edit(reference: str) -> str | Response:
    submission = get_or_404(reference)
    if not may(submission, Action.EDIT, access.actor()):
        flash("Take it up first. Then you can edit it.")
        return back_to(reference)
    return _page(submission, draft_of(_proposed(submission)))


@blueprint.post("/submissions/<reference>/edit")
@staff
def edit_submission(reference: str) -> str | Response | tuple[str, int]:
    """Keep the edit, and publish it if that button was pressed: in one transaction."""
    stored = _proposed(get_or_404(reference))
    draft = read_draft(request.form, stored)
    if added := added_entry(draft):
        return _page(get_or_404(reference), draft, again=True, focus=added)
    draft = without_blanks(draft)
    rows, approves = rows_of_draft(draft, stored), request.form.get("do") == "approve"
    try:
        submission = get_submission_to_change(get_or_404(reference).reference, version=shown_version())
        told = _keep(submission, rows, approves=approves)
    except Overtaken:
        db.session.rollback()
        submission = get_or_404(reference)
        moved = compare_rows(_proposed(submission), rows)
        return _page(submission, draft, moved=moved, why=what_happened(submission)), 409
    except NotReady as error:
        db.session.rollback()
        return _page(get_or_404(reference), draft, again=True, errors=messages(error.problems, rows)), 400
    except CannotAct as error:
        db.session.rollback()
        return _page(get_or_404(reference), draft, why=str(error)), 409
    db.session.commit()
    said = "It is published with your edits." if approves else "Your edits are kept."
    flash(f"{said} We write to who sent it." if told else said)
    return redirect(url_for("moderation.list_queue"), 303) if approves else back_to(reference)


def _keep(submission: Submission, rows: Sequence[Row], *, approves: bool) -> bool:
    """Returns whether its maker is told."""
    actor, (needs, vocabulary) = access.actor(), load_vocabulary(current_area())
    shown = request.form.get("shown", "")
    if stamp_of(bring_up_to_date(submission).live) != shown:
        raise Overtaken(submission.reference)
    edit(submission, rows, actor=actor, vocabulary=vocabulary)
    if not approves:
        return False
    changed = edited(submission)
    approve(submission, actor=actor, shown=shown, needs=needs, vocabulary=vocabulary)
    return tell_maker(submission, Action.APPROVE, changed)


def _proposed(submission: Submission) -> Sequence[Row]:
    """What would be published now: the boxes hold what changed here meanwhile, so that an edit does not undo it."""
    return bring_up_to_date(submission).rows


def _page(
    submission: Submission,
    draft: Draft,
    *,
    again: bool = False,
    errors: Mapping[str, str] | None = None,
    moved: Sequence[tuple[str, str, str]] | None = None,
    why: str = "",
    focus: str | None = None,
) -> str:
    """The form; `again` with the version that it was opened with. `moved` differs from what is proposed by now."""
    return render_template(
        "moderation/show_submission_edit.html",
        reference=spoken(submission.reference),
        version=shown_version() if again else submission.version,
        shown=request.form.get("shown", "") if again else stamp_of(bring_up_to_date(submission).live),
        draft=draft,
        errors=errors or {},
        moved=moved,
        why=why,
        focus=focus,
        filling=boxes_for(current_area()),
    )
