"""A proposal as a whole: its parts and how they stand, what became of it, and what its maker may do with it."""

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug import Response

from hub_finder import access
from hub_finder.access import signed_in
from hub_finder.area import current_area
from hub_finder.directory.references import spoken
from hub_finder.directory.speaking import speaks_for
from hub_finder.directory.submissions import (
    CannotAct,
    Overtaken,
    act,
    find_events,
    get_submission_to_change,
    may,
)
from hub_finder.directory.vocabulary import load_vocabulary
from hub_finder.extensions import db
from hub_finder.models.submissions import Action, Submission, SubmissionStatus
from hub_finder.providers import blueprint
from hub_finder.providers.notes import notes_for
from hub_finder.providers.parts import about
from hub_finder.providers.states import find_problems, states_of
from hub_finder.providers.writing import get_or_404, is_editable, version_shown

# What its maker may do besides writing, with the button for each.
MOVES = {Action.RECALL: "Take it back to change it", Action.WITHDRAW: "Withdraw it", Action.REOPEN: "Begin again"}
DONE = {
    Action.RECALL: "You have it back. Change it, then send it again.",
    Action.WITHDRAW: "It is withdrawn. Nobody of our team looks at it.",
    Action.REOPEN: "It is a draft again.",
}


@blueprint.get("/submissions/<reference>")
@signed_in
def show_submission(reference: str) -> str:
    """Its parts with how they stand, or, where nothing can be written in it, how it stands itself."""
    submission, area = get_or_404(reference), current_area()
    _needs, vocabulary = load_vocabulary(area)
    editable, notes = is_editable(submission), notes_for(submission)
    states = states_of(submission, find_problems(submission.rows, vocabulary)) if editable else []
    return render_template(
        "providers/show_submission.html",
        submission=submission,
        name=name_of(submission),
        reference=spoken(submission.reference),
        status=SubmissionStatus(submission.status),
        is_editable=editable,
        states=[(state, about(state.part, notes)) for state in states],
        notes=notes,
        waits_for_us=waits_for_us(submission),
        moves=_moves(submission),
        days=area.read_within_days,
        events=find_events(submission, for_staff=False),
        labels={str(action): action.label for action in Action},
    )


@blueprint.post("/submissions/<reference>/move")
@signed_in
def move(reference: str) -> Response:
    """Do what the button says."""
    get_or_404(reference)
    action = next((one for one in MOVES if one == request.form.get("action")), None)
    if action is None:
        abort(400)
    try:
        submission = get_submission_to_change(reference, version=version_shown())
        act(submission, action, actor=access.actor())
    except Overtaken:
        db.session.rollback()
        flash("It was changed since you opened the page. Nothing was done. Look at how it stands now.")
    except CannotAct as error:
        db.session.rollback()
        flash(f"{error} Nothing was done.")
    else:
        db.session.commit()
        flash(DONE[action])
    return redirect(url_for("providers.show_submission", reference=reference), 303)


def _moves(submission: Submission) -> list[tuple[Action, str]]:
    return [(action, button) for action, button in MOVES.items() if may(submission, action, access.actor())]


def waits_for_us(submission: Submission) -> bool:
    """Whether the team has to say first that its maker may speak for the stored organisation."""
    known = submission.organisation_id
    return known is not None and not speaks_for(submission.account_id, known)


def name_of(submission: Submission) -> str:
    """What a page calls a proposal, which may have no name yet."""
    return submission.rows[0]["name"].strip() or "Listing without a name yet"
