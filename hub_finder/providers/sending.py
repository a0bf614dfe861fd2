"""All answers to check before a proposal is sent to the team, and sending it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from werkzeug import Response

from hub_finder import access, web
from hub_finder.access import signed_in
from hub_finder.area import Area, current_area
from hub_finder.directory import outbox
from hub_finder.directory.publishing import is_small, publish_small_change
from hub_finder.directory.references import spoken
from hub_finder.directory.submissions import (
    CannotAct,
    NotReady,
    Overtaken,
    get_submission_to_change,
    submit,
    write,
)
from hub_finder.directory.texts import compose
from hub_finder.directory.vocabulary import find_terms, load_vocabulary
from hub_finder.extensions import db
from hub_finder.models.submissions import Submission, SubmissionStatus
from hub_finder.providers import blueprint
from hub_finder.providers.boxes import Box
from hub_finder.providers.drafts import draft_of, is_place
from hub_finder.providers.overview import name_of, waits_for_us
from hub_finder.providers.part import Part
from hub_finder.providers.parts import PARTS
from hub_finder.providers.sessions import place_name, session_lines
from hub_finder.providers.states import State, find_problems, in_words, states_of
from hub_finder.providers.writing import get_or_404, is_editable, not_now, shown_again_at, version_shown

OVERTAKEN = "Somebody else of your organisation changed it meanwhile. Look it over, then send it"
BLANK = " (you can leave this blank)"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A part as it is told: (question, answers) pairs, and what is wrong with it."""

    part: Part
    pairs: Sequence[tuple[str, Sequence[str]]]
    problems: Sequence[str]


@blueprint.get("/submissions/<reference>/check")
@signed_in
def check(reference: str) -> str | Response:
    submission = get_or_404(reference)
    return _check_page(submission) if is_editable(submission) else not_now(submission)


@blueprint.post("/submissions/<reference>/send")
@signed_in
def send(reference: str) -> Response | tuple[str, int]:
    """Send it to the team, or publish a small change of a trusted organisation at once."""
    get_or_404(reference)
    try:
        submission = get_submission_to_change(reference, version=version_shown())
    except Overtaken:
        db.session.rollback()
        return _check_page(get_or_404(reference), why=OVERTAKEN), 409
    actor, area = access.actor(), current_area()
    needs, vocabulary = load_vocabulary(area)
    try:
        if request.form.get("do") == "publish":
            publish_small_change(submission, actor=actor, needs=needs, vocabulary=vocabulary)
        else:
            _submit(submission, area)
    except (NotReady, CannotAct, Overtaken) as error:
        db.session.rollback()
        submission = get_or_404(reference)
        if not is_editable(submission):
            return not_now(submission)
        return _check_page(submission, why="" if isinstance(error, NotReady) else str(error)), 400
    db.session.commit()
    return redirect(url_for("providers.show_sent", reference=reference), 303)


def _submit(submission: Submission, area: Area) -> None:
    """With the note to the team as the event's; and a mail to who sends it, in the same transaction."""
    actor, (_needs, vocabulary) = access.actor(), load_vocabulary(area)
    if problems := find_problems(submission.rows, vocabulary):
        raise NotReady(problems)
    answers = dict(submission.safeguarding)
    note = answers.pop("note", "")
    write(submission, actor=actor, safeguarding=answers)
    submit(submission, actor=actor, vocabulary=vocabulary, note=note)
    link = web.public_url("providers.show_submission", reference=submission.reference)
    subject, body = compose("submission_received", name=access.actor().name, listing=name_of(submission), link=link)
    key = f"submission-received/{submission.id}/{submission.version}"
    outbox.post(actor.email, subject=subject, body=body, key=key)


@blueprint.get("/submissions/<reference>/sent")
@signed_in
def show_sent(reference: str) -> str | Response:
    submission = get_or_404(reference)
    if is_editable(submission):
        return redirect(url_for("providers.show_submission", reference=reference))
    return render_template(
        "providers/show_sent.html",
        submission=submission,
        name=name_of(submission),
        reference=spoken(submission.reference),
        is_published=submission.status == SubmissionStatus.APPROVED,
        waits_for_us=waits_for_us(submission),
        days=current_area().read_within_days,
    )


@shown_again_at("providers.send")
def _check_again(why: str) -> str:
    return _check_page(get_or_404((request.view_args or {})["reference"]), why=why)


def _check_page(submission: Submission, *, why: str = "") -> str:
    area = current_area()
    _needs, vocabulary = load_vocabulary(area)
    problems = find_problems(submission.rows, vocabulary)
    states = states_of(submission, problems)
    return render_template(
        "providers/check.html",
        submission=submission,
        name=name_of(submission),
        answers=list(_answers(submission, states, area)),
        is_ready=not problems,
        may_publish=not problems and is_small(submission),
        waits_for_us=waits_for_us(submission),
        why=why,
    )


def _answers(submission: Submission, states: Sequence[State], area: Area) -> Iterator[Answer]:
    draft = draft_of(submission.rows)
    for part, state in zip(PARTS, states, strict=True):
        pairs: list[tuple[str, Sequence[str]]] = []
        if part.page == "where":
            pairs.append(("Places", [place_name(place) for place in draft.places if is_place(place)]))
        if part.page == "when":
            told = [" – ".join(filter(None, (line.words, line.place))) for line in session_lines(draft)]
            pairs.append(("Days and hours", told))
        values = (
            part.values(draft, area)
            if part.public
            else {box.name: [submission.safeguarding.get(box.name, "")] for box in part.boxes}
        )
        pairs += [
            (_asked(box), _told(box, values.get(box.name, []), area)) for box in part.boxes if box.name != "first"
        ]
        for table in part.tables:
            told = [
                ", ".join(entry[box.name] for box in table.boxes if entry[box.name])
                for entry in draft.entries[table.group]
            ]
            pairs.append((table.title.removesuffix(BLANK), told))
        said = [in_words(problem, submission.rows) for problem in state.problems]
        yield Answer(part=part, pairs=[(asked, told) for asked, told in pairs if told], problems=said)


def _asked(box: Box) -> str:
    return box.label.removesuffix(BLANK)


def _told(box: Box, values: Sequence[str], area: Area) -> list[str]:
    choices = box.choices(area) if box.name != "needs" else _need_labels()
    return [choices.get(value, value) for value in values if value]


def _need_labels() -> dict[str, str]:
    return {term.slug: term.label for term in find_terms()}
