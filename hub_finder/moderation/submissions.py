"""One proposal: read beside what stands here, taken up, and decided. The second of two who decide is told."""

from collections.abc import Callable

from flask import abort, flash, redirect, request, url_for
from werkzeug import Response

from hub_finder import access
from hub_finder.access import staff
from hub_finder.area import current_area
from hub_finder.directory.publishing import approve, undo
from hub_finder.directory.references import spoken
from hub_finder.directory.submissions import (
    CannotAct,
    NotReady,
    Overtaken,
    SubmissionNotFound,
    act,
    find_events,
    get_submission,
    get_submission_to_change,
)
from hub_finder.directory.vocabulary import load_vocabulary
from hub_finder.extensions import db
from hub_finder.models.submissions import Action, Submission, SubmissionStatus
from hub_finder.moderation import blueprint
from hub_finder.moderation.fields import LABELS
from hub_finder.moderation.submission_mail import edited, tell_maker
from hub_finder.moderation.submission_page import PARTS, page
from hub_finder.parameters import tidy_lines

SAID = {
    Action.CLAIM: "It is yours to decide.",
    Action.RELEASE: "It is back in the queue.",
    Action.NOTE: "Your note is kept. Only the team reads it.",
    Action.LOOK: "You looked at it. It is no longer in the queue.",
    Action.ASK: "Changes are asked for.",
    Action.APPROVE: "Families can find it now.",
    Action.REJECT: "It is not published.",
    Action.UNDO: "That decision is taken back. It is yours to decide again.",
}


@blueprint.get("/submissions/<reference>")
@staff
def show_submission(reference: str) -> str:
    return page(get_or_404(reference))


@blueprint.post("/submissions/<reference>/<action>")
@staff
def decide_submission(reference: str, action: str) -> Response | tuple[str, int]:
    """Do what a button of the page says, and tell the maker, or say why not with nothing lost."""
    if action not in SAID:
        abort(404)
    what, note = Action(action), _note()
    told = False

    def work(submission: Submission) -> None:
        nonlocal told
        told = _do(submission, what, note)

    failed = change(reference, work, at=action)
    if failed:
        return failed
    flash(f"{SAID[what]} We write to who sent it." if told else SAID[what])
    if what in (Action.RELEASE, Action.ASK, Action.APPROVE, Action.REJECT, Action.LOOK):
        return redirect(url_for("moderation.list_queue"), 303)
    return back_to(reference)


def change(reference: str, work: Callable[[Submission], None], *, at: str) -> tuple[str, int] | None:
    """Do something to the version that the form names, and commit it; or the page that says why not."""
    try:
        submission = get_submission_to_change(_signs(reference), version=shown_version())
        work(submission)
    except SubmissionNotFound:
        abort(404)
    except Overtaken:
        db.session.rollback()
        submission = get_or_404(reference)
        return page(submission, at=at, typed=request.form, overtaken=what_happened(submission)), 409
    except CannotAct as error:
        db.session.rollback()
        return page(get_or_404(reference), problem=str(error), at=at, typed=request.form), 409
    except NotReady as error:
        db.session.rollback()
        return page(get_or_404(reference), problem=faults(error), at=at, typed=request.form), 409
    db.session.commit()
    return None


def _do(submission: Submission, action: Action, note: str) -> bool:
    """Returns whether its maker is told."""
    actor, (needs, vocabulary) = access.actor(), load_vocabulary(current_area())
    words = note
    if action is Action.APPROVE:
        words = "\n\n".join(filter(None, (note, edited(submission))))
        shown = request.form.get("shown", "")
        approve(submission, actor=actor, shown=shown, needs=needs, vocabulary=vocabulary, note=note)
    elif action is Action.UNDO:
        undo(submission, actor=actor, needs=needs, vocabulary=vocabulary, note=note)
    else:
        act(submission, action, actor=actor, note=note)
    return tell_maker(submission, action, words)


def _note() -> str:
    """The word that was typed, and below it what was typed about each part."""
    about = ((title, tidy_lines(request.form.get(name))) for name, title in PARTS.items())
    return "\n".join([tidy_lines(request.form.get("note")), *(f"{title}: {text}" for title, text in about if text)])


def shown_version() -> int:
    """The version that the page showed; one that is no number is none that stands."""
    text = request.form.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else -1


def what_happened(submission: Submission) -> str:
    """Who did what since the page was opened, as far as the last thing tells."""
    if submission.version == shown_version():
        return "The listing itself was changed meanwhile. Look again at what would change."
    last = find_events(submission, for_staff=True)[0]
    state = SubmissionStatus(submission.status).label
    return f"{last.actor} was faster: “{Action(last.action).label}”. It stands at “{state}” now."


def faults(error: NotReady) -> str:
    """What is wrong with what is proposed, in a line."""
    return ". ".join(f"{LABELS[one.column]} {one.reason}" for one in error.problems)


def get_or_404(reference: str) -> Submission:
    try:
        return get_submission(_signs(reference))
    except SubmissionNotFound:
        abort(404)


def back_to(reference: str) -> Response:
    return redirect(url_for("moderation.show_submission", reference=spoken(_signs(reference))), 303)


def _signs(reference: str) -> str:
    return reference.replace("-", "")
