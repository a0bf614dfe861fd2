"""One part of the form on each page. What is typed is kept, right or not; what is wrong is told beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from flask import flash, redirect, render_template, request, url_for
from werkzeug import Response

from hub_finder import access
from hub_finder.access import signed_in
from hub_finder.area import current_area
from hub_finder.directory.columns import Group
from hub_finder.directory.needs import understand
from hub_finder.directory.submissions import write
from hub_finder.directory.terms import Term
from hub_finder.directory.vocabulary import find_terms, load_vocabulary
from hub_finder.extensions import db
from hub_finder.models.submissions import Submission
from hub_finder.parameters import tidy
from hub_finder.providers import blueprint
from hub_finder.providers.boxes import Box, entries_sent, text_of, values_sent
from hub_finder.providers.drafts import Draft, Entry, blank, draft_of
from hub_finder.providers.notes import notes_for
from hub_finder.providers.part import Part
from hub_finder.providers.parts import LABELS, about, after
from hub_finder.providers.sessions import SessionLine, session_lines
from hub_finder.providers.states import errors_of, find_problems
from hub_finder.providers.writing import (
    get_or_404,
    get_part_or_404,
    is_editable,
    not_now,
    open_to_write,
    said_of,
    shown_again_at,
    stamp_of,
)
from hub_finder.uploads import SentPicture, read_sent_picture, takes_files

SUGGESTED = 6
# How sure we must be of what the words mean before we suggest it.
SURE = 0.2
OVERTAKEN = "Somebody else of your organisation changed this page while you were typing"


@dataclass(kw_only=True)
class Filled:
    """What stands in the boxes of a page."""

    values: Mapping[str, Sequence[str]]
    entries: dict[Group, list[Entry]] = field(default_factory=dict)
    picture: str = ""


@dataclass(frozen=True, kw_only=True)
class Choosing:
    """The needs to choose from: those that the words speak of first, then all others in their groups."""

    suggested: Sequence[Term]
    groups: Mapping[str, Sequence[Term]]
    by_slug: Mapping[str, Term]


@blueprint.get("/submissions/<reference>/<slug>")
@signed_in
def show_part(reference: str, slug: str) -> str | Response:
    submission, part = get_or_404(reference), get_part_or_404(slug)
    if not is_editable(submission):
        return not_now(submission)
    return _page(submission, part, _stored(submission, part), errors=_errors(submission, part))


@blueprint.post("/submissions/<reference>/<slug>")
@signed_in
@takes_files
def write_part(reference: str, slug: str) -> str | Response | tuple[str, int]:
    part = get_part_or_404(slug)
    get_or_404(reference)
    picture = read_sent_picture() if part.page == "picture" else SentPicture()
    db.session.commit()
    submission, is_overtaken = open_to_write(reference, part)
    if not is_editable(submission):
        return not_now(submission)
    sent = _sent(submission, part)
    sent.picture = "" if picture.removed else picture.hash or sent.picture
    if is_overtaken:
        return _page(submission, part, sent, why=OVERTAKEN, theirs=_told(submission, part)), 409
    if part.public:
        write(submission, actor=access.actor(), rows=_rows(submission, part, sent), part=part.slug)
    else:
        answers = {box.name: text_of(sent.values[box.name]) for box in part.boxes}
        kept = {**submission.safeguarding, **answers}
        write(submission, actor=access.actor(), safeguarding=kept, part=part.slug)
    db.session.commit()
    if picture.error:
        errors = {**_errors(submission, part, always=True), "picture": picture.error}
        return _page(submission, part, sent, errors=errors), 400
    return _next(submission, part, sent)


def _next(submission: Submission, part: Part, sent: Filled) -> str | Response | tuple[str, int]:
    reference, todo = submission.reference, request.form.get("do", "")
    for table in part.tables:
        if todo == f"add-{table.group}":
            more = [*sent.entries[table.group], blank(table.group)]
            sent.entries[table.group] = more
            return _page(submission, part, sent, focus=f"{table.boxes[0].name}-{len(more) - 1}")
    if todo == "later":
        flash("It is saved. Come back when you like, on any device.")
        return redirect(url_for("providers.list_listings"), 303)
    if errors := _errors(submission, part, always=True):
        return _page(submission, part, sent, errors=errors), 400
    if todo.startswith("place-"):
        return redirect(url_for("providers.show_place", reference=reference, number=_number(todo)), 303)
    if todo.startswith("session-"):
        return redirect(url_for("providers.show_session", reference=reference, number=_number(todo)), 303)
    if request.form.get("from") == "check":
        return redirect(url_for("providers.check", reference=reference), 303)
    following = after(part)
    if following is None:
        return redirect(url_for("providers.check", reference=reference), 303)
    return redirect(url_for("providers.show_part", reference=reference, slug=following.slug), 303)


def _number(todo: str) -> int:
    number = todo.rpartition("-")[2]
    return int(number) if number.isascii() and number.isdecimal() and len(number) < 4 else 0


@shown_again_at("providers.write_part")
def _part_again(why: str) -> str:
    given = request.view_args or {}
    submission, part = get_or_404(given["reference"]), get_part_or_404(given["slug"])
    return _page(submission, part, _sent(submission, part), why=why)


# ---- what stands in the boxes


def _stored(submission: Submission, part: Part) -> Filled:
    if not part.public:
        return Filled(values={box.name: [submission.safeguarding.get(box.name, "")] for box in part.boxes})
    draft = draft_of(submission.rows)
    return Filled(
        values=part.values(draft, current_area()),
        entries={table.group: draft.entries[table.group] or [blank(table.group)] for table in part.tables},
        picture=draft.single["picture"],
    )


def _sent(submission: Submission, part: Part) -> Filled:
    draft = draft_of(submission.rows)
    return Filled(
        values=values_sent(request.form, _boxes(part, submission)),
        entries={table.group: entries_sent(request.form, table, draft.entries[table.group]) for table in part.tables},
        picture=tidy(request.form.get("picture", draft.single["picture"])),
    )


def _rows(submission: Submission, part: Part, sent: Filled) -> list[dict[str, str]]:
    draft = draft_of(submission.rows)
    organisation = draft.single["organisation"]
    part.write({**{box.name: [] for box in part.boxes}, **sent.values}, draft, current_area())
    if part.page == "picture":
        SentPicture(hash=sent.picture, removed=not sent.picture).put_into(draft.single)
    if submission.organisation_id is not None:
        # Another name would give the listing to another organisation.
        draft.single["organisation"] = organisation
    draft.entries.update(sent.entries)
    return draft.rows()


def _boxes(part: Part, submission: Submission) -> tuple[Box, ...]:
    """The boxes of a part for this proposal: the name of an organisation that is stored here is not asked."""
    fixed = submission.organisation_id is not None
    return tuple(box for box in part.boxes if not (fixed and box.name == "organisation"))


def _errors(submission: Submission, part: Part, *, always: bool = False) -> dict[str, str]:
    """What is wrong with a part, once somebody has been through it."""
    if not part.public or not (always or part.slug in submission.parts):
        return {}
    _needs, vocabulary = load_vocabulary(current_area())
    return errors_of(part, find_problems(submission.rows, vocabulary), submission.rows)


def _told(submission: Submission, part: Part) -> list[str]:
    """What the others wrote in this part, to be read beside what was typed."""
    said = said_of(submission, part)
    return [f"{LABELS.get(name, name)}: {text.replace('|', ', ')}" for name, text in said.items() if text]


# ---- the page


def _page(
    submission: Submission,
    part: Part,
    filled: Filled,
    *,
    errors: Mapping[str, str] | None = None,
    why: str = "",
    theirs: Sequence[str] = (),
    focus: str = "",
) -> str:
    area, draft = current_area(), draft_of(submission.rows)
    boxes = _boxes(part, submission)
    return render_template(
        "providers/show_part.html",
        submission=submission,
        part=part,
        boxes=boxes,
        values=filled.values,
        entries=filled.entries,
        choices={box.name: box.choices(area) for box in _all_boxes(part)},
        more={box.name: box.more(area) for box in boxes},
        errors=errors or {},
        why=why,
        theirs=theirs,
        focus=focus,
        shown=stamp_of(submission, part),
        asked=about(part, notes_for(submission)),
        came_from=request.values.get("from", ""),
        choosing=_choosing(draft) if part.page == "needs" else None,
        lines=_lines(draft) if part.page == "when" else (),
        places=draft.places,
        picture=filled.picture,
    )


def _all_boxes(part: Part) -> list[Box]:
    return [*part.boxes, *(box for table in part.tables for box in table.boxes)]


def _lines(draft: Draft) -> Sequence[SessionLine]:
    return session_lines(draft)


def _choosing(draft: Draft) -> Choosing:
    terms = find_terms()
    said = " ".join(draft.single[name] for name in ("name", "summary"))
    found = understand(said, most=SUGGESTED, needs=terms) if said.strip() else []
    suggested = [one.need for one in found if one.score >= SURE]
    groups: dict[str, list[Term]] = {}
    for term in terms:
        groups.setdefault(term.group, [])
        if term not in suggested:
            groups[term.group].append(term)
    return Choosing(suggested=suggested, groups=groups, by_slug={term.slug: term for term in terms})
